"""A pass over a sheet's XML for what openpyxl's read-only mode does not report."""

from dataclasses import dataclass, field
from typing import IO

from openpyxl.utils import coordinate_to_tuple, range_boundaries

from .containers import xml_parser
from .faults import CellReason, FormatError, gettext_noop

SHEET_TOO_LARGE = CellReason(
    "sheet_too_large",
    gettext_noop("The sheet “%(sheet)s” goes beyond %(rows)s rows or %(columns)s columns. Split it."),
)

MAIN_NAMESPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

_CONTENT = frozenset({"v", "f", "is"})


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged range, edges included; its value is in the first cell."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


@dataclass(slots=True)
class Survey:
    """The result of one pass over a sheet's XML."""

    last_row: int = 0
    last_column: int = 0
    merged: list[MergedRange] = field(default_factory=list)
    formulas_without_value: set[tuple[int, int]] = field(default_factory=set)


def survey_of(source: IO[bytes], sheet: str, *, rows: int, columns: int) -> Survey:
    """The survey of a sheet's XML; a document type, and so any entity, is refused.

    Raises:
        FormatError: SHEET_TOO_LARGE, it is larger than `rows` or `columns`.
    """
    return _Surveyor(sheet, rows, columns).read(source)


class _Surveyor:
    """Reads a sheet's XML once: its real extent, merged ranges, and formulas that hold no value."""

    def __init__(self, sheet: str, rows: int, columns: int) -> None:
        self.survey = Survey()
        self._sheet = sheet
        self._most_rows = rows
        self._most_columns = columns
        self._row = self._column = 0
        self._kind = ""
        self._found: set[str] = set()
        self._in_value = False

    def read(self, source: IO[bytes]) -> Survey:
        parser = xml_parser("")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.ParseFile(source)
        return self.survey

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.removeprefix(MAIN_NAMESPACE)
        if tag == "c":
            place = attributes.get("r")
            self._row, self._column = coordinate_to_tuple(place) if place else (self._row, self._column + 1)
            self._kind = attributes.get("t", "n")
            self._found = set()
        elif tag == "row":
            self._row, self._column = int(attributes.get("r", self._row + 1)), 0
        elif tag == "mergeCell":
            self.survey.merged.append(MergedRange(*range_boundaries(attributes["ref"])))
        elif tag in _CONTENT:
            self._found.add(tag)
            self._in_value = tag == "v"

    def _text(self, text: str) -> None:
        if self._in_value:
            self._found.add("text")

    def _end(self, name: str) -> None:
        tag = name.removeprefix(MAIN_NAMESPACE)
        if tag == "v":
            self._in_value = False
        elif tag == "c" and self._found:
            self._note_cell()

    def _note_cell(self) -> None:
        """Note a cell that has a value, a formula or text; a style alone does not count."""
        survey, rows, columns = self.survey, self._most_rows, self._most_columns
        if self._row > rows or self._column > columns:
            raise FormatError(SHEET_TOO_LARGE, sheet=self._sheet, rows=rows, columns=columns)
        survey.last_row = max(survey.last_row, self._row)
        survey.last_column = max(survey.last_column, self._column)
        stored = "text" in self._found or ("v" in self._found and self._kind == "str")
        if "f" in self._found and not stored:
            survey.formulas_without_value.add((self._row, self._column))
