"""The sheets and columns of a report's workbook: how each is called, written and read (docs/rules.md#workbooks).

Sheets and columns have the officials' names in every language, as ledgers have; English names are accepted too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import Any, NamedTuple

from governance.formats import cells
from governance.formats.dates import days_named
from governance.formats.faults import CellReason, FormatError, gettext_noop
from governance.formats.layout import Share
from governance.formats.names import KnownNames
from governance.formats.sheets import SheetCell

from ..models import NextStep
from .draft_report import DraftRow
from .owed_rows import OwedTask

NOT_YES = CellReason("report_not_yes", gettext_noop("“%(text)s” is neither 是 nor empty."))
OUTCOME_UNKNOWN = CellReason(
    "report_outcome_unknown", gettext_noop("“%(text)s” must be 已完成, 部分完成, 未完成 or 未到期.")
)

YES = frozenset({"是", "√", "✓", "y", "yes", "true", "1"})
NO = frozenset({"", "否", "n", "no", "false", "0"})
OUTCOMES = {
    NextStep.Outcome.DONE: ("已完成", "done"),
    NextStep.Outcome.PARTLY: ("部分完成", "partlydone", "partly"),
    NextStep.Outcome.NOT: ("未完成", "notdone", "not"),
    NextStep.Outcome.NOT_DUE: ("未到期", "notdueyet", "notdue"),
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its key, its names (of two in a sheet the earlier counts), the value of a row in it, and how a cell of
    it is read (None: for people only). A `fixed` one is read to tell what was changed in it, and never written."""

    key: str
    names: tuple[str, ...]
    width: float
    write: Callable[[Any], Any]
    read: "Callable[[SheetCell, Reading], Any] | None" = None
    choices: tuple[str, ...] = ()
    fixed: bool = False


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet with its columns; the `needed` ones are required to read it. It may have another of the names."""

    key: str
    names: tuple[str, ...]
    columns: tuple[SheetColumn, ...]
    needed: tuple[str, ...]

    @property
    def name(self) -> str:
        """The name that is written."""
        return self.names[0]

    def column(self, key: str) -> SheetColumn:
        return next(column for column in self.columns if column.key == key)

    def cells(self, subject: Any) -> dict[str, Any]:
        """The cells of a row of the sheet as they are written, by column."""
        return {column.key: column.write(subject) for column in self.columns}


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a cell depends on: the year of dates without one, and the departments by name."""

    year: int
    departments: KnownNames


class SaidStep(NamedTuple):
    """A next step of the last report and its position, which identifies it in the workbook."""

    place: int
    step: NextStep


def code_of(owed: OwedTask) -> str:
    """How the workbook names a task: "2026-12"."""
    return f"{owed.task.year}-{owed.task.number}"


def _text(cell: SheetCell, reading: Reading) -> str:
    return cells.restored(cells.text(cell.read()))


def _yes(cell: SheetCell, reading: Reading) -> bool:
    said = cells.compact(cell.read())
    if said not in YES | NO:
        raise FormatError(NOT_YES, text=cells.line(cell.read()))
    return said in YES


def _count(cell: SheetCell, reading: Reading) -> Decimal | None:
    found = cells.quantity(cell.read())
    return found[0] if found else None


def percent(cell: SheetCell, reading: Reading) -> Decimal | None:
    return cells.percent(cell.read(), percent_format=cell.percent_format)


def marked_percent(cell: SheetCell, reading: Reading) -> Decimal | None:
    """A percent whose sign stands in the name of the column."""
    return cells.percent(cell.read(), percent_format=cell.percent_format, marked=True)


def _shown(cell: SheetCell, reading: Reading) -> str:
    return cells.plain(cell.value)


def _day(cell: SheetCell, reading: Reading) -> date | None:
    value = cell.read()
    if cells.is_blank(value) or cells.is_dash(value):
        return None
    return days_named(value, year=reading.year)[1]


def _department(cell: SheetCell, reading: Reading) -> str:
    said = cells.restored(cells.text(cell.read()))
    return reading.departments.find(said) if said else ""


def _outcome(cell: SheetCell, reading: Reading) -> str:
    said = cells.compact(cell.read())
    if not said:
        return ""
    for outcome, words in OUTCOMES.items():
        if said in words:
            return str(outcome)
    raise FormatError(OUTCOME_UNKNOWN, text=cells.line(cell.read()))


def _number(cell: SheetCell, reading: Reading) -> str:
    return cells.compact(cell.read())


def _yes_cell(name: str) -> Callable[[DraftRow], str]:
    """A box of a row as a cell: 是 or nothing."""
    return lambda row: "是" if getattr(row.entry, name) else ""


def _percent_cell(row: DraftRow) -> Share | None:
    return None if row.owed.counts else Share(row.now.percent)


def _outcome_cell(said: SaidStep) -> str:
    return OUTCOMES[NextStep.Outcome(said.step.outcome)][0] if said.step.outcome else ""


