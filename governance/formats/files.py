"""Uploaded files, accepted by content and never by name alone (docs/rules.md#evidence).

Accepted are the formats that a county works with: pictures, PDF, OFD (GB/T 33190) and Office formats without macros.
Formats with hidden behaviour are refused: old Office, archives, web pages, vector graphics, programs.
"""

import hashlib
import io
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from types import MappingProxyType
from typing import IO

from .containers import MEGABYTE, OLE_MAGIC, ZIP_MAGIC, ole_is_encrypted
from .documents import check_pdf
from .faults import CellReason, ContentFault, FormatError, gettext_noop
from .filenames import clean_name, split_name, with_extension
from .packages import PACKAGE_LIMITS, PACKAGES, PackageLimits, check_package
from .pictures import PICTURE_LIMITS, PictureLimits, picture_from

EMPTY = CellReason("file_is_empty", gettext_noop("“%(name)s” is empty. Choose it again."))
TOO_LARGE = CellReason(
    "file_is_too_large",
    gettext_noop("“%(name)s” is %(size)s MB; the limit is %(limit)s MB. Make it smaller and choose it again."),
)
NOT_TAKEN = CellReason(
    "kind_not_taken",
    gettext_noop(
        "Files of the kind of “%(name)s” are not accepted. Accepted are pictures (JPG, PNG, WebP), PDF, OFD "
        "and Office files (.docx, .xlsx, .pptx)."
    ),
)
OLD_OFFICE = CellReason(
    "old_office", gettext_noop("“%(name)s” is an old Office or WPS file. Save it as .docx, .xlsx, .pptx or PDF.")
)
WITH_PASSWORD = CellReason(
    "with_password", gettext_noop("“%(name)s” is protected by a password. Remove the password and choose it again.")
)
DIFFERS = CellReason(
    "content_differs",
    gettext_noop(
        "The content of “%(name)s” does not match its file name. Open it, save it as the right kind of file "
        "and choose that one."
    ),
)


class Family(StrEnum):
    """A group of file types that are checked in the same way."""

    PICTURE = "picture"
    DOCUMENT = "document"
    PACKAGE = "package"


FAMILIES = MappingProxyType(
    dict.fromkeys(("jpg", "jpeg", "jfif", "png", "webp", "gif"), Family.PICTURE)
    | {"pdf": Family.DOCUMENT}
    | dict.fromkeys(PACKAGES, Family.PACKAGE)
)
"""Extensions that are taken."""

_OTHER_PICTURES = frozenset({"heic", "heif", "hif", "avif", "bmp", "tif", "tiff"})
"""Extensions of pictures that are not taken as such; a phone gives them to a JPEG too, which is taken as one."""

ACCEPTED = ("image/*", *(f".{extension}" for extension in FAMILIES))
"""What a file control offers; `image/*` brings the camera of a phone."""

_OLD = frozenset({"doc", "dot", "xls", "xlt", "ppt", "pps", "wps", "et", "dps", "docm", "xlsm", "pptm", "dotm", "xltm"})


@dataclass(frozen=True, slots=True)
class FileLimits:
    """How large a file of each family may be, in megabytes, and the limits on unpacking it."""

    megabytes: dict[str, int] = field(
        default_factory=lambda: {Family.PICTURE: 20, Family.DOCUMENT: 30, Family.PACKAGE: 20}
    )
    pictures: PictureLimits = PICTURE_LIMITS
    packages: PackageLimits = PACKAGE_LIMITS


@dataclass(frozen=True, slots=True)
class CheckedFile:
    """An accepted file: its clean name, type and content; a picture also has a small version and perhaps its date."""

    name: str
    media_type: str
    content: IO[bytes]
    original_sha256: str
    thumbnail: bytes = b""
    taken_on: date | None = None


def check_file(source: IO[bytes], name: str, *, limits: FileLimits | None = None) -> CheckedFile:
    """Check a seekable file by its content; a picture is decoded and written anew without hidden data.

    Raises:
        FormatError: the file is refused; the params carry the clean `name`.
    """
    limits = limits or FileLimits()
    name = clean_name(name)
    stem, extension = split_name(name)
    size = source.seek(0, io.SEEK_END)
    if not size:
        raise FormatError(EMPTY, name=name)
    head = _head(source)
    found = family_of(head)
    family = FAMILIES.get(extension) if extension else found
    if extension in _OTHER_PICTURES and found is Family.PICTURE:
        family = found
    if family is None:
        raise FormatError(OLD_OFFICE if extension in _OLD or head.startswith(OLE_MAGIC) else NOT_TAKEN, name=name)
    limit = limits.megabytes[family]
    if size > limit * MEGABYTE:
        raise FormatError(TOO_LARGE, name=name, size=-(-size // MEGABYTE), limit=limit)
    if family != found:
        raise FormatError(_reason_of(source, head, family), name=name)
    source.seek(0)
    original = sha256_of(source)
    source.seek(0)
    try:
        if family is Family.PICTURE:
            picture = picture_from(source, limits=limits.pictures)
            name = with_extension(stem, picture.extension)
            content = io.BytesIO(picture.content)
            return CheckedFile(name, picture.media_type, content, original, picture.thumbnail, picture.taken_on)
        if family is Family.DOCUMENT:
            check_pdf(source.read())
            return CheckedFile(with_extension(stem, "pdf"), "application/pdf", source, original)
        package = check_package(source, extension, limits=limits.packages)
        return CheckedFile(with_extension(stem, package.extension), package.media_type, source, original)
    except ContentFault as fault:
        raise fault.named(name) from fault


def family_of(head: bytes) -> Family | None:
    """The family of a file, by its first bytes; None for a type that is not accepted."""
    if head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF87a", b"GIF89a")):
        return Family.PICTURE
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return Family.PICTURE
    if head.startswith(b"%PDF-"):
        return Family.DOCUMENT
    return Family.PACKAGE if head.startswith(ZIP_MAGIC) else None


def sha256_of(content: IO[bytes]) -> str:
    """The digest of the rest of a file."""
    return hashlib.file_digest(content, "sha256").hexdigest()  # type: ignore[arg-type]  # IO[bytes] names no readinto


def _head(source: IO[bytes]) -> bytes:
    source.seek(0)
    return source.read(16)


def _reason_of(source: IO[bytes], head: bytes, family: Family) -> CellReason:
    """Why a file whose name looks acceptable has other content."""
    if family is Family.PACKAGE and head.startswith(OLE_MAGIC):
        return WITH_PASSWORD if ole_is_encrypted(source) else OLD_OFFICE
    return DIFFERS
