"""Mixins that find the row in the address, one for each noun of the loop; what a person may not see is a 404."""

from typing import TYPE_CHECKING, Any

from django.db.models import QuerySet
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.utils.functional import cached_property

from governance.clock import day_of
from governance.lists.addresses import number_in
from governance.lists.requests import Request
from teams.models import HelpRequest, ReportEntry, SpecialAction, SpecialTeam, Task
from teams.views.rows import NeedsActionMixin, Page

from ..follow_up.access import chapters_readable
from ..models import (
    AgendaItem,
    Circular,
    CircularDraft,
    Clause,
    Decision,
    Instruction,
    InstructionLine,
    Meeting,
    OrderAnswer,
    Problem,
    ProblemEvidence,
    Requirement,
    Showcase,
    ShowcaseStep,
    SupervisionOrder,
)
from ..orders.desk import with_answers

if TYPE_CHECKING:
    from django.views.generic import TemplateView as _View
else:
    _View = object


def version_seen(request: Request) -> int:
    """The version that a posted page was shown in; 0, which no row has, where it does not say."""
    return number_in(request.POST.get("version", "")) or 0


class MeetingMixin(NeedsActionMixin):
    """A page about the meeting in the address: promotion-2026-1, the key of a cancelled one."""

    kwargs: dict[str, Any]

    @cached_property
    def meeting(self) -> Meeting:
        """The meeting of the chosen action."""
        rows = Meeting.objects.visible_to(self.request.user).filter(action=self.action)
        related = rows.select_related("action", "chair", "secretary", "submitted_by")
        return get_object_or_404(related.with_code(self.kwargs["code"]))


class ChapterMixin(MeetingMixin):
    """A page about a team's chapter at a meeting."""

    @cached_property
    def team(self) -> SpecialTeam:
        """The team in the address; 404 when it is none of the meeting's, or the reader may not read its chapter."""
        rows = SpecialTeam.objects.visible_to(self.request.user).existing_on(day_of(self.meeting.starts_at))
        team = get_object_or_404(rows, action=self.action, code=self.kwargs["team"])
        if not chapters_readable(self.meeting, [team.pk], self.request.user):
            raise Http404
        return team


class ItemMixin(MeetingMixin):
    """A page about an item of the agenda of a meeting."""

    @cached_property
    def item(self) -> AgendaItem:
        """The item in the address; 404 when it is another meeting's."""
        rows = AgendaItem.objects.visible_to(self.request.user).filter(meeting=self.meeting)
        item = get_object_or_404(rows.select_related("team", "speaker"), pk=self.kwargs["pk"])
        item.meeting = self.meeting
        return item


class DeferredItemMixin(MeetingMixin):
    """A page about an item that another meeting of the action deferred."""

    @cached_property
    def item(self) -> AgendaItem:
        """The item in the address."""
        rows = AgendaItem.objects.visible_to(self.request.user).filter(meeting__action=self.action)
        return get_object_or_404(rows.select_related("meeting", "team"), pk=self.kwargs["pk"])


# Supervision orders and circulars ------------------------------------------------------------------------------------
class OrderMixin(NeedsActionMixin):
    """A page about an order of the chosen action, found by series, year and number."""

    @cached_property
    def order(self) -> SupervisionOrder:
        """The order in the address, with what was answered."""
        found = with_answers(SupervisionOrder.objects.visible_to(self.request.user).filter(action=self.action))
        names = ("series", "year", "number")
        return get_object_or_404(found, **{name: self.kwargs[name] for name in names})

    def answer_numbered(self, number: int) -> OrderAnswer:
        """One of its answers."""
        answers = OrderAnswer.objects.visible_to(self.request.user).select_related("order")
        return get_object_or_404(answers, order=self.order, number=number)


class ProposalMixin(NeedsActionMixin):
    """A page about a proposal: of the task or of the team in the address."""

    @cached_property
    def task(self) -> Task | None:
        """The task, if the address names one."""
        if "year" not in self.kwargs:
            return None
        tasks = Task.objects.visible_to(self.request.user).filter(action=self.action).select_related("team")
        return get_object_or_404(tasks, year=self.kwargs["year"], number=self.kwargs["number"])

    @cached_property
    def team(self) -> SpecialTeam:
        """The team of the task, or the one in the address."""
        if self.task is not None:
            return self.task.team
        teams = SpecialTeam.objects.visible_to(self.request.user)
        return get_object_or_404(teams, action=self.action, code=self.kwargs["code"])


class CircularDraftMixin(NeedsActionMixin):
    """A page about a circular that is being written."""

    @cached_property
    def draft(self) -> CircularDraft:
        """The draft in the address."""
        drafts = CircularDraft.objects.visible_to(self.request.user).select_related("written_by", "action")
        return get_object_or_404(drafts, action=self.action, pk=self.kwargs["pk"])


class CircularMixin(NeedsActionMixin):
    """A page about a signed circular, found by year and number."""

    @cached_property
    def circular(self) -> Circular:
        """The circular in the address."""
        rows = Circular.objects.visible_to(self.request.user).select_related("by", "signed_by")
        return get_object_or_404(rows, action=self.action, **{name: self.kwargs[name] for name in ("year", "number")})


