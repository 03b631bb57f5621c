"""Workbooks from outside, opened with limits on size, compression and encryption (docs/rules.md#workbooks).

Rows are streamed with openpyxl in read-only mode. What that mode does not tell (merged ranges, formulas that were
saved without a value, how far a sheet really goes) is found by a pass over the sheet's XML before.
"""

import posixpath
import re
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import IO, BinaryIO, Self, cast

import openpyxl
from defusedxml import ElementTree
from openpyxl.styles.numbers import is_date_format
from openpyxl.utils import coordinate_to_tuple, get_column_letter, range_boundaries

from .cells import Value, is_blank
from .faults import CellReason, FormatError, gettext_noop
from .read_only import ReadCell, Worksheet
from .zips import bursts, distrusting_parser, is_locked

FILE_MISSING = CellReason("file_missing", gettext_noop("There is no file “%(name)s”. Check the name."))
FILE_UNREADABLE = CellReason(
    "file_unreadable", gettext_noop("“%(name)s” cannot be read as a file. Choose an .xlsx workbook.")
)
FILE_EMPTY = CellReason("file_empty", gettext_noop("The file is empty. Choose an .xlsx workbook."))
FILE_TOO_LARGE = CellReason(
    "file_too_large", gettext_noop("The file has %(size)s MB; at most %(limit)s MB are read. Split it.")
)
NOT_XLSX = CellReason(
    "not_xlsx", gettext_noop("This is not an .xlsx workbook. Save it as Excel Workbook (.xlsx) and try again.")
)
OLD_XLS = CellReason(
    "old_xls", gettext_noop("This is an old .xls workbook. Save it as Excel Workbook (.xlsx) and try again.")
)
ENCRYPTED = CellReason(
    "encrypted", gettext_noop("The workbook is protected by a password. Remove the password and try again.")
)
STRICT_XLSX = CellReason(
    "strict_xlsx",
    gettext_noop("The workbook is saved as Strict Open XML. Save it as Excel Workbook (.xlsx) and try again."),
)
MACROS = CellReason(
    "macros",
    gettext_noop("The workbook contains macros. Save it as Excel Workbook (.xlsx) without them and try again."),
)
DAMAGED = CellReason("damaged", gettext_noop("The workbook is damaged. Open it in Excel, save it again and try again."))
UNPACKS_TOO_LARGE = CellReason(
    "unpacks_too_large",
    gettext_noop("The workbook unpacks to far more than a workbook holds and was not opened. Save it again in Excel."),
)
SHEET_TOO_LARGE = CellReason(
    "sheet_too_large",
    gettext_noop("The sheet “%(sheet)s” goes beyond %(rows)s rows or %(columns)s columns. Split it."),
)
FORMULA_WITHOUT_VALUE = CellReason(
    "formula_without_value",
    gettext_noop("The formula in this cell has no stored value. Open the file in Excel, save it and try again."),
)
CELL_ERROR = CellReason(
    "cell_error", gettext_noop("The cell shows the error %(text)s. Correct the formula or the date.")
)

warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")  # it warns of styles we never look at

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_ZIP_MAGIC = b"PK\x03\x04"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_CONTENT = frozenset({"v", "f", "is"})
_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = b"http://purl.oclc.org/ooxml/"
_MEGABYTE = 1024 * 1024
_MACRO_PARTS = ("vbaproject.bin", "/macrosheets/sheet1.xml")
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")


@dataclass(frozen=True, slots=True)
class Limits:
    """How large a workbook may be.

    `ratio` (unpacked to packed) is asked of parts above `ratio_from` bytes: small parts of repeated text pack well.
    """

    file_bytes: int = 32 * _MEGABYTE
    unpacked_bytes: int = 256 * _MEGABYTE
    ratio: int = 100
    ratio_from: int = _MEGABYTE
    parts: int = 2_000
    rows: int = 200_000
    columns: int = 256


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell: where it stands (both from 1), its value, whether it is formatted as a percent, and its fault."""

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
        """Whether nothing can be seen in the cell."""
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
        """The cells in which something can be seen."""
        return [cell for cell in self.cells if not cell.blank]


@dataclass(frozen=True, slots=True)
class MergedRange:
    """A merged range, edges included; its value stands in the first cell."""

    first_column: int
    first_row: int
    last_column: int
    last_row: int


@dataclass(slots=True)
class _Survey:
    """What one pass over a sheet's XML finds."""

    last_row: int = 0
    last_column: int = 0
    merged: list[MergedRange] = field(default_factory=list)
    formulas_without_value: set[tuple[int, int]] = field(default_factory=set)


