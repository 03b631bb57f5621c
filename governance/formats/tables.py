"""Simple tables read from a workbook: a header row found by its names, then one row each, with faults by cell.

For plain lists (departments, townships, people, members, milestones). The officials' ledger has its own rules.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import IO, Any

from openpyxl.utils import get_column_letter

from . import cells, coverage
from .coverage import SheetCoverage, hidden_sheets
from .dates import start_date
from .faults import CellFault, CellReason, FormatError, gettext_noop
from .layout import LaidColumn, LaidSheet
from .sheets import Sheet, SheetRow
from .workbooks import open_workbook

NO_TABLE = CellReason(
    "no_table",
    gettext_noop(
        "No header row was found. One row must contain the column names: %(names)s. You can start "
        "from the empty template."
    ),
)
COLUMN_MISSING = CellReason(
    "table_column_missing",
    gettext_noop("The column “%(name)s” is missing. Add it, or rename the column that holds it."),
)
NO_ROWS = CellReason("no_rows", gettext_noop("There are no rows below the header. Fill in at least one."))
NAME_TWICE = CellReason(
    "name_twice", gettext_noop("Two columns are named “%(name)s”. Rename the one that is not needed.")
)
CELL_MISSING = CellReason("cell_missing", gettext_noop("“%(name)s” is missing. Fill it in."))
ROW_TWICE = CellReason("row_twice", gettext_noop("“%(name)s” is already in row %(row)s. Keep only one of them."))
TOO_LONG = CellReason(
    "too_long", gettext_noop("The text has %(length)s characters; the limit is %(limit)s. Shorten it.")
)
NEITHER_YES_NOR_NO = CellReason(
    "neither_yes_nor_no", gettext_noop("“%(text)s” is neither 是 nor 否. Enter one of them.")
)

EXPLANATIONS = ("填写说明", "Explanation")
"""Sheets that explain the table and hold none."""

SEARCHED_ROWS = 20

_REMARK = re.compile(r"\*|[(\[【][^()\[\]【】]*[)\]】]$|:$")
"""What the name of a column may carry besides: a star, a remark in brackets, a colon."""


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: the names it goes by (the first is the one that is written), how its cells are read, what they hold.

    Where a sheet has several columns with different names of it, the first of `names` counts and the others are told as
    not read. A `needed` one must have a name in the header and something in every row, or the column `instead` must.
    `holds` is the official explanation. A column of dates is read by `read_day`, which is told in which year a date
    falls that names none.
    """

    key: str
    names: tuple[str, ...]
    holds: str
    read: Callable[[cells.Value], Any] = cells.line
    needed: bool = False
    most: int = 0
    width: float = 16
    choices: tuple[str, ...] = ()
    example: str = ""
    read_day: Callable[[cells.Value, int], date | None] | None = None
    instead: str = ""

    @property
    def name(self) -> str:
        """The name used in writing."""
        return self.names[0]


@dataclass(frozen=True, slots=True)
class ReadRow:
    """A row: the value of every column in the table, None or "" where its cell is empty."""

    sheet: str
    number: int
    values: dict[str, Any]
    letters: dict[str, str] = field(default_factory=dict)

    def fault(self, reason: CellReason, key: str = "", **params: Any) -> CellFault:
        """A fault in the cell of a column, or in the row as a whole."""
        return CellFault(reason, params, self.sheet, self.number, self.letters.get(key))

    def said(self, *keys: str) -> dict[str, Any]:
        """The row's values in these columns, without missing columns and empty cells."""
        return {key: self.values[key] for key in keys if self.values.get(key) not in (None, "", [])}


@dataclass
class TableRead:
    """All that was read: sound `rows`, rows with a `faulty` cell, all that is wrong, and what was read of each sheet.

    A faulty row has None where a cell cannot be read.
    """

    rows: list[ReadRow] = field(default_factory=list)
    faulty: list[ReadRow] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)
    coverage: list[SheetCoverage] = field(default_factory=list)

    def sort_faults(self) -> None:
        """Put the faults in the order of the file."""
        sheets = {sheet.sheet: place for place, sheet in enumerate(self.coverage)}
        self.faults.sort(key=lambda fault: (sheets.get(fault.sheet or "", -1), fault.row or 0))


