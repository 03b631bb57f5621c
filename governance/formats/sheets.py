"""Sheets of a workbook: rows and cells as people see them, streamed in openpyxl's read-only mode."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import get_column_letter

from .cells import Value, is_blank
from .faults import CellReason, FormatError, gettext_noop
from .read_only import ReadCell, Worksheet
from .sheet_survey import Survey

DAMAGED = CellReason("damaged", gettext_noop("The workbook is damaged. Open it in Excel, save it again and try again."))
FORMULA_WITHOUT_VALUE = CellReason(
    "formula_without_value",
    gettext_noop("The formula in this cell has no stored value. Open the file in Excel, save it and try again."),
)
CELL_ERROR = CellReason(
    "cell_error", gettext_noop("The cell shows the error %(text)s. Correct the formula or the date.")
)

_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")


def decoded(text: str) -> str:
    """A cell's text without the escape that keeps "_x0041_" from being read as a character."""
    return _ESCAPED.sub("_", text) if "_x005F_" in text else text


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell: its position (both from 1), its value, whether it is formatted as a percent, and its fault."""

    row: int
    column: int
    value: Value
    percent_format: bool = False
    fault: CellReason | None = None

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


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A row of a sheet: its number and its cells from column 1 to the last one used in the sheet."""

    number: int
    cells: tuple[SheetCell, ...]

    def cell(self, column: int) -> SheetCell:
        """The cell in `column`, an empty one beyond the last."""
        return self.cells[column - 1] if column <= len(self.cells) else SheetCell(self.number, column, None)

    @property
    def filled(self) -> list[SheetCell]:
        """The cells that show something."""
        return [cell for cell in self.cells if not cell.blank]


class Sheet:
    """A visible sheet: its name, merged ranges and rows."""

    def __init__(self, name: str, worksheet: Worksheet, survey: Survey) -> None:
        self.name = name
        self.merged = tuple(survey.merged)
        self.last_row = survey.last_row
        self._worksheet = worksheet
        self._survey = survey

    def rows(self) -> Iterator[SheetRow]:
        """The rows from the first to the last one with a value, blank rows included, one at a time.

        Raises:
            FormatError: DAMAGED.
        """
        if not self.last_row:
            return
        cells = self._worksheet.iter_rows(max_row=self.last_row, max_col=self._survey.last_column)
        try:
            for number, row in enumerate(cells, start=1):
                yield SheetRow(
                    number, tuple(self._cell(number, column, cell) for column, cell in enumerate(row, start=1))
                )
        except FormatError:
            raise
        except Exception as error:  # openpyxl raises whatever it stumbles over
            raise FormatError(DAMAGED) from error

    def _cell(self, row: int, column: int, cell: ReadCell) -> SheetCell:
        if (row, column) in self._survey.formulas_without_value:
            return SheetCell(row, column, None, fault=FORMULA_WITHOUT_VALUE)
        if cell.value is None:
            return SheetCell(row, column, None)
        if cell.data_type == "e":
            return SheetCell(row, column, cell.value, fault=CELL_ERROR)
        value = cell.value
        if isinstance(value, str):
            return SheetCell(row, column, decoded(value))
        return SheetCell(row, column, value, _shows_percent(cell.number_format))


def _shows_percent(number_format: str) -> bool:
    """Whether a number format shows a percent: a "%" outside quotes, and no date."""
    unquoted = "".join(number_format.split('"')[::2]).replace("\\%", "")
    return "%" in unquoted and not is_date_format(number_format)
