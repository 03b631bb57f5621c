"""How the points were reached, as data: rule, parameters, inputs, steps (docs/rules.md#explanations).

An explanation is self-contained: `recompute` derives its points from its own content, without plan or facts. Its text
in the reader's language is made when it is opened. Numbers are text, written exactly ("24.125", "25/3").
"""

from decimal import Decimal
from fractions import Fraction
from typing import TypedDict

from assessments.engine.applicability import ExclusionReason, policy_for
from assessments.engine.arithmetic import number_text
from assessments.engine.canonical import Data, plain
from assessments.engine.document import restore, with_points
from assessments.engine.facts import Facts
from assessments.engine.plan import Indicator, Kind, Plan
from assessments.engine.rating import PointColumn, Points, Status
from assessments.engine.validation import read_parameters
from assessments.engine.workings import Step, Workings


class MethodUsed(TypedDict):
    """A method's name and its parameters as a plan document writes them."""

    name: str
    parameters: Data


class Explanation(TypedDict):
    """How one team got its points of one indicator; the last three follow from the others."""

    indicator: str
    kind: str
    full: str
    decimals: int
    status: str
    policy: str | None
    reason: Data | None
    method: MethodUsed
    fallback: Data | None
    inputs: Data
    steps: list[Step]
    unrounded: str | None
    points: str | None


class ExplanationDiffers(RuntimeError):
    """The steps of an explanation do not lead to the points that were scored: a defect of a method."""


def explain(plan: Plan, facts: Facts, points: Points, indicator: Indicator, index: int) -> Explanation | None:
    """Explain one indicator for the team at `index`; None where the team's class has no such indicator.

    Keys: indicator, kind, full, decimals, status, policy, reason, method, fallback, inputs, steps, unrounded, points.
    Raises ExplanationDiffers.
    """
    column = points.columns[indicator.code]
    status, reason = column.status[index], column.reason[index]
    class_code = facts.teams[index].class_code
    full = plan.full_points(indicator, class_code)
    if status is Status.ABSENT or full is None:
        return None
    policy = None
    if reason is not None and reason is not ExclusionReason.ROUND:
        policy = policy_for(indicator, reason)
    draft = {
        "indicator": indicator.code,
        "kind": indicator.kind,
        "full": number_text(full),
        "decimals": plan.decimals,
        "status": status,
        "policy": policy,
        "reason": None if reason is None else _because(reason, indicator, facts, points, index),
        **_method(plan, indicator, column, class_code),
        "inputs": _inputs(column, class_code, index),
    }
    explanation = recompute(plain(draft))
    scored = column.points[index]
    if explanation["points"] != (None if scored is None else str(scored)):
        raise ExplanationDiffers(f"{indicator.code}: {explanation['points']} is not {scored}")
    return explanation


def recompute(explanation: Explanation) -> Explanation:
    """The explanation with steps, unrounded and rounded points recomputed from its other parts alone."""
    workings = Workings()
    unrounded = _work(explanation, workings)
    points = None
    if unrounded is not None:
        decimals = explanation["decimals"]
        points = f"{Decimal(number_text(workings.round(unrounded, decimals))):.{decimals}f}"
    return {
        **explanation,
        "steps": workings.steps,
        "unrounded": None if unrounded is None else number_text(unrounded),
        "points": points,
    }


def _work(explanation: Explanation, workings: Workings) -> Fraction | None:
    """The unrounded points by the explanation's status."""
    full, inputs = Fraction(explanation["full"]), explanation["inputs"]
    match explanation["status"]:
        case Status.SCORED:
            method = explanation["method"]
            parameters = read_parameters(method["name"], restore(method["parameters"]))
            points = parameters.work(full, inputs, workings)
            return points if explanation["kind"] == Kind.BASE else workings.at_most(points, full)
        case Status.AVERAGE:
            return workings.divide(Fraction(inputs["sum"]), inputs["count"])
        case Status.FULL:
            return workings.take(full)
        case Status.ZERO:
            return workings.take(0)
    return None


def _method(plan: Plan, indicator: Indicator, column: PointColumn, class_code: str) -> Data:
    """The rule in force; `fallback` says how many teams could be compared where the fallback took its place."""
    scored = column.classes.get(class_code)
    rule, fallback = indicator.rule, None
    if scored is not None and scored.rule is not rule:
        fallback = {
            "instead_of": rule.parameters.name,
            "compared": scored.compared,
            "min_class": plan.min_class,
        }
        rule = scored.rule
    parameters = with_points(rule.parameters.document())
    return {"method": {"name": rule.parameters.name, "parameters": parameters}, "fallback": fallback}


def _inputs(column: PointColumn, class_code: str, index: int) -> Data:
    """What went in: the method's inputs, or what an average was taken over."""
    if column.status[index] is Status.SCORED:
        scored = column.classes[class_code]
        return scored.rule.parameters.inputs(scored.inputs[index], list(scored.inputs.values()))
    if column.status[index] is Status.AVERAGE:
        points = column.classes[class_code].points
        return {"sum": sum(points), "count": len(points)}
    return {}


def _because(reason: ExclusionReason, indicator: Indicator, facts: Facts, points: Points, index: int) -> Data:
    """Why the method did not score the team, with what a sentence about it needs."""
    team, applies = facts.teams[index], indicator.applies_to
    details: Data = {}
    match reason:
        case ExclusionReason.ROUND:
            details = {"round": points.kind, "rounds": list(indicator.rounds or ())}
        case ExclusionReason.CLASS:
            details = {"class": team.class_code, "classes": list(applies.classes or ())}
        case ExclusionReason.TEAM:
            details = {"team": team.code}
        case ExclusionReason.AGE:
            details = {"age_days": team.age_days, "min_age_days": applies.min_age_days}
        case ExclusionReason.UNLESS if indicator.unless is not None:
            found = facts.values[indicator.unless.indicator][index]
            details = {"indicator": indicator.unless.indicator, "value": indicator.unless.value, "found": found}
        case ExclusionReason.LEFT_OUT:
            details = {"basis": facts.left_out[indicator.code][team.code]}
    return {"code": reason, **details}
