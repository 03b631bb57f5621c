"""A plain list from a workbook: tried first, then all or nothing, one audit event for the whole file.

This is the frame of every such import (docs/rules.md#dry-runs). A kind of list is a subclass that says what is its own:
its words, its columns, and how a row is written. The dry run does the deed and undoes it, so it says exactly what the
confirmation will do.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import IO, Any, ClassVar

import rules
from django.db import transaction
from django.db.models import Model

from governance.clock import day_of
from governance.formats.faults import CellFault, CellReason
from governance.formats.tables import ReadRow, SheetColumn, TableRead, read_table
from governance.lists.text import Text

from .dry_runs import DryRun, FieldChange
from .file_store import save_upload
from .models import SavedUpload, StoredFile
from .refusals import NotAllowed, Refused
from .tried_uploads import claim
from .values import field_name, shown
from .verbs import in_one_transaction, record
from .words import FACT_WORDS, VERB_WORDS, upload_kind

REFUSED = CellReason("refused", "%(message)s")
"""What a verb would say to the row."""


@dataclass(kw_only=True)
class ListImport:
    """An import of a list, with who does it and what else it is about.

    What the rows have in common is looked up in `begin`, which is called anew whenever they are written.
    """

    kind: ClassVar[str]
    """What its files are kept as; its verb is called `import_` and this."""
    words: ClassVar[Text]
    says: ClassVar[Text]
    """What the verb did, for the audit log."""
    rule: ClassVar[str]
    model: ClassVar[type[Model]]
    columns: ClassVar[Sequence[SheetColumn]]
    key: ClassVar[Sequence[str]]
    """The columns by which a row is known."""
    cells: ClassVar[Mapping[str, str]] = {}
    """The column of a field where it is called otherwise."""

    by: Any
    at: datetime
    found: DryRun = field(init=False)
    facts: dict[str, Any] = field(init=False)
    """What the audit event and the upload keep beside the counts."""
    kept: dict[str, Any] = field(init=False)
    """What the upload alone keeps."""

    def __init_subclass__(cls) -> None:
        upload_kind(cls.kind, cls.words)
        VERB_WORDS.register(f"import_{cls.kind}", cls.says)

    def row(self) -> Model | None:
        """The row of which the rule is asked and that the audit event names; None: the file."""
        return None

    def year_of_dates(self) -> int:
        """Where a date falls that names no year."""
        return day_of(self.at).year

    def begin(self, rows: Sequence[ReadRow]) -> None:
        """Look up and lock what the rows speak of; of a row that has faults already a value may be None."""

    def faults_of(self, row: ReadRow) -> Iterator[CellFault]:
        """All that prevents the row from being written, beside what is wrong with its cells; asked of every row."""
        yield from ()

    def write_row(self, row: ReadRow) -> None:
        """Write one row without faults and `note` it; whatever refuses it is a fault of the row."""
        raise NotImplementedError

    def finish(self) -> None:
        """Do what follows from all of them once they are written."""

    def shown(self, key: str, value: Any) -> Any:
        """A value of a field, in words that do not depend on the reader's language until they are shown."""
        return "、".join(sorted(value)) if isinstance(value, list | set) else shown(value)

    def try_file(self, content: IO[bytes]) -> DryRun:
        """What the file would do; writes nothing.

        Raises:
            NotAllowed: `by` may not import it.
        """
        self._require()
        return self._rehearse(self._read(content))

    @in_one_transaction
    def carry_out(self, content: IO[bytes], *, tried: StoredFile, seen: str) -> SavedUpload:
        """Do what was seen of a tried file, and keep what came of it.

        Raises:
            NotAllowed: `by` may not import it.
            CarriedOut: it was carried out before.
            FileRefused, MovedOn: it has faults now, or would do something else than was seen; nothing is written.
        """
        self._require()
        file = claim(tried)
        found = self._write(self._read(content))
        found.check(seen)
        self.finish()
        change = {"file": file.name, "sha256": file.sha256} | found.counts | self.facts
        record(f"import_{self.kind}", self.row() or file, by=self.by, at=self.at, change=change)
        outcome = found.counts | self.facts | self.kept
        return save_upload(file, self.kind, outcome, by=self.by, at=self.at)

    def note(self, about: str, change: Mapping[str, Sequence[Any]], *, new: bool = False, url: str = "") -> None:
        """Note what is written to a row, as {field: [was, is]}; nothing, and it is not `new`: it is left as it is."""
        fields = [
            FieldChange(FACT_WORDS.get(key) or field_name(self.model, key), self.shown(key, was), self.shown(key, now))
            for key, (was, now) in change.items()
        ]
        self.found.note(about, fields, new=new, url=url)

    def _require(self) -> None:
        if not rules.test_rule(self.rule, self.by, self.row()):
            raise NotAllowed

    def _read(self, content: IO[bytes]) -> TableRead:
        return read_table(content, self.columns, key=self.key, year=self.year_of_dates())

    @in_one_transaction
    def _rehearse(self, table: TableRead) -> DryRun:
        """Do it, look at it and undo it."""
        with transaction.atomic():
            found = self._write(table)
            transaction.set_rollback(True)
        return found

    def _write(self, table: TableRead) -> DryRun:
        """Write row by row, in the order of the file; what a row wrote before it was refused is undone."""
        self.found = DryRun(read=len(table.rows) + len(table.faulty), faults=table.faults, coverage=table.coverage)
        self.facts, self.kept = {}, {}
        self.begin([*table.rows, *table.faulty])
        for row in table.faulty:
            table.faults += self.faults_of(row)
        for row in table.rows:
            if faults := list(self.faults_of(row)):
                table.faults += faults
                continue
            try:
                with transaction.atomic():
                    self.write_row(row)
            except Refused as refusal:
                for name, message in refusal.fields.items() or [("", refusal.message)]:
                    table.faults.append(row.fault(REFUSED, self.cells.get(name, name), message=message))
        table.sort_faults()
        return self.found
