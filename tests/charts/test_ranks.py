"""The line of the last ranks at the head of a scorecard."""

from hypothesis import given
from hypothesis import strategies as st

from governance.charts import RankDot, rank_line


def test_ranks_run_from_left_to_right_and_the_best_lies_on_top():
    line = rank_line([5, 4, 4, 3, 2, 1], places=5)
    assert line.lines == ("6,64 47.6,53.5 89.2,53.5 130.8,43 172.4,32.5 214,22",)
    assert line.dots[0] == RankDot("6", "64", 5)
    assert line.dots[-1] == RankDot("214", "22", 1)
    assert (line.width, line.height) == (220, 74)


def test_a_round_without_a_rank_breaks_the_line_and_keeps_its_column():
    line = rank_line([None, 3, 2, None, 1], places=3)
    assert line.lines == ("58,64 110,43",)
    assert [(dot.x, dot.rank) for dot in line.dots] == [("58", 3), ("110", 2), ("214", 1)]


def test_a_rank_beyond_the_places_widens_the_scale():
    assert rank_line([4, 1], places=2) == rank_line([4, 1], places=4)


def test_one_rank_is_a_dot_without_a_line():
    line = rank_line([1], places=1)
    assert line.dots == (RankDot("6", "22", 1),)
    assert line.lines == ()


def test_no_ranks_are_an_empty_line():
    for ranks in ([], [None, None]):
        line = rank_line(ranks, places=0)
        assert (line.dots, line.lines) == ((), ())


@given(st.lists(st.none() | st.integers(1, 12), max_size=8), st.integers(0, 12))
def test_dots_stay_in_the_picture(ranks, places):
    line = rank_line(ranks, places)
    assert [dot.rank for dot in line.dots] == [rank for rank in ranks if rank is not None]
    for dot in line.dots:
        assert 6 <= float(dot.x) <= 214
        assert 22 <= float(dot.y) <= 64
