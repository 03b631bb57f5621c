"""The columns of a ledger, each named once for reading, comparing and exporting."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from governance.formats.cells import Value, compact, is_blank, is_dash, line, text
from governance.formats.faults import CellReason, FormatError, gettext_noop

LEVEL_UNKNOWN = CellReason("level_unknown", gettext_noop("“%(text)s” is not a level. Write 一般, 重点 or 重大."))


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
    CLOSED = "closed_out"
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


def _names(written: str) -> tuple[str, ...]:
    """Names of a column, written one after the other."""
    return tuple(written.split("|"))


COLUMNS = (
    LedgerColumn(
        Field.NUMBER,
        "序号",
        _names(
            "任务编号|任务序号|任务号|项目编号|编号|序号|序列号|顺序号|任务编码|事项编号|事项序号|督办编号|"
            "督查编号|交办编号|清单编号|项目序号|问题编号|task number|task no|number|no|serial number|"
            "serial no|#|id"
        ),
        width=6,
        centred=True,
    ),
    LedgerColumn(
        Field.TEAM,
        "专班",
        _names(
            "专班|专班名称|所属专班|责任专班|牵头专班|工作专班|专项工作专班|专项专班|负责专班|special team|"
            "team|team name|special team name"
        ),
        width=20,
    ),
    LedgerColumn(
        Field.TITLE,
        "重点任务",
        _names(
            "任务名称|重点任务名称|工作任务名称|任务标题|具体任务|工作任务|重点任务|重点工作任务|任务内容|"
            "任务事项|主要任务|重点工作|重点事项|工作事项|工作内容|事项|任务|项目名称|目标任务|"
            "重点工作任务名称|督办事项|督查事项|督查督办事项|督办任务|督办内容|督查内容|交办事项|交办任务|"
            "整改事项|整改任务|销号事项|销号任务|问题描述|具体问题|存在问题|反馈问题|问题|具体工作|具体举措|"
            "工作举措|主要举措|工作措施|具体措施|整改措施|task title|task name|key task|key tasks|task|tasks|"
            "title|name"
        ),
        width=36,
        read=line,
    ),
    LedgerColumn(
        "expected_result",
        "工作目标",
        _names(
            "预期成果|工作目标|目标要求|预期目标|预期成效|预期效果|任务目标|工作要求|目标成果|成果形式|"
            "工作标准|工作目标及要求|目标及要求|目标|成果|完成标准|销号标准|整改目标|年度目标|主要目标|"
            "目标成效|完成目标|工作成效|办理要求|督办要求|任务要求|具体要求|expected result|expected results|"
            "expected outcome|goal|goals|objective|objectives|work goal|work goals|work objective|"
            "work target|requirements"
        ),
        width=30,
        read=text,
    ),
    LedgerColumn(
        Field.DEPARTMENTS,
        "责任单位",
        _names(
            "责任单位|责任部门|承办单位|落实单位|实施单位|责任单位及配合单位|牵头及配合单位|牵头/配合单位|"
            "牵头单位/配合单位|牵头、配合单位|牵头单位、配合单位|责任单位和配合单位|牵头和配合单位|"
            "牵头单位及配合单位|牵头单位和配合单位|牵头及责任单位|牵头及成员单位|承办部门|落实部门|实施部门|"
            "责任主体|实施主体|落实责任单位|整改责任单位|整改单位|办理单位|办理部门|responsible departments|"
            "responsible department|departments|department|responsible units|responsible unit"
        ),
    ),
    LedgerColumn(
        Field.LEAD,
        "牵头单位",
        _names(
            "牵头单位|牵头部门|牵头责任单位|主办单位|主责单位|主责部门|主要责任单位|主办部门|主要责任部门|"
            "牵头责任部门|牵头承办单位|主体责任单位|主要承办单位|lead department|lead departments|lead unit|"
            "lead"
        ),
        width=16,
    ),
    LedgerColumn(
        Field.MEMBERS,
        "配合单位",
        _names(
            "配合单位|成员单位|配合/成员单位|配合、成员单位|协办单位|配合部门|成员部门|协同单位|"
            "配合单位/成员单位|配合及成员单位|协作单位|参与单位|参加单位|配合责任单位|责任配合单位|协办部门|"
            "协同部门|协作部门|协助单位|协助部门|参与部门|会办单位|会办部门|责任配合部门|member departments|"
            "member department|members|joint departments|joint department|supporting departments|"
            "supporting department"
        ),
        width=22,
    ),
    LedgerColumn(
        Field.START,
        "开始时间",
        _names(
            "开始时间|启动时间|开始日期|启动日期|起始时间|起始日期|计划开始时间|计划启动时间|开工时间|开始|"
            "启动|计划开始日期|计划启动日期|计划开工时间|开工日期|交办时间|交办日期|下达时间|下达日期|"
            "任务下达时间|立项时间|立项日期|部署时间|布置时间|start date|start|starts|starts on|start on|"
            "start time"
        ),
        width=12,
        centred=True,
    ),
    LedgerColumn(
        Field.DUE,
        "完成时限",
        _names(
            "完成时限|完成期限|截止时间|截止日期|办结时限|时限要求|时限|要求完成时间|要求完成时限|"
            "计划完成时间|计划完成时限|完成时间|完成日期|结束时间|结束日期|到期时间|截止|办理时限|办理期限|"
            "办结期限|要求办结时间|计划办结时间|限办时间|限办日期|限时|期限|整改时限|整改期限|销号时限|"
            "完成节点|时间节点|时间要求|完成时间要求|完成时限要求|计划完成日期|要求完成日期|预计完成时间|"
            "拟完成时间|目标完成时间|推进时限|工作时限|责任时限|due date|due|due on|deadline|end date|end|"
            "finish date|finish by|completion date|completion time|completion deadline|time limit"
        ),
        width=12,
        centred=True,
    ),
    LedgerColumn(
        Field.PERCENT,
        "当前进度",
        _names(
            "当前进度|目前进度|完成进度|任务进度|工作进度|总体进度|最新进度|进度|完成率|完成比例|完成百分比|"
            "进度百分比|任务完成率|完成度|推进进度|办理进度|整改进度|进展进度|当前完成率|累计完成率|percent|"
            "percentage|progress|current progress|percent complete|percent done|completion|"
            "completion progress|completion rate|% complete|%"
        ),
        width=10,
        centred=True,
    ),
    LedgerColumn(
        Field.TARGET,
        "目标值",
        _names(
            "目标值|目标数|目标数量|目标量|任务数|任务数量|任务量|计划数|计划数量|总量|总数|target|"
            "target value|target quantity|quantity|年度目标值|目标任务数|年度任务数|计划任务数|计划完成数|"
            "目标总量"
        ),
        width=9,
        centred=True,
    ),
    LedgerColumn(
        Field.UNIT,
        "单位",
        _names("单位|计量单位|数量单位|目标单位|unit|unit of measure"),
        width=7,
        centred=True,
        read=line,
    ),
    LedgerColumn(
        Field.DONE,
        "已完成",
        _names(
            "已完成|已完成数|已完成数量|已完成值|已完成量|完成数|完成数量|完成值|完成量|累计完成|当前值|done|"
            "completed|done so far|completed so far|current value|累计完成数|累计完成数量|累计完成量|"
            "实际完成|实际完成数|实际完成量|目前完成|目前完成数|当前完成|当前完成数|当前完成量"
        ),
        width=9,
        centred=True,
    ),
    LedgerColumn(
        Field.LEVEL,
        "级别",
        _names("级别|任务级别|任务等级|等级|重要程度|重要级别|督办级别|事项级别|level|task level|priority|importance"),
        width=7,
        centred=True,
        choices=tuple(LEVELS.values()),
        read=level,
    ),
    LedgerColumn(
        Field.CLOSED,
        "是否销号",
        _names("是否销号|是否已销号|销号情况|销号状态|销号与否|销号|是否办结|办结情况|是否已办结|closed out|closed"),
    ),
    LedgerColumn(
        Field.STATE,
        "状态",
        _names(
            "状态|任务状态|当前状态|目前状态|工作状态|推进状态|进展状态|进度状态|完成状态|办理状态|整改状态|"
            "任务进展状态|state|status|task state|task status"
        ),
        width=10,
    ),
    LedgerColumn(
        Field.NOTE,
        "备注",
        _names(
            "备注|备注说明|附注|说明|备考|进展情况|工作进展|任务进展|目前进展|工作进展情况|推进情况|落实情况|"
            "办理情况|完成情况|整改情况|目前进展情况|当前进展|notes|note|remarks|remark|comments|comment"
        ),
        width=24,
        read=text,
    ),
)
"""The officials' columns in the order of the export; 状态 is compared with progress and never taken over."""

COLUMN = {column.field: column for column in COLUMNS}

PROGRESS = frozenset({Field.PERCENT, Field.TARGET, Field.UNIT, Field.DONE})
"""The columns of progress: read together, and applied only where filled in."""

WORDS = tuple(column for column in COLUMNS if column.read and column.field not in PROGRESS)
"""The columns that an existing task takes over wherever the sheet has them."""
