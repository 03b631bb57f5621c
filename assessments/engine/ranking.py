"""Ranks and grades inside a class, and why one was missed, for rounds and years (docs/rules.md#ranks-and-grades)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal
from enum import StrEnum
from itertools import groupby

from assessments.engine.arithmetic import Number
from assessments.engine.plan import Effect, Grade, Plan, QuotaRounding

_ROUNDINGS = {
    QuotaRounding.FLOOR: ROUND_FLOOR,
    QuotaRounding.HALF_UP: ROUND_HALF_UP,
    QuotaRounding.CEIL: ROUND_CEILING,
}


class Missed(StrEnum):
    """Why a team does not have a grade."""

    BELOW = "below"
    """The total does not reach the grade's least total."""
    BARRED = "barred"
    """A veto bars the first grade."""
    FULL = "full"
    """It reached the least total, but there was no free place, or not enough for all who are tied."""
    CLOSED = "closed"
    """A team above it found no free place."""
    VOID = "void"
    """A veto voids the result: the last grade."""
    TOO_YOUNG = "too_young"
    TOO_FEW_ROUNDS = "too_few_rounds"
    NO_BASE = "no_base"
    """Nothing was scored, or nothing in any round."""


@dataclass(frozen=True, slots=True)
class Miss:
    """One missed grade ("" where the reason concerns all of them), with what a sentence about it needs.

    `params`: below: total, min; full: places, left, tied; closed: places, rank (whose group found no room);
    barred, void: vetoes; too_young: age_days, min_age_days; too_few_rounds: rounds, min_rounds.
    """

    reason: Missed
    grade: str = ""
    params: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A team as ranking sees it. `ties`: what breaks a tie, more is better. `ungraded`: why it gets no grade."""

    team: str
    total: Decimal | None
    ties: tuple[Number, ...] = ()
    vetoes: tuple[str, ...] = ()
    ungraded: Miss | None = None

    @property
    def reached(self) -> Decimal:
        """The total of one that is ranked. Raises ValueError for one without a total."""
        if self.total is None:
            raise ValueError(f"{self.team} has no total")
        return self.total


@dataclass(frozen=True, slots=True)
class Placing:
    """A team's place in its class."""

    rank: int | None
    grade: str | None
    missed: tuple[Miss, ...] = ()


def place(plan: Plan, candidates: Sequence[Candidate]) -> dict[str, Placing]:
    """Rank and grade the teams of one class: team -> placing, in the order of rank, then as given.

    Void teams come after all others and continue their ranks; teams without a total come last and have no rank.
    """
    voided, barring = _vetoes(plan, Effect.VOID), _vetoes(plan, Effect.NO_TOP_GRADE)
    rankable = [candidate for candidate in candidates if candidate.total is not None]
    sound = _tied_groups([candidate for candidate in rankable if not voided.intersection(candidate.vetoes)])
    fallen = _tied_groups([candidate for candidate in rankable if voided.intersection(candidate.vetoes)])
    ranks: dict[str, int] = {}
    for group in (*sound, *fallen):
        ranks |= dict.fromkeys((candidate.team for candidate in group), len(ranks) + 1)
    grading = _Grading(plan, len(candidates), barring)
    for group in sound if plan.grades else ():
        grading.give(group, ranks[group[0].team])
    placings = {}
    for candidate in (*(one for group in (*sound, *fallen) for one in group), *candidates):
        if candidate.team not in placings:
            grade, missed = _outcome(plan, candidate, grading, voided)
            placings[candidate.team] = Placing(ranks.get(candidate.team), grade, missed)
    return placings


def _vetoes(plan: Plan, effect: Effect) -> set[str]:
    return {veto.code for veto in plan.vetoes if veto.effect is effect}


