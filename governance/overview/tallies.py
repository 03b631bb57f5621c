"""What the tasks of each team add up to on a day: the figures of home, wall and screen, remembered until a task changes.

A day is computed once from its tasks or versions and kept in the cache under the state of the versions: they are
insert-only, so a past evening cannot change, and today changes with the next version alone. A page then costs what it
shows, not what the county has.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Any, NamedTuple, TypeVar, cast

from django.core.cache import cache
from django.db import connection
from django.db.models import Count, Max, Min
from django.urls import reverse

from governance.clock import day_of, end_of
from teams.models import (
    Milestone,
    PeriodLamp,
    ReportDecision,
    ReportingPeriod,
    ReportSubmission,
    SpecialAction,
    SpecialTeam,
    Stage,
    Task,
    TaskVersion,
)
from teams.reports.status import PeriodStanding, reports_standing
from teams.rules.lamps import Lamp, LampDates, lamp_on
from teams.rules.progress import Pace, PaceChange, PacedTask, PlannedStep, pace_change, pace_of_sums, plan_line
from teams.states import TaskState

T = TypeVar("T")

REMEMBERED = 3 * 24 * 3600
"""Seconds; what is asked again stays, for whoever asks last."""
RED_NAMED = 5
"""So many red tasks are named."""

FEW = 200
"""So many teams at most are named to the database."""

LAMPS = tuple(Lamp)


class TeamTally(NamedTuple):
    """The tasks of a team on a day: how many under each lamp, most urgent first, and the sums of its pace."""

    lamps: tuple[int, ...]
    newly_red: int
    paced: int
    """Tasks in the mean; `weight` sums their levels, `percent` and `planned` both percents times the level."""
    weight: int
    percent: Decimal
    planned: Decimal

    @property
    def pace(self) -> Pace | None:
        """The pace of the team."""
        return pace_of_sums(weight=self.weight, percent=self.percent, planned=self.planned, tasks=self.paced)

    def count(self, lamp: Lamp) -> int:
        """How many tasks have this lamp."""
        return self.lamps[LAMPS.index(lamp)]

    @property
    def lit(self) -> list[tuple[Lamp, int]]:
        """The lamps that some have."""
        return [(lamp, count) for lamp, count in zip(LAMPS, self.lamps, strict=True) if count]

    @property
    def tasks(self) -> int:
        """All tasks."""
        return sum(self.lamps)


NO_TASKS = TeamTally((0,) * len(LAMPS), 0, 0, 0, Decimal(0), Decimal(0))


def summed(tallies: Iterable[TeamTally]) -> TeamTally:
    """Teams together."""
    lamps, *sums = zip(*(tuple(tallies) or (NO_TASKS,)), strict=True)
    return TeamTally(tuple(map(sum, zip(*lamps, strict=True))), *map(sum, sums))


class RedTask(NamedTuple):
    """A red task by name: the address needs the year."""

    year: int
    number: int
    title: str
    team: int
    is_new: bool

    @property
    def url(self) -> str:
        """Its page."""
        return reverse("task", args=[self.year, self.number])


@dataclass(frozen=True)
class Tally:
    """The tasks of a day by team id, and what changed since the end of the last period."""

    teams: Mapping[int, TeamTally]
    change: PaceChange | None
    red: Sequence[RedTask]
    """The first of them: those that turned red last come first."""
    first: date | None
    last: date | None
    """The first start and the last due day."""

    @cached_property
    def whole(self) -> TeamTally:
        """All teams together."""
        return summed(self.teams.values())


class TrendPoint(NamedTuple):
    """The whole on the evening of a period's last day."""

    on: date
    percent: Decimal | None
    planned: Decimal | None
    red: int


@dataclass(frozen=True)
class Trend:
    """The last periods of an action before a day, earliest first: their evenings, and the teams that were late."""

    points: Sequence[TrendPoint]
    late: Sequence[int]


NO_TREND = Trend((), ())
PERIODS = 12
"""Periods of a trend."""


class _Judged(NamedTuple):
    team: int
    lamp: Lamp
    paced: PacedTask
    start_on: date
    due_on: date | None
    year: int
    number: int
    title: str


def tally_of(
    action: SpecialAction,
    *,
    on: date,
    today: date,
    moment: datetime,
    before: ReportingPeriod | None,
    stage: Stage | None = None,
    teams: Collection[int] | None = None,
) -> Tally:
    """The tally of the evening of `on` beside the end of the period `before`, of `stage` and `teams` where given.

    One query where nothing has changed since it was computed.
    """
    closed = bool(before and before.closed_at and before.closed_at <= moment)
    key = _key("tally", action.pk, on, on >= today, before and before.pk, closed, stage and stage.pk, teams)
    return _remembered(key, _versions_state(), lambda: _tally(action, on, today, before, closed, stage, teams))


