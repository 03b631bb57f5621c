"""Reads a whole workbook: every sheet, every row, and all errors at once (docs/rules.md#ledger)."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import IO

from openpyxl.utils import get_column_letter

from governance.formats.cells import line, plain, quoted
from governance.formats.coverage import SHEET_WITHOUT_TABLE, SheetCoverage, hidden_sheets
from governance.formats.departments import DepartmentNames, department_names
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.names import KnownNames
from governance.formats.sheets import SheetCell
from governance.formats.units import is_unit
from governance.formats.workbooks import LIMITS, Limits, WorkbookFile, open_workbook

from ...rules.team_names import team_names, team_of_sheet, without_ordinal
from .columns import COLUMN, Field
from .facts import Ledger
from .headers import COLUMN_MISSING, COLUMN_TWICE, NO_HEADER, Header
from .rows import TITLE_MISSING, RowContext, RowReader
from .sections import Heading, Sections, is_numbered, team_of_heading
from .sheets import Table, TaskRow, find_table

NO_TASKS = CellReason("no_tasks", gettext_noop("The ledger has a header row but no tasks below it. Add the tasks."))
DOUBLE_NUMBER = CellReason(
    "double_number",
    gettext_noop(
        "Number %(number)s is already used in row %(row)s of the sheet “%(sheet)s”. Give the task its own number."
    ),
)

HEADING_WITHOUT_TEAM = CellReason(
    "heading_without_team",
    gettext_noop("The heading “%(name)s” is not a special team of this action. Enter the team of the tasks below it."),
)
HEADING_NEAR = CellReason(
    "heading_near",
    gettext_noop(
        "The heading “%(name)s” is not a special team of this action. Did you mean %(suggestions)s? Enter "
        "the team of the tasks below it."
    ),
)
PERCENT_OR_SHARE = CellReason(
    "percent_or_share",
    gettext_noop(
        "“%(text)s” is in a percentage column where no value is above 1: is it a percentage or a fraction? "
        "Write it with the %% sign."
    ),
)

_TABLE_UNIT = re.compile(r"(?:^|[\s(])(?:计量|金额|数量)?单位: ?([^:\s()]+)\)?\s*$")

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
    start: date | None = None,
    progress: Progress | None = None,
) -> Ledger:
    """Read a task ledger, from a path or a seekable binary file.

    `departments` and `teams` pair every text that stands for one (name, short name, alias, code) with its name.
    `lengths` are the longest texts that a task stores, by field. `year` applies to dates without one, `start` to the
    tasks of a sheet that has no column for it. The file's content never raises: `errors` of the result lists everything
    wrong, with sheet, row and column; a file that cannot be opened is one error without a place.
    """
    reader = _LedgerReader(year, department_names(departments), team_names(teams), lengths, start, progress)
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
        start: date | None,
        progress: Progress | None,
    ) -> None:
        self.ledger = Ledger(year)
        self._departments = departments
        self._teams = teams
        self._lengths = lengths
        self._start = start
        self._progress = progress
        self._met: dict[int, tuple[str, int]] = {}

    def read_workbook(self, workbook: WorkbookFile) -> None:
        """Read every sheet; a sheet that looks like a table must have a header, and the workbook at least one."""
        tables = 0
        headless: list[str | None] = []
        covers: list[str | None] = []
        for sheet in workbook.sheets():
            covered = SheetCoverage.of(sheet)
            self.ledger.coverage.append(covered)
            table, wide = find_table(sheet, covered)
            if table is not None:
                tables += 1
                self._read_table(table)
                continue
            (headless if wide else covers).append(sheet.name)
            covered.absent = SHEET_WITHOUT_TABLE
        self.ledger.coverage += hidden_sheets(workbook)
        if not tables and not headless:
            headless = covers[:1] or [None]
        self.ledger.errors += [CellFault(NO_HEADER, sheet=name) for name in headless]
        if not self.ledger.tasks and not self.ledger.errors:
            self.ledger.errors.append(CellFault(NO_TASKS))

    def _read_table(self, table: Table) -> None:
        """Read the rows of one sheet; a missing column is one error, and the other cells are read all the same."""
        sections = Sections(self._teams, self._team_of(table))
        heading = _heading_above(table, self._teams)
        if heading is not None:
            sections.enter(heading)
        block = self._begin(table, table.header)
        unit = next((unit for title in table.titles if (unit := _unit_of_table(title))), "")
        for row in table.task_rows(sections):
            if row.header is not block.header:
                self._end(block)
                block = self._begin(table, row.header)
            team = sections.team
            if team is None and Field.TEAM not in row.cells:
                self._note_teamless(block, sections.void)
            names = (self._departments, self._teams)
            context = RowContext(
                table.sheet, self.ledger.year, *names, self._lengths, team, row.header, unit, self._start
            )
            self._read_row(block, row, context)
            if self._progress is not None:
                self._progress(row.number, table.last_row)
        self._end(block)

    def _team_of(self, table: Table) -> str | None:
        """The team of the whole sheet; two different teams are an error where rows name none."""
        heading = _heading_above(table, self._teams)
        titles = [title for title in table.titles if heading is None or title != heading.text]
        try:
            return team_of_sheet(table.sheet, titles, self._teams)
        except FormatError as fault:
            if Field.TEAM not in table.header.columns and heading is None:
                self.ledger.errors.append(CellFault(fault.reason, fault.params, table.sheet, table.header.row))
            return None

    def _begin(self, table: Table, header: Header) -> "_Block":
        """Begin with the rows below a header; name what is wrong with it."""
        place = (table.sheet, header.row)
        for column, name in header.twice:
            self.ledger.errors.append(CellFault(COLUMN_TWICE, {"name": name}, *place, get_column_letter(column)))
        self.ledger.errors += [_column_missing(*place, missing) for missing in header.missing()]
        return _Block(table.sheet, header)

    def _end(self, block: "_Block") -> None:
        """After the rows of a header: a column of percents that holds nothing above 1 is asked about."""
        if block.bare and not block.above_one:
            self.ledger.errors += [
                CellFault(PERCENT_OR_SHARE, {"text": line(cell.value)}, block.sheet, cell.row, cell.letter)
                for cell in block.bare
            ]

    def _note_teamless(self, block: "_Block", void: Heading | None) -> None:
        """The error of rows that nothing gives a team: one for the heading above them, or for the header."""
        if void is None:
            self.ledger.errors.append(_column_missing(block.sheet, block.header.row, Field.TEAM))
            return
        near = self._teams.nearest(without_ordinal(void.text))
        reason = HEADING_NEAR if near else HEADING_WITHOUT_TEAM
        params = {"name": void.text} | ({"suggestions": quoted(near)} if near else {})
        self.ledger.errors.append(CellFault(reason, params, block.sheet, void.row))

    def _read_row(self, block: "_Block", row: TaskRow, context: RowContext) -> None:
        """Read one row; without title and number it is one error; a repeated number comes before its other errors."""
        title, number = (row.cells.get(kind) for kind in (Field.TITLE, Field.NUMBER))
        if title is not None and title.blank and (number is None or number.blank):
            self.ledger.errors.append(CellFault(TITLE_MISSING, {}, block.sheet, title.row, title.letter))
            return
        reader = RowReader(row.number, row.cells, context)
        task, notices = reader.read()
        self.ledger.errors += reader.errors
        if reader.bare_percent is not None:
            block.bare.append(reader.bare_percent)
        if reader.number is not None and self._is_met(block.sheet, row, reader.number):
            return
        if task is not None:
            block.above_one |= bool(task.percent_said and task.percent_said > 1)
            self.ledger.tasks.append(task)
            self.ledger.notices += notices

    def _is_met(self, sheet: str, row: TaskRow, number: int) -> bool:
        """Whether a number occurred before; if so it is an error of its cell."""
        first_sheet, first = self._met.setdefault(number, (sheet, row.number))
        if (first_sheet, first) == (sheet, row.number):
            return False
        params = {"number": number, "row": first, "sheet": first_sheet}
        cell = row.cells[Field.NUMBER]
        self.ledger.errors.append(CellFault(DOUBLE_NUMBER, params, sheet, cell.row, cell.letter))
        return True


@dataclass
class _Block:
    """The rows below one header: cells of its column of percents that hold 1 or less, and whether any holds more."""

    sheet: str
    header: Header
    bare: list[SheetCell] = field(default_factory=list)
    above_one: bool = False


def _heading_above(table: Table, teams: KnownNames) -> Heading | None:
    """The last numbered heading above the header that is the name of a team: it is nearer than the sheet's name."""
    for row in reversed(table.above):
        text = line(row.filled[0].value) if len(row.filled) == 1 else ""
        if text and is_numbered(text) and team_of_heading(text, teams) is not None:
            return Heading(text, row.number)
    return None


def _unit_of_table(title: str) -> str:
    """The unit that a line above the table gives for the whole of it: "单位：万元"."""
    found = _TABLE_UNIT.search(plain(title))
    return found[1] if found and is_unit(found[1]) else ""


def _column_missing(sheet: str, row: int, missing: Field) -> CellFault:
    """The error of a sheet that lacks a column; its place is the header row."""
    return CellFault(COLUMN_MISSING, {"name": COLUMN[missing].name}, sheet, row)
