"""A pass over a sheet's XML for what must be known before its rows: merged ranges, what is hidden, the last row."""

from dataclasses import dataclass, field
from typing import IO

from openpyxl.utils import get_column_letter, range_boundaries

from .containers import xml_parser

MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

MOST_CELLS = 16_384
"""The most cells that a row can hold; one with more would only fill the memory."""


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged range, edges included; its value is in the first cell."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


@dataclass(slots=True)
class Survey:
    """The result of one pass over a sheet's XML.

    `last_row` is the last row with a value. `hidden_rows` have values and are not shown; `filtered` is whether a filter
    hides them. `hidden_columns` are letters.
    """

    last_row: int = 0
    merged: list[MergedRange] = field(default_factory=list)
    hidden_rows: list[int] = field(default_factory=list)
    hidden_columns: list[str] = field(default_factory=list)
    filtered: bool = False


def survey_of(source: IO[bytes], *, columns: int) -> Survey:
    """The survey of a sheet's XML, its columns up to `columns`; a document type, and so any entity, is refused."""
    surveyor = _Surveyor(columns)
    parser = xml_parser("")
    parser.StartElementHandler = surveyor.start
    parser.ParseFile(source)
    return surveyor.survey


def is_true(written: str | None) -> bool:
    """Whether an XML attribute says yes."""
    return written in ("1", "true")


class _Surveyor:
    """Looks at the beginning of every element."""

    def __init__(self, columns: int) -> None:
        self.survey = Survey()
        self._columns = columns
        self._row = self._cells = 0
        self._hidden = False
        self._handlers = {
            f"{MAIN_NAMESPACE}{name}": handler
            for name, handler in (
                ("c", self._cell),
                ("v", self._content),
                ("f", self._content),
                ("is", self._content),
                ("row", self._begin_row),
                ("mergeCell", self._merge),
                ("col", self._column),
                ("filterColumn", self._filter),
            )
        }

    def start(self, name: str, attributes: dict[str, str]) -> None:
        handler = self._handlers.get(name)
        if handler is not None:
            handler(attributes)

    def _begin_row(self, attributes: dict[str, str]) -> None:
        self._row, self._cells = int(attributes.get("r", self._row + 1)), 0
        self._hidden = is_true(attributes.get("hidden"))

    def _cell(self, attributes: dict[str, str]) -> None:
        self._cells += 1
        if self._cells > MOST_CELLS:
            raise ValueError("a row with more cells than a row can have")

    def _content(self, attributes: dict[str, str]) -> None:
        """Note a row that has a value, a formula or text; a style alone does not count."""
        self.survey.last_row = max(self.survey.last_row, self._row)
        if self._hidden:
            self.survey.hidden_rows.append(self._row)
            self._hidden = False

    def _merge(self, attributes: dict[str, str]) -> None:
        self.survey.merged.append(MergedRange(*range_boundaries(attributes["ref"])))

    def _column(self, attributes: dict[str, str]) -> None:
        if is_true(attributes.get("hidden")):
            first, last = int(attributes["min"]), min(int(attributes["max"]), self._columns)
            self.survey.hidden_columns += [get_column_letter(column) for column in range(first, last + 1)]

    def _filter(self, attributes: dict[str, str]) -> None:
        self.survey.filtered = True