ROWS = SheetTable(
    "rows",
    ("进展情况", "任务进展情况", "任务进展", "工作进展"),
    (
        SheetColumn("number", ("任务编号", "编号", "任务序号", "No."), 10, lambda row: code_of(row.owed), _number),
        SheetColumn(
            "title",
            ("重点任务", "任务名称", "工作任务", "Key task"),
            30,
            attrgetter("owed.row.title"),
            _shown,
            fixed=True,
        ),
        SheetColumn("due", ("完成时限", "完成时间", "Due"), 12, attrgetter("owed.row.due_on"), _shown, fixed=True),
        SheetColumn("before", ("上期进度", "Before"), 12, attrgetter("before_words")),
        SheetColumn("target", ("目标值", "Target"), 10, attrgetter("owed.row.target"), _shown, fixed=True),
        SheetColumn("unit", ("单位", "计量单位", "Unit"), 8, attrgetter("owed.row.unit"), _shown, fixed=True),
        SheetColumn(
            "done",
            ("累计完成数", "累计完成", "累计完成量", "已完成", "已完成数", "完成数", "完成数量", "Count so far"),
            11,
            attrgetter("now.done"),
            _count,
        ),
        SheetColumn(
            "percent",
            ("完成进度", "当前进度", "工作进度", "累计进度", "完成比例", "完成百分比", "进度", "Percent so far"),
            11,
            _percent_cell,
            percent,
        ),
        SheetColumn("no_change", ("本期无变化", "无变化", "No change"), 11, _yes_cell("no_change"), _yes, ("是",)),
        SheetColumn(
            "text",
            (
                "工作进展及成效",
                "做了什么、见到什么成效",
                "进展情况",
                "工作进展情况",
                "本期进展情况",
                "工作进展",
                "本期进展",
                "进展及成效",
                "主要进展",
                "进展",
                "完成情况",
                "What was done and what it achieved",
            ),
            46,
            attrgetter("entry.text"),
            _text,
        ),
        SheetColumn(
            "reason",
            ("下降原因", "进度下降原因", "进度退后原因", "Why it went down"),
            20,
            attrgetter("entry.reason"),
            _text,
        ),
        SheetColumn("asks_close_out", ("申请销号", "Asks close-out"), 10, _yes_cell("asks_close_out"), _yes, ("是",)),
        SheetColumn(
            "asks_due_on",
            ("申请延期至", "延期至", "拟延期至", "Asks for a new due date"),
            13,
            attrgetter("entry.asks_due_on"),
            _day,
        ),
        SheetColumn(
            "ask_reason",
            ("申请理由", "申请原因", "延期理由", "延期原因", "Reason for what is asked"),
            24,
            attrgetter("entry.ask_reason"),
            _text,
        ),
    ),
    ("number", "text"),
)
MATTERS = SheetTable(
    "matters",
    ("需协调事项", "需协调的事项", "需协调解决的事项", "需协调解决的问题", "需要协调解决的问题"),
    (
        SheetColumn(
            "text",
            ("事项", "需协调事项", "需协调解决的事项", "需协调解决的问题", "具体事项", "问题", "Matter"),
            60,
            attrgetter("text"),
            _text,
        ),
        SheetColumn(
            "to",
            ("请求单位", "协调单位", "请求协调单位", "责任单位", "Asked of"),
            24,
            lambda matter: matter.to.name if matter.to else "",
            _department,
        ),
        SheetColumn("due_on", ("希望答复时限", "答复时限", "时限", "Answer by"), 14, attrgetter("due_on"), _day),
    ),
    ("text",),
)
STEPS = SheetTable(
    "steps",
    ("下步打算", "下一步打算", "下步工作打算", "下一步工作打算", "下步工作", "下一步工作"),
    (
        SheetColumn(
            "text",
            ("打算", "下步打算", "下一步打算", "下步工作", "下一步工作", "工作打算", "工作内容", "Next step"),
            60,
            attrgetter("text"),
            _text,
        ),
        SheetColumn("due_on", ("完成时限", "完成时间", "时限", "Due"), 14, attrgetter("due_on"), _day),
    ),
    ("text",),
)
SAID = SheetTable(
    "said",
    ("上期打算落实情况", "上期打算", "上期打算完成情况"),
    (
        SheetColumn("place", ("序号", "Place"), 8, attrgetter("place"), _number),
        SheetColumn("text", ("上期打算", "Said last time"), 50, attrgetter("step.text"), _shown, fixed=True),
        SheetColumn("due", ("完成时限", "Due"), 14, attrgetter("step.due_on"), _shown, fixed=True),
        SheetColumn(
            "outcome",
            ("落实情况", "完成情况", "What became of it"),
            14,
            _outcome_cell,
            _outcome,
            tuple(words[0] for words in OUTCOMES.values()),
        ),
        SheetColumn("reason", ("未完成原因", "原因", "Why not"), 40, attrgetter("step.reason"), _text),
    ),
    ("place", "outcome"),
)
TABLES = (ROWS, MATTERS, STEPS, SAID)
