"""Differences one after the other, each bar beginning where the one before ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

from governance.charts.attributes import WHOLE, percent_text, place


@dataclass(frozen=True, slots=True)
class FallBar:
    """One difference; `rises` where it is above 0."""

    x: str
    width: str
    rises: bool


@dataclass(frozen=True, slots=True)
class Waterfall:
    """The bars in the order given, and where 0 is."""

    zero: str
    bars: tuple[FallBar, ...]


def waterfall(steps: Sequence[Fraction]) -> Waterfall:
    """Bars for `steps` on the shortest scale that holds 0 and every running sum."""
    sums = [Fraction(0)]
    for step in steps:
        sums.append(sums[-1] + step)
    least = min(sums)
    span = max(sums) - least or Fraction(1)

    def at(value: Fraction) -> int:
        share = (value - least) / span
        return place(share.numerator, share.denominator)

    bars = []
    for before, after in pairwise(sums):
        left, right = sorted((at(before), at(after)))
        bars.append(FallBar(percent_text(left), percent_text(right - left), after > before))
    return Waterfall(percent_text(at(Fraction(0)) if any(steps) else WHOLE // 2), tuple(bars))
