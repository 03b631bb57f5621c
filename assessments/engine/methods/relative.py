"""Methods that compare the teams of a class: rank, rank_table, minmax, best.

They see the inputs of all teams of the class to which the indicator applies and that have a value.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar

from assessments.engine.arithmetic import Arithmetic, Exact, Number
from assessments.engine.canonical import Data
from assessments.engine.faults import gettext_noop
from assessments.engine.fields import Hole, Required, Shape, Table
from assessments.engine.methods.contract import Column, Directed, Parameter, Positive, Share
from assessments.engine.workings import Workings


@dataclass(frozen=True, kw_only=True)
class Placed(Directed):
    """A method that pays by place; equal values share the better place."""

    relative: ClassVar[bool] = True

    def at(self, place: int, points: Exact, using: Arithmetic[Exact]) -> Exact:
        """The points of a place."""
        raise NotImplementedError

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        full = using.number(points)

        def score(values: Sequence[Exact]) -> list[Exact]:
            by_value: dict[Exact, Exact] = {}
            place = 1
            sizes = Counter(values)
            for value in sorted(sizes, reverse=not self.lower):
                by_value[value] = self.at(place, full, using)
                place += sizes[value]
            return [by_value[value] for value in values]

        return score

    def inputs(self, value: Number, column: Sequence[Number]) -> Data:
        better = sum(1 for other in column if (other < value if self.lower else other > value))
        return {"value": value, "place": better + 1, "compared": len(column)}


@dataclass(frozen=True, kw_only=True)
class Rank(Placed):
    """b x (1 - step x (place - 1)), never under 0."""

    name: ClassVar[str] = "rank"
    rule: ClassVar[str] = gettext_noop("full points, less the share `step` for each place behind the first")

    step: Positive

    def at(self, place: int, points: Exact, using: Arithmetic[Exact]) -> Exact:
        return max(using.number(0), points - points * using.number(self.step) * (place - 1))

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        behind = workings.subtract(inputs["place"], 1)
        left = workings.subtract(1, workings.multiply(Fraction(self.step), behind))
        return workings.multiply(points, workings.at_least(left, 0))


def _read_places(table: Table, name: str, default: Required | None) -> tuple[Hole, ...]:
    """A list of points, 0 or more, first place first."""
    items = table.entries(name, default) or []
    inner = Table({}, (*table.path, name), table.notes, table.subject)
    return tuple(inner.checked(index, item, least=0) for index, item in enumerate(items))


@dataclass(frozen=True, kw_only=True)
class RankTable(Placed):
    """The place's points; past the table the last."""

    name: ClassVar[str] = "rank_table"
    rule: ClassVar[str] = gettext_noop("the points that the table gives to the place")
    absolute: ClassVar[bool] = True

    table: Annotated[
        tuple[Decimal, ...],
        Parameter(_read_places, gettext_noop("a list of points, first place first"), Shape.LIST),
    ]

    def own_points(self) -> Iterable[Decimal]:
        return self.table

    def at(self, place: int, points: Exact, using: Arithmetic[Exact]) -> Exact:
        return min(points, using.number(self.table[min(place, len(self.table)) - 1]))

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        own = self.table[min(inputs["place"], len(self.table)) - 1]
        return workings.at_most(workings.take(Fraction(own)), points)


@dataclass(frozen=True, kw_only=True)
class MinMax(Directed):
    """b x (low + (1 - low) x (v - min) / (max - min)); lower: (max - v); all equal: b."""

    name: ClassVar[str] = "minmax"
    rule: ClassVar[str] = gettext_noop("the share `low` for the last, full points for the first, straight between")
    relative: ClassVar[bool] = True

    low: Share = Decimal(0)

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        divide, full, low = using.divide, using.number(points), using.number(self.low)
        rest = 1 - low

        def score(values: Sequence[Exact]) -> list[Exact]:
            if not values:
                return []
            least, greatest = min(values), max(values)
            span = greatest - least
            if not span:
                return [full] * len(values)
            if self.lower:
                return [divide(full * (low * span + rest * (greatest - value)), span) for value in values]
            return [divide(full * (low * span + rest * (value - least)), span) for value in values]

        return score

    def inputs(self, value: Number, column: Sequence[Number]) -> Data:
        return {"value": value, "least": min(column), "greatest": max(column), "compared": len(column)}

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        value, least, greatest = (Fraction(inputs[name]) for name in ("value", "least", "greatest"))
        span = workings.subtract(greatest, least)
        if not span:
            return workings.take(points)
        ahead = workings.subtract(greatest, value) if self.lower else workings.subtract(value, least)
        rest = workings.subtract(1, Fraction(self.low))
        above = workings.divide(workings.multiply(rest, ahead), span)
        return workings.multiply(points, workings.add(Fraction(self.low), above))


@dataclass(frozen=True, kw_only=True)
class Best(Directed):
    """b x v / the best v, never under 0; a best of 0 or less gives 0.

    Lower: b x least / v; equal to the least: b; a least of 0 or less gives 0 to all others.
    """

    name: ClassVar[str] = "best"
    rule: ClassVar[str] = gettext_noop("full points x value / best value of the class")
    relative: ClassVar[bool] = True

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        divide, zero, full = using.divide, using.number(0), using.number(points)

        def higher(values: Sequence[Exact]) -> list[Exact]:
            best = max(values, default=zero)
            return [divide(full * value, best) if value > zero else zero for value in values]

        def lower(values: Sequence[Exact]) -> list[Exact]:
            least = min(values, default=zero)
            share = full * least
            if least <= zero:
                return [full if value == least else zero for value in values]
            return [divide(share, value) for value in values]

        return lower if self.lower else higher

    def inputs(self, value: Number, column: Sequence[Number]) -> Data:
        return {"value": value, "best": min(column) if self.lower else max(column), "compared": len(column)}

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        value, best = Fraction(inputs["value"]), Fraction(inputs["best"])
        if self.lower and value == best:
            return workings.take(points)
        if best <= 0:
            return workings.take(0)
        part, whole = (best, value) if self.lower else (value, best)
        return workings.at_least(workings.divide(workings.multiply(points, part), whole), 0)
