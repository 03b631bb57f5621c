"""Sheets of a workbook: rows and cells as people see them. Work follows the cells that exist, not the rectangle."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import IO, NamedTuple
from xml.etree.ElementTree import Element, iterparse  # a document type is refused first

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import WINDOWS_EPOCH, from_excel, from_ISO8601

from .cells import Value, exact, is_blank
from .faults import CellReason, FormatError, gettext_noop
from .number_formats import PLAIN, Kind, NumberFormat
from .sheet_survey import MAIN_NAMESPACE, MergedRange, Survey

DAMAGED = CellReason("damaged", gettext_noop("The workbook is damaged. Open it in Excel, save it again and try again."))
SHEET_TOO_LARGE = CellReason(
    "sheet_too_large",
    gettext_noop(
        "The sheet “%(sheet)s” has more than %(rows)s rows or %(columns)s columns: cell %(cell)s has "
        "content. Clear it, or split the sheet."
    ),
)
FORMULA_WITHOUT_VALUE = CellReason(
    "formula_without_value",
    gettext_noop("The formula in this cell has no stored result. Open the file in Excel, save it and try again."),
)
CELL_ERROR = CellReason(
    "cell_error", gettext_noop("The cell shows the error %(text)s. Correct the formula or the date.")
)

NAMESPACE = f"{{{MAIN_NAMESPACE}}}"

_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_ROW, _CELL, _SHEET_DATA = (f"{NAMESPACE}{name}" for name in ("row", "c", "sheetData"))
_VALUE, _FORMULA, _INLINE = (f"{NAMESPACE}{name}" for name in ("v", "f", "is"))
_TEXT, _RUN = (f"{NAMESPACE}{name}" for name in ("t", "r"))
_IMPOSSIBLE_DATE = "#VALUE!"


def decoded(text: str) -> str:
    """A cell's text with the characters that a file writes by their code (`_x000D_`); `_x005F_` keeps one literal."""
    if "_x" not in text:
        return text
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


class SheetCell(NamedTuple):
    """One cell: its position (both from 1), its value, whether it is formatted as a percent, its fault, its unit.

    `unit` is what the number format shows behind the number; a value that it shows divided is divided.
    """

    row: int
    column: int
    value: Value
    percent_format: bool = False
    fault: CellReason | None = None
    unit: str = ""

    @property
    def letter(self) -> str:
        """The column as Excel names it."""
        return get_column_letter(self.column)

    @property
    def blank(self) -> bool:
        """Whether the cell shows nothing."""
        return self.fault is None and is_blank(self.value)

    def read(self) -> Value:
        """The value.

        Raises:
            FormatError: FORMULA_WITHOUT_VALUE, CELL_ERROR.
        """
        if self.fault is not None:
            raise FormatError(self.fault, text=str(self.value or ""))
        return self.value


class SheetRow(NamedTuple):
    """A row of a sheet: its number and the cells that hold something, by column."""

    number: int
    by_column: dict[int, SheetCell]

    @property
    def cells(self) -> tuple[SheetCell, ...]:
        """The cells from left to right, as far as there are any."""
        return tuple(self.by_column.values())

    def cell(self, column: int) -> SheetCell:
        """The cell in `column`, an empty one where there is none."""
        return self.by_column.get(column) or SheetCell(self.number, column, None)

    @property
    def filled(self) -> list[SheetCell]:
        """The cells that show something."""
        return [cell for cell in self.by_column.values() if not cell.blank]


@dataclass(frozen=True)
class Shared:
    """What the sheets of a workbook share: texts, formats of the cells, the day from which dates count, the limits."""

    texts: Sequence[str] = ()
    formats: Sequence[NumberFormat] = ()
    epoch: datetime = WINDOWS_EPOCH
    rows: int = 0
    columns: int = 0


