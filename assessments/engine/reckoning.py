"""How a total, a rank and a grade were reached, as data (docs/rules.md#explanations); for the points see `explanation`.

Like an explanation, a reckoning stands alone: `recompute_reckoning` adds it up again from the points it lists.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from assessments.engine.arithmetic import number_text
from assessments.engine.canonical import plain
from assessments.engine.plan import Kind, Plan
from assessments.engine.ranking import Miss
from assessments.engine.totals import Line, RankedTable
from assessments.engine.workings import Workings

Reckoning = dict[str, Any]


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


def missed(misses: Sequence[Miss]) -> list[dict[str, Any]]:
    """Why grades were missed, as data: {"grade", "reason", ...parameters}; grade "" concerns all."""
    return [{"grade": miss.grade, "reason": miss.reason, **miss.params} for miss in misses]


def _dimension(plan: Plan, line: Line, code: str) -> dict[str, Any]:
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


def _extra(plan: Plan, line: Line, kind: Kind, cap: Decimal | None) -> dict[str, Any]:
    own = [indicator.code for indicator in plan.of_kind(kind)]
    return {"points": {code: line.points[code] for code in own if code in line.points}, "cap": cap}


def _rank(standing: RankedTable, line: Line) -> dict[str, Any]:
    """The rank with whom it is shared, and what broke a tie."""
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
    """The reckoning with every sum and its steps worked out again from the points it lists."""
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


def _rounded(workings: Workings, unrounded: Fraction, decimals: int) -> dict[str, Any]:
    """Steps with the unrounded and the rounded result."""
    points = Decimal(number_text(workings.round(unrounded, decimals)))
    return {"steps": workings.steps, "unrounded": number_text(unrounded), "points": f"{points:.{decimals}f}"}


def _recompute_dimension(dimension: dict[str, Any], decimals: int) -> dict[str, Any]:
    """Sum of the rounded points; a normalised dimension: its worth x sum / sum of the full points that apply."""
    workings = Workings()
    subtotal = workings.add(*_numbers(dimension["points"]))
    if dimension["normalise"]:
        subtotal = workings.divide(
            workings.multiply(Fraction(dimension["worth"]), subtotal), Fraction(dimension["full"])
        )
    return {**dimension, "subtotal": _rounded(workings, subtotal, decimals)}


def _recompute_base(dimensions: list[dict[str, Any]], base_points: Fraction, decimals: int) -> dict[str, Any] | None:
    """What the dimensions that apply earned / their worth x base points; None where none applies."""
    if not dimensions:
        return None
    workings = Workings()
    earned = workings.add(*(Fraction(dimension["subtotal"]["points"]) for dimension in dimensions))
    worth = workings.add(*(Fraction(dimension["worth"]) for dimension in dimensions))
    if worth != base_points:
        earned = workings.divide(workings.multiply(earned, base_points), worth)
    return _rounded(workings, earned, decimals)


def _recompute_extra(extra: dict[str, Any], decimals: int) -> dict[str, Any]:
    """Sum of the rounded points, to the cap."""
    workings = Workings()
    total = workings.add(*_numbers(extra["points"]))
    if extra["cap"] is not None:
        total = workings.at_most(total, Fraction(extra["cap"]))
    return {"points": extra["points"], "cap": extra["cap"], "sum": _rounded(workings, total, decimals)}


def _recompute_total(
    reckoning: Reckoning, base: dict[str, Any] | None, bonus: dict[str, Any], deduction: dict[str, Any]
) -> dict[str, Any] | None:
    """Base + bonus - deduction, never below 0, above the base points only where the plan says so."""
    if base is None:
        return None
    workings = Workings()
    total = workings.add(Fraction(base["points"]), Fraction(bonus["sum"]["points"]))
    total = workings.at_least(workings.subtract(total, Fraction(deduction["sum"]["points"])), 0)
    if not reckoning["bonus_above_base"]:
        total = workings.at_most(total, Fraction(reckoning["base_points"]))
    return _rounded(workings, total, reckoning["decimals"])
