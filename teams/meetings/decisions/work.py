"""What a decision may become: a task for each team, one joint task, an existing task, a problem, or nothing.

Each kind carries itself out by the verbs of tasks and problems, inside `turn_into_work`, and answers with the outcomes
that are then kept.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, ClassVar, Protocol

from django.db.models import Max
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import Department, User
from governance.records.refusals import Invalid, Refused, WrongState
from governance.records.verbs import locked
from teams.models import Level, Source, SpecialTeam, Task, TeamDepartment
from teams.states import ENDED_TASK_STATES
from teams.tasks.assignment import assign_task
from teams.tasks.milestones import NewMilestone

from ..models import Decision, DecisionOutcome, Problem
from ..problems.analysis import Analysis, analyse_problem, raise_analysed
from ..problems.origins import Finding
from ..states import LIVE_PROBLEM_STATES, ProblemState
from .basis import basis_of


@dataclass(frozen=True, kw_only=True)
class PlannedTask:
    """A task as the page asks it."""

    title: str
    start_on: date
    due_on: date | None = None
    level: int = Level.ORDINARY
    lead_department: Department | None = None
    """None: the lead department of its team."""
    expected_result: str = ""
    target: Decimal | None = None
    unit: str = ""
    milestones: Sequence[NewMilestone] = ()

    def columns(self) -> dict[str, Any]:
        """The values that `assign_task` takes as fields."""
        names = ("title", "start_on", "due_on", "level", "expected_result", "target", "unit")
        return {name: getattr(self, name) for name in names}


@dataclass(frozen=True)
class Setting:
    """Within what a decision becomes work: its locked row, its teams still open, who acts and when."""

    decision: Decision
    teams: Sequence[SpecialTeam]
    by: User
    at: datetime

    def outcome(self, team: SpecialTeam, *, made: bool, **thing: Task | Problem) -> DecisionOutcome:
        """An outcome for a team, not stored yet."""
        return DecisionOutcome(decision=self.decision, team=team, made=made, by=self.by, at=self.at, **thing)

    def assign(
        self, team: SpecialTeam, plan: PlannedTask, number: int, *, lead: Department, joint: Sequence[Department] = ()
    ) -> Task:
        """Assign a task with source and basis of the decision."""
        return assign_task(
            team,
            by=self.by,
            at=self.at,
            joint=joint,
            milestones=plan.milestones,
            year=day_of(self.at).year,
            number=number,
            lead_department=lead,
            source=Source.MEETING,
            basis=basis_of(self.decision),
            **plan.columns(),
        )


class Work(Protocol):
    """What a decision becomes."""

    makes: ClassVar[str]

    def carry_out(self, within: Setting) -> list[DecisionOutcome]:
        """Do it, and answer with the outcomes to keep."""


@dataclass(frozen=True)
class OwnTasks:
    """A task for each team, with consecutive numbers in document order; faults name the team's order."""

    plans: Mapping[int, PlannedTask]
    """By team id."""
    makes: ClassVar[str] = Decision.Makes.OWN_TASKS

    def carry_out(self, within: Setting) -> list[DecisionOutcome]:
        """Assign them all, or none."""
        chosen = [team for team in within.teams if team.pk in self.plans]
        if not chosen or len(chosen) < len(self.plans):
            raise Invalid(_("The decision concerns other teams. Reload the page."))
        leads = leads_of(chosen)
        number = next_task_number(within.decision, day_of(within.at).year)
        outcomes = []
        for place, team in enumerate(chosen):
            plan = self.plans[team.pk]
            try:
                lead = plan.lead_department or lead_among(leads, team)
                task = within.assign(team, plan, number + place, lead=lead)
            except Refused as refusal:
                raise OfTeam.of(refusal, team) from refusal
            outcomes.append(within.outcome(team, made=True, task=task))
        return outcomes


class OfTeam(Invalid):
    """A refusal about the task of one team; `team` says of which."""

    team: SpecialTeam

    @classmethod
    def of(cls, refusal: Refused, team: SpecialTeam) -> "OfTeam":
        """The refusal with the team to which it belongs."""
        found = cls(gettext(": ").join((team.short_name, str(refusal.words))), fields=refusal.fields)
        found.team = team
        return found


@dataclass(frozen=True)
class JointTask:
    """One task under the lead team; the lead departments of the other teams are its joint departments."""

    lead: SpecialTeam
    plan: PlannedTask
    makes: ClassVar[str] = Decision.Makes.JOINT_TASK

    def carry_out(self, within: Setting) -> list[DecisionOutcome]:
        """Assign it; it is the outcome of every team."""
        if self.lead not in within.teams:
            raise Invalid(fields={"lead": _("Choose the lead team among the teams of the decision.")})
        if len(within.teams) < 2:
            raise Invalid(fields={"lead": _("A joint task needs two teams. Give this team a task of its own.")})
        leads = leads_of(within.teams)
        lead = self.plan.lead_department or lead_among(leads, self.lead)
        others = [leads[team.pk] for team in within.teams if team != self.lead and team.pk in leads]
        joint = [department for department in dict.fromkeys(others) if department != lead]
        number = next_task_number(within.decision, day_of(within.at).year)
        task = within.assign(self.lead, self.plan, number, lead=lead, joint=joint)
        return [within.outcome(team, made=True, task=task) for team in within.teams]


