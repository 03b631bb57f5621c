"""The state of tasks and reports on a day, today or before (docs/rules.md#past-days).

A past day shows what was known that evening: the last version of each task recorded before midnight in Shanghai, and
the submissions and decisions made by then. A task without a version then is absent.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.db.models import Case, F, Q, Value, When, Window
from django.db.models.functions import RowNumber

from governance.charts import MilestoneDay
from governance.clock import end_of

from ..models import (
    Milestone,
    SpecialAction,
    SpecialTeam,
    Stage,
    Task,
    TaskVersion,
)
from ..rules.lamps import Lamp, LampReason, reason_on
from ..rules.progress import Pace, PacedTask, PlanLine, pace, plan_line
from ..states import TaskState
from ..words import REASON_WORDS, SHORT_WORDS
from .changes import milestones_in, milestones_of, steps_of


@dataclass(frozen=True)
class TaskStanding:
    """A task on a day: `row` is the task, or its version known that evening."""

    task: Task
    row: Task | TaskVersion
    on: date
    milestones: Sequence[Milestone]

    @cached_property
    def plan(self) -> PlanLine | None:
        """The plan line; None where the task has neither a due day nor milestones."""
        return plan_line(start=self.row.start_on, due=self.row.due_on, milestones=steps_of(self.milestones))

    @cached_property
    def planned(self) -> Decimal | None:
        """The planned percent of the day; None without a plan line."""
        return None if self.plan is None else self.plan.percent_on(self.on)

    @cached_property
    def lamp(self) -> Lamp:
        """The lamp of the day."""
        return self.row.lamp_on(self.on)

    @property
    def reason(self) -> LampReason:
        """The reason for the lamp."""
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
    def next_milestone(self) -> Milestone | None:
        """The earliest milestone that is not done; None for a task that is no longer open."""
        open_steps = (step for step in self.milestones if step.done_on is None) if self.row.is_open else ()
        return min(open_steps, key=lambda step: (step.due_on, step.title), default=None)

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
        """Milestones as the chart takes them."""
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
    """Every task of the action (or of one team) as of `on`, by team in document order, then by number.

    Two queries for today, one for a day before, for any number of tasks.
    """
    of = {"team": team} if team else {}
    if on >= today:
        return _of_today(Task.objects.filter(action=action, **of).order_by("team__order", "year", "number"), on)
    versions = (
        TaskVersion.objects.as_known_before(end_of(on))
        .filter(task__action=action, **of)
        .select_related("task")
        .order_by("team__order", "task__year", "task__number")
    )
    return _of_evening(versions, on)


def tasks_shown(
    teams: Collection[int], *, on: date, today: date, most: int, lamps: Collection[Lamp], stage: Stage | None = None
) -> list[TaskStanding]:
    """Of each of `teams` (ids) at most `most` tasks with one of `lamps`, most urgent first: two queries at most.

    Urgent is the lamp, then the nearer due day, then the number. The database chooses, so that no others are read.
    """
    past = on < today
    rows = TaskVersion.objects.as_known_before(end_of(on)).select_related("task") if past else Task.objects.all()
    numbered = "task__" if past else ""
    rows = rows.with_lamp(on).filter(Q(lamp__in=lamps), team__in=teams)
    rows = rows.filter(stage=stage) if stage else rows
    urgency = Case(*(When(lamp=lamp, then=Value(place)) for place, lamp in enumerate(Lamp)))
    order = (urgency, F("due_on").asc(nulls_last=True), f"{numbered}year", f"{numbered}number")
    rows = rows.annotate(place=Window(RowNumber(), partition_by="team", order_by=order))
    found: Any = rows.filter(place__lte=most).order_by("team", "place")
    return _of_evening(found, on) if past else _of_today(found, on)


def _of_today(tasks: Iterable[Task], on: date) -> list[TaskStanding]:
    found = list(tasks)
    milestones = milestones_of(found)
    return [TaskStanding(task, task, on, milestones[task.pk]) for task in found]


def _of_evening(versions: Iterable[TaskVersion], on: date) -> list[TaskStanding]:
    return [TaskStanding(version.task, version, on, milestones_in(version)) for version in versions]


def pace_of(standings: Iterable[TaskStanding]) -> Pace | None:
    """The pace of these tasks (docs/rules.md#pace); None where no task has a plan line."""
    return pace(standing.paced for standing in standings)


def lamp_counts(standings: Iterable[TaskStanding]) -> dict[Lamp, int]:
    """How many tasks have each lamp, most urgent first."""
    counts = dict.fromkeys(Lamp, 0)
    for standing in standings:
        counts[standing.lamp] += 1
    return counts
