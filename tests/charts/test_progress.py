"""Progress against plan: a point is a pixel, both lines share their positions, and a gap is upright."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from governance.charts import ProgressSpot, column_middle, progress_chart
from governance.charts.attributes import WHOLE


def spots(*percents):
    return [
        None if percent is None else ProgressSpot(column_middle(index, len(percents)), Decimal(percent))
        for index, percent in enumerate(percents)
    ]


def test_a_point_is_a_pixel_and_the_gap_joins_the_lines_where_behind():
    drawn = progress_chart(spots(50, 100), spots(50, 72))
    [plan], [done], [gap] = drawn.planned, drawn.actual, drawn.behind
    assert (plan.x1, plan.y1, plan.x2, plan.y2) == ("25%", "56", "75%", "6")
    assert (done.y1, done.y2) == ("56", "34")
    assert (gap.x1, gap.y1, gap.x2, gap.y2) == ("75%", "6", "75%", "34")
    assert [(dot.x, dot.y) for dot in drawn.dots] == [("25%", "56"), ("75%", "34")]


def test_an_evening_without_a_percent_interrupts_the_line():
    drawn = progress_chart(spots(10, None, 30, 40), spots(None, None, None, 40))
    assert len(drawn.planned) == 1
    assert drawn.actual == drawn.behind == ()
    assert len(drawn.dots) == 1


@given(st.lists(st.integers(-20, 140), min_size=1, max_size=14))
def test_the_lines_stay_within_the_drawing(percents):
    drawn = progress_chart(spots(*percents), spots(*reversed(percents)))
    assert all(6 <= float(dot.y) <= 106 for dot in drawn.dots)
    assert [round(100 * float(dot.x.removesuffix("%"))) for dot in drawn.dots] == sorted(
        column_middle(index, len(percents)) for index in range(len(percents))
    )
    assert all(0 < column_middle(index, len(percents)) < WHOLE for index in range(len(percents)))