def _tied_groups(candidates: list[Candidate]) -> list[list[Candidate]]:
    """The candidates in falling order of total and tie-breaks, equals together in the order given."""

    def key(candidate: Candidate) -> tuple[Number, ...]:
        return (candidate.reached, *candidate.ties)

    return [list(group) for _, group in groupby(sorted(candidates, key=key, reverse=True), key)]


def _outcome(
    plan: Plan, candidate: Candidate, grading: "_Grading", voided: set[str]
) -> tuple[str | None, tuple[Miss, ...]]:
    """A team's grade with the reasons for those above it."""
    if not plan.grades:
        return None, ()
    if candidate.total is None:
        return None, (Miss(Missed.NO_BASE),)
    if candidate.ungraded is not None:
        return None, (candidate.ungraded,)
    void = tuple(sorted(voided.intersection(candidate.vetoes)))
    if void:
        return plan.grades[-1].code, (Miss(Missed.VOID, params={"vetoes": void}),)
    return grading.grades[candidate.team], tuple(grading.missed[candidate.team])


class _Grading:
    """Grades given out going down the ranks of one class of `size` teams."""

    def __init__(self, plan: Plan, size: int, barring: set[str]) -> None:
        self.plan = plan
        self.barring = barring
        self.places = {grade.code: places(grade, size, plan.quota_rounding) for grade in plan.grades}
        self.left = dict(self.places)
        self.closed_at: dict[str, int] = {}
        self.grades: dict[str, str] = {}
        self.missed: dict[str, list[Miss]] = {}

    def give(self, group: list[Candidate], rank: int) -> None:
        """Give a tied group the best grade it can have, together; the rest get the last grade.

        Teams that are not graded take no room and close nothing, nor does a barred team in the first grade.
        """
        waiting = [candidate for candidate in group if candidate.ungraded is None]
        self.missed |= {candidate.team: [] for candidate in waiting}
        for grade in self.plan.grades[:-1]:
            barred = [one for one in waiting if self._is_barred(one, grade)] if group[0].reached >= grade.min else []
            for candidate in barred:
                vetoes = tuple(sorted(self.barring.intersection(candidate.vetoes)))
                self.missed[candidate.team].append(Miss(Missed.BARRED, grade.code, {"vetoes": vetoes}))
            asking = [candidate for candidate in waiting if candidate not in barred]
            miss = self._refusal(grade, asking, rank)
            if miss is None:
                self._take(grade, asking)
                waiting = barred
            else:
                for candidate in asking:
                    self.missed[candidate.team].append(miss)
        for candidate in waiting:
            self.grades[candidate.team] = self.plan.grades[-1].code

    def _is_barred(self, candidate: Candidate, grade: Grade) -> bool:
        return grade is self.plan.grades[0] and bool(self.barring.intersection(candidate.vetoes))

    def _refusal(self, grade: Grade, asking: list[Candidate], rank: int) -> Miss | None:
        """Why the teams cannot have the grade; one that reaches it and finds no free place closes it to all below."""
        if not asking:
            return None
        if asking[0].reached < grade.min:
            return Miss(Missed.BELOW, grade.code, {"total": asking[0].total, "min": grade.min})
        places, left = self.places[grade.code], self.left[grade.code]
        if grade.code in self.closed_at:
            return Miss(Missed.CLOSED, grade.code, {"places": places, "rank": self.closed_at[grade.code]})
        if left is not None and len(asking) > left:
            self.closed_at[grade.code] = rank
            return Miss(Missed.FULL, grade.code, {"places": places, "left": left, "tied": len(asking)})
        return None

    def _take(self, grade: Grade, group: list[Candidate]) -> None:
        left = self.left[grade.code]
        if left is not None:
            self.left[grade.code] = left - len(group)
        self.grades |= {candidate.team: grade.code for candidate in group}


def places(grade: Grade, size: int, rounding: QuotaRounding) -> int | None:
    """How many teams of a class of `size` may have the grade; None: any number."""
    if grade.quota is None:
        return None
    return int((grade.quota * size).to_integral_value(_ROUNDINGS[rounding]))
