"""Ages on one scale of days."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.charts import DayScale
from governance.charts.ages import STEPS


@pytest.mark.parametrize(("days", "last"), [(0, 30), (30, 30), (31, 60), (149, 180), (181, 360), (1081, 2190)])
def test_the_scale_is_the_shortest_that_holds_them(days, last):
    assert DayScale.holding(days).last == last


@given(st.integers(0, 20_000))
def test_every_number_of_days_finds_a_scale(days):
    scale = DayScale.holding(days)
    assert days <= scale.last
    assert [tick.days for tick in scale.ticks] == [scale.step * n for n in range(STEPS + 1)]


def test_a_bar_has_its_due_day_and_its_gaps():
    bar = DayScale.holding(180).bar(81, due=100, gaps=[(50, 70)])
    assert (bar.width, bar.tick) == ("45%", "55.56%")
    assert [(gap.x, gap.width) for gap in bar.gaps] == [("27.78%", "11.11%")]


def test_a_due_day_off_the_scale_is_not_drawn():
    scale = DayScale.holding(30)
    assert scale.bar(5).tick is None
    assert scale.bar(5, due=31).tick is None
    assert scale.bar(5, due=30).tick == "100%"
