"""Finds the table in a sheet: its header, the lines above it, and the rows with tasks below (docs/rules.md#ledger)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, islice

from governance.formats.cells import compact, line, whole_number
from governance.formats.faults import FormatError
from governance.formats.sheet_survey import MergedRange
from governance.formats.sheets import Sheet, SheetCell, SheetRow

from .columns import Field
from .headers import SEARCHED_ROWS, Header, header_of, is_dividing

WIDE = 3
"""A row with this many filled cells is no cover page: a sheet that has one but no header is a broken ledger."""

_NOT_FILLED_BY_MERGE = {Field.NUMBER, Field.TITLE, Field.TARGET, Field.UNIT, Field.DONE}
_SIGNATURE = re.compile(
    r"(?:填表|制表|填报|报送|审核|审签|审定|审批|复核|负责|单位|主要|分管|领导|签字|签名|盖章|联系|电话|手机|日期|时间"
    r"|注|备注|说明|preparedby|checkedby|reviewedby|approvedby|signature|signed|date|note|contact)[^:]{0,12}:.*"
    r"|(?:合计|总计|小计|共计|total|subtotal)(?::.*)?"
)


@dataclass(frozen=True, slots=True)
class TaskRow:
    """A row with a task: the cell of each field (in a merged range, the one with the value).

    `section` is the text of the last row in which only the first cell was filled.
    """

    number: int
    cells: dict[str, SheetCell]
    section: str


@dataclass(slots=True)
class Table:
    """A sheet whose header was found; its rows are read once."""

    sheet: str
    header: Header
    titles: list[str]
    last_row: int
    rows: Iterator[SheetRow]
    merged: dict[tuple[int, int], int] = field(default_factory=dict)

    def task_rows(self) -> Iterator[TaskRow]:
        """The rows below the header without blank rows, signatures and repeated headers."""
        first, last = min(self.header.named), max(self.header.named)
        section = ""
        merged: dict[int, tuple[SheetCell, int]] = {}
        for row in self.rows:
            self._enter_merged(row, merged)
            everything = row.filled
            filled = [cell for cell in everything if first <= cell.column <= last]
            if not filled or self._is_header_again(row):
                continue
            if is_signature(everything[0]) and not self._is_numbered(row):
                continue
            if self._is_lone(filled):
                section = line(filled[0].value)
                continue
            yield TaskRow(row.number, self._cells(row, merged), section)

    def _is_lone(self, filled: list[SheetCell]) -> bool:
        """Whether only the first cell is filled: a signature or the name of a section.

        Where the title is the first column, such a row is a task without its number.
        """
        return len(filled) == 1 and filled[0].column == min(self.header.named) != self.header.columns[Field.TITLE]

    def _is_numbered(self, row: SheetRow) -> bool:
        """Whether a row has a number; then "联系服务群众：每月一次" after it is a title, not a signature."""
        try:
            return whole_number(row.cell(self.header.columns[Field.NUMBER]).value) is not None
        except FormatError:
            return False

    def _is_header_again(self, row: SheetRow) -> bool:
        columns = (self.header.columns[kind] for kind in (Field.TITLE, Field.NUMBER))
        return all(line(row.cell(column).value) == self.header.named[column] for column in columns)

    def _enter_merged(self, row: SheetRow, merged: dict[int, tuple[SheetCell, int]]) -> None:
        """Remember the first cell of each merged range that begins in this row, until its last row."""
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


def find_table(sheet: Sheet) -> tuple[Table | None, bool]:
    """The table of a sheet, or None; and whether the sheet looks like a table at all."""
    rows = sheet.rows()
    titles: list[str] = []
    wide = False
    for row in islice(rows, SEARCHED_ROWS):
        wide = wide or len(row.filled) >= WIDE
        header = header_of(row)
        if header is None:
            titles += [line(cell.value) for cell in row.filled]
            continue
        below = next(rows, None)
        if below is not None and is_dividing(row, below):
            header = header_of(row, below) or header
        elif below is not None:
            rows = chain([below], rows)
        return Table(sheet.name, header, titles, sheet.last_row, rows, _merged_down(sheet.merged)), True
    return None, wide


def _merged_down(ranges: tuple[MergedRange, ...]) -> dict[tuple[int, int], int]:
    """The ranges of several rows: {(first row, first column): last row}."""
    return {(each.first_row, each.first_column): each.last_row for each in ranges if each.last_row > each.first_row}
