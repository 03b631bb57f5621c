"""Plans as files: TOML, and workbooks with a sheet a table (docs/rules.md#plans)."""

import io
from collections.abc import Iterator

from openpyxl import Workbook
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

from governance.formats.cells import restored
from governance.formats.containers import ZIP_MAGIC
from governance.formats.exports import cell_of, chunks_of, exported
from governance.formats.faults import FormatError
from governance.formats.sheets import SheetCell
from governance.formats.workbooks import Limits, open_workbook
from governance.records.dry_runs import told
from governance.records.refusals import Invalid

from ..engine import Document, Fault, Source, read_toml
from ..engine.editing.sheets import Row, document_of, sheets_of

LIMITS = Limits(parts=200, unpacked_bytes=16 * 1024 * 1024, rows=5_000, columns=120)
"""What a plan's workbook may hold: many times a county's."""

_WIDTHS = {"title": 36, "title_zh": 30, "name": 24, "department": 24, "value": 40, "field": 24}


def read_plan(content: bytes) -> Source | Fault:
    """The document of a TOML file or of a workbook, told apart by content.

    Raises:
        Invalid: a workbook that cannot be read.
    """
    return read_workbook(content) if content.startswith(ZIP_MAGIC) else read_toml(content)


def read_workbook(content: bytes) -> Source:
    """The document of a workbook. Raises Invalid for one that cannot be read, or with a cell that has no value."""
    try:
        with open_workbook(io.BytesIO(content), limits=LIMITS) as workbook:
            sheets = [
                (sheet.name, [_row(row.number, row.cells) for row in sheet.rows()]) for sheet in workbook.sheets()
            ]
    except FormatError as fault:
        raise Invalid(fields={"file": told(fault.reason, fault.params)}) from fault
    return document_of(sheets)


def _row(number: int, cells: tuple[SheetCell, ...]) -> Row:
    values = ((cell.column, cell.read()) for cell in cells)
    return number, {column: restored(value) if isinstance(value, str) else value for column, value in values}


def workbook_chunks(document: Document) -> Iterator[bytes]:
    """The document as a workbook, in chunks."""
    workbook = Workbook(write_only=True)
    for name, rows in sheets_of(document).items():
        sheet = workbook.create_sheet(name)
        sheet.freeze_panes = "B2" if len(rows[0]) > 3 else "A2"
        for column, head in enumerate(rows[0], start=1):
            sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(str(head), 14)
        for number, row in enumerate(rows):
            cells = [cell_of(sheet, exported(value)[0]) for value in row]
            for cell in cells if number == 0 else ():
                cell.font = Font(bold=True)
            sheet.append(cells)
    yield from chunks_of(workbook)
