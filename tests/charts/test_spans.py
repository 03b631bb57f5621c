"""The bars of tasks on the time axis."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.charts import MilestoneDay, MilestoneMark, MilestoneState, SpanBar, TimeAxis, span_bar

YEAR = TimeAxis(date(2026, 3, 1), date(2026, 12, 31))
TODAY = date(2026, 10, 27)


def bar(start, due, percent="0", milestones=()):
    """The bar on the year's axis, today."""
    return span_bar(YEAR, start=start, due=due, percent=Decimal(percent), on=TODAY, milestones=milestones)


def edges(drawn):
    """x, width and fill of a bar."""
    return drawn.x, drawn.width, drawn.fill_width


@pytest.mark.parametrize(
    ("start", "due", "percent", "drawn"),
    [
        (date(2026, 3, 1), date(2026, 6, 30), "100", ("0%", "39.67%", "39.67%")),
        (date(2026, 3, 15), date(2026, 12, 31), "85", ("4.59%", "95.41%", "81.1%")),
        (date(2026, 3, 20), date(2026, 10, 31), "60", ("6.23%", "73.77%", "44.26%")),
        (date(2026, 5, 1), None, "0", ("20%", "80%", "0%")),
    ],
)
def test_progress_fills_its_share_of_the_span(start, due, percent, drawn):
    assert edges(bar(start, due, percent)) == drawn


@pytest.mark.parametrize(
    ("start", "due", "percent", "drawn"),
    [
        (date(2026, 1, 1), date(2026, 4, 1), "50", ("0%", "10.16%", "0%")),
        (date(2026, 1, 1), date(2026, 4, 1), "80", ("0%", "10.16%", "4.26%")),
        (date(2026, 12, 1), date(2027, 1, 30), "90", ("90.16%", "9.84%", "9.84%")),
    ],
)
def test_what_is_off_the_axis_is_cut(start, due, percent, drawn):
    assert edges(bar(start, due, percent)) == drawn


@pytest.mark.parametrize(
    ("start", "due", "percent", "drawn"),
    [
        (date(2026, 6, 30), date(2026, 6, 30), "50", ("39.67%", "0.4%", "0.2%")),
        (date(2026, 12, 31), date(2026, 12, 31), "100", ("99.6%", "0.4%", "0.4%")),
    ],
)
def test_a_task_of_one_day_is_seen(start, due, percent, drawn):
    assert edges(bar(start, due, percent)) == drawn


@pytest.mark.parametrize(
    ("start", "due"),
    [(date(2025, 3, 1), date(2026, 2, 28)), (date(2027, 1, 1), date(2027, 5, 1)), (date(2027, 1, 1), None)],
)
def test_a_task_off_the_axis_has_no_bar(start, due):
    assert bar(start, due) is None


def test_milestones_are_done_late_or_open():
    milestones = [
        MilestoneDay(date(2026, 6, 1), done_on=date(2026, 6, 20)),
        MilestoneDay(date(2026, 6, 30), done_on=TODAY),
        MilestoneDay(date(2026, 10, 26)),
        MilestoneDay(TODAY),
        MilestoneDay(date(2026, 10, 1), done_on=date(2026, 10, 28)),
        MilestoneDay(date(2027, 1, 1)),
    ]
    drawn = bar(date(2026, 3, 1), date(2026, 12, 31), milestones=milestones).milestones
    states = [mark.state for mark in drawn]
    done, late, still_open = MilestoneState.DONE, MilestoneState.LATE, MilestoneState.OPEN
    assert states == [done, done, late, still_open, late]
    assert drawn[1] == MilestoneMark("39.67%", MilestoneState.DONE)


def test_a_bar_without_milestones_has_none():
    assert bar(date(2026, 3, 1), date(2026, 6, 30), "100") == SpanBar("0%", "39.67%", "39.67%", ())


days = st.dates(date(2025, 10, 1), date(2027, 6, 30))


@given(days, st.integers(0, 400), st.decimals(0, 100, places=2))
def test_bars_stay_on_the_axis_and_fills_in_their_bar(start, length, percent):
    drawn = span_bar(YEAR, start=start, due=start + timedelta(days=length), percent=percent, on=TODAY)
    if drawn is not None:
        x, width, fill = (Decimal(text.removesuffix("%")) for text in edges(drawn))
        assert x >= 0
        assert x + width <= 100
        assert 0 <= fill <= width
        assert width >= Decimal("0.4")
