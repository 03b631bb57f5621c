"""Progress reports and their rows."""

from datetime import datetime
from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from governance.clock import day_of
from governance.records.models import Editable

from ..states import EDITABLE_REPORT_STATES, ReportState
from .period import ReportingPeriod
from .task import Task
from .team import OfTeamQuerySet, SpecialTeam

PERCENT_RANGE = _("The percentage must be between 0 and 100.")
ASKS_BOTH = gettext_noop("A row can request close-out or a new due date, not both.")


class ProgressReportQuerySet(OfTeamQuerySet):
    """Questions about reports; their team, the office and the leaders read them."""

    def waiting(self) -> Self:
        """Submitted and not decided, longest waiting first."""
        return self.filter(state=ReportState.SUBMITTED).order_by("submitted_at", "pk")


class ProgressReport(Editable):
    """One team's report for one period (进展报告)."""

    WITHHELD_FROM_AUDIT = frozenset({"word_back", "reason"})

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="reports", verbose_name=_("period"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="reports", verbose_name=_("special team"))
    state = models.CharField(_("state"), max_length=12, choices=ReportState, default=ReportState.DRAFT)
    first_submitted_at = models.DateTimeField(_("first submitted"), null=True, blank=True)
    on_time = models.BooleanField(
        _("on time"),
        null=True,
        blank=True,
        help_text=_("Decided by the first submission; a later change of the due time has no effect."),
    )
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    resubmit_by = models.DateField(_("submit again by"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    word_back = models.CharField(
        _("comment of the head"),
        max_length=500,
        blank=True,
        help_text=_("Why the head returned the draft to the liaison; removed once it is passed on or submitted."),
    )

    objects = ProgressReportQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["period", "team__order"]
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "team"],
                name="report_once_per_period",
                violation_error_message=_("The team already has a report for this period."),
            ),
            models.CheckConstraint(
                name="report_submitted_has_time",
                condition=Q(state="draft") | Q(first_submitted_at__isnull=False, submitted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="report_first_submission_judged",
                condition=Q(first_submitted_at=None, on_time=None)
                | Q(first_submitted_at__isnull=False, on_time__isnull=False),
            ),
            models.CheckConstraint(
                name="report_returned_has_date",
                condition=~Q(state="returned") | Q(resubmit_by__isnull=False),
            ),
        ]
        indexes = [models.Index(fields=["state", "submitted_at"], name="report_waiting")]

    def __str__(self) -> str:
        return f"{self.team.short_name} {self.period}"

    def get_absolute_url(self) -> str:
        """The report's page."""
        return reverse("report", args=[self.team.code, self.period.starts_on.isoformat()])

    def get_review_url(self) -> str:
        """The page on which the office reviews it."""
        return reverse("review", args=[self.pk])

    def get_undo_url(self) -> str:
        """The page on which the person who accepted it undoes that."""
        return reverse("review_undo", args=[self.pk])

    def get_approve_url(self) -> str:
        """The page on which head or deputy approves it."""
        return reverse("report_approve", args=[self.team.code, self.period.starts_on.isoformat()])

    @property
    def is_editable(self) -> bool:
        """Whether the team can edit it: a draft, or returned."""
        return self.state in EDITABLE_REPORT_STATES

    @property
    def was_sent(self) -> bool:
        """Whether it was ever submitted, even if that was taken back."""
        return self.first_submitted_at is not None or self.decided_at is not None

    def get_take_back_url(self) -> str:
        """The page on which the team takes it back."""
        return reverse("report_take_back", args=[self.team.code, self.period.starts_on.isoformat()])

    def is_overdue(self, now: datetime) -> bool:
        """Not submitted when due, or returned and past its date (docs/rules.md#reports-on-time)."""
        if self.state == ReportState.DRAFT:
            return now > self.period.due_at
        return self.state == ReportState.RETURNED and self.resubmit_by is not None and day_of(now) > self.resubmit_by


class OfReportQuerySet(OfTeamQuerySet):
    team_lookup = "report__team_id"


class ReportEntry(Editable):
    """A report's row for one task: progress, what was done and achieved, or no change."""

    NUMBERS: ClassVar = ("percent", "done")
    """A row has one of these: the count if its task has a quantity, otherwise the percent."""
    STATEMENTS: ClassVar = (
        "no_change",
        "text",
        "reason",
        "asks_close_out",
        "asks_due_on",
        "ask_reason",
        "confirmed",
        "confirmed_unfinished",
    )
    """The other fields of a row."""
    WRITTEN: ClassVar = (*NUMBERS, *STATEMENTS)

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="entries", verbose_name=_("report"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="entries", verbose_name=_("key task"))
    percent = models.DecimalField(_("percent done"), max_digits=5, decimal_places=2, null=True, blank=True)
    done = models.DecimalField(_("count so far"), max_digits=12, decimal_places=2, null=True, blank=True)
    no_change = models.BooleanField(_("no change this period"), default=False)
    text = models.TextField(_("what was done and what it achieved"), blank=True)
    reason = models.TextField(_("why it went down"), blank=True)
    asks_close_out = models.BooleanField(_("close-out requested"), default=False)
    asks_due_on = models.DateField(_("new due date requested"), null=True, blank=True)
    ask_reason = models.TextField(_("reason for the request"), blank=True)
    confirmed = models.DecimalField(
        _("number confirmed as correct"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("The questionable number that someone has checked again."),
    )
    confirmed_unfinished = models.DecimalField(
        _("number below the target confirmed for close-out"),
        max_digits=12,
        decimal_places=2,
        null=True,
        blank=True,
        help_text=_("The number at which close-out is requested although the target is not reached."),
    )
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("last edited by"),
    )
    edited_at = models.DateTimeField(_("last edited"), null=True, blank=True)

    objects = OfReportQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["report", "task__number"]
        verbose_name = _("row of a report")
        verbose_name_plural = _("rows of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "task"], name="entry_once_per_task"),
            models.CheckConstraint(
                name="entry_percent_0_to_100",
                condition=Q(percent=None) | Q(percent__gte=0, percent__lte=100),
                violation_error_message=PERCENT_RANGE,
            ),
            models.CheckConstraint(
                name="entry_count_not_negative",
                condition=Q(done=None) | Q(done__gte=0),
                violation_error_message=_("The count must be 0 or more."),
            ),
            models.CheckConstraint(
                name="entry_asks_one_thing",
                condition=Q(asks_close_out=False) | Q(asks_due_on=None),
                violation_error_message=_(ASKS_BOTH),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.task}"

    @property
    def written_version(self) -> int:
        """The version that a form sees: 0 until somebody writes in the row, even if it has a file."""
        return self.version if self.edited_at else 0
