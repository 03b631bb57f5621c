"""A progress report as a workbook: the draft laid out, and read back cell by cell (docs/rules.md#workbooks).

Its sheets and columns have the officials' names in every language, as ledgers have; English ones are understood too.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, BinaryIO

from governance.formats import cells
from governance.formats.dates import days_named
from governance.formats.exports import exported
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.layout import LaidColumn, LaidSheet, Share, laid_out
from governance.formats.names import KnownNames
from governance.formats.sheets import Sheet, SheetCell
from governance.formats.workbooks import open_workbook

from ..models import NextStep

SHEET_MISSING = CellReason(
    "report_sheet_missing",
    gettext_noop(
        "The workbook has no sheet “%(name)s” with a header. Use the sheet that was downloaded for this report."
    ),
)
COLUMN_MISSING = CellReason("report_column_missing", gettext_noop("The column “%(name)s” is missing. Put it back."))
NOT_YES = CellReason("report_not_yes", gettext_noop("“%(text)s” is neither 是 nor empty."))
OUTCOME_UNKNOWN = CellReason("report_outcome_unknown", gettext_noop("“%(text)s” is none of 已完成, 部分完成, 未完成."))

HEADER_WITHIN = 12
"""The header is looked for in so many rows from the top."""

YES = frozenset({"是", "√", "✓", "y", "yes", "true", "1"})
NO = frozenset({"", "否", "n", "no", "false", "0"})
OUTCOMES = {
    NextStep.Outcome.DONE: ("已完成", "done"),
    NextStep.Outcome.PARTLY: ("部分完成", "partlydone", "partly"),
    NextStep.Outcome.NOT: ("未完成", "notdone", "not"),
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: the key by which programs know it, its names, and how a cell of it is read (None: for people only)."""

    key: str
    names: tuple[str, ...]
    width: float
    read: "Callable[[SheetCell, Reading], Any] | None" = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet with its columns; `needed` are those without which it means nothing."""

    key: str
    name: str
    columns: tuple[SheetColumn, ...]
    needed: tuple[str, ...]

    def column(self, key: str) -> SheetColumn:
        """The column of that key."""
        return next(column for column in self.columns if column.key == key)


@dataclass(frozen=True, slots=True)
class Reading:
    """What reading a cell needs to know: the year of dates without one, and the departments by name."""

    year: int
    departments: KnownNames


@dataclass
class ReadRow:
    """A row of a sheet: its values by column key, and where each stands."""

    sheet: str
    number: int
    letters: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)

    def fault(self, key: str, reason: CellReason, **params: Any) -> CellFault:
        """A fault of one of its cells."""
        return CellFault(reason, params, self.sheet, self.number, self.letters.get(key))


@dataclass
class ReadReport:
    """A workbook as read: rows by the key of their table (absent: the sheet is not there), and what is wrong."""

    tables: dict[str, list[ReadRow]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)


def _text(cell: SheetCell, reading: Reading) -> str:
    return cells.restored(cells.text(cell.read()))


def _yes(cell: SheetCell, reading: Reading) -> bool:
    said = cells.compact(cell.read())
    if said not in YES | NO:
        raise FormatError(NOT_YES, text=cells.line(cell.read()))
    return said in YES


def _count(cell: SheetCell, reading: Reading) -> Any:
    found = cells.quantity(cell.read())
    return found[0] if found else None


def _percent(cell: SheetCell, reading: Reading) -> Any:
    return cells.percent(cell.read(), percent_format=cell.percent_format)


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


ROWS = SheetTable(
    "rows",
    "进展情况",
    (
        SheetColumn("number", ("任务编号", "编号", "No."), 10, _number),
        SheetColumn("title", ("重点任务", "Key task"), 30),
        SheetColumn("due", ("完成时限", "Due"), 12),
        SheetColumn("before", ("上期进度", "Before"), 12),
        SheetColumn("target", ("目标值", "Target"), 10),
        SheetColumn("unit", ("单位", "Unit"), 8),
        SheetColumn("done", ("累计完成数", "Count so far"), 11, _count),
        SheetColumn("percent", ("完成进度", "Percent so far"), 11, _percent),
        SheetColumn("no_change", ("本期无变化", "No change"), 11, _yes, ("是",)),
        SheetColumn("text", ("做了什么、见到什么成效", "What was done and what it achieved"), 46, _text),
        SheetColumn("reason", ("下降原因", "Why it went down"), 20, _text),
        SheetColumn("asks_close_out", ("申请销号", "Asks close-out"), 10, _yes, ("是",)),
        SheetColumn("asks_due_on", ("申请延期至", "Asks for a new due date"), 13, _day),
        SheetColumn("ask_reason", ("申请理由", "CellReason for what is asked"), 24, _text),
    ),
    ("number", "text"),
)
MATTERS = SheetTable(
    "matters",
    "需协调事项",
    (
        SheetColumn("text", ("事项", "Matter"), 60, _text),
        SheetColumn("to", ("请求单位", "Asked of"), 24, _department),
        SheetColumn("due_on", ("希望答复时限", "Answer by"), 14, _day),
    ),
    ("text",),
)
STEPS = SheetTable(
    "steps",
    "下步打算",
    (SheetColumn("text", ("打算", "Next step"), 60, _text), SheetColumn("due_on", ("完成时限", "Due"), 14, _day)),
    ("text",),
)
SAID = SheetTable(
    "said",
    "上期打算落实情况",
    (
        SheetColumn("place", ("序号", "Place"), 8, _number),
        SheetColumn("text", ("上期打算", "Said last time"), 50),
        SheetColumn("due", ("完成时限", "Due"), 14),
        SheetColumn("outcome", ("落实情况", "What became of it"), 14, _outcome, tuple(w[0] for w in OUTCOMES.values())),
        SheetColumn("reason", ("未完成原因", "Why not"), 40, _text),
    ),
    ("place", "outcome"),
)
TABLES = (ROWS, MATTERS, STEPS, SAID)


def lay_report(rows: dict[str, Sequence[Sequence[Any]]], *, title: str, lines: Sequence[str]) -> Iterator[bytes]:
    """The workbook in chunks; `rows` are the cells of each table by its key, the title stands on the first sheet."""
    sheets = [
        LaidSheet(
            name=table.name,
            columns=[LaidColumn(column.names[0], column.width, choices=column.choices) for column in table.columns],
            rows=rows[table.key],
            title=title if table is ROWS else "",
            lines=lines if table is ROWS else (),
        )
        for table in TABLES
    ]
    yield from laid_out(*sheets)


def as_read(table: SheetTable, key: str, value: Any, reading: Reading) -> Any:
    """What reading gives for a cell that was laid out with `value`: what comes back when nobody has touched it."""
    percent_format = isinstance(value, Share)
    content, _ = exported(value.percent / 100 if percent_format else value)
    return table.column(key).read(SheetCell(1, 1, content, percent_format), reading)


def read_report(source: BinaryIO, reading: Reading) -> ReadReport:
    """Read the workbook. Nothing is raised for what it contains: `faults` names it all with sheet, row and column."""
    found = ReadReport()
    try:
        with open_workbook(source) as workbook:
            for sheet in workbook.sheets():
                table = next((each for each in TABLES if cells.compact(each.name) == cells.compact(sheet.name)), None)
                if table is not None:
                    _read_table(sheet, table, reading, found)
    except FormatError as fault:
        found.faults.append(CellFault(fault.reason, fault.params, fault.params.get("sheet")))
        return found
    if ROWS.key not in found.tables:
        found.faults.append(CellFault(SHEET_MISSING, {"name": ROWS.name}))
    return found


def _read_table(sheet: Sheet, table: SheetTable, reading: Reading, found: ReadReport) -> None:
    places: dict[int, SheetColumn] = {}
    for row in sheet.rows():
        if not places:
            places = _header(row, table) if row.number <= HEADER_WITHIN else {}
            if places:
                found.tables[table.key] = []
                found.faults += _missing(sheet, table, places, row.number)
            continue
        if not row.filled:
            continue
        letters = {column.key: row.cell(place).letter for place, column in places.items()}
        read = ReadRow(sheet.name, row.number, letters)
        for place, column in places.items():
            if column.read is None:
                continue
            try:
                read.values[column.key] = column.read(row.cell(place), reading)
            except FormatError as fault:
                found.faults.append(read.fault(column.key, fault.reason, **fault.params))
        found.tables[table.key].append(read)


def _header(row: Any, table: SheetTable) -> dict[int, SheetColumn]:
    """The columns by their place, where the row names two or more of them (or all a narrow sheet has)."""
    known = {cells.compact(name): column for column in table.columns for name in column.names}
    places = {}
    for cell in row.filled:
        column = known.get(cells.compact(cell.value)) if isinstance(cell.value, str) else None
        if column is not None and column not in places.values():
            places[cell.column] = column
    return places if len(places) >= min(2, len(table.columns)) else {}


def _missing(sheet: Sheet, table: SheetTable, places: dict[int, SheetColumn], row: int) -> list[CellFault]:
    there = {column.key for column in places.values()}
    return [
        CellFault(COLUMN_MISSING, {"name": table.column(key).names[0]}, sheet.name, row)
        for key in table.needed
        if key not in there
    ]
