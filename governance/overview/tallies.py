"""What the tasks of each team add up to on a day: the figures of home, wall and screen.

A day is computed team by team from its tasks or versions and remembered under the state of the versions, one of
which each change of a task writes. After a change only the teams of the changed tasks are computed again, so a page
costs what it shows, not what the county has.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple, cast

from django.urls import reverse

from governance.clock import end_of
from teams.models import Milestone, PeriodLamp, ReportingPeriod, SpecialAction, Stage, Task, TaskVersion
from teams.rules.lamps import Lamp, LampDates, lamp_on
from teams.rules.progress import (
    NO_SUMS,
    ChangeSums,
    Pace,
    PaceChange,
    PacedTask,
    PaceSums,
    PlannedStep,
    added_up,
    change_sums,
    changes_added_up,
    plan_line,
    sums_of,
)
from teams.states import TaskState

from .memory import RowsState, added_since, key_of, recall, remember

RED_NAMED = 5
"""So many red tasks are named."""
FEW = 200
"""So many changed tasks are followed one by one; after more, everything is computed again."""

LAMPS = tuple(Lamp)


@dataclass(frozen=True)
class Scope:
    """The tasks that count: of an action, of a stage and of teams (their ids) where given."""

    action: SpecialAction
    today: date
    stage: Stage | None = None
    teams: Collection[int] | None = None

    def holds(self, *, team: int, stage: int | None) -> bool:
        """Whether a row of this team and stage counts."""
        return (self.teams is None or team in self.teams) and (self.stage is None or stage == self.stage.pk)


class TeamTally(NamedTuple):
    """The tasks of a team on a day: how many under each lamp, most urgent first, how many newly red, and its pace."""

    lamps: tuple[int, ...]
    newly_red: int
    sums: PaceSums

    @property
    def pace(self) -> Pace | None:
        """The pace of the team."""
        return self.sums.pace

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


NO_TASKS = TeamTally((0,) * len(LAMPS), 0, NO_SUMS)


def summed(tallies: Iterable[TeamTally]) -> TeamTally:
    """Teams together."""
    lamps, newly_red, sums = zip(NO_TASKS, *tallies, strict=True)
    return TeamTally(tuple(map(sum, zip(*lamps, strict=True))), sum(newly_red), added_up(sums))


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
    whole: TeamTally
    """All teams together."""
    change: PaceChange | None
    red: Sequence[RedTask]
    """The first of them: those that turned red last come first."""
    first: date | None
    last: date | None
    """The first start and the last due day."""


class _Piece(NamedTuple):
    """The tasks that are a team's today: what they added up to on the day, under the teams that they were of then."""

    teams: Mapping[int, TeamTally]
    change: ChangeSums
    red: Sequence[RedTask]
    first: date | None
    last: date | None


class _Judged(NamedTuple):
    """A task on an evening; `home` is the team that it is of today."""

    home: int
    team: int
    lamp: Lamp
    paced: PacedTask
    start_on: date
    due_on: date | None
    year: int
    number: int
    title: str


def tally_of(scope: Scope, *, on: date, moment: datetime, before: ReportingPeriod | None, versions: RowsState) -> Tally:
    """The tally of the evening of `on` beside the end of the period `before`; `versions` is the state of the versions.

    No query where nothing has changed since it was computed. `moment` is that of the day shown: a period closed by then
    is compared as it was kept.
    """
    closed = bool(before and before.closed_at and before.closed_at <= moment)
    stage = scope.stage and scope.stage.pk
    parts = (scope.action.pk, on, on >= scope.today, before and before.pk, closed, stage, scope.teams)
    key = key_of("tally", *parts)
    kept = recall(key)
    if kept is not None and kept[0] == versions:
        return cast("Tally", kept[1])
    then, pieces = recall(key_of("pieces", *parts)) or (None, {})
    homes = None if then is None else _homes_changed(then, versions)
    fresh = _pieces(scope, on, before, closed, homes)
    pieces = fresh if homes is None else {home: each for home, each in pieces.items() if home not in homes} | fresh
    tally = _together(pieces.values())
    remember(key, versions, tally)
    remember(key_of("pieces", *parts), versions, pieces)
    return tally


