"""What must hold and no constraint can say: one query each, asked by `manage.py doctor` (MODEL, decision 12).

Every app lists its own in `<app>/invariants.py`; a row that comes back breaks the invariant.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils.translation import gettext_lazy as _

from .insert_only import unguarded_tables


@dataclass(frozen=True)
class Finding:
    """One row that breaks an invariant: its kind, key and name, and in a sentence what must hold."""

    invariant: str
    sentence: str
    kind: str
    key: str
    name: str

    def as_dict(self) -> dict[str, str]:
        """For programs."""
        return dict(vars(self))

    def __str__(self) -> str:
        return f"{self.invariant}: {self.kind} {self.key} “{self.name}”. {self.sentence}"


@dataclass(frozen=True)
class Invariant:
    """A sentence that must hold, and the query for what breaks it: rows, or names of what is no row."""

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


INVARIANTS = (
    Invariant(
        "insert_only_tables_guarded",
        _("Every insert-only table refuses UPDATE, DELETE and TRUNCATE; run `manage.py migrate` to guard it again."),
        unguarded_tables,
    ),
)
