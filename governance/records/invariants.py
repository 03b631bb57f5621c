"""Invariants that no constraint can express: one query each, run by `manage.py doctor` (docs/rules.md#invariants).

Every app lists its own in `<app>/invariants.py`; each returned row breaks the invariant.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any, NamedTuple

from django.core.files.storage import Storage
from django.db.models import Exists, Model, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.lists.text import Text

from .integrity.guards import altered_guards
from .integrity.seals import OPEN_FOR, broken_chain, open_events
from .models import AuditEvent, InsertOnly, StoredFile


class Place(NamedTuple):
    """Something that breaks an invariant and is no row: its key, and its name with what is wrong."""

    key: str
    name: Text


@dataclass(frozen=True)
class Finding:
    """A row that breaks an invariant: its kind, key and name, and a sentence with the invariant."""

    invariant: str
    sentence: str
    kind: str
    key: str
    name: str

    @classmethod
    def of(cls, code: str, sentence: Any, row: Model | Place, fault: Text = "") -> "Finding":
        """The finding about a row or a place; `fault` says more than the sentence."""
        if isinstance(row, Place):
            return cls(code, str(sentence), "database", row.key, str(row.name))
        name = f"{row}: {fault}" if fault else str(row)
        return cls(code, str(sentence), row._meta.label, str(row.pk), name)

    def as_dict(self) -> dict[str, str]:
        """The finding as `--json` prints it."""
        return dict(vars(self))

    def __str__(self) -> str:
        return str(_("%(invariant)s: %(kind)s %(key)s “%(name)s”. %(sentence)s") % vars(self))


@dataclass(frozen=True)
class Invariant:
    """A sentence that must be true, and the query for what breaks it: rows, or places where there is no row."""

    code: str
    sentence: Any
    broken: Callable[[], Iterable[Model | Place]]

    def findings(self) -> Iterator[Finding]:
        """What breaks it now."""
        for row in self.broken():
            yield Finding.of(self.code, self.sentence, row)


def numbered_wrongly(model: type[InsertOnly], *parent: str) -> "QuerySet[Any]":
    """Rows numbered within their `parent` whose predecessor is missing, or was recorded after them."""
    rows: QuerySet[Any] = model._default_manager.order_by("pk")
    before = rows.filter(number=OuterRef("number") - 1, **{name: OuterRef(name) for name in parent})
    return rows.filter((Q(number__gt=1) & ~Exists(before)) | Exists(before.filter(at__gt=OuterRef("at"))))


def in_order(rows: Mapping[str, tuple[type[InsertOnly], *tuple[str, ...]]]) -> list[Invariant]:
    """One for each kind of numbered row: {code: (model, the relations within which it is numbered)}."""
    return [
        Invariant(
            code,
            _("Row numbers have no gaps and follow the order of recording."),
            partial(numbered_wrongly, model, *parent),
        )
        for code, (model, *parent) in rows.items()
    ]


def guards_altered() -> Iterator[Place]:
    """Triggers of insert-only tables that are missing, altered, or not ours."""
    for altered in altered_guards():
        yield Place(altered.name, f"{altered.name} {altered.fault}")


def files_lost() -> Iterator[StoredFile]:
    """Stored files whose bytes are missing or have another size; what they contain is scanned in turn."""
    found: dict[str, bool] = {}
    for file in StoredFile.objects.order_by("-pk").iterator():
        path, storage = str(file.blob.name), file.blob.storage
        if path not in found:
            found[path] = storage.exists(path) and storage.size(path) == file.size
        if not found[path]:
            yield file


ORPHANED_FOR = timedelta(days=1)
"""How old a file without a row must be: a younger one may belong to a transaction that is still open."""


def files_without_row() -> Iterator[Place]:
    """Files of the storage that no row names: an upload was broken off, or a row was removed."""
    storage = StoredFile._meta.get_field("blob").storage
    named = set(StoredFile.objects.values_list("blob", flat=True)) | set(
        StoredFile.objects.exclude(thumbnail="").values_list("thumbnail", flat=True)
    )
    until = timezone.now() - ORPHANED_FOR
    for path in sorted(set(_paths(storage)) - named):
        if storage.get_modified_time(path) < until:
            yield Place(path, path)


def _paths(storage: Storage, folder: str = "stored") -> Iterator[str]:
    if storage.exists(folder):
        folders, files = storage.listdir(folder)
        yield from (f"{folder}/{name}" for name in files)
        for inner in folders:
            yield from _paths(storage, f"{folder}/{inner}")


def chain_broken() -> Iterator[Place]:
    """Seals that do not follow from the one before."""
    for broken in broken_chain():
        yield Place(str(broken.seal.number), str(broken))


def events_open_for_long() -> Iterable[AuditEvent]:
    """The oldest audit event without a seal, if it has waited for too long."""
    return open_events().filter(at__lt=now() - OPEN_FOR).order_by("pk")[:1]


INVARIANTS = (
    Invariant(
        "insert_only_tables_guarded",
        _("The triggers of every insert-only table are as installed; run `manage.py migrate` to restore them."),
        guards_altered,
    ),
    Invariant(
        "stored_files_lie_whole",
        _("The content of every stored file is unchanged; if not, restore it from the backup."),
        files_lost,
    ),
    Invariant(
        "stored_files_have_rows",
        _(
            "Every file in the storage has its row; one without was left by an interrupted upload, or its row "
            "was removed."
        ),
        files_without_row,
    ),
    Invariant(
        "chain_of_seals", _("Every seal follows from the one before; see `manage.py verify_audit`."), chain_broken
    ),
    Invariant(
        "events_sealed",
        _("What is recorded is sealed within two weeks; run `manage.py remind` every day."),
        events_open_for_long,
    ),
)
