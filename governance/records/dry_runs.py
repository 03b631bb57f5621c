"""What importing a file would change, shown before anything is written (docs/rules.md#dry-runs).

Every kind of file is shown in the same way: what is wrong and where, what would change from what to what, what is
left unchanged and why.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, override, pgettext
from django.utils.translation import gettext_lazy as _

from governance.formats.coverage import SheetCoverage
from governance.formats.faults import CellFault, CellReason, filled_in

from .refusals import Invalid, Refused, WrongState
from .verbs import canonical

SHOWN = 300
"""How many rows of each kind a page shows; a file may hold ten thousand."""


@dataclass(frozen=True)
class FieldChange:
    """A field that a file would write: its stored and its new value; `was` is empty for a new row.

    Translatable text stays lazy, so that the same change is equal in every language.
    """

    name: Any
    was: Any
    now: Any


@dataclass(frozen=True)
class RowChange:
    """A row that a file would add or change; `about` is its name for people."""

    about: str
    fields: Sequence[FieldChange] = ()
    url: str = ""


@dataclass(frozen=True)
class Remark:
    """A sentence about one row: something worth knowing, or what is left unchanged and why."""

    about: str
    sentence: Any
    url: str = ""


@dataclass
class DryRun:
    """The whole result. With any fault nothing may be written; `read` and `unchanged` count rows of the file."""

    read: int = 0
    unchanged: int = 0
    faults: Sequence[CellFault] = ()
    added: list[RowChange] = field(default_factory=list)
    changed: list[RowChange] = field(default_factory=list)
    untouched: list[Remark] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    coverage: Sequence[SheetCoverage] = ()
    """What was read of each sheet and what was not."""
    asks: Sequence[CellFault] = ()
    """What must be answered beside the file before anything can be written."""

    def note(self, about: str, fields: Sequence[FieldChange], *, new: bool = False, url: str = "") -> bool:
        """Note what is written to a row and answer whether anything is; a known one without a change is left."""
        if not (fields or new):
            self.unchanged += 1
            return False
        (self.added if new else self.changed).append(RowChange(about, fields, url))
        return True

    @property
    def writes(self) -> int:
        """How many rows would be written."""
        return len(self.added) + len(self.changed)

    @property
    def counts(self) -> dict[str, int]:
        """How many rows are added, changed and left, as an upload keeps it."""
        return {"added": len(self.added), "changed": len(self.changed), "unchanged": self.unchanged}

    @property
    def fingerprint(self) -> str:
        """A short digest of these changes; the page sends it back to prove that what is confirmed is what was shown.

        It does not depend on the reader's language.
        """
        rows = [
            [row.about, [[change.was, change.now] for change in row.fields]] for row in (*self.added, *self.changed)
        ]
        left = [remark.about for remark in self.untouched]
        with override(None):
            return fingerprint_of([rows, left])

    @property
    def told_faults(self) -> list[tuple[str, str]]:
        """The faults as (location, sentence in the reader's language)."""
        return [(fault.place, told(fault.reason, fault.params)) for fault in self.faults]

    @property
    def told_asks(self) -> list[tuple[str, str]]:
        """The open questions as (location, sentence in the reader's language)."""
        return [(each.place, told(each.reason, each.params)) for each in self.asks]

    @property
    def told_notes(self) -> list[tuple[str, str]]:
        """What of the file was not read, or not as it looks, as (location, sentence in the reader's language)."""
        return [(note.place, told(note.reason, note.params)) for sheet in self.coverage for note in sheet.notes]

    @property
    def may_be_written(self) -> bool:
        """Whether a confirmation would write something."""
        return bool(self.writes and not self.faults and not self.asks)

    def check(self, seen: str | None) -> None:
        """Refuse, or let a verb go on.

        Raises:
            FileRefused: the file has faults, or a question is open.
            MovedOn: the changes are not those that were seen (`seen` None: no check, as on the command line).
        """
        if self.faults or self.asks:
            raise FileRefused(self)
        if seen is not None and seen != self.fingerprint:
            raise MovedOn(self)


def fingerprint_of(shown: Any) -> str:
    """A short digest of what a page has shown, as plain data, to tell whether it still holds when it is confirmed."""
    return hashlib.sha256(canonical(shown).encode()).hexdigest()[:24]


def told(reason: CellReason, params: Mapping[str, Any]) -> str:
    """A reason in the reader's language."""
    return filled_in(gettext(reason.template), params, separator=pgettext("names", ", "))


class NotCarriedOut(Refused):
    """A file was not carried out; `dry_run` holds what it would do now."""

    def __init__(self, dry_run: DryRun) -> None:
        super().__init__()
        self.dry_run = dry_run


class FileRefused(NotCarriedOut, Invalid):
    """The file has faults, with their cells, and nothing was written."""

    message = _("The file has errors. Nothing was changed; correct the cells that are named and upload it again.")


class MovedOn(NotCarriedOut, WrongState):
    """What the file meets has changed since it was looked at."""

    message = _("The data has changed since you checked it. Nothing was saved; check again and confirm.")
