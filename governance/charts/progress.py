"""Progress against plan over time: two lines from 0 to 100 percent, and the gap between them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from governance.charts.attributes import WHOLE, percent_text, pixel_text, place
from governance.charts.curves import CurveLine

TOP, FOOT = 60, 1060
"""Where 100 and 0 percent lie, in tenths of a pixel: a point is a pixel."""


class ProgressSpot(NamedTuple):
    """A percent (0 to 100) at a position in hundredths of a percent of the drawing."""

    x: int
    percent: Decimal


@dataclass(frozen=True, slots=True)
class ProgressDot:
    """A spot of the actual line."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class ProgressChart:
    """The lines; `behind` are upright, from the plan down to what was done, where both are known at a position."""

    planned: tuple[CurveLine, ...]
    actual: tuple[CurveLine, ...]
    behind: tuple[CurveLine, ...]
    dots: tuple[ProgressDot, ...]
    height: str = pixel_text(FOOT + 60)
    foot: str = pixel_text(FOOT)


def column_middle(index: int, count: int) -> int:
    """The middle of one of `count` equal columns, from 0, in hundredths of a percent."""
    return place(2 * index + 1, 2 * count)


def progress_chart(planned: Iterable[ProgressSpot | None], actual: Iterable[ProgressSpot | None]) -> ProgressChart:
    """The chart of two lines from left to right; None interrupts a line. Percents off the range lie at its edge."""
    plan, done = list(planned), list(actual)
    due = {spot.x: spot for spot in plan if spot}
    behind = [
        CurveLine(percent_text(spot.x), _y(due[spot.x].percent), percent_text(spot.x), _y(spot.percent))
        for spot in done
        if spot and spot.x in due and due[spot.x].percent > spot.percent
    ]
    dots = tuple(ProgressDot(percent_text(spot.x), _y(spot.percent)) for spot in done if spot)
    return ProgressChart(_line(plan), _line(done), tuple(behind), dots)


def _line(spots: Sequence[ProgressSpot | None]) -> tuple[CurveLine, ...]:
    return tuple(
        CurveLine(percent_text(one.x), _y(one.percent), percent_text(other.x), _y(other.percent))
        for one, other in pairwise(spots)
        if one and other
    )


def _y(percent: Decimal) -> str:
    return pixel_text(FOOT - (FOOT - TOP) * place(int(100 * percent), WHOLE) // WHOLE)
