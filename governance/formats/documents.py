"""Uploaded PDF files: complete, not locked, and without active content.

A search cannot prove that a PDF is harmless, so it is not the only protection: files are served in a sandbox. It keeps
out what office people might upload in good faith, and tells them what to do instead.
"""

import re
import zlib
from collections.abc import Iterator

from .faults import CellReason, ContentFault, gettext_noop

PDF_DAMAGED = CellReason("pdf_damaged", gettext_noop("The PDF “%(name)s” is damaged or incomplete. Create it again."))
PDF_LOCKED = CellReason(
    "pdf_locked",
    gettext_noop("The PDF “%(name)s” is protected by a password or against copying. Print it to a new PDF."),
)
PDF_ACTS = CellReason(
    "pdf_acts",
    gettext_noop(
        "The PDF “%(name)s” contains a script, a form that sends or loads data, a program to start, or "
        "another file or a reference to one. Print it to a new PDF."
    ),
)


def _spelt(name: str) -> str:
    """A pattern for a name, each letter as such or escaped: `/Obj#53tm` is /ObjStm (ISO 32000-1, 7.3.5)."""
    return "/" + "".join(f"(?:{letter}|#(?i:{ord(letter):02x}))" for letter in name)


_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_OBJECT = re.compile(rb"\d \d+ obj\b")
_LOCK = re.compile(rb"/Encrypt\b")
_ACTS = re.compile(
    rb"/(?:JavaScript|Launch|EmbeddedFiles?|RichMedia|SubmitForm|ImportData|GoToE|GoToR|Rendition)\b"
    rb"|/XFA\s{0,8}(?:\[|<|\d+\s+\d+\s+R)"
)
"""Actions that run, send or fetch something, XFA forms, files inside (ISO 32000-1, 12.6.4 and 12.7.8)."""

_STREAMS = re.compile(_spelt("ObjStm").encode())
_OBJECT_STREAM = re.compile(_STREAMS.pattern + rb"\b.{0,8192}?\bstream[ \t]*\r?\n", re.DOTALL)
_TAIL = 2048
_INFLATED = 64 * 1024 * 1024
"""Bytes to which all object streams of a file may unpack."""
_PACKED = 1024 * 1024
"""Bytes of one object stream, packed: writers put some hundred objects into each."""
_OBJECT_STREAMS = 5_000
"""Object streams of a file, so that looking through it ends."""


def check_pdf(content: bytes) -> None:
    """Refuse a PDF that is truncated, holds no object, is locked, or has active content.

    Raises:
        ContentFault: PDF_DAMAGED, PDF_LOCKED, PDF_ACTS.
    """
    if b"%%EOF" not in content[-_TAIL:] or not _OBJECT.search(content):
        raise ContentFault(PDF_DAMAGED)
    plain = _unescaped(content)
    if _LOCK.search(plain):
        raise ContentFault(PDF_LOCKED)
    if _ACTS.search(plain) or any(_ACTS.search(_unescaped(part)) for part in _object_streams(content)):
        raise ContentFault(PDF_ACTS)


def _unescaped(content: bytes) -> bytes:
    """Names with their escapes resolved: `/J#61vaScript` becomes JavaScript."""
    return _ESCAPED.sub(lambda found: bytes([int(found[1], 16)]), content)


def _object_streams(content: bytes) -> Iterator[bytes]:
    """The unpacked object streams, in which a PDF can pack its dictionaries.

    Raises:
        ContentFault: PDF_DAMAGED, when one cannot be unpacked or together they are too large.
    """
    room, end = _INFLATED, 0
    if sum(1 for _ in _STREAMS.finditer(content)) > _OBJECT_STREAMS:
        raise ContentFault(PDF_DAMAGED)
    for found in _OBJECT_STREAM.finditer(content):
        begin = found.end()
        end = end if end > begin else content.find(b"endstream", begin)
        unpacking = zlib.decompressobj()
        try:
            part = unpacking.decompress(content[begin : min(end, begin + _PACKED)], room)
        except zlib.error as error:
            raise ContentFault(PDF_DAMAGED) from error
        if not unpacking.eof:
            raise ContentFault(PDF_DAMAGED)
        room -= len(part)
        if room <= 0:
            raise ContentFault(PDF_DAMAGED)
        yield part
