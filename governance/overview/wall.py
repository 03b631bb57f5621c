"""The wall chart of a day: a summary to read in ten seconds, then every team with its tasks on the time axis.

Every figure is a link: the addresses of the rows behind it are made here, beside the counting.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence, Sized
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any

from assessments.results.ranking_table import published_lines
from governance.charts import DayMark, SpanBar, TimeAxis, span_bar
from governance.clock import end_of
from governance.people.models import User
from teams.models import ReportingPeriod, SpecialAction, SpecialTeam, Stage, TaskVersion, TeamDepartment, WorkingGroup
from teams.models.team import reads_papers_of, team_ids_of
from teams.reports.status import PeriodStanding, ReportStatus
from teams.roster.beginnings import Beginning, beginnings_of
from teams.rules.lamps import Lamp
from teams.rules.progress import Pace, PaceChange
from teams.tasks.standing import TaskStanding, tasks_shown, tasks_standing
from teams.words import change_words

from .loop import marks_of
from .memory import state_of
from .tallies import NO_TASKS, RedTask, Scope, Tally, TeamTally, summed, tally_of
from .trends import NO_TREND, Trend, TrendPoint, papers_state, point_of, reports_of, trend_up_to
from .wall_filters import Narrowing, address, day_parameter
from .wall_parts import Evenings, WallTask, WallTeam


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
    """The teams shown: of all that existed that day, have tasks that count or owe the report, and have something to
    show, those of the page."""
    known: Mapping[int, SpecialTeam]
    """All of these by id, in the order asked for, on whatever page."""
    own: Sequence[WallTeam]
    """Those of the reader's own teams, wherever they stand."""
    tally: Tally
    """The tasks of the chosen stage and group, whatever their lamp: the figures count these."""
    trend: Trend
    beginnings: Sequence[Beginning]
    """Of all new teams."""
    reports: PeriodStanding | None
    order: str
    page: int
    """The page of teams that is shown, from 1; 0: all of them."""

    @property
    def standings(self) -> list[TaskStanding]:
        """The tasks shown."""
        return [item.standing for shown in self.teams for item in shown.tasks]

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
        return self.tally.whole.pace

    @cached_property
    def lamps(self) -> list[tuple[Lamp, int]]:
        """How many tasks have each lamp."""
        return list(zip(Lamp, self.tally.whole.lamps, strict=True))

    @property
    def tasks(self) -> int:
        """How many tasks count."""
        return self.tally.whole.tasks

    @property
    def change(self) -> PaceChange | None:
        """How the pace has changed since the last period's end; None where one of the two has no task with a plan."""
        return self.tally.change

    @property
    def change_words(self) -> list[str]:
        """The same as sentences."""
        return change_words(self.change) if self.change else []

    @property
    def today_mark(self) -> DayMark | None:
        """The position of the day shown on the axis."""
        return self.axis.mark(self.on)

    @property
    def newly_red(self) -> int:
        """How many tasks are red and were not at the last period's end."""
        return self.tally.whole.newly_red

    @property
    def newly_named(self) -> list[RedTask]:
        """The first two of them."""
        return [task for task in self.tally.red if task.is_new][:2]

    @property
    def points(self) -> list[TrendPoint]:
        """The whole on the evenings of the last periods and on the day shown."""
        return [*self.trend.points, point_of(self.on, self.tally.whole)]

    @property
    def pages(self) -> int:
        """How many pages of teams there are."""
        return pages_of(self.known)

    @property
    def previous(self) -> int:
        """The page before; 0 leaves it out of the address, as the first page does."""
        return self.page - 1 if self.page > 2 else 0

    @property
    def following(self) -> int:
        """The page after."""
        return self.page + 1

    @property
    def rest_count(self) -> int:
        """How many teams are on the other pages."""
        return len(self.known) - len(self.teams)

    @cached_property
    def rest(self) -> TeamTally:
        """The teams of the other pages together."""
        shown = {each.team.pk for each in self.teams}
        return summed(self.tally.teams.get(team, NO_TASKS) for team in self.known if team not in shown)

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
        order = {"order": self.order} if self.page and self.order != NEED else {}
        return self.narrowing.wall_url(on if on != self.today else None, **order | changes)

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


TEAMS_OPEN = 20
"""Teams on a page."""
ROWS = 100
"""Tasks of all teams of a page: a few of each of many teams, or many of a few, so that a page costs the same."""
NEED, DOCUMENT = "need", "document"
"""Orders: red tasks first, then by points behind plan; or as in the official document."""


