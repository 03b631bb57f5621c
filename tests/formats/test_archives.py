"""An archive is written while it is read: its chunks make a sound zip, and little is held at a time."""

import io
import tracemalloc
import zipfile
from datetime import datetime

from governance.formats.archives import zip_chunks

MOMENT = datetime(2026, 10, 27, 10, 0, 30)


def opened(members):
    return zipfile.ZipFile(io.BytesIO(b"".join(zip_chunks(members))))


def test_names_moments_and_contents_come_back():
    archive = opened([("现场 1.jpg", MOMENT, [b"ab", b"c"]), ("空.txt", MOMENT, [])])
    assert archive.testzip() is None
    assert archive.namelist() == ["现场 1.jpg", "空.txt"]
    assert archive.read("现场 1.jpg") == b"abc"
    assert archive.getinfo("现场 1.jpg").date_time == (2026, 10, 27, 10, 0, 30)


def test_an_archive_of_nothing_is_an_archive():
    assert opened([]).namelist() == []


def test_what_was_written_is_not_held():
    megabyte = bytes(1024 * 1024)

    def members():
        for number in range(40):
            yield f"{number}.bin", MOMENT, (megabyte for _ in range(2))

    tracemalloc.start()
    written = sum(len(chunk) for chunk in zip_chunks(members()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert written > 80 * 1024 * 1024
    assert peak < 8 * 1024 * 1024
