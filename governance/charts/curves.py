"""The curve of one number over another, with jumps."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from governance.charts.attributes import WHOLE, percent_text, pixel_text, place

TOP, FOOT = 200, 1200
"""Where the highest number and 0 lie, in tenths of a pixel; below stand the labels of the axis."""
APART = 1300
"""Labels of the axis that are nearer to each other than this (in hundredths of a percent) are left out."""
EDGE = 800
"""Nearer to an edge than this (in hundredths of a percent) a label is written inwards."""

Spot = tuple[Fraction, Fraction]
"""A value and the number it has, 0 or more."""


@dataclass(frozen=True, slots=True)
class CurveLine:
    """A straight part of the curve."""

    x1: str
    y1: str
    x2: str
    y2: str


@dataclass(frozen=True, slots=True)
class CurveDot:
    """A spot that belongs to the curve, at an edge the side that counts."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class CurveTick:
    """A value that is written below the axis; `anchor` keeps its label on the drawing."""

    x: str
    anchor: str
    value: Fraction


@dataclass(frozen=True, slots=True)
class CurveChart:
    """The drawing; `highest` is the number at the top."""

    lines: tuple[CurveLine, ...]
    dots: tuple[CurveDot, ...]
    ticks: tuple[CurveTick, ...]
    highest: Fraction
    top: str = pixel_text(TOP)
    foot: str = pixel_text(FOOT)
    height: str = pixel_text(FOOT + 200)


def curve_chart(pieces: Sequence[Sequence[Spot]], dots: Iterable[Spot]) -> CurveChart:
    """The curve of `pieces`, each a line of spots from left to right; the whole drawing is as wide as they are.

    The `dots` are marked, and their values written below the axis as far as there is room, then those of the ends.
    """
    marked = list(dots)
    spots = [spot for piece in pieces for spot in piece]
    first, last = spots[0][0], spots[-1][0]
    highest = max(number for _value, number in [*spots, *marked])

    def across(value: Fraction) -> int:
        share = (value - first) / (last - first)
        return place(share.numerator, share.denominator)

    def at(spot: Spot) -> tuple[str, str]:
        share = spot[1] / highest if highest else Fraction(0)
        return percent_text(across(spot[0])), pixel_text(FOOT - (FOOT - TOP) * share.numerator // share.denominator)

    lines = tuple(CurveLine(*at(one), *at(other)) for piece in pieces for one, other in pairwise(piece))
    written: list[tuple[int, Fraction]] = []
    for value in [*(value for value, _number in marked), first, last]:
        x = across(value)
        if all(abs(x - other) >= APART for other, _value in written):
            written.append((x, value))
    ticks = tuple(CurveTick(percent_text(x), _anchor(x), value) for x, value in sorted(written))
    return CurveChart(lines, tuple(CurveDot(*at(spot)) for spot in marked), ticks, highest)


def _anchor(x: int) -> str:
    return "start" if x < EDGE else "end" if x > WHOLE - EDGE else "middle"
