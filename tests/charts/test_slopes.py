"""Two orders side by side."""

import pytest

from governance.charts import slopes


def test_a_line_joins_the_two_places_of_a_thing():
    drawn = slopes(["a", "b", "c"], ["b", "a", "c"])
    assert drawn.height == 96
    assert [(line.left, line.right, line.is_moved) for line in drawn.lines] == [
        ("16", "48", True),
        ("48", "16", True),
        ("80", "80", False),
    ]


def test_nothing_has_no_height_and_a_missing_thing_is_an_error():
    assert slopes([], []).height == 0
    with pytest.raises(KeyError):
        slopes(["a"], ["b"])
