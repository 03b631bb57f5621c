"""How tasks and reports stood on a day: one reading for today and for any day before (docs/rules.md#past-days).

A past day is read from what was known that evening: the last version of each task recorded before midnight in
Shanghai, the submissions and decisions made by then. A task without a version then is absent.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from functools import cached_property

from django.db.models import OuterRef, Subquery

from governance.charts import MilestoneDay
from governance.clock import day_of, end_of

from .keeping import milestones_in, milestones_of, steps_of
from .lamps import Lamp, Reason, reason_on
from .models import (
    Milestone,
    ReportDecision,
    ReportingPeriod,
    ReportSubmission,
    SpecialAction,
    SpecialTeam,
    Task,
    TaskVersion,
)
from .planning import Pace, PacedTask, pace, plan_line
from .states import TaskState
from .wording import REASON_WORDS, REPORT_STATUS_WORDS, SHORT_WORDS


@dataclass(frozen=True)
class TaskStanding:
    """A task as it stood: `row` is the task, or the version of it known that evening."""

    task: Task
    row: Task | TaskVersion
    on: date
    milestones: Sequence[Milestone]

    @cached_property
    def planned(self) -> Decimal | None:
        """The planned percent of the day; None without a plan line."""
        line = plan_line(start=self.row.start_on, due=self.row.due_on, milestones=steps_of(self.milestones))
        return None if line is None else line.percent_on(self.on)

    @cached_property
    def lamp(self) -> Lamp:
        """The lamp of the day."""
        return self.row.lamp_on(self.on)

    @property
    def reason(self) -> Reason:
        """Why the lamp is what it is."""
        return reason_on(
            self.row.state,
            self.row.lamp_dates,
            self.on,
            due=self.row.due_on,
            has_plan_line=self.row.due_on is not None or bool(self.milestones),
        )

    @property
    def gap(self) -> Decimal | None:
        """Points behind plan; negative when ahead, None without a plan line."""
        return None if self.planned is None else self.planned - self.row.percent

    @property
    def reason_word(self) -> str:
        """The lamp's reason in the reader's language."""
        return str(REASON_WORDS[self.reason])

    @property
    def lamp_word(self) -> str:
        """The word beside the lamp in the reader's language."""
        return str(SHORT_WORDS[self.reason])

    @property
    def days_over(self) -> int:
        """Days past the due date while the task is still open; 0 otherwise."""
        if self.row.due_on is None or not self.row.is_open:
            return 0
        return max(0, (self.on - self.row.due_on).days)

    @property
    def milestone_days(self) -> list[MilestoneDay]:
        """Milestones as the chart draws them."""
        return [MilestoneDay(due=step.due_on, done_on=step.done_on) for step in self.milestones]

    @property
    def paced(self) -> PacedTask:
        """The task as the pace counts it."""
        return PacedTask(
            level=self.row.level,
            percent=self.row.percent,
            planned=self.planned,
            cancelled=self.row.state == TaskState.CANCELLED,
        )


def tasks_standing(
    action: SpecialAction, *, on: date, today: date, team: SpecialTeam | None = None
) -> list[TaskStanding]:
    """Every task of the action (or of one team) as it stood on `on`, by team in document order, then by number.

    Two queries for today, one for a day before; none grows with the number of tasks.
    """
    of = {"team": team} if team else {}
    if on >= today:
        tasks = list(Task.objects.filter(action=action, **of).order_by("team__order", "year", "number"))
        milestones = milestones_of(tasks)
        return [TaskStanding(task, task, on, milestones[task.pk]) for task in tasks]
    versions = (
        TaskVersion.objects.as_known_before(end_of(on))
        .filter(task__action=action, **of)
        .select_related("task")
        .order_by("team__order", "task__year", "task__number")
    )
    return [TaskStanding(version.task, version, on, milestones_in(version)) for version in versions]


def pace_of(standings: Iterable[TaskStanding]) -> Pace | None:
    """The pace of these tasks (docs/rules.md#pace); None where no task has a plan line."""
    return pace(standing.paced for standing in standings)


def lamp_counts(standings: Iterable[TaskStanding]) -> dict[Lamp, int]:
    """How many tasks burn in each lamp, most urgent first."""
    counts = dict.fromkeys(Lamp, 0)
    for standing in standings:
        counts[standing.lamp] += 1
    return counts


class ReportStatus(StrEnum):
    """How a team's report for a period stands; each status belongs to a colour."""

    tone: str

    def __new__(cls, code: str, tone: str) -> "ReportStatus":
        member = str.__new__(cls, code)
        member._value_ = code
        member.tone = tone
        return member

    ACCEPTED = "accepted", "green"
    WAITING = "waiting", "blue"
    RETURNED = "returned", "yellow"
    OVERDUE = "overdue", "red"
    DUE = "due", "grey"

    @property
    def label(self) -> str:
        """The status in the reader's language."""
        return str(REPORT_STATUS_WORDS[self])


@dataclass(frozen=True)
class PeriodStanding:
    """The reports of one period as they stood at a moment, by team id."""

    period: ReportingPeriod
    statuses: dict[int, ReportStatus]

    def count(self, *statuses: ReportStatus) -> int:
        """How many teams stand so."""
        return sum(status in statuses for status in self.statuses.values())

    @property
    def submitted(self) -> int:
        """Teams that have submitted, whatever became of it."""
        return self.count(ReportStatus.ACCEPTED, ReportStatus.WAITING, ReportStatus.RETURNED)


def reports_standing(
    periods: Sequence[ReportingPeriod], teams: Sequence[SpecialTeam], *, at: datetime
) -> list[PeriodStanding]:
    """How each team's report for each period stood at `at`, from what was submitted and decided by then: two queries.

    A team owes a report for every period on whose last day it exists. Returned and past its day it is overdue again.
    """
    latest = (
        ReportSubmission.objects.filter(report=OuterRef("report"), at__lte=at).order_by("-number").values("number")[:1]
    )
    kept = ReportSubmission.objects.filter(
        report__period__in=[period.pk for period in periods],
        report__team__in=[team.pk for team in teams],
        at__lte=at,
        number=Subquery(latest),
    )
    # What a report says is not asked here, and it is long.
    submissions = {
        (submission.report.period_id, submission.report.team_id): submission
        for submission in kept.select_related("report").defer("document").order_by()
    }
    decisions = {
        decision.submission_id: decision
        for decision in ReportDecision.objects.filter(
            submission__in=[submission.pk for submission in submissions.values()], at__lte=at
        ).order_by()
    }
    found = []
    for period in periods:
        statuses = {}
        for team in teams:
            if team.established_on > period.ends_on or (team.closed_on and team.closed_on < period.ends_on):
                continue
            submission = submissions.get((period.pk, team.pk))
            decision = decisions.get(submission.pk) if submission else None
            statuses[team.pk] = _status(period, submission, decision, at)
        found.append(PeriodStanding(period, statuses))
    return found


def _status(
    period: ReportingPeriod, submission: ReportSubmission | None, decision: ReportDecision | None, at: datetime
) -> ReportStatus:
    if submission is None:
        return ReportStatus.OVERDUE if at > period.due_at else ReportStatus.DUE
    if decision is None:
        return ReportStatus.WAITING
    if decision.accepted:
        return ReportStatus.ACCEPTED
    return ReportStatus.OVERDUE if day_of(at) > decision.resubmit_by else ReportStatus.RETURNED
