"""The task ledger as officials keep it; the importer reads it back unchanged (docs/rules.md#ledger-again).

Its words are Chinese whoever asks for it: it is the official table. Export, edit in Excel, import: exactly what was
edited changes.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import override

from governance.formats.layout import LaidColumn, LaidSheet, Share, laid_out

from ..models import SpecialAction, SpecialTeam, Task, TaskDepartment
from ..models.task import Level
from ..rules.team_names import team_names
from ..states import TaskState

LEVEL_CELLS = {Level.ORDINARY: "一般", Level.KEY: "重点", Level.MAJOR: "重大"}
"""The levels as the ledger says them."""

ONGOING = "长期坚持"
"""What stands in the due cell of an ongoing task."""

COLUMNS = (
    LaidColumn("序号", 6, centred=True),
    LaidColumn("专班", 20),
    LaidColumn("重点任务", 36),
    LaidColumn("工作目标", 30),
    LaidColumn("牵头单位", 16),
    LaidColumn("配合单位", 22),
    LaidColumn("开始时间", 12, centred=True),
    LaidColumn("完成时限", 12, centred=True),
    LaidColumn("当前进度", 10, centred=True),
    LaidColumn("目标值", 9, centred=True),
    LaidColumn("单位", 7, centred=True),
    LaidColumn("已完成", 9, centred=True),
    LaidColumn("级别", 7, centred=True, choices=tuple(LEVEL_CELLS.values())),
    LaidColumn("状态", 10, centred=True),
    LaidColumn("备注", 24),
)
"""The officials' columns; 状态 tells the reader and is not read back."""

READ_AT_ONCE = 1000
"""Tasks that are in memory together."""


def ledger_tasks(action: SpecialAction, *, year: int, team: SpecialTeam | None = None) -> Any:
    """The tasks that a ledger of `year` holds, in document order: all but the cancelled ones."""
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
    """The ledger of an action and year, or of one team of it, as the chunks of a workbook; tasks are not all in memory.

    What is left out is said under the title: cancelled tasks, which a ledger does not touch.
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
            columns=COLUMNS,
            rows=_rows(tasks, action),
            filtered=True,
        )
    )


def _rows(tasks: Any, action: SpecialAction) -> Iterator[list[Any]]:
    """The rows, a task each."""
    names = _team_cells(action)
    with override("zh-hans"):
        states = {state.value: str(state.label) for state in TaskState}
    for task in tasks.iterator(chunk_size=READ_AT_ONCE):
        yield [
            task.number,
            names[task.team_id],
            task.title,
            task.expected_result,
            task.lead_department.name,
            "、".join(row.department.name for row in task.joint.all()),
            task.start_on,
            ONGOING if task.ongoing else task.due_on,
            Share(task.percent),
            task.target,
            task.unit,
            task.done,
            LEVEL_CELLS[task.level],
            states[task.state],
            task.note,
        ]


def _team_cells(action: SpecialAction) -> dict[int, str]:
    """What names each team in a cell: its name, or its code where the name could mean another as well."""
    teams = list(SpecialTeam.objects.filter(action=action))
    names = team_names((text, team.name) for team in teams for text in (team.name, team.short_name, team.code))
    return {team.pk: team.name if names.get(team.name) == team.name else team.code for team in teams}
