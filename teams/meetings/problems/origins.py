"""Raising and dropping problems (docs/rules.md#raising-problems)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.lists.text import Text, names_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.columns import longest
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, verb
from teams.evidence.attachments import change_of, keep_evidence
from teams.guards import open_team
from teams.models import HelpRequest, ReportEntry, SpecialAction, SpecialTeam
from teams.states import check_move

from ..models import AgendaItem, Problem, ProblemEvidence
from ..notices import ProblemNotice
from ..numbering import next_number
from ..states import PROBLEM_MOVES, ProblemState
from .steps import join_teams, keep_step, step, tell_all, tell_teams, written

REASON_MISSING = _("State why, so that the teams understand it.")


@dataclass(frozen=True)
class Finding:
    """What was found, how, when and where: in a row of a report, a matter, an item of the agenda, or none of them."""

    title: str
    found_by: str
    found_on: date
    text: str = ""
    """More about it, in the words of whoever raises it."""
    entry: ReportEntry | None = None
    matter: HelpRequest | None = None
    item: AgendaItem | None = None
    follows: Problem | None = None
    """An earlier problem that has returned after it was closed out."""


@verb(says=_("raised a problem"))
def raise_problem(
    teams: Sequence[SpecialTeam], finding: Finding, *, by: User, at: datetime, files: Sequence[CheckedFile] = ()
) -> Problem:
    """Raise a problem of a team or of several, with evidence of how it looks now; the office is to analyse it.

    Raises:
        NotAllowed: `by` is neither of the office nor head, deputy or liaison of each of the teams.
        WrongState: a team is closed, or the problem that has returned is not closed out.
        Invalid: no team, no title, found after today, or found with another team; a file is given twice.
    """
    problem = new_problem(teams, finding, by=by, at=at)
    proofs = keep_evidence(
        ProblemEvidence, problem, files, by=by, at=at, marks={"moment": ProblemEvidence.Moment.BEFORE}
    )
    said = {"teams": [team.short_name for team in teams]} | (change_of(proofs) if proofs else {})
    record("raise_problem", problem, by=by, at=at, change={"state": ["", problem.state], **said})
    named = names_text(team.short_name for team in teams)
    tell_all(problem, ProblemNotice.RAISED, by=by, at=at, teams=named)
    return problem


def new_problem(teams: Sequence[SpecialTeam], finding: Finding, *, by: User, at: datetime) -> Problem:
    """Write a problem with its teams and its first step, under the lock of the action.

    Raises:
        NotAllowed, WrongState, Invalid: as `raise_problem`.
    """
    if not teams:
        raise Invalid(fields={"teams": _("Choose at least one team.")})
    action = locked(SpecialAction(pk=teams[0].action_id))
    held = [open_team(team) for team in sorted(set(teams), key=lambda team: team.pk)]
    for team in held:
        require("raise_problem", by, team)
    _check_finding(finding, held, action, at=at)
    text = written(finding.text, "text")
    problem = inserted(
        Problem(
            action=action,
            number=next_number(Problem.objects.filter(action=action)),
            title=finding.title.strip(),
            found_by=finding.found_by,
            found_on=finding.found_on,
            raised_at=at,
            raised_by=by,
            entry=finding.entry,
            matter=finding.matter,
            item=finding.item,
            follows=finding.follows,
            common=len(held) > 1,
        )
    )
    join_teams(problem, held, at=at)
    keep_step(problem, text=text, by=by, at=at)
    return problem


@verb(says=_("dropped a problem"))
def drop_problem(problem: Problem, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Problem:
    """Drop a problem that needs no rectification, before it is analysed; the reason is kept.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is analysed, merged or dropped already.
        Invalid: there is no reason.
        Stale: it has changed since version `seen`.
    """
    problem = locked(problem, "action")
    require("drop_problem", by, problem)
    check_move(problem, ProblemState.DROPPED, PROBLEM_MOVES)
    reason = written(reason, "reason", REASON_MISSING)
    fields = {"drop_reason": reason}
    step(problem, ProblemState.DROPPED, fields, text=reason, cause="drop_problem", by=by, at=at, seen=seen)
    tell_teams(problem, ProblemNotice.DROPPED, by=by, at=at, reason=reason)
    return problem


def _check_finding(finding: Finding, teams: Sequence[SpecialTeam], action: SpecialAction, *, at: datetime) -> None:
    faults: dict[str, Text] = {}
    if not finding.title.strip():
        faults["title"] = _("Say in one line what the problem is.")
    elif len(finding.title.strip()) > longest(Problem, "title"):
        faults["title"] = _("Please keep this to %(most)s characters.") % {"most": longest(Problem, "title")}
    if finding.found_on > day_of(at):
        faults["found_on"] = _("This day is in the future. Enter the day on which it was found.")
    if any(team.action_id != action.pk for team in teams):
        faults["teams"] = _("The teams belong to different special actions. Raise a problem for each action.")
    elif not _fits(finding, {team.pk for team in teams}, action):
        faults["teams"] = _("It was found with another team. Include the team that it came from.")
    if faults:
        raise Invalid(fields=faults)
    if finding.follows is not None:
        _check_returned(finding.follows, action)


def _fits(finding: Finding, teams: set[int], action: SpecialAction) -> bool:
    """Whether a report or a matter is of one of the teams, an item of a meeting of the action."""
    of_report = finding.entry or finding.matter
    if of_report is not None and of_report.report.team_id not in teams:
        return False
    return finding.item is None or finding.item.meeting.action_id == action.pk


def _check_returned(earlier: Problem, action: SpecialAction) -> None:
    """Refuse an earlier problem that is still worked on: there it is one problem, not two.

    Raises:
        WrongState: it is not closed out, or of another action.
    """
    if earlier.action_id != action.pk or earlier.state != ProblemState.CLOSED_OUT:
        raise WrongState(
            _("“%(problem)s” is not closed out, it is now: %(state)s. Raise the problem without naming it.")
            % {"problem": earlier, "state": earlier.get_state_display()}
        )
