"""Ranks over rounds."""

from governance.charts import bump_chart


def test_a_line_joins_consecutive_rounds_and_names_stand_apart():
    chart = bump_chart([[1, 2, 2], [2, None, 2], [3, 1, 3]])
    assert (chart.columns, chart.names_x, chart.height) == ((28, 124, 220), 238, 132)
    first, second, third = chart.bumps
    assert first.lines == ("28,36 124,68 220,68",)
    assert [(dot.x, dot.y, dot.rank) for dot in second.dots] == [(28, 68, 2), (220, 68, 2)]
    assert second.lines == (), "a round without a rank breaks the line"
    assert third.lines == ("28,100 124,36 220,100",)
    assert [bump.name_y for bump in chart.bumps] == [36, 68, 100]


def test_nothing_is_drawn_of_nothing():
    assert bump_chart([]).bumps == ()
