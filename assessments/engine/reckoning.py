"""How a total, a rank and a grade were reached, as data (docs/rules.md#explanations); for the points see `explanation`.

Like an explanation, a reckoning stands alone: `recompute_reckoning` adds it up again from the points it lists.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import TypedDict

from assessments.engine.arithmetic import number_text
from assessments.engine.canonical import Data, plain
from assessments.engine.plan import Kind, Plan
from assessments.engine.ranking import Miss
from assessments.engine.totals import Line, RankedTable
from assessments.engine.workings import Step, Workings


class Sum(TypedDict):
    """A sum with its steps, before and after rounding."""

    steps: list[Step]
    unrounded: str
    points: str


class DimensionSum(TypedDict):
    """A dimension: points by indicator, what they are out of, and what they come to."""

    dimension: str
    normalise: bool
    worth: str
    full: str
    points: dict[str, str]
    subtotal: Sum


class ExtraSum(TypedDict):
    """Bonus or deduction: points by indicator, to the cap."""

    points: dict[str, str]
    cap: str | None
    sum: Sum


class Reckoning(TypedDict):
    """How one team got its total, rank and grade; every sum is computed from the listed points."""

    decimals: int
    base_points: str
    bonus_above_base: bool
    dimensions: list[DimensionSum]
    base: Sum | None
    bonus: ExtraSum
    deduction: ExtraSum
    total: Sum | None
    rank: Data
    grade: Data


def reckon(plan: Plan, standing: RankedTable, line: Line) -> Reckoning:
    """Explain one line of the printed table.

    Keys: decimals, base_points, bonus_above_base; dimensions (dimension, normalise, worth, full, points by
    indicator, steps, subtotal); base, total (steps, unrounded, points); bonus, deduction (points by indicator, cap,
    steps, points); rank (class, size, rank, tied_with, ties, void); grade (grade, missed).
    """
    draft = {
        "decimals": plan.decimals,
        "base_points": plan.base_points,
        "bonus_above_base": plan.bonus_above_base,
        "dimensions": [_dimension(plan, line, code) for code in line.subtotals],
        "bonus": _extra(plan, line, Kind.BONUS, plan.bonus_cap),
        "deduction": _extra(plan, line, Kind.DEDUCTION, plan.deduction_cap),
        "rank": _rank(standing, line),
        "grade": {"grade": line.grade, "missed": missed(line.missed)},
    }
    return recompute_reckoning(plain(draft))


def missed(misses: Sequence[Miss]) -> list[Data]:
    """Why grades were missed, as data: {"grade", "reason", ...parameters}; grade "" concerns all."""
    return [{"grade": miss.grade, "reason": miss.reason, **miss.params} for miss in misses]


def _dimension(plan: Plan, line: Line, code: str) -> Data:
    subtotal = line.subtotals[code]
    dimension = next(dimension for dimension in plan.dimensions if dimension.code == code)
    own = [indicator.code for indicator in plan.members(dimension)]
    return {
        "dimension": code,
        "normalise": dimension.normalise,
        "worth": subtotal.worth,
        "full": subtotal.full,
        "points": {indicator: line.points[indicator] for indicator in own if indicator in line.points},
    }


def _extra(plan: Plan, line: Line, kind: Kind, cap: Decimal | None) -> Data:
    own = [indicator.code for indicator in plan.of_kind(kind)]
    return {"points": {code: line.points[code] for code in own if code in line.points}, "cap": cap}


def _rank(standing: RankedTable, line: Line) -> Data:
    """The rank, the teams that share it, and what broke a tie."""
    tied = [
        other.team
        for other in standing.lines
        if other.class_code == line.class_code and other.rank == line.rank and other.team != line.team
    ]
    return {
        "class": line.class_code,
        "size": standing.sizes[line.class_code],
        "rank": line.rank,
        "tied_with": tied if line.rank is not None else [],
        "ties": line.ties,
        "vetoes": line.vetoes,
    }


def recompute_reckoning(reckoning: Reckoning) -> Reckoning:
    """The reckoning with every sum and its steps recomputed from the listed points."""
    decimals = reckoning["decimals"]
    dimensions = [_recompute_dimension(dimension, decimals) for dimension in reckoning["dimensions"]]
    bonus = _recompute_extra(reckoning["bonus"], decimals)
    deduction = _recompute_extra(reckoning["deduction"], decimals)
    base = _recompute_base(dimensions, Fraction(reckoning["base_points"]), decimals)
    return {
        **reckoning,
        "dimensions": dimensions,
        "base": base,
        "bonus": bonus,
        "deduction": deduction,
        "total": _recompute_total(reckoning, base, bonus, deduction),
    }


def _numbers(points: Mapping[str, str]) -> list[Fraction]:
    return [Fraction(number) for number in points.values()]


def _rounded(workings: Workings, unrounded: Fraction, decimals: int) -> Sum:
    """Steps with the unrounded and the rounded result."""
    points = Decimal(number_text(workings.round(unrounded, decimals)))
    return {"steps": workings.steps, "unrounded": number_text(unrounded), "points": f"{points:.{decimals}f}"}


def _recompute_dimension(dimension: DimensionSum, decimals: int) -> DimensionSum:
    """Sum of the rounded points; a normalised dimension: its worth x sum / sum of the full points that apply."""
    workings = Workings()
    subtotal = workings.add(*_numbers(dimension["points"]))
    if dimension["normalise"]:
        subtotal = workings.divide(
            workings.multiply(Fraction(dimension["worth"]), subtotal), Fraction(dimension["full"])
        )
    return {**dimension, "subtotal": _rounded(workings, subtotal, decimals)}


def _recompute_base(dimensions: list[DimensionSum], base_points: Fraction, decimals: int) -> Sum | None:
    """What the dimensions that apply earned / their worth x base points; None where none applies."""
    if not dimensions:
        return None
    workings = Workings()
    earned = workings.add(*(Fraction(dimension["subtotal"]["points"]) for dimension in dimensions))
    worth = workings.add(*(Fraction(dimension["worth"]) for dimension in dimensions))
    if worth != base_points:
        earned = workings.divide(workings.multiply(earned, base_points), worth)
    return _rounded(workings, earned, decimals)


def _recompute_extra(extra: ExtraSum, decimals: int) -> ExtraSum:
    """Sum of the rounded points, to the cap."""
    workings = Workings()
    total = workings.add(*_numbers(extra["points"]))
    if extra["cap"] is not None:
        total = workings.at_most(total, Fraction(extra["cap"]))
    return {"points": extra["points"], "cap": extra["cap"], "sum": _rounded(workings, total, decimals)}


def _recompute_total(reckoning: Reckoning, base: Sum | None, bonus: ExtraSum, deduction: ExtraSum) -> Sum | None:
    """Base + bonus - deduction, never below 0, above the base points only where the plan says so."""
    if base is None:
        return None
    workings = Workings()
    total = workings.add(Fraction(base["points"]), Fraction(bonus["sum"]["points"]))
    total = workings.at_least(workings.subtract(total, Fraction(deduction["sum"]["points"])), 0)
    if not reckoning["bonus_above_base"]:
        total = workings.at_most(total, Fraction(reckoning["base_points"]))
    return _rounded(workings, total, reckoning["decimals"])
