"""How official papers are laid out (GB/T 9704-2012): page, styles, tables, red head and foot of Word files.

Fonts, sizes and distances stand in paragraph styles and never in runs, so that a template keeps them whatever is typed
into a tag. Child elements stand in the order that Word's schema asks for.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from governance.formats.letters import steady

from .styles import HEI, KAI, RED, SONG, STYLES, before_size, element, set_fonts

_CELL_MARGINS = (
    f'<w:tblCellMar {nsdecls("w")}><w:top w:w="40" w:type="dxa"/><w:left w:w="60" w:type="dxa"/>'
    '<w:bottom w:w="40" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
)
_TWIPS = 56.69
"""Twentieths of a point in a millimetre."""

_RUN_STYLES = {"黑体字": HEI, "楷体字": KAI}
_RUN_STYLE_OF = {font: name for name, font in _RUN_STYLES.items()}


class Paper:
    """A Word file that is being laid out, a block after the other."""

    def __init__(self, *, numbered: bool = True, top: float = 37, bottom: float = 35, landscape: bool = False) -> None:
        self.document = Document()
        self._define_styles()
        section = self.document.sections[0]
        section.page_width, section.page_height = Mm(210), Mm(297)
        section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
        section.left_margin, section.right_margin = Mm(28), Mm(26)
        section.header_distance, section.footer_distance = Mm(15), Mm(25.5)
        if landscape:  # the sheet is turned and bound at its upper edge
            section.orientation = WD_ORIENT.LANDSCAPE
            section.page_width, section.page_height = Mm(297), Mm(210)
            section.top_margin, section.bottom_margin = Mm(28), Mm(26)
            section.left_margin, section.right_margin = Mm(22), Mm(22)
            section.footer_distance = Mm(16)
        if numbered:
            self._number_pages(section)

    def _define_styles(self) -> None:
        document = self.document
        for style in list(document.styles):
            if style.type == WD_STYLE_TYPE.PARAGRAPH and style.name not in ("Normal", "Header", "Footer"):
                style.element.getparent().remove(style.element)
        defaults = document.styles.element.find(qn("w:docDefaults")).find(qn("w:rPrDefault")).find(qn("w:rPr"))
        set_fonts(defaults, SONG)
        for language in defaults.findall(qn("w:lang")):
            defaults.remove(language)
        # Latin text as English: otherwise a year breaks at the end of a line.
        defaults.append(element("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"))
        normal = document.styles["Normal"]
        set_fonts(normal.element.get_or_add_rPr(), SONG)
        normal.font.size = Pt(16)
        normal.paragraph_format.space_after = Pt(0)
        for name, style in STYLES.items():
            style.add_to(document, name)
        for name, font in _RUN_STYLES.items():
            made = document.styles.add_style(name, WD_STYLE_TYPE.CHARACTER)
            set_fonts(made.element.get_or_add_rPr(), font)
        settings = document.settings.element
        for node in settings.iter(qn("w:compatSetting")):
            if node.get(qn("w:name")) == "compatibilityMode":
                node.set(qn("w:val"), "15")
        settings.find(qn("w:themeFontLang")).set(qn("w:eastAsia"), "zh-CN")

    # Text ------------------------------------------------------------------------------------------------------------
    def add(self, style: str, *parts: str | tuple[str, str], new_page: bool = False, with_next: bool = False) -> Any:
        """A paragraph; its parts are texts, or (text, font) where a heading runs on into its paragraph."""
        paragraph = self.document.add_paragraph(style=self.document.styles[style])
        for part in parts:
            text, font = part if isinstance(part, tuple) else (part, "")
            run = paragraph.add_run(text)
            if font:
                run.style = self.document.styles[_RUN_STYLE_OF[font]]
        if new_page:
            paragraph.paragraph_format.page_break_before = True
        if with_next:
            paragraph.paragraph_format.keep_with_next = True
        return paragraph

    def tag(self, *tags: str) -> None:
        """Tags that stand alone; their paragraphs go when the template is filled."""
        for tag in tags:
            self.add("隔", "{%p " + tag + " %}")

    def signed(self, who: str, day: str) -> None:
        """Who issues the paper, centred over the day."""
        self.add("署名", who)
        self.add("成文日期", day)

    def head(self, mark: str, number: str, *, width: int, style: str = "红头") -> None:
        """The red head in one line; `width` is the width of its characters in percent."""
        run = self.add(style, mark).runs[0]
        if width != 100:
            before_size(run._r.get_or_add_rPr(), element("w:w", val=width))
        self.add("文号", number)

    def sides(self, left: str, right: str, *, style: str = "版头左右", width: float = 155.5) -> Any:
        """A line with a text at each margin."""
        paragraph = self.add(style, f"{left}\t{right}")
        paragraph.paragraph_format.tab_stops.add_tab_stop(Mm(width), 2)
        return paragraph

    def red_rule(self, paragraph: Any, *, space: int = 6) -> None:
        """The red rule under a paragraph."""
        box = element("w:pBdr")
        box.append(element("w:bottom", val="single", sz=18, space=space, color=RED))
        after = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:spacing", "w:ind", "w:jc")
        paragraph._p.get_or_add_pPr().insert_element_before(box, *after)

    # Page numbers ----------------------------------------------------------------------------------------------------
    def _number_pages(self, section: Any) -> None:
        """— 1 — at the outer edge: right on odd pages, left on even ones."""
        self.document.settings.odd_and_even_pages_header_footer = True
        for part, style in ((section.footer, "页码单"), (section.even_page_footer, "页码双")):
            part.is_linked_to_previous = False
            paragraph = part.paragraphs[0]
            paragraph.style = self.document.styles[style]
            paragraph.add_run("— ")
            _add_field(paragraph, "PAGE")
            paragraph.add_run(" —")

    def begin_numbering(self) -> None:
        """A new section whose pages are numbered from 1; what comes before carries no number."""
        section = self.document.add_section()
        self.document.paragraphs[-1].style = self.document.styles["隔"]
        self._number_pages(section)
        section._sectPr.insert_element_before(element("w:pgNumType", start=1), "w:cols", "w:docGrid")

    # Tables ----------------------------------------------------------------------------------------------------------
    def table(
        self,
        widths: Sequence[float],
        heads: Sequence[str],
        rows: Sequence[Sequence[str] | str],
        kinds: str,
        *,
        small: bool = False,
        height: float = 0,
        above: Sequence[str] = (),
        fitted: bool = False,
    ) -> Any:
        """A table whose head is repeated and whose rows are never split.

        `kinds` is c (centred) or t (text) for each column. A row that is one text is a band over the whole width, or,
        where it begins with {%, a row of tags that goes when the template is filled. `above` are such rows before the
        head, repeated with it. `fitted`: columns are as wide as what they hold, where a loop repeats them.
        """
        pre = "小" if small else ""
        table = self.document.add_table(0, len(widths))
        _lay_grid(table, widths)
        for text in above:
            row = table.add_row()
            self.fill(row.cells[0].merge(row.cells[-1]), text, pre + "表头")
            _keep_whole(row)
            row._tr.trPr.append(element("w:tblHeader"))
        row = table.add_row()
        for cell, text in zip(row.cells, heads, strict=True):
            self.fill(cell, text, pre + "表头")
        _keep_whole(row)
        row._tr.trPr.append(element("w:tblHeader"))
        for texts in rows:
            row = table.add_row()
            _keep_whole(row, height)
            if isinstance(texts, str):
                band = row.cells[0].merge(row.cells[-1])
                self.fill(band, texts, pre + "表头")
                band.paragraphs[0].paragraph_format.keep_with_next = True
                continue
            for cell, text, kind in zip(row.cells, texts, kinds, strict=True):
                self.fill(cell, text, pre + ("表中" if kind == "c" else "表文"))
        if fitted:
            _fit_columns(table)
        return table

    def form(self, widths: Sequence[float], rows: Sequence["FormRow"]) -> Any:
        """A form of four columns: a label and its text over the rest, or two labels with their texts."""
        table = self.document.add_table(0, len(widths))
        _lay_grid(table, widths)
        for line in rows:
            row = table.add_row()
            _keep_whole(row, line.height)
            if line.tag:
                self.fill(row.cells[0].merge(row.cells[-1]), line.tag, "单文")
                continue
            self.fill(row.cells[0], line.label, "单头")
            if line.second:
                self.fill(row.cells[1], line.text, "单文")
                self.fill(row.cells[2], line.second[0], "单头")
                self.fill(row.cells[3], line.second[1], "单文")
            else:
                self.fill(row.cells[1].merge(row.cells[3]), line.text, "单文")
        return table

    def fill(self, cell: Any, text: str, style: str) -> None:
        """The lines of a cell, each a paragraph."""
        for place, line in enumerate(text.split("\n")):
            paragraph = cell.paragraphs[0] if place == 0 else cell.add_paragraph()
            paragraph.style = self.document.styles[style]
            paragraph.add_run(line)
        cell.vertical_alignment = 1

    def colophon(self, copies: str, issuer: str, day: str) -> None:
        """版记 at the foot of the last page: a floating table whose lower edge is that of the text.

        Six millimetres narrower than the text: LibreOffice lays a wider floating table inline, beneath the text.
        """
        table = self.document.add_table(0, 1)
        _lay_grid(table, [150])
        properties = table._tbl.tblPr
        properties.remove(properties.find(qn("w:jc")))
        place = {"vertAnchor": "margin", "horzAnchor": "margin", "tblpXSpec": "center", "tblpYSpec": "bottom"}
        properties.insert(0, element("w:tblpPr", leftFromText=0, rightFromText=0, **place))
        edges = properties.find(qn("w:tblBorders"))
        for node in list(edges):
            edges.remove(node)
        for side, size in (("top", 8), ("bottom", 8), ("insideH", 6)):
            edges.append(element("w:" + side, val="single", sz=size, space=0, color="000000"))
        row = table.add_row()
        _keep_whole(row)
        self.fill(row.cells[0], copies, "版记")
        row = table.add_row()
        _keep_whole(row)
        self.fill(row.cells[0], f"{issuer}\t{day}印发", "印发")
        row.cells[0].paragraphs[0].paragraph_format.tab_stops.add_tab_stop(Mm(143), 2)
        self.add("隔", "")

    def content(self) -> bytes:
        """The file."""
        properties = self.document.core_properties
        properties.author = properties.title = properties.comments = ""
        relations = self.document.part.package.rels
        for key in [key for key, relation in relations.items() if relation.reltype.endswith("/thumbnail")]:
            del relations[key]
        out = io.BytesIO()
        self.document.save(out)
        return steady(out.getvalue())


@dataclass(frozen=True)
class FormRow:
    """A row of a form; with `tag` a row of tags that goes when the template is filled."""

    label: str = ""
    text: str = ""
    second: tuple[str, str] | None = None
    height: float = 12
    tag: str = ""


def _add_field(paragraph: Any, code: str) -> None:
    """A field that Word computes itself; PAGE needs no update."""
    for kind in ("begin", "code", "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind == "code":
            node = element("w:instrText")
            node.text = f" {code} "
            run._r.append(node)
        elif kind == "shown":
            run.text = "1"
        else:
            run._r.append(element("w:fldChar", fldCharType=kind))


def _keep_whole(row: Any, height: float = 0) -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(element("w:cantSplit"))
    if height:
        properties.append(element("w:trHeight", val=round(height * _TWIPS), hRule="atLeast"))


def _fit_columns(table: Any) -> None:
    """Leave the widths of columns to what they hold, within the width of the table."""
    table._tbl.tblPr.find(qn("w:tblLayout")).set(qn("w:type"), "autofit")
    for width in table._tbl.iter(qn("w:tcW")):
        width.set(qn("w:w"), "0")
        width.set(qn("w:type"), "auto")


def _lay_grid(table: Any, widths: Sequence[float]) -> None:
    """Fixed widths in millimetres, thin borders, narrow margins in cells."""
    properties = table._tbl.tblPr
    for tag in ("w:tblW", "w:tblLayout", "w:jc", "w:tblStyle", "w:tblLook"):
        old = properties.find(qn(tag))
        if old is not None:
            properties.remove(old)
    properties.append(element("w:tblW", w=round(sum(widths) * _TWIPS), type="dxa"))
    properties.append(element("w:jc", val="center"))
    box = element("w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        box.append(element("w:" + side, val="single", sz=4, space=0, color="000000"))
    properties.append(box)
    properties.append(element("w:tblLayout", type="fixed"))
    properties.append(parse_xml(_CELL_MARGINS))
    for column, width in zip(table._tbl.tblGrid.findall(qn("w:gridCol")), widths, strict=True):
        column.set(qn("w:w"), str(round(width * _TWIPS)))
