"""The groups of a follow-up, without Django: unmatched, overdue, due, open or done (docs/rules.md#follow-up)."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Group(StrEnum):
    """Where a row stands, in the order in which a meeting reads them."""

    UNMATCHED = "unmatched"
    OVERDUE = "overdue"
    DUE = "due"
    OPEN = "open"
    DONE = "done"


ORDER = tuple(Group)
"""The order of the groups on the page."""


@dataclass(frozen=True, slots=True)
class LastMeeting:
    """The last meeting that was held: its day, and the moment of its last bound pack, if one was bound."""

    on: date
    bound_at: datetime | None


@dataclass(frozen=True, slots=True)
class MeetingDay:
    """The meeting for which the follow-up is made.

    `day` is the day of the reading, today and never after the meeting; `meets_on` is the day of the meeting; `last` is
    the meeting held before it, None before the first.
    """

    day: date
    meets_on: date
    last: LastMeeting | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What decides the group of a row: an unmatched clause, or the date in force and when it was done."""

    due: date | None
    done_on: date | None = None
    recorded_at: datetime | None = None
    is_unmatched: bool = False


def group_of(row: Standing, meeting: MeetingDay) -> Group | None:
    """The first group that fits; None for a row done before, of which the last meeting has already heard."""
    if row.is_unmatched:
        return Group.UNMATCHED
    if row.done_on is not None:
        return Group.DONE if _is_news(row.done_on, row.recorded_at, meeting.last) else None
    if row.due is None:
        return Group.OPEN
    if row.due < meeting.day:
        return Group.OVERDUE
    return Group.DUE if row.due <= meeting.meets_on else Group.OPEN


def _is_news(done_on: date, recorded_at: datetime | None, last: LastMeeting | None) -> bool:
    """Whether it was done after the last meeting, or on its day but recorded after its pack was bound."""
    if last is None or done_on > last.on:
        return True
    if done_on < last.on or recorded_at is None:
        return False
    return last.bound_at is None or recorded_at > last.bound_at
