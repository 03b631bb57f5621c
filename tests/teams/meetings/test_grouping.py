"""The groups of a follow-up against their definition, written out the long way."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.clock import SHANGHAI
from teams.meetings.follow_up.grouping import Group, LastMeeting, MeetingDay, Standing, group_of

LAST = date(2026, 9, 29)
BOUND = datetime(2026, 9, 29, 9, 0, tzinfo=SHANGHAI)
MEETS = date(2026, 10, 20)
TODAY = date(2026, 10, 15)
WHEN = MeetingDay(TODAY, MEETS, LastMeeting(LAST, BOUND))


def at(day: int, hour: int = 12) -> datetime:
    """A moment in October; 0 is the last of September."""
    return datetime(2026, 10, 1, hour, tzinfo=SHANGHAI) + timedelta(day - 1)


@pytest.mark.parametrize(
    ("row", "group"),
    [
        (Standing(None, is_unmatched=True), "unmatched"),
        (Standing(date(2026, 10, 1), is_unmatched=True), "unmatched"),
        (Standing(TODAY - timedelta(1)), "overdue"),
        (Standing(TODAY), "due"),
        (Standing(MEETS), "due"),
        (Standing(MEETS + timedelta(1)), "open"),
        (Standing(None), "open"),
        (Standing(date(2026, 10, 1), date(2026, 9, 30), at(1)), "done"),
        (Standing(None, LAST, BOUND + timedelta(seconds=1)), "done"),
        (Standing(None, LAST, BOUND), None),
        (Standing(None, LAST - timedelta(1), at(5)), None),
    ],
)
def test_the_first_group_that_fits(row, group):
    assert group_of(row, WHEN) == group


def test_before_the_first_meeting_all_that_is_done_is_news():
    first = MeetingDay(TODAY, MEETS)
    assert group_of(Standing(None, date(2026, 3, 1), at(1)), first) is Group.DONE


def test_without_a_bound_pack_what_was_done_on_the_day_is_news():
    unbound = MeetingDay(TODAY, MEETS, LastMeeting(LAST, None))
    assert group_of(Standing(None, LAST, BOUND), unbound) is Group.DONE


def slow(row: Standing, when: MeetingDay) -> str | None:
    """The definition, sentence by sentence."""
    if row.is_unmatched:
        return "unmatched"
    if row.done_on is not None and row.recorded_at is not None:
        if when.last is None:
            return "done"
        later = row.done_on > when.last.on
        same_day = row.done_on == when.last.on
        after_the_pack = when.last.bound_at is None or row.recorded_at > when.last.bound_at
        return "done" if later or (same_day and after_the_pack) else None
    if row.due is not None and row.due < when.day:
        return "overdue"
    if row.due is not None and row.due <= when.meets_on:
        return "due"
    return "open"


days = st.integers(-8, 8).map(lambda shift: TODAY + timedelta(shift))
moments = st.integers(-8, 8).map(lambda shift: BOUND + timedelta(hours=6 * shift))


@given(
    due=st.none() | days,
    done=st.none() | st.tuples(days, moments),
    unmatched=st.booleans(),
    day=days,
    last=st.none() | st.tuples(days, st.none() | moments),
)
def test_it_is_what_the_definition_says(due, done, unmatched, day, last):
    row = Standing(due, done[0] if done else None, done[1] if done else None, is_unmatched=unmatched)
    when = MeetingDay(min(day, TODAY), TODAY, LastMeeting(*last) if last else None)
    assert group_of(row, when) == slow(row, when)
