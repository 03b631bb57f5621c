"""A class of a stored result as arrays, and its ranks when weights are multiplied by factors."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from assessments.engine.canonical import Data
from assessments.engine.next_grade import candidates
from assessments.engine.plan import Effect, Indicator, Kind, Plan

Floats: TypeAlias = npt.NDArray[np.float64]
Whole: TypeAlias = npt.NDArray[np.int64]
Flags: TypeAlias = npt.NDArray[np.bool_]

AT_HALF = 1e-6
"""How far below a half, in last places of the total, a float still rounds up: what is a half exactly is a half here."""
VOID = 2**61
"""What puts void teams behind all others: more than any total in last places."""


@dataclass(frozen=True, slots=True)
class Factors:
    """What varies: the plan's dimensions with a base indicator, then its base indicators, in plan order."""

    dimensions: tuple[str, ...]
    indicators: tuple[str, ...]

    @classmethod
    def of(cls, plan: Plan) -> "Factors":
        """The factors of a plan, the same for all its classes."""
        dimensions = tuple(dimension.code for dimension in plan.dimensions if plan.members(dimension))
        return cls(dimensions, tuple(indicator.code for indicator in plan.of_kind(Kind.BASE)))

    @property
    def codes(self) -> tuple[str, ...]:
        """All of them, a column each."""
        return (*self.dimensions, *self.indicators)


@dataclass(frozen=True, slots=True)
class ClassModel:
    """One class: teams in printed order that have a total, and the indicators and dimensions that the class has.

    Attributes:
        teams, ranks: codes and printed ranks, (teams,).
        columns: the column of each dimension's factor (dimensions,), then of each indicator's (indicators,).
        owner: the dimension of each indicator; `spans`: the indicators of each dimension.
        weight: full points (indicators,); `worth`: points of a dimension (dimensions,); `normalised`: flags.
        applies: 1 where an indicator is not left out, (teams, indicators); `earned`: applies x points / full points.
        extra: bonus less deduction, after caps; `ties`: standing among equal totals; `void`: flags.
    """

    teams: tuple[str, ...]
    ranks: Whole
    dimension_columns: Whole
    indicator_columns: Whole
    owner: Whole
    spans: tuple[Whole, ...]
    weight: Floats
    worth: Floats
    normalised: Flags
    applies: Floats
    earned: Floats
    extra: Floats
    ties: Whole
    void: Flags
    base_points: float
    limit: float
    decimals: int

    def keys(self, factors: Floats) -> Whole:
        """The standing of each team in each draw, (draws, teams): more is better, equal is a tie.

        `factors` is (draws, factors): each dimension's and indicator's weight is multiplied by its own, dimensions are
        scaled back to the base points and indicators to what their dimension is then worth.
        """
        worth = self.worth * factors[:, self.dimension_columns]
        worth *= self.base_points / worth.sum(axis=1, keepdims=True)
        weight = self.weight * factors[:, self.indicator_columns]
        earned = np.zeros((len(factors), len(self.teams)))
        full = np.zeros_like(earned)
        for number, span in enumerate(self.spans):
            own = weight[:, span]
            own *= (worth[:, number] / own.sum(axis=1))[:, np.newaxis]
            weight[:, span] = own
            if self.normalised[number]:
                possible = own @ self.applies[:, span].T
                counts = possible > 0
                share = np.divide(own @ self.earned[:, span].T, possible, out=np.zeros_like(possible), where=counts)
                earned += worth[:, number : number + 1] * share
                full += worth[:, number : number + 1] * counts
        plain = np.flatnonzero(~self.normalised[self.owner])
        earned += weight[:, plain] @ self.earned[:, plain].T
        full += weight[:, plain] @ self.applies[:, plain].T
        totals = np.clip(self.base_points * earned / full + self.extra, 0, self.limit)
        steps = np.floor(totals * 10**self.decimals + 0.5 + AT_HALF).astype(np.int64)
        keys: Whole = steps * (len(self.teams) + 1) + self.ties - VOID * self.void
        return keys


def class_model(plan: Plan, body: Data, class_code: str, factors: Factors) -> ClassModel:
    """The arrays of one class of a result's document."""
    lines = [team for team in body["outcome"]["teams"] if team["class"] == class_code and team["total"] is not None]
    own = [one for one in plan.of_kind(Kind.BASE) if plan.full_points(one, class_code) is not None]
    worth_of = {code: [one for one in own if one.dimension == code] for code in factors.dimensions}
    dimensions = [one for one in plan.dimensions if worth_of.get(one.code)]
    place = {dimension.code: number for number, dimension in enumerate(dimensions)}
    owner = np.array([place[one.dimension] for one in own], dtype=np.int64)
    full = [_full(plan, one, class_code) for one in own]
    normalised = []
    worth = []
    for dimension in dimensions:
        points = dimension.worth.of(class_code) if dimension.normalise and dimension.worth else None
        normalised.append(points is not None)
        mine = [one for one, of in zip(full, own, strict=True) if of.dimension == dimension.code]
        worth.append(sum(mine, Decimal(0)) if points is None else points)
    column = {code: number for number, code in enumerate(factors.codes)}
    offset = len(factors.dimensions)
    shares = [
        [_share(team["points"].get(one.code), points) for one, points in zip(own, full, strict=True)] for team in lines
    ]
    earned = np.array(shares, dtype=np.float64).reshape(len(lines), len(own))
    applies = ~np.isnan(earned)
    return ClassModel(
        teams=tuple(team["team"] for team in lines),
        ranks=np.array([team["rank"] for team in lines], dtype=np.int64),
        dimension_columns=np.array([column[one.code] for one in dimensions], dtype=np.int64),
        indicator_columns=np.array([offset + factors.indicators.index(one.code) for one in own], dtype=np.int64),
        owner=owner,
        spans=tuple(np.flatnonzero(owner == number) for number in range(len(dimensions))),
        weight=np.array([float(points) for points in full]),
        worth=np.array([float(points) for points in worth]),
        normalised=np.array(normalised, dtype=np.bool_),
        applies=applies.astype(np.float64),
        earned=np.where(applies, earned, 0.0),
        extra=np.array([float(Decimal(team["bonus"]) - Decimal(team["deduction"])) for team in lines]),
        ties=_ties(plan, body, class_code, [team["team"] for team in lines]),
        void=np.array([bool(_voiding(plan).intersection(team["reckoning"]["rank"]["vetoes"])) for team in lines]),
        base_points=float(plan.base_points),
        limit=np.inf if plan.bonus_above_base else float(plan.base_points),
        decimals=plan.decimals,
    )


def _full(plan: Plan, indicator: Indicator, class_code: str) -> Decimal:
    full = plan.full_points(indicator, class_code)
    return Decimal(0) if full is None else full


def _share(points: str | None, full: Decimal) -> float:
    """Points of the full points; not a number where the indicator is left out."""
    return float("nan") if points is None else float(Decimal(points) / full)


def _voiding(plan: Plan) -> set[str]:
    return {veto.code for veto in plan.vetoes if veto.effect is Effect.VOID}


def _ties(plan: Plan, body: Data, class_code: str, teams: Sequence[str]) -> Whole:
    """The standing of each team by the printed tie-breaks alone: 0 is the last, equal ones share it."""
    ties = {one.team: one.ties for one in candidates(plan, body, class_code)}
    order = {values: number for number, values in enumerate(sorted({ties[team] for team in teams}))}
    return np.array([order[ties[team]] for team in teams], dtype=np.int64)