def trend_up_to(
    action: SpecialAction,
    periods: Sequence[ReportingPeriod],
    known: Sequence[SpecialTeam],
    *,
    at: datetime,
    today: date,
    stage: Stage | None = None,
    teams: Collection[int] | None = None,
) -> Trend:
    """The trend of the latest of `periods` (latest first) for the teams `known`."""
    told = periods[:PERIODS][::-1]
    points = trend_of(action, [period.ends_on for period in told], today=today, stage=stage, teams=teams)
    return Trend(points, late_reports(told, known, at=at))


def trend_of(
    action: SpecialAction, days: Sequence[date], *, today: date, stage: Stage | None, teams: Collection[int] | None
) -> list[TrendPoint]:
    """The whole on each of the past evenings `days`; none is computed twice: two queries where none is new."""
    key = _key("trend", action.pk, stage and stage.pk, teams)
    state = _versions_state()
    kept = _recall(key)
    known: dict[date, TrendPoint] = {}
    if kept is not None:
        then, known = kept
        if then != state:
            # Evenings before the first of the new versions stand; where one was recorded out of order, none does.
            new = TaskVersion.objects.filter(pk__gt=then[1] or 0).aggregate(Count("pk"), first=Min("at"))
            in_order = new["pk__count"] == state[0] - then[0]
            first = new["first"]
            known = {day: point for day, point in known.items() if in_order and (not first or end_of(day) <= first)}
    missing = [day for day in days if day not in known]
    for day in missing:
        whole = _tally(action, day, today, None, False, stage, teams).whole
        pace = whole.pace
        known[day] = TrendPoint(day, pace and pace.percent, pace and pace.planned, whole.count(Lamp.RED))
    if missing or kept is None or kept[0] != state:
        _remember(key, (state, known))
    return [known[day] for day in days]


def reports_of(period: ReportingPeriod, teams: Sequence[SpecialTeam], *, at: datetime, is_now: bool) -> PeriodStanding:
    """The reports of a period at `at`, remembered until one is sent or decided, a day ends or a due moment passes."""
    [due] = reports_standing([period], [], at=at)
    sent = ReportSubmission.objects.aggregate(Count("pk"), Max("pk"))
    decided = ReportDecision.objects.aggregate(Count("pk"), Max("pk"))
    owing = [team for team in teams if team.owes_for(period.ends_on)]
    place = day_of(at) if is_now else at
    key = _key("reports", period.pk, due.due_at, at > due.due_at, place, [team.pk for team in owing])
    state = (*sent.values(), *decided.values())
    return _remembered(key, state, lambda: reports_standing([period], owing, at=at)[0])


def late_reports(periods: Sequence[ReportingPeriod], teams: Sequence[SpecialTeam], *, at: datetime) -> list[int]:
    """How many teams did not send the report of each period in time: one query."""
    of_teams = {"report__team__in": [team.pk for team in teams]} if len(teams) <= FEW else {}
    rows = ReportSubmission.objects.filter(
        report__period__in=[period.pk for period in periods], number=1, at__lte=at, report__on_time=True, **of_teams
    )
    in_time = dict(rows.order_by().values_list("report__period").annotate(Count("pk")))
    return [sum(team.owes_for(period.ends_on) for team in teams) - in_time.get(period.pk, 0) for period in periods]


def _key(*parts: Any) -> str:
    said = repr([sorted(part) if isinstance(part, set | frozenset) else part for part in parts])
    return f"wall-{sha256(said.encode()).hexdigest()}"


def _remembered(key: str, state: tuple, compute: Callable[[], T]) -> T:
    kept = _recall(key)
    if kept is not None and kept[0] == state:
        return cast("T", kept[1])
    value = compute()
    _remember(key, (state, value))
    return value


def _recall(key: str) -> Any:
    return None if connection.in_atomic_block else cache.get(key)


def _remember(key: str, value: tuple) -> None:
    """Keep what was read, except inside a transaction: what that has written itself may still be taken back."""
    if not connection.in_atomic_block:
        cache.set(key, value, REMEMBERED)


def _versions_state() -> tuple[int, int | None]:
    """How many versions there are and the last: also where one is committed after a later one."""
    state = TaskVersion.objects.aggregate(Count("pk"), Max("pk"))
    return state["pk__count"], state["pk__max"]


