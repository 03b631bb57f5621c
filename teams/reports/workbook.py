"""A progress report as a workbook: writes the draft, and reads it back cell by cell (docs/rules.md#workbooks).

Sheets and columns have the officials' names in every language, as ledgers have; English names are accepted too.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from operator import attrgetter
from typing import IO, Any, NamedTuple

from governance.formats import cells
from governance.formats.dates import days_named
from governance.formats.exports import exported
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.layout import LaidColumn, LaidSheet, Share, laid_out
from governance.formats.names import KnownNames
from governance.formats.sheets import Sheet, SheetCell, decoded
from governance.formats.workbooks import open_workbook
from governance.lists.text import moment_text

from ..models import NextStep, ProgressReport, ReportingPeriod, SpecialTeam
from .draft_report import DraftReport, DraftRow
from .owed_rows import OwedTask

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
"""How many rows from the top are searched for the header."""

YES = frozenset({"是", "√", "✓", "y", "yes", "true", "1"})
NO = frozenset({"", "否", "n", "no", "false", "0"})
OUTCOMES = {
    NextStep.Outcome.DONE: ("已完成", "done"),
    NextStep.Outcome.PARTLY: ("部分完成", "partlydone", "partly"),
    NextStep.Outcome.NOT: ("未完成", "notdone", "not"),
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: its key, its names, the value of a row in it, and how a cell of it is read
    (None: for people only)."""

    key: str
    names: tuple[str, ...]
    width: float
    write: Callable[[Any], Any]
    read: "Callable[[SheetCell, Reading], Any] | None" = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SheetTable:
    """A sheet with its columns; the `needed` ones are required to read it."""

    key: str
    name: str
    columns: tuple[SheetColumn, ...]
    needed: tuple[str, ...]

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


@dataclass
class ReadRow:
    """A row of a sheet: its values by column key, and the place of each."""

    sheet: str
    number: int
    letters: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)

    def fault(self, key: str, reason: CellReason, **params: Any) -> CellFault:
        """A fault in one of its cells."""
        return CellFault(reason, params, self.sheet, self.number, self.letters.get(key))


@dataclass
class ReadReport:
    """A workbook as read: rows by the key of their table (absent: the sheet is missing), and the faults."""

    tables: dict[str, list[ReadRow]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)


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


def _percent(cell: SheetCell, reading: Reading) -> Decimal | None:
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


def _yes_cell(name: str) -> Callable[[DraftRow], str]:
    """A box of a row as a cell: 是 or nothing."""
    return lambda row: "是" if getattr(row.entry, name) else ""


def _percent_cell(row: DraftRow) -> Share | None:
    return None if row.owed.counts else Share(row.now.percent)


def _outcome_cell(said: SaidStep) -> str:
    return OUTCOMES[NextStep.Outcome(said.step.outcome)][0] if said.step.outcome else ""


