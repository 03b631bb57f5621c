"""The columns of a ledger: known by name and synonym, in any order, under a header row found by itself."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from governance.formats.cells import compact, line
from governance.formats.faults import CellReason, gettext_noop
from governance.formats.sheets import SheetRow

NO_HEADER = CellReason(
    "no_header",
    gettext_noop("No header row was found. One row must name the columns, like 序号, 专班, 重点任务, 完成时限."),
)
COLUMN_MISSING = CellReason(
    "column_missing", gettext_noop("A column is missing: “%(name)s”. Add it to the header row.")
)
COLUMN_TWICE = CellReason(
    "column_twice", gettext_noop("Two columns are named “%(name)s”. Rename the one that is not meant.")
)


class Field(StrEnum):
    """What a column holds."""

    NUMBER = "number"
    TEAM = "team"
    TITLE = "title"
    RESULT = "expected_result"
    DEPARTMENTS = "departments"
    LEAD = "lead_department"
    MEMBERS = "member_departments"
    START = "start"
    DUE = "due"
    PERCENT = "percent"
    LEVEL = "level"
    TARGET = "target"
    UNIT = "unit"
    DONE = "done"
    NOTE = "note"


SYNONYMS: dict[Field, tuple[str, ...]] = {
    Field.NUMBER: (
        *("任务编号", "任务序号", "任务号", "项目编号", "编号", "序号", "序列号", "顺序号"),
        *("task number", "task no", "number", "no", "serial number", "serial no", "#", "id"),
    ),
    Field.TEAM: (
        *("专班", "专班名称", "所属专班", "责任专班", "牵头专班", "工作专班", "专项工作专班", "专项专班", "负责专班"),
        *("special team", "team", "team name", "special team name"),
    ),
    Field.TITLE: (
        *("任务名称", "重点任务名称", "工作任务名称", "任务标题", "具体任务", "工作任务", "重点任务", "重点工作任务"),
        *("任务内容", "任务事项", "主要任务", "重点工作", "重点事项", "工作事项", "工作内容", "事项", "任务"),
        *("项目名称", "目标任务"),
        *("task title", "task name", "key task", "key tasks", "task", "tasks", "title", "name"),
    ),
    Field.RESULT: (
        *("预期成果", "工作目标", "目标要求", "预期目标", "预期成效", "预期效果", "任务目标", "工作要求", "目标成果"),
        *("成果形式", "工作标准", "工作目标及要求", "目标及要求", "目标", "成果"),
        *("expected result", "expected results", "expected outcome", "goal", "goals", "objective", "objectives"),
        *("work goal", "work goals", "work objective", "work target", "requirements"),
    ),
    Field.DEPARTMENTS: (
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
    Field.LEAD: (
        *("牵头单位", "牵头部门", "牵头责任单位", "主办单位", "主责单位", "主责部门", "主要责任单位"),
        *("lead department", "lead departments", "lead unit", "lead"),
    ),
    Field.MEMBERS: (
        *("配合单位", "成员单位", "配合/成员单位", "配合、成员单位", "协办单位", "配合部门", "成员部门", "协同单位"),
        *("配合单位/成员单位", "配合及成员单位", "协作单位", "参与单位", "参加单位", "配合责任单位", "责任配合单位"),
        *("member departments", "member department", "members", "joint departments", "joint department"),
        *("supporting departments", "supporting department"),
    ),
    Field.START: (
        *("开始时间", "启动时间", "开始日期", "启动日期", "起始时间", "起始日期", "计划开始时间", "计划启动时间"),
        *("开工时间", "开始", "启动"),
        *("start date", "start", "starts", "starts on", "start on", "start time"),
    ),
    Field.DUE: (
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
        *("due date", "due", "due on", "deadline", "end date", "end", "finish date", "finish by", "completion date"),
        *("completion time", "completion deadline", "time limit"),
    ),
    Field.PERCENT: (
        *("当前进度", "目前进度", "完成进度", "任务进度", "工作进度", "总体进度", "最新进度", "进度", "完成率"),
        *("完成比例", "完成百分比", "进度百分比"),
        *("percent", "percentage", "progress", "current progress", "percent complete", "percent done", "completion"),
        *("completion progress", "completion rate"),
        *("% complete", "%"),
    ),
    Field.LEVEL: (
        *("级别", "任务级别", "任务等级", "等级", "重要程度", "重要级别"),
        *("level", "task level", "priority", "importance"),
    ),
    Field.TARGET: (
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
    Field.UNIT: (*("单位", "计量单位", "数量单位", "目标单位"), *("unit", "unit of measure")),
    Field.DONE: (
        *("已完成", "已完成数", "已完成数量", "已完成值", "已完成量", "完成数", "完成数量", "完成值", "完成量"),
        *("累计完成", "当前值", "done", "completed", "done so far", "completed so far", "current value"),
    ),
    Field.NOTE: (
        *("备注", "备注说明", "附注", "说明", "备考"),
        *("notes", "note", "remarks", "remark", "comments", "comment"),
    ),
}
"""The names of each column, the plainest first: where two columns could hold a field, the earlier name takes it."""

COLUMN_NAMES: dict[Field, str] = {
    Field.NUMBER: "序号",
    Field.TEAM: "专班",
    Field.TITLE: "重点任务",
    Field.DEPARTMENTS: "责任单位",
    Field.START: "开始时间",
    Field.DUE: "完成时限",
}
"""The name that a missing column is asked for by."""

SEARCHED_ROWS = 60
"""How many rows from the top the header is looked for in."""

_FEWEST_COLUMNS = 3
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TRIMMED = re.compile(r"^[*★☆:.]+|[*★☆:.]+$")


def _spelling(name: str) -> str:
    """A column name for comparing: no spaces, breaks or stars, half-width, small letters."""
    return _TRIMMED.sub("", compact(line(name).replace("\n", "")))


_RANKS: dict[str, tuple[Field, int]] = {
    _spelling(name): (kind, rank) for kind, names in SYNONYMS.items() for rank, name in enumerate(names)
}


def field_named(name: str) -> tuple[Field, int] | None:
    """The field that a column of this name holds, with the rank of the name; brackets such as "(%)" may follow."""
    spelt = _spelling(name)
    return _RANKS.get(spelt) or _RANKS.get(_TRIMMED.sub("", _BRACKETS.sub("", spelt)))


@dataclass(slots=True)
class Header:
    """The header row(s) of a sheet: `columns` gives each field its column (from 1).

    `named` gives the name of every column that has one, known or not: the extent of the table. `twice` are columns
    (from 1) that bear the name of another.
    """

    row: int
    columns: dict[Field, int] = field(default_factory=dict)
    named: dict[int, str] = field(default_factory=dict)
    twice: list[tuple[int, str]] = field(default_factory=list)

    def missing(self) -> Iterator[Field]:
        """The fields without which no row can be read. The team may be known from elsewhere."""
        for needed in (Field.NUMBER, Field.TITLE, Field.START, Field.DUE):
            if needed not in self.columns:
                yield needed
        if not {Field.LEAD, Field.DEPARTMENTS} & self.columns.keys():
            yield Field.DEPARTMENTS


def header_of(row: SheetRow, below: SheetRow | None = None) -> Header | None:
    """The header that `row` is, with the names in `below` where that row only divides its columns; None if it is none.

    A header names at least three fields, and the title or the number is one of them.
    """
    names = {cell.column: line(cell.value) for cell in row.filled}
    divided = _dividing_names(row, below) if below is not None else {}
    header = _header(row.number, names | divided)
    if len(header.columns) < _FEWEST_COLUMNS or not {Field.TITLE, Field.NUMBER} & header.columns.keys():
        return None
    return header


def is_dividing(row: SheetRow, below: SheetRow) -> bool:
    """Whether `below` belongs to the header in `row`."""
    return bool(_dividing_names(row, below))


def _dividing_names(row: SheetRow, below: SheetRow) -> dict[int, str]:
    """The names in the second row of a header: all known, none repeated from above, none under the number or title."""
    names = {cell.column: line(cell.value) for cell in below.filled}
    for column, name in names.items():
        above = field_named(line(row.cell(column).value))
        if field_named(name) is None or (above and above[0] in (Field.NUMBER, Field.TITLE)):
            return {}
    return names


def _header(number: int, names: dict[int, str]) -> Header:
    """Give each field the column with its plainest name."""
    header = Header(number, named=names)
    taken: dict[Field, tuple[int, int]] = {}
    for column, name in sorted(names.items()):
        known = field_named(name)
        if known is None:
            continue
        kind, rank = known
        if kind in taken and taken[kind][0] == rank:
            header.twice.append((column, name))
        elif kind not in taken or rank < taken[kind][0]:
            taken[kind] = (rank, column)
    header.columns = {kind: column for kind, (_, column) in taken.items()}
    return header
