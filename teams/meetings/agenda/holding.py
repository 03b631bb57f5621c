"""Holding a meeting, and who came (docs/rules.md#attendance)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import locked, record, revised, save_version, verb
from teams.states import check_move

from ..models import Attendance, Decision, Instruction, Meeting, MinutesIssue, Problem
from ..states import MEETING_MOVES, AttendanceMark, DecisionState, MeetingState
from .locks import check_attendance_open, check_day_has_come, check_worked_on, locked_meeting
from .marks import marked
from .packs import insert_pack
from .planning import save_as_changed


@verb(says=_("recorded a meeting as held"))
def hold_meeting(meeting: Meeting, *, by: User, at: datetime, seen: int | None = None) -> Meeting:
    """Record that a meeting has taken place: whoever is still expected was present, and a pack is bound if none is.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: its day is still to come, it was held already or is cancelled.
        Invalid: it has no chair.
        Stale: it has changed since version `seen`.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting, seen=seen)
    check_move(meeting, MeetingState.HELD, MEETING_MOVES)
    if meeting.state != MeetingState.PLANNED:
        raise WrongState
    check_day_has_come(meeting, at)
    if meeting.chair is None:
        raise Invalid(fields={"chair": _("Name the chair before the meeting is recorded as held.")})
    if not meeting.packs.exists():
        insert_pack(meeting, by=by, at=at)
    for person in _locked_people(meeting, mark=AttendanceMark.EXPECTED):
        save_version(person, {"mark": AttendanceMark.PRESENT, "noted_at": at})
    change = save_version(meeting, {"state": MeetingState.HELD, "held_at": at})
    record("hold_meeting", meeting, by=by, at=at, change=change)
    return meeting


@verb(says=_("returned a meeting to preparation"))
def unhold_meeting(meeting: Meeting, *, by: User, at: datetime, seen: int | None = None) -> Meeting:
    """Take back that a meeting was held, while nothing came of it; whoever became present by it is expected again.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it was not held, or a decision, a line, a problem or minutes came of it.
        Stale: it has changed since version `seen`.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting, seen=seen)
    if meeting.state != MeetingState.HELD or came_of(meeting):
        raise WrongState(
            _("Something came of “%(meeting)s”, or it was not held: it cannot return to preparation.")
            % {"meeting": meeting}
        )
    for person in _locked_people(meeting, mark=AttendanceMark.PRESENT, noted_at=meeting.held_at):
        save_version(person, {"mark": AttendanceMark.EXPECTED, "noted_at": None})
    change = save_version(meeting, {"state": MeetingState.PLANNED, "held_at": None})
    record("unhold_meeting", meeting, by=by, at=at, change=change)
    return meeting


@verb(says=_("noted attendance"))
def note_attendance(
    person: Attendance, *, mark: str, by: User, at: datetime, stand_in: str = "", seen: int | None = None
) -> Attendance:
    """Note that a person came, is on leave, sends a stand-in or was absent.

    A leave or a stand-in noted before the meeting keeps its moment until another mark is given.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: the meeting is cancelled, or its minutes were submitted.
        Invalid: a stand-in without a name; present or absent before the day; expected after the meeting.
        Stale: the row has changed since version `seen`.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(person.meeting)
    check_worked_on(meeting)
    check_attendance_open(meeting)
    person = locked(person)
    if revised(person, marked(person, meeting, mark, stand_in, at=at), seen=seen):
        save_as_changed(meeting, {"attendance"})
        record("note_attendance", meeting, by=by, at=at, change={"attendance": WITHHELD})
    return person


def came_of(meeting: Meeting) -> bool:
    """Whether anything came of a meeting: a decision, an instruction, a problem or minutes."""
    decisions = Decision.objects.filter(meeting=meeting).exclude(state=DecisionState.PROPOSED)
    found = (
        decisions,
        Instruction.objects.filter(item__meeting=meeting),
        Problem.objects.filter(item__meeting=meeting),
        MinutesIssue.objects.filter(meeting=meeting),
    )
    return meeting.fixed_at is not None or any(rows.exists() for rows in found)


def _locked_people(meeting: Meeting, **marks: object) -> list[Attendance]:
    return list(Attendance.objects.select_for_update(no_key=True).filter(meeting=meeting, **marks))