def wholes_of(scope: Scope, days: Sequence[date]) -> list[TeamTally]:
    """All teams together on each of the past evenings `days`: one query over the versions."""
    return [tally for tally, _lamps in evenings_of_tasks(scope, days, named=())]


def evenings_of_tasks(
    scope: Scope, days: Sequence[date], *, named: Collection[int]
) -> list[tuple[TeamTally, dict[int, Lamp]]]:
    """The tasks together on each of the past evenings `days`, and the lamps of those `named` (ids): one query.

    A task that was not recorded that evening, or did not count then, has no lamp.
    """
    if not days:
        return []
    ends = [end_of(day) for day in days]
    lamps = [Counter[Lamp]() for _day in days]
    paced: list[list[PacedTask]] = [[] for _day in days]
    told: list[dict[int, Lamp]] = [{} for _day in days]
    rows = TaskVersion.objects.filter(task__action=scope.action, at__lt=max(ends)).order_by("task", "number")
    if scope.teams is not None:
        rows = rows.filter(task__in=TaskVersion.objects.filter(team__in=scope.teams).order_by().values("task"))
    values = rows.values_list("task", "at", "team", "stage", *JUDGED, "milestones").iterator(chunk_size=2000)
    for pk, versions in groupby(values, key=itemgetter(0)):
        known = list(versions)
        for place, end in enumerate(ends):
            last = next((version for version in reversed(known) if version[1] < end), None)
            if last is not None and scope.holds(team=last[2], stage=last[3]):
                lamp, task = _judge(days[place], *last[4:-1], steps=_read(last[-1]))
                lamps[place][lamp] += 1
                paced[place].append(task)
                if pk in named:
                    told[place][pk] = lamp
    return [
        (TeamTally(tuple(count[lamp] for lamp in LAMPS), 0, sums_of(tasks)), lit)
        for count, tasks, lit in zip(lamps, paced, told, strict=True)
    ]


def _homes_changed(then: RowsState, now: RowsState) -> set[int] | None:
    """The teams whose pieces have changed between two states of the versions; None where all may have."""
    new = added_since(TaskVersion, then, now)
    if new is None or now.rows - then.rows > FEW:
        return None
    tasks = set(new.values_list("task", flat=True))
    were = TaskVersion.objects.filter(task__in=tasks).order_by().values_list("team", flat=True)
    return {*were, *Task.objects.filter(pk__in=tasks).order_by().values_list("team", flat=True)}


def _pieces(
    scope: Scope, on: date, before: ReportingPeriod | None, closed: bool, homes: Collection[int] | None
) -> dict[int, _Piece]:
    """The pieces of the teams `homes`, or of all."""
    now, then = defaultdict[int, dict[int, _Judged]](dict), defaultdict[int, dict[int, _Judged]](dict)
    for pk, row in _judged(scope, on, homes):
        now[row.home][pk] = row
    if before is not None:
        kept = _kept(before, homes) if closed else {}
        for pk, row in _judged(scope, before.ends_on, homes):
            then[row.home][pk] = row._replace(paced=_as_kept(row.paced, kept.get(pk)))
    return {home: _piece(now[home], then[home]) for home in {*now, *then}}


def _piece(now: Mapping[int, _Judged], then: Mapping[int, _Judged]) -> _Piece:
    by_team: dict[int, list[_Judged]] = defaultdict(list)
    red: dict[int, RedTask] = {}
    for pk, row in now.items():
        by_team[row.team].append(row)
        if row.lamp == Lamp.RED:
            is_new = pk not in then or then[pk].lamp != Lamp.RED
            red[pk] = RedTask(row.year, row.number, row.title, row.team, is_new)
    newly = Counter(task.team for task in red.values() if task.is_new)
    return _Piece(
        {
            team: TeamTally(_counted(rows), newly[team], sums_of(row.paced for row in rows))
            for team, rows in by_team.items()
        },
        change_sums({pk: row.paced for pk, row in then.items()}, {pk: row.paced for pk, row in now.items()}),
        _first_red(red.values()),
        min((row.start_on for row in now.values()), default=None),
        max((row.due_on or row.start_on for row in now.values()), default=None),
    )


