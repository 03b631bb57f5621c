"""Methods that turn one number into points by arithmetic: ratio, linear, step, external."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar

from assessments.engine.arithmetic import Arithmetic, Exact, Number, round_up
from assessments.engine.canonical import Data
from assessments.engine.faults import gettext_noop
from assessments.engine.fields import Shape, Table
from assessments.engine.limits import MOST_OVER
from assessments.engine.methods.contract import (
    HIGHER,
    LOWER,
    TEAM,
    Column,
    Directed,
    Parameter,
    Parameters,
    PlainNumber,
    Positive,
)
from assessments.engine.workings import Workings

MOST_STAIRS = 40
"""More steps than this are drawn as one falling line, as fine as a drawing can be."""


def _read_target(table: Table, name: str, default: object) -> Decimal | str | None:
    """A number above 0, or "team"."""
    value = table.take(name, default)
    if isinstance(value, str) and value != TEAM:
        table.fault(name, "not_target")
        return None
    return value if value == TEAM or not table.has(name) else table.checked(name, value, above=0)


@dataclass(frozen=True, kw_only=True)
class Ratio(Directed):
    """b x min(v / target, over), never under 0; lower: target / v, and v <= 0 gives b x over."""

    name: ClassVar[str] = "ratio"
    takes_negative: ClassVar[bool] = False
    rule: ClassVar[str] = gettext_noop("full points x value / target, at most the target's share `over`")

    target: Annotated[
        Decimal | str, Parameter(_read_target, gettext_noop("a number above 0, or team: each team's own"))
    ]
    over: Annotated[
        Decimal,
        Parameter(
            lambda table, name, default: table.number(name, default, least=1, most=MOST_OVER),
            gettext_noop("a number, 1 or more: how far above the target still earns points"),
        ),
    ] = Decimal(1)

    @property
    def needs_target(self) -> bool:
        return self.target == TEAM

    def knots(self, points: Decimal) -> Sequence[Fraction]:
        """The target and where more brings nothing; falling, also twice the target, which earns half the points."""
        target = Fraction(100 if self.target == TEAM else self.target)
        over = Fraction(self.over)
        return sorted({target / over, target, 2 * target} if self.lower else {Fraction(0), target, target * over})

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        divide, zero = using.divide, using.number(0)
        full, over = using.number(points), using.number(self.over)
        most = full * over

        def higher(value: Exact, target: Exact) -> Exact:
            if value <= zero:
                return zero
            return most if value >= target * over else divide(full * value, target)

        def lower(value: Exact, target: Exact) -> Exact:
            return most if value <= zero or target >= value * over else divide(full * target, value)

        score = lower if self.lower else higher
        if self.needs_target:
            return lambda pairs: [score(value, target) for value, target in pairs]
        target = using.number(Decimal(self.target))
        return lambda values: [score(value, target) for value in values]

    def inputs(self, value: Number | tuple[Number, Number], column: Sequence[object]) -> Data:
        if isinstance(value, tuple):
            return {"value": value[0], "target": value[1]}
        return super().inputs(value, column)

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        value = Fraction(inputs["value"])
        target = Fraction(inputs["target"] if self.needs_target else self.target)
        most = workings.multiply(points, Fraction(self.over))
        if self.lower and value <= 0:
            return workings.take(most)
        part, whole = (target, value) if self.lower else (value, target)
        reached = workings.divide(workings.multiply(points, part), whole)
        return workings.at_least(workings.at_most(reached, most), 0)


@dataclass(frozen=True, kw_only=True)
class Linear(Directed):
    """0 at `floor`, b at `target`, straight between, clamped. A floor above the target means that less is better."""

    name: ClassVar[str] = "linear"
    rule: ClassVar[str] = gettext_noop("0 at the floor, full points at the target, straight between")

    floor: PlainNumber
    target: PlainNumber

    @property
    def lower(self) -> bool:
        return self.floor > self.target

    def document(self) -> Data:
        return {**super().document(), "direction": LOWER if self.lower else HIGHER}

    def check(self, table: Table) -> None:
        """The two must differ and agree with a direction that is given (a fallback's may be its method's)."""
        if self.floor == self.target:
            table.fault("floor", "floor_is_target")
        elif table.has("direction") and self.lower != (self.direction == LOWER):
            table.fault("floor", "floor_against_direction", direction=self.direction)

    def knots(self, points: Decimal) -> Sequence[Fraction]:
        return sorted((Fraction(self.floor), Fraction(self.target)))

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        divide, zero, full = using.divide, using.number(0), using.number(points)
        floor, target = using.number(self.floor), using.number(self.target)
        span = floor - target if self.lower else target - floor

        def higher(value: Exact) -> Exact:
            if value <= floor:
                return zero
            return full if value >= target else divide(full * (value - floor), span)

        def lower(value: Exact) -> Exact:
            if value >= floor:
                return zero
            return full if value <= target else divide(full * (floor - value), span)

        score = lower if self.lower else higher
        return lambda values: [score(value) for value in values]

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        value, floor, target = Fraction(inputs["value"]), Fraction(self.floor), Fraction(self.target)
        low, high = (value, floor) if self.lower else (floor, value)
        gained = workings.subtract(high, low)
        span = workings.subtract(max(floor, target), min(floor, target))
        reached = workings.divide(workings.multiply(points, gained), span)
        return workings.at_most(workings.at_least(reached, 0), points)


@dataclass(frozen=True, kw_only=True)
class Step(Directed):
    """b less `per` for each `unit` short of the reference (lower: beyond it), never under 0; `whole`: units begun."""

    name: ClassVar[str] = "step"
    takes_negative: ClassVar[bool] = False
    rule: ClassVar[str] = gettext_noop("full points less `per` for each unit short of the reference")

    reference: PlainNumber
    unit: Positive
    per: Positive
    whole: Annotated[
        bool,
        Parameter(
            lambda table, name, default: table.flag(name, default),
            gettext_noop("true: part of a unit counts as a whole one; false: exactly"),
            Shape.FLAG,
        ),
    ] = False

    def knots(self, points: Decimal) -> Sequence[Fraction]:
        """The reference and where nothing is left; of stairs each step between."""
        units = Fraction(points) / Fraction(self.per)
        steps = range(round_up(units) + 1) if self.is_stepped(points) else (0, round_up(units) if self.whole else units)
        way = 1 if self.lower else -1
        return sorted(Fraction(self.reference) + way * Fraction(self.unit) * step for step in steps)

    def is_stepped(self, points: Decimal) -> bool:
        return self.whole and points <= self.per * MOST_STAIRS

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        divide, zero, full = using.divide, using.number(0), using.number(points)
        reference, unit, per = using.number(self.reference), using.number(self.unit), using.number(self.per)
        budget = full * unit

        def whole(short: Exact) -> Exact:
            if short <= zero:
                return full
            units = short // unit
            if units * unit != short:
                units += 1
            return max(zero, full - per * units)

        def exact(short: Exact) -> Exact:
            if short <= zero:
                return full
            left = budget - per * short
            return divide(left, unit) if left > zero else zero

        score = whole if self.whole else exact
        if self.lower:
            return lambda values: [score(value - reference) for value in values]
        return lambda values: [score(reference - value) for value in values]

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        value, reference = Fraction(inputs["value"]), Fraction(self.reference)
        gap = workings.subtract(value, reference) if self.lower else workings.subtract(reference, value)
        short = workings.at_least(gap, 0)
        if self.whole:
            units = workings.round_up(workings.divide(short, Fraction(self.unit)))
            lost = workings.multiply(Fraction(self.per), units)
        else:
            lost = workings.divide(workings.multiply(Fraction(self.per), short), Fraction(self.unit))
        return workings.at_least(workings.subtract(points, lost), 0)


@dataclass(frozen=True, kw_only=True)
class External(Parameters):
    """v x b / the full points of another assessment, never under 0 or above b."""

    name: ClassVar[str] = "external"
    takes_negative: ClassVar[bool] = False
    rule: ClassVar[str] = gettext_noop("the result of another assessment x full points / its full points")

    full: Positive

    def knots(self, points: Decimal) -> Sequence[Fraction]:
        return (Fraction(0), Fraction(self.full))

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        divide, zero = using.divide, using.number(0)
        most, full = using.number(points), using.number(self.full)

        def score(value: Exact) -> Exact:
            if value <= zero:
                return zero
            return most if value >= full else divide(most * value, full)

        return lambda values: [score(value) for value in values]

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        reached = workings.divide(workings.multiply(points, Fraction(inputs["value"])), Fraction(self.full))
        return workings.at_most(workings.at_least(reached, 0), points)
