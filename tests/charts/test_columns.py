"""Columns: the highest reaches the top, the limit lies where it should, and none sticks out."""

from hypothesis import given
from hypothesis import strategies as st

from governance.charts import columns_of


def number(text):
    return float(text.removesuffix("%"))


def test_columns_stand_side_by_side_and_the_highest_fills_the_drawing():
    drawn = columns_of([5, 10])
    first, second = drawn.columns
    assert (first.y, first.height) == ("50%", "50%")
    assert (second.y, second.height) == ("0%", "100%")
    assert (first.x, first.width, first.middle) == ("6.25%", "37.5%", "25%")
    assert drawn.limit is None


def test_a_limit_above_every_column_is_the_top():
    drawn = columns_of([50, 0], limit=200)
    assert drawn.limit == "0%"
    assert [column.height for column in drawn.columns] == ["25%", "0%"]


def test_nothing_is_drawn_of_nothing():
    assert columns_of([]).columns == ()
    assert columns_of([0]).columns[0].height == "0%"


@given(st.lists(st.integers(0, 10**6), min_size=1, max_size=40), st.none() | st.integers(0, 10**6))
def test_no_column_sticks_out_or_overlaps_another(values, limit):
    drawn = columns_of(values, limit=limit)
    right = 0.0
    for column in drawn.columns:
        assert number(column.x) >= right
        right = number(column.x) + number(column.width)
        assert abs(number(column.y) + number(column.height) - 100) < 0.02
    assert right <= 100
