"""The lines of a progress report: matters for coordination and next steps."""

from datetime import date
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, pgettext_lazy

from governance.clock import day_of
from governance.lists.text import Text, day_text
from governance.people.models import Department
from governance.records.models import Editable

from ..states import MatterState
from .period import ReportingPeriod
from .report import OfReportQuerySet, ProgressReport
from .task import Task
from .team import SpecialTeam, team_ids_of

if TYPE_CHECKING:
    from governance.people.models import User

LONGEST_LINE = 500
"""The longest text of a line, and of the reason why a next step was not done, in characters."""

WORDS_MISSING = gettext_noop("Enter text, or clear the whole line.")


class Line(Editable):
    """A line below the rows of a report, with its own date and version.

    Each kind names the fields whose wording differs (`text`, `due_on`, `report`).
    """

    KIND: ClassVar[str]
    WITHHELD_FROM_AUDIT = frozenset({"text", "answer", "reason"})
    """The prefix by which forms and refusals name lines of this kind: `step-k2`."""
    WRITTEN: ClassVar[tuple[str, ...]] = ("text", "due_on")
    """The fields that a team writes."""

    report: "models.ForeignKey[ProgressReport, ProgressReport]"
    text: "models.CharField[str, str]"
    due_on: "models.DateField[date | None, date | None]"
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    key = models.CharField(
        _("key"),
        max_length=16,
        blank=True,
        help_text=_("Identifies the line in a form from its first character on."),
    )

    class Meta(Editable.Meta):
        abstract = True
        ordering: ClassVar = ["report", "order", "pk"]

    def __str__(self) -> str:
        return self.text

    @property
    def audit_name(self) -> str:
        """The report and the line's number."""
        return f"{self.report} #{self.pk}"

    @property
    def handle(self) -> str:
        """The name of the line in a form: the key sent with its first text, otherwise its number."""
        return self.key or str(self.pk)

    @property
    def written_version(self) -> int:
        """The version that a form sees: 0 for a new line."""
        return self.version if self.pk else 0

    def words(self) -> list[str]:
        """The line's text, as the audit log stores it."""
        return [str(getattr(self, name) or "") for name in self.WRITTEN]

    def settled_words(self) -> Text | None:
        """Why the line can no longer be changed or removed; None where it can."""
        raise NotImplementedError

    def held_fields(self) -> frozenset[str]:
        """Fields that the team cannot change."""
        return frozenset()


class HelpRequestQuerySet(OfReportQuerySet):
    def visible_to(self, user: "User") -> Self:
        """Those in reports a person may read; once sent, also those addressed to that person or their department."""
        if user.has_role(*self.readers):
            return self
        if not user.is_active:
            return self.none()
        asked = Q(owner_id=user.pk)
        if user.department_id:
            asked |= Q(to_id=user.department_id)
        return self.filter(Q(report__team_id__in=team_ids_of(user)) | Q(asked, asked_at__isnull=False))

    def waiting(self) -> Self:
        """Sent and not answered, longest waiting first."""
        return self.filter(asked_at__isnull=False, answered_at=None).order_by("asked_at", "pk")

    def waiting_by_department(self, on: date) -> models.QuerySet[Any, dict[str, Any]]:
        """For each department asked, longest waiting first: `count`, when the `first` was sent, how many `overdue`."""
        overdue = models.Count("pk", filter=Q(due_on__lt=on))
        found = self.waiting().order_by().values("to__code", "to__name").annotate(count=models.Count("pk"))
        return found.annotate(first=models.Min("asked_at"), overdue=overdue).order_by("first", "to__code")


