"""From facts to points: every indicator, column by column (docs/rules.md#methods).

A round is scored an indicator and a class at a time: all teams at once, peers sorted once, one division and one
rounding a value. Nothing here knows about totals; `totals` knows nothing about methods.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, Inexact, localcontext
from enum import StrEnum
from fractions import Fraction
from typing import Any

from assessments.engine.applicability import ExclusionReason, exclusions, policy_for
from assessments.engine.arithmetic import (
    DECIMALS,
    EXACT,
    FRACTIONS,
    Arithmetic,
    Exact,
    Number,
    round_column,
    round_half_up,
)
from assessments.engine.facts import Facts
from assessments.engine.methods import Parameters, Reads
from assessments.engine.plan import Indicator, Kind, Plan, Policy, Rule


class Status(StrEnum):
    """What an indicator came to for a team."""

    SCORED = "scored"
    """By the method or its fallback."""
    AVERAGE = "average"
    FULL = "full"
    ZERO = "zero"
    LEFT_OUT = "left_out"
    """Redistributed."""
    PENDING = "pending"
    """Left out of the preview; the round cannot be approved."""
    ABSENT = "absent"
    """The team's class has no such indicator."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How one class was scored on an indicator: the rule in force, and its inputs and points by team.

    `compared`: the teams to which the indicator applies and that have a value, by which a fallback is chosen.
    """

    rule: Rule
    compared: int
    inputs: Mapping[int, Any]
    points: list[Decimal]


@dataclass(slots=True)
class PointColumn:
    """One indicator's points, an entry a team; None where it is left out, pending or absent."""

    points: list[Decimal | None]
    unrounded: list[Number | None]
    status: list[Status]
    reason: list[ExclusionReason | None]
    classes: dict[str, ClassScore] = field(default_factory=dict)
    pending: list[int] = field(default_factory=list)
    """The teams that still lack a value for which the round must wait."""

    @classmethod
    def absent(cls, size: int) -> "PointColumn":
        """A column of an indicator that no team has."""
        return cls([None] * size, [None] * size, [Status.ABSENT] * size, [None] * size)

    def put(
        self,
        index: int,
        status: Status,
        reason: ExclusionReason | None,
        points: Decimal | None = None,
        exact: Number | None = None,
    ) -> None:
        """Set one team's entry."""
        self.points[index], self.unrounded[index] = points, exact
        self.status[index], self.reason[index] = status, reason


@dataclass(frozen=True, slots=True)
class Points:
    """The points of every indicator in plan order, for a round of `kind` (None: every indicator counts)."""

    kind: str | None
    columns: Mapping[str, PointColumn]


def rate(plan: Plan, facts: Facts, kind: str | None = None) -> Points:
    """Score every indicator for every team. `kind` is the round's part of the year; None scores all indicators."""
    members = facts.members()
    columns = {}
    for indicator in plan.indicators:
        column = PointColumn.absent(len(facts.teams))
        for class_code, indices in members.items():
            _rate_class(plan, indicator, facts, kind, class_code, indices, column)
        columns[indicator.code] = column
    return Points(kind, columns)


def _rate_class(
    plan: Plan,
    indicator: Indicator,
    facts: Facts,
    kind: str | None,
    class_code: str,
    indices: list[int],
    column: PointColumn,
) -> None:
    """Score one indicator for the teams of one class."""
    full = plan.full_points(indicator, class_code)
    if full is None:
        return
    if kind is not None and indicator.rounds is not None and kind not in indicator.rounds:
        for index in indices:
            column.put(index, Status.LEFT_OUT, ExclusionReason.ROUND)
        return
    without = exclusions(plan, indicator, facts, indices)
    rule, compared, inputs = _gather(plan, indicator, facts, indices, without)
    written_for = indicator.written_for.of(class_code) if indicator.written_for else None
    unrounded = score(
        rule.parameters, full, list(inputs.values()), capped=indicator.kind is not Kind.BASE, written_for=written_for
    )
    rounded = round_column(unrounded, plan.decimals)
    for index, points, exact in zip(inputs, rounded, unrounded, strict=True):
        column.points[index], column.unrounded[index], column.status[index] = points, exact, Status.SCORED
    column.classes[class_code] = ClassScore(rule, compared, inputs, rounded)
    _substitute(plan, indicator, full, without, rounded, column)


