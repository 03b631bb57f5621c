"""Files that are packages of parts (Office Open XML, OFD), checked part by part before they are stored."""

import io
import posixpath
import zipfile
from dataclasses import dataclass
from typing import IO

from .containers import (
    MEGABYTE,
    OLE_MAGIC,
    ZIP_MAGIC,
    ZipLimits,
    check_sizes,
    comparable,
    parts_by_name,
    refuse_doctype,
    xml_parser,
)
from .faults import CellReason, ContentFault, gettext_noop

PACKAGE_DAMAGED = CellReason(
    "package_damaged", gettext_noop("“%(name)s” is damaged or does not match its file name. Open it and save it again.")
)
PACKAGE_BURSTS = CellReason(
    "package_bursts",
    gettext_noop("“%(name)s” unpacks to an unusually large size and was not opened. Save it again."),
)
PACKAGE_LOCKED = CellReason(
    "package_locked", gettext_noop("“%(name)s” is protected by a password. Remove the password and choose it again.")
)
MACROS = CellReason(
    "macros", gettext_noop("“%(name)s” contains macros or controls. Save it without them, or as a PDF.")
)
HOLDS_FILES = CellReason(
    "holds_files",
    gettext_noop("“%(name)s” contains another file (%(part)s). Upload that file on its own, or save as a PDF."),
)
REACHES_OUT = CellReason(
    "reaches_out", gettext_noop("“%(name)s” loads content from another computer when it is opened. Save it as a PDF.")
)

PACKAGES = ("docx", "xlsx", "pptx", "ofd")
"""Extensions of packages that are taken."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
_KINDS = {
    "docx": (f"{_OFFICE}.wordprocessingml.document", "word/document.xml"),
    "xlsx": (f"{_OFFICE}.spreadsheetml.sheet", "xl/workbook.xml"),
    "pptx": (f"{_OFFICE}.presentationml.presentation", "ppt/presentation.xml"),
    "ofd": ("application/ofd", "OFD.xml"),
}
"""Of each kind: the media type and the part without which it is none."""

_CONTENT_TYPES = "[Content_Types].xml"
_ACTIVE_TYPES = (b"macroenabled", b"vbaproject", b"activex", b"ms-office.intellisense")
_ACTIVE_PARTS = ("vbaproject.bin", "vbadata.xml", "/activex/", "/macrosheets/", "/customui/")
_ARCHIVES = (ZIP_MAGIC, b"Rar!", b"7z\xbc\xaf\x27\x1c", b"\x1f\x8b", OLE_MAGIC)
_PACKED_PICTURES = (".emz", ".wmz")
_PROGRAMS = (b"MZ", b"\x7fELF", b"#!")
_RELATIONSHIP = "http://schemas.openxmlformats.org/package/2006/relationships:Relationship"
_STRICT_RELATIONSHIP = "http://purl.oclc.org/ooxml/package/relationships:Relationship"
_ELSEWHERE = ("http:", "https:", "ftp:", "mhtml:", "\\\\", "//", "file://")
_LOCAL = "file:///"


@dataclass(frozen=True, slots=True)
class PackageLimits(ZipLimits):
    parts: int = 3_000
    unpacked_bytes: int = 200 * MEGABYTE
    depth: int = 1
    """How deep one Office file may lie in another: the workbook behind a chart."""


PACKAGE_LIMITS = PackageLimits()


@dataclass(frozen=True, slots=True)
class Package:
    """What was found out about a package."""

    extension: str
    media_type: str


def check_package(source: IO[bytes], extension: str, *, limits: PackageLimits = PACKAGE_LIMITS) -> Package:
    """Check a package; with an `extension` it must be of that kind.

    Raises:
        ContentFault: PACKAGE_DAMAGED, PACKAGE_BURSTS, PACKAGE_LOCKED, MACROS, HOLDS_FILES, REACHES_OUT.
    """
    try:
        with zipfile.ZipFile(source) as archive:
            found = _looked_through(archive, limits, depth=limits.depth)
    except ContentFault:
        raise
    except Exception as error:  # zipfile and the XML parser raise whatever they stumble over
        raise ContentFault(PACKAGE_DAMAGED) from error
    if found is None or extension not in ("", found):
        raise ContentFault(PACKAGE_DAMAGED)
    return Package(found, _KINDS[found][0])


def _looked_through(archive: zipfile.ZipFile, limits: PackageLimits, *, depth: int) -> str | None:
    """The kind of a package after checking every part; None for an archive that is no package."""
    parts = archive.infolist()
    bursts, locked = ContentFault(PACKAGE_BURSTS), ContentFault(PACKAGE_LOCKED)
    check_sizes(parts, limits, bursts=bursts, locked=locked)
    names = parts_by_name(archive)
    kind = next((kind for kind, (_, main) in _KINDS.items() if main.lower() in names), None)
    if kind is None or (kind != "ofd" and _CONTENT_TYPES.lower() not in names):
        return None
    for part in parts:
        if part.is_dir():
            continue
        lowered = f"/{comparable(part.filename)}"
        if any(word in lowered for word in _ACTIVE_PARTS):
            raise ContentFault(MACROS)
        with archive.open(part) as file:
            _check_part(part, file, limits, depth=depth)
    return kind


def _check_part(part: zipfile.ZipInfo, file: IO[bytes], limits: PackageLimits, *, depth: int) -> None:
    """Check one part: it is no archive or program, declares no entity, and fetches nothing from elsewhere."""
    name = comparable(part.filename)
    if name == _CONTENT_TYPES.lower():
        content = file.read()
        if any(word in content.lower() for word in _ACTIVE_TYPES):
            raise ContentFault(MACROS)
        refuse_doctype(io.BytesIO(content))
    elif name.endswith(".rels"):
        _read_relationships(file)
    elif name.endswith((".xml", ".vml")):
        refuse_doctype(file)
    else:
        head = file.read(8)
        if head.startswith(_PROGRAMS):
            raise ContentFault(HOLDS_FILES, part=posixpath.basename(part.filename)[:60])
        if head.startswith(_ARCHIVES) and not name.endswith(_PACKED_PICTURES):
            _check_inner(part, head + file.read(), limits, depth=depth)


def _check_inner(part: zipfile.ZipInfo, content: bytes, limits: PackageLimits, *, depth: int) -> None:
    """An embedded Office file is the data of a chart and is checked like its container; any other file is refused."""
    stem = posixpath.basename(part.filename)[:60]
    if depth and content.startswith(b"PK") and part.filename.lower().endswith(PACKAGES[:3]):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if _looked_through(archive, limits, depth=depth - 1) is not None:
                return
    raise ContentFault(HOLDS_FILES, part=stem)


def _read_relationships(source: IO[bytes]) -> None:
    """Refuse what would be fetched from elsewhere when the file is opened."""
    parser = xml_parser(":")
    parser.StartElementHandler = _check_relationship
    parser.ParseFile(source)


def _check_relationship(name: str, attributes: dict[str, str]) -> None:
    """A link that the reader may follow is accepted; a template, picture or object fetched on opening is refused."""
    if name not in (_RELATIONSHIP, _STRICT_RELATIONSHIP) or attributes.get("TargetMode", "").lower() != "external":
        return
    if attributes.get("Type", "").lower().endswith("/hyperlink"):
        return
    target = attributes.get("Target", "").strip().lower()
    if target.startswith(_ELSEWHERE) and not target.startswith(_LOCAL):
        raise ContentFault(REACHES_OUT)
