"""Working-day arithmetic, on the calendar of October 2026."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.people.working_days import WorkingDays

PLAIN = WorkingDays()
OCTOBER = WorkingDays(
    {date(2026, 10, day): False for day in (1, 2, 5, 6, 7)} | {date(2026, 9, 27): True, date(2026, 10, 10): True}
)
"""The National Day holiday with its two make-up weekend days."""

days = st.dates(date(2026, 1, 1), date(2027, 12, 31))
calendars = st.dictionaries(days, st.booleans(), max_size=40).map(WorkingDays)


@pytest.mark.parametrize(("day", "works"), [(26, True), (30, True), (31, False)])
def test_weekdays_are_worked_and_weekends_are_not(day, works):
    assert PLAIN.is_working(date(2026, 10, day)) is works


def test_sunday_is_off():
    assert not PLAIN.is_working(date(2026, 11, 1))


def test_the_calendar_overrides_the_weekday():
    assert not OCTOBER.is_working(date(2026, 10, 1))
    assert OCTOBER.is_working(date(2026, 10, 10))


def test_the_next_working_day_skips_the_holiday():
    assert OCTOBER.next_working_day(date(2026, 9, 30)) == date(2026, 10, 8)


def test_the_next_working_day_is_never_the_day_itself():
    assert PLAIN.next_working_day(date(2026, 10, 27)) == date(2026, 10, 28)


def test_a_make_up_saturday_is_the_next_working_day():
    assert OCTOBER.next_working_day(date(2026, 10, 9)) == date(2026, 10, 10)


def test_adding_counts_working_days_after_the_day():
    assert OCTOBER.add(date(2026, 9, 30), 3) == date(2026, 10, 10)


def test_looking_back_counts_working_days_before_the_day():
    assert PLAIN.before(date(2026, 11, 15), 5) == date(2026, 11, 9)
    assert OCTOBER.before(date(2026, 10, 8), 5) == date(2026, 9, 25)


@pytest.mark.parametrize("move", [PLAIN.add, PLAIN.before])
def test_no_working_days_move_nothing(move):
    assert move(date(2026, 10, 31), 0) == date(2026, 10, 31)


@pytest.mark.parametrize("move", [PLAIN.add, PLAIN.before])
def test_a_number_below_0_is_refused(move):
    with pytest.raises(ValueError, match="0 or more, not -1"):
        move(date(2026, 10, 27), -1)


def test_days_are_counted_after_the_first_and_up_to_the_last():
    assert PLAIN.count_between(date(2026, 10, 26), date(2026, 10, 30)) == 4


@pytest.mark.parametrize("until", [date(2026, 10, 27), date(2026, 10, 1)])
def test_nothing_lies_between_a_day_and_an_earlier_one(until):
    assert PLAIN.count_between(date(2026, 10, 27), until) == 0


@given(calendars, days, st.integers(1, 30))
def test_counting_undoes_adding(calendar, day, count):
    later = calendar.add(day, count)
    assert calendar.is_working(later)
    assert calendar.count_between(day, later) == count


@given(calendars, days, st.integers(1, 30))
def test_looking_back_mirrors_adding(calendar, day, count):
    earlier = calendar.before(day, count)
    assert calendar.is_working(earlier)
    assert calendar.count_between(earlier - timedelta(days=1), day - timedelta(days=1)) == count
