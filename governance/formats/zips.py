"""What workbooks and packages distrust alike: how far a zip unpacks, whether it is locked, XML with a document type."""

import zipfile
from collections.abc import Sequence
from typing import Protocol
from xml.parsers import expat


class ZipLimits(Protocol):
    """What a zip may hold; `ratio` (unpacked to packed) is asked of parts above `ratio_from` bytes."""

    @property
    def parts(self) -> int: ...

    @property
    def unpacked_bytes(self) -> int: ...

    @property
    def ratio(self) -> int: ...

    @property
    def ratio_from(self) -> int: ...


def bursts(parts: Sequence[zipfile.ZipInfo], limits: ZipLimits) -> bool:
    """Whether it is a bomb by what its directory declares; reading never goes beyond what is declared."""
    if len(parts) > limits.parts or sum(part.file_size for part in parts) > limits.unpacked_bytes:
        return True
    return any(
        part.file_size > limits.ratio_from and part.file_size > limits.ratio * max(part.compress_size, 1)
        for part in parts
    )


def is_locked(parts: Sequence[zipfile.ZipInfo]) -> bool:
    """Whether a part is encrypted."""
    return any(part.flag_bits & 1 for part in parts)


class DoctypeFound(Exception):
    """XML declares a document type, and so could declare entities."""


def distrusting_parser(namespace_separator: str) -> expat.XMLParserType:
    """A parser that raises DoctypeFound at a document type."""
    parser = expat.ParserCreate(namespace_separator=namespace_separator)
    parser.StartDoctypeDeclHandler = _refuse_doctype
    return parser


def _refuse_doctype(*declaration: object) -> None:
    raise DoctypeFound
