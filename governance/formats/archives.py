"""Zip archives for download, written while they are read, whatever their size (docs/rules.md#exports)."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from typing_extensions import Buffer

Member: TypeAlias = tuple[str, datetime, Iterable[bytes]]
"""A file of an archive: its name, its moment, its content in chunks."""


class _Outlet(io.RawIOBase):
    """A write-only file that cannot seek and keeps only the bytes that were not taken yet."""

    def __init__(self) -> None:
        self._waiting: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, chunk: "Buffer") -> int:
        kept = bytes(chunk)
        self._waiting.append(kept)
        return len(kept)

    def taken(self) -> bytes:
        """The bytes written since the last call."""
        waiting, self._waiting = self._waiting, []
        return b"".join(waiting)


def zip_chunks(members: Iterable[Member]) -> Iterator[bytes]:
    """The bytes of a zip in chunks; members are read one at a time and stored uncompressed (pictures do not shrink)."""
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED, allowZip64=True) as archive:
        for name, moment, content in members:
            info = zipfile.ZipInfo(name, moment.timetuple()[:6])
            info.external_attr = 0o640 << 16
            with archive.open(info, "w") as file:
                for chunk in content:
                    file.write(chunk)
                    yield outlet.taken()
            yield outlet.taken()
    yield outlet.taken()
