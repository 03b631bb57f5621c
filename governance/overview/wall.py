"""What the wall chart shows of a day: the ten-second line, then every team with its tasks on the time axis."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import cached_property

from assessments.models import ResultLine
from governance.charts import DayMark, SpanBar, TimeAxis, span_bar
from governance.clock import end_of
from governance.people.models import Department, User
from teams.lamps import Lamp
from teams.models import ReportingPeriod, SpecialAction, SpecialTeam, Stage, TeamDepartment
from teams.models.team import reads_papers_of
from teams.planning import Pace
from teams.standing import (
    PeriodStanding,
    ReportStatus,
    TaskStanding,
    lamp_counts,
    pace_of,
    reports_standing,
    tasks_standing,
)


@dataclass(frozen=True)
class WallTask:
    """A task on the wall: how it stands, and its bar on the axis."""

    standing: TaskStanding
    bar: SpanBar | None


@dataclass(frozen=True)
class WallTeam:
    """A team on the wall with its tasks."""

    team: SpecialTeam
    lead: Department | None
    tasks: Sequence[WallTask]
    pace: Pace | None
    lamps: Sequence[tuple[Lamp, int]]
    report: ReportStatus | None
    reads_report: bool
    """Whether the reader may open the report: how it stands hangs on the wall, what is in it does not (DESIGN 1)."""
    result: ResultLine | None
    age_days: int
    is_new: bool

    @property
    def behind(self) -> int:
        """Whole points behind plan; 0 or less when on plan."""
        return _whole(self.pace.gap) if self.pace else 0


@dataclass(frozen=True)
class Wall:
    """The wall chart of one day."""

    action: SpecialAction
    on: date
    today: date
    stage: Stage | None
    axis: TimeAxis
    teams: Sequence[WallTeam]
    standings: Sequence[TaskStanding]
    before: Sequence[TaskStanding]
    """How the tasks stood at the end of the period before: what the news is measured against."""
    reports: PeriodStanding | None

    @cached_property
    def pace(self) -> Pace | None:
        """The pace of the whole action."""
        return pace_of(self.standings)

    @cached_property
    def lamps(self) -> list[tuple[Lamp, int]]:
        """How many tasks burn in each lamp."""
        return list(lamp_counts(self.standings).items())

    @cached_property
    def narrowed(self) -> int | None:
        """Whole points by which the gap has narrowed since the last period's end; negative: widened."""
        earlier = pace_of(self.before)
        if earlier is None or self.pace is None:
            return None
        return _whole(earlier.gap - self.pace.gap)

    @property
    def behind(self) -> int:
        """Whole points behind plan; 0 or less when on plan."""
        return _whole(self.pace.gap) if self.pace else 0

    @property
    def widened(self) -> int | None:
        """Whole points by which the gap has widened since the last period's end."""
        return None if self.narrowed is None else -self.narrowed

    @property
    def today_mark(self) -> DayMark | None:
        """Where the day shown stands on the axis."""
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
        """Teams whose report was not submitted when due."""
        return self.reports.count(ReportStatus.OVERDUE) if self.reports else 0

    @property
    def returned_reports(self) -> int:
        """Reports that lie with their teams for revision."""
        return self.reports.count(ReportStatus.RETURNED) if self.reports else 0

    @property
    def waiting_reports(self) -> int:
        """Reports that wait for the office."""
        return self.reports.count(ReportStatus.WAITING) if self.reports else 0


def wall_of(action: SpecialAction, *, on: date, now: datetime, user: User, only: SpecialTeam | None = None) -> Wall:
    """Compose the wall of a day for a reader, of all teams or of `only` one.

    The number of queries does not grow with teams or tasks.
    """
    today = now.date()
    moment = now if on >= today else end_of(on) - timedelta(microseconds=1)
    teams = SpecialTeam.objects.visible_to(user).filter(action=action).existing_on(on).order_by("order")
    teams = list(teams.filter(pk=only.pk) if only else teams)
    standings = tasks_standing(action, on=on, today=today, team=only)
    periods = list(ReportingPeriod.objects.filter(action=action).ended_before(on)[:1])
    before = tasks_standing(action, on=periods[0].ends_on, today=today, team=only) if periods else []
    reports = reports_standing(periods, teams, at=moment)[0] if periods else None
    axis = _axis(action, standings)
    leads = {
        row.team_id: row.department
        for row in TeamDepartment.objects.filter(team__in=teams, part=TeamDepartment.Part.LEAD, joined_on__lte=on)
        .exclude(left_on__lt=on)
        .select_related("department")
    }
    results = _latest_results(action, moment)
    by_team: dict[int, list[TaskStanding]] = defaultdict(list)
    for standing in standings:
        by_team[standing.row.team_id].append(standing)
    return Wall(
        action=action,
        on=on,
        today=today,
        stage=Stage.objects.filter(action=action, starts_on__lte=on, ends_on__gte=on).first(),
        axis=axis,
        teams=[
            WallTeam(
                team=team,
                lead=leads.get(team.pk),
                tasks=[WallTask(standing, _bar(axis, standing)) for standing in by_team[team.pk]],
                pace=pace_of(by_team[team.pk]),
                lamps=[(lamp, count) for lamp, count in lamp_counts(by_team[team.pk]).items() if count],
                report=reports.statuses.get(team.pk) if reports else None,
                reads_report=reads_papers_of(user, team.pk),
                result=results.get(team.pk),
                age_days=team.age_days(on),
                is_new=team.is_new(on, action.new_team_days),
            )
            for team in teams
        ],
        standings=standings,
        before=before,
        reports=reports,
    )


def _whole(points: Decimal) -> int:
    return int(points.to_integral_value(ROUND_HALF_UP))


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


def _latest_results(action: SpecialAction, moment: datetime) -> dict[int, ResultLine]:
    """Each team's line in the result that was published last by `moment`."""
    lines = (
        ResultLine.objects.filter(result__round__action=action, result__publication__at__lte=moment)
        .select_related("result__round")
        .defer("result__body")
        .order_by("result__publication__at")
    )
    return {line.team_id: line for line in lines}
