"""Reporting periods, the history of their due moments, and the lamp of each task when one was closed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from governance.records.models import Editable, InsertOnly, KeptForAllQuerySet, SeenByAllQuerySet

from ..states import ReportState
from ..words import period_name
from .action import LampRule, SpecialAction
from .task import Task
from .team import SpecialTeam

DAYS_IN_ORDER = _("The last day must be after the first.")


class ReportingPeriodQuerySet(SeenByAllQuerySet):
    def ended_before(self, day: date) -> Self:
        """Periods that were over when `day` began, newest first."""
        return self.filter(ends_on__lt=day).order_by("-ends_on")

    def with_counts(self) -> Self:
        """Annotate the number of reports `owed`, `accepted`, `waiting`, `returned`, and `missing`: owed, never sent."""
        owing = SpecialTeam.objects.owing_for(OuterRef("ends_on")).filter(action=OuterRef("action"))
        counted = {
            name: Count("reports", filter=Q(reports__state=state))
            for name, state in (
                ("accepted", ReportState.ACCEPTED),
                ("waiting", ReportState.SUBMITTED),
                ("returned", ReportState.RETURNED),
            )
        }
        return self.annotate(
            owed=Coalesce(Subquery(owing.order_by().values("action").annotate(n=Count("pk")).values("n")), 0),
            **counted,
        ).annotate(missing=F("owed") - F("accepted") - F("waiting") - F("returned"))


class ReportingPeriod(Editable):
    """A range of days for which every team owes a report; closed once, never reopened."""

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="periods", verbose_name=_("special action"))
    starts_on = models.DateField(_("first day"))
    ends_on = models.DateField(_("last day"))
    due_at = models.DateTimeField(_("due"))
    closed_at = models.DateTimeField(_("closed"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("closed by")
    )

    objects = ReportingPeriodQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["action", "starts_on"]
        verbose_name = _("reporting period")
        verbose_name_plural = _("reporting periods")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "starts_on"],
                name="period_once",
                violation_error_message=_("This period exists already."),
            ),
            models.CheckConstraint(
                name="period_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=DAYS_IN_ORDER,
            ),
        ]
        indexes = [models.Index(fields=["action", "ends_on"], name="period_end")]

    def __str__(self) -> str:
        return period_name(self.starts_on, self.ends_on)

    @property
    def name(self) -> str:
        """The name in the reader's language."""
        return str(self)

    @property
    def days(self) -> str:
        """First and last day, the same text in every language."""
        return f"{self.starts_on:%Y-%m-%d} – {self.ends_on:%Y-%m-%d}"

    @property
    def is_closed(self) -> bool:
        """Whether the office has closed it."""
        return self.closed_at is not None

    def is_closed_at(self, moment: datetime) -> bool:
        """Whether the office had closed it by `moment`."""
        return self.closed_at is not None and self.closed_at <= moment


class PeriodDueQuerySet(KeptForAllQuerySet):
    def known(self, periods: Iterable[ReportingPeriod], *, at: datetime) -> dict[int, datetime]:
        """When the reports of each period were due as known at `at`, by period id: one query.

        Before its first due moment was recorded, a period has that one; without any, the one in its row.
        """
        due = {period.pk: period.due_at for period in periods}
        first: set[int] = set()
        rows = self.filter(period__in=due).order_by("period", "number")
        for period, due_at, since in rows.values_list("period", "due_at", "at"):
            if since <= at or period not in first:
                due[period] = due_at
            first.add(period)
        return due


class PeriodDue(InsertOnly):
    """When the reports of a period are due from a moment on, until the next row; the period's row has the last one."""

    numbered_within = "period"

    period = models.ForeignKey(
        ReportingPeriod, models.PROTECT, related_name="due_moments", verbose_name=_("reporting period")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    due_at = models.DateTimeField(_("due"))
    by_hand = models.BooleanField(
        _("set by the office"), default=False, help_text=_("Otherwise it follows the calendar of working days.")
    )

    objects = PeriodDueQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["period", "number"]
        verbose_name = _("due time of a period")
        verbose_name_plural = _("due times of periods")
        constraints = [models.UniqueConstraint(fields=["period", "number"], name="period_due_number")]

    def __str__(self) -> str:
        return f"{self.period} #{self.number}"


class PeriodLamp(InsertOnly):
    """The lamp of a task open on a period's last day, as of that day; stored when the period is closed."""

    task = models.ForeignKey(Task, models.PROTECT, related_name="period_lamps", verbose_name=_("key task"))
    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="lamps", verbose_name=_("period"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    lamp = models.CharField(_("lamp"), max_length=10)
    planned = models.DecimalField(_("planned percent"), max_digits=5, decimal_places=2, null=True)
    actual = models.DecimalField(_("actual percent"), max_digits=5, decimal_places=2)
    rule = models.ForeignKey(LampRule, models.PROTECT, related_name="+", verbose_name=_("lamp rule"))

    objects = KeptForAllQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["period", "task"]
        verbose_name = _("lamp at a period's end")
        verbose_name_plural = _("lamps at periods' ends")
        constraints = [models.UniqueConstraint(fields=["task", "period"], name="period_lamp_once")]

    def __str__(self) -> str:
        return f"{self.task} {self.lamp}"
