"""Prominent problems: where found, for which teams, the steps to their end."""

from datetime import date
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import HelpRequest, ReportEntry, SpecialAction, SpecialTeam, Task, team_ids_of

from ..states import LIVE_PROBLEM_STATES, ProblemState
from .meeting import AgendaItem

if TYPE_CHECKING:
    from governance.people.models import User

READERS = (Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)
"""Who reads problems and orders of every team (docs/rules.md#visibility)."""


class ProblemQuerySet(models.QuerySet["Problem"]):
    """Questions about problems; their teams, the office and the leaders read them."""

    def visible_to(self, user: "User") -> Self:
        """All for the office and leaders, those of their current teams for members."""
        if user.has_role(*READERS):
            return self
        of_teams = ProblemTeam.objects.filter(team__in=team_ids_of(user)).values("problem")
        return self.filter(pk__in=of_teams)

    def live(self) -> Self:
        """Those still worked on."""
        return self.filter(state__in=LIVE_PROBLEM_STATES)

    def with_return(self) -> Self:
        """Annotate `has_returned`: it was closed out and is worked on again."""
        closed = ProblemStep.objects.filter(problem=OuterRef("pk"), state=ProblemState.CLOSED_OUT)
        return self.annotate(has_returned=Q(Exists(closed), state__in=LIVE_PROBLEM_STATES))


class Problem(Editable):
    """A prominent problem (突出问题), numbered within its action."""

    class FoundBy(models.TextChoices):
        """How it came to light."""

        REPORT = "report", pgettext_lazy("problem", "A report")
        MEETING = "meeting", pgettext_lazy("problem", "A meeting")
        CHECK = "check", pgettext_lazy("problem", "A check on the spot")
        INSPECTION = "inspection", pgettext_lazy("problem", "An inspection from above")
        PEOPLE = "people", pgettext_lazy("problem", "Letters and calls of the people")
        OTHER = "other", pgettext_lazy("problem", "Otherwise")

    class Severity(models.IntegerChoices):
        """How serious it is."""

        ORDINARY = 1, pgettext_lazy("problem", "Ordinary")
        SERIOUS = 2, pgettext_lazy("problem", "Serious")

    WITHHELD_FROM_AUDIT = frozenset({"title", "cause", "solved_when", "drop_reason"})

    action = models.ForeignKey(SpecialAction, models.PROTECT, related_name="problems", verbose_name=_("special action"))
    number = models.PositiveIntegerField(_("number"))
    title = models.CharField(_("problem"), max_length=200)
    found_by = models.CharField(_("found by"), max_length=12, choices=FoundBy)
    found_on = models.DateField(_("found on"))
    raised_at = models.DateTimeField(_("raised"))
    raised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("raised by")
    )
    entry = models.ForeignKey(
        ReportEntry, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("row of a report")
    )
    matter = models.ForeignKey(
        HelpRequest, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("matter")
    )
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="problems", verbose_name=_("item of the agenda")
    )
    follows = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="followed_by",
        verbose_name=_("earlier problem that has returned"),
    )
    state = models.CharField(_("state"), max_length=12, choices=ProblemState, default=ProblemState.RAISED)
    common = models.BooleanField(_("common to several teams"), default=False)
    severity = models.PositiveSmallIntegerField(_("severity"), choices=Severity, default=Severity.ORDINARY)
    cause = models.TextField(pgettext_lazy("problem", "cause"), blank=True)
    lead = models.ForeignKey(
        SpecialTeam, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead team")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("owner")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    first_due_on = models.DateField(
        _("due as first set"), null=True, blank=True, help_text=_("The measures judge by this date.")
    )
    solved_when = models.TextField(_("solved when"), blank=True)
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged", verbose_name=_("merged into")
    )
    look_again_on = models.DateField(_("look back on"), null=True, blank=True)
    drop_reason = models.TextField(_("reason for dropping it"), blank=True)

    objects = ProblemQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["action", "number"]
        verbose_name = _("problem")
        verbose_name_plural = _("problems")
        constraints = [
            models.UniqueConstraint(fields=["action", "number"], name="problem_number"),
            models.CheckConstraint(
                name="problem_one_origin",
                condition=Q(entry=None, matter=None) | Q(entry=None, item=None) | Q(matter=None, item=None),
                violation_error_message=_("A problem comes from one place."),
            ),
            models.CheckConstraint(
                name="problem_analysed_whole",
                condition=~Q(state__in=("analysed", "rectifying", "resolved", "closed_out"))
                | (Q(lead__isnull=False, due_on__isnull=False, first_due_on__isnull=False) & ~Q(cause="")),
                violation_error_message=_("An analysed problem has a cause, a lead team and a due date."),
            ),
            models.CheckConstraint(
                name="problem_merged_somewhere",
                condition=Q(state="merged", merged_into__isnull=False) | (~Q(state="merged") & Q(merged_into=None)),
            ),
            models.CheckConstraint(
                name="problem_not_into_itself",
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                violation_error_message=_("A problem cannot be merged into itself."),
            ),
            models.CheckConstraint(
                name="problem_dropped_with_reason",
                condition=~Q(state="dropped") | ~Q(drop_reason=""),
                violation_error_message=_("State why the problem is dropped."),
            ),
        ]
        indexes = [models.Index(fields=["action", "state"], name="problem_state")]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def audit_name(self) -> str:
        """Its number: what the problem is, is not for auditors."""
        return f"#{self.number}"

    def get_absolute_url(self) -> str:
        """The problem's page."""
        return reverse("problem", args=[self.number])

    @property
    def is_live(self) -> bool:
        """Whether it is still worked on."""
        return self.state in LIVE_PROBLEM_STATES

    def days_over(self, day: date) -> int:
        """Days past the due date while it is analysed or in rectification; 0 when it is not past."""
        worked_on = self.state in (ProblemState.ANALYSED, ProblemState.RECTIFYING)
        return max((day - self.due_on).days, 0) if worked_on and self.due_on else 0

    def age(self, day: date) -> int:
        """Days since it was found; 0 on that day."""
        return (day - self.found_on).days