# Requirements from above ---------------------------------------------------------------------------------------------
class RequirementMixin(Page):
    """A page about a requirement."""

    @cached_property
    def requirement(self) -> Requirement:
        """The requirement in the address."""
        rows = Requirement.objects.visible_to(self.request.user).select_related("action", "file")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class ClauseMixin(RequirementMixin):
    """A page about a clause of a requirement."""

    @cached_property
    def clause(self) -> Clause:
        """The clause in the address, by its number."""
        rows = Clause.objects.visible_to(self.request.user).select_related("team")
        clause = get_object_or_404(rows, requirement=self.requirement, number=self.kwargs["number"])
        clause.requirement = self.requirement
        return clause


class AnsweringTeamMixin(ClauseMixin):
    """A page about a clause and a team of its action."""

    @cached_property
    def team(self) -> SpecialTeam:
        """The team in the address."""
        rows = SpecialTeam.objects.visible_to(self.request.user).filter(action=self.requirement.action)
        return get_object_or_404(rows, code=self.kwargs["code"])


# Showcases -----------------------------------------------------------------------------------------------------------
class ShowcaseMixin(Page):
    """A page about a showcase."""

    @cached_property
    def showcase(self) -> Showcase:
        """The showcase in the address."""
        rows = Showcase.objects.visible_to(self.request.user).select_related("team__action", "task")
        return get_object_or_404(rows, pk=self.kwargs["pk"])


class ShowcaseStepMixin(ShowcaseMixin):
    """A page about a row of a showcase's steps."""

    @cached_property
    def step(self) -> ShowcaseStep:
        """The row in the address."""
        rows = ShowcaseStep.objects.visible_to(self.request.user).select_related("proposed_by", "by")
        step = get_object_or_404(rows, showcase=self.showcase, pk=self.kwargs["step"])
        step.showcase = self.showcase
        return step


class ProblemMixin(Page):
    """A page about a problem of the chosen action, found by its number."""

    @cached_property
    def problem(self) -> Problem:
        """The problem in the address."""
        chosen = SpecialAction.objects.visible_to(self.request.user).chosen_key()
        rows = Problem.objects.visible_to(self.request.user).select_related(
            "action",
            "lead",
            "owner",
            "raised_by",
            "merged_into",
            "follows",
            "entry__report__period",
            "entry__report__team",
            "entry__task",
            "matter__report__period",
            "matter__report__team",
            "item__meeting",
        )
        return get_object_or_404(rows, action=chosen, number=self.kwargs["number"])


class ProblemMomentMixin(ProblemMixin):
    """A page about the evidence of a problem of one moment: before or after."""

    @cached_property
    def moment(self) -> str:
        """The moment in the address."""
        if self.kwargs["moment"] not in ProblemEvidence.Moment.values:
            raise Http404
        moment: str = self.kwargs["moment"]
        return moment


class OriginMixin(NeedsActionMixin):
    """A page that may start from a row of a report, a matter or an item: `?entry=`, `?matter=`, `?item=`."""

    request: Request

    @cached_property
    def origin(self) -> dict[str, Any]:
        """What the address names, by the name of the field; empty where it names nothing."""
        user, action = self.request.user, self.action
        places = {
            "entry": ReportEntry.objects.visible_to(user)
            .filter(report__team__action=action)
            .select_related("report__team", "report__period", "task"),
            "matter": HelpRequest.objects.visible_to(user)
            .filter(report__team__action=action)
            .select_related("report__team", "report__period"),
            "item": AgendaItem.objects.visible_to(user)
            .filter(meeting__action=action)
            .select_related("meeting", "team"),
        }
        for name, rows in places.items():
            asked = self.request.GET.get(name)
            if asked:
                return {name: get_object_or_404(rows, pk=number_in(asked))}
        return {}


class DecisionMixin(MeetingMixin):
    """A page about a decision of a meeting."""

    @cached_property
    def decision(self) -> Decision:
        """The decision with the number in the address."""
        rows = Decision.objects.visible_to(self.request.user).filter(meeting=self.meeting)
        related = rows.select_related("item", "lead_department", "adopted_by")
        decision = get_object_or_404(related, number=self.kwargs["number"])
        decision.meeting = self.meeting
        return decision

    @cached_property
    def team(self) -> SpecialTeam:
        """The team in the address, one of those for which the decision is."""
        return get_object_or_404(self.teams(), code=self.kwargs["team"])

    def teams(self) -> QuerySet[SpecialTeam]:
        """The teams for which the decision is."""
        rows: QuerySet[SpecialTeam] = SpecialTeam.objects.visible_to(self.request.user)
        return rows.filter(decisions__decision=self.decision)


class InstructionMixin(NeedsActionMixin):
    """A page about an instruction, found by year and number."""

    kwargs: dict[str, Any]

    @cached_property
    def instruction(self) -> Instruction:
        """The instruction in the address."""
        rows = Instruction.objects.visible_to(self.request.user).filter(action=self.action)
        related = rows.select_related("leader", "item__meeting", "action")
        return get_object_or_404(related, year=self.kwargs["year"], number=self.kwargs["number"])


class LineMixin(InstructionMixin):
    """A page about a line of an instruction."""

    @cached_property
    def line(self) -> InstructionLine:
        """The line with the number in the address."""
        rows = InstructionLine.objects.visible_to(self.request.user).filter(instruction=self.instruction)
        line = get_object_or_404(rows, number=self.kwargs["line"])
        line.instruction = self.instruction
        return line

    @cached_property
    def team(self) -> SpecialTeam:
        """The team in the address, one of those for which the line is."""
        rows = SpecialTeam.objects.visible_to(self.request.user)
        return get_object_or_404(rows.filter(instruction_lines__line=self.line), code=self.kwargs["team"])
