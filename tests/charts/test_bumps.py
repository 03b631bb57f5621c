"""Ranks over rounds."""

from governance.charts import bump_chart


def test_a_line_joins_consecutive_rounds_and_names_stand_apart():
    chart = bump_chart([[1, 2, 2], [2, None, 2], [3, 1, 3]])
    assert (chart.columns, chart.names_x, chart.height) == ((44, 116, 188), 206, 132)
    assert chart.places == [(1, 36), (2, 68), (3, 100)]
    first, second, third = chart.bumps
    assert first.lines == ("44,36 116,68 188,68",)
    assert [(dot.x, dot.y, dot.rank) for dot in second.dots] == [(44, 68, 2), (188, 68, 2)]
    assert second.lines == (), "a round without a rank breaks the line"
    assert third.lines == ("44,100 116,36 188,100",)
    assert [bump.name_y for bump in chart.bumps] == [36, 68, 100]


def test_a_round_that_is_not_settled_is_hollow_and_its_lines_are_dashed():
    (bump,) = bump_chart([[1, 2, 1, 1]], hollow={2}).bumps
    assert [dot.is_hollow for dot in bump.dots] == [False, False, True, False]
    assert bump.lines == ("44,36 116,68",)
    assert bump.dashed == ("116,68 188,36", "188,36 260,36")
    (broken,) = bump_chart([[1, None, 1]], hollow={2}).bumps
    assert (broken.lines, broken.dashed) == ((), ())


def test_nothing_is_drawn_of_nothing():
    assert bump_chart([]).bumps == ()
