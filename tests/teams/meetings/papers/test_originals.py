"""Our templates: the committed files are what the module lays out, by GB/T 9704, and hold nothing but their fields."""

import io
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Pt

from governance.formats.letters import fill_letter, letter_faults
from teams.meetings.models import DocumentTemplate
from teams.meetings.papers.fields import Field, blanks, examples
from teams.meetings.papers.originals.write import FOLDER, ORIGINALS
from teams.meetings.papers.registry import PAPERS
from teams.meetings.papers.styles import HEI, KAI, LINE, SONG, TITLE

from .word import has_tags, text

AT = datetime(2026, 10, 20, tzinfo=UTC)
KINDS = list(PAPERS)


def filled(paper, values):
    return fill_letter(paper.original, paper.shape, values, title="x", author="x", at=AT)


def leaves(values):
    """Every text and number of a paper."""
    if isinstance(values, dict):
        return [leaf for value in values.values() for leaf in leaves(value)]
    if isinstance(values, list):
        return [leaf for value in values for leaf in leaves(value)]
    return [str(values)]


def test_every_kind_has_its_paper_and_its_template():
    assert set(PAPERS) == set(DocumentTemplate.Kind)
    assert {kind.value for kind in PAPERS} == set(ORIGINALS) == {path.stem for path in FOLDER.glob("*.docx")}


@pytest.mark.parametrize("kind", ORIGINALS)
def test_the_committed_file_is_what_is_laid_out(kind):
    assert (FOLDER / f"{kind}.docx").read_bytes() == ORIGINALS[kind]()


@pytest.mark.parametrize("kind", KINDS)
def test_our_template_is_allowed(kind):
    assert letter_faults(PAPERS[kind].original, PAPERS[kind].shape) == []


@pytest.mark.parametrize("kind", KINDS)
def test_examples_fill_it_and_blanks_leave_nothing_behind(kind):
    paper = PAPERS[kind]
    full = filled(paper, examples(paper.fields))
    empty = filled(paper, blanks(paper.fields))
    assert not has_tags(full) and not has_tags(empty)
    for content in (full, empty):
        for nothing in ("None", "（）", "：。", "，。", "〔〕"):
            assert nothing not in text(content).replace("审核意见（专项办）", "")
        for cell in Document(io.BytesIO(content)).element.body.iter(qn("w:tc")):
            assert cell[-1].tag == qn("w:p")


@pytest.mark.parametrize("kind", KINDS)
def test_every_field_has_a_meaning_and_an_example(kind):
    def check(field: Field):
        assert str(field.meaning)
        assert field.rows or field.example != ""
        for inner in field.rows:
            check(inner)

    names = [field.name for field in PAPERS[kind].fields]
    assert len(names) == len(set(names))
    for field in PAPERS[kind].fields:
        check(field)


@pytest.mark.parametrize("kind", KINDS)
def test_data_is_escaped_wherever_it_stands(kind):
    paper = PAPERS[kind]

    def marked(value):
        if isinstance(value, dict):
            return {name: marked(each) for name, each in value.items()}
        if isinstance(value, list):
            return [marked(each) for each in value]
        return value if isinstance(value, int) else f"A<B & {{{{ 7*7 }}}} {value}"

    said = text(filled(paper, marked(examples(paper.fields))))
    assert "A<B & {{ 7*7 }}" in said and "49" not in said.replace("2026", "")


@pytest.mark.parametrize("kind", KINDS)
def test_page_and_fonts(kind):
    document = Document(io.BytesIO(PAPERS[kind].original))
    form = kind in (DocumentTemplate.Kind.SIGN_IN, DocumentTemplate.Kind.ORDER)
    turned = kind == DocumentTemplate.Kind.SCORES
    for section in document.sections:
        sides = (section.page_width, section.page_height, section.left_margin, section.right_margin)
        assert [round(side.mm) for side in sides] == ([297, 210, 22, 22] if turned else [210, 297, 28, 26])
        if not form and not turned:
            assert [round(section.top_margin.mm), round(section.bottom_margin.mm)] == [37, 35]
    for name, font, size in (
        ("公文正文", SONG, 16),
        ("一级标题", HEI, 16),
        ("二级标题", KAI, 16),
        ("公文标题", TITLE, 22),
        ("页码单", "宋体", 14),
    ):
        style = document.styles[name]
        fonts = style.element.rPr.find(qn("w:rFonts"))
        assert {fonts.get(qn(f"w:{slot}")) for slot in ("ascii", "hAnsi", "eastAsia", "cs")} == {font}
        assert style.font.size == Pt(size)
    spacing = document.styles["公文正文"].element.pPr.find(qn("w:spacing"))
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == (str(round(LINE * 20)), "exact")
    assert document.styles["公文正文"].element.rPr.find(qn("w:spacing")).get(qn("w:val")) == "-5"


@pytest.mark.parametrize("kind", KINDS)
def test_no_run_names_a_font_of_its_own(kind):
    """Fonts stand in styles: what is typed into a tag keeps them."""
    for run in Document(io.BytesIO(PAPERS[kind].original)).element.body.iter(qn("w:r")):
        assert run.rPr is None or run.rPr.find(qn("w:rFonts")) is None


@pytest.mark.parametrize("kind", KINDS)
def test_rows_of_tables_are_never_split_and_heads_are_repeated(kind):
    paper = PAPERS[kind]
    for table in Document(io.BytesIO(filled(paper, examples(paper.fields)))).tables:
        marks = [row._tr.trPr for row in table.rows]
        assert all(mark.find(qn("w:cantSplit")) is not None for mark in marks)
        heads = [mark.find(qn("w:tblHeader")) is not None for mark in marks]
        assert heads == sorted(heads, reverse=True) and sum(heads) <= 2


@pytest.mark.parametrize("kind", KINDS)
def test_the_same_paper_has_the_same_bytes(kind):
    paper = PAPERS[kind]
    values = examples(paper.fields)
    assert filled(paper, values) == filled(paper, values)
    assert leaves(values)


ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid",
}
"""Children in the order of the schema: Word calls a file damaged that has them otherwise."""


@pytest.mark.parametrize("kind", KINDS)
def test_children_stand_in_the_order_of_the_schema(kind):
    paper = PAPERS[kind]
    document = Document(io.BytesIO(filled(paper, examples(paper.fields))))
    for root in (document.element, document.styles.element, *(s.footer._element for s in document.sections)):
        for name, order in ORDER.items():
            places = order.split()
            for node in root.iter(qn(f"w:{name}")):
                children = [places.index(child.tag.rpartition("}")[2]) for child in node]
                assert children == sorted(children)
