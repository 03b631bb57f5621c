"""A task's progress against its plan line over time, with the reports that brought it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from django.utils.translation import gettext as _

from governance.charts import DayMark, ProgressChart, ProgressSpot, TimeAxis, progress_chart
from governance.clock import day_of
from governance.lists.text import names_text, short_date
from governance.people.models import User
from teams.models import SubmittedEntry, Task, TaskVersion
from teams.rules.progress import shown_gap
from teams.tasks.standing import TaskStanding
from teams.words import gap_words, reached_words


@dataclass(frozen=True)
class ProgressDay:
    """A day on which the task's number was recorded anew."""

    on: date
    percent: Decimal
    reached: str
    """The count of its target, or the percent, as text."""
    planned: str
    """What the plan line of today asks for by that day, in the same words; "" without a plan line."""
    entry: SubmittedEntry | None
    """The row of the report that was accepted that day, for people who may read it."""


@dataclass(frozen=True)
class TaskChart:
    """The drawing, and its numbers, earliest first."""

    axis: TimeAxis
    lines: ProgressChart
    today: DayMark | None
    days: Sequence[ProgressDay]
    sentence: str

    @property
    def words(self) -> str:
        """The numbers of the drawing."""
        told = names_text(f"{short_date(day.on)} {day.reached}" for day in self.days)
        return _("Progress: %(numbers)s") % {"numbers": told}


def task_chart(standing: TaskStanding, user: User) -> TaskChart | None:
    """The chart of a task today: two queries. None where it has neither a plan line nor two numbers."""
    row, on, plan = standing.row, standing.on, standing.plan
    recorded = _recorded(standing.task, on)
    if not recorded or (plan is None and len(recorded) < 2):
        return None
    axis = TimeAxis.covering([row.start_on, on, *(plan.days if plan else ())])
    known = {max(day, axis.first): percent for day, (percent, _done) in recorded.items()}
    known.setdefault(on, row.percent)
    corners = sorted({*plan.days, on}) if plan else []
    lines = progress_chart(
        [ProgressSpot(axis.place(day), plan.percent_on(day)) for day in corners] if plan else [],
        [ProgressSpot(axis.place(day), percent) for day, percent in sorted(known.items())],
    )

    def asked(day: date) -> str:
        if plan is None:
            return ""
        share = plan.percent_on(day)
        count = None if row.target is None else (row.target * share / 100).quantize(Decimal(1), ROUND_HALF_UP)
        return reached_words(share.quantize(Decimal(1), ROUND_HALF_UP), count, row.target, row.unit)

    entries = _entries(standing.task, user)
    days = [
        ProgressDay(day, percent, reached_words(percent, done, row.target, row.unit), asked(day), entries.get(day))
        for day, (percent, done) in recorded.items()
    ]
    return TaskChart(axis, lines, axis.mark(on), days, _sentence(standing, asked(on)))


def _sentence(standing: TaskStanding, asked: str) -> str:
    row = standing.row
    reached = reached_words(row.percent, row.done, row.target, row.unit)
    if standing.planned is None:
        return _("%(reached)s; the task has no plan line.") % {"reached": reached}
    said = {"reached": reached, "planned": asked, "gap": gap_words(shown_gap(row.percent, standing.planned))}
    return _("%(reached)s; %(planned)s planned by today, %(gap)s.") % said


def _recorded(task: Task, on: date) -> dict[date, tuple[Decimal, Decimal | None]]:
    """The last percent and count recorded on each day on which they changed, earliest first."""
    found: dict[date, tuple[Decimal, Decimal | None]] = {}
    last = None
    rows = TaskVersion.objects.filter(task=task).order_by("number").values_list("at", "percent", "done")
    for at, percent, done in rows:
        if (percent, done) != last and day_of(at) <= on:
            found[day_of(at)] = last = (percent, done)
    return found


def _entries(task: Task, user: User) -> dict[date, SubmittedEntry]:
    """The accepted rows of reports on the task that `user` may read, by the day on which they were accepted."""
    rows = SubmittedEntry.objects.visible_to(user).accepted().filter(task=task)
    rows = rows.select_related("submission__report__team", "submission__report__period")
    return {day_of(entry.decided_at): entry for entry in rows.defer("submission__document")}
