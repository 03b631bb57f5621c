"""The year: rounds of each kind averaged, parts weighted, ranked and graded as a round is (docs/rules.md#year)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from assessments.engine.arithmetic import round_half_up
from assessments.engine.facts import Team
from assessments.engine.plan import DEDUCTION, Plan
from assessments.engine.ranking import Candidate, Miss, Missed, place
from assessments.engine.totals import too_young


@dataclass(frozen=True, slots=True)
class TeamRound:
    """What one round says of a team that was active in it; `ties` are the printed numbers of the plan's tie_break."""

    total: Decimal | None
    ties: Mapping[str, Decimal] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class YearRound:
    """A published round: its kind and the teams that were active in it."""

    kind: str
    teams: Mapping[str, TeamRound]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a team's year: the totals of its active rounds of that kind, and their mean."""

    kind: str
    weight: Decimal
    totals: tuple[Decimal, ...]
    mean: Fraction


@dataclass(frozen=True, slots=True)
class YearLine:
    """One team's year. `unrounded`: the weighted mean of the parts that are present."""

    team: str
    class_code: str
    parts: tuple[Part, ...]
    rounds: int
    unrounded: Fraction | None
    total: Decimal | None
    rank: int | None = None
    grade: str | None = None
    missed: tuple[Miss, ...] = ()


def is_active(established_on: date, closed_on: date | None, ends: date) -> bool:
    """Whether a team is active in a round: it existed on its last day; the day on which it is closed counts."""
    return established_on <= ends and (closed_on is None or closed_on >= ends)


def judge_year(
    plan: Plan,
    rounds: Sequence[YearRound],
    teams: Sequence[Team],
    vetoes: Mapping[str, Mapping[str, object]] | None = None,
) -> list[YearLine]:
    """The year's table: classes in order of first appearance, in them teams by rank.

    `teams`: with the class that counts for the year and the age at its end. `vetoes`: veto -> team -> basis.
    Raises ValueError where the plan has no year.
    """
    if plan.year is None:
        raise ValueError(f"plan {plan.code} has no year")
    counted = [one for one in rounds if one.kind in {part.code for part in plan.year.parts}]
    placed = []
    for class_code in dict.fromkeys(team.class_code for team in teams):
        lines, candidates = {}, []
        for team in teams:
            if team.class_code == class_code:
                own = [(one.kind, one.teams[team.code]) for one in counted if team.code in one.teams]
                lines[team.code] = line = _line(plan, team, own)
                pronounced = tuple(code for code, by_team in (vetoes or {}).items() if team.code in by_team)
                candidates.append(
                    Candidate(team.code, line.total, _ties(plan, own), pronounced, _ungraded(plan, team, len(own)))
                )
        placed += [
            replace(lines[code], rank=placing.rank, grade=placing.grade, missed=placing.missed)
            for code, placing in place(plan, candidates).items()
        ]
    return placed


def _line(plan: Plan, team: Team, own: Sequence[tuple[str, TeamRound]]) -> YearLine:
    """A team's parts and their weighted mean, rounded once."""
    parts = _parts(plan, [(kind, one.total) for kind, one in own if one.total is not None])
    mean = _weighted_mean(parts)
    total = None if mean is None else round_half_up(mean, plan.decimals)
    return YearLine(team.code, team.class_code, parts, len(own), mean, total)


def _parts(plan: Plan, numbers: Sequence[tuple[str, Decimal]]) -> tuple[Part, ...]:
    """The parts of the year for which there are numbers, each with their mean."""
    parts = []
    for part in plan.year.parts if plan.year else ():
        totals = tuple(number for kind, number in numbers if kind == part.code)
        if totals:
            parts.append(Part(part.code, part.weight, totals, Fraction(sum(totals)) / len(totals)))
    return tuple(parts)


def _weighted_mean(parts: Sequence[Part]) -> Fraction | None:
    """The mean of the parts that are present, by weight; None where there is none."""
    if not parts:
        return None
    weight = sum((Fraction(part.weight) for part in parts), Fraction(0))
    return sum((Fraction(part.weight) * part.mean for part in parts), Fraction(0)) / weight


def _ties(plan: Plan, own: Sequence[tuple[str, TeamRound]]) -> tuple[Fraction, ...]:
    """What breaks a tie, averaged over the year as the totals are; what a round does not have counts 0."""
    ties = []
    for code in plan.tie_break:
        numbers = [(kind, one.ties.get(code, Decimal(0))) for kind, one in own if one.total is not None]
        mean = _weighted_mean(_parts(plan, numbers)) or Fraction(0)
        ties.append(-mean if code == DEDUCTION else mean)
    return tuple(ties)


def _ungraded(plan: Plan, team: Team, rounds: int) -> Miss | None:
    """Why a team is scored and ranked, but not graded: too young, or active in too few rounds."""
    if plan.year is not None and rounds < plan.year.min_rounds:
        return Miss(Missed.TOO_FEW_ROUNDS, params={"rounds": rounds, "min_rounds": plan.year.min_rounds})
    return too_young(plan, team)
