"""Finds the tables in a sheet: headers, the lines above, headings, and the rows with tasks (docs/rules.md#ledger)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from governance.formats import coverage
from governance.formats.cells import compact, line, whole_number
from governance.formats.coverage import SheetCoverage
from governance.formats.faults import CellReason, FormatError
from governance.formats.sheet_survey import MergedRange
from governance.formats.sheets import Sheet, SheetCell, SheetRow

from .columns import Field
from .headers import SEARCHED_ROWS, Header, header_of, is_dividing
from .sections import Heading, Sections, is_ordinal, numbered

WIDE = 3
"""A row with this many filled cells is no cover page: a sheet that has one but no header is a broken ledger."""

_NOT_FILLED_BY_MERGE = {Field.NUMBER, Field.TITLE, Field.TARGET, Field.UNIT, Field.DONE}
_SIGNATURE = re.compile(
    r"(?:填表|制表|填报|报送|审核|审签|审定|审批|复核|负责|单位|主要|分管|领导|签字|签名|盖章|联系|电话|手机|日期|时间"
    r"|注|备注|说明|preparedby|checkedby|reviewedby|approvedby|signature|signed|date|note|contact)[^:]{0,12}:.*"
    r"|(?:合计|总计|小计|共计|total|subtotal)(?:\([^()]*\)|\d+项)?(?::.*)?"
)
_PAGE = re.compile(
    r"[-—–(]*(?:第?[\d一二三四五六七八九十]+页[,，、/]?(?:共[\d一二三四五六七八九十]+页)?|共\d+页[,，、/]?(?:第\d+页)?)[-—–)]*"
    r"|[-—–]+\d{1,4}[-—–]+|第?\d{1,4}/\d{1,4}页?|page\d+(?:of\d+|/\d+)?"
    r"|\(?(?:续上?[表页]|[接续]上[表页]|[转接]下[表页])\)?"
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row with a task: the cell of each field (in a merged range, the one with the value), and the header above."""

    number: int
    cells: dict[str, SheetCell]
    header: Header


