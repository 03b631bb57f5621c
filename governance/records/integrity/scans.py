"""What `manage.py doctor` reads completely, a part at each run: every stored hash is asked in turn.

Where the next run goes on is kept in the audit event of the run before. Every app lists its scans in
`<app>/invariants.py`.
"""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import IO, Any

from django.db.models import Model, QuerySet
from django.db.models.fields.files import FieldFile
from django.utils.translation import gettext_lazy as _

from governance.formats.files import sha256_of
from governance.formats.pictures import shows
from governance.lists.text import Text

from ..models import AuditEvent, AuditSeal, StoredFile
from ..verbs import record, verb
from .seals import broken_ranges

Faults = Iterable[Text]


@dataclass(frozen=True)
class Scan:
    """Rows that are read completely, `part` of them at a run; `faults` says what is wrong with one."""

    code: str
    sentence: Any
    rows: Callable[[], "QuerySet[Any]"]
    faults: Callable[[Any], Faults]
    part: int

    def run(self, after: int | None) -> tuple[list[tuple[Model, Text]], int]:
        """The faults among the next rows `after` an id, and the id to go on after; None: among all, from the start.

        0 is returned where the last row was reached: the next run begins again.
        """
        rows = self.rows().order_by("pk")
        if after is not None:
            rows = rows.filter(pk__gt=after)[: self.part]
        found: list[tuple[Model, Text]] = []
        read, last = 0, 0
        for row in rows.iterator(chunk_size=200):
            read, last = read + 1, row.pk
            found += [(row, fault) for fault in self.faults(row)]
        return found, last if after is not None and read == self.part else 0


def positions() -> dict[str, int]:
    """Where each scan goes on: {code: the last id it has read}."""
    event = AuditEvent.objects.filter(verb="scan_records").order_by("-pk").first()
    reached: dict[str, int] = json.loads(event.change)["reached"] if event is not None else {}
    return reached


@verb(says=_("checked part of the stored data"), name="scan_records")
def keep_positions(reached: dict[str, int], *, at: datetime) -> None:
    """Note where each scan goes on: {code: the last id it has read, 0 to begin again}."""
    record("scan_records", None, by=None, at=at, change={"reached": reached})


def hashed_text(field: str) -> Callable[[Any], Faults]:
    """The faults of a row whose `sha256` is that of the text in `field`."""

    def faults(row: Any) -> Iterator[Text]:
        if sha256(getattr(row, field).encode()).hexdigest() != row.sha256:
            yield _("its text does not match its SHA-256")

    return faults


def file_faults(file: StoredFile) -> Iterator[Text]:
    """What is wrong with the bytes of a file and with its small picture; that they are there is asked elsewhere."""
    with _opened(file.blob) as blob:
        if blob is not None and sha256_of(blob) != file.sha256:
            yield _("its content is not what was stored")
    if file.thumbnail and not _small_is_whole(file):
        yield _("its thumbnail is missing or is not the one that was stored")


def _small_is_whole(file: StoredFile) -> bool:
    """Whether the small picture has the SHA-256 in its name; earlier ones are named by the picture, and compared."""
    with _opened(file.thumbnail) as small:
        if small is None:
            return False
        named = str(file.thumbnail.name).rpartition("/")[2].removesuffix(".small")
        if named != file.sha256:
            return sha256_of(small) == named
        with _opened(file.blob) as blob:
            return blob is None or shows(small, blob)


class _opened:
    """A stored file, opened; None where the storage does not have it."""

    def __init__(self, field: FieldFile) -> None:
        self.content: IO[bytes] | None = None
        if field.storage.exists(str(field.name)):
            self.content = field.storage.open(str(field.name))

    def __enter__(self) -> IO[bytes] | None:
        return self.content

    def __exit__(self, *failure: object) -> None:
        if self.content is not None:
            self.content.close()


def sealed_faults(seal: AuditSeal) -> Iterator[Text]:
    """What is wrong with the rows that a seal covers."""
    return (broken.fault for broken in broken_ranges(seal))


SCANS = (
    Scan(
        "stored_bytes",
        _("The content of a stored file is what was received; restore it from the backup."),
        StoredFile.objects.all,
        file_faults,
        part=500,
    ),
    Scan(
        "sealed_rows",
        _("What was sealed is unchanged; see `manage.py verify_audit`."),
        AuditSeal.objects.all,
        sealed_faults,
        part=50,
    ),
)