def read_table(source: IO[bytes], columns: Sequence[SheetColumn], *, key: Sequence[str], year: int) -> TableRead:
    """The rows of every shown sheet and all that is wrong with them; a row is known by its `key`, which stands once.

    A date that names no year falls in `year`.
    """
    reader = _Reader(columns, key, year)
    found = reader.found
    try:
        with open_workbook(source) as workbook:
            for sheet in workbook.sheets():
                if sheet.name not in EXPLANATIONS:
                    reader.read_sheet(sheet)
            reader.read_incomplete()
            found.coverage += [sheet for sheet in hidden_sheets(workbook) if sheet.sheet not in EXPLANATIONS]
    except FormatError as fault:
        found.faults.append(CellFault(fault.reason, fault.params, fault.params.get("sheet")))
        return found
    if not reader.tables:
        names = "、".join(column.name for column in columns if column.needed)
        found.faults.append(CellFault(NO_TABLE, {"names": names}))
    elif not (found.rows or found.faulty or found.faults):
        found.faults.append(CellFault(NO_ROWS))
    return found


def empty_table(name: str, title: str, columns: Sequence[SheetColumn]) -> tuple[LaidSheet, LaidSheet]:
    """An empty sheet with these columns, and a sheet that explains them."""
    table = LaidSheet(
        name=name,
        title=title,
        columns=[LaidColumn(column.name, column.width, choices=column.choices) for column in columns],
        rows=(),
    )
    explained = LaidSheet(
        name=EXPLANATIONS[0],
        title=f"{title}填写说明",
        columns=[
            LaidColumn("列名", 16),
            LaidColumn("是否必填", 10, centred=True),
            LaidColumn("填写要求", 60),
            LaidColumn("示例", 28),
        ],
        rows=[[column.name, "必填" if column.needed else "可不填", column.holds, column.example] for column in columns],
        landscape=False,
    )
    return table, explained


def without_remark(said: str) -> str:
    """The name of a column, as `compact` gives it, without a star, a remark in brackets and a colon."""
    return _REMARK.sub("", said)


def yes_or_no(value: cells.Value) -> bool | None:
    """Whether the cell says 是 (yes) or 否 (no); None for an empty cell.

    Raises:
        FormatError: NEITHER_YES_NOR_NO.
    """
    said = cells.compact(value)
    if not said:
        return None
    if said in ("是", "能", "可", "可以", "允许", "y", "yes", "true", "1", "√", "✓"):
        return True
    if said in ("否", "不能", "不可", "不可以", "不允许", "n", "no", "false", "0", "×"):
        return False
    raise FormatError(NEITHER_YES_NOR_NO, text=cells.line(value))


def day_or_none(value: cells.Value, year: int) -> date | None:
    """A day; None for nothing or a dash."""
    return None if cells.is_blank(value) or cells.is_dash(value) else start_date(value, year=year)


@dataclass(frozen=True, slots=True)
class _Header:
    """The row that names the columns: the place (from 1) of each key, and every name by its place."""

    row: SheetRow
    columns: dict[str, int]

    @property
    def named(self) -> dict[int, str]:
        """What stands in the row, by column."""
        return {cell.column: cells.line(cell.value) for cell in self.row.filled}

    @property
    def letters(self) -> dict[str, str]:
        """The letter of each key's column."""
        return {key: get_column_letter(column) for key, column in self.columns.items()}