class OfProblemQuerySet(models.QuerySet):
    """Rows of problems, for whoever reads the problem."""

    def visible_to(self, user: "User") -> Self:
        """Those of problems that `user` may read."""
        if user.has_role(*READERS):
            return self
        return self.filter(problem__in=Problem.objects.visible_to(user).values("pk"))


class KeptOfProblemQuerySet(InsertOnlyRows, OfProblemQuerySet):
    """Insert-only rows of problems."""


class ProblemTeam(Editable):
    """A team that has the problem."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="teams", verbose_name=_("problem"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="problems", verbose_name=_("special team"))
    joined_at = models.DateTimeField(_("joined"), help_text=_("When the problem became one of this team."))

    objects = OfProblemQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["problem", "team__order"]
        verbose_name = _("team of a problem")
        verbose_name_plural = _("teams of problems")
        constraints = [models.UniqueConstraint(fields=["problem", "team"], name="problem_team_once")]

    def __str__(self) -> str:
        return f"{self.problem} {self.team.short_name}"


class ProblemTask(Editable):
    """A task of rectification: while it is open, the problem cannot be closed out."""

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="tasks", verbose_name=_("problem"))
    task = models.ForeignKey(Task, models.PROTECT, related_name="problems", verbose_name=_("key task"))

    objects = OfProblemQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["problem", "task__number"]
        verbose_name = _("task of rectification")
        verbose_name_plural = _("tasks of rectification")
        constraints = [models.UniqueConstraint(fields=["problem", "task"], name="problem_task_once")]

    def __str__(self) -> str:
        return f"{self.problem} → {self.task}"


class ProblemStep(InsertOnly):
    """A step of a problem: the state that it reached, with the due date then in force and the words."""

    numbered_within = "problem"

    problem = models.ForeignKey(Problem, models.PROTECT, related_name="steps", verbose_name=_("problem"))
    number = models.PositiveSmallIntegerField(_("number"))
    state = models.CharField(_("state"), max_length=12, choices=ProblemState)
    due_on = models.DateField(_("due"), null=True, blank=True)
    text = models.TextField(_("what was done"), blank=True)

    objects = KeptOfProblemQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["problem", "number"]
        verbose_name = _("step of a problem")
        verbose_name_plural = _("steps of problems")
        constraints = [models.UniqueConstraint(fields=["problem", "number"], name="problem_step_number")]

    def __str__(self) -> str:
        return f"{self.problem} #{self.number}"
