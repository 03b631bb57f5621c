"""Workbooks as officials print them: title, lines below it, a ruled table, a signature line (docs/rules.md#workbooks).

Streamed like every export: rows are taken one at a time and text cells are neutralised. A cell with the value `ABOVE`
is merged with the one above it. Fonts have the names that official documents use (GB/T 9704), with the family and
character set by which a machine without them finds its own Song font.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from .exports import cell_of, chunks_of, exported, sheet_title


class _Above:
    """The type of `ABOVE`, its one value."""

    def __repr__(self) -> str:
        return "ABOVE"


ABOVE: Final = _Above()
"""A cell that is merged with the cell above it."""


@dataclass(frozen=True, slots=True)
class Share:
    """A percent, 0 to 100, stored as a fraction and shown with a percent sign."""

    percent: Decimal


@dataclass(frozen=True, slots=True)
class Tinted:
    """A word in a colour (RRGGBB); the word alone says the same."""

    word: str
    colour: str


@dataclass(frozen=True, slots=True)
class LaidColumn:
    """A column: its name, its width in characters, whether cells are centred, and the choices offered in it."""

    name: str
    width: float = 12
    centred: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class LaidSheet:
    """A sheet: `lines` stand below the title, `signatures` below the table, a cell each `signature_every` columns."""

    name: str
    columns: Sequence[LaidColumn]
    rows: Iterable[Sequence[Any]]
    title: str = ""
    lines: Sequence[str] = ()
    signatures: Sequence[str] = ()
    landscape: bool = True
    filtered: bool = False


_SONG = "宋体"


def _chinese(name: str, size: float, *, bold: bool | None = None, colour: str | None = None) -> Font:
    """A font with the family and character set by which a machine without it finds a substitute."""
    return Font(name=name, size=size, bold=bold, color=colour, charset=134, family=1)


_TITLE = _chinese("方正小标宋简体", 18)
_LINE = _chinese(_SONG, 11)
_HEAD = _chinese(_SONG, 11, bold=True)
_BODY = _chinese(_SONG, 10.5)
_HAIR = Side(style="thin")
_RULED = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)
_MIDDLE = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT = Alignment(horizontal="left", vertical="center", wrap_text=True)
_UNWRAPPED = Alignment(vertical="center")
_BAND = PatternFill("solid", fgColor="FFF1EEE8")
_A4 = 9
_CHOOSABLE_ROWS = 20_000


def laid_out(*sheets: LaidSheet) -> Iterator[bytes]:
    """The bytes of a workbook with these sheets, in chunks."""
    workbook = Workbook(write_only=True)
    for sheet in sheets:
        _Layer(workbook, sheet).lay()
    yield from chunks_of(workbook)


@dataclass
class _Layer:
    """Writes one sheet; `_open` holds the merged ranges that still grow: {column: first row}."""

    workbook: Workbook
    laid: LaidSheet
    _row: int = 0
    _open: dict[int, int] = field(default_factory=dict)
    _fonts: dict[str, Font] = field(default_factory=dict)
    _styles: dict[tuple[int, int, bool, str], StyleArray] = field(default_factory=dict)

    def lay(self) -> None:
        """Write everything, from the title down."""
        self.sheet = self.workbook.create_sheet(sheet_title(self.laid.name))
        head = bool(self.laid.title) + len(self.laid.lines) + 1
        self._set_up(head)
        width = len(self.laid.columns)
        if self.laid.title:
            self._spanning(self.laid.title, width, _TITLE, _MIDDLE, height=36)
        for line in self.laid.lines:
            self._spanning(line, width, _LINE, _LEFT, height=20)
        self._append([(column.name, _HEAD, _MIDDLE, True) for column in self.laid.columns])
        for row in self.laid.rows:
            self._body(row)
        self._close_merges()
        if self.laid.filtered and self._row > head:
            self.sheet.auto_filter.ref = f"A{head}:{get_column_letter(width)}{self._row}"
        if self.laid.signatures:
            self._sign(width)

    def _set_up(self, head: int) -> None:
        """Set paper size, column widths, rows repeated in print, and offered choices."""
        sheet, columns = self.sheet, self.laid.columns
        sheet.page_setup.orientation = "landscape" if self.laid.landscape else "portrait"
        sheet.page_setup.paperSize = _A4
        sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
        sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
        sheet.print_options.horizontalCentered = True
        margins = sheet.page_margins
        margins.left = margins.right = 0.5
        margins.top, margins.bottom = 0.6, 0.7
        sheet.oddFooter.center.text = "&P / &N"
        sheet.freeze_panes = f"A{head + 1}"
        sheet.print_title_rows = f"{head}:{head}"
        for index, column in enumerate(columns, start=1):
            letter = get_column_letter(index)
            sheet.column_dimensions[letter].width = column.width
            if column.choices:
                choice = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"', allow_blank=True)
                choice.add(f"{letter}{head + 1}:{letter}{head + _CHOOSABLE_ROWS}")
                sheet.data_validations.append(choice)

    def _spanning(self, text: str, width: int, font: Font, alignment: Alignment, *, height: float) -> None:
        """Write a line that spans the table."""
        self.sheet.row_dimensions[self._row + 1].height = height
        self._append([(text, font, alignment, False)])
        if width > 1:
            self.sheet.merged_cells.add(f"A{self._row}:{get_column_letter(width)}{self._row}")

    def _body(self, row: Sequence[Any]) -> None:
        """Write a row of the table; a cell other than ABOVE ends the merged range above it."""
        number = self._row + 1
        cells = []
        for index, (value, column) in enumerate(zip(row, self.laid.columns, strict=True), start=1):
            if value is ABOVE:
                self._open.setdefault(index, number - 1)
                value = None
            else:
                self._merge(index)
            cells.append((value, _BODY, _MIDDLE if column.centred else _LEFT, True))
        self._append(cells)

    def _close_merges(self) -> None:
        for index in list(self._open):
            self._merge(index)

    def _merge(self, index: int) -> None:
        """Merge the open range in a column, down to the last row written."""
        first = self._open.pop(index, None)
        if first is not None:
            letter = get_column_letter(index)
            self.sheet.merged_cells.add(f"{letter}{first}:{letter}{self._row}")

    def _sign(self, width: int) -> None:
        """Write the signature line, its parts spread over the table's width."""
        cells: list[tuple[str | None, Font, Alignment, bool]] = [(None, _LINE, _LEFT, False)] * width
        for place, text in enumerate(self.laid.signatures):
            cells[place * width // len(self.laid.signatures)] = (text, _LINE, _UNWRAPPED, False)
        self._append([])
        self.sheet.row_dimensions[self._row + 1].height = 28
        self._append(cells)

    def _append(self, cells: Sequence[tuple[Any, Font, Alignment, bool]]) -> None:
        self.sheet.append([self._cell(*cell) for cell in cells])
        self._row += 1

    def _cell(self, value: Any, font: Font, alignment: Alignment, ruled: bool) -> Cell:
        """A cell with its style; a style is created once and shared by all cells that use it."""
        number_format = "General"
        if isinstance(value, Share):
            value = value.percent / 100
            number_format = "0%" if value * 100 == int(value * 100) else "0.00%"
        if isinstance(value, Tinted):
            font = self._fonts.setdefault(value.colour, _chinese(_SONG, 10.5, colour=f"FF{value.colour}"))
            value = value.word
        content, kind = exported(value)
        cell = cell_of(self.sheet, content)
        key = (id(font), id(alignment), ruled, kind or number_format)
        if key not in self._styles:
            cell.font, cell.alignment, cell.number_format = font, alignment, kind or number_format
            if ruled:
                cell.border = _RULED
            if font is _HEAD:
                cell.fill = _BAND
            self._styles[key] = cell._style  # type: ignore[attr-defined]  # the stubs leave it out
        cell._style = self._styles[key]  # type: ignore[attr-defined]  # as above
        return cell
