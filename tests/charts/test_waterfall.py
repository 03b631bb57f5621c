"""Running differences as bars."""

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from governance.charts import waterfall


def test_each_bar_begins_where_the_one_before_ended():
    drawn = waterfall([Fraction("3.83"), Fraction("-2.30"), Fraction("-1.23")])
    assert drawn.zero == "0%"
    assert [(bar.x, bar.width, bar.rises) for bar in drawn.bars] == [
        ("0%", "100%", True),
        ("39.95%", "60.05%", False),
        ("7.83%", "32.12%", False),
    ]


def test_below_nothing_is_left_of_zero():
    drawn = waterfall([Fraction(-1), Fraction(4)])
    assert drawn.zero == "25%"
    assert [(bar.x, bar.width) for bar in drawn.bars] == [("0%", "25%"), ("0%", "100%")]


def test_no_difference_is_a_line_in_the_middle():
    assert waterfall([Fraction(0)]).zero == "50%"


@given(st.lists(st.fractions(-50, 50, max_denominator=87), max_size=12))
def test_nothing_leaves_the_drawing(steps):
    for bar in waterfall(steps).bars:
        left, width = float(bar.x[:-1]), float(bar.width[:-1])
        assert left >= 0
        assert left + width <= 100.0000001
