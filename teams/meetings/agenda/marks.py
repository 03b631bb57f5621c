"""The mark of a person on the list, and the moment at which it was noted (docs/rules.md#attendance)."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import day_text
from governance.records.refusals import Invalid

from ..models import Attendance, Meeting
from ..states import AttendanceMark

SEEN_IN_THE_ROOM = (AttendanceMark.PRESENT, AttendanceMark.ABSENT)
"""Marks that nobody can know before the day."""


def offered_marks(meeting: Meeting, at: datetime) -> tuple[AttendanceMark, ...]:
    """The marks that can be given at `at`: who came is known from the day on, and nobody is expected afterwards."""
    if meeting.is_over:
        return tuple(mark for mark in AttendanceMark if mark != AttendanceMark.EXPECTED)
    if day_of(at) < day_of(meeting.starts_at):
        return tuple(mark for mark in AttendanceMark if mark not in SEEN_IN_THE_ROOM)
    return tuple(AttendanceMark)


def marked(person: Attendance, meeting: Meeting, mark: str, stand_in: str, *, at: datetime) -> dict[str, Any]:
    """The fields of a mark. A mark that stays keeps its moment; another one is noted now.

    Raises:
        Invalid: a stand-in without a name, a person expected after the meeting, or seen in the room before its day.
    """
    stand_in = stand_in.strip() if mark == AttendanceMark.STAND_IN else ""
    if mark == AttendanceMark.STAND_IN and not stand_in:
        raise Invalid(fields={"stand_in": _("Name the person who stands in for %(who)s.") % {"who": person.name}})
    if mark == AttendanceMark.EXPECTED and meeting.is_over:
        raise Invalid(fields={"mark": _("The meeting has been held: say whether %(who)s came.") % {"who": person.name}})
    if mark in SEEN_IN_THE_ROOM and day_of(at) < day_of(meeting.starts_at):
        raise Invalid(
            fields={
                "mark": _("Who comes is known on %(day)s. Note a leave now.") % {"day": day_text(meeting.starts_at)}
            }
        )
    if mark == person.mark:
        return {"mark": mark, "stand_in": stand_in, "noted_at": person.noted_at}
    noted_at = None if mark == AttendanceMark.EXPECTED else at
    return {"mark": mark, "stand_in": stand_in, "noted_at": noted_at}
