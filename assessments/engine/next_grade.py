"""What it would take for the next grade: the least rise of one team's total, all others unchanged.

Read from a result's document and decided by `place`, as the grade itself was (docs/rules.md#next-grade).
"""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction

from assessments.engine.arithmetic import quantum
from assessments.engine.canonical import Data
from assessments.engine.facts import Team
from assessments.engine.plan import DEDUCTION, Kind, Plan
from assessments.engine.ranking import Candidate, place
from assessments.engine.reckoning import Reckoning, recompute_reckoning
from assessments.engine.totals import too_young


@dataclass(frozen=True, slots=True)
class Gain:
    """What the total would gain if one indicator had lost nothing."""

    indicator: str
    gain: Decimal


@dataclass(frozen=True, slots=True)
class NextGrade:
    """A better grade, the total that would reach it, and the indicators that lost enough for it, the most first."""

    grade: str
    rise: Decimal
    total: Decimal
    enough: tuple[Gain, ...]


def candidates(plan: Plan, body: Data, class_code: str) -> list[Candidate]:
    """The teams of a class as the stored result ranked them, in printed order."""
    ages = {team["team"]: team["age_days"] for team in body["facts"]["teams"]}
    found = []
    for team in body["outcome"]["teams"]:
        if team["class"] != class_code:
            continue
        rank = team["reckoning"]["rank"]
        ties = [(code, Decimal(rank["ties"][code])) for code in plan.tie_break]
        found.append(
            Candidate(
                team["team"],
                None if team["total"] is None else Decimal(team["total"]),
                tuple(-value if code == DEDUCTION else value for code, value in ties),
                tuple(rank["vetoes"]),
                too_young(plan, Team(team["team"], class_code, ages[team["team"]])),
            )
        )
    return found


def next_grade(plan: Plan, body: Data, team: str) -> NextGrade | None:
    """The least rise of the team's total at which `place` gives a better grade than it has, and what would bring it.

    None for a team in the best grade, without one, or under a veto, and where no total reaches a better grade.
    Raises KeyError for a team that the result does not have.
    """
    outcome = {one["team"]: one for one in body["outcome"]["teams"]}[team]
    grades = [grade.code for grade in plan.grades]
    if not grades or outcome["grade"] in (None, grades[0]) or outcome["reckoning"]["rank"]["vetoes"]:
        return None
    classmates = candidates(plan, body, outcome["class"])
    better = set(grades[: grades.index(outcome["grade"])])
    reached = _least_total(plan, classmates, next(one for one in classmates if one.team == team), better)
    if reached is None:
        return None
    total, grade = reached
    rise = total - Decimal(outcome["total"])
    gains = sorted(_gains(plan, outcome), key=lambda gain: -gain.gain)
    return NextGrade(grade, rise, total, tuple(gain for gain in gains if gain.gain >= rise))


def _least_total(
    plan: Plan, classmates: Sequence[Candidate], own: Candidate, better: set[str]
) -> tuple[Decimal, str] | None:
    """The least total above the team's own that gives one of the `better` grades, with that grade.

    Only totals at which something changes are tried. Where nobody else has the same standing a higher total never
    gives a worse grade, so those are halved; a total shared with others can do better only than what lies below it.
    """

    def grade_at(total: Decimal) -> str | None:
        placed = place(plan, [replace(one, total=total) if one is own else one for one in classmates])
        grade = placed[own.team].grade
        return grade if grade in better else None

    step = quantum(plan.decimals)
    others = [one for one in classmates if one is not own and one.total is not None]
    shared = {one.reached for one in others if one.ties == own.ties}
    tried = {grade.min.quantize(step, ROUND_CEILING) for grade in plan.grades}
    tried |= {one.reached + extra for one in others for extra in (0, step)}
    limit = None if plan.bonus_above_base else plan.base_points
    rising = sorted(one for one in tried if one > own.reached and (limit is None or one <= limit))
    alone = [one for one in rising if one not in shared]
    first = bisect_left(alone, True, key=lambda total: grade_at(total) is not None)
    above = alone[first - 1] if first else own.reached
    below = alone[first] if first < len(alone) else None
    for total in rising:
        if total > above and (below is None or total <= below):
            grade = grade_at(total)
            if grade is not None:
                return total, grade
    return None


def _gains(plan: Plan, outcome: Data) -> list[Gain]:
    """What the total would gain by each indicator that lost points, added up as the total is."""
    reckoning: Reckoning = outcome["reckoning"]
    found = []
    for indicator in plan.indicators:
        points = outcome["points"].get(indicator.code)
        if points is None or indicator.kind is Kind.BONUS:
            continue
        full = outcome["explanations"][indicator.code]["full"]
        best = "0" if indicator.kind is Kind.DEDUCTION else full
        if indicator.kind is Kind.BASE and Fraction(points) >= Fraction(full):
            continue
        again = recompute_reckoning(_with_points(reckoning, indicator.code, best))
        if again["total"] is not None:
            found.append(Gain(indicator.code, Decimal(again["total"]["points"]) - Decimal(outcome["total"])))
    return found


def _with_points(reckoning: Reckoning, code: str, points: str) -> Reckoning:
    """The reckoning with other points of one indicator."""
    changed = {code: points}
    deduction = reckoning["deduction"]
    return {
        **reckoning,
        "dimensions": [
            {**one, "points": {**one["points"], **changed}} if code in one["points"] else one
            for one in reckoning["dimensions"]
        ],
        "deduction": {**deduction, "points": {**deduction["points"], **changed}}
        if code in deduction["points"]
        else deduction,
    }
