"""The rows a team owes for a period: one for each task open on its last day (docs/rules.md#reporting-periods).

Until that day is over these are the tasks open now; afterwards those open as known that evening.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext

from governance.clock import end_of
from governance.lists.text import count_text, percent_text, whole

from ..models import ReportingPeriod, SpecialTeam, SubmittedEntry, Task, TaskVersion
from ..rules.plausibility import Doubt, doubt_about, is_unfinished
from ..rules.progress import percent_of_quantity
from ..states import OPEN_TASK_STATES
from ..tasks.changes import milestones_in, milestones_of
from ..tasks.standing import TaskStanding
from ..words import count_doubt_words

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Before(TypedDict):
    """What `with_progress_before` reads beside a row."""

    before_percent: Decimal | None
    before_done: Decimal | None


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a task: its percent, and its count where it has a quantity."""

    percent: Decimal
    done: Decimal | None = None

    def words(self, unit: str) -> str:
        """As text: "32 个村" or "55%"."""
        return percent_text(self.percent) if self.done is None else f"{count_text(self.done)} {unit}".strip()


@dataclass(frozen=True)
class OwedTask(TaskStanding):
    """A task in the report on a period, with its progress before the period.

    `is_owed` is False for a task with a begun row that is no longer open.
    """

    before: Progress
    is_owed: bool

    @property
    def counts(self) -> bool:
        """Whether people enter a count, from which the percent follows."""
        return self.row.target is not None

    @property
    def number(self) -> str:
        """The field of a row that people fill in: the count or the percent."""
        return "done" if self.counts else "percent"

    def progress(self, percent: Decimal | None, done: Decimal | None) -> Progress | None:
        """The entered progress, or None."""
        if self.row.target is None:
            return None if percent is None else Progress(percent)
        return None if done is None else Progress(percent_of_quantity(done=done, target=self.row.target), done)

    def doubt(self, now: Progress) -> Doubt | None:
        """Why the progress `now` is asked a second time; None where it is plausible."""
        return doubt_of_move(self.before, now, self.row.target)

    def is_unfinished(self, now: Progress) -> bool:
        """Whether a close-out at the progress `now` is asked a second time."""
        return is_unfinished(percent=now.percent, done=now.done, target=self.row.target)


def doubt_of_move(before: Progress, now: Progress, target: Decimal | None) -> Doubt | None:
    """Why progress that moved from `before` to `now` is asked; None where it is plausible or has not moved."""
    if now == before:
        return None
    return doubt_about(before=before.percent, percent=now.percent, done=now.done, target=target)


def doubt_words(doubt: Doubt, before: Progress, now: Progress, target: Decimal | None, unit: str) -> str:
    """What is doubtful: "9,999 of 46 households: 217 times the target"."""
    if doubt.times is not None and now.done is not None and target is not None:
        return count_doubt_words(now.done, target, unit, times=doubt.times)
    points = {"points": whole(doubt.points or 0)}
    moved = f"{before.words(unit)} → {now.words(unit)}"
    return gettext(": ").join((moved, gettext("%(points)s points more than last accepted") % points))


def tasks_owed(team: SpecialTeam, period: ReportingPeriod, *, on: date, also: Collection[int] = ()) -> list[OwedTask]:
    """The tasks on which `team` reports for `period` as of the day `on`, by number.

    `also` adds tasks of the team by id, although they are not owed. Two queries while the period runs (tasks,
    milestones), one afterwards, for any number of tasks.
    """
    day = min(on, period.ends_on)
    if on > period.ends_on:
        versions = (
            TaskVersion.objects.as_known_before(end_of(period.ends_on))
            .filter(Q(state__in=OPEN_TASK_STATES) | Q(task__in=also), team=team)
            .select_related("task__lead_department")
            .order_by("task__year", "task__number")
        )
        rows = [(row.task, row, milestones_in(row)) for row in with_progress_before(versions, period, task="task_id")]
    else:
        tasks = (
            Task.objects.filter(Q(state__in=OPEN_TASK_STATES) | Q(pk__in=also), team=team)
            .select_related("lead_department")
            .order_by("year", "number")
        )
        found = list(with_progress_before(tasks, period, task="pk"))
        milestones = milestones_of(found)
        rows = [(task, task, milestones[task.pk]) for task in found]
    return [
        OwedTask(task, row, day, steps, before=_before(row), is_owed=row.state in OPEN_TASK_STATES)
        for task, row, steps in rows
    ]


def with_progress_before(rows: QuerySet, period: ReportingPeriod, *, task: str) -> QuerySet:
    """Annotate `before_percent` and `before_done`: the accepted values for the latest period before `period`, or None.

    `task` names the column of `rows` that holds the task's id.
    """
    accepted = accepted_entries(task).filter(submission__report__period__starts_on__lt=period.starts_on)
    return rows.annotate(
        before_percent=Subquery(accepted.values("percent")[:1]), before_done=Subquery(accepted.values("done")[:1])
    )


def accepted_entries(task: str) -> QuerySet[SubmittedEntry]:
    """For a subquery: the accepted rows on the outer row's task, latest period first."""
    return (
        SubmittedEntry.objects.accepted().filter(task=OuterRef(task)).order_by("-submission__report__period__starts_on")
    )


def _before(row: "WithAnnotations[Task, Before] | WithAnnotations[TaskVersion, Before]") -> Progress:
    """The accepted progress before the period, or the ledger's where there is no accepted report."""
    done = row.done if row.before_done is None else row.before_done
    if row.target is not None and done is not None:
        return Progress(percent_of_quantity(done=done, target=row.target), done)
    return Progress(row.percent if row.before_percent is None else row.before_percent)
