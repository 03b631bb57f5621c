"""A team's evidence as one archive: files named by day and task, and a table that describes each."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice

from django.utils.translation import gettext

from governance.clock import SHANGHAI
from governance.formats.archives import Member
from governance.formats.exports import Exported, csv_lines
from governance.formats.filenames import clean_name, split_name
from governance.lists.text import clauses_text
from governance.people.models import User

from .gallery import Exhibit, exhibits_of_keys

STRETCH = 200
"""Pieces read at a time while the archive is streamed."""

_CHUNK = 256 * 1024


@dataclass(slots=True)
class _Names:
    """Generates unique names."""

    given: set[str] = field(default_factory=set)

    def of(self, item: Exhibit) -> str:
        """The day, the task and what the file shows, with a number where that name exists already."""
        task = item.task
        title = split_name(item.title)[0] if item.title == item.file.name else item.title
        extension = split_name(item.file.name)[1]
        said = " ".join((item.on.isoformat(), *([f"{task.year}-{task.number}"] if task else ()), title))
        name, number = clean_name(f"{said}.{extension}"), 1
        while name.lower() in self.given:
            number += 1
            name = clean_name(f"{said[:60]} ({number}).{extension}")
        self.given.add(name.lower())
        return name


def packed(keys: Sequence[tuple[str, int]], user: User, *, at: datetime) -> Iterator[Member]:
    """The files of the pieces with these keys, in order, then the table; the table marks lost files."""
    names = _Names()
    rows: list[list[Exported]] = []
    waiting = iter(keys)
    while stretch := list(islice(waiting, STRETCH)):
        for item in exhibits_of_keys(stretch, user):
            name = names.of(item)
            blob = item.file.blob
            found = blob.name is not None and blob.storage.exists(blob.name)
            rows.append(_row(name if found else gettext("the file is missing"), item))
            if found:
                yield name, item.file.at.astimezone(SHANGHAI), _content(item)
    lines = csv_lines(_header(), rows)
    yield gettext("index") + ".csv", at.astimezone(SHANGHAI), (line.encode() for line in lines)


def _content(item: Exhibit) -> Iterator[bytes]:
    with item.file.blob.open("rb") as file:
        yield from iter(lambda: file.read(_CHUNK), b"")


def _header() -> list[str]:
    return [
        gettext("File"),
        gettext("Date shown"),
        gettext("Task"),
        gettext("Belongs to"),
        gettext("Caption"),
        gettext("Original file name"),
        gettext("Uploaded by"),
        gettext("Uploaded"),
        gettext("Also used in"),
        gettext("SHA-256"),
    ]


def _row(name: str, item: Exhibit) -> list[Exported]:
    task = item.task
    return [
        name,
        item.piece.dated_on,
        f"{task.year}-{task.number} {task.title}" if task else "",
        item.place.words,
        item.piece.caption,
        item.file.name,
        item.file.by.name if item.file.by else "",
        item.file.at.astimezone(SHANGHAI),
        clauses_text(place.words for place in item.elsewhere),
        item.file.sha256,
    ]
