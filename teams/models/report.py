"""Progress reports: their rows, matters for coordination and next steps."""

from datetime import date, datetime
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import Department
from governance.records.models import Editable

from ..states import ReportState
from .period import ReportingPeriod
from .task import Task
from .team import OfTeamQuerySet, SpecialTeam, team_ids_of

if TYPE_CHECKING:
    from governance.people.models import User


class ProgressReportQuerySet(OfTeamQuerySet):
    """Questions about reports: their team, the office and the leaders read them."""

    def waiting(self) -> Self:
        """Submitted and not decided, the longest waiting first."""
        return self.filter(state=ReportState.SUBMITTED).order_by("submitted_at", "pk")


class ProgressReport(Editable):
    """One team's report for one period (进展报告)."""

    period = models.ForeignKey(ReportingPeriod, models.PROTECT, related_name="reports", verbose_name=_("period"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="reports", verbose_name=_("special team"))
    state = models.CharField(_("state"), max_length=12, choices=ReportState, default=ReportState.DRAFT)
    first_submitted_at = models.DateTimeField(_("first submitted"), null=True, blank=True)
    submitted_at = models.DateTimeField(_("submitted"), null=True, blank=True)
    resubmit_by = models.DateField(_("submit again by"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    word_back = models.CharField(
        _("the head's word"),
        max_length=500,
        blank=True,
        help_text=_("Why the head sent the draft back to the liaison; gone once it is handed over or submitted."),
    )

    objects = ProgressReportQuerySet.as_manager()

    class Meta:
        ordering = ["period", "team__order"]
        default_permissions = ()
        verbose_name = _("progress report")
        verbose_name_plural = _("progress reports")
        constraints = [
            models.UniqueConstraint(
                fields=["period", "team"],
                name="report_once_per_period",
                violation_error_message=_("The team has a report for this period already."),
            ),
            models.CheckConstraint(
                name="report_submitted_has_time",
                condition=Q(state="draft") | Q(first_submitted_at__isnull=False, submitted_at__isnull=False),
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

    def get_approve_url(self) -> str:
        """The page on which head or deputy signs it off."""
        return reverse("report_approve", args=[self.team.code, self.period.starts_on.isoformat()])

    @property
    def on_time(self) -> bool | None:
        """Whether the first complete submission was not after the due moment; None while there is none."""
        return None if self.first_submitted_at is None else self.first_submitted_at <= self.period.due_at

    def is_overdue(self, now: datetime) -> bool:
        """Not submitted when due, or returned and past its date (docs/rules.md#reports-on-time)."""
        if self.state == ReportState.DRAFT:
            return now > self.period.due_at
        return self.state == ReportState.RETURNED and day_of(now) > self.resubmit_by


class OfReportQuerySet(OfTeamQuerySet):
    """Rows and lines of a report."""

    team_lookup = "report__team_id"


class ReportEntry(Editable):
    """A report's row for one task: how far, what was done and what it achieved, or no change."""

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="entries", verbose_name=_("report"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="entries", verbose_name=_("key task"))
    percent = models.DecimalField(_("percent done"), max_digits=5, decimal_places=2, null=True, blank=True)
    done = models.DecimalField(_("count so far"), max_digits=12, decimal_places=2, null=True, blank=True)
    no_change = models.BooleanField(_("no change this period"), default=False)
    text = models.TextField(_("what was done and what it achieved"), blank=True)
    reason = models.TextField(_("why it went down"), blank=True)
    asks_close_out = models.BooleanField(_("asks to close the task out"), default=False)
    asks_due_on = models.DateField(_("asks for a new due date"), null=True, blank=True)
    ask_reason = models.TextField(_("reason for what is asked"), blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("last hand")
    )
    edited_at = models.DateTimeField(_("last written"), null=True, blank=True)

    objects = OfReportQuerySet.as_manager()

    class Meta:
        ordering = ["report", "task__number"]
        default_permissions = ()
        verbose_name = _("row of a report")
        verbose_name_plural = _("rows of reports")
        constraints = [
            models.UniqueConstraint(fields=["report", "task"], name="entry_once_per_task"),
            models.CheckConstraint(
                name="entry_percent_0_to_100",
                condition=Q(percent=None) | Q(percent__gte=0, percent__lte=100),
                violation_error_message=_("The percent lies between 0 and 100."),
            ),
            models.CheckConstraint(
                name="entry_count_not_negative",
                condition=Q(done=None) | Q(done__gte=0),
                violation_error_message=_("The count is 0 or more."),
            ),
            models.CheckConstraint(
                name="entry_asks_one_thing",
                condition=Q(asks_close_out=False) | Q(asks_due_on=None),
                violation_error_message=_("A row asks for close-out or for a new due date, not for both."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.task}"

    @property
    def written_version(self) -> int:
        """The version that a form sees: 0 until somebody has written in the row, though a file may lie in it."""
        return self.version if self.edited_at else 0


class HelpRequestQuerySet(OfReportQuerySet):
    """Questions about matters for coordination."""

    def visible_to(self, user: "User") -> Self:
        """Those of the reports a person may read; once sent, also those asked of that person or their department."""
        if user.has_role(*self.readers):
            return self
        if not user.is_active:
            return self.none()
        asked = Q(owner_id=user.pk)
        if user.department_id:
            asked |= Q(to_id=user.department_id)
        return self.filter(Q(report__team_id__in=team_ids_of(user)) | Q(asked, asked_at__isnull=False))

    def waiting(self) -> Self:
        """Sent and not answered, the longest waiting first."""
        return self.filter(asked_at__isnull=False, answered_at=None).order_by("asked_at", "pk")


class HelpRequest(Editable):
    """A matter for coordination (需协调事项): what is asked of whom, by when, and what was answered by whom.

    It is sent (`asked_at`) with the report's first submission that carries it.
    """

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="help_requests", verbose_name=_("report"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    key = models.CharField(
        _("key"),
        max_length=16,
        blank=True,
        help_text=_("The name under which a form knows the line from its first word on."),
    )
    text = models.CharField(_("matter"), max_length=500)
    to = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("asked of")
    )
    asked_at = models.DateTimeField(_("sent"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="matters",
        verbose_name=_("who answers"),
    )
    passed_on_at = models.DateTimeField(_("passed on"), null=True, blank=True)
    due_on = models.DateField(_("answer by"), null=True, blank=True)
    answer = models.TextField(_("answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    behalf = models.CharField(
        _("answered in the name of"),
        max_length=200,
        blank=True,
        help_text=_("Who answered on paper or by telephone, where the office has entered it."),
    )

    objects = HelpRequestQuerySet.as_manager()

    class Meta:
        ordering = ["report", "order", "pk"]
        default_permissions = ()
        verbose_name = _("matter for coordination")
        verbose_name_plural = _("matters for coordination")
        constraints = [
            models.CheckConstraint(
                name="matter_answered_whole",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False, asked_at__isnull=False) & ~Q(answer="")),
                violation_error_message=_("An answer has words, a person and a moment."),
            ),
            models.UniqueConstraint(fields=["report", "key"], condition=~Q(key=""), name="matter_key_once"),
        ]
        indexes = [
            models.Index(fields=["answered_at", "asked_at"], name="matter_waiting"),
            models.Index(fields=["asked_at", "id"], name="matter_list"),
        ]

    def __str__(self) -> str:
        return self.text

    def get_absolute_url(self) -> str:
        """The matter's page."""
        return reverse("matter", args=[self.pk])

    @property
    def handle(self) -> str:
        """By what a form calls the line: the key that came with its first word, else its number."""
        return self.key or str(self.pk)

    @property
    def is_waiting(self) -> bool:
        """Whether it was sent and nobody has answered."""
        return self.asked_at is not None and self.answered_at is None

    def days_waited(self, on: date) -> int:
        """Whole days from the day it was sent to the answer, or to `on` while it waits; 0 before it is sent."""
        if self.asked_at is None:
            return 0
        until = on if self.answered_at is None else day_of(self.answered_at)
        return (until - day_of(self.asked_at)).days

    def days_over(self, on: date) -> int:
        """Days past the day by which an answer is due, while it waits; 0 when it is not past."""
        return max((on - self.due_on).days, 0) if self.is_waiting and self.due_on else 0


class NextStep(Editable):
    """A next step (下步打算): a line with a date; the next report says what became of it, and it may become a task."""

    class Outcome(models.TextChoices):
        """What became of a next step."""

        DONE = "done", _("Done")
        PARTLY = "partly", _("Partly done")
        NOT = "not", _("Not done")

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="next_steps", verbose_name=_("report"))
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    key = models.CharField(
        _("key"),
        max_length=16,
        blank=True,
        help_text=_("The name under which a form knows the line from its first word on."),
    )
    text = models.CharField(_("next step"), max_length=500)
    due_on = models.DateField(_("due"), null=True, blank=True)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Outcome, blank=True)
    reason = models.CharField(_("why not, or what is missing"), max_length=500, blank=True)
    followed_in = models.ForeignKey(
        ProgressReport,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_steps",
        verbose_name=_("followed up in"),
    )
    task = models.OneToOneField(
        Task, models.PROTECT, null=True, blank=True, related_name="from_step", verbose_name=_("became the task")
    )

    objects = OfReportQuerySet.as_manager()

    class Meta:
        ordering = ["report", "order", "pk"]
        default_permissions = ()
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        constraints = [
            models.CheckConstraint(
                name="next_step_followed_whole",
                condition=Q(outcome="", followed_in=None) | (~Q(outcome="") & Q(followed_in__isnull=False)),
                violation_error_message=_("What became of a next step is said in a report."),
            ),
            models.UniqueConstraint(fields=["report", "key"], condition=~Q(key=""), name="next_step_key_once"),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def handle(self) -> str:
        """By what a form calls the line: the key that came with its first word, else its number."""
        return self.key or str(self.pk)
