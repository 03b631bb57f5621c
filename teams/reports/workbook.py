"""A progress report as a workbook: writes the draft, and reads it back cell by cell (docs/rules.md#workbooks).

What is not read of it is told: other sheets, columns by other names, what is hidden.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import IO, Any

from governance.formats import cells
from governance.formats.coverage import SHEET_WITHOUT_TABLE, SheetCoverage, hidden_sheets
from governance.formats.exports import exported
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.layout import LaidColumn, LaidSheet, Share, laid_out
from governance.formats.sheets import Sheet, SheetCell, SheetRow, decoded
from governance.formats.tables import without_remark
from governance.formats.workbooks import open_workbook
from governance.lists.text import moment_text

from ..models import ProgressReport, ReportingPeriod, SpecialTeam
from .draft_report import DraftReport
from .workbook_columns import (
    MATTERS,
    ROWS,
    SAID,
    STEPS,
    TABLES,
    Reading,
    SaidStep,
    SheetColumn,
    SheetTable,
    marked_percent,
    percent,
)

SHEET_MISSING = CellReason(
    "report_sheet_missing",
    gettext_noop(
        "The workbook has no sheet “%(name)s” with a header. Use the sheet that was downloaded for this report."
    ),
)
COLUMN_MISSING = CellReason("report_column_missing", gettext_noop("The column “%(name)s” is missing. Restore it."))
SHEET_OTHER = CellReason(
    "report_sheet_other",
    gettext_noop(
        "The sheet was not read because it is not one of 进展情况, 需协调事项, 下步打算 and 上期打算落实情况."
    ),
)
COLUMN_TWICE = CellReason(
    "report_column_twice", gettext_noop("Two columns are named “%(name)s”. Rename the one that is not needed.")
)
HEADER_WITHIN = 12
"""How many rows from the top are searched for the header."""


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
    """A workbook as read: rows by the key of their table (absent: the sheet is missing), the faults, what was read."""

    tables: dict[str, list[ReadRow]] = field(default_factory=dict)
    faults: list[CellFault] = field(default_factory=list)
    coverage: list[SheetCoverage] = field(default_factory=list)


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
                _read_sheet(sheet, reading, found)
            found.coverage += hidden_sheets(workbook)
    except FormatError as fault:
        found.faults.append(CellFault(fault.reason, fault.params, fault.params.get("sheet")))
        return found
    if ROWS.key not in found.tables:
        found.faults.append(CellFault(SHEET_MISSING, {"name": ROWS.name}))
    return found


def _read_sheet(sheet: Sheet, reading: Reading, found: ReadReport) -> None:
    """Read a sheet by its name, the first of each; what is not read is told."""
    covered = SheetCoverage.of(sheet)
    found.coverage.append(covered)
    name = cells.compact(sheet.name)
    table = next((each for each in TABLES if name in map(cells.compact, each.names)), None)
    if table is None or table.key in found.tables:
        covered.absent = SHEET_OTHER
        return
    _read_table(sheet, table, reading, found, covered)
    if table.key not in found.tables:
        covered.absent = SHEET_WITHOUT_TABLE


def _read_table(sheet: Sheet, table: SheetTable, reading: Reading, found: ReadReport, covered: SheetCoverage) -> None:
    places: dict[int, SheetColumn] = {}
    named: dict[int, str] = {}
    for row in sheet.rows():
        if not places:
            places = _header(row, table) if row.number <= HEADER_WITHIN else {}
            if places:
                named = {cell.column: cells.line(cell.value) for cell in row.filled}
                covered.add_header(row.number, named, {place: column.key for place, column in places.items()})
                found.tables[table.key] = []
                found.faults += _header_faults(sheet, table, places, row)
            continue
        if not row.filled:
            continue
        covered.rows += 1
        covered.note_unnamed(row.filled, named)
        letters = {column.key: row.cell(place).letter for place, column in places.items()}
        read = ReadRow(sheet.name, row.number, letters)
        for place, column in places.items():
            if column.read is None:
                continue
            marked = column.read is percent and "%" in cells.compact(named[place])
            try:
                read.values[column.key] = (marked_percent if marked else column.read)(row.cell(place), reading)
            except FormatError as fault:
                found.faults.append(read.fault(column.key, fault.reason, **fault.params))
        found.tables[table.key].append(read)


def _header(row: SheetRow, table: SheetTable) -> dict[int, SheetColumn]:
    """The columns by position, where the row names two or more of them (or all that a narrow sheet has)."""
    best: dict[str, tuple[int, int]] = {}
    for cell in row.filled:
        for key, rank in _meant(cell, table):
            best[key] = min(best.get(key, (rank, cell.column)), (rank, cell.column))
    places = {place: table.column(key) for key, (_rank, place) in sorted(best.items(), key=lambda each: each[1][1])}
    return places if len(places) >= min(2, len(table.columns)) else {}


def _meant(cell: SheetCell, table: SheetTable) -> Iterator[tuple[str, int]]:
    """The column that a cell of a header names, with the place of the name among those of the column."""
    said = cells.compact(cell.value) if isinstance(cell.value, str) else ""
    for column in table.columns:
        names = [cells.compact(name) for name in column.names]
        for spelt in (said, without_remark(said).rstrip("%")):
            if spelt in names:
                yield column.key, names.index(spelt)
                return


def _header_faults(
    sheet: Sheet, table: SheetTable, places: dict[int, SheetColumn], row: SheetRow
) -> Iterator[CellFault]:
    """The needed columns that a header lacks, and names that stand in it twice."""
    there = {column.key: place for place, column in places.items()}
    for key in table.needed:
        if key not in there:
            yield CellFault(COLUMN_MISSING, {"name": table.column(key).names[0]}, sheet.name, row.number)
    for cell in row.filled:
        for key, rank in _meant(cell, table):
            place = there.get(key, cell.column)
            if place != cell.column and (key, rank) in _meant(row.cell(place), table):
                yield CellFault(COLUMN_TWICE, {"name": cells.line(cell.value)}, sheet.name, row.number, cell.letter)
