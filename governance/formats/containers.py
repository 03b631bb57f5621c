"""What can be checked about a container before reading its parts: old Office container, zip, sizes, XML."""

import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO
from xml.parsers import expat

OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""The first bytes of an old Office file, and of a new one that is protected by a password."""

ZIP_MAGIC = b"PK\x03\x04"
MEGABYTE = 1024 * 1024

_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class ZipLimits:
    """How much a zip may hold.

    `ratio` (unpacked to packed) is checked for parts above `ratio_from` bytes: small parts of repeated text pack well.
    """

    parts: int
    unpacked_bytes: int
    ratio: int = 100
    ratio_from: int = MEGABYTE


def ole_is_encrypted(source: IO[bytes]) -> bool:
    """Whether an old Office container only wraps a password-protected new file; reads `source` from its start."""
    source.seek(0)
    return _ENCRYPTED_STREAM in source.read()


def check_sizes(parts: Sequence[zipfile.ZipInfo], limits: ZipLimits, *, bursts: Exception, locked: Exception) -> None:
    """Raise `bursts` or `locked` according to a zip's directory; reading never goes beyond the declared sizes."""
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        raise bursts
    for part in parts:
        if part.file_size > limits.ratio_from and part.file_size > limits.ratio * max(part.compress_size, 1):
            raise bursts
        if part.flag_bits & 1:
            raise locked


def parts_by_name(archive: zipfile.ZipFile) -> dict[str, str]:
    """The parts of a package: {name for comparing: name in the zip}; names differ by more than their letter case."""
    return {comparable(name): name for name in archive.namelist()}


def comparable(name: str) -> str:
    """The name of a part as packages compare it: in any letter case, no slash in front (ECMA-376 Part 2, 6.2)."""
    return name.replace("\\", "/").lstrip("/").lower()


def refuse_doctype(source: IO[bytes]) -> None:
    """Read XML up to its first element; after that nothing can declare an entity.

    Raises:
        ValueError: a document type comes first, or no element.
    """
    parser = xml_parser(":")
    parser.StartElementHandler = _begin
    try:
        parser.ParseFile(source)
    except _Begun:
        return


def xml_parser(separator: str) -> expat.XMLParserType:
    """An XML parser that refuses a document type, and so any entity; `separator` follows a namespace."""
    parser = expat.ParserCreate(namespace_separator=separator)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*declaration: object) -> None:
    raise ValueError("a document type is not read")


class _Begun(Exception):
    """Raised when the prolog is over: no document type can follow."""


def _begin(name: str, attributes: dict[str, str]) -> None:
    raise _Begun
