"""Ranks of several things over several rounds, in pixels: a column for each round, a line for each thing."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.charts.ranks import joined

COLUMN, ROW = 96, 32
LEFT, TOP = 28, 36
"""The first column and the first place; above it stand the names of the rounds, to its left the place."""


@dataclass(frozen=True, slots=True)
class BumpDot:
    """A round in which the thing was ranked."""

    x: int
    y: int
    rank: int


@dataclass(frozen=True, slots=True)
class Bump:
    """One thing: its dots, the polylines that join dots of consecutive rounds, and where its name stands."""

    dots: tuple[BumpDot, ...]
    lines: tuple[str, ...]
    name_y: int


@dataclass(frozen=True, slots=True)
class BumpChart:
    """`columns`: the x of each round; `names_x`: where the names begin, right of the last column."""

    columns: tuple[int, ...]
    bumps: tuple[Bump, ...]
    names_x: int
    height: int


def bump_chart(ranks: Sequence[Sequence[int | None]]) -> BumpChart:
    """A chart of `ranks`: for each thing, in the order of its name, one rank a round, oldest first.

    None is a round without a rank: it keeps its column and breaks the line. Names stand one below the other, so that
    things that share a place keep theirs apart.
    """
    rounds = max((len(row) for row in ranks), default=0)
    lowest = max((rank or 1 for row in ranks for rank in row), default=1)
    columns = tuple(LEFT + COLUMN * index for index in range(rounds))
    bumps = tuple(_bump(row, columns, place) for place, row in enumerate(ranks))
    names_x = (columns[-1] if columns else LEFT) + 18
    return BumpChart(columns, bumps, names_x, TOP + ROW * max(lowest, len(ranks)))


def _bump(row: Sequence[int | None], columns: Sequence[int], place: int) -> Bump:
    dots = [
        None if rank is None else BumpDot(x, TOP + ROW * (rank - 1), rank) for x, rank in zip(columns, row, strict=True)
    ]
    return Bump(*joined(dots), name_y=TOP + ROW * place)