@dataclass(frozen=True)
class ExistingTasks:
    """Tasks that stand already, for each team one; their dates do not change."""

    tasks: Mapping[int, Task]
    """By team id."""
    makes: ClassVar[str] = Decision.Makes.EXISTING_TASK

    def carry_out(self, within: Setting) -> list[DecisionOutcome]:
        """Link them."""
        chosen = [team for team in within.teams if team.pk in self.tasks]
        if not chosen or len(chosen) < len(self.tasks):
            raise Invalid(fields={"task": _("Choose a task for at least one team of the decision.")})
        for team in chosen:
            self._check(self.tasks[team.pk], team, within)
        return [within.outcome(team, made=False, task=self.tasks[team.pk]) for team in chosen]

    def _check(self, task: Task, team: SpecialTeam, within: Setting) -> None:
        if task.action_id != within.decision.meeting.action_id:
            raise Invalid(fields={"task": _("This task belongs to another action.")})
        if task.state in ENDED_TASK_STATES:
            raise WrongState(
                _("“%(task)s” is now: %(state)s. Choose a task that is open.")
                % {"task": task, "state": task.get_state_display()}
            )
        if DecisionOutcome.objects.filter(decision=within.decision, team=team, task=task).exists():
            raise WrongState(_("“%(task)s” is already taken up by this decision.") % {"task": task})


@dataclass(frozen=True, kw_only=True)
class AsProblem:
    """A problem of all the teams: a new one, or one that was raised before."""

    problem: Problem | None = None
    title: str = ""
    cause: str = ""
    lead: SpecialTeam | None = None
    owner: User | None = None
    due_on: date | None = None
    solved_when: str = ""
    makes: ClassVar[str] = Decision.Makes.PROBLEM

    def carry_out(self, within: Setting) -> list[DecisionOutcome]:
        """Raise it analysed, or take up the existing one: a raised one is analysed, a later one stays as it is."""
        people: dict[str, Any] = {"by": within.by, "at": within.at}
        if self.problem is None:
            meeting = within.decision.meeting
            finding = Finding(
                title=self.title,
                found_by=Problem.FoundBy.MEETING,
                found_on=day_of(meeting.starts_at),
                item=within.decision.item,
            )
            problem = raise_analysed(within.teams, finding, self._analysis(within), **people)
        else:
            problem = self._checked(self.problem, within)
            if problem.state == ProblemState.RAISED:
                problem = analyse_problem(problem, self._analysis(within), **people)
        return [within.outcome(team, made=self.problem is None, problem=problem) for team in within.teams]

    def _analysis(self, within: Setting) -> Analysis:
        """What the page and the decision say about it.

        Raises:
            Invalid: the lead team is none of the decision's, or there is no due date.
        """
        if self.lead is None or self.lead not in within.teams:
            raise Invalid(fields={"lead": _("Choose the lead team among the teams of the decision.")})
        if self.due_on is None:
            raise Invalid(fields={"due_on": _("Say by when the problem is to be solved.")})
        return Analysis(
            cause=self.cause,
            lead=self.lead,
            owner=self.owner,
            due_on=self.due_on,
            solved_when=self.solved_when.strip() or within.decision.text,
        )

    def _checked(self, problem: Problem, within: Setting) -> Problem:
        """The existing problem, read again.

        Raises:
            Invalid: it belongs to another action, or is not one of all the teams.
            WrongState: it is not worked on any more, or stands under this decision already.
        """
        problem = locked(problem)
        having = set(problem.teams.values_list("team", flat=True))
        if problem.action_id != within.decision.meeting.action_id:
            raise Invalid(fields={"problem": _("This problem belongs to another action.")})
        if DecisionOutcome.objects.filter(decision=within.decision, problem=problem).exists():
            raise WrongState(_("“%(problem)s” is already taken up by this decision.") % {"problem": problem})
        if problem.state not in LIVE_PROBLEM_STATES:
            raise WrongState(
                _("“%(problem)s” is now: %(state)s. Choose a problem that is worked on.")
                % {"problem": problem, "state": problem.get_state_display()}
            )
        if any(team.pk not in having for team in within.teams):
            raise Invalid(
                fields={"problem": _("This problem is not one of all these teams. Choose another or a new one.")}
            )
        return problem


@dataclass(frozen=True)
class Nothing:
    """No task and no problem: the office records for each team when it is done."""

    makes: ClassVar[str] = Decision.Makes.NOTHING

    def carry_out(self, within: Setting) -> list[DecisionOutcome]:
        """Keep that it was said."""
        if within.decision.outcomes.exists():
            raise WrongState(_("A task or problem has come of this decision and stays."))
        return []


def next_task_number(decision: Decision, year: int) -> int:
    """The number that the next task of the action gets this year."""
    tasks = Task.objects.filter(action=decision.meeting.action_id, year=year)
    return (tasks.aggregate(last=Max("number"))["last"] or 0) + 1


def leads_of(teams: Sequence[SpecialTeam]) -> dict[int, Department]:
    """The lead department of each team now, by team id."""
    return TeamDepartment.objects.current().lead_by_team(teams)


def lead_among(leads: Mapping[int, Department], team: SpecialTeam) -> Department:
    """The lead department of a team.

    Raises:
        Invalid: it has none at present.
    """
    if team.pk not in leads:
        words = {"team": team.short_name}
        raise Invalid(fields={"lead_department": _("%(team)s has no lead department now. Name one.") % words})
    return leads[team.pk]