def _together(pieces: Collection[_Piece]) -> Tally:
    by_team: dict[int, list[TeamTally]] = defaultdict(list)
    for piece in pieces:
        for team, tally in piece.teams.items():
            by_team[team].append(tally)
    teams = {team: found[0] if len(found) == 1 else summed(found) for team, found in by_team.items()}
    return Tally(
        teams,
        summed(teams.values()),
        changes_added_up(piece.change for piece in pieces).change,
        _first_red(task for piece in pieces for task in piece.red),
        min((piece.first for piece in pieces if piece.first), default=None),
        max((piece.last for piece in pieces if piece.last), default=None),
    )


def _counted(rows: Iterable[_Judged]) -> tuple[int, ...]:
    counts = Counter(row.lamp for row in rows)
    return tuple(counts[lamp] for lamp in LAMPS)


def _first_red(tasks: Iterable[RedTask]) -> list[RedTask]:
    return sorted(tasks, key=lambda task: (not task.is_new, task.year, task.number))[:RED_NAMED]


def _kept(period: ReportingPeriod, homes: Collection[int] | None) -> dict[int, tuple[Decimal, Decimal | None]]:
    """The percents of the tasks as they were kept when the period was closed; others are as known that evening."""
    of_homes = {} if homes is None else {"task__team__in": homes}
    rows = PeriodLamp.objects.filter(period=period, **of_homes).order_by().values_list("task", "actual", "planned")
    return {task: (actual, planned) for task, actual, planned in rows.iterator(chunk_size=2000)}


def _as_kept(paced: PacedTask, kept: tuple[Decimal, Decimal | None] | None) -> PacedTask:
    return replace(paced, percent=kept[0], planned=kept[1]) if kept else paced


def _judged(scope: Scope, on: date, homes: Collection[int] | None) -> Iterator[tuple[int, _Judged]]:
    """Every task, or those that are of the teams `homes` today, on the evening of `on`, by id, from plain rows."""
    past = on < scope.today
    prefix = "task__" if past else ""
    rows = TaskVersion.objects.as_known_before(end_of(on)) if past else Task.objects.all()
    rows = rows.filter(**{f"{prefix}action": scope.action}).order_by()
    rows = rows if homes is None else rows.filter(**{f"{prefix}team__in": homes})
    steps = {} if past else _steps(scope.action, homes)
    of_task = (f"{prefix}pk", f"{prefix}team", f"{prefix}year", f"{prefix}number")
    told = "milestones" if past else "pk"
    values = rows.values_list(*of_task, "team", "stage", "title", told, *JUDGED).iterator(chunk_size=2000)
    for pk, home, year, number, team, stage, title, planned, *facts in values:
        if scope.holds(team=team, stage=stage):
            lamp, paced = _judge(on, *facts, steps=_read(planned) if past else steps.get(pk, ()))
            yield pk, _Judged(home, team, lamp, paced, facts[3], facts[4], year, number, title)


JUDGED = ("state", "level", "percent", "start_on", "due_on", "blue_from", "yellow_from", "red_from")
"""Columns of a task or version that, with its milestones, decide its lamp and its percents: the facts of `_judge`."""


def _judge(
    on: date,
    state: str,
    level: int,
    percent: Decimal,
    start: date,
    due: date | None,
    *dates: date | None,
    steps: Sequence[PlannedStep],
) -> tuple[Lamp, PacedTask]:
    line = plan_line(start=start, due=due, milestones=steps)
    planned = None if line is None else line.percent_on(on)
    return lamp_on(state, LampDates(*dates), on), PacedTask(level, percent, planned, state == TaskState.CANCELLED)


def _steps(action: SpecialAction, homes: Collection[int] | None) -> dict[int, list[PlannedStep]]:
    """The milestones in force by task id."""
    found: dict[int, list[PlannedStep]] = defaultdict(list)
    rows = Milestone.objects.filter(task__action=action, replaced_by=None).order_by("due_on", "pk")
    rows = rows if homes is None else rows.filter(task__team__in=homes)
    for task, due, weight in rows.values_list("task", "due_on", "weight").iterator(chunk_size=2000):
        found[task].append(PlannedStep(due, weight))
    return found


def _read(milestones: str) -> list[PlannedStep]:
    """The milestones of a version."""
    if milestones == "[]":
        return []
    return [PlannedStep(date.fromisoformat(step["due"]), step["weight"]) for step in json.loads(milestones)]
