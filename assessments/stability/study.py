"""Ten thousand draws of a plan's weights, and what they say of a result's ranks (docs/rules.md#stability).

After Saisana, Saltelli and Tarantola (2005): every weight up to a quarter higher or lower, scaled back to the same sum.
The draws follow from the result's SHA-256 alone, so nothing is stored and everybody sees the same figures.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from assessments.engine.canonical import Data
from assessments.engine.document import restore
from assessments.engine.validation import plan_of
from assessments.stability.model import ClassModel, Factors, Flags, Floats, Whole, class_model

DRAWS = 10_000
SPREAD = 0.25
"""How much higher or lower a weight is at most."""
NEAR = 3
"""Teams at most this many places apart are compared."""
TOO_CLOSE = Fraction(1, 10)
"""A pair that changes its order in more than this share of the draws is too close to call."""
PORTION = 400_000
"""Ranks held at a time: memory does not grow with draws or teams."""


@dataclass(frozen=True, slots=True)
class TeamStability:
    """The ranks of a team in the draws.

    Attributes:
        rank: as printed; `low`, `median`, `high`: the 5th, 50th and 95th percentile, places in which it stood.
        places: (place, draws in it), the best first; places in which it never stood are absent.
    """

    team: str
    rank: int
    low: int
    median: int
    high: int
    places: tuple[tuple[int, int], ...]

    @property
    def kept(self) -> int:
        """The draws in which it has the printed rank."""
        return dict(self.places).get(self.rank, 0)


@dataclass(frozen=True, slots=True)
class ClosePair:
    """Two teams too close to call; `reversed`: draws in which the lower is higher, a tie counting half."""

    higher: str
    lower: str
    reversed: Fraction


@dataclass(frozen=True, slots=True)
class Influence:
    """How much one weight moves the ranks of a class: the mean difference between its upper and lower quarter."""

    code: str
    is_dimension: bool
    ranks: float


@dataclass(frozen=True, slots=True)
class ClassStability:
    """A class with two ranked teams or more; `as_printed`: whether unchanged weights give the printed ranks."""

    class_code: str
    teams: tuple[TeamStability, ...]
    close: tuple[ClosePair, ...]
    influences: tuple[Influence, ...]
    as_printed: bool


@dataclass(frozen=True, slots=True)
class Stability:
    """What `draws` draws from `seed` say; `kept`: those in which no team of any class changes its rank."""

    seed: int
    draws: int
    kept: int
    classes: tuple[ClassStability, ...]

    def of_class(self, class_code: str) -> ClassStability | None:
        """One class; None where it has fewer than two ranked teams."""
        return next((one for one in self.classes if one.class_code == class_code), None)

    def close_pair(self, one: str, other: str) -> ClosePair | None:
        """The pair of two teams, if it is too close to call."""
        pairs = (pair for each in self.classes for pair in each.close)
        return next((pair for pair in pairs if {pair.higher, pair.lower} == {one, other}), None)


def stability(body: Data, sha256: str, draws: int = DRAWS) -> Stability:
    """The stability of a stored result: `body` is its document, `sha256` the hash of its text."""
    seed = int(sha256[:8], 16)
    plan = plan_of(restore(body["plan"]))
    factors = Factors.of(plan)
    drawn = draw_factors(seed, draws, len(factors.codes))
    quarters = _quarters(drawn)
    kept = np.ones(draws, dtype=np.bool_)
    classes = []
    for class_code in body["outcome"]["sizes"]:
        model = class_model(plan, body, class_code, factors)
        if len(model.teams) > 1:
            classes.append(_study(model, class_code, factors, drawn, quarters, kept))
    return Stability(seed, draws, int(kept.sum()), tuple(classes))


def draw_factors(seed: int, draws: int, count: int) -> Floats:
    """Independent factors, even between 1 - SPREAD and 1 + SPREAD, (draws, count).

    Made from the generator's raw numbers, which numpy promises never to change.
    """
    raw = np.random.PCG64(seed).random_raw(draws * count).reshape(draws, count)
    even = (raw >> np.uint64(11)).astype(np.float64) * 2.0**-53
    return 1 - SPREAD + 2 * SPREAD * even


def ranks_of(keys: Whole) -> Whole:
    """Ranks in each draw, 1, 2, 2, 4: (draws, teams)."""
    order = np.argsort(-keys, axis=1)
    falling = np.take_along_axis(keys, order, axis=1)
    starts = np.zeros_like(order)
    starts[:, 1:] = np.where(falling[:, 1:] != falling[:, :-1], np.arange(1, keys.shape[1]), 0)
    np.maximum.accumulate(starts, axis=1, out=starts)
    ranks = np.empty_like(starts)
    np.put_along_axis(ranks, order, starts + 1, axis=1)
    return ranks


def _quarters(drawn: Floats) -> Floats:
    """Of each factor: 1 in the quarter of draws where it is highest, -1 where it is lowest, else 0."""
    size = _quarter(len(drawn))
    order = np.argsort(drawn, axis=0, kind="stable")
    quarters = np.zeros_like(drawn)
    np.put_along_axis(quarters, order[:size], -1.0, axis=0)
    np.put_along_axis(quarters, order[-size:], 1.0, axis=0)
    return quarters


def _quarter(draws: int) -> int:
    return max(draws // 4, 1)


def _study(
    model: ClassModel,
    class_code: str,
    factors: Factors,
    drawn: Floats,
    quarters: Floats,
    kept: Flags,
) -> ClassStability:
    """One class over all draws; `kept` loses the draws in which one of its teams changes its rank."""
    teams = len(model.teams)
    counts = np.zeros(teams * teams, dtype=np.int64)
    moved = np.zeros((drawn.shape[1], teams))
    higher, lower = _near(model.ranks)
    halves = np.zeros(len(higher), dtype=np.int64)
    cells = np.arange(teams) * teams
    for part in _portions(len(drawn), teams):
        keys = model.keys(drawn[part])
        ranks = ranks_of(keys)
        counts += np.bincount((cells + ranks - 1).ravel(), minlength=teams * teams)
        moved += quarters[part].T @ ranks
        kept[part] &= (ranks == model.ranks).all(axis=1)
        above, below = keys[:, higher], keys[:, lower]
        halves += 2 * (below > above).sum(axis=0) + (below == above).sum(axis=0)
    unchanged = ranks_of(model.keys(np.ones((1, drawn.shape[1]))))
    return ClassStability(
        class_code,
        tuple(
            _team(model.teams[number], int(model.ranks[number]), row)
            for number, row in enumerate(counts.reshape(teams, teams))
        ),
        tuple(
            ClosePair(model.teams[first], model.teams[second], Fraction(int(count), 2))
            for first, second, count in zip(higher, lower, halves, strict=True)
            if Fraction(int(count), 2 * len(drawn)) > TOO_CLOSE
        ),
        tuple(_influences(model, factors, np.abs(moved).mean(axis=1) / _quarter(len(drawn)))),
        bool((unchanged == model.ranks).all()),
    )


def _portions(draws: int, teams: int) -> Iterator[slice]:
    size = max(PORTION // teams, 1)
    return (slice(start, start + size) for start in range(0, draws, size))


def _near(ranks: Whole) -> tuple[list[int], list[int]]:
    """The places in printed order of pairs of different ranks, at most NEAR apart: the higher ones, the lower ones."""
    pairs = [(first, second) for second in range(len(ranks)) for first in _just_above(ranks, second)]
    return [first for first, _ in pairs], [second for _, second in pairs]


def _just_above(ranks: Whole, second: int) -> Iterator[int]:
    first = second - 1
    while first >= 0 and ranks[second] - ranks[first] <= NEAR:
        if ranks[first] < ranks[second]:
            yield first
        first -= 1


def _team(team: str, rank: int, counts: Whole) -> TeamStability:
    """Percentiles by nearest rank: the first place by which that share of the draws is reached."""
    reached = np.cumsum(counts)
    low, median, high = (int(np.searchsorted(reached * 100, percent * reached[-1])) + 1 for percent in (5, 50, 95))
    places = tuple((int(place) + 1, int(counts[place])) for place in np.flatnonzero(counts))
    return TeamStability(team, rank, low, median, high, places)


def _influences(model: ClassModel, factors: Factors, ranks: Floats) -> list[Influence]:
    """The factors that can move the class, the strongest first.

    An indicator alone in its dimension has no effect beside it, nor has a dimension that is alone.
    """
    found = []
    if len(model.spans) > 1:
        found += [(int(column), True) for column in model.dimension_columns]
    found += [
        (int(column), False)
        for column, owner in zip(model.indicator_columns, model.owner, strict=True)
        if len(model.spans[owner]) > 1
    ]
    influences = [Influence(factors.codes[column], flag, float(ranks[column])) for column, flag in found]
    return sorted(influences, key=lambda one: -one.ranks)
