"""What was read of a workbook and what was not, sheet by sheet: nothing is left out without a word.

A reader of any kind of table fills one `SheetCoverage` a sheet; pages, commands and `--json` show it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from openpyxl.utils import get_column_letter

from .faults import CellFault, CellReason, Sentence, gettext_noop
from .sheets import Sheet, SheetCell
from .workbooks import WorkbookFile

SHEET_HIDDEN = CellReason(
    "sheet_hidden", gettext_noop("The sheet is hidden and was not read. Unhide it if it belongs to the table.")
)
SHEET_WITHOUT_TABLE = CellReason("sheet_without_table", gettext_noop("No table was found on the sheet."))
COLUMN_UNREAD = CellReason("column_unread", gettext_noop("The column “%(name)s” was not read."))
COLUMN_UNNAMED = CellReason(
    "column_unnamed", gettext_noop("A column without a name was not read; it has content in row %(rows)s.")
)
COLUMN_HIDDEN = CellReason("column_hidden", gettext_noop("The hidden column “%(name)s” was read."))
ROWS_HIDDEN = CellReason("rows_hidden", gettext_noop("Hidden rows were read like the others: %(rows)s."))
ROWS_FILTERED = CellReason(
    "rows_filtered", gettext_noop("Rows that a filter hides were read like the others: %(rows)s.")
)
ROWS_OF_HEADINGS = CellReason("rows_of_headings", gettext_noop("Read as headings: row %(rows)s."))
ROWS_OF_HEADER = CellReason("rows_of_header", gettext_noop("Repeated header: row %(rows)s."))
ROWS_OF_PAGES = CellReason("rows_of_pages", gettext_noop("Page numbers, not read: row %(rows)s."))
ROWS_OF_SIGNATURES = CellReason(
    "rows_of_signatures", gettext_noop("Signatures, dates, sums and notes, not read: row %(rows)s.")
)
ROWS_OUTSIDE = CellReason("rows_outside", gettext_noop("Content outside the table only, not read: row %(rows)s."))
ROWS_WITH_NUMBER_ONLY = CellReason("rows_with_number_only", gettext_noop("Only a number, not read: row %(rows)s."))


@dataclass(frozen=True, slots=True)
class ReadColumn:
    """A column: its letter, its name in the header, and the field that it was read as; "" where it was not."""

    letter: str
    name: str
    read_as: str = ""


@dataclass
class SheetCoverage:
    """What was read of one sheet: its columns, how many rows, and what else there was."""

    sheet: str
    columns: list[ReadColumn] = field(default_factory=list)
    rows: int = 0
    skipped: dict[CellReason, list[int]] = field(default_factory=dict)
    unnamed: dict[int, list[int]] = field(default_factory=dict)
    """The rows in which a column without a name is filled, by column (from 1)."""
    hidden_columns: frozenset[str] = frozenset()
    absent: CellReason | None = None
    """Why nothing of the sheet was read."""
    header_row: int | None = None

    @classmethod
    def of(cls, sheet: Sheet) -> "SheetCoverage":
        """The beginning for a visible sheet: what is hidden in it."""
        survey = sheet.survey
        found = cls(sheet.name, hidden_columns=frozenset(survey.hidden_columns))
        if survey.hidden_rows:
            found.skipped[ROWS_FILTERED if survey.filtered else ROWS_HIDDEN] = [*survey.hidden_rows]
        return found

    def add_header(self, row: int, named: dict[int, str], fields: dict[int, str]) -> None:
        """Note a header: the name of each column, and the field of those that are read."""
        self.header_row = self.header_row or row
        for column, name in sorted(named.items()):
            read = ReadColumn(get_column_letter(column), name, fields.get(column, ""))
            if read not in self.columns:
                self.columns.append(read)

    def skip(self, reason: CellReason, row: int) -> None:
        """Note a row that was not read as one of the table."""
        self.skipped.setdefault(reason, []).append(row)

    def note_unnamed(self, cells: Iterable[SheetCell], named: dict[int, str]) -> None:
        """Note the filled cells of a row that stand under no name."""
        for cell in cells:
            if cell.column not in named:
                self.unnamed.setdefault(cell.column, []).append(cell.row)

    @property
    def unread(self) -> list[ReadColumn]:
        """The columns with a name that were not read."""
        return [column for column in self.columns if not column.read_as]

    @property
    def read(self) -> list[ReadColumn]:
        """The columns that were read."""
        return [column for column in self.columns if column.read_as]

    @property
    def notes(self) -> Iterator[CellFault]:
        """Everything that a reader might miss, with its place; none of it is an error."""
        if self.absent is not None:
            yield CellFault(self.absent, {}, self.sheet)
        for column in self.unread:
            yield CellFault(COLUMN_UNREAD, {"name": column.name}, self.sheet, self.header_row, column.letter)
        for number, rows in sorted(self.unnamed.items()):
            yield CellFault(COLUMN_UNNAMED, {"rows": row_ranges(rows)}, self.sheet, None, get_column_letter(number))
        for column in self.read:
            if column.letter in self.hidden_columns:
                yield CellFault(COLUMN_HIDDEN, {"name": column.name}, self.sheet, self.header_row, column.letter)
        for reason, rows in self.skipped.items():
            yield CellFault(reason, {"rows": row_ranges(rows)}, self.sheet)

    def as_dict(self, sentence: Sentence = CellReason.sentence) -> dict[str, Any]:
        """As `--json` prints it."""
        return {
            "sheet": self.sheet,
            "rows": self.rows,
            "read": [{"column": each.letter, "name": each.name, "as": each.read_as} for each in self.read],
            "not_read": [{"column": each.letter, "name": each.name} for each in self.unread],
            "notes": [note.as_dict(sentence) for note in self.notes],
        }


def hidden_sheets(workbook: WorkbookFile) -> list[SheetCoverage]:
    """The sheets of a workbook that are not shown, none of which is read."""
    return [SheetCoverage(name, absent=SHEET_HIDDEN) for name in workbook.hidden_sheets]


def row_ranges(rows: Iterable[int]) -> tuple[str, ...]:
    """Row numbers as people list them: ("2-4", "7")."""
    ranges: list[list[int]] = []
    for row in sorted(set(rows)):
        if ranges and row == ranges[-1][1] + 1:
            ranges[-1][1] = row
        else:
            ranges.append([row, row])
    return tuple(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
