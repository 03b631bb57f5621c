"""Tables as CSV or XLSX, streamed; no text cell can start a formula (docs/rules.md#exports)."""

import csv
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from tempfile import SpooledTemporaryFile
from typing import TypeAlias

from openpyxl import Workbook
from openpyxl.cell import Cell, WriteOnlyCell
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._write_only import WriteOnlyWorksheet

from .cells import neutral

Exported: TypeAlias = str | int | Decimal | bool | date | datetime | None
"""What a cell of an export may hold; anything else is written as its text."""

BYTE_ORDER_MARK = "\ufeff"
"""Tells Excel that a CSV file is UTF-8."""

_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CODED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_SHEET_TITLE = re.compile(r"[\\/*?:\[\]]")
_IN_MEMORY = 2 * 1024 * 1024
_CHUNK = 64 * 1024


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[Exported]]) -> Iterator[str]:
    """The lines of a CSV file, one at a time; the first has a byte order mark."""
    writer = csv.writer(_Echo())
    yield BYTE_ORDER_MARK + writer.writerow([neutral(name) for name in header])
    for row in rows:
        yield writer.writerow([_written(value) for value in row])


def xlsx_chunks(
    header: Sequence[str], rows: Iterable[Sequence[Exported]], *, title: str, widths: Sequence[int] = ()
) -> Iterator[bytes]:
    """The bytes of a workbook with one sheet, in chunks; rows are taken one at a time, never all in memory.

    `widths` are column widths in characters. The header is frozen, bold and repeated in print.
    """
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet(sheet_title(title))
    sheet.freeze_panes = "A2"
    sheet.print_title_rows = "1:1"
    for index, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(index)].width = width
    sheet.append([_cell(sheet, name, bold=True) for name in header])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    yield from chunks_of(workbook)


def chunks_of(workbook: Workbook) -> Iterator[bytes]:
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        workbook.save(file)
        file.seek(0)
        while chunk := file.read(_CHUNK):
            yield chunk


def sheet_title(title: str) -> str | None:
    """A sheet name without the characters that Excel forbids, at most 31 long; None lets the writer choose."""
    return _SHEET_TITLE.sub(" ", title)[:31] or None


def exported(value: Exported) -> tuple[Exported, str]:
    """A value as a workbook stores it, and its number format ("" for the default).

    Numbers and dates keep their type (times without zone); text is neutralised, and text that Excel would read as a
    character code (_x000D_) is kept literally.
    """
    if isinstance(value, datetime):
        return value.replace(tzinfo=None), "yyyy-mm-dd hh:mm"
    if isinstance(value, date):
        return value, "yyyy-mm-dd"
    if value is None or isinstance(value, bool | int | Decimal):
        return value, ""
    return _CODED.sub("_x005F_", neutral(_ILLEGAL.sub("", str(value)))), ""


def cell_of(sheet: WriteOnlyWorksheet, content: Exported) -> Cell:
    """A cell with a value from `exported`; text stays text, even if it looks like a formula's error (#N/A)."""
    cell = WriteOnlyCell(sheet)
    cell.value = content
    if isinstance(content, str):
        cell.data_type = "s"
    return cell


class _Echo:
    """A file whose `write` returns what it is given."""

    def write(self, line: str) -> str:
        return line


def _written(value: Exported) -> str:
    """A value as text in CSV."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.replace(tzinfo=None).isoformat(" ", "minutes")
    if isinstance(value, int | Decimal | date):
        return str(value)
    return neutral(_ILLEGAL.sub("", str(value)))


def _cell(sheet: WriteOnlyWorksheet, value: Exported, *, bold: bool = False) -> Cell:
    """A value as a cell of a workbook."""
    content, number_format = exported(value)
    cell = cell_of(sheet, content)
    if number_format:
        cell.number_format = number_format
    if bold:
        cell.font = Font(bold=True)
    return cell
