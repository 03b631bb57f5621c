"""Finds the header of a sheet: columns by name and synonym, in any order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from governance.formats.cells import compact, line
from governance.formats.faults import CellReason, gettext_noop
from governance.formats.sheets import SheetRow
from governance.formats.units import is_unit

from .columns import COLUMNS, Field

NO_HEADER = CellReason(
    "no_header",
    gettext_noop(
        "No header row was found. One row must contain the column names, such as 序号, 专班, 重点任务, 完成时限."
    ),
)
COLUMN_MISSING = CellReason(
    "column_missing", gettext_noop("A column is missing: “%(name)s”. Add it to the header row.")
)
COLUMN_TWICE = CellReason(
    "column_twice", gettext_noop("Two columns are named “%(name)s”. Rename the one that is not needed.")
)

SEARCHED_ROWS = 60
"""How many rows from the top are searched for the header."""

_FEWEST_COLUMNS = 3
_BRACKETS = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TRIMMED = re.compile(r"^[*★☆:.]+|[*★☆:.]+$")


_MEASURED = (Field.TARGET, Field.DONE)


def _spelling(name: str) -> str:
    """A column name for comparing: no spaces, breaks or stars, half-width, lower case."""
    return _TRIMMED.sub("", compact(line(name).replace("\n", "")))


_RANKS: dict[str, tuple[str, int]] = {
    _spelling(name): (column.field, rank) for column in COLUMNS for rank, name in enumerate(column.names)
}


def field_named(name: str) -> tuple[str, int] | None:
    """The field of a column with this name, with the rank of the name; brackets such as "(%)" may follow."""
    spelt = _spelling(name)
    return _RANKS.get(spelt) or _RANKS.get(_TRIMMED.sub("", _BRACKETS.sub("", spelt)).rstrip("%"))


def unit_in(name: str) -> str:
    """The unit that the name of a column gives in brackets, or "": "目标值（亩）", "投资（单位：万元）"."""
    said = [match[0][1:-1].rpartition(":")[2] for match in _BRACKETS.finditer(_spelling(name))]
    return next((unit for unit in said if is_unit(unit)), "")


@dataclass(slots=True)
class Header:
    """The header row(s) of a sheet: `columns` gives each field its column (from 1).

    `named` gives the name of every column that has one, known or not: the extent of the table. `twice` are columns
    (from 1) with the name of another. `units` are the units in the names of columns, by field; `in_percent` is whether
    the name of the progress has the sign.
    """

    row: int
    columns: dict[str, int] = field(default_factory=dict)
    named: dict[int, str] = field(default_factory=dict)
    twice: list[tuple[int, str]] = field(default_factory=list)
    units: dict[str, str] = field(default_factory=dict)
    in_percent: bool = False

    @property
    def first(self) -> int:
        """The first column with a name."""
        return min(self.named)

    @property
    def last(self) -> int:
        """The last column with a name."""
        return max(self.named)

    def missing(self) -> Iterator[Field]:
        """The fields required to read a row. The team may be known from elsewhere, and the start is asked for once."""
        for needed in (Field.NUMBER, Field.TITLE, Field.DUE):
            if needed not in self.columns:
                yield needed
        if not {Field.LEAD, Field.DEPARTMENTS} & self.columns.keys():
            yield Field.DEPARTMENTS


def header_of(row: SheetRow, below: SheetRow | None = None) -> Header | None:
    """The header in `row`, with the names in `below` where that row only splits its columns; None if it is none.

    A header names at least three fields, and the title or the number is one of them.
    """
    names = {cell.column: line(cell.value) for cell in row.filled}
    divided = _dividing_names(row, below) if below is not None else {}
    header = _header(row.number, names | divided)
    if len(header.columns) < _FEWEST_COLUMNS or not {Field.TITLE, Field.NUMBER} & header.columns.keys():
        return None
    return header


def is_dividing(row: SheetRow, below: SheetRow) -> bool:
    """Whether `below` belongs to the header in `row`."""
    return bool(_dividing_names(row, below))


def _dividing_names(row: SheetRow, below: SheetRow) -> dict[int, str]:
    """The names in the second row of a header: all known, none repeated from above, none under the number or title."""
    names = {cell.column: line(cell.value) for cell in below.filled}
    for column, name in names.items():
        above = field_named(line(row.cell(column).value))
        if field_named(name) is None or (above and above[0] in (Field.NUMBER, Field.TITLE)):
            return {}
    return names


def _header(number: int, names: dict[int, str]) -> Header:
    """Give each field the column with its plainest name."""
    header = Header(number, named=names)
    taken: dict[str, tuple[int, int]] = {}
    for column, name in sorted(names.items()):
        known = field_named(name)
        if known is None:
            continue
        kind, rank = known
        if kind in taken and taken[kind][0] == rank:
            header.twice.append((column, name))
        elif kind not in taken or rank < taken[kind][0]:
            taken[kind] = (rank, column)
    header.columns = {kind: column for kind, (_, column) in taken.items()}
    for kind in _MEASURED:
        if kind in header.columns:
            header.units[kind] = unit_in(names[header.columns[kind]])
    header.in_percent = "%" in compact(names.get(header.columns.get(Field.PERCENT, 0), ""))
    return header