class _Reader:
    """Reads sheet after sheet; a key may occur once in all of them."""

    def __init__(self, columns: Sequence[SheetColumn], key: Sequence[str], year: int) -> None:
        self.found = TableRead()
        self.tables = 0
        self._columns = {column.key: column for column in columns}
        self._named = {cells.compact(name): column.key for column in columns for name in column.names}
        self._key = key
        self._year = year
        self._met: dict[tuple[Any, ...], int] = {}
        self._incomplete: list[tuple[Sheet, SheetCoverage, _Header]] = []

    def read_sheet(self, sheet: Sheet) -> None:
        """Read the table below the first row that names every needed column; a sheet without one waits."""
        covered = SheetCoverage.of(sheet)
        self.found.coverage.append(covered)
        headers = [self._header(row) for row in islice(sheet.rows(), SEARCHED_ROWS)]
        whole = next((header for header in headers if not self._lacking(header)), None)
        if whole is not None:
            self._read_table(sheet, covered, whole)
        elif headers:
            covered.absent = coverage.SHEET_WITHOUT_TABLE
            best = max(headers, key=lambda header: len(header.columns))
            if len(best.columns) > 1:
                self._incomplete.append((sheet, covered, best))

    def read_incomplete(self) -> None:
        """Where no sheet has every needed column: read what looks like a table, to tell all its faults."""
        for sheet, covered, header in self._incomplete if not self.tables else ():
            covered.absent = None
            self._read_table(sheet, covered, header)

    def _header(self, row: SheetRow) -> _Header:
        """The columns that a row names; of several names of one column the first counts."""
        found: dict[str, int] = {}
        for cell in row.filled:
            key = self._key_of(cell.value)
            if key and (key not in found or self._rank(key, cell.value) < self._rank(key, row.cell(found[key]).value)):
                found[key] = cell.column
        return _Header(row, found)

    def _key_of(self, value: cells.Value) -> str | None:
        """The key of the column that a cell of a header names."""
        said = cells.compact(value)
        return self._named.get(said) or self._named.get(without_remark(said))

    def _rank(self, key: str, value: cells.Value) -> int:
        """The place of a name among those of its column."""
        names = [cells.compact(name) for name in self._columns[key].names]
        said = cells.compact(value)
        return names.index(said if said in names else without_remark(said))

    def _lacking(self, header: _Header) -> list[SheetColumn]:
        """The needed columns that a header does not name."""
        there = header.columns
        return [
            column
            for column in self._columns.values()
            if column.needed and column.key not in there and column.instead not in there
        ]

    def _read_table(self, sheet: Sheet, covered: SheetCoverage, header: _Header) -> None:
        self.tables += 1
        top, lacking = header.row, self._lacking(header)
        covered.add_header(top.number, header.named, {column: key for key, column in header.columns.items()})
        for cell in top.filled:
            key = self._key_of(cell.value)
            first = header.columns[key] if key else cell.column
            if key and first != cell.column and self._rank(key, cell.value) == self._rank(key, top.cell(first).value):
                params = {"name": cells.line(cell.value)}
                self.found.faults.append(CellFault(NAME_TWICE, params, sheet.name, top.number, cell.letter))
        for column in lacking:
            self.found.faults.append(CellFault(COLUMN_MISSING, {"name": column.name}, sheet.name, top.number))
        for row in sheet.rows():
            if row.number > top.number and row.filled:
                self._read_row(covered, row, header, [column.key for column in lacking])

    def _read_row(self, covered: SheetCoverage, row: SheetRow, header: _Header, lacking: Sequence[str]) -> None:
        """Read one row; one beside the table and one that says the header again are told."""
        if all(row.cell(column).blank for column in header.columns.values()):
            covered.skip(coverage.ROWS_OUTSIDE, row.number)
            return
        if self._header(row).columns == header.columns:
            covered.skip(coverage.ROWS_OF_HEADER, row.number)
            return
        covered.rows += 1
        covered.note_unnamed(row.filled, header.named)
        read = ReadRow(covered.sheet, row.number, dict.fromkeys(lacking), header.letters)
        before = len(self.found.faults)
        for key in header.columns:
            read.values[key] = self._value(read, self._columns[key], row, header)
        sound = len(self.found.faults) == before and not lacking and self._is_first(read, row, header)
        (self.found.rows if sound else self.found.faulty).append(read)

    def _is_first(self, read: ReadRow, row: SheetRow, header: _Header) -> bool:
        """Whether no row before this one has its key."""
        key = tuple(read.values.get(name) or None for name in self._key)
        if key not in self._met:
            self._met[key] = row.number
            return True
        named = [row.cell(header.columns[name]) for name in self._key if name in header.columns]
        said = " ".join(cells.line(cell.value) for cell in named if not cell.blank)
        self.found.faults.append(read.fault(ROW_TWICE, next(iter(header.columns)), name=said, row=self._met[key]))
        return False

    def _value(self, read: ReadRow, column: SheetColumn, row: SheetRow, header: _Header) -> Any:
        """The value of a cell; faults are collected."""
        cell = row.cell(header.columns[column.key])
        faults = self.found.faults
        if column.needed and cell.blank and row.cell(header.columns.get(column.instead, cell.column)).blank:
            faults.append(read.fault(CELL_MISSING, column.key, name=column.name))
            return None
        try:
            value = column.read_day(cell.read(), self._year) if column.read_day else column.read(cell.read())
        except FormatError as fault:
            faults.append(read.fault(fault.reason, column.key, **fault.params))
            return None
        if column.most and isinstance(value, str) and len(value) > column.most:
            faults.append(read.fault(TOO_LONG, column.key, length=len(value), limit=column.most))
        return value
