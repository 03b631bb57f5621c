"""Adopting lines of instructions: from then on they stand for their teams (docs/rules.md#instructions)."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import title_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.verbs import locked, record, save_version, tell, verb
from teams.models import SpecialTeam
from teams.roster.recipients import people_by_team
from teams.states import check_move

from ..models import Instruction, InstructionLine, LineTeam, Meeting
from ..notices import DecisionNotice
from ..states import DECISION_MOVES, DecisionState, MeetingState
from .audience import teams_addressed

ADOPTING_STATES = (MeetingState.HELD, MeetingState.MINUTES_SUBMITTED)
"""States of a meeting in which the office adopts what was heard there."""

LONGEST_IN_A_NOTICE = 40


@verb(says=_("adopted a line of an instruction"))
def adopt_line(line: InstructionLine, *, by: User, at: datetime, seen: int | None = None) -> InstructionLine:
    """Adopt a line that was heard at a meeting: its teams are fixed by the day of the meeting, and are notified.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the meeting has not been held or its minutes are issued, or the line is not proposed any more.
        Stale: the line has a newer version than `seen`.
        Invalid: nobody is addressed.
    """
    meeting = meeting_of(line.instruction)
    if meeting is not None:
        meeting = locked(meeting)
    require("adopt_line", by, line)
    if meeting is not None and meeting.state not in ADOPTING_STATES:
        raise WrongState(
            _("%(meeting)s is now: %(state)s. Lines are adopted from when it was held until its minutes are issued.")
            % {"meeting": meeting, "state": meeting.get_state_display()}
        )
    line = locked(line, "instruction__action")
    adopt_locked_line(line, by=by, at=at, seen=seen)
    return line


def adopt_locked_line(line: InstructionLine, *, by: User, at: datetime, seen: int | None = None) -> None:
    """Adopt a locked line, joined with its instruction and action.

    Raises:
        WrongState: it is not proposed any more.
        Stale: it has a newer version than `seen`.
        Invalid: nobody is addressed.
    """
    check_move(line, DecisionState.ADOPTED, DECISION_MOVES)
    instruction = line.instruction
    teams = teams_addressed(instruction.action, line.audience, line.named.all(), on=day_of_instruction(instruction))
    change = save_version(line, {"state": DecisionState.ADOPTED, "adopted_at": at}, seen=seen)
    LineTeam.objects.bulk_create([LineTeam(line=line, team=team, at=at, by=by) for team in teams])
    change["teams"] = [None, [team.short_name for team in teams]]
    record("adopt_line", line, by=by, at=at, change=change)
    tell_teams_of(line, teams, at=at)


def meeting_of(instruction: Instruction) -> Meeting | None:
    """The meeting at which it was heard, if any."""
    return Meeting.objects.filter(items=instruction.item_id).first() if instruction.item_id else None


def day_of_instruction(instruction: Instruction) -> date:
    """The day by which its teams are fixed: that of the meeting, else that on which it was given."""
    meeting = meeting_of(instruction)
    return day_of(meeting.starts_at) if meeting is not None else instruction.given_on


def address_of(instruction: Instruction) -> str:
    """The page of an instruction."""
    return reverse("instruction", args=[instruction.year, instruction.number])


def line_in_words(line: InstructionLine) -> str:
    """A line as notices and lists of debts name it, shortened."""
    return title_text(line.text, LONGEST_IN_A_NOTICE)


def notice_facts(line: InstructionLine) -> dict[str, str]:
    """The facts of notices about a line."""
    return {"line": line_in_words(line)}


def tell_teams_of(line: InstructionLine, teams: Iterable[SpecialTeam], *, at: datetime) -> None:
    """Notify head, deputies and liaisons of the teams for which a line is."""
    people = {user.pk: user for each in people_by_team(teams).values() for user in each.drafters if user.is_active}
    tell(
        people.values(),
        DecisionNotice.LINE_GIVEN,
        key=f"line-{line.pk}-given",
        url=address_of(line.instruction),
        at=at,
        facts=notice_facts(line),
        due_on=line.due_on,
    )