@dataclass(slots=True)
class Table:
    """A sheet whose header was found; its rows are read once. A header further down holds for the rows below it."""

    sheet: str
    header: Header
    above: list[SheetRow]
    last_row: int
    rows: Iterator[SheetRow]
    coverage: SheetCoverage
    merged: dict[tuple[int, int], int] = field(default_factory=dict)
    waiting: SheetRow | None = None

    @property
    def titles(self) -> list[str]:
        """The texts above the header."""
        return [line(cell.value) for row in self.above for cell in row.filled]

    def task_rows(self, sections: Sections) -> Iterator[TaskRow]:
        """The rows below the headers without blank rows, signatures and the like; `sections` takes in the headings."""
        self._cover_header()
        merged: dict[int, tuple[SheetCell, int]] = {}
        while (row := self._next()) is not None:
            self._enter_merged(row, merged)
            everything = row.filled
            if not everything:
                continue
            if self._is_header(row):
                continue
            filled = [cell for cell in everything if self.header.first <= cell.column <= self.header.last]
            reason = self._why_skipped(row, everything, filled)
            if reason is not None:
                self.coverage.skip(reason, row.number)
                continue
            heading = self._heading(row, filled, sections)
            if heading is not None:
                sections.enter(heading)
                self.coverage.skip(coverage.ROWS_OF_HEADINGS, row.number)
                continue
            self.coverage.rows += 1
            self.coverage.note_unnamed(everything, self.header.named)
            yield TaskRow(row.number, self._cells(row, merged), self.header)

    def _why_skipped(self, row: SheetRow, everything: list[SheetCell], filled: list[SheetCell]) -> CellReason | None:
        """Why a row is none with a task, and no heading either."""
        first = everything[0]
        if len(everything) <= 2 and all(is_page_line(cell) for cell in everything):
            return coverage.ROWS_OF_PAGES
        if is_signature(first) and not self._is_numbered(row):
            return coverage.ROWS_OF_SIGNATURES
        if not filled:
            return coverage.ROWS_OUTSIDE
        number = self.header.columns.get(Field.NUMBER)
        if len(filled) == 1 and filled[0].column == number and self._is_numbered(row):
            return coverage.ROWS_WITH_NUMBER_ONLY
        return None

    def _heading(self, row: SheetRow, filled: list[SheetCell], sections: Sections) -> Heading | None:
        """The heading that a row is: only its first cell is filled, or an ordinal and a text, or the name of a team.

        Where the title is the first column, such a row is a task without its number.
        """
        text = line(filled[0].value)
        title = self.header.columns.get(Field.TITLE)
        if len(filled) == 1:
            if filled[0].column == self.header.first != title or sections.names_team(text):
                return Heading(text, row.number)
            return None
        numbers = len(filled) == 2 and filled[0].column == self.header.first and is_ordinal(text)
        if numbers and filled[1].column in (title, self.header.first + 1):
            return Heading(numbered(text, line(filled[1].value)), row.number)
        return None

    def _is_numbered(self, row: SheetRow) -> bool:
        """Whether a row has a number; then "联系服务群众：每月一次" after it is a title, not a signature."""
        column = self.header.columns.get(Field.NUMBER)
        try:
            return column is not None and whole_number(row.cell(column).value) is not None
        except FormatError:
            return False

    def _is_header(self, row: SheetRow) -> bool:
        """Whether a row is a header: the same once more, or another one, which then holds."""
        if self._is_numbered(row):
            return False
        header = header_of(row)
        if header is None:
            return False
        below = self._next()
        if below is not None:
            if is_dividing(row, below):
                header = header_of(row, below) or header
            else:
                self.waiting = below
        if header.named == self.header.named:
            self.coverage.skip(coverage.ROWS_OF_HEADER, row.number)
        else:
            self.header = header
            self._cover_header()
        return True

    def _next(self) -> SheetRow | None:
        """The next row, first the one that was looked at already."""
        row, self.waiting = self.waiting, None
        return row or next(self.rows, None)

    def _cover_header(self) -> None:
        fields = {column: kind for kind, column in self.header.columns.items()}
        self.coverage.add_header(self.header.row, self.header.named, fields)

    def _enter_merged(self, row: SheetRow, merged: dict[int, tuple[SheetCell, int]]) -> None:
        """Remember the first cell of each merged range that begins in this row, until its last row."""
        if not self.merged:
            return
        for column in self.header.columns.values():
            last = self.merged.get((row.number, column))
            if last is not None:
                merged[column] = (row.cell(column), last)

    def _cells(self, row: SheetRow, merged: dict[int, tuple[SheetCell, int]]) -> dict[str, SheetCell]:
        cells = {}
        for kind, column in self.header.columns.items():
            cell, last = merged.get(column, (None, 0))
            covered = row.number <= last and kind not in _NOT_FILLED_BY_MERGE
            cells[kind] = cell if cell is not None and covered else row.cell(column)
        return cells


def is_signature(cell: SheetCell) -> bool:
    """Whether a row that begins with this cell is a signature, a date or a total and no task: "填表人：", "合计"."""
    return isinstance(cell.value, str) and _SIGNATURE.fullmatch(compact(cell.value)) is not None


def is_page_line(cell: SheetCell) -> bool:
    """Whether a cell only says the page: "第1页，共2页", "— 1 —", "（续表）"."""
    return isinstance(cell.value, str) and _PAGE.fullmatch(compact(cell.value)) is not None


def find_table(sheet: Sheet, covered: SheetCoverage) -> tuple[Table | None, bool]:
    """The table of a sheet, or None; and whether the sheet looks like a table at all."""
    rows = sheet.rows()
    above: list[SheetRow] = []
    wide = False
    for row in rows:
        if row.number > SEARCHED_ROWS:
            break
        wide = wide or len(row.filled) >= WIDE
        header = header_of(row)
        if header is None:
            above.append(row)
            continue
        table = Table(sheet.name, header, above, sheet.last_row, rows, covered, _merged_down(sheet.merged))
        below = next(rows, None)
        if below is not None and is_dividing(row, below):
            table.header = header_of(row, below) or header
        else:
            table.waiting = below
        return table, True
    return None, wide


def _merged_down(ranges: tuple[MergedRange, ...]) -> dict[tuple[int, int], int]:
    """The ranges of several rows: {(first row, first column): last row}."""
    return {(each.first_row, each.first_column): each.last_row for each in ranges if each.last_row > each.first_row}
