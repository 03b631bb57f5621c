"""Reporting periods: weeks, ten days and months (docs/rules.md#reporting-periods)."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.people.working_days import WorkingDays
from teams.rules.periods import Period, PeriodName, Rhythm, period_of, periods

OCTOBER = WorkingDays({date(2026, 10, day): False for day in (1, 2, 5, 6, 7)} | {date(2026, 10, 10): True})
rhythms = st.sampled_from(Rhythm)
days = st.dates(date(2020, 1, 1), date(2030, 12, 31))


@pytest.mark.parametrize(
    ("rhythm", "day", "starts", "ends"),
    [
        ("weekly", date(2026, 10, 26), date(2026, 10, 26), date(2026, 11, 1)),
        ("weekly", date(2026, 11, 1), date(2026, 10, 26), date(2026, 11, 1)),
        ("ten_day", date(2026, 10, 1), date(2026, 10, 1), date(2026, 10, 10)),
        ("ten_day", date(2026, 10, 10), date(2026, 10, 1), date(2026, 10, 10)),
        ("ten_day", date(2026, 10, 11), date(2026, 10, 11), date(2026, 10, 20)),
        ("ten_day", date(2026, 10, 20), date(2026, 10, 11), date(2026, 10, 20)),
        ("ten_day", date(2026, 10, 21), date(2026, 10, 21), date(2026, 10, 31)),
        ("ten_day", date(2026, 2, 28), date(2026, 2, 21), date(2026, 2, 28)),
        ("ten_day", date(2028, 2, 21), date(2028, 2, 21), date(2028, 2, 29)),
        ("monthly", date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
        ("monthly", date(2026, 2, 1), date(2026, 2, 1), date(2026, 2, 28)),
    ],
)
def test_a_day_belongs_to_its_calendar_period(rhythm, day, starts, ends):
    assert period_of(Rhythm(rhythm), day) == Period(starts, ends)


@pytest.mark.parametrize(
    ("rhythm", "starts", "name"),
    [
        (Rhythm.WEEKLY, date(2026, 10, 26), PeriodName(Rhythm.WEEKLY, 2026, part=44)),
        (Rhythm.WEEKLY, date(2026, 12, 28), PeriodName(Rhythm.WEEKLY, 2026, part=53)),
        (Rhythm.WEEKLY, date(2024, 12, 30), PeriodName(Rhythm.WEEKLY, 2025, part=1)),
        (Rhythm.TEN_DAY, date(2026, 10, 1), PeriodName(Rhythm.TEN_DAY, 2026, 10, 1)),
        (Rhythm.TEN_DAY, date(2026, 10, 11), PeriodName(Rhythm.TEN_DAY, 2026, 10, 2)),
        (Rhythm.TEN_DAY, date(2026, 10, 21), PeriodName(Rhythm.TEN_DAY, 2026, 10, 3)),
        (Rhythm.TEN_DAY, date(2027, 2, 21), PeriodName(Rhythm.TEN_DAY, 2027, 2, 3)),
        (Rhythm.MONTHLY, date(2027, 2, 1), PeriodName(Rhythm.MONTHLY, 2027, 2)),
        (Rhythm.WEEKLY, date(2026, 9, 21), PeriodName(Rhythm.WEEKLY, 2026, part=39)),
        (Rhythm.MONTHLY, date(2026, 10, 1), PeriodName(Rhythm.MONTHLY, 2026, 10)),
    ],
)
def test_a_period_is_named_in_numbers(rhythm, starts, name):
    assert period_of(rhythm, starts).name == name


def test_periods_are_generated_whole_for_a_stretch():
    found = [period.starts for period in periods(Rhythm.TEN_DAY, date(2026, 7, 5), date(2026, 8, 1))]
    assert found == [date(2026, 7, 1), date(2026, 7, 11), date(2026, 7, 21), date(2026, 8, 1)]


def test_an_empty_stretch_has_no_periods():
    assert not list(periods(Rhythm.MONTHLY, date(2026, 7, 2), date(2026, 7, 1)))


def test_a_report_is_due_at_six_in_the_evening_of_the_next_working_day():
    due_at = period_of(Rhythm.TEN_DAY, date(2026, 10, 15)).due_at(OCTOBER)
    assert due_at == datetime(2026, 10, 21, 10, 0, tzinfo=UTC)
    assert due_at.tzinfo.key == "Asia/Shanghai"


def test_a_report_due_in_a_holiday_is_due_after_it():
    due_at = period_of(Rhythm.MONTHLY, date(2026, 9, 30)).due_at(OCTOBER)
    assert due_at.date() == date(2026, 10, 8)


def test_a_rhythm_may_come_as_it_is_stored():
    assert period_of("ten_day", date(2026, 10, 15)).name.part == 2


def test_an_unknown_rhythm_is_refused():
    with pytest.raises(ValueError, match="yearly"):
        period_of("yearly", date(2026, 10, 15))


@given(rhythms, days, st.integers(0, 100))
def test_periods_cover_each_day_of_the_stretch_once(rhythm, first, length):
    last = first + timedelta(days=length)
    found = list(periods(rhythm, first, last))
    assert found[0].starts <= first <= found[0].ends
    assert found[-1].starts <= last <= found[-1].ends
    assert all(one.ends + timedelta(days=1) == other.starts for one, other in pairwise(found))


@given(rhythms, days)
def test_the_name_of_a_period_tells_its_rhythm(rhythm, day):
    assert period_of(rhythm, day).name.rhythm is rhythm


@given(rhythms, days)
def test_every_day_of_a_period_finds_the_same_period(rhythm, day):
    period = period_of(rhythm, day)
    assert period_of(rhythm, period.starts) == period_of(rhythm, period.ends) == period
