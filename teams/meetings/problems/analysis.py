"""Analysis of problems: cause, severity, who leads, by when, and when it counts as solved (docs/rules.md#analysis)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import locked, raise_version, record, save_version, verb
from teams.guards import open_team
from teams.models import SpecialTeam, TeamMember
from teams.roster.recipients import heads_of
from teams.states import check_move

from ..models import Problem
from ..notices import ProblemNotice
from ..states import PROBLEM_MOVES, SURVIVOR_STATES, ProblemState
from .origins import Finding, new_problem
from .steps import (
    check_ahead,
    join_tasks,
    join_teams,
    keep_step,
    name_of_lead,
    step,
    tell_all,
    tell_teams,
    written,
)


@dataclass(frozen=True)
class Analysis:
    """What the office found out about a problem."""

    cause: str
    lead: SpecialTeam
    due_on: date
    solved_when: str
    owner: User | None = None
    """A person of the lead team; its head where nobody is named."""
    severity: int = Problem.Severity.ORDINARY
    also: Sequence[SpecialTeam] = ()
    """Further teams that have the problem."""


@verb(says=_("analysed a problem"))
def analyse_problem(
    problem: Problem, analysis: Analysis, *, by: User, at: datetime, seen: int | None = None
) -> Problem:
    """Say why a problem exists, which team leads the rectification, by when, and when it counts as solved.

    The lead team joins the problem's teams if it was not one of them, and so do those that the analysis names besides.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is analysed, merged or dropped already, or a team is closed.
        Invalid: cause, day or the condition is missing, the day has passed, or the owner is not of the lead team.
        Stale: it has changed since version `seen`.
    """
    problem = locked(problem, "action")
    require("analyse_problem", by, problem)
    check_move(problem, ProblemState.ANALYSED, PROBLEM_MOVES)
    fields = _analysed(problem, analysis, at=at)
    step(problem, ProblemState.ANALYSED, fields, cause="analyse_problem", by=by, at=at, seen=seen)
    _tell_analysed(problem, by=by, at=at)
    return problem


@verb(says=_("raised a problem and analysed it"))
def raise_analysed(
    teams: Sequence[SpecialTeam], finding: Finding, analysis: Analysis, *, by: User, at: datetime
) -> Problem:
    """Raise a problem that is analysed in the same breath, as a decision of a meeting makes it.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState, Invalid: as `raise_problem` and `analyse_problem`.
    """
    require("analyse_problem", by, None)
    problem = new_problem(teams, finding, by=by, at=at)
    fields = _analysed(problem, analysis, at=at)
    change = save_version(problem, {"state": ProblemState.ANALYSED, **fields})
    keep_step(problem, text="", by=by, at=at)
    said = {"teams": [team.short_name for team in teams], "title": WITHHELD}
    record("raise_analysed", problem, by=by, at=at, change=change | said)
    _tell_analysed(problem, by=by, at=at)
    return problem


@verb(says=_("merged a problem into another"))
def merge_problem(
    problem: Problem, into: Problem, *, by: User, at: datetime, reason: str = "", seen: int | None = None
) -> Problem:
    """Merge a problem into another one that has the same cause; returns the survivor.

    Teams and tasks of rectification join the survivor, which becomes common when it has two teams, and which was found
    when the earlier of both was. Its due date and its lead stay.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the problem is in rectification or over, or the survivor is resolved, closed out, merged or dropped.
        Invalid: both are the same, or of different actions.
        Stale: it has changed since version `seen`.
    """
    require("merge_problem", by, problem)
    if problem.pk == into.pk:
        raise Invalid(fields={"into": _("A problem cannot be merged into itself. Choose another one.")})
    first, second = (locked(row, "action") for row in sorted((problem, into), key=lambda row: row.pk))
    problem, into = (first, second) if first.pk == problem.pk else (second, first)
    if problem.action_id != into.action_id:
        raise Invalid(fields={"into": _("It belongs to another special action. Choose a problem of this one.")})
    check_move(problem, ProblemState.MERGED, PROBLEM_MOVES)
    _check_survivor(into)
    reason = written(reason, "reason")
    _join(problem, into, at=at)
    fields = {"merged_into": into}
    said = {"into": f"#{into.number}"}
    step(problem, ProblemState.MERGED, fields, text=reason, cause="merge_problem", by=by, at=at, seen=seen, also=said)
    tell_teams(into, ProblemNotice.MERGED, by=by, at=at, merged=problem)
    return into


def _analysed(problem: Problem, analysis: Analysis, *, at: datetime) -> dict[str, Any]:
    """The fields of an analysed problem; its teams are joined.

    Raises:
        WrongState: a team is closed.
        Invalid: what is missing or does not fit, by field.
    """
    lead = open_team(analysis.lead)
    owner = analysis.owner or heads_of(lead).filter(memberships__part=TeamMember.Part.HEAD).first()
    faults: dict[str, Text] = {}
    if not analysis.cause.strip():
        faults["cause"] = _("Say what causes it; without the cause the team can only treat the symptom.")
    if not analysis.solved_when.strip():
        faults["solved_when"] = _("Say when it counts as solved, so that the office can verify it.")
    if analysis.owner and not lead.members.current().filter(user=analysis.owner).exists():
        faults["owner"] = _("%(who)s does not belong to %(team)s. Choose a member of the lead team.") % {
            "who": analysis.owner.name,
            "team": lead.short_name,
        }
    if any(team.action_id != problem.action_id for team in (lead, *analysis.also)):
        faults["lead"] = _("Choose a team of this special action.")
    if faults:
        raise Invalid(fields=faults)
    check_ahead(analysis.due_on, at=at)
    join_teams(problem, [lead, *(open_team(team) for team in analysis.also)], at=at)
    return {
        "cause": written(analysis.cause, "cause"),
        "solved_when": written(analysis.solved_when, "solved_when"),
        "severity": analysis.severity,
        "lead": lead,
        "owner": owner,
        "due_on": analysis.due_on,
        "first_due_on": analysis.due_on,
        "common": problem.teams.count() > 1,
    }


def _check_survivor(into: Problem) -> None:
    """Refuse a survivor that is resolved or over: what joins it would be verified with what was resolved before.

    Raises:
        WrongState: its state.
    """
    if into.state not in SURVIVOR_STATES:
        raise WrongState(
            _("“%(problem)s” is now: %(state)s. Choose a problem that is raised, analysed or in rectification.")
            % {"problem": into, "state": into.get_state_display()}
        )


def _join(problem: Problem, into: Problem, *, at: datetime) -> None:
    """Teams, tasks and the earlier day of a problem join the locked survivor."""
    join_teams(into, [row.team for row in problem.teams.select_related("team")], at=at)
    join_tasks(into, [row.task for row in problem.tasks.select_related("task")])
    fields = {"common": into.teams.count() > 1, "found_on": min(problem.found_on, into.found_on)}
    if not save_version(into, fields):
        raise_version(into)


def _tell_analysed(problem: Problem, *, by: User, at: datetime) -> None:
    tell_all(problem, ProblemNotice.ANALYSED, by=by, at=at, team=name_of_lead(problem), due_on=problem.due_on)