class Sheet:
    """A sheet that people see: its name, merged ranges and rows."""

    def __init__(self, name: str, worksheet: Worksheet, survey: _Survey) -> None:
        self.name = name
        self.merged = tuple(survey.merged)
        self.last_row = survey.last_row
        self._worksheet = worksheet
        self._survey = survey

    def rows(self) -> Iterator[SheetRow]:
        """The rows from the first to the last with a value, blank ones included, one at a time.

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
            return SheetCell(row, column, _ESCAPED.sub("_", value) if "_x005F_" in value else value)
        return SheetCell(row, column, value, _shows_percent(cell.number_format))


class WorkbookFile(AbstractContextManager["WorkbookFile"]):
    """An .xlsx workbook, checked and open for reading: `with open_workbook(path) as workbook: ...`."""

    def __init__(self, source: Path | BinaryIO, limits: Limits) -> None:
        self._limits = limits
        file = source.open("rb") if isinstance(source, Path) else source
        self._owned = file if isinstance(source, Path) else None
        try:
            _check_kind(file, limits)
            self._archive = zipfile.ZipFile(file)
            _check_parts(self._archive, limits)
            self._paths = _sheet_paths(self._archive)
            self._workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        except FormatError:
            self._close_file()
            raise
        except Exception as error:  # zipfile, the XML parser and openpyxl raise whatever they stumble over
            self._close_file()
            raise FormatError(DAMAGED) from error

    @property
    def sheet_names(self) -> list[str]:
        """The names of the sheets that are not hidden, in order."""
        return [sheet.title for sheet in self._workbook.worksheets if sheet.sheet_state == "visible"]

    def sheets(self) -> Iterator[Sheet]:
        """The sheets that are not hidden, one at a time, in order.

        Raises:
            FormatError: SHEET_TOO_LARGE, DAMAGED.
        """
        for worksheet in self._workbook.worksheets:
            if worksheet.sheet_state != "visible":
                continue
            try:
                with self._archive.open(self._paths[worksheet.title]) as source:
                    survey = _Surveyor(worksheet.title, self._limits).read(source)
            except FormatError:
                raise
            except Exception as error:  # as above
                raise FormatError(DAMAGED) from error
            yield Sheet(worksheet.title, cast(Worksheet, worksheet), survey)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._workbook.close()
        self._archive.close()
        self._close_file()

    def __enter__(self) -> Self:
        return self

    def _close_file(self) -> None:
        if self._owned is not None:
            self._owned.close()


def open_workbook(source: Path | BinaryIO, *, limits: Limits = LIMITS) -> WorkbookFile:
    """Open an .xlsx workbook from a path or a seekable binary file, after every check that needs no sheet.

    Raises:
        FormatError: FILE_MISSING, FILE_UNREADABLE, FILE_EMPTY, FILE_TOO_LARGE, NOT_XLSX, OLD_XLS, ENCRYPTED,
            STRICT_XLSX, MACROS, DAMAGED, UNPACKS_TOO_LARGE.
    """
    try:
        return WorkbookFile(source, limits)
    except FileNotFoundError as error:
        raise FormatError(FILE_MISSING, name=_name_of(source)) from error
    except OSError as error:
        raise FormatError(FILE_UNREADABLE, name=_name_of(source)) from error


def _name_of(source: Path | BinaryIO) -> str:
    return source.name if isinstance(source, Path) else ""


def _check_kind(file: BinaryIO, limits: Limits) -> None:
    """Refuse what is not a zip file of a sane size, by its content, never by its name."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise FormatError(FILE_EMPTY)
    if size > limits.file_bytes:
        raise FormatError(FILE_TOO_LARGE, size=-(-size // _MEGABYTE), limit=limits.file_bytes // _MEGABYTE)
    head = file.read(8)
    if head == _OLE_MAGIC:
        encrypted = _ENCRYPTED_STREAM in file.read()
        raise FormatError(ENCRYPTED if encrypted else OLD_XLS)
    if not head.startswith(_ZIP_MAGIC):
        raise FormatError(NOT_XLSX)
    file.seek(0)


def _check_parts(archive: zipfile.ZipFile, limits: Limits) -> None:
    parts = archive.infolist()
    if bursts(parts, limits):
        raise FormatError(UNPACKS_TOO_LARGE)
    if is_locked(parts):
        raise FormatError(ENCRYPTED)
    names = archive.namelist()
    if "[Content_Types].xml" not in names:
        raise FormatError(NOT_XLSX)
    if any(name.lower().endswith(_MACRO_PARTS) for name in names):
        raise FormatError(MACROS)


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    """The part of the archive that holds each sheet: {name: path}."""
    workbook = "xl/workbook.xml"
    if workbook not in archive.namelist():
        raise FormatError(NOT_XLSX)
    document = archive.read(workbook)
    if _STRICT in document:
        raise FormatError(STRICT_XLSX)
    targets = {
        relation.get("Id", ""): relation.get("Target", "")
        for relation in ElementTree.fromstring(archive.read("xl/_rels/workbook.xml.rels"))
    }
    return {
        sheet.get("name", ""): posixpath.normpath(posixpath.join("/xl", targets[sheet.get(_RELATION, "")])).lstrip("/")
        for sheet in ElementTree.fromstring(document).iter(f"{{{_MAIN}}}sheet")
    }


class _Surveyor:
    """Goes once over a sheet's XML: its real extent, merged ranges, and formulas that hold no value."""

    def __init__(self, sheet: str, limits: Limits) -> None:
        self.survey = _Survey()
        self._sheet = sheet
        self._limits = limits
        self._row = self._column = 0
        self._kind = ""
        self._found: set[str] = set()
        self._in_value = False

    def read(self, source: IO[bytes]) -> _Survey:
        """Read the sheet from `source`; a document type, and so any entity, is refused."""
        parser = distrusting_parser("")
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.ParseFile(source)
        return self.survey

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.removeprefix(_MAIN)
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
        tag = name.removeprefix(_MAIN)
        if tag == "v":
            self._in_value = False
        elif tag == "c" and self._found:
            self._note_cell()

    def _note_cell(self) -> None:
        """A cell with a value, a formula or text of its own; style alone does not count."""
        survey, limits = self.survey, self._limits
        if self._row > limits.rows or self._column > limits.columns:
            raise FormatError(SHEET_TOO_LARGE, sheet=self._sheet, rows=limits.rows, columns=limits.columns)
        survey.last_row = max(survey.last_row, self._row)
        survey.last_column = max(survey.last_column, self._column)
        stored = "text" in self._found or ("v" in self._found and self._kind == "str")
        if "f" in self._found and not stored:
            survey.formulas_without_value.add((self._row, self._column))


def _shows_percent(number_format: str) -> bool:
    """Whether a number format shows a percent: a "%" outside quotes, and no date."""
    unquoted = "".join(number_format.split('"')[::2]).replace("\\%", "")
    return "%" in unquoted and not is_date_format(number_format)