class HelpRequest(Line):
    """A matter for coordination (需协调事项): what is asked of whom, by when, and who answered what.

    It is sent (`asked_at`) with the first submission of the report that carries it.
    """

    KIND = "matter"
    WRITTEN = ("text", "to", "due_on")

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="help_requests", verbose_name=_("report"))
    text = models.CharField(_("matter"), max_length=LONGEST_LINE)
    to = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("addressed to")
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
    passed_on_at = models.DateTimeField(_("forwarded"), null=True, blank=True)
    due_on = models.DateField(_("answer by"), null=True, blank=True)
    answer = models.TextField(pgettext_lazy("matter", "answer"), blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("answered by")
    )
    behalf = models.CharField(
        _("answered on behalf of"),
        max_length=200,
        blank=True,
        help_text=_("Who answered in writing or by telephone, if entered by the office."),
    )

    objects = HelpRequestQuerySet.as_manager()

    class Meta(Line.Meta):
        verbose_name = _("matter for coordination")
        verbose_name_plural = _("matters for coordination")
        constraints = [
            models.CheckConstraint(
                name="matter_answered_whole",
                condition=Q(answered_at=None, answered_by=None, answer="")
                | (Q(answered_at__isnull=False, answered_by__isnull=False, asked_at__isnull=False) & ~Q(answer="")),
                violation_error_message=_("An answer has a text, a person and a time."),
            ),
            models.UniqueConstraint(fields=["report", "key"], condition=~Q(key=""), name="matter_key_once"),
        ]
        indexes = [
            models.Index(fields=["answered_at", "asked_at"], name="matter_waiting"),
            models.Index(fields=["asked_at", "id"], name="matter_list"),
        ]

    def get_absolute_url(self) -> str:
        """The matter's page."""
        return reverse("matter", args=[self.pk])

    def settled_words(self) -> Text | None:
        """An answered matter cannot change."""
        if self.answered_at is None:
            return None
        return _("This matter was answered on %(day)s and can no longer be changed.") % {
            "day": day_text(self.answered_at)
        }

    def held_fields(self) -> frozenset[str]:
        """Once it is passed on, the office has set the date."""
        return frozenset({"due_on"} if self.passed_on_at else ())

    @property
    def is_waiting(self) -> bool:
        """Whether it was sent and nobody has answered."""
        return self.asked_at is not None and self.answered_at is None

    def state_on(self, on: date) -> MatterState:
        """Its state on the day `on`."""
        if self.answered_at is not None:
            return MatterState.ANSWERED
        if self.asked_at is None:
            return MatterState.DRAFT
        return MatterState.OVERDUE if self.days_over(on) else MatterState.WAITING

    def days_waited(self, on: date) -> int:
        """Whole days from sending to the answer, or to `on` while it waits; 0 before it is sent."""
        if self.asked_at is None:
            return 0
        until = on if self.answered_at is None else day_of(self.answered_at)
        return (until - day_of(self.asked_at)).days

    def days_over(self, on: date) -> int:
        """Days past the due date of the answer, while it waits; 0 when it is not past."""
        return max((on - self.due_on).days, 0) if self.is_waiting and self.due_on else 0


class NextStepQuerySet(OfReportQuerySet):
    def of_last_time(self, team: SpecialTeam, period: ReportingPeriod) -> Self:
        """The steps that the team's report for `period` follows up: those of its latest submitted report before.

        Steps that another report has followed up since are left out.
        """
        last = (
            ProgressReport.objects.filter(
                team=team, period__starts_on__lt=period.starts_on, first_submitted_at__isnull=False
            )
            .order_by("-period__starts_on")
            .values("pk")[:1]
        )
        open_or_here = Q(followed_in=None) | Q(followed_in__team=team, followed_in__period=period)
        return self.filter(open_or_here, report=models.Subquery(last))


class NextStep(Line):
    """A next step (下步打算), with a date. The next report says whether it was done; it may become a task
    (docs/rules.md#next-steps).
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        PARTLY = "partly", _("Partly done")
        NOT = "not", _("Not done")
        NOT_DUE = "not_due", _("Not due yet")

    KIND = "step"
    FOLLOWED: ClassVar = ("outcome", "reason")
    """The fields that the next report fills in."""
    OUTCOME_MISSING: ClassVar = _("Say whether it was done, partly done or not done.")
    DAY_MISSING: ClassVar = _("Enter the date by which it will be done.")

    report = models.ForeignKey(ProgressReport, models.PROTECT, related_name="next_steps", verbose_name=_("report"))
    text = models.CharField(_("next step"), max_length=LONGEST_LINE)
    due_on = models.DateField(_("due"), null=True, blank=True)
    outcome = models.CharField(_("what became of it"), max_length=10, choices=Outcome, blank=True)
    reason = models.CharField(_("why not, or what is missing"), max_length=LONGEST_LINE, blank=True)
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

    objects = NextStepQuerySet.as_manager()

    class Meta(Line.Meta):
        verbose_name = _("next step")
        verbose_name_plural = _("next steps")
        constraints = [
            models.CheckConstraint(
                name="next_step_followed_whole",
                condition=Q(outcome="", followed_in=None) | (~Q(outcome="") & Q(followed_in__isnull=False)),
                violation_error_message=_("The outcome of a next step is stated in a report."),
            ),
            models.UniqueConstraint(fields=["report", "key"], condition=~Q(key=""), name="next_step_key_once"),
        ]

    def settled_words(self) -> Text | None:
        """A step that was followed up, or became a task, cannot change."""
        if not self.outcome and self.task_id is None:
            return None
        return _("This next step has been followed up and can no longer be changed.")

    def is_due_in(self, period: ReportingPeriod) -> bool:
        """Whether its day has come by the end of `period`, so that the report says what became of it."""
        return self.due_on is None or self.due_on <= period.ends_on

    def lacks(self) -> dict[str, Text]:
        """What the next report still has to fill in: {field: message}, empty when it is complete."""
        if not self.outcome:
            return {"outcome": self.OUTCOME_MISSING}
        if self.outcome == self.Outcome.NOT and not self.reason:
            return {"reason": _("Say why it was not done.")}
        return {}