def _tally(
    action: SpecialAction,
    on: date,
    today: date,
    before: ReportingPeriod | None,
    closed: bool,
    stage: Stage | None,
    teams: Collection[int] | None,
) -> Tally:
    now = dict(_judged(action, on, today, stage, teams))
    then = dict(_judged(action, before.ends_on, today, stage, teams)) if before else {}
    red, found, days = [], defaultdict[int, list[Any]](lambda: [[0] * len(LAMPS), 0, 0, 0, Decimal(0), Decimal(0)]), []
    for pk, row in now.items():
        sums, paced = found[row.team], row.paced
        sums[0][LAMPS.index(row.lamp)] += 1
        days += [row.start_on, row.due_on or row.start_on]
        if row.lamp == Lamp.RED:
            is_new = pk not in then or then[pk].lamp != Lamp.RED
            sums[1] += is_new
            red.append(RedTask(row.year, row.number, row.title, row.team, is_new))
        if paced.planned is not None and paced.counts:
            sums[2] += 1
            sums[3] += paced.level
            sums[4] += paced.level * paced.percent
            sums[5] += paced.level * paced.planned
    red.sort(key=lambda row: (not row.is_new, row.year, row.number))
    return Tally(
        {team: TeamTally(tuple(sums[0]), *sums[1:]) for team, sums in found.items()},
        pace_change(_as_kept(then, before if closed else None), {pk: row.paced for pk, row in now.items()}),
        red[:RED_NAMED],
        min(days, default=None),
        max(days, default=None),
    )


def _as_kept(then: Mapping[int, _Judged], period: ReportingPeriod | None) -> dict[int, PacedTask]:
    """The tasks at the end of the period as the pace counts them: where it is closed, as it was kept.

    Tasks that were not open then are as known that evening.
    """
    paced = {pk: row.paced for pk, row in then.items()}
    if period is not None:
        rows = PeriodLamp.objects.filter(period=period).order_by().values_list("task", "actual", "planned")
        for task, actual, planned in rows.iterator(chunk_size=2000):
            if task in paced:
                paced[task] = replace(paced[task], percent=actual, planned=planned)
    return paced


def _judged(
    action: SpecialAction, on: date, today: date, stage: Stage | None, teams: Collection[int] | None
) -> Iterator[tuple[int, _Judged]]:
    """Every task with its lamp and its percents on the evening of `on`, by id, from plain rows."""
    past = on < today
    prefix = "task__" if past else ""
    rows = TaskVersion.objects.as_known_before(end_of(on)) if past else Task.objects.all()
    rows = rows.filter(**{f"{prefix}action": action}, **({"stage": stage} if stage else {})).order_by()
    few = teams is not None and len(teams) <= FEW
    rows = rows.filter(team__in=teams) if few else rows
    names = ("team", "state", "level", "percent", "start_on", "due_on", "blue_from", "yellow_from", "red_from", "title")
    more = ("milestones",) if past else ()
    steps = {} if past else _steps(action)
    values = rows.values_list(f"{prefix}pk", f"{prefix}year", f"{prefix}number", *names, *more)
    for pk, year, number, team, state, level, percent, start, due, blue, yellow, red, title, *told in values.iterator(
        chunk_size=2000
    ):
        if teams is not None and team not in teams:
            continue
        planned_steps = _read(told[0]) if told else steps.get(pk, ())
        line = plan_line(start=start, due=due, milestones=planned_steps)
        dates = LampDates(blue_from=blue, yellow_from=yellow, red_from=red)
        paced = PacedTask(level, percent, line and line.percent_on(on), state == TaskState.CANCELLED)
        yield pk, _Judged(team, lamp_on(state, dates, on), paced, start, due, year, number, title)


def _steps(action: SpecialAction) -> dict[int, list[PlannedStep]]:
    """The milestones in force by task id."""
    found: dict[int, list[PlannedStep]] = defaultdict(list)
    rows = Milestone.objects.filter(task__action=action, replaced_by=None).order_by("due_on", "pk")
    for task, due, weight in rows.values_list("task", "due_on", "weight").iterator(chunk_size=2000):
        found[task].append(PlannedStep(due, weight))
    return found


def _read(milestones: str) -> list[PlannedStep]:
    """The milestones of a version."""
    if milestones == "[]":
        return []
    return [PlannedStep(date.fromisoformat(step["due"]), step["weight"]) for step in json.loads(milestones)]
