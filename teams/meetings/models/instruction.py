"""Instructions of leaders: lines for action, guidance or reading, and what became of them."""

from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.records.models import Editable, InsertOnly, InsertOnlyRows
from teams.models import SpecialAction, SpecialTeam, team_ids_of

from ..states import DecisionState
from .decision import Audience
from .meeting import PREPARERS, AgendaItem

if TYPE_CHECKING:
    from governance.people.models import User


class InstructionQuerySet(models.QuerySet["Instruction"]):
    def visible_to(self, user: "User") -> Self:
        """All for those who prepare; for members those with an adopted line for one of their current teams."""
        if user.has_role(*PREPARERS):
            return self
        return self.filter(lines__in=InstructionLine.objects.visible_to(user).values("pk")).distinct()


class Instruction(Editable):
    """What a leader instructed (领导批示), in writing or at a meeting."""

    action = models.ForeignKey(
        SpecialAction, models.PROTECT, related_name="instructions", verbose_name=_("special action")
    )
    year = models.PositiveSmallIntegerField(_("year"))
    number = models.PositiveSmallIntegerField(_("number"))
    title = models.CharField(_("title"), max_length=120)
    leader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("leader"))
    given_on = models.DateField(_("given on"))
    item = models.ForeignKey(
        AgendaItem, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("item of the agenda")
    )
    behalf = models.CharField(_("recorded on behalf of"), max_length=200, blank=True)

    objects = InstructionQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["-year", "-number"]
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        constraints = [
            models.UniqueConstraint(
                fields=["action", "year", "number"],
                name="instruction_number",
                violation_error_message=_("This number is taken in its series."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.audit_name} {self.title}"

    @property
    def audit_name(self) -> str:
        """Its number: what was instructed is not for auditors."""
        return f"〔{self.year}〕{self.number}"


class InstructionLineQuerySet(models.QuerySet["InstructionLine"]):
    def visible_to(self, user: "User") -> Self:
        """All for those who prepare; adopted ones for the members of their teams."""
        if user.has_role(Role.MEETING_SECRETARY, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER):
            return self
        own = LineTeam.objects.filter(team__in=team_ids_of(user)).values("line")
        return self.filter(pk__in=own, state=DecisionState.ADOPTED)


class InstructionLine(Editable):
    """A line of an instruction. Only lines for action are owed (docs/rules.md#instructions)."""

    class Kind(models.TextChoices):
        """What is expected."""

        ACTION = "action", pgettext_lazy("instruction", "For action")
        GUIDANCE = "guidance", pgettext_lazy("instruction", "For guidance")
        READING = "reading", pgettext_lazy("instruction", "For reading")

    WITHHELD_FROM_AUDIT = frozenset({"text", "drop_reason"})

    instruction = models.ForeignKey(Instruction, models.PROTECT, related_name="lines", verbose_name=_("instruction"))
    number = models.PositiveSmallIntegerField(_("number"))
    text = models.TextField(pgettext_lazy("instruction", "text"))
    kind = models.CharField(pgettext_lazy("instruction", "kind"), max_length=10, choices=Kind)
    audience = models.CharField(_("for"), max_length=10, choices=Audience, default=Audience.ALL)
    named = models.ManyToManyField(SpecialTeam, related_name="+", blank=True, verbose_name=_("named special teams"))
    due_on = models.DateField(_("due"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=DecisionState, default=DecisionState.PROPOSED)
    adopted_at = models.DateTimeField(_("adopted"), null=True, blank=True)
    drop_reason = models.TextField(pgettext_lazy("decision", "reason for dropping it"), blank=True)

    objects = InstructionLineQuerySet.as_manager()

    class Meta(Editable.Meta):
        ordering = ["instruction", "number"]
        verbose_name = _("line of an instruction")
        verbose_name_plural = _("lines of instructions")
        constraints = [
            models.UniqueConstraint(fields=["instruction", "number"], name="instruction_line_number"),
            models.CheckConstraint(
                name="instruction_due_only_for_action",
                condition=Q(due_on=None) | Q(kind="action"),
                violation_error_message=_("Only a line for action has a due date."),
            ),
            models.CheckConstraint(
                name="instruction_line_adopted_at",
                condition=~Q(state="adopted") | Q(adopted_at__isnull=False),
            ),
            models.CheckConstraint(
                name="instruction_line_dropped_with_reason",
                condition=~Q(state="dropped") | ~Q(drop_reason=""),
                violation_error_message=_("State why the line is dropped."),
            ),
        ]

    def __str__(self) -> str:
        return gettext("%(instruction)s, line %(number)s") % {"instruction": self.instruction, "number": self.number}

    @property
    def audit_name(self) -> str:
        """The number of the instruction and its own."""
        return f"{self.instruction.audit_name}-{self.number}"


class OfLineQuerySet(InsertOnlyRows, models.QuerySet):
    """Insert-only rows of lines, for whoever reads the line."""

    def visible_to(self, user: "User") -> Self:
        """Those of lines that `user` may read."""
        return self.filter(line__in=InstructionLine.objects.visible_to(user).values("pk"))


class LineTeam(InsertOnly):
    """A team for which a line is, fixed when it was adopted."""

    line = models.ForeignKey(InstructionLine, models.PROTECT, related_name="teams", verbose_name=_("line"))
    team = models.ForeignKey(
        SpecialTeam, models.PROTECT, related_name="instruction_lines", verbose_name=_("special team")
    )

    objects = OfLineQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["line", "team__order"]
        verbose_name = _("team of a line")
        verbose_name_plural = _("teams of lines")
        constraints = [models.UniqueConstraint(fields=["line", "team"], name="line_team_once")]

    def __str__(self) -> str:
        return f"{self.line} {self.team.short_name}"


class LineOutcome(InsertOnly):
    """What a team did about a line, reported by its head or recorded by the office; a later row may withdraw it."""

    line = models.ForeignKey(InstructionLine, models.PROTECT, related_name="outcomes", verbose_name=_("line"))
    team = models.ForeignKey(SpecialTeam, models.PROTECT, related_name="+", verbose_name=_("special team"))
    number = models.PositiveSmallIntegerField(_("number"))
    done_on = models.DateField(_("done on"), null=True, blank=True, help_text=_("Empty: the record is withdrawn."))
    text = models.TextField(_("how"))

    objects = OfLineQuerySet.as_manager()

    class Meta(InsertOnly.Meta):
        ordering = ["line", "team__order", "number"]
        verbose_name = _("outcome of a line")
        verbose_name_plural = _("outcomes of lines")
        constraints = [models.UniqueConstraint(fields=["line", "team", "number"], name="line_outcome_number")]

    def __str__(self) -> str:
        return f"{self.line} {self.team.short_name} #{self.number}"
