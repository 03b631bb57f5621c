"""The terms of the minutes, in working days (docs/rules.md#minutes)."""

from datetime import date

from governance.clock import day_of
from governance.people.working_days import WorkingDays

from ..models import Meeting
from ..states import MeetingState

MINUTES_DAYS, SIGN_DAYS = 5, 2
"""Working days to submit the minutes after the meeting, and to sign them after that."""


def minutes_term(meeting: Meeting, days: WorkingDays) -> date | None:
    """The day by which the minutes are to be submitted, or signed once they are; None at other times.

    Minutes that were sent back keep their day; a correction of issued ones has none.
    """
    if meeting.state == MeetingState.MINUTES_SUBMITTED and meeting.submitted_at is not None:
        return days.add(day_of(meeting.submitted_at), SIGN_DAYS)
    if meeting.state == MeetingState.HELD and not meeting.correction_reason:
        return days.add(day_of(meeting.starts_at), MINUTES_DAYS)
    return None
