"""Uploaded workbooks, opened with limits on size, compression and encryption (docs/rules.md#workbooks).

Rows are streamed with openpyxl in read-only mode. A pass over the sheet's XML first finds what that mode does not
report: merged ranges, formulas saved without a value, and the real extent of a sheet.
"""

import posixpath
import warnings
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self, cast

import openpyxl
from defusedxml import ElementTree

from .containers import MEGABYTE, OLE_MAGIC, ZIP_MAGIC, ZipLimits, check_sizes, ole_is_encrypted
from .faults import CellReason, FormatError, gettext_noop
from .read_only import Worksheet
from .sheet_survey import MAIN_NAMESPACE, survey_of
from .sheets import DAMAGED, Sheet

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
UNPACKS_TOO_LARGE = CellReason(
    "unpacks_too_large",
    gettext_noop("The workbook unpacks to far more than a workbook holds and was not opened. Save it again in Excel."),
)

warnings.filterwarnings("ignore", category=UserWarning, module=r"openpyxl\.")  # it warns of styles we never look at

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = b"http://purl.oclc.org/ooxml/"
_MACRO_PARTS = ("vbaproject.bin", "/macrosheets/sheet1.xml")


@dataclass(frozen=True, slots=True)
class Limits(ZipLimits):
    """The limits on a workbook: its file size, its unpacked size, and the size of a sheet."""

    parts: int = 2_000
    unpacked_bytes: int = 256 * MEGABYTE
    file_bytes: int = 32 * MEGABYTE
    rows: int = 200_000
    columns: int = 256


LIMITS = Limits()


class WorkbookFile(AbstractContextManager["WorkbookFile"]):
    """An .xlsx workbook that was checked and is open for reading: `with open_workbook(path) as workbook: ...`."""

    def __init__(self, source: Path | IO[bytes], limits: Limits) -> None:
        self._limits = limits
        file = source.open("rb") if isinstance(source, Path) else source
        self._owned = file if isinstance(source, Path) else None
        try:
            _check_kind(file, limits)
            self._archive = zipfile.ZipFile(file)
            bursts, locked = FormatError(UNPACKS_TOO_LARGE), FormatError(ENCRYPTED)
            check_sizes(self._archive.infolist(), limits, bursts=bursts, locked=locked)
            _check_names(self._archive.namelist())
            paths = _sheet_paths(self._archive)
            self._workbook = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
            self._paths = paths
        except FormatError:
            self._close_file()
            raise
        except Exception as error:  # zipfile, the XML parser and openpyxl raise whatever they stumble over
            self._close_file()
            raise FormatError(DAMAGED) from error

    @property
    def sheet_names(self) -> list[str]:
        """The names of the visible sheets, in order."""
        return [sheet.title for sheet in self._workbook.worksheets if sheet.sheet_state == "visible"]

    def sheets(self) -> Iterator[Sheet]:
        """The visible sheets, one at a time, in order.

        Raises:
            FormatError: SHEET_TOO_LARGE, DAMAGED.
        """
        for worksheet in self._workbook.worksheets:
            if worksheet.sheet_state != "visible":
                continue
            try:
                with self._archive.open(self._paths[worksheet.title]) as source:
                    survey = survey_of(source, worksheet.title, rows=self._limits.rows, columns=self._limits.columns)
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


def open_workbook(source: Path | IO[bytes], *, limits: Limits = LIMITS) -> WorkbookFile:
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


def _name_of(source: Path | IO[bytes]) -> str:
    return source.name if isinstance(source, Path) else ""


def _check_kind(file: IO[bytes], limits: Limits) -> None:
    """Refuse, by content and never by name, anything but a zip file of reasonable size."""
    size = file.seek(0, 2)
    file.seek(0)
    if not size:
        raise FormatError(FILE_EMPTY)
    if size > limits.file_bytes:
        raise FormatError(FILE_TOO_LARGE, size=-(-size // MEGABYTE), limit=limits.file_bytes // MEGABYTE)
    head = file.read(8)
    if head == OLE_MAGIC:
        raise FormatError(ENCRYPTED if ole_is_encrypted(file) else OLD_XLS)
    if not head.startswith(ZIP_MAGIC):
        raise FormatError(NOT_XLSX)
    file.seek(0)


def _check_names(names: list[str]) -> None:
    """Refuse a zip that is no Office file, and one with macros."""
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
        for sheet in ElementTree.fromstring(document).iter(f"{{{MAIN_NAMESPACE}}}sheet")
    }
