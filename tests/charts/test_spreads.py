"""Ranks in many draws, on an axis of places."""

import pytest

from governance.charts import PlaceAxis


def test_a_place_lies_in_the_middle_of_its_width():
    assert [(tick.place, tick.x) for tick in PlaceAxis(5).ticks] == [
        (1, "10%"),
        (2, "30%"),
        (3, "50%"),
        (4, "70%"),
        (5, "90%"),
    ]


@pytest.mark.parametrize(("last", "places"), [(1, [1]), (10, list(range(1, 11))), (11, [1, 3, 5, 7, 9, 11])])
def test_a_long_axis_names_every_so_many(last, places):
    assert [tick.place for tick in PlaceAxis(last).ticks] == places


@pytest.mark.parametrize("last", [37, 300, 1200])
def test_no_axis_is_crowded(last):
    assert 1 < len(PlaceAxis(last).ticks) <= 10


def test_columns_are_drawn_where_they_fit():
    places = [(rank, 100) for rank in range(1, 61)]
    assert len(PlaceAxis(60).spread(low=1, median=1, high=2, places=places, draws=6000).columns) == 60
    long = PlaceAxis(61).spread(low=1, median=1, high=2, places=places, draws=6000)
    assert long.columns == () and (long.x, long.width) == ("0.82%", "1.64%")


def test_a_spread_has_a_dot_a_bar_and_its_columns():
    drawn = PlaceAxis(5).spread(low=1, median=1, high=2, places=[(1, 7486), (2, 2514)], draws=10_000)
    assert (drawn.dot, drawn.x, drawn.width) == ("10%", "10%", "20%")
    assert [(one.x, one.width, one.y, one.height) for one in drawn.columns] == [
        ("4%", "12%", "25.14%", "74.86%"),
        ("24%", "12%", "74.86%", "25.14%"),
    ]
