"""What a measure is: one set-based query over the work, read as integers with the rows behind (docs/rules.md#measures).

A measure's function takes a `Scope` and returns `Rows`: a row per task, period end or report with the reason why it
counts or does not. `Measure.query` adds each row's part of the numerator and the denominator and the sums of its team.
The database counts and sums integers; only `Reading` divides.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Self

from django.db.models import BigIntegerField, Case, F, QuerySet, Sum, Value, When, Window
from django.db.models.expressions import Combinable
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text

from ..engine.canonical import Data
from .reasons import Because

if TYPE_CHECKING:
    from assessments.models import AssessmentRound


class Direction(StrEnum):
    """Which way is better."""

    HIGHER = "higher"
    LOWER = "lower"


class Reading(StrEnum):
    """How numerator and denominator are read as a value. A denominator of 0 is a missing value, never zero."""

    PERCENT = "percent"
    """100 x numerator / denominator."""
    MEAN = "mean"
    """The mean of points stored as hundredths: numerator / (100 x denominator)."""
    COUNT = "count"
    """The numerator, out of the denominator that could have been."""
    TALLY = "tally"
    """The numerator. It is never missing: a team without rows has 0, and the denominator of every team is 1."""

    def read(self, numerator: int | None, denominator: int | None) -> Fraction | None:
        """The measured value, exact; None when there was nothing to measure."""
        if not denominator or numerator is None:
            return None
        match self:
            case Reading.PERCENT:
                return Fraction(100 * numerator, denominator)
            case Reading.MEAN:
                return Fraction(numerator, 100 * denominator)
            case Reading.COUNT | Reading.TALLY:
                return Fraction(numerator)


class Each(StrEnum):
    """What a row that counts adds to the sums."""

    ONE = "one"
    LEVEL = "level"
    """The level of its task."""
    OWN = "own"
    """An amount of its own: the points behind plan, the days until the plan."""


@dataclass(frozen=True)
class Scope:
    """What is measured: whose work, which days, and what was recorded before which moment."""

    action_id: int
    teams: QuerySet
    first: date
    last: date
    known_before: datetime

    @classmethod
    def of(cls, round: "AssessmentRound") -> Self:
        """The scope of a round: its teams, its days, its cut-off. No query."""
        return cls(
            action_id=round.action_id,
            teams=round.teams.active().order_by().values("team_id"),
            first=round.starts_on,
            last=round.ends_on,
            known_before=round.cut_off_at,
        )


@dataclass(frozen=True)
class Measured:
    """What a measure found for one team.

    Attributes:
        rows: what counted and what did not: {"because", "numerator", "denominator"} and the details of the measure.
    """

    numerator: int = 0
    denominator: int = 0
    rows: tuple[Data, ...] = ()


ONE = Value(1)


@dataclass(frozen=True)
class Rows:
    """The rows of a measure before they are counted.

    Attributes:
        team: the field that names the row's team.
        because: the row's reason, a value of `Because`.
        amount: what a row that counts for the numerator adds to it.
        weight: what a row that counts at all adds to the denominator; 0 in a tally, whose denominator is 1 for a team.
        details: the names kept with each row and the fields they come from.
    """

    rows: QuerySet
    team: str
    because: Case
    details: Mapping[str, str]
    order: tuple[str, ...]
    amount: Combinable = ONE
    weight: Combinable = ONE


def not_yet_due(field: str, scope: Scope) -> When:
    """The reason of a row whose due day in `field` had not passed at the cut-off, done or not."""
    return When(**{f"{field}__gte": day_of(scope.known_before)}, then=Value(Because.NOT_DUE))


@dataclass(frozen=True)
class Turn:
    """How one more row of a rate can still become a hit (docs/rules.md#own-tally).

    Attributes:
        miss, hit: the reason for which it counts against the team as long as nothing is done, and the one it gets.
        by_due: whether that takes a day on or before the row's own due date; otherwise any moment before the cut-off.
    """

    miss: Because
    hit: Because
    by_due: bool = False


_PERCENT = _("%")


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure of the registry; its page in both languages is written from these fields. Most are rates.

    Attributes:
        numerator, denominator: what is counted, in words.
        hits: the reasons for which a row counts in numerator and denominator.
        misses: the reasons for which a row counts in the denominator only; for all others it is left out.
        left_out: those others, in words on the page.
        rule: where the rule comes from, in words.
        each: what a row that counts adds.
        function: Scope -> Rows; its docstring is the definition.
        turn: for rates of what was closed or answered out of what was due; None for all others.
    """

    name: str
    title: Text
    unit: Text = _PERCENT
    direction: Direction = Direction.HIGHER
    reading: Reading = Reading.PERCENT
    numerator: Text
    denominator: Text
    hits: tuple[Because, ...]
    misses: tuple[Because, ...]
    left_out: tuple[Because, ...]
    rule: Text
    function: Callable[[Scope], Rows]
    each: Each = Each.ONE
    turn: Turn | None = None

    def value(self, numerator: int | None, denominator: int | None) -> Fraction | None:
        """The value of stored integers."""
        return self.reading.read(numerator, denominator)

    @property
    def nothing(self) -> Measured:
        """What a team without rows has: a missing value, or a true 0 where the measure is a tally."""
        return Measured(denominator=self._least)

    @property
    def _least(self) -> int:
        return int(self.reading is Reading.TALLY)

    def of(self, scope: Scope) -> dict[int, Measured]:
        """Measure all teams in one query: {team id: Measured}; a team without rows is absent, it has `nothing`."""
        found = self.function(scope)
        sums: dict[int, tuple[int, int]] = {}
        rows: dict[int, list[Data]] = {}
        for row in self.query(found):
            team = row["measured_team"]
            sums[team] = (row["team_numerator"], row["team_denominator"] + self._least)
            kept = {name: row[field] for name, field in found.details.items()}
            kept |= {name: row[name] for name in ("because", "numerator", "denominator")}
            rows.setdefault(team, []).append(kept)
        return {team: Measured(*sums[team], tuple(rows[team])) for team in rows}

    def query(self, found: Rows) -> QuerySet:
        """The one query: each row with its reason, what it adds, and the sums of its team."""
        per_team: Data = {"partition_by": [F("measured_team")], "output_field": BigIntegerField()}
        return (
            found.rows.annotate(measured_team=F(found.team), because=found.because)
            .annotate(
                numerator=_when(self.hits, found.amount),
                denominator=_when(self.hits + self.misses, found.weight),
            )
            .annotate(
                team_numerator=Window(Sum("numerator"), **per_team),
                team_denominator=Window(Sum("denominator"), **per_team),
            )
            .order_by("measured_team", *found.order)
            .values(*_COUNTED, *found.details.values())
        )


_COUNTED = ("measured_team", "because", "numerator", "denominator", "team_numerator", "team_denominator")


def _when(reasons: tuple[Because, ...], amount: Combinable) -> Case:
    """`amount` where the row's reason is one of `reasons`, else 0."""
    return Case(When(because__in=reasons, then=amount), default=Value(0), output_field=BigIntegerField())
