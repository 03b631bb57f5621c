"""通报: the ranking behind a circular is one table, or one a class whose head repeats the class."""

import io
from datetime import UTC, datetime

import pytest
from docx import Document
from docx.oxml.ns import qn

from teams.meetings.models import DocumentTemplate
from teams.meetings.papers.circular import ONE_TABLE, circular_values
from teams.meetings.papers.issuer import issuer
from teams.meetings.papers.making import make_paper

from .word import rows

pytestmark = pytest.mark.django_db

HEADS = ["位次", "专班", "基础分", "加分", "减分", "总分", "等次", "备注"]


def paper(first: int, second: int) -> bytes:
    """A circular with so many teams in two classes."""
    bands = [
        {
            "title": title,
            "rows": [
                [str(n), f"{title}{n}专班", "80.00", "0.00", "0.00", "80.00", "良好", ""] for n in range(1, count + 1)
            ],
        }
        for title, count in (("甲类", first), ("乙类", second))
    ]
    body = {
        "year": 2026,
        "number": 5,
        "title": "关于考核情况的通报",
        "text": "现予通报。",
        "on": "2026-10-14",
        "lines": [],
        "annex": {"title": "排名表", "bands": bands, "note": "注：同类排名。", "sha256": ""},
    }
    values = circular_values(body, issuer=issuer())
    return make_paper(DocumentTemplate.Kind.CIRCULAR, values, about="", at=datetime(2026, 10, 14, tzinfo=UTC)).content


def ranking_tables(content: bytes) -> list[list[list[str]]]:
    """The tables with ranks; the last table is the foot of the page."""
    return [rows(content, place) for place in range(len(Document(io.BytesIO(content)).tables) - 1)]


def repeated(content: bytes, table: int) -> int:
    """How many rows of a table are its repeated head."""
    grid = Document(io.BytesIO(content)).tables[table]._tbl
    return sum(row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None for row in grid.tr_lst)


def test_up_to_twelve_teams_are_one_table_with_bands():
    content = paper(ONE_TABLE - 5, 5)
    (table,) = ranking_tables(content)
    assert table[0] == HEADS and [row for row in table if len(row) == 1] == [["甲类"], ["乙类"]]
    assert len(table) == 1 + 2 + ONE_TABLE and repeated(content, 0) == 1


def test_more_teams_have_a_table_a_class_whose_head_names_it():
    content = paper(ONE_TABLE - 5, 6)
    first, second = ranking_tables(content)
    assert (first[:2], second[:2]) == ([["甲类"], HEADS], [["乙类"], HEADS])
    assert (len(first), len(second)) == (2 + ONE_TABLE - 5, 2 + 6)
    assert [repeated(content, place) for place in (0, 1)] == [2, 2]
