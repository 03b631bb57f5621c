"""Simple tables read from a workbook: a header row found by its names, then one row each, with faults by cell.

For plain lists (departments, people, members, milestones). The officials' ledger has its own rules.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from typing import IO, Any

from openpyxl.utils import get_column_letter

from . import cells
from .dates import start_date
from .faults import CellFault, CellReason, FormatError, gettext_noop
from .layout import LaidColumn, LaidSheet
from .sheets import SheetRow
from .workbooks import open_workbook

NO_TABLE = CellReason(
    "no_table",
    gettext_noop("No header row was found. One row must name the columns: %(names)s. Start from the empty one."),
)
NO_ROWS = CellReason("no_rows", gettext_noop("There are no rows below the header. Fill in at least one."))
NAME_TWICE = CellReason(
    "name_twice", gettext_noop("Two columns are named “%(name)s”. Rename the one that is not meant.")
)
CELL_MISSING = CellReason("cell_missing", gettext_noop("“%(name)s” is missing. Fill it in."))
ROW_TWICE = CellReason("row_twice", gettext_noop("“%(name)s” stands in row %(row)s already. Keep one of them."))
TOO_LONG = CellReason(
    "too_long", gettext_noop("The text has %(length)s characters; at most %(limit)s are kept. Shorten it.")
)
NEITHER_YES_NOR_NO = CellReason(
    "neither_yes_nor_no", gettext_noop("“%(text)s” is neither 是 nor 否. Write one of them.")
)

EXPLANATIONS = ("填写说明", "Explanation")
"""Sheets that explain the table and hold none."""

SEARCHED_ROWS = 20


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: the names it goes by (the first is the one that is written), how its cells are read, what they hold.

    A `needed` one must have a name in the header and something in every row. `holds` is the official explanation.
    A column of dates is read by `read_day`, which is told in which year a date falls that names none.
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


def read_table(
    source: IO[bytes], columns: Sequence[SheetColumn], *, key: Callable[[ReadRow], Any], year: int
) -> tuple[list[ReadRow], list[CellFault]]:
    """The rows of every sheet and all that is wrong with them; a row is known by its `key`, which stands once.

    A date that names no year falls in `year`.
    """
    reader = _Reader(columns, key, year)
    try:
        with open_workbook(source) as workbook:
            for sheet in workbook.sheets():
                if sheet.name not in EXPLANATIONS:
                    reader.read_sheet(sheet.name, sheet.rows())
    except FormatError as fault:
        reader.faults.append(CellFault(fault.reason, fault.params, fault.params.get("sheet")))
        return reader.rows, reader.faults
    if not reader.tables:
        names = "、".join(column.name for column in columns if column.needed)
        reader.faults.append(CellFault(NO_TABLE, {"names": names}))
    elif not reader.rows and not reader.faults:
        reader.faults.append(CellFault(NO_ROWS))
    return reader.rows, reader.faults


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


def yes_or_no(value: cells.Value) -> bool | None:
    """Whether the cell says 是 (yes) or 否 (no); None for an empty cell.

    Raises:
        FormatError: NEITHER_YES_NOR_NO.
    """
    said = cells.compact(value)
    if not said:
        return None
    if said in ("是", "y", "yes", "true", "1", "√"):
        return True
    if said in ("否", "n", "no", "false", "0", "×"):
        return False
    raise FormatError(NEITHER_YES_NOR_NO, text=cells.line(value))


def day_or_none(value: cells.Value, year: int) -> date | None:
    """A day; None for nothing or a dash."""
    return None if cells.is_blank(value) or cells.is_dash(value) else start_date(value, year=year)


class _Reader:
    """Reads sheet after sheet; a key may occur once in all of them."""

    def __init__(self, columns: Sequence[SheetColumn], key: Callable[[ReadRow], Any], year: int) -> None:
        self.rows: list[ReadRow] = []
        self.faults: list[CellFault] = []
        self.tables = 0
        self._columns = {column.key: column for column in columns}
        self._named = {cells.compact(name): column.key for column in columns for name in column.names}
        self._key = key
        self._year = year
        self._met: dict[Any, int] = {}

    def read_sheet(self, name: str, rows: Iterable[SheetRow]) -> None:
        rows = iter(rows)
        for row in islice(rows, SEARCHED_ROWS):
            header = self._header(name, row)
            if header is not None:
                self.tables += 1
                for below in rows:
                    self._read(name, below, header)
                return

    def _header(self, sheet: str, row: SheetRow) -> dict[str, int] | None:
        """The column (from 1) of each key, if the row names every needed column."""
        found: dict[str, int] = {}
        for cell in row.filled:
            key = self._named.get(cells.compact(cell.value))
            if key in found:
                self.faults.append(
                    CellFault(NAME_TWICE, {"name": cells.line(cell.value)}, sheet, row.number, cell.letter)
                )
            elif key is not None:
                found[key] = cell.column
        needed = {key for key, column in self._columns.items() if column.needed}
        return found if needed <= found.keys() else None

    def _read(self, sheet: str, row: SheetRow, header: dict[str, int]) -> None:
        """Read one row; a blank row is skipped."""
        letters = {key: get_column_letter(column) for key, column in header.items()}
        if not any(not row.cell(column).blank for column in header.values()):
            return
        read = ReadRow(sheet, row.number, {}, letters)
        before = len(self.faults)
        for key, place in header.items():
            read.values[key] = self._value(read, self._columns[key], row, place)
        if len(self.faults) > before:
            return
        name = self._key(read)
        if name in self._met:
            first = next(iter(header))
            self.faults.append(read.fault(ROW_TWICE, first, name=_shown(name), row=self._met[name]))
            return
        self._met[name] = row.number
        self.rows.append(read)

    def _value(self, read: ReadRow, column: SheetColumn, row: SheetRow, place: int) -> Any:
        """The value of a cell; faults are collected."""
        cell = row.cell(place)
        if column.needed and cell.blank:
            self.faults.append(read.fault(CELL_MISSING, column.key, name=column.name))
            return None
        try:
            value = column.read_day(cell.read(), self._year) if column.read_day else column.read(cell.read())
        except FormatError as fault:
            self.faults.append(read.fault(fault.reason, column.key, **fault.params))
            return None
        if column.most and isinstance(value, str) and len(value) > column.most:
            self.faults.append(read.fault(TOO_LONG, column.key, length=len(value), limit=column.most))
        return value


def _shown(key: Any) -> str:
    return " ".join(str(part) for part in key) if isinstance(key, tuple) else str(key)
