"""Uploaded workbooks, opened with limits on size, compression and encryption (docs/rules.md#workbooks).

Only the parts that hold cells are read: the list of sheets, shared texts, number formats, and the sheets themselves,
whose rows are streamed. Themes, properties, names, fonts and validations are never looked at, so none of them can make
a workbook unreadable. The name of a part is found in any letter case.
"""

import posixpath
import zipfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from xml.etree.ElementTree import Element, iterparse, parse  # a document type is refused first

from openpyxl.utils.datetime import MAC_EPOCH, WINDOWS_EPOCH

from .containers import (
    MEGABYTE,
    OLE_MAGIC,
    ZIP_MAGIC,
    ZipLimits,
    check_sizes,
    comparable,
    ole_is_encrypted,
    parts_by_name,
    refuse_doctype,
)
from .faults import CellReason, FormatError, gettext_noop
from .number_formats import cell_formats
from .sheet_survey import is_true, survey_of
from .sheets import DAMAGED, NAMESPACE, Shared, Sheet, decoded, text_of

FILE_MISSING = CellReason("file_missing", gettext_noop("There is no file “%(name)s”. Check the name."))
FILE_UNREADABLE = CellReason("file_unreadable", gettext_noop("“%(name)s” cannot be read. Choose an .xlsx workbook."))
FILE_EMPTY = CellReason("file_empty", gettext_noop("The file is empty. Choose an .xlsx workbook."))
FILE_TOO_LARGE = CellReason(
    "file_too_large", gettext_noop("The file is %(size)s MB; the limit is %(limit)s MB. Split it.")
)
NOT_XLSX = CellReason(
    "not_xlsx", gettext_noop("This is not an .xlsx workbook. Save it as an Excel Workbook (.xlsx) and try again.")
)
OLD_XLS = CellReason(
    "old_xls", gettext_noop("This is an old .xls workbook. Save it as an Excel Workbook (.xlsx) and try again.")
)
ENCRYPTED = CellReason(
    "encrypted", gettext_noop("The workbook is protected by a password. Remove the password and try again.")
)
STRICT_XLSX = CellReason(
    "strict_xlsx",
    gettext_noop("The workbook is in Strict Open XML format. Save it as an Excel Workbook (.xlsx) and try again."),
)
MACROS = CellReason(
    "macros",
    gettext_noop("The workbook contains macros. Save it without them as an Excel Workbook (.xlsx) and try again."),
)
UNPACKS_TOO_LARGE = CellReason(
    "unpacks_too_large",
    gettext_noop("The workbook unpacks to an unusually large size and was not opened. Save it again in Excel."),
)

_RELATION = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_STRICT = "{http://purl.oclc.org/ooxml/"
_SHARED_TEXT = f"{NAMESPACE}si"
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


@dataclass(frozen=True, slots=True)
class _Listed:
    """A sheet in the list of a workbook: its name, its part, whether it is shown."""

    name: str
    part: str
    visible: bool


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
            self._parts = parts_by_name(self._archive)
            _check_names(self._parts)
            self._read_workbook()
        except FormatError:
            self._close_file()
            raise
        except Exception as error:  # zipfile and the XML parser raise whatever they stumble over
            self._close_file()
            raise FormatError(DAMAGED) from error

    @property
    def hidden_sheets(self) -> list[str]:
        """The names of the sheets that are not shown and not read."""
        return [sheet.name for sheet in self._sheets if not sheet.visible]

    def sheets(self) -> Iterator[Sheet]:
        """The visible sheets, one at a time, in order.

        Raises:
            FormatError: DAMAGED.
        """
        for listed in self._sheets:
            if not listed.visible:
                continue
            opened = partial(self._archive.open, listed.part)
            try:
                with opened() as source:
                    survey = survey_of(source, columns=self._limits.columns)
            except Exception as error:  # as above
                raise FormatError(DAMAGED) from error
            yield Sheet(listed.name, survey, self._shared, opened)

    def _read_workbook(self) -> None:
        """Read what the sheets share and where they are."""
        folder, workbook, relations = self._main_part()
        if workbook.tag.startswith(_STRICT):
            raise FormatError(STRICT_XLSX)
        settings = workbook.find(f"{NAMESPACE}workbookPr")
        early = settings is not None and is_true(settings.get("date1904"))
        styles = self._related(folder, relations, "styles")
        self._shared = Shared(
            texts=self._texts(self._related(folder, relations, "sharedStrings")),
            formats=cell_formats(self._element(styles) if styles else None, NAMESPACE),
            epoch=MAC_EPOCH if early else WINDOWS_EPOCH,
            rows=self._limits.rows,
            columns=self._limits.columns,
        )
        by_id = {relation.get("Id"): relation for relation in relations}
        self._sheets = [
            _Listed(
                decoded(sheet.get("name", "")),
                self._parts[_target(folder, relation)],
                sheet.get("state", "visible") == "visible",
            )
            for sheet in workbook.iter(f"{NAMESPACE}sheet")
            if (relation := by_id[sheet.get(_RELATION)]).get("Type", "").endswith("/worksheet")
        ]

    def _main_part(self) -> tuple[str, Element, list[Element]]:
        """The folder of the workbook's part, its content and its relations."""
        name = "xl/workbook.xml"
        if name not in self._parts and "_rels/.rels" in self._parts:
            named = [each.get("Target", "") for each in self._element(self._parts["_rels/.rels"]) if _is_main(each)]
            name = comparable(named[0]) if named else name
        if name not in self._parts:
            raise FormatError(NOT_XLSX)
        folder, file = posixpath.split(name)
        relations = self._parts[f"{folder}/_rels/{file}.rels".lstrip("/")]
        return folder, self._element(self._parts[name]), list(self._element(relations))

    def _related(self, folder: str, relations: list[Element], kind: str) -> str | None:
        """The part of this kind; None where the workbook has none."""
        found = next((each for each in relations if each.get("Type", "").endswith(f"/{kind}")), None)
        return self._parts.get(_target(folder, found)) if found is not None else None

    def _element(self, part: str) -> Element:
        """The root of a part's XML."""
        with self._read(part) as source:
            return parse(source).getroot()

    @contextmanager
    def _read(self, part: str) -> Iterator[IO[bytes]]:
        """A part's XML, after it was found to declare no entity."""
        with self._archive.open(part) as source:
            refuse_doctype(source)
        with self._archive.open(part) as source:
            yield source

    def _texts(self, part: str | None) -> list[str]:
        """The shared texts, by their index."""
        texts: list[str] = []
        if part is None:
            return texts
        with self._read(part) as source:
            for _event, element in iterparse(source):
                if element.tag == _SHARED_TEXT:
                    texts.append(decoded(text_of(element)))
                    element.clear()
        return texts

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
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


def _check_names(names: dict[str, str]) -> None:
    """Refuse a zip that is no Office file, and one with macros."""
    if "[content_types].xml" not in names:
        raise FormatError(NOT_XLSX)
    if any(name.endswith(_MACRO_PARTS) for name in names):
        raise FormatError(MACROS)


def _target(folder: str, relation: Element) -> str:
    """The name of the part to which a relation leads, for comparing."""
    target = relation.get("Target", "").replace("\\", "/")
    return comparable(posixpath.normpath(posixpath.join("/", folder, target)))


def _is_main(relation: Element) -> bool:
    """Whether a relation of the package names its workbook."""
    target = comparable(relation.get("Target", ""))
    return relation.get("Type", "").endswith("/officeDocument") and posixpath.basename(target).startswith("workbook")
