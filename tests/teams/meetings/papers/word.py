"""Reads Word files for tests."""

import io
import re

from docx import Document
from docx.oxml.ns import qn


def lines(content: bytes) -> list[str]:
    """The text of every paragraph that says something, cells included, in the order of the page."""
    found = []
    for paragraph in Document(io.BytesIO(content)).element.body.iter(qn("w:p")):
        text = "".join(
            node.text or ""
            if node.tag == qn("w:t")
            else "\t"
            if node.tag == qn("w:tab") and node.getparent().tag == qn("w:r")
            else "\n"
            if node.tag == qn("w:br")
            else ""
            for node in paragraph.iter()
        )
        if text.strip():
            found.append(text)
    return found


def text(content: bytes) -> str:
    """The whole text, a paragraph on each line."""
    return "\n".join(lines(content))


def rows(content: bytes, table: int = 0) -> list[list[str]]:
    """The cells of a table; a merged cell once."""
    grid = Document(io.BytesIO(content)).tables[table]
    return [["".join(node.text or "" for node in cell.iter(qn("w:t"))) for cell in row._tr.tc_lst] for row in grid.rows]


def has_tags(content: bytes) -> bool:
    """Whether a tag was left."""
    return bool(re.search(r"\{[{%]", text(content)))