def wall_of(
    action: SpecialAction,
    *,
    on: date,
    now: datetime,
    user: User | None,
    only: SpecialTeam | None = None,
    query: Mapping[str, str] | None = None,
    page: int | Callable[[int], int] = 0,
    order: str = DOCUMENT,
    lamps: Collection[Lamp] = tuple(Lamp),
    most: int = 0,
) -> Wall:
    """Compose the wall chart of a day for a reader, of all teams or of `only` one, filtered by `query`.

    With a `page` (its number, or a function of how many there are) it opens `TEAMS_OPEN` teams, each with at most
    `most` tasks (0: its share of `ROWS`) under `lamps`, most urgent first; without, all teams with all tasks. Without a
    `user` it is for a screen, which shows public facts and has no links. The number of
    queries does not grow with teams or tasks.
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
    past_periods = [period for period in ended if period.ends_on < on]
    last = past_periods[0] if past_periods else None
    known_teams = list(all_teams.order_by("order"))
    chosen = {team.pk for team in known_teams} if narrowing.group or only else None
    scope, versions = Scope(action, today, narrowing.stage, chosen), state_of(TaskVersion)
    tally = tally_of(scope, on=on, moment=moment, before=last, versions=versions)
    papers = papers_state() if last else None
    reports = reports_of(last, known_teams, at=moment, today=today, papers=papers) if last and papers else None
    shown = _shown(known_teams, tally, reports, narrowing, on, order)
    page = min(page, pages_of(shown)) if isinstance(page, int) else page(pages_of(shown))
    numbers = range((page - 1) * TEAMS_OPEN, page * TEAMS_OPEN) if page else range(len(shown))
    mine = team_ids_of(user) if user else frozenset()
    paged = [shown[number] for number in numbers if number < len(shown)]
    own = [team for team in shown if team.pk in mine]
    if page:
        lit = (narrowing.lamp,) if narrowing.lamp else lamps
        share = most or ROWS // max(len(paged), 1)
        show = partial(tasks_shown, on=on, today=today, stage=narrowing.stage)
        of_page = _by_team(show([team.pk for team in paged], most=share, lamps=lit))
        of_own = _by_team(show([team.pk for team in own], most=ROWS, lamps=tuple(Lamp))) if own else {}
    else:
        of_page = of_own = _by_team(_narrowed(tasks_standing(action, on=on, today=today, team=only), narrowing, chosen))
    opened = list({team.pk: team for team in [*paged, *own]}.values())
    axis = _axis(action, tally)
    leads = TeamDepartment.objects.on(on).lead_by_team(opened)
    results = {each.line.team_id: each for each in published_lines(action, at=moment, teams=opened)}
    new = [team for team in shown if team.is_new(on, action.new_team_days)]
    beginnings = beginnings_of(new, action, on=on)
    marks = marks_of(opened, user) if user is not None and only is None and on == today else {}

    def wall_team(team: SpecialTeam, by_team: Mapping[int, list[TaskStanding]]) -> WallTeam:
        tasks, sums = by_team.get(team.pk, []), tally.teams.get(team.pk, NO_TASKS)
        tasks = [each for each in tasks if narrowing.lamp in (None, each.lamp)]
        return WallTeam(
            team=team,
            lead=leads.get(team.pk),
            tasks=[WallTask(standing, _bar(axis, standing)) for standing in tasks],
            pace=sums.pace,
            lamps=sums.lit,
            report=reports.statuses.get(team.pk) if reports else None,
            reads_report=user is not None and reads_papers_of(user, team.pk),
            result=results.get(team.pk),
            is_closed=team.was_closed_before(on),
            age_days=team.age_days(on),
            beginning=beginnings.get(team.pk),
            others=(sums.count(narrowing.lamp) if narrowing.lamp else sums.tasks) - len(tasks),
            marks=marks.get(team.pk),
        )

    return Wall(
        action=action,
        on=on,
        today=today,
        stages=stages,
        groups=groups,
        narrowing=narrowing,
        evenings=Evenings(sorted({on, today, *(period.ends_on for period in ended)}), on),
        axis=axis,
        teams=[wall_team(team, of_page) for team in paged],
        known={team.pk: team for team in shown},
        own=[wall_team(team, of_own) for team in own],
        tally=tally,
        trend=trend_up_to(scope, past_periods, known_teams, at=moment, versions=versions, papers=papers)
        if page and papers
        else NO_TREND,
        beginnings=list(beginnings.values()),
        reports=reports,
        order=order,
        page=page,
    )


def pages_of(teams: Sized) -> int:
    """How many pages these teams fill."""
    return max(1, -(-len(teams) // TEAMS_OPEN))


def _shown(
    teams: Sequence[SpecialTeam],
    tally: Tally,
    reports: PeriodStanding | None,
    narrowing: Narrowing,
    on: date,
    order: str,
) -> list[SpecialTeam]:
    """The teams that have something to show, in `order`; `teams` are in document order."""
    owing = reports.statuses if reports else {}
    found = []
    for team in teams:
        sums = tally.teams.get(team.pk, NO_TASKS)
        lit = sums.count(narrowing.lamp) if narrowing.lamp else sums.tasks
        if lit or not (
            narrowing.stage or narrowing.lamp or not (team.existed_on(on) or team.pk in owing or sums.tasks)
        ):
            found.append((sums, team))
    if order == NEED:
        found.sort(key=lambda each: _need(each[0]))
    return [team for _sums, team in found]


def _need(sums: TeamTally) -> tuple[bool, int]:
    """Teams with red tasks first, then those furthest behind."""
    pace = sums.pace
    return not sums.count(Lamp.RED), -pace.gap if pace else 1000


def _by_team(rows: Iterable[TaskStanding]) -> dict[int, list[TaskStanding]]:
    found: dict[int, list[TaskStanding]] = defaultdict(list)
    for standing in rows:
        found[standing.row.team_id].append(standing)
    return found


def _narrowed(rows: Sequence[TaskStanding], narrowing: Narrowing, teams: set[int] | None) -> list[TaskStanding]:
    """The tasks of the chosen stage and, where `teams` are given, of these teams."""
    stage = narrowing.stage
    return [
        standing
        for standing in rows
        if (stage is None or standing.row.stage_id == stage.pk) and (teams is None or standing.row.team_id in teams)
    ]


def _axis(action: SpecialAction, tally: Tally) -> TimeAxis:
    days = (action.starts_on, action.ends_on, tally.first, tally.last)
    return TimeAxis.covering([day for day in days if day])


def _bar(axis: TimeAxis, standing: TaskStanding) -> SpanBar | None:
    return span_bar(
        axis,
        start=standing.row.start_on,
        due=standing.row.due_on,
        percent=standing.row.percent,
        on=standing.on,
        milestones=standing.milestone_days,
    )
