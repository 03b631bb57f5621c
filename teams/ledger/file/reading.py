"""Reads a whole workbook: every sheet, every row, and all errors at once (docs/rules.md#ledger)."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import IO

from openpyxl.utils import get_column_letter

from governance.formats.departments import DepartmentNames, department_names
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.names import KnownNames
from governance.formats.workbooks import LIMITS, Limits, WorkbookFile, open_workbook

from ...rules.team_names import team_names, team_of_sheet, without_ordinal
from .columns import COLUMN, Field
from .facts import Ledger
from .headers import COLUMN_MISSING, COLUMN_TWICE, NO_HEADER
from .rows import TITLE_MISSING, RowContext, RowReader
from .sheets import Table, TaskRow, find_table

NO_TASKS = CellReason("no_tasks", gettext_noop("The ledger has a header row but no tasks below it. Add the tasks."))
DOUBLE_NUMBER = CellReason(
    "double_number",
    gettext_noop("Number %(number)s is already used in row %(row)s of the sheet “%(sheet)s”. Give the task its own."),
)

Progress = Callable[[int, int], None]
"""Called after each task: the row just read, the last row of this sheet."""


def read_ledger(
    source: Path | IO[bytes],
    *,
    year: int,
    departments: Iterable[tuple[str, str]],
    teams: Iterable[tuple[str, str]],
    lengths: Mapping[str, int],
    limits: Limits = LIMITS,
    progress: Progress | None = None,
) -> Ledger:
    """Read a task ledger, from a path or a seekable binary file.

    `departments` and `teams` pair every text that stands for one (name, short name, alias, code) with its name.
    `lengths` are the longest texts that a task stores, by field. `year` applies to dates without one. The file's
    content never raises: `errors` of the result lists everything wrong, with sheet, row and column; a file that cannot
    be opened is one error without a place.
    """
    reader = _LedgerReader(year, department_names(departments), team_names(teams), lengths, progress)
    try:
        with open_workbook(source, limits=limits) as workbook:
            reader.read_workbook(workbook)
    except FormatError as fault:
        reader.ledger.errors.append(CellFault(fault.reason, fault.params, fault.params.get("sheet")))
    reader.ledger.errors = _each_once(reader.ledger.errors)
    return reader.ledger


def _each_once(errors: Iterable[CellFault]) -> list[CellFault]:
    """The errors in order, without duplicates: a fault of a merged cell occurs in every row but is one error."""
    return list({(each.sheet, each.row, each.column, each.message): each for each in errors}.values())


class _LedgerReader:
    """Reads sheet after sheet into one ledger; a number may occur once in all of them."""

    def __init__(
        self,
        year: int,
        departments: DepartmentNames,
        teams: KnownNames,
        lengths: Mapping[str, int],
        progress: Progress | None,
    ) -> None:
        self.ledger = Ledger(year)
        self._departments = departments
        self._teams = teams
        self._lengths = lengths
        self._progress = progress
        self._met: dict[int, tuple[str, int]] = {}

    def read_workbook(self, workbook: WorkbookFile) -> None:
        """Read every sheet; a sheet that looks like a table must have a header, and the workbook at least one."""
        tables = 0
        headless: list[str | None] = []
        covers: list[str | None] = []
        for sheet in workbook.sheets():
            table, wide = find_table(sheet)
            if table is not None:
                tables += 1
                self._read_table(table)
            else:
                (headless if wide else covers).append(sheet.name)
        if not tables and not headless:
            headless = covers[:1] or [None]
        self.ledger.errors += [CellFault(NO_HEADER, sheet=name) for name in headless]
        if not self.ledger.tasks and not self.ledger.errors:
            self.ledger.errors.append(CellFault(NO_TASKS))

    def _read_table(self, table: Table) -> None:
        """Read the rows of one sheet, if it has the required columns."""
        sheet_team = self._team_of(table)
        errors = [self._header_error(table, COLUMN_TWICE, column, name=name) for column, name in table.header.twice]
        errors += [_column_missing(table, missing) for missing in table.header.missing()]
        self.ledger.errors += errors
        if errors:
            return
        for row in table.task_rows():
            team = sheet_team or self._teams.get(without_ordinal(row.section))
            if team is None and Field.TEAM not in row.cells:
                self.ledger.errors.append(_column_missing(table, Field.TEAM))
                return
            self._read_row(table, row, team)
            if self._progress is not None:
                self._progress(row.number, table.last_row)

    def _team_of(self, table: Table) -> str | None:
        """The team of the whole sheet; two different teams are an error where rows name none."""
        try:
            return team_of_sheet(table.sheet, table.titles, self._teams)
        except FormatError as fault:
            if Field.TEAM not in table.header.columns:
                self.ledger.errors.append(CellFault(fault.reason, fault.params, table.sheet, table.header.row))
            return None

    def _read_row(self, table: Table, row: TaskRow, team: str | None) -> None:
        """Read one row; without title and number it is one error; a repeated number comes before its other errors."""
        cells = row.cells
        if cells[Field.TITLE].blank and cells[Field.NUMBER].blank:
            title = cells[Field.TITLE]
            self.ledger.errors.append(CellFault(TITLE_MISSING, {}, table.sheet, title.row, title.letter))
            return
        names = (self._departments, self._teams)
        reader = RowReader(row.number, cells, RowContext(table.sheet, self.ledger.year, *names, self._lengths, team))
        task, notices = reader.read()
        self.ledger.errors += reader.errors
        if reader.number is not None and self._is_met(table, row, reader.number):
            return
        if task is not None:
            self.ledger.tasks.append(task)
            self.ledger.notices += notices

    def _is_met(self, table: Table, row: TaskRow, number: int) -> bool:
        """Whether a number occurred before; if so it is an error of its cell."""
        sheet, first = self._met.setdefault(number, (table.sheet, row.number))
        if (sheet, first) == (table.sheet, row.number):
            return False
        params = {"number": number, "row": first, "sheet": sheet}
        cell = row.cells[Field.NUMBER]
        self.ledger.errors.append(CellFault(DOUBLE_NUMBER, params, table.sheet, cell.row, cell.letter))
        return True

    @staticmethod
    def _header_error(table: Table, reason: CellReason, column: int, **params: str) -> CellFault:
        return CellFault(reason, params, table.sheet, table.header.row, get_column_letter(column))


def _column_missing(table: Table, missing: Field) -> CellFault:
    """The error of a sheet that lacks a column; its place is the header row."""
    return CellFault(COLUMN_MISSING, {"name": COLUMN[missing].name}, table.sheet, table.header.row)
