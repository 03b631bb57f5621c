"""The time axis of the wall chart, as in the county's year."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.charts import DayMark, MonthTick, TimeAxis

YEAR = TimeAxis(date(2026, 3, 1), date(2026, 12, 31))


@pytest.mark.parametrize(
    ("day", "x"),
    [
        (date(2026, 3, 1), "0%"),
        (date(2026, 6, 30), "39.67%"),
        (date(2026, 8, 31), "60%"),
        (date(2026, 10, 27), "78.69%"),
        (date(2026, 12, 31), "100%"),
        (date(2025, 1, 1), "0%"),
        (date(2027, 1, 1), "100%"),
    ],
)
def test_a_day_lies_at_its_share_of_the_axis(day, x):
    assert YEAR.x(day) == x


def test_the_months_are_ticks():
    assert YEAR.months[:3] == (
        MonthTick("0%", 2026, 3, opens_year=True),
        MonthTick("10.16%", 2026, 4, opens_year=False),
        MonthTick("20%", 2026, 5, opens_year=False),
    )
    assert [tick.month for tick in YEAR.months] == list(range(3, 13))


def test_january_opens_its_year():
    axis = TimeAxis(date(2026, 11, 15), date(2027, 2, 10))
    assert [(tick.year, tick.month, tick.opens_year) for tick in axis.months] == [
        (2026, 12, True),
        (2027, 1, True),
        (2027, 2, False),
    ]


@pytest.mark.parametrize(
    ("last", "ticks"),
    [
        (date(2027, 2, 28), [(2026, month) for month in range(1, 13)] + [(2027, 1), (2027, 2)]),
        (date(2027, 3, 31), [(2026, 1), (2026, 4), (2026, 7), (2026, 10), (2027, 1)]),
        (date(2029, 7, 31), [(2026, 1), (2027, 1), (2028, 1), (2029, 1)]),
    ],
)
def test_a_long_axis_has_fewer_ticks(last, ticks):
    axis = TimeAxis(date(2026, 1, 1), last)
    assert [(tick.year, tick.month) for tick in axis.months] == ticks


def test_a_short_axis_may_have_none():
    assert TimeAxis(date(2026, 10, 2), date(2026, 10, 20)).months == ()


def test_an_axis_covers_whole_months():
    axis = TimeAxis.covering(iter([date(2026, 12, 5), date(2026, 3, 15), date(2026, 9, 1)]))
    assert (axis.first, axis.last) == (date(2026, 3, 1), date(2026, 12, 31))


@pytest.mark.parametrize("last", [date(2026, 3, 1), date(2026, 2, 1)])
def test_an_axis_without_length_is_refused(last):
    with pytest.raises(ValueError, match="ends after it begins"):
        TimeAxis(date(2026, 3, 1), last)


@pytest.mark.parametrize(
    ("day", "mark"),
    [
        (date(2026, 2, 28), None),
        (date(2026, 3, 1), DayMark("0%", "start")),
        (date(2026, 3, 19), DayMark("5.9%", "start")),
        (date(2026, 10, 27), DayMark("78.69%", "middle")),
        (date(2026, 12, 30), DayMark("99.67%", "end")),
        (date(2027, 1, 1), None),
    ],
)
def test_today_is_marked_where_its_flag_fits(day, mark):
    assert YEAR.mark(day) == mark


@given(st.dates(date(2026, 1, 1), date(2027, 3, 1)), st.integers(0, 60))
def test_a_later_day_never_lies_further_left(day, later):
    assert YEAR.place(day) <= YEAR.place(date.fromordinal(day.toordinal() + later))
