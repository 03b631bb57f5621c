"""The columns of a ledger, each named once for reading, comparing and exporting."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from governance.formats.cells import Value, compact, is_blank, is_dash, line, text
from governance.formats.faults import CellReason, FormatError, gettext_noop

LEVEL_UNKNOWN = CellReason("level_unknown", gettext_noop("“%(text)s” is no level. Write 一般, 重点 or 重大."))


class Field(StrEnum):
    """The columns that the code refers to; any other holds text that a task takes over unchanged."""

    NUMBER = "number"
    TEAM = "team"
    TITLE = "title"
    DEPARTMENTS = "departments"
    LEAD = "lead_department"
    MEMBERS = "member_departments"
    START = "start"
    DUE = "due"
    PERCENT = "percent"
    TARGET = "target"
    UNIT = "unit"
    DONE = "done"
    LEVEL = "level"
    STATE = "state"
    NOTE = "note"


LEVELS = {1: "一般", 2: "重点", 3: "重大"}
"""The names of the levels in the ledger."""

_LEVELS = {word: level for level, word in LEVELS.items()} | {
    "一般任务": 1,
    "普通": 1,
    "ordinary": 1,
    "1": 1,
    "重点任务": 2,
    "key": 2,
    "2": 2,
    "重大任务": 3,
    "major": 3,
    "3": 3,
}


def level(value: Value) -> int:
    """一般 1, 重点 2, 重大 3; an empty cell or a stroke 1."""
    if is_blank(value) or is_dash(value):
        return 1
    found = _LEVELS.get(compact(value))
    if found is None:
        raise FormatError(LEVEL_UNKNOWN, text=line(value))
    return found


@dataclass(frozen=True)
class LedgerColumn:
    """A column of the ledger, for reading, comparing and exporting.

    `name` is the name in the export and in errors about a missing column. `names` are all accepted names, plainest
    first: where two columns could hold a field, the earlier name wins. A column without `width` is not exported, one
    without `names` not read. A column with `read` holds the task's field of the same name, read from the cell by
    `read`.
    """

    field: str
    name: str
    names: tuple[str, ...]
    width: float = 0
    centred: bool = False
    choices: tuple[str, ...] = ()
    read: Callable[[Value], Any] | None = None


COLUMNS = (
    LedgerColumn(
        Field.NUMBER,
        "序号",
        (
            *("任务编号", "任务序号", "任务号", "项目编号", "编号", "序号", "序列号", "顺序号"),
            *("task number", "task no", "number", "no", "serial number", "serial no", "#", "id"),
        ),
        width=6,
        centred=True,
    ),
    LedgerColumn(
        Field.TEAM,
        "专班",
        (
            *(
                "专班",
                "专班名称",
                "所属专班",
                "责任专班",
                "牵头专班",
                "工作专班",
                "专项工作专班",
                "专项专班",
                "负责专班",
            ),
            *("special team", "team", "team name", "special team name"),
        ),
        width=20,
    ),
    LedgerColumn(
        Field.TITLE,
        "重点任务",
        (
            *(
                "任务名称",
                "重点任务名称",
                "工作任务名称",
                "任务标题",
                "具体任务",
                "工作任务",
                "重点任务",
                "重点工作任务",
            ),
            *("任务内容", "任务事项", "主要任务", "重点工作", "重点事项", "工作事项", "工作内容", "事项", "任务"),
            *("项目名称", "目标任务"),
            *("task title", "task name", "key task", "key tasks", "task", "tasks", "title", "name"),
        ),
        width=36,
        read=line,
    ),
    LedgerColumn(
        "expected_result",
        "工作目标",
        (
            *(
                "预期成果",
                "工作目标",
                "目标要求",
                "预期目标",
                "预期成效",
                "预期效果",
                "任务目标",
                "工作要求",
                "目标成果",
            ),
            *("成果形式", "工作标准", "工作目标及要求", "目标及要求", "目标", "成果"),
            *("expected result", "expected results", "expected outcome", "goal", "goals", "objective", "objectives"),
            *("work goal", "work goals", "work objective", "work target", "requirements"),
        ),
        width=30,
        read=text,
    ),
    LedgerColumn(
        Field.DEPARTMENTS,
        "责任单位",
        (
            *("责任单位", "责任部门", "承办单位", "落实单位", "实施单位", "责任单位及配合单位", "牵头及配合单位"),
            *("牵头/配合单位", "牵头单位/配合单位", "牵头、配合单位", "牵头单位、配合单位", "责任单位和配合单位"),
            *("牵头和配合单位", "牵头单位及配合单位", "牵头单位和配合单位", "牵头及责任单位", "牵头及成员单位"),
            *(
                "responsible departments",
                "responsible department",
                "departments",
                "department",
                "responsible units",
                "responsible unit",
            ),
        ),
    ),
    LedgerColumn(
        Field.LEAD,
        "牵头单位",
        (
            *("牵头单位", "牵头部门", "牵头责任单位", "主办单位", "主责单位", "主责部门", "主要责任单位"),
            *("lead department", "lead departments", "lead unit", "lead"),
        ),
        width=16,
    ),
    LedgerColumn(
        Field.MEMBERS,
        "配合单位",
        (
            *(
                "配合单位",
                "成员单位",
                "配合/成员单位",
                "配合、成员单位",
                "协办单位",
                "配合部门",
                "成员部门",
                "协同单位",
            ),
            *(
                "配合单位/成员单位",
                "配合及成员单位",
                "协作单位",
                "参与单位",
                "参加单位",
                "配合责任单位",
                "责任配合单位",
            ),
            *("member departments", "member department", "members", "joint departments", "joint department"),
            *("supporting departments", "supporting department"),
        ),
        width=22,
    ),
    LedgerColumn(
        Field.START,
        "开始时间",
        (
            *("开始时间", "启动时间", "开始日期", "启动日期", "起始时间", "起始日期", "计划开始时间", "计划启动时间"),
            *("开工时间", "开始", "启动"),
            *("start date", "start", "starts", "starts on", "start on", "start time"),
        ),
        width=12,
        centred=True,
    ),
    LedgerColumn(
        Field.DUE,
        "完成时限",
        (
            *(
                "完成时限",
                "完成期限",
                "截止时间",
                "截止日期",
                "办结时限",
                "时限要求",
                "时限",
                "要求完成时间",
                "要求完成时限",
            ),
            *("计划完成时间", "计划完成时限", "完成时间", "完成日期", "结束时间", "结束日期", "到期时间", "截止"),
            *(
                "due date",
                "due",
                "due on",
                "deadline",
                "end date",
                "end",
                "finish date",
                "finish by",
                "completion date",
            ),
            *("completion time", "completion deadline", "time limit"),
        ),
        width=12,
        centred=True,
    ),
    LedgerColumn(
        Field.PERCENT,
        "当前进度",
        (
            *("当前进度", "目前进度", "完成进度", "任务进度", "工作进度", "总体进度", "最新进度", "进度", "完成率"),
            *("完成比例", "完成百分比", "进度百分比"),
            *(
                "percent",
                "percentage",
                "progress",
                "current progress",
                "percent complete",
                "percent done",
                "completion",
            ),
            *("completion progress", "completion rate"),
            *("% complete", "%"),
        ),
        width=10,
        centred=True,
    ),
    LedgerColumn(
        Field.TARGET,
        "目标值",
        (
            *(
                "目标值",
                "目标数",
                "目标数量",
                "目标量",
                "任务数",
                "任务数量",
                "任务量",
                "计划数",
                "计划数量",
                "总量",
                "总数",
            ),
            *("target", "target value", "target quantity", "quantity"),
        ),
        width=9,
        centred=True,
    ),
    LedgerColumn(
        Field.UNIT,
        "单位",
        (
            *("单位", "计量单位", "数量单位", "目标单位"),
            *("unit", "unit of measure"),
        ),
        width=7,
        centred=True,
        read=line,
    ),
    LedgerColumn(
        Field.DONE,
        "已完成",
        (
            *("已完成", "已完成数", "已完成数量", "已完成值", "已完成量", "完成数", "完成数量", "完成值", "完成量"),
            *("累计完成", "当前值", "done", "completed", "done so far", "completed so far", "current value"),
        ),
        width=9,
        centred=True,
    ),
    LedgerColumn(
        Field.LEVEL,
        "级别",
        (
            *("级别", "任务级别", "任务等级", "等级", "重要程度", "重要级别"),
            *("level", "task level", "priority", "importance"),
        ),
        width=7,
        centred=True,
        choices=tuple(LEVELS.values()),
        read=level,
    ),
    LedgerColumn(Field.STATE, "状态", (), width=10),
    LedgerColumn(
        Field.NOTE,
        "备注",
        (
            *("备注", "备注说明", "附注", "说明", "备考"),
            *("notes", "note", "remarks", "remark", "comments", "comment"),
        ),
        width=24,
        read=text,
    ),
)
"""The officials' columns in the order of the export; 状态 is for the reader and is not read back."""

COLUMN = {column.field: column for column in COLUMNS}

PROGRESS = frozenset({Field.PERCENT, Field.TARGET, Field.UNIT, Field.DONE})
"""The columns of progress: read together, and applied only where filled in."""

WORDS = tuple(column for column in COLUMNS if column.read and column.field not in PROGRESS)
"""The columns that an existing task takes over wherever the sheet has them."""
