"""Exports the task ledger in the officials' format; the importer reads it back unchanged (docs/rules.md#ledger-again).

It is always in Chinese, being the official table. Export, edit in Excel, import: exactly the edits are applied.
"""

from collections.abc import Callable, Iterator
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Prefetch, QuerySet
from django.utils.translation import override

from governance.formats.layout import LaidColumn, LaidSheet, Share, laid_out

from ..models import SpecialAction, SpecialTeam, Task, TaskDepartment
from ..rules.team_names import team_names
from ..states import TaskState
from .file.columns import COLUMNS, LEVELS, Field

ONGOING = "长期坚持"
"""The due cell of an ongoing task."""

EXPORTED = tuple(column for column in COLUMNS if column.width)

READ_AT_ONCE = 1000
"""The number of tasks in memory at once."""


def ledger_tasks(action: SpecialAction, *, year: int, team: SpecialTeam | None = None) -> QuerySet[Task]:
    """The tasks in a ledger of `year`, in document order: all but the cancelled ones."""
    of = {"team": team} if team else {}
    joint = Prefetch("joint", TaskDepartment.objects.select_related("department").order_by("order", "pk"))
    return (
        Task.objects.filter(action=action, year=year, **of)
        .exclude(state=TaskState.CANCELLED)
        .select_related("team", "lead_department")
        .prefetch_related(joint)
        .order_by("team__order", "number")
    )


def ledger_chunks(action: SpecialAction, *, year: int, on: date, team: SpecialTeam | None = None) -> Iterator[bytes]:
    """The ledger of an action and year, or of one team, as the chunks of a workbook; tasks are not all in memory.

    A line under the title says what is left out: cancelled tasks, which a ledger never changes.
    """
    tasks = ledger_tasks(action, year=year, team=team)
    cancelled = Task.objects.filter(action=action, year=year, state=TaskState.CANCELLED)
    left_out = (cancelled.filter(team=team) if team else cancelled).count()
    line = f"截至{on.year}年{on.month}月{on.day}日，共{tasks.count()}项"
    if left_out:
        line += f"；已取消的{left_out}项未列入"
    yield from laid_out(
        LaidSheet(
            name="台账",
            title=f"{team.name if team else action.title_zh}重点任务台账（{year}年）",
            lines=[line],
            columns=[
                LaidColumn(column.name, column.width, centred=column.centred, choices=column.choices)
                for column in EXPORTED
            ],
            rows=_rows(tasks, action),
            filtered=True,
        )
    )


def _rows(tasks: QuerySet[Task], action: SpecialAction) -> Iterator[list[Any]]:
    """One row per task."""
    write = _writers(action)
    for task in tasks.iterator(chunk_size=READ_AT_ONCE):
        yield [write[column.field](task) for column in EXPORTED]


def _writers(action: SpecialAction) -> dict[str, Callable[[Task], Any]]:
    """How the cell of each column is written; by default it is the task's field of that name."""
    teams = _team_cells(action)
    with override("zh-hans"):
        states = {state.value: str(state.label) for state in TaskState}
    plain: dict[str, Callable[[Task], Any]] = {column.field: attrgetter(column.field) for column in EXPORTED}
    return plain | {
        Field.TEAM: lambda task: teams[task.team_id],
        Field.LEAD: lambda task: task.lead_department.name,
        Field.MEMBERS: lambda task: "、".join(row.department.name for row in task.joint.all()),
        Field.START: lambda task: task.start_on,
        Field.DUE: lambda task: ONGOING if task.ongoing else task.due_on,
        Field.PERCENT: lambda task: Share(task.percent),
        Field.LEVEL: lambda task: LEVELS[task.level],
        Field.STATE: lambda task: states[task.state],
    }


def _team_cells(action: SpecialAction) -> dict[int, str]:
    """The cell for each team: its name, or its code where the name is ambiguous."""
    teams = list(SpecialTeam.objects.filter(action=action))
    names = team_names((text, team.name) for team in teams for text in (team.name, team.short_name, team.code))
    return {team.pk: team.name if names.get(team.name) == team.name else team.code for team in teams}
