"""Zip archives: written while they are read, whatever their size (docs/rules.md#exports), or steady in their bytes."""

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


STEADY_TIME = (2026, 1, 1, 0, 0, 0)
"""The time in a zip whose bytes are to be the same each time."""


def steady_zip(files: Iterable[tuple[str, bytes]], *, compression: int = zipfile.ZIP_STORED) -> bytes:
    """Files by name in one zip: the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name, STEADY_TIME), content, compression)
    return out.getvalue()


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
