"""Invariants that no constraint can express: one query each, run by `manage.py doctor` (docs/rules.md#invariants).

Every app lists its own in `<app>/invariants.py`; each returned row breaks the invariant.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .insert_only import unguarded_tables
from .models import StoredFile


@dataclass(frozen=True)
class Finding:
    """A row that breaks an invariant: its kind, key and name, and a sentence with the invariant."""

    invariant: str
    sentence: str
    kind: str
    key: str
    name: str

    def as_dict(self) -> dict[str, str]:
        """The finding as `--json` prints it."""
        return dict(vars(self))

    def __str__(self) -> str:
        return f"{self.invariant}: {self.kind} {self.key} “{self.name}”. {self.sentence}"


@dataclass(frozen=True)
class Invariant:
    """A sentence that must be true, and the query for what breaks it: rows, or names where there is no row."""

    code: str
    sentence: Any
    broken: Callable[[], Iterable[Model | str]]

    def findings(self) -> Iterator[Finding]:
        """What breaks it now."""
        for row in self.broken():
            if isinstance(row, Model):
                yield Finding(self.code, str(self.sentence), row._meta.label, str(row.pk), str(row))
            else:
                yield Finding(self.code, str(self.sentence), "database", row, row)


SAMPLED = 200
"""How many of the newest stored files are read completely; of all others only existence and size are checked."""


def files_lost() -> Iterator[StoredFile]:
    """Stored files whose bytes are missing, have another size, or (for the newest) another digest."""
    found: dict[str, bool] = {}
    for number, file in enumerate(StoredFile.objects.order_by("-pk").iterator()):
        if file.blob.name not in found:
            found[file.blob.name] = _lies_whole(file, read=number < SAMPLED)
        if not found[file.blob.name]:
            yield file


def _lies_whole(file: StoredFile, *, read: bool) -> bool:
    storage = file.blob.storage
    path = str(file.blob.name)
    if not storage.exists(path) or storage.size(path) != file.size:
        return False
    if not read:
        return True
    with storage.open(path) as content:
        return hashlib.file_digest(content, "sha256").hexdigest() == file.sha256


INVARIANTS = (
    Invariant(
        "insert_only_tables_guarded",
        _("Every insert-only table refuses UPDATE, DELETE and TRUNCATE; run `manage.py migrate` to guard it again."),
        unguarded_tables,
    ),
    Invariant(
        "stored_files_lie_whole",
        _("The bytes of a stored file lie in the storage as they came; bring them back from the backup."),
        files_lost,
    ),
)
