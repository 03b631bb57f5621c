"""A team's own measured indicators so far, and what each open row would still bring: not a score.

Values and rows at any time before the checking days; points only until the measures are frozen, and only where no
other team is compared (docs/rules.md#own-tally).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from django.utils.translation import gettext

from governance.clock import day_of
from governance.people.models import User
from governance.records.verbs import canonical
from teams.models import TeamMember
from teams.models.team import reads_papers_of, team_ids_of
from teams.permissions import DRAFTERS

from ..engine import Facts, Team, rate
from ..engine.applicability import applies, policy_for
from ..engine.canonical import Data
from ..engine.plan import Indicator, Kind, Plan, Policy
from ..engine.rating import Status
from ..measures import MEASURES, Measure, Measured, Scope
from ..measures.corrections import Correction, corrected, keys_of, sums
from ..models import MeasuredValue, RoundTeam
from ..rounds.sources import concerns
from ..states import RoundState
from ..words.plans import SOURCE_WORDS, title_of
from ..words.rows import Behind, RowLine, behind, row_lines

TALLIED_IN = (RoundState.PREPARING, RoundState.COLLECTING)
"""The states of a round in which its teams have a tally; afterwards they check their frozen facts."""

Values = dict[str, Fraction | None]
"""Measured values of one team by indicator code."""


@dataclass(frozen=True)
class Rated:
    """The points of one indicator, or why there are none."""

    points: Decimal | None
    why_none: str = ""


@dataclass(frozen=True)
class TallyLine:
    """One measured indicator so far. `rated` is None once the measures are frozen."""

    code: str
    title: str
    kind: Kind
    full: Decimal
    behind: Behind
    rated: Rated | None

    @property
    def value(self) -> str:
        """The value with its unit; "" where there was nothing to measure."""
        return self.behind.value

    @property
    def counted(self) -> int:
        """How many rows count."""
        return len(self.behind.hits) + len(self.behind.misses)

    @property
    def is_deduction(self) -> bool:
        """Whether its points are taken off."""
        return self.kind is Kind.DEDUCTION

    @property
    def lost(self) -> Decimal:
        """What it costs so far; 0 where no points are said, and for a bonus that was not reached."""
        points = self.rated.points if self.rated else None
        if points is None or self.kind is Kind.BONUS:
            return Decimal(0)
        return points if self.kind is Kind.DEDUCTION else self.full - points

    @property
    def is_whole(self) -> bool:
        """Whether nothing is lost so far."""
        return self.rated is not None and self.rated.points is not None and self.kind is Kind.BASE and not self.lost


@dataclass(frozen=True)
class Prospect:
    """An open row, and the points of its indicator if nothing is done and if this row alone is done in time.

    Attributes:
        due_on: the row's own due date; None where it has none.
        by_due: whether it has to be done by that day; otherwise before the cut-off.
        overdue: days since the due date, 0 before.
    """

    code: str
    title: str
    row: RowLine
    full: Decimal
    before: Decimal
    after: Decimal
    gain: Decimal
    due_on: date | None
    by_due: bool
    overdue: int


class OwnTally:
    """The tally of a team in a round at a moment, for `user`.

    Queries: one a measure, one more for a measure whose rows have to be answered by their own day.
    """

    def __init__(self, seat: RoundTeam, user: User, *, at: datetime) -> None:
        self.seat, self.round, self.at = seat, seat.round, at
        self.reads_papers = reads_papers_of(user, seat.team_id)
        self.plan: Plan = self.round.plan.rules
        self.team = Team(seat.team.code, seat.team_class, seat.age_days)

    @property
    def is_frozen(self) -> bool:
        """Whether the measures are frozen: then only values and rows are shown."""
        return self.round.state != RoundState.PREPARING

    @property
    def as_of(self) -> datetime:
        """Up to when the records are read."""
        return min(self.at, self.round.cut_off_at)

    @cached_property
    def indicators(self) -> list[Indicator]:
        """The measured indicators of the round that apply to the team."""
        return [one for one in self._applying if one.source == "measure"]

    @cached_property
    def elsewhere(self) -> list[tuple[str, list[str]]]:
        """The other indicators that apply: where their values come from, and their codes and titles."""
        found: dict[str, list[str]] = {}
        for one in self._applying:
            if one.source != "measure":
                found.setdefault(one.source, []).append(f"{one.code} {title_of(one)}")
        return [(str(SOURCE_WORDS[source]), named) for source, named in found.items()]

    @property
    def _applying(self) -> list[Indicator]:
        return [one for one in self.plan.indicators if concerns(one, self.round) and applies(self.plan, one, self.team)]

    @cached_property
    def lines(self) -> list[TallyLine]:
        """Every indicator, those that cost most first."""
        lines = [
            TallyLine(
                code=one.code,
                title=title_of(one),
                kind=one.kind,
                full=self._full(one),
                behind=behind(self._sources[one.code], team_code=self.team.code, reads_papers=self.reads_papers),
                rated=None if self.is_frozen else self._rated(one, self.values),
            )
            for one in self.indicators
            if one.code in self._sources
        ]
        return sorted(lines, key=lambda line: -line.lost)

    @property
    def open_lines(self) -> list[TallyLine]:
        """The indicators that are not at full points, or of which no points are said."""
        return [line for line in self.lines if not line.is_whole]

    @property
    def whole_lines(self) -> list[TallyLine]:
        """The indicators at full points so far."""
        return [line for line in self.lines if line.is_whole]

    @cached_property
    def values(self) -> Values:
        """The measured value of each indicator so far, exact."""
        return {
            one.code: MEASURES[one.measure].value(source["numerator"], source["denominator"])
            for one in self.indicators
            for source in [self._sources[one.code]]
        }

    @cached_property
    def prospects(self) -> list[Prospect]:
        """The open rows that would each bring points on their own, the most first; none once the cut-off has passed."""
        if self.is_frozen or self.at >= self.round.cut_off_at:
            return []
        found = [prospect for one in self.indicators for prospect in self._prospects_of(one)]
        return sorted(found, key=lambda one: (-one.gain, one.due_on or date.max))

    # What is measured --------------------------------------------------------------------------------------------
    @cached_property
    def _sources(self) -> dict[str, Data]:
        """By indicator code what was measured: from the frozen values once there are any, from the work before."""
        if self.is_frozen:
            kept = MeasuredValue.objects.standing().filter(round_team=self.seat).select_related("indicator")
            frozen = {one.indicator.code: one for one in kept}
            return {
                one.code: _source(MEASURES[one.measure], value, json.loads(value.rows))
                for one in self.indicators
                if (value := frozen.get(one.code)) is not None
            }
        return self._measured(self.as_of, [MEASURES[one.measure] for one in self.indicators])

    @cached_property
    def _at_cut_off(self) -> dict[str, Data]:
        """The same at the cut-off if nothing more is recorded, where that differs: rows that must be answered in
        time count against the team once their day has passed."""
        due = [MEASURES[one.measure] for one in self.indicators]
        return self._measured(self.round.cut_off_at, [one for one in due if one.turn and one.turn.by_due])

    def _measured(self, known_before: datetime, measures: list[Measure]) -> dict[str, Data]:
        """One query a measure, for this team alone."""
        own = self.round.teams.filter(pk=self.seat.pk).order_by().values("team_id")
        scope = replace(Scope.of(self.round), teams=own, known_before=known_before)
        found = {one.name: one.of(scope).get(self.seat.team_id, one.nothing) for one in set(measures)}
        return {
            one.code: _source(MEASURES[one.measure], measured, json.loads(canonical(measured.rows)))
            for one in self.indicators
            if (measured := found.get(one.measure)) is not None
        }

    # What it would be worth --------------------------------------------------------------------------------------
    def _full(self, indicator: Indicator) -> Decimal:
        full = self.plan.full_points(indicator, self.team.class_code)
        return Decimal(0) if full is None else full

    def _rated(self, indicator: Indicator, values: Mapping[str, Fraction | None]) -> Rated:
        """The indicator's points by the engine, from the team's own values alone."""
        unless = indicator.unless
        if indicator.rule.parameters.relative:
            return Rated(None, gettext("depends on the other teams"))
        if unless is not None and self.plan.indicator(unless.indicator).source != "measure":
            return Rated(None, gettext("depends on %(indicator)s") % {"indicator": unless.indicator})
        facts = Facts.gather([self.team], values={code: {self.team.code: value} for code, value in values.items()})
        column = rate(self.plan, facts, self.round.kind).columns[indicator.code]
        reason, status = column.reason[0], column.status[0]
        if reason is not None and policy_for(indicator, reason) is Policy.AVERAGE:
            return Rated(None, gettext("depends on the other teams"))
        if status is Status.PENDING:
            return Rated(None, gettext("waits for a value"))
        return Rated(column.points[0], "" if column.points[0] is not None else gettext("left out so far"))

    def _prospects_of(self, indicator: Indicator) -> list[Prospect]:
        """The open rows of one indicator, each turned into a hit alone and rated again."""
        measure = MEASURES[indicator.measure]
        turn = measure.turn
        if turn is None:
            return []
        source = (self._at_cut_off if turn.by_due else self._sources)[indicator.code]
        rows, today = source["rows"], day_of(self.at)
        before = self._points_at(indicator, source["numerator"], source["denominator"])
        found: list[Prospect] = []
        rated: dict[tuple[int, int], Decimal | None] = {}
        shown = row_lines(rows, team_code=self.team.code, reads_papers=self.reads_papers)
        for key, row, line in zip(keys_of(rows), rows, shown, strict=True):
            due_on = date.fromisoformat(row["due_on"]) if row.get("due_on") else None
            is_late = turn.by_due and due_on is not None and due_on < today
            if row["because"] != turn.miss or is_late or before is None:
                continue
            turned = sums(measure, corrected(measure, rows, [Correction(key, turn.hit)]))
            if turned not in rated:
                rated[turned] = self._points_at(indicator, *turned)
            after = rated[turned]
            gain = _better(indicator, before, after)
            if after is not None and gain > 0:
                overdue = max((today - due_on).days, 0) if due_on else 0
                named, full = title_of(indicator), self._full(indicator)
                found.append(
                    Prospect(indicator.code, named, line, full, before, after, gain, due_on, turn.by_due, overdue)
                )
        return found

    def _points_at(self, indicator: Indicator, numerator: int, denominator: int) -> Decimal | None:
        """The indicator's points with other sums, all else as it is so far."""
        value = MEASURES[indicator.measure].value(numerator, denominator)
        return self._rated(indicator, self.values | {indicator.code: value}).points


def own_tally_seats(user: User) -> list[RoundTeam]:
    """The teams for which the person drafts, in rounds that are preparing or collecting: one query, none for people
    without a team."""
    if not team_ids_of(user):
        return []
    drafting = TeamMember.objects.current().filter(user_id=user.pk, part__in=DRAFTERS)
    seats = RoundTeam.objects.active().filter(round__state__in=TALLIED_IN, team__in=drafting.values("team"))
    return list(seats.select_related("team", "round").order_by("-round__starts_on", "-round__pk", "team__order"))


def _source(measure: Measure, measured: Measured | MeasuredValue, rows: list[Data]) -> Data:
    """What was measured, as a document writes it."""
    sums_of = {"numerator": measured.numerator, "denominator": measured.denominator}
    return {"measure": measure.name, **sums_of, "rows": rows}


def _better(indicator: Indicator, before: Decimal, after: Decimal | None) -> Decimal:
    """By how much the team is better off."""
    if after is None:
        return Decimal(0)
    return before - after if indicator.kind is Kind.DEDUCTION else after - before
