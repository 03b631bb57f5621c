"""Instructions as they are given: written by a leader, or heard at a meeting (docs/rules.md#instructions)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, day_text
from governance.people.models import User
from governance.people.permissions import require
from governance.people.roles import Role
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, raise_version, record, revised, save_version, verb
from teams.models import SpecialAction, SpecialTeam
from teams.states import check_move

from ..models import AgendaItem, Audience, Decision, Instruction, InstructionLine, Meeting
from ..numbering import next_number
from ..states import DECISION_MOVES, DecisionState, MeetingState
from .adoption import adopt_locked_line, day_of_instruction, meeting_of
from .audience import named_faults


@dataclass(frozen=True, kw_only=True)
class LineWords:
    """What is written of a line."""

    text: str
    kind: str = InstructionLine.Kind.ACTION
    audience: str = Audience.ALL
    named: Sequence[SpecialTeam] = ()
    """The teams, where the audience names them."""
    due_on: date | None = None

    def columns(self) -> dict[str, Any]:
        """The values of the row itself."""
        return {"text": self.text.strip(), "kind": self.kind, "audience": self.audience, "due_on": self.due_on}

    def faults(self, action: SpecialAction, *, on: date) -> dict[str, Text]:
        """What is wrong, by field; `on` is the day on which the line is given."""
        faults: dict[str, Text] = {}
        if not self.text.strip():
            faults["text"] = _("Write the instruction.")
        if self.due_on is not None and self.kind != InstructionLine.Kind.ACTION:
            faults["due_on"] = _("Only a line for action has a due date.")
        elif self.due_on is not None and self.due_on < on:
            faults["due_on"] = _("The due date is before %(day)s, on which it was given.") % {"day": day_text(on)}
        if self.audience == Audience.NAMED:
            faults |= named_faults(action, self.named, on=on)
        return faults


@verb(says=_("wrote an instruction"))
def write_instruction(
    action: SpecialAction,
    lines: Sequence[LineWords],
    *,
    by: User,
    at: datetime,
    title: str = "",
    leader: User | None = None,
    given_on: date | None = None,
    behalf: str = "",
    number: int | None = None,
) -> Instruction:
    """Write an instruction: numbered, and in force for its teams at once.

    A leader writes in their own name; the office names the `leader` and says how the leader gave it (`behalf`). Without
    a title the first line is one.

    Raises:
        NotAllowed: `by` is neither a county leader nor of the special office.
        Invalid: a line is not valid, no leader is named, the day is in the future, or the number is taken.
    """
    action = locked(action)
    require("write_instruction", by, action)
    on = given_on or day_of(at)
    writes_own = by.has_role(Role.COUNTY_LEADER)
    leader = leader or (by if writes_own else None)
    _refuse(_faults(leader, on, day_of(at), behalf, writes_own and leader == by, lines))
    for words in lines:
        _refuse(words.faults(action, on=on))
    series = Instruction.objects.filter(action=action, year=on.year)
    instruction = Instruction(
        action=action,
        year=on.year,
        number=next_number(series, typed=number),
        title=title.strip() or _as_title(lines[0].text),
        leader=leader,
        given_on=on,
        behalf=behalf.strip(),
    )
    inserted(instruction)
    change = {"number": [None, instruction.number], "lines": len(lines)}
    record("write_instruction", instruction, by=by, at=at, change=change, behalf=instruction.behalf)
    for place, words in enumerate(lines, start=1):
        line = _insert(instruction, place, words)
        adopt_locked_line(line, by=by, at=at)
    return instruction


@verb(says=_("recorded a line heard at a meeting"))
def record_line(item: AgendaItem, words: LineWords, *, by: User, at: datetime, leader: User) -> InstructionLine:
    """Record what a leader said under an item of the agenda: proposed until the office adopts it with the decisions.

    The lines of one leader at one meeting are one instruction.

    Raises:
        NotAllowed: `by` is neither a meeting secretary nor of the special office.
        WrongState: the meeting has not been held, or its minutes are submitted.
        Invalid: the line is not valid.
    """
    action = locked(SpecialAction(pk=item.meeting.action_id))
    meeting = locked(item.meeting)
    require("record_line", by, meeting)
    _check_recording(meeting)
    on = day_of(meeting.starts_at)
    _refuse(words.faults(action, on=on))
    instruction = Instruction.objects.filter(item__meeting=meeting, leader=leader).first()
    if instruction is None:
        instruction = Instruction(
            action=action,
            year=on.year,
            number=next_number(Instruction.objects.filter(action=action, year=on.year)),
            title=meeting.title,
            leader=leader,
            given_on=on,
            item=item,
        )
        inserted(instruction)
    line = _insert(instruction, next_number(instruction.lines.all()), words)
    record("record_line", line, by=by, at=at, change={"number": [None, line.number]})
    return line


@verb(says=_("changed a line of an instruction"))
def edit_line(
    line: InstructionLine, words: LineWords, *, by: User, at: datetime, seen: int | None = None
) -> InstructionLine:
    """Correct a line that is proposed.

    Raises:
        NotAllowed: `by` is neither a meeting secretary nor of the special office.
        WrongState: it is adopted or dropped, or the minutes are submitted.
        Stale: the line has a newer version than `seen`.
        Invalid: a value is not valid.
    """
    line = _locked_line(line)
    require("record_line", by, line)
    check_line_editable(line)
    instruction = line.instruction
    _refuse(words.faults(instruction.action, on=day_of_instruction(instruction)))
    change = revised_with_teams(line, words.columns(), words.named, seen=seen)
    if change:
        record("edit_line", line, by=by, at=at, change=change)
    return line


def revised_with_teams(
    row: InstructionLine | Decision, columns: dict[str, Any], named: Sequence[SpecialTeam], *, seen: int | None
) -> dict[str, list[Any]]:
    """Revise a locked row and the teams that it names; what changed, as the audit log keeps it.

    Raises:
        Stale: the row has a newer version than `seen`.
        Invalid: a value is not valid.
    """
    before = list(row.named.all())
    change = revised(row, columns, seen=seen)
    if {team.pk for team in named} != {team.pk for team in before}:
        if not change:
            raise_version(row)
        change["named"] = [[team.short_name for team in teams] for teams in (before, named)]
        row.named.set(named)
    return change


@verb(says=_("dropped a line of an instruction"))
def drop_line(
    line: InstructionLine, *, reason: str, by: User, at: datetime, seen: int | None = None
) -> InstructionLine:
    """Drop a proposed line with a reason; its number stays taken.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is adopted or dropped already.
        Stale: it has a newer version than `seen`.
        Invalid: no reason is given.
    """
    line = _locked_line(line)
    require("adopt_line", by, line)
    check_move(line, DecisionState.DROPPED, DECISION_MOVES)
    if line.state == DecisionState.ADOPTED:
        raise WrongState(_("This line is in force for its teams and stays."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("State why the line is dropped.")})
    change = save_version(line, {"state": DecisionState.DROPPED, "drop_reason": reason.strip()}, seen=seen)
    record("drop_line", line, by=by, at=at, change=change)
    return line


def check_line_editable(line: InstructionLine) -> None:
    """Refuse to change a line that is not proposed any more, or that stands in submitted minutes."""
    if line.state != DecisionState.PROPOSED:
        raise WrongState(
            _("This line is now: %(state)s. It can no longer be changed.") % {"state": line.get_state_display()}
        )
    meeting = meeting_of(line.instruction)
    if meeting is not None:
        _check_recording(meeting)


def _check_recording(meeting: Meeting) -> None:
    if meeting.state != MeetingState.HELD:
        raise WrongState(
            _("%(meeting)s is now: %(state)s. Lines are recorded after it was held, before the minutes are submitted.")
            % {"meeting": meeting, "state": meeting.get_state_display()}
        )


def _locked_line(line: InstructionLine) -> InstructionLine:
    meeting = meeting_of(line.instruction)
    if meeting is not None:
        locked(meeting)
    return locked(line, "instruction__action")


def _insert(instruction: Instruction, number: int, words: LineWords) -> InstructionLine:
    line = InstructionLine(instruction=instruction, number=number, **words.columns())
    inserted(line)
    line.named.set(words.named)
    return line


def _faults(
    leader: User | None, on: date, today: date, behalf: str, is_own: bool, lines: Sequence[LineWords]
) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if leader is None or not leader.has_role(Role.COUNTY_LEADER):
        faults["leader"] = _("Name the county leader who gave the instruction.")
    elif not is_own and not behalf.strip():
        faults["behalf"] = _("Say how the leader gave it: in writing, by telephone …")
    if on > today:
        faults["given_on"] = _("This day is in the future.")
    if not lines:
        faults["text"] = _("Write the instruction.")
    return faults


def _as_title(text: str) -> str:
    longest = Instruction._meta.get_field("title").max_length or 0
    words = " ".join(text.split())
    return words if len(words) <= longest else f"{words[: longest - 1]}…"


def _refuse(faults: dict[str, Text]) -> None:
    if faults:
        raise Invalid(fields=faults)