ROWS = SheetTable(
    "rows",
    "进展情况",
    (
        SheetColumn("number", ("任务编号", "编号", "No."), 10, lambda row: code_of(row.owed), _number),
        SheetColumn("title", ("重点任务", "Key task"), 30, attrgetter("owed.row.title")),
        SheetColumn("due", ("完成时限", "Due"), 12, attrgetter("owed.row.due_on")),
        SheetColumn("before", ("上期进度", "Before"), 12, attrgetter("before_words")),
        SheetColumn("target", ("目标值", "Target"), 10, attrgetter("owed.row.target")),
        SheetColumn("unit", ("单位", "Unit"), 8, attrgetter("owed.row.unit")),
        SheetColumn("done", ("累计完成数", "Count so far"), 11, attrgetter("now.done"), _count),
        SheetColumn("percent", ("完成进度", "Percent so far"), 11, _percent_cell, _percent),
        SheetColumn("no_change", ("本期无变化", "No change"), 11, _yes_cell("no_change"), _yes, ("是",)),
        SheetColumn(
            "text",
            ("做了什么、见到什么成效", "What was done and what it achieved"),
            46,
            attrgetter("entry.text"),
            _text,
        ),
        SheetColumn("reason", ("下降原因", "Why it went down"), 20, attrgetter("entry.reason"), _text),
        SheetColumn("asks_close_out", ("申请销号", "Asks close-out"), 10, _yes_cell("asks_close_out"), _yes, ("是",)),
        SheetColumn(
            "asks_due_on", ("申请延期至", "Asks for a new due date"), 13, attrgetter("entry.asks_due_on"), _day
        ),
        SheetColumn("ask_reason", ("申请理由", "Reason for what is asked"), 24, attrgetter("entry.ask_reason"), _text),
    ),
    ("number", "text"),
)
MATTERS = SheetTable(
    "matters",
    "需协调事项",
    (
        SheetColumn("text", ("事项", "Matter"), 60, attrgetter("text"), _text),
        SheetColumn(
            "to", ("请求单位", "Asked of"), 24, lambda matter: matter.to.name if matter.to else "", _department
        ),
        SheetColumn("due_on", ("希望答复时限", "Answer by"), 14, attrgetter("due_on"), _day),
    ),
    ("text",),
)
STEPS = SheetTable(
    "steps",
    "下步打算",
    (
        SheetColumn("text", ("打算", "Next step"), 60, attrgetter("text"), _text),
        SheetColumn("due_on", ("完成时限", "Due"), 14, attrgetter("due_on"), _day),
    ),
    ("text",),
)
SAID = SheetTable(
    "said",
    "上期打算落实情况",
    (
        SheetColumn("place", ("序号", "Place"), 8, attrgetter("place"), _number),
        SheetColumn("text", ("上期打算", "Said last time"), 50, attrgetter("step.text")),
        SheetColumn("due", ("完成时限", "Due"), 14, attrgetter("step.due_on")),
        SheetColumn(
            "outcome",
            ("落实情况", "What became of it"),
            14,
            _outcome_cell,
            _outcome,
            tuple(words[0] for words in OUTCOMES.values()),
        ),
        SheetColumn("reason", ("未完成原因", "Why not"), 40, attrgetter("step.reason"), _text),
    ),
    ("place", "outcome"),
)
TABLES = (ROWS, MATTERS, STEPS, SAID)


def read_draft(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> DraftReport:
    """The draft as the workbook needs it, whether or not it exists yet."""
    report = ProgressReport.objects.filter(team=team, period=period).first()
    return DraftReport.of(team, period, report, on=on, entries=report.entries.all() if report else ())


def said_steps(draft: DraftReport) -> list[SaidStep]:
    """The next steps of the last report with their positions."""
    return [SaidStep(place, step) for place, step in enumerate(draft.said, start=1)]


def report_chunks(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> Iterator[bytes]:
    """The workbook of a team's report, filled in from the draft."""
    draft = read_draft(team, period, on=on)
    lines = [
        f"专班：{team.name}　　报送时限：{moment_text(period.due_at)}",
        "有数量的任务填“累计完成数”，其他任务填“完成进度”；没有变化的填“是”。任务编号不要改动。",
    ]
    subjects = {ROWS: draft.rows, MATTERS: draft.matters, STEPS: draft.steps, SAID: said_steps(draft)}
    sheets = [
        LaidSheet(
            name=table.name,
            columns=[LaidColumn(column.names[0], column.width, choices=column.choices) for column in table.columns],
            rows=[list(table.cells(subject).values()) for subject in subjects[table]],
            title=f"进展报告（{period.days}）" if table is ROWS else "",
            lines=lines if table is ROWS else (),
        )
        for table in TABLES
    ]
    return laid_out(*sheets)


def as_read(table: SheetTable, key: str, value: Any, reading: Reading) -> Any:
    """What an untouched cell with `value` reads as."""
    percent_format = isinstance(value, Share)
    content, _kind = exported(value.percent / 100 if percent_format else value)
    if isinstance(content, str):
        content = decoded(content)
    read = table.column(key).read
    return read(SheetCell(1, 1, content, percent_format), reading) if read is not None else None


def read_report(source: IO[bytes], reading: Reading) -> ReadReport:
    """Read the workbook. Its content never raises: `faults` lists everything wrong with sheet, row and column."""
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
    """The columns by position, where the row names two or more of them (or all that a narrow sheet has)."""
    known = {cells.compact(name): column for column in table.columns for name in column.names}
    places: dict[int, SheetColumn] = {}
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
