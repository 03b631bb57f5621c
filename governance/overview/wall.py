"""The wall chart of a day: a summary to read in ten seconds, then every team with its tasks on the time axis.

Every figure is a link: the addresses of the rows behind it are made here, beside the counting.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from assessments.results.ranking_table import PublishedLine, published_lines
from governance.charts import DayMark, SpanBar, TimeAxis, span_bar
from governance.clock import end_of
from governance.people.models import Department, User
from teams.models import ReportingPeriod, SpecialAction, SpecialTeam, Stage, TeamDepartment, WorkingGroup
from teams.models.team import reads_papers_of
from teams.reports.status import PeriodStanding, ReportStatus, reports_standing
from teams.roster.beginnings import Beginning, beginnings_of
from teams.rules.lamps import Lamp
from teams.rules.progress import Pace, PaceChange, PacedTask, pace_change
from teams.tasks.standing import TaskStanding, lamp_counts, pace_of, paced_as_kept, paced_by_task, tasks_standing
from teams.words import change_words

from .loop import TeamMarks, marks_of
from .wall_filters import Narrowing, address, day_parameter


@dataclass(frozen=True)
class WallTask:
    """A task on the wall chart: its state, and its bar on the axis."""

    standing: TaskStanding
    bar: SpanBar | None


@dataclass(frozen=True)
class WallTeam:
    """A team on the wall chart with its tasks."""

    team: SpecialTeam
    lead: Department | None
    tasks: Sequence[WallTask]
    pace: Pace | None
    lamps: Sequence[tuple[Lamp, int]]
    report: ReportStatus | None
    reads_report: bool
    """Whether the reader may open the report; its state is public, its content is not (docs/rules.md#visibility)."""
    result: PublishedLine | None
    """Its line in the last published result."""
    is_closed: bool
    """Whether the team was closed before the day shown; its tasks count on, so it keeps its row."""
    age_days: int
    beginning: Beginning | None
    """The first steps of a new team; None for one that is no longer new."""
    marks: TeamMarks | None = None
    """Problems, orders, showcases and places of today that the reader may read."""

    @property
    def is_new(self) -> bool:
        """Whether the team is in its first days."""
        return self.beginning is not None


@dataclass(frozen=True)
class Evenings:
    """The days that the wall chart can go back to: the last day of each period, today, and the day shown."""

    days: Sequence[date]
    """Earliest first."""
    on: date

    @property
    def place(self) -> int:
        """The position of the day shown among `days`."""
        return self.days.index(self.on)

    @property
    def last(self) -> int:
        """The position of today."""
        return len(self.days) - 1

    @property
    def earlier(self) -> date | None:
        """The day before the one shown."""
        return max((day for day in self.days if day < self.on), default=None)

    @property
    def later(self) -> date | None:
        """The day after the one shown."""
        return min((day for day in self.days if day > self.on), default=None)


@dataclass(frozen=True)
class Wall:
    """The wall chart of one day."""

    action: SpecialAction
    on: date
    today: date
    stages: Sequence[Stage]
    groups: Sequence[WorkingGroup]
    narrowing: Narrowing
    evenings: Evenings
    axis: TimeAxis
    teams: Sequence[WallTeam]
    """The teams that existed that day, have tasks that count or owe the report, and have something to show.

    Without filters each of `standings` is in one of them."""
    standings: Sequence[TaskStanding]
    """The tasks of the chosen stage and group, whatever their lamp: the figures count these."""
    before: Sequence[TaskStanding]
    """The state of the tasks at the end of the period before, to compare with."""
    paced_before: Mapping[int, PacedTask]
    """The same as the pace counts them, as kept when the period was closed; by task id."""
    reports: PeriodStanding | None

    @property
    def stage(self) -> Stage | None:
        """The stage that contains the day."""
        return next((stage for stage in self.stages if stage.starts_on <= self.on <= stage.ends_on), None)

    @property
    def past(self) -> date | None:
        """The past day shown; None for today."""
        return self.on if self.on < self.today else None

    @cached_property
    def pace(self) -> Pace | None:
        """The pace of the whole special action."""
        return pace_of(self.standings)

    @cached_property
    def lamps(self) -> list[tuple[Lamp, int]]:
        """How many tasks have each lamp."""
        return list(lamp_counts(self.standings).items())

    @cached_property
    def change(self) -> PaceChange | None:
        """How the pace has changed since the last period's end; None where one of the two has no task with a plan."""
        return pace_change(self.paced_before, paced_by_task(self.standings))

    @property
    def change_words(self) -> list[str]:
        """The same as sentences."""
        return change_words(self.change) if self.change else []

    @property
    def today_mark(self) -> DayMark | None:
        """The position of the day shown on the axis."""
        return self.axis.mark(self.on)

    @cached_property
    def newly_red(self) -> list[TaskStanding]:
        """Tasks that are red and were not at the last period's end."""
        were = {standing.task.pk: standing.lamp for standing in self.before}
        return [
            standing
            for standing in self.standings
            if standing.lamp == Lamp.RED and were.get(standing.task.pk) != Lamp.RED
        ]

    @property
    def overdue_reports(self) -> int:
        """Teams that never sent their report and whose due moment is over."""
        return self.reports.count(ReportStatus.OVERDUE) if self.reports else 0

    @property
    def returned_overdue(self) -> int:
        """Teams whose report was returned and not sent again by its day."""
        return self.reports.count(ReportStatus.RETURNED_OVERDUE) if self.reports else 0

    @property
    def returned_reports(self) -> int:
        """Reports that were returned to their teams for revision."""
        return self.reports.count(ReportStatus.RETURNED) if self.reports else 0

    @property
    def waiting_reports(self) -> int:
        """Reports that wait for the office's review."""
        return self.reports.count(ReportStatus.WAITING) if self.reports else 0

    # Doors: the rows behind a figure ---------------------------------------------------------------------------------
    def tasks_url(self, **query: str) -> str:
        """The list of the counted tasks: those of the day, stage and group, filtered by `query`."""
        return address("task_list", self.narrowing.parameters | query | day_parameter(self.past))

    def url(self, **changes: Any) -> str:
        """The wall chart as shown, with `changes`; `on` is a day, or None for today."""
        on = changes.pop("on", self.past)
        return self.narrowing.wall_url(on if on != self.today else None, **changes)

    @property
    def paced_url(self) -> str:
        """The tasks whose mean is the pace."""
        return self.tasks_url(paced="1")

    @property
    def newly_red_url(self) -> str:
        """The tasks that have turned red since the last period's end."""
        since = {"since": self.reports.period.ends_on.isoformat()} if self.reports else {}
        return self.tasks_url(lamp=Lamp.RED.value, **since)

    def reports_url(self, status: str = "") -> str:
        """The teams whose report of the last period has this `status` on that day; without one, all reports."""
        if not self.reports:
            return address("report_matrix", {})
        query = {"period": self.reports.period.starts_on.isoformat(), "status": status} if status else {}
        group = {name: value for name, value in self.narrowing.parameters.items() if name == "group" and status}
        return address("report_matrix", query | group | (day_parameter(self.past) if status else {}))

    overdue_url = property(lambda self: self.reports_url(ReportStatus.OVERDUE.value))
    returned_overdue_url = property(lambda self: self.reports_url(ReportStatus.RETURNED_OVERDUE.value))
    returned_url = property(lambda self: self.reports_url(ReportStatus.RETURNED.value))
    waiting_url = property(lambda self: self.reports_url(ReportStatus.WAITING.value))
    submitted_url = property(lambda self: self.reports_url(SUBMITTED))


SUBMITTED = "submitted"
"""For the list of reports: the submitted ones, whatever was decided about them."""


def wall_of(
    action: SpecialAction,
    *,
    on: date,
    now: datetime,
    user: User | None,
    only: SpecialTeam | None = None,
    query: Mapping[str, str] | None = None,
) -> Wall:
    """Compose the wall chart of a day for a reader, of all teams or of `only` one, filtered by `query`.

    Without a `user` it is for a screen, which shows public facts and has no links. The number of queries does not grow
    with teams or tasks.
    """
    today = now.date()
    moment = now if on >= today else end_of(on) - timedelta(microseconds=1)
    stages, groups = list(Stage.objects.filter(action=action)), list(WorkingGroup.objects.filter(action=action))
    narrowing = Narrowing.asked(query or {}, stages, groups)
    all_teams = SpecialTeam.objects.visible_to(user) if user else SpecialTeam.objects.all()
    all_teams = all_teams.filter(action=action, **({"pk": only.pk} if only else {}))
    if narrowing.group:
        all_teams = all_teams.filter(group=narrowing.group)
    ended = list(ReportingPeriod.objects.filter(action=action).ended_before(today))
    periods = [period for period in ended if period.ends_on < on][:1]
    everything = tasks_standing(action, on=on, today=today, team=only)
    earlier = tasks_standing(action, on=periods[0].ends_on, today=today, team=only) if periods else []
    known_teams = list(all_teams.order_by("order"))
    of_group = {team.pk for team in known_teams} if narrowing.group else None
    standings, before = (_narrowed(rows, narrowing, of_group) for rows in (everything, earlier))
    by_team: dict[int, list[TaskStanding]] = defaultdict(list)
    for standing in standings:
        by_team[standing.row.team_id].append(standing)
    reports = reports_standing(periods, known_teams, at=moment)[0] if periods else None
    owing = reports.statuses if reports else {}
    teams = [team for team in known_teams if team.existed_on(on) or team.pk in by_team or team.pk in owing]
    axis = _axis(action, everything)
    leads = TeamDepartment.objects.on(on).lead_by_team(teams)
    results = {each.line.team_id: each for each in published_lines(action, at=moment, team=only)}
    beginnings = beginnings_of([team for team in teams if team.is_new(on, action.new_team_days)], action, on=on)
    marks = marks_of(teams, user) if user is not None and only is None and on == today else {}
    lit = {team.pk: [each for each in by_team[team.pk] if narrowing.lamp in (None, each.lamp)] for team in teams}
    return Wall(
        action=action,
        on=on,
        today=today,
        stages=stages,
        groups=groups,
        narrowing=narrowing,
        evenings=Evenings(sorted({on, today, *(period.ends_on for period in ended)}), on),
        axis=axis,
        teams=[
            WallTeam(
                team=team,
                lead=leads.get(team.pk),
                tasks=[WallTask(standing, _bar(axis, standing)) for standing in lit[team.pk]],
                pace=pace_of(by_team[team.pk]),
                lamps=[(lamp, count) for lamp, count in lamp_counts(by_team[team.pk]).items() if count],
                report=reports.statuses.get(team.pk) if reports else None,
                reads_report=user is not None and reads_papers_of(user, team.pk),
                result=results.get(team.pk),
                is_closed=team.was_closed_before(on),
                age_days=team.age_days(on),
                beginning=beginnings.get(team.pk),
                marks=marks.get(team.pk),
            )
            for team in teams
            if lit[team.pk] or not (narrowing.stage or narrowing.lamp)
        ],
        standings=standings,
        before=before,
        paced_before=paced_as_kept(before, periods[0], at=moment) if periods else {},
        reports=reports,
    )


TEAMS_ON_A_SCREEN = 20
"""As many teams as can be read from five metres away at 1920 x 1080."""
SCREEN_SECONDS = 60
"""How long a picture stays on a screen."""


@dataclass(frozen=True)
class ScreenPage:
    """What a screen shows now: all teams, or those of the current page."""

    wall: Wall
    moment: datetime
    number: int
    pages: int

    @property
    def teams(self) -> Sequence[WallTeam]:
        return self.wall.teams[(self.number - 1) * TEAMS_ON_A_SCREEN : self.number * TEAMS_ON_A_SCREEN]

    @property
    def is_dense(self) -> bool:
        """Whether the rows must be low so that all of them fit."""
        return len(self.teams) > TEAMS_ON_A_SCREEN // 2


def screen_page(wall: Wall, *, now: datetime) -> ScreenPage:
    """The page to show now, for `SCREEN_SECONDS` by the clock, so that no state is stored."""
    pages = max(1, -(-len(wall.teams) // TEAMS_ON_A_SCREEN))
    return ScreenPage(wall, now, int(now.timestamp()) // SCREEN_SECONDS % pages + 1, pages)


def _narrowed(rows: Sequence[TaskStanding], narrowing: Narrowing, teams: set[int] | None) -> list[TaskStanding]:
    """The tasks of the chosen stage and, where `teams` are given, of these teams."""
    stage = narrowing.stage
    return [
        standing
        for standing in rows
        if (stage is None or standing.row.stage_id == stage.pk) and (teams is None or standing.row.team_id in teams)
    ]


def _axis(action: SpecialAction, standings: Sequence[TaskStanding]) -> TimeAxis:
    days = [action.starts_on, action.ends_on]
    days += [standing.row.start_on for standing in standings]
    days += [standing.row.due_on for standing in standings if standing.row.due_on]
    return TimeAxis.covering(days)


def _bar(axis: TimeAxis, standing: TaskStanding) -> SpanBar | None:
    return span_bar(
        axis,
        start=standing.row.start_on,
        due=standing.row.due_on,
        percent=standing.row.percent,
        on=standing.on,
        milestones=standing.milestone_days,
    )
