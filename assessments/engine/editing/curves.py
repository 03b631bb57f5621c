"""The curve of a rule: what each measured value earns, by the engine itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import chain, pairwise

from assessments.engine.arithmetic import Number
from assessments.engine.methods import Parameters
from assessments.engine.rating import score

PARTS = 8
"""Into so many parts the stretch between two knots is cut, for a curve that is not straight there."""

OWN_TARGET = Decimal(100)
"""Each team's own target, where values are percent of it."""


@dataclass(frozen=True, slots=True)
class Point:
    """A value and its points."""

    value: Fraction
    points: Fraction


@dataclass(frozen=True, slots=True)
class Curve:
    """Points over the values from a little before the first knot to a little after the last.

    `knots`: where the rule bends or jumps, with the points earned there. `pieces`: lines, left to right; of a curve
    with jumps one for each level.
    """

    knots: tuple[Point, ...]
    pieces: tuple[tuple[Point, ...], ...]

    @property
    def first(self) -> Point:
        """The left end; a knot that stands there is what is earned."""
        return self._at(self.pieces[0][0])

    @property
    def last(self) -> Point:
        """The right end, in the same way."""
        return self._at(self.pieces[-1][-1])

    @property
    def best(self) -> Point:
        """The knot where the most points are reached, coming from the values that earn less."""
        falls = self.first.points > self.last.points
        return max(reversed(self.knots) if falls else self.knots, key=lambda knot: knot.points)

    def _at(self, end: Point) -> Point:
        return next((knot for knot in self.knots if knot.value == end.value), end)


def trace(
    parameters: Parameters,
    full: Decimal,
    *,
    capped: bool = False,
    least: Decimal | None = None,
    most: Decimal | None = None,
) -> Curve | None:
    """The curve of a rule for an indicator worth `full`; None where no single value decides, or all earn the same.

    `capped` as for `rate`; `least` and `most` are the limits of what can be entered, past which nothing is drawn.
    """
    knots = [knot for knot in parameters.knots(full) if parameters.takes_negative or knot >= 0]
    if not knots:
        return None
    ends = _ends(knots, least, most)
    stretches = list(pairwise(sorted({*knots, *ends})))
    is_stepped = parameters.is_stepped(full)
    cuts = [_middle(stretch) if is_stepped else _cuts(stretch) for stretch in stretches]
    values = [*knots, *(value for cut in cuts for value in cut)]
    earned = dict(zip(values, _earned(parameters, full, values, capped), strict=True))
    if is_stepped:
        levels = [earned[cut[0]] for cut in cuts]
        pieces = [tuple(Point(value, level) for value in ends) for ends, level in zip(stretches, levels, strict=True)]
    else:
        pieces = [_bends([Point(value, earned[value]) for value in dict.fromkeys(chain.from_iterable(cuts))])]
    return Curve(tuple(Point(knot, earned[knot]) for knot in knots), tuple(pieces))


def _ends(knots: Sequence[Fraction], least: Decimal | None, most: Decimal | None) -> tuple[Fraction, Fraction]:
    """Where the drawing begins and ends: a fifth beyond the knots, not below 0 where no knot is, not past limits."""
    margin = (knots[-1] - knots[0]) / 5 or abs(knots[0]) / 2 or Fraction(1)
    first, last = knots[0] - margin, knots[-1] + margin
    if knots[0] >= 0:
        first = max(first, Fraction(0))
    if least is not None and least <= knots[0]:
        first = max(first, Fraction(least))
    if most is not None and most >= knots[-1] and most > first:
        last = min(last, Fraction(most))
    return first, last


def _middle(stretch: tuple[Fraction, Fraction]) -> list[Fraction]:
    return [sum(stretch, Fraction(0)) / 2]


def _cuts(stretch: tuple[Fraction, Fraction]) -> list[Fraction]:
    left, right = stretch
    return [left + (right - left) * part / PARTS for part in range(PARTS + 1)]


def _earned(parameters: Parameters, full: Decimal, values: Sequence[Fraction], capped: bool) -> Iterable[Fraction]:
    inputs = [(value, OWN_TARGET) for value in values] if parameters.needs_target else list(values)
    numbers: Sequence[Number] = score(parameters, full, inputs, capped=capped)
    return [Fraction(number) for number in numbers]


def _bends(points: Sequence[Point]) -> tuple[Point, ...]:
    """The points without those in the middle of a straight line."""
    kept = list(points[:1])
    for point, after in pairwise(points[1:]):
        before = kept[-1]
        rise, run = point.points - before.points, point.value - before.value
        if rise * (after.value - point.value) != (after.points - point.points) * run:
            kept.append(point)
    return (*kept, points[-1])
