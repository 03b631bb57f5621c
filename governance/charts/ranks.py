"""The small line of recent ranks at the head of a scorecard, in pixels: it does not stretch."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Protocol, TypeVar

from governance.charts.attributes import pixel_text

WIDTH, HEIGHT = 220, 74
LEFT, RIGHT = 60, 2140
"""The first and the last round, in tenths of a pixel."""
TOP, BOTTOM = 220, 640
"""The first and the last place, in tenths of a pixel; above the top is room for a caption."""


class Placed(Protocol):
    """Something with a place in a drawing."""

    @property
    def x(self) -> object: ...

    @property
    def y(self) -> object: ...


Dot = TypeVar("Dot", bound=Placed)


@dataclass(frozen=True, slots=True)
class RankDot:
    """A round in which the team was ranked."""

    x: str
    y: str
    rank: int


@dataclass(frozen=True, slots=True)
class RankLine:
    """Dots, and the polylines (`points` attributes) that join the dots of consecutive rounds."""

    dots: tuple[RankDot, ...]
    lines: tuple[str, ...]
    width: int = WIDTH
    height: int = HEIGHT


def rank_line(ranks: Sequence[int | None], places: int) -> RankLine:
    """The line of `ranks`, oldest first, on a scale from place 1 (top) to `places` (bottom).

    None is a round without a rank: it keeps its column and breaks the line. A rank beyond `places` widens the scale.
    """
    lowest = max(places, *(rank or 1 for rank in ranks), 1)
    dots = [
        None if rank is None else _dot(_between(LEFT, RIGHT, column, len(ranks)), rank, lowest)
        for column, rank in enumerate(ranks)
    ]
    return RankLine(*joined(dots))


def joined(dots: Iterable[Dot | None]) -> tuple[tuple[Dot, ...], tuple[str, ...]]:
    """The dots that are there, and the polylines that join neighbours; None breaks the line."""
    runs = [[dot for dot in run if dot is not None] for there, run in groupby(dots, key=bool) if there]
    return (
        tuple(dot for run in runs for dot in run),
        tuple(" ".join(f"{dot.x},{dot.y}" for dot in run) for run in runs if len(run) > 1),
    )


def _dot(x: int, rank: int, lowest: int) -> RankDot:
    return RankDot(pixel_text(x), pixel_text(_between(TOP, BOTTOM, rank - 1, lowest)), rank)


def _between(first: int, last: int, index: int, count: int) -> int:
    """The position of `index` among `count` evenly spread from `first` to `last`, half up; a single one at `first`."""
    steps = max(count - 1, 1)
    return first + (2 * (last - first) * index + steps) // (2 * steps)
