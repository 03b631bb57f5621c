"""Decisions of meetings: for which teams, what became of them, when they were done."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.people.models import Department
from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import Level, SpecialTeam, Task, team_ids_of

from ..states import DecisionState, MeetingState
from .meeting import PREPARERS, AgendaItem, Meeting
from .problem import Problem

if TYPE_CHECKING:
    from governance.people.models import User


class Audience(models.TextChoices):
    """For which teams a decision or a line is; fixed when it is adopted (docs/rules.md#audience)."""

    ALL = "all", _("All special teams")
    NEW = "new", _("New special teams")
    NAMED = "named", _("Named special teams")


class DecisionQuerySet(models.QuerySet["Decision"]):
    """Questions about decisions."""

    def visible_to(self, user: "User") -> Self:
        """All for those who prepare; others read issued ones and those of their teams (docs/rules.md#meetings)."""
        if not user.is_active:
            return self.none()
        if user.has_role(*PREPARERS):
            return self
        issued = Q(meeting__state=MeetingState.MINUTES_ISSUED)
        own = Q(pk__in=DecisionTeam.objects.filter(team__in=team_ids_of(user)).values("decision"))
        return self.filter(issued | own, state=DecisionState.ADOPTED)


class Decision(Editable):
    """What a meeting decided (议定事项). Whether it is done is read from its outcomes, never stored."""

    class Makes(models.TextChoices):
        """What it is to become."""

        OWN_TASKS = "own_tasks", _("A task for each team")
        JOINT_TASK = "joint_task", _("One joint task")
        EXISTING_TASK = "existing_task", _("An existing task")
        PROBLEM = "problem", _("A problem")
        NOTHING = "nothing", _("No task or problem")

    WITHHELD_FROM_AUDIT = frozenset({"text", "drop_reason"})

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="decisions", verbose_name=_("meeting"))
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("item of the agenda")
    )
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(pgettext_lazy("decision", "text"))
    audience = models.CharField(_("for"), max_length=10, choices=Audience, default=Audience.NAMED)
    named = models.ManyToManyField(SpecialTeam, related_name="+", blank=True, verbose_name=_("named special teams"))
    lead_department = models.ForeignKey(
        Department, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("lead department")
    )
    due_on = models.DateField(_("due"), null=True, blank=True)
    level = models.PositiveSmallIntegerField(_("level"), choices=Level, default=Level.ORDINARY)
    makes = models.CharField(_("becomes"), max_length=20, choices=Makes, default=Makes.OWN_TASKS)
    state = models.CharField(_("state"), max_length=10, choices=DecisionState, default=DecisionState.PROPOSED)
    adopted_at = models.DateTimeField(_("adopted"), null=True, blank=True)
    adopted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("adopted by")
    )
    settled_at = models.DateTimeField(
        _("turned into work"), null=True, blank=True, help_text=_("When it was said what it becomes, nothing included.")
    )
    dropped_at = models.DateTimeField(pgettext_lazy("decision", "dropped"), null=True, blank=True)
    drop_reason = models.TextField(pgettext_lazy("decision", "reason for dropping it"), blank=True)

    objects = DecisionQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["meeting", "number"]
        verbose_name = pgettext_lazy("meeting", "decision")
        verbose_name_plural = _("decisions")
        constraints = [
            models.UniqueConstraint(
                fields=["meeting", "number"],
                name="decision_number",
                violation_error_message=_("Another decision of this meeting has this number."),
            ),
            models.CheckConstraint(
                name="decision_adopted_whole",
                condition=Q(adopted_at=None, adopted_by=None) | Q(adopted_at__isnull=False, adopted_by__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_adopted_by_somebody",
                condition=~Q(state="adopted") | Q(adopted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="decision_dropped_with_reason",
                condition=~Q(state="dropped") | ~Q(drop_reason=""),
                violation_error_message=_("State why the decision is dropped."),
            ),
            models.CheckConstraint(
                name="decision_dropped_at_a_moment",
                condition=Q(state="dropped", dropped_at__isnull=False) | (~Q(state="dropped") & Q(dropped_at=None)),
            ),
            models.CheckConstraint(
                name="decision_dropped_after_adoption",
                condition=Q(dropped_at=None) | Q(adopted_at=None) | Q(dropped_at__gte=F("adopted_at")),
            ),
            models.CheckConstraint(
                name="decision_work_after_adoption",
                condition=Q(settled_at=None) | Q(adopted_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(meeting)s, decision %(number)s") % {"meeting": self.meeting, "number": self.number}


class OfDecisionQuerySet(models.QuerySet):
    """Rows of decisions, for whoever reads the decision."""

    def visible_to(self, user: "User") -> Self:
        """Those of decisions that `user` may read."""
        return self.filter(decision__in=Decision.objects.visible_to(user).values("pk"))


class KeptOfDecisionQuerySet(InsertOnlyRows, OfDecisionQuerySet):
    """Insert-only rows of decisions."""


class DecisionTeam(InsertOnly):
    """A team for which a decision is, fixed when it was adopted."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="teams", verbose_name=pgettext_lazy("meeting", "decision")
    )
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="decisions", verbose_name=_("special team"))

    objects = KeptOfDecisionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["decision", "team__order"]
        verbose_name = _("team of a decision")
        verbose_name_plural = _("teams of decisions")
        constraints = [models.UniqueConstraint(fields=["decision", "team"], name="decision_team_once")]

    def __str__(self) -> str:
        return f"{self.decision} {self.team.short_name}"


class DecisionOutcome(InsertOnly):
    """What a decision became for a team: a task or a problem; `made` when the decision created it."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="outcomes", verbose_name=pgettext_lazy("meeting", "decision")
    )
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    task = models.ForeignKey(
        Task, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("key task")
    )
    problem = models.ForeignKey(
        Problem, models.PROTECT, null=True, blank=True, related_name="decisions", verbose_name=_("problem")
    )
    made = models.BooleanField(_("created by the decision"))

    objects = KeptOfDecisionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["decision", "pk"]
        verbose_name = _("outcome of a decision")
        verbose_name_plural = _("outcomes of decisions")
        constraints = [
            models.CheckConstraint(
                name="decision_outcome_one_thing",
                condition=Q(task__isnull=False, problem=None) | Q(task=None, problem__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["decision", "team", "task"], condition=Q(problem=None), name="decision_task_once"
            ),
            models.UniqueConstraint(
                fields=["decision", "team", "problem"], condition=Q(task=None), name="decision_problem_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.decision} → {self.task or self.problem}"


class DecisionDone(InsertOnly):
    """The office's word that a decision without task or problem is done for a team; a later row may withdraw it."""

    decision = models.ForeignKey(
        Decision, models.PROTECT, related_name="done_records", verbose_name=pgettext_lazy("meeting", "decision")
    )
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    number = models.PositiveSmallIntegerField(_("number"))
    done_on = models.DateField(_("done on"), null=True, blank=True, help_text=_("Empty: the record is withdrawn."))
    text = models.TextField(_("how"))

    objects = KeptOfDecisionQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["decision", "team__order", "number"]
        verbose_name = _("record of a decision done")
        verbose_name_plural = _("records of decisions done")
        constraints = [models.UniqueConstraint(fields=["decision", "team", "number"], name="decision_done_number")]

    def __str__(self) -> str:
        return f"{self.decision} {self.team.short_name} #{self.number}"
