"""Which teams an indicator applies to, and why it does not apply to a team (docs/rules.md#applicability)."""

from enum import StrEnum

from assessments.engine.arithmetic import NotANumber, Number, read_number
from assessments.engine.facts import Facts, Team, Value
from assessments.engine.methods import Reads
from assessments.engine.methods.banded import same_truth
from assessments.engine.plan import Indicator, Plan, Policy, Unless


class ExclusionReason(StrEnum):
    """Why an indicator was not scored by its method."""

    ROUND = "round"
    """Not scored in rounds of this kind."""
    CLASS = "class"
    TEAM = "team"
    AGE = "age"
    UNLESS = "unless"
    NO_VALUE = "no_value"
    NO_TARGET = "no_target"
    LEFT_OUT = "left_out"
    """By a decision of the centre, for want of a value."""

    @property
    def is_missing(self) -> bool:
        """Whether the indicator applies and something is missing."""
        return self in (ExclusionReason.NO_VALUE, ExclusionReason.NO_TARGET)


def exclusions(plan: Plan, indicator: Indicator, facts: Facts, indices: list[int]) -> dict[int, ExclusionReason]:
    """The teams among `indices` to which it does not apply or for which it was left out, each with the first reason."""
    found: dict[int, ExclusionReason] = {}
    applies, unless = indicator.applies_to, indicator.unless
    if applies.classes is not None or applies.teams is not None or applies.min_age_days is not None:
        for index in indices:
            reason = _excluded(facts.teams[index], indicator)
            if reason is not None:
                found[index] = reason
    if unless is not None and unless.indicator in facts.values:
        reads = plan.indicator(unless.indicator).rule.parameters.reads
        values = facts.values[unless.indicator]
        for index in indices:
            if index not in found and has_value(values[index], unless, reads):
                found[index] = ExclusionReason.UNLESS
    left_out = facts.left_out.get(indicator.code, {})
    if left_out:
        for index in indices:
            if index not in found and facts.teams[index].code in left_out:
                found[index] = ExclusionReason.LEFT_OUT
    return found


def policy_for(indicator: Indicator, reason: ExclusionReason) -> Policy:
    """What the plan does where the method did not score; what the centre left out is always redistributed."""
    if reason is ExclusionReason.LEFT_OUT:
        return Policy.REDISTRIBUTE
    return indicator.when_missing if reason.is_missing else indicator.when_not_applicable


def applies(plan: Plan, indicator: Indicator, team: Team) -> bool:
    """Whether the team's class has the indicator and `applies_to` names the team; `unless` is not asked."""
    return plan.full_points(indicator, team.class_code) is not None and _excluded(team, indicator) is None


def _excluded(team: Team, indicator: Indicator) -> ExclusionReason | None:
    """Why `applies_to` leaves a team out; an unknown age applies, and so does exactly the least age."""
    applies = indicator.applies_to
    if applies.classes is not None and team.class_code not in applies.classes:
        return ExclusionReason.CLASS
    if applies.teams is not None and team.code not in applies.teams:
        return ExclusionReason.TEAM
    if applies.min_age_days is not None and team.age_days is not None and team.age_days < applies.min_age_days:
        return ExclusionReason.AGE
    return None


def has_value(value: Value | None, unless: Unless, reads: Reads) -> bool:
    """Whether a value is the one that `unless` names: as true or false where the indicator is binary, as numbers
    where both are, else as text."""
    if value is None:
        return False
    if reads is Reads.TRUTH:
        return same_truth(value, unless.value)
    number, wanted = number_in(value), number_in(unless.value)
    if number is not None and wanted is not None:
        return bool(number == wanted)
    return _text(value) == _text(unless.value)


def number_in(value: Value | int) -> Number | int | None:
    """A value as a number, where it is one."""
    if isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return value
    try:
        return read_number(value.strip())
    except NotANumber:
        return None


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
