"""A curve fills its drawing; labels of the axis keep apart."""

from fractions import Fraction

from governance.charts import curve_chart


def spots(*pairs):
    return [(Fraction(value), Fraction(number)) for value, number in pairs]


def test_a_curve_with_a_jump_fills_the_drawing():
    drawn = curve_chart([spots((0, 0), (50, 0)), spots((50, 5), (100, 10))], spots((50, 5)))
    assert [(line.x1, line.y1, line.x2, line.y2) for line in drawn.lines] == [
        ("0%", "120", "50%", "120"),
        ("50%", "70", "100%", "20"),
    ]
    assert [(dot.x, dot.y) for dot in drawn.dots] == [("50%", "70")]
    assert drawn.highest == 10


def test_marked_values_are_written_first_and_none_upon_another():
    drawn = curve_chart([spots((0, 0), (100, 10))], spots((2, 0), (10, 1), (60, 6), (95, 9)))
    assert [(tick.value, tick.anchor) for tick in drawn.ticks] == [(2, "start"), (60, "middle"), (95, "end")]


def test_a_curve_of_nothing_lies_on_the_ground():
    assert {line.y1 for line in curve_chart([spots((0, 0), (1, 0))], []).lines} == {"120"}
