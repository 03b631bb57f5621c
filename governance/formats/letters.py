"""Word files filled from a template, which is checked before it is run (docs/rules.md#papers).

A template is a Word file whose text holds tags of Jinja as docxtpl reads them (`letter_tags`). The same template and
values give the same bytes.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from lxml import etree

from .archives import steady_zip
from .containers import MEGABYTE
from .faults import CellFault, CellReason, ContentFault, FormatError, gettext_noop
from .letter_tags import ENVIRONMENT, TAG, Shape, part_faults
from .packages import PackageLimits, check_package

TAG_NOT_FILLED = CellReason(
    "tag_not_filled", gettext_noop("There is a tag in “%(part)s”, where nothing is filled in. Move it to the text.")
)
LETTER_BROKEN = CellReason(
    "letter_broken",
    gettext_noop("The template cannot be filled in: %(why)s. Put for and endfor of rows in rows of their own."),
)
LETTER_TOO_LONG = CellReason("letter_too_long", gettext_noop("The paper would become too long. Shorten the loops."))

BODY, HEADER, FOOTER, NOTES = (
    gettext_noop("body text"),
    gettext_noop("header"),
    gettext_noop("footer"),
    gettext_noop("footnotes"),
)
"""Parts of a letter as faults name them."""

LETTER_LIMITS = PackageLimits(parts=300, unpacked_bytes=30 * MEGABYTE)
MOST_XML = 3 * MEGABYTE
"""Characters of one part of a template."""
MOST_FILLED = 12_000_000
"""Characters of one part when it is filled."""

_NOT_IN_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


# Filling -------------------------------------------------------------------------------------------------------------
class _Letter(DocxTemplate):
    """A template whose every part runs in the one environment; its properties hold no tags."""

    def render_xml_part(self, src_xml: str, part: Any, context: Any, jinja_env: Any = None) -> str:
        """Fill one part, up to MOST_FILLED characters."""
        chunks, size = [], 0
        # Paragraphs that hold only a tag leave their line; data keeps its own line breaks.
        for chunk in ENVIRONMENT.from_string(src_xml).generate(context):
            size += len(chunk)
            if size > MOST_FILLED:
                raise FormatError(LETTER_TOO_LONG)
            chunks.append(chunk)
        filled: str = self.resolve_listing("".join(chunks))
        etree.fromstring(filled.encode(), etree.XMLParser(resolve_entities=False, no_network=True))
        return filled

    def render_properties(self, context: Any, jinja_env: Any = None) -> None:
        """Properties are set by the caller."""

    def parts(self) -> Iterator[tuple[str, str]]:
        """Each part that is filled, by name, as Jinja reads it."""
        self.init_docx()
        yield BODY, self.patch_xml(self.get_xml())
        for name, uri in ((HEADER, self.HEADER_URI), (FOOTER, self.FOOTER_URI)):
            for _key, part in self.get_headers_footers(uri):
                yield name, self.patch_xml(self.get_part_xml(part))
        for part in self.docx.part.package.iter_parts():
            if part.content_type == _FOOTNOTES:
                yield NOTES, self.patch_xml(part.blob.decode())


def fill_letter(
    template: bytes, shape: Shape, values: Mapping[str, Any], *, title: str, author: str, at: datetime
) -> bytes:
    """The Word file that `template` gives for `values`, which have the fields of `shape`; the same bytes each time.

    Raises:
        FormatError: the template is not allowed or cannot be filled; the first fault found.
    """
    faults = letter_faults(template, shape)
    if faults:
        raise FormatError(faults[0].reason, **faults[0].params)
    letter, plain = _Letter(io.BytesIO(template)), _plain(values, shape)
    try:
        letter.render(plain, jinja_env=ENVIRONMENT)
    except FormatError:
        raise
    except Exception as error:  # Jinja, lxml and docxtpl raise whatever they stumble over
        raise FormatError(LETTER_BROKEN, why=str(error)[:120]) from error
    document = letter.docx
    _mend(document.element.body)
    properties = document.core_properties
    properties.title, properties.author, properties.last_modified_by = title[:250], author[:250], author[:250]
    properties.created = properties.modified = at.replace(tzinfo=None, microsecond=0)
    properties.revision = 1
    kept = io.BytesIO()
    document.save(kept)
    return steady(kept.getvalue())


def steady(package: bytes) -> bytes:
    """The same package with fixed times in its zip."""
    with zipfile.ZipFile(io.BytesIO(package)) as old:
        parts = [(part.filename, old.read(part)) for part in old.infolist()]
    return steady_zip(parts, compression=zipfile.ZIP_DEFLATED)


def _plain(values: Mapping[str, Any], shape: Shape) -> dict[str, Any]:
    """The fields of `shape` out of `values`, without characters that no Word file holds; a missing one is an error."""
    plain: dict[str, Any] = {}
    for name, rows in shape.items():
        value = values[name]
        if rows is None:
            plain[name] = value if isinstance(value, int) else _clean(value)
        elif not rows:
            plain[name] = [_clean(text) for text in value]
        else:
            plain[name] = [_plain(row, rows) for row in value]
    return plain


def _clean(text: Any) -> str:
    if not isinstance(text, str):
        raise TypeError(f"a paper shows texts and numbers, not {text!r}")
    return _NOT_IN_XML.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))


def _mend(body: Any) -> None:
    """Word calls a cell without paragraph and a table without row damaged: the first gets one, the second goes.

    A text that ends with a table gets a paragraph after it.
    """
    for table in list(body.iter(qn("w:tbl"))):
        if table.find(qn("w:tr")) is None:
            table.getparent().remove(table)
    for cell in body.iter(qn("w:tc")):
        if len(cell) == 0 or cell[-1].tag != qn("w:p"):
            cell.append(OxmlElement("w:p"))
    last = next((node for node in reversed(body) if node.tag != qn("w:sectPr")), None)
    if last is not None and last.tag == qn("w:tbl"):
        last.addnext(OxmlElement("w:p"))


# Checking ------------------------------------------------------------------------------------------------------------
def letter_faults(template: bytes, shape: Shape) -> list[CellFault]:
    """Everything that is wrong with a template for papers with the fields of `shape`, in the order of its text."""
    try:
        check_package(io.BytesIO(template), "docx", limits=LETTER_LIMITS)
    except ContentFault as error:
        return [CellFault(error.reason, {"name": "docx", **error.params})]
    letter = _Letter(io.BytesIO(template))
    try:
        parts = list(letter.parts())
    except Exception as error:  # python-docx raises whatever it stumbles over
        return [CellFault(LETTER_BROKEN, {"why": str(error)[:120]})]
    faults: list[CellFault] = []
    for name, xml in parts:
        if len(xml) > MOST_XML:
            return [CellFault(LETTER_TOO_LONG)]
        faults += part_faults(name, xml, shape)
    return faults + _strayed(letter)


def _strayed(letter: _Letter) -> list[CellFault]:
    """Tags in parts that are never filled: they would be printed as they are."""
    found = []
    for part in letter.docx.part.package.iter_parts():
        name = str(part.partname)
        if part.content_type.endswith(("endnotes+xml", "comments+xml")) and TAG.search(
            re.sub(r"<[^>]+>", "", part.blob.decode(errors="replace"))
        ):
            found.append(CellFault(TAG_NOT_FILLED, {"part": name.rpartition("/")[2]}))
    return found
