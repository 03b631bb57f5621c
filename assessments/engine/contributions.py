"""What each indicator adds to a team's total, exactly: all of it sums to the total (docs/rules.md#contributions).

An indicator's contribution is its rounded points x its team's own scaling: that of a normalised dimension, then that of
the base where indicators were left out. One last line holds caps, limits and rounding.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from assessments.engine.reckoning import Reckoning


@dataclass(frozen=True, slots=True)
class Contributions:
    """Parts of one team's total.

    Attributes:
        parts: indicator -> contribution; deductions are negative, what is left out is absent.
        scales: indicator -> what one of its points adds to the total; -1 for a deduction.
        rest: what caps, limits and rounding add; `sum(parts) + rest == total`.
    """

    parts: Mapping[str, Fraction]
    scales: Mapping[str, Fraction]
    rest: Fraction
    total: Fraction


def contributions(reckoning: Reckoning) -> Contributions | None:
    """The parts of the total of a stored reckoning; None for a team without a total."""
    if reckoning["total"] is None:
        return None
    dimensions = reckoning["dimensions"]
    worth = sum((Fraction(dimension["worth"]) for dimension in dimensions), Fraction(0))
    base = Fraction(reckoning["base_points"]) / worth
    points: dict[str, Fraction] = {}
    scales: dict[str, Fraction] = {}

    def add(entries: Mapping[str, str], scale: Fraction) -> None:
        points.update({code: Fraction(number) for code, number in entries.items()})
        scales.update(dict.fromkeys(entries, scale))

    for dimension in dimensions:
        own = Fraction(dimension["worth"]) / Fraction(dimension["full"]) if dimension["normalise"] else Fraction(1)
        add(dimension["points"], own * base)
    add(reckoning["bonus"]["points"], Fraction(1))
    add(reckoning["deduction"]["points"], Fraction(-1))
    parts = {code: points[code] * scales[code] for code in points}
    total = Fraction(reckoning["total"]["points"])
    return Contributions(parts, scales, total - sum(parts.values(), Fraction(0)), total)