@dataclass
class Sheet:
    """A visible sheet: its name, what is hidden in it, merged ranges and rows; `opened` opens its XML anew."""

    name: str
    survey: Survey
    shared: Shared
    opened: Callable[[], AbstractContextManager[IO[bytes]]] = field(repr=False)

    @property
    def last_row(self) -> int:
        """The last row with a value."""
        return self.survey.last_row

    @property
    def merged(self) -> tuple[MergedRange, ...]:
        """The merged ranges."""
        return tuple(self.survey.merged)

    def rows(self) -> Iterator[SheetRow]:
        """The rows that hold something, one at a time; between them blank rows may be left out.

        Raises:
            FormatError: SHEET_TOO_LARGE, DAMAGED.
        """
        try:
            with self.opened() as source:
                yield from self._rows(source)
        except FormatError:
            raise
        except Exception as error:  # zipfile and the XML parser raise whatever they stumble over
            raise FormatError(DAMAGED) from error

    def _rows(self, source: IO[bytes]) -> Iterator[SheetRow]:
        number = 0
        for _event, element in iterparse(source):
            if element.tag == _ROW:
                number = int(element.get("r") or number + 1)
                cells = self._cells(number, element)
                element.clear()
                if cells:
                    yield SheetRow(number, cells)
            elif element.tag == _SHEET_DATA:
                return

    def _cells(self, number: int, row: Element) -> dict[int, SheetCell]:
        """The cells of a row that hold something; a style alone does not count."""
        cells: dict[int, SheetCell] = {}
        column = 0
        for element in row:
            if element.tag != _CELL:
                continue
            place = element.get("r")
            column = _column_of(place) if place else column + 1
            cell = self._cell(number, column, element)
            if cell is None:
                continue
            if number > self.shared.rows or column > self.shared.columns:
                at = f"{get_column_letter(column)}{number}"
                limits = {"rows": self.shared.rows, "columns": self.shared.columns}
                raise FormatError(SHEET_TOO_LARGE, sheet=self.name, cell=at, **limits)
            cells[column] = cell
        return cells

    def _cell(self, row: int, column: int, element: Element) -> SheetCell | None:
        kind = element.get("t", "n")
        written: str | None = None
        stored = formula = False
        for child in element:
            if child.tag == _VALUE:
                written, stored = child.text, True
            elif child.tag == _FORMULA:
                formula = True
            elif child.tag == _INLINE:
                return SheetCell(row, column, decoded(text_of(child)))
        if not written:
            if formula and not (stored and kind == "str"):
                return SheetCell(row, column, None, fault=FORMULA_WITHOUT_VALUE)
            return SheetCell(row, column, None) if stored else None
        if kind == "s":
            return SheetCell(row, column, self.shared.texts[int(written)])
        if kind == "n":
            return self._number(row, column, written, element.get("s"))
        if kind == "b":
            return SheetCell(row, column, bool(int(written)))
        if kind == "e":
            return SheetCell(row, column, written, fault=CELL_ERROR)
        if kind == "d":
            return SheetCell(row, column, from_ISO8601(written))  # type: ignore[no-untyped-call]  # the stubs leave it out
        return SheetCell(row, column, decoded(written))

    def _number(self, row: int, column: int, written: str, style: str | None) -> SheetCell:
        number = int(written) if written.isdecimal() else float(written)
        index = int(style) if style else 0
        shape = self.shared.formats[index] if index < len(self.shared.formats) else PLAIN
        if shape is PLAIN:
            return SheetCell(row, column, number)
        if shape.kind is not Kind.NUMBER:
            return self._moment(row, column, number, shape.kind)
        shape = shape.of(exact(number)) if shape.sections else shape
        value: Value = number if shape.scale == 1 else exact(number) / shape.scale
        return SheetCell(row, column, value, shape.percent, None, shape.unit)

    def _moment(self, row: int, column: int, number: float, kind: Kind) -> SheetCell:
        """A date; of one shown as a month only, that stands for the month, the text that is shown."""
        try:
            moment = from_excel(number, self.shared.epoch, timedelta=kind is Kind.DURATION)
        except (OverflowError, ValueError):
            return SheetCell(row, column, _IMPOSSIBLE_DATE, fault=CELL_ERROR)
        if kind is Kind.MONTH and isinstance(moment, date) and moment.day == 1:
            return SheetCell(row, column, f"{moment.year}年{moment.month}月")
        return SheetCell(row, column, moment)


def text_of(element: Element) -> str:
    """The text of a shared or inline string: its runs together, without readings set above the characters."""
    pieces = []
    for child in element:
        if child.tag == _TEXT:
            pieces.append(child.text or "")
        elif child.tag == _RUN:
            pieces += [each.text or "" for each in child if each.tag == _TEXT]
    return "".join(pieces)


def _column_of(place: str) -> int:
    return _column_named(place.rstrip("0123456789"))


@lru_cache(20_000)
def _column_named(letters: str) -> int:
    return column_index_from_string(letters)