def _gather(
    plan: Plan, indicator: Indicator, facts: Facts, indices: list[int], without: dict[int, ExclusionReason]
) -> tuple[Rule, int, dict[int, Any]]:
    """The rule in force, how many teams can be compared, and the inputs of those that can be scored.

    Teams that lack a value join `without`, which holds the teams to which the indicator does not apply.
    """
    entries = entries_of(indicator, facts)
    applicable = [index for index in indices if index not in without] if without else indices
    inputs = {index: entries[index] for index in applicable if entries[index] is not None}
    if len(inputs) < len(applicable):
        without |= {index: ExclusionReason.NO_VALUE for index in applicable if index not in inputs}
    compared = len(inputs)
    rule = rule_in_force(plan, indicator.rule, compared)
    if rule.parameters.needs_target:
        targets = facts.targets.get(indicator.code) or (None,) * len(entries)
        without |= {index: ExclusionReason.NO_TARGET for index in inputs if targets[index] is None}
        inputs = {index: (value, targets[index]) for index, value in inputs.items() if targets[index] is not None}
    return rule, compared, inputs


def entries_of(indicator: Indicator, facts: Facts) -> Sequence[Any]:
    """The column of facts that the indicator's method reads; None is a missing entry."""
    reads, size = indicator.rule.parameters.reads, len(facts.teams)
    match reads:
        case Reads.MARKS:
            return facts.marks.get(indicator.code) or (None,) * size
        case Reads.VOTES:
            return facts.votes.get(indicator.code) or (None,) * size
        case Reads.EVENTS:
            return facts.events.get(indicator.code) or ((),) * size
    return facts.values.get(indicator.code) or (None,) * size


def rule_in_force(plan: Plan, rule: Rule, compared: int) -> Rule:
    """The rule, or its fallback where a method that compares teams has fewer than `min_class` to compare."""
    if rule.parameters.relative and rule.fallback is not None and compared < plan.min_class:
        return rule.fallback
    return rule


def score(
    parameters: Parameters,
    full: Decimal,
    inputs: list[Any],
    capped: bool = False,
    written_for: Decimal | None = None,
) -> Sequence[Number]:
    """The unrounded points of a column, with decimals; with fractions where a value or an exact step needs them.

    `capped`: never more than `full`, as for bonus and deduction. `written_for`: the full points for which the method
    was written, where they are others: bands, tiers, tables and steps move in proportion, exactly.
    """
    is_scaled = written_for is not None and written_for != full
    if not is_scaled and (parameters.reads is not Reads.NUMBER or _all_decimal(inputs, parameters.needs_target)):
        try:
            with localcontext(EXACT):
                return _score(parameters, full, inputs, capped, DECIMALS)
        except Inexact:
            pass
    if parameters.reads is Reads.NUMBER:
        inputs = [tuple(map(Fraction, entry)) if parameters.needs_target else Fraction(entry) for entry in inputs]
    if written_for is None:
        return _score(parameters, full, inputs, capped, FRACTIONS)
    factor = Fraction(full) / Fraction(written_for)
    return [points * factor for points in _score(parameters, written_for, inputs, capped, FRACTIONS)]


def _score(
    parameters: Parameters, full: Decimal, inputs: list[Any], capped: bool, using: Arithmetic[Exact]
) -> list[Exact]:
    points = parameters.column(full, using)(inputs)
    most = using.number(full)
    return [min(one, most) for one in points] if capped else points


def _all_decimal(inputs: list[Any], pairs: bool) -> bool:
    values = [value for value, _ in inputs] if pairs else inputs
    return Fraction not in set(map(type, values))


def _substitute(
    plan: Plan,
    indicator: Indicator,
    full: Decimal,
    without: dict[int, ExclusionReason],
    scored: list[Decimal],
    column: PointColumn,
) -> None:
    """Fill in, by the plan's policies, the teams to which the indicator does not apply or that have no value.

    The average is that of the rounded points of the teams that the method or its fallback scored.
    """
    for index, reason in without.items():
        policy = policy_for(indicator, reason)
        if policy is Policy.AVERAGE and scored:
            mean = Fraction(sum(scored)) / len(scored)
            column.put(index, Status.AVERAGE, reason, round_half_up(mean, plan.decimals), mean)
        elif policy is Policy.FULL:
            column.put(index, Status.FULL, reason, round_half_up(full, plan.decimals), full)
        elif policy is Policy.ZERO:
            column.put(index, Status.ZERO, reason, round_half_up(Decimal(0), plan.decimals), Decimal(0))
        elif policy is Policy.PENDING:
            column.put(index, Status.PENDING, reason)
            column.pending.append(index)
        else:
            column.put(index, Status.LEFT_OUT, reason)
