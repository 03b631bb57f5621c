"""The last periods behind a day: the whole on each of their evenings, and the reports that were due."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Min

from governance.clock import day_of, end_of
from teams.models import PeriodDue, ReportDecision, ReportingPeriod, ReportSubmission, SpecialTeam, TaskVersion
from teams.reports.status import PeriodStanding, reports_standing
from teams.rules.lamps import Lamp
from teams.rules.progress import shown_gap

from .memory import RowsState, added_since, key_of, recall, remember, remembered, state_of
from .tallies import Scope, TeamTally, wholes_of

PapersState = tuple[RowsState, RowsState]

PERIODS = 12
"""Periods of a trend."""


class TrendPoint(NamedTuple):
    """The whole on the evening of a period's last day."""

    on: date
    percent: Decimal | None
    planned: Decimal | None
    red: int

    @property
    def gap(self) -> int | None:
        """Points behind plan as shown; None where nothing had a plan line."""
        return None if self.percent is None or self.planned is None else shown_gap(self.percent, self.planned)


@dataclass(frozen=True)
class Trend:
    """The last periods of an action before a day, earliest first: their evenings, and the teams that were late."""

    points: Sequence[TrendPoint]
    late: Sequence[int]


NO_TREND = Trend((), ())


def trend_up_to(
    scope: Scope,
    periods: Sequence[ReportingPeriod],
    known: Sequence[SpecialTeam],
    *,
    at: datetime,
    versions: RowsState,
    papers: PapersState,
) -> Trend:
    """The trend of the latest of `periods` (latest first) at `at` for the teams `known`, under these states."""
    told = periods[:PERIODS][::-1]
    points = evenings_of(scope, [period.ends_on for period in told], versions)
    due = [(period.pk, period.ends_on, period.due_at <= at) for period in told]
    key = key_of("late", due, _owing(known), _place(at, scope.today))
    late = remembered(key, papers, lambda: late_reports(told, known, at=at))
    return Trend(points, late)


def evenings_of(scope: Scope, days: Sequence[date], versions: RowsState) -> list[TrendPoint]:
    """The whole on each of the past evenings `days`; none is computed twice, as none changes.

    An evening before the first of the versions that are new stands; where one was recorded out of order, none does.
    """
    key = key_of("trend", scope.action.pk, scope.stage and scope.stage.pk, scope.teams)
    kept = recall(key)
    known: dict[date, TrendPoint] = kept[1] if kept else {}
    if kept and kept[0] != versions:
        new = added_since(TaskVersion, kept[0], versions)
        first = None if new is None else new.aggregate(first=Min("at"))["first"]
        known = {} if new is None else {day: each for day, each in known.items() if not first or end_of(day) <= first}
    missing = [day for day in days if day not in known]
    found = zip(missing, wholes_of(scope, missing), strict=True)
    known = known | {day: point_of(day, whole) for day, whole in found}
    if missing or kept is None or kept[0] != versions:
        remember(key, versions, known)
    return [known[day] for day in days]


def point_of(on: date, whole: TeamTally) -> TrendPoint:
    """The whole on an evening as a point of the trend."""
    percent, planned = (whole.pace.percent, whole.pace.planned) if whole.pace else (None, None)
    return TrendPoint(on, percent, planned, whole.count(Lamp.RED))


def papers_state() -> PapersState:
    """The state of what teams sent and of what became of it: two queries."""
    return state_of(ReportSubmission), state_of(ReportDecision)


def reports_of(
    period: ReportingPeriod, teams: Sequence[SpecialTeam], *, at: datetime, today: date, papers: PapersState
) -> PeriodStanding:
    """The reports of a period at `at`, remembered until one is sent or decided, a day ends or a due moment passes."""
    due_at = PeriodDue.objects.known([period], at=at)[period.pk]
    owing = [team for team in teams if team.owes_for(period.ends_on)]
    key = key_of("reports", period.pk, due_at, at > due_at, _place(at, today), [team.pk for team in owing])
    return remembered(key, papers, lambda: reports_standing([period], owing, at=at)[0])


def late_reports(periods: Sequence[ReportingPeriod], teams: Sequence[SpecialTeam], *, at: datetime) -> list[int]:
    """How many teams did not send the report of each period in time, 0 until it is due: one query.

    What a team took back was never sent (docs/rules.md#reports-on-time).
    """
    rows = ReportSubmission.objects.standing(at__lte=at).filter(
        report__period__in=[period.pk for period in periods], at__lte=at, on_time=True
    )
    in_time: dict[int, set[int]] = {}
    for period, team in rows.order_by().values_list("report__period", "report__team"):
        in_time.setdefault(period, set()).add(team)
    return [
        sum(team.owes_for(period.ends_on) and team.pk not in in_time.get(period.pk, ()) for team in teams)
        if period.due_at <= at
        else 0
        for period in periods
    ]


def _owing(teams: Collection[SpecialTeam]) -> list[tuple[int, date, date | None, date | None]]:
    """What decides whether a team owes a report."""
    return [(team.pk, team.established_on, team.closed_on, team.entered_on) for team in teams]


def _place(at: datetime, today: date) -> date | datetime:
    """What of a moment decides which papers count: of today all."""
    day = day_of(at)
    return day if day >= today else at
