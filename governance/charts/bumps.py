"""Ranks of several things over several rounds, in pixels: a column for each round, a line for each thing."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

from governance.charts.ranks import joined

COLUMN, ROW = 72, 32
LEFT, TOP, NAME = 44, 36, 150
"""The first column and the first place; above it stand the names of the rounds, to its left the place."""


@dataclass(frozen=True, slots=True)
class BumpDot:
    """A round in which the thing was ranked."""

    x: int
    y: int
    rank: int
    is_hollow: bool = False


@dataclass(frozen=True, slots=True)
class Bump:
    """One thing: its dots, the polylines that join dots of consecutive rounds, and where its name stands.

    `dashed`: those that lead to or from a hollow dot.
    """

    dots: tuple[BumpDot, ...]
    lines: tuple[str, ...]
    name_y: int
    dashed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BumpChart:
    """`columns`: the x of each round; `names_x`: where the names begin, right of the last column.

    `width` leaves room for a name of ten characters.
    """

    columns: tuple[int, ...]
    bumps: tuple[Bump, ...]
    names_x: int
    height: int

    @property
    def width(self) -> int:
        return self.names_x + NAME

    @property
    def places(self) -> list[tuple[int, int]]:
        """The places from the first on, each with its y."""
        return [(place, TOP + ROW * (place - 1)) for place in range(1, (self.height - TOP) // ROW + 1)]


def bump_chart(ranks: Sequence[Sequence[int | None]], hollow: Collection[int] = ()) -> BumpChart:
    """A chart of `ranks`: for each thing, in the order of its name, one rank a round, oldest first.

    None is a round without a rank: it keeps its column and breaks the line. The rounds at the places in `hollow` are
    not settled yet: their dots are hollow, the lines to them dashed. Names stand one below the other, so that
    things that share a place keep theirs apart.
    """
    rounds = max((len(row) for row in ranks), default=0)
    lowest = max((rank or 1 for row in ranks for rank in row), default=1)
    columns = tuple(LEFT + COLUMN * index for index in range(rounds))
    bumps = tuple(_bump(row, columns, place, hollow) for place, row in enumerate(ranks))
    names_x = (columns[-1] if columns else LEFT) + 18
    return BumpChart(columns, bumps, names_x, TOP + ROW * max(lowest, len(ranks)))


def _bump(row: Sequence[int | None], columns: Sequence[int], place: int, hollow: Collection[int]) -> Bump:
    dots = [
        None if rank is None else BumpDot(x, TOP + ROW * (rank - 1), rank, index in hollow)
        for index, (x, rank) in enumerate(zip(columns, row, strict=True))
    ]
    _, lines = joined(None if dot is None or dot.is_hollow else dot for dot in dots)
    dashed = [
        line
        for pair in pairwise(dots)
        if any(dot is not None and dot.is_hollow for dot in pair)
        for line in joined(pair)[1]
    ]
    shown = tuple(dot for dot in dots if dot is not None)
    return Bump(shown, lines, name_y=TOP + ROW * place, dashed=tuple(dashed))
