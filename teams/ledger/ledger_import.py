"""Imports the officials' ledger: a dry run first, then all or nothing (docs/rules.md#ledger).

`reconciliation` decides what its rows change; this module reads the file, writes everything in one transaction, stores
the original, and notifies the teams.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import IO, Any, Self

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.faults import CellFault
from governance.lists.text import names_text
from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.columns import longest
from governance.records.dry_runs import DryRun, FileRefused, told
from governance.records.file_store import save_upload, store_file
from governance.records.models import SavedUpload, StoredFile
from governance.records.tried_uploads import XLSX, claim
from governance.records.verbs import locked, record, tell, verb
from governance.records.words import upload_kind

from ..models import SpecialAction, SpecialTeam, Task
from ..notices import TeamNotice
from ..roster.recipients import people_of
from ..tasks.changes import LampContext, write_changes, write_new
from .dry_run import dry_run_of
from .file import Ledger, LedgerNotice, read_ledger
from .file.columns import COLUMNS
from .reconciliation import Reconciliation, reconcile

LEDGER_UPLOAD = upload_kind("ledger", _("Task ledger"))

BATCH = 500
"""Tasks written at once, between two reports of progress."""

LENGTHS = {each.field: longest(Task, each.field) for each in COLUMNS if each.read}
"""The longest texts that a task stores, in characters; 0 for what is no text."""

NAMED = 20
"""The most new tasks that a notice to a team names."""

Progress = Callable[[str, int, int], None]
"""Called with what is being done, how much of it is done and how much there is."""


@dataclass
class LedgerImport:
    """The result of an import or a dry run: the ledger as read, the numbers added, changed, and left unchanged."""

    ledger: Ledger
    added: list[int]
    changed: list[int]
    unchanged: list[int]
    upload: SavedUpload | None = None
    found: Reconciliation | None = None

    @classmethod
    def of(cls, ledger: Ledger, found: Reconciliation, *, carried_out: bool = False) -> Self:
        """The result of a comparison; its ledger has the errors and notices of both.

        What a dry run asks is an error of what is `carried_out`.
        """
        errors = [*found.errors, *(found.asks if carried_out else ())]
        return cls(
            ledger=Ledger(ledger.year, ledger.tasks, errors, found.notices, ledger.coverage),
            added=[task.number for task in found.new],
            changed=[change.task.number for change in found.changes],
            unchanged=found.unchanged,
            found=found,
        )

    @property
    def dry_run(self) -> DryRun:
        """The same for the page; build it before anything is written."""
        if self.found is None:
            return DryRun(faults=self.errors, coverage=self.ledger.coverage)
        return dry_run_of(self.ledger, self.found)

    @property
    def errors(self) -> list[CellFault]:
        """Everything wrong; with any error nothing is written."""
        return self.ledger.errors

    @property
    def notices(self) -> list[LedgerNotice]:
        """What the reader should know, though nothing is wrong."""
        return self.ledger.notices

    def as_dict(self) -> dict[str, Any]:
        """As `import_tasks --json` prints it, reasons in the reader's language."""
        asks = [] if self.found is None or self.errors else self.found.asks
        return self.ledger.as_dict(told) | ({"asks": [each.as_dict(told) for each in asks]} if asks else {})


class LedgerRefused(FileRefused):
    """The ledger has errors and nothing was written; `outcome` lists them with their cells."""

    message = _("The ledger has errors. Nothing was changed; correct the cells that are named and import it again.")

    def __init__(self, outcome: LedgerImport) -> None:
        super().__init__(outcome.dry_run)
        self.outcome = outcome


def try_ledger(
    action: SpecialAction,
    source: Path | IO[bytes],
    *,
    year: int,
    at: datetime,
    start: date | None = None,
    progress: Progress | None = None,
) -> LedgerImport:
    """What importing the ledger would do, with errors, notices and what it asks; writes nothing."""
    ledger = _read(action, source, year, start, progress)
    return LedgerImport.of(ledger, reconcile(action, ledger, _tasks(action, year), on=day_of(at)))


def import_ledger(
    action: SpecialAction,
    source: Path | IO[bytes],
    *,
    year: int,
    by: User | None,
    at: datetime,
    name: str = "",
    tried: StoredFile | None = None,
    seen: str | None = None,
    start: date | None = None,
    progress: Progress | None = None,
) -> LedgerImport:
    """Import a ledger of `year`, from a path or a seekable file, all or nothing. The original is stored.

    `start` is the start of new tasks on sheets that have no column for it. `by` is None for the command line. `name` is
    the name of the file where `source` has none. `tried` is the file stored by a dry run, with the content of `source`,
    and `seen` the fingerprint that was shown. The file is read before the transaction begins; what its rows change is
    decided inside, while the tasks are locked.

    Raises:
        NotAllowed: `by` is not of the special office.
        LedgerRefused: the ledger has errors; carries all of them.
        CarriedOut: the tried file was imported before.
        MovedOn: the import would do something else than the dry run showed.
    """
    if by is not None:
        require("import_ledger", by, action)
    with _opened(source) as file:
        ledger = _read(action, file, year, start, progress)
        if ledger.errors or isinstance(file, Path):
            raise LedgerRefused(LedgerImport.of(ledger, reconcile(action, ledger, _tasks(action, year), on=day_of(at))))
        name = name or Path(getattr(file, "name", "ledger.xlsx")).name
        return _write(
            action, ledger, file, name=name, tried=tried, seen=seen, by=by, at=at, progress=progress or _silent
        )


@verb(says=_("imported a task ledger"), name="import_ledger")
def _write(
    action: SpecialAction,
    ledger: Ledger,
    file: IO[bytes],
    *,
    name: str,
    tried: StoredFile | None,
    seen: str | None,
    by: User | None,
    at: datetime,
    progress: Progress,
) -> LedgerImport:
    """Lock the action and its tasks, compare, write, store the original, write one audit event."""
    action = locked(action)
    if tried is not None:
        tried = claim(tried)
    tasks = _tasks(action, ledger.year).select_for_update(no_key=True, of=("self",))
    found = reconcile(action, ledger, tasks, on=day_of(at))
    outcome = LedgerImport.of(ledger, found, carried_out=True)
    if outcome.errors:
        raise LedgerRefused(outcome)
    if seen is not None:
        outcome.dry_run.check(seen)
    _write_tasks(found, by=by, at=at, lamp_context=LampContext.of(action), progress=progress)
    numbers = {"added": outcome.added, "changed": outcome.changed, "unchanged": outcome.unchanged}
    file_row = tried or store_file(file, name=name, media_type=XLSX, by=by, at=at)
    outcome.upload = save_upload(file_row, LEDGER_UPLOAD, {"year": ledger.year} | numbers, by=by, at=at)
    _tell_teams(found.new, at=at, key=f"ledger-{outcome.upload.pk}")
    counts = {kind: len(of_kind) for kind, of_kind in numbers.items()}
    change = {"file": file_row.name, "sha256": file_row.sha256, "year": ledger.year}
    record("import_ledger", action, by=by, at=at, change=change | counts)
    return outcome


def _write_tasks(
    found: Reconciliation, *, by: User | None, at: datetime, lamp_context: LampContext, progress: Progress
) -> None:
    """Write new tasks and changes in batches, with versions, as every verb does."""
    cause = "import_ledger"
    total, done = len(found.new) + len(found.changes), 0
    joint = {id(task): departments for task, departments in found.joint}
    for tasks in _batches(found.new):
        named = [(task, joint.get(id(task), ())) for task in tasks]
        write_new(tasks, cause=cause, by=by, at=at, lamp_context=lamp_context, joint=named)
        done += len(tasks)
        progress("write", done, total)
    for changes in _batches(found.changes):
        write_changes(changes, cause=cause, by=by, at=at, lamp_context=lamp_context)
        done += len(changes)
        progress("write", done, total)


def _tell_teams(tasks: list[Task], *, at: datetime, key: str) -> None:
    """One notice per team to its people about all the open tasks that are new to them."""
    by_team: dict[SpecialTeam, list[Task]] = {}
    for task in tasks:
        if task.is_open:
            by_team.setdefault(task.team, []).append(task)
    for team, new in by_team.items():
        numbers = names_text(str(task.number) for task in new[:NAMED]) + (" …" if len(new) > NAMED else "")
        tell(
            people_of(team),
            TeamNotice.TASK_ASSIGNED,
            key=f"{key}-{team.pk}",
            url=team.get_absolute_url(),
            at=at,
            facts={"task": str(new[0]) if len(new) == 1 else numbers},
        )


def _read(
    action: SpecialAction, source: Path | IO[bytes], year: int, start: date | None, progress: Progress | None
) -> Ledger:
    """Read the file with the names in the action."""
    teams = SpecialTeam.objects.filter(action=action)
    return read_ledger(
        source,
        year=year,
        departments=[(text, department.name) for text, department in Department.objects.by_name().items()],
        teams=[(text, team.name) for team in teams for text in (team.name, team.short_name, team.code)],
        lengths=LENGTHS,
        start=start,
        progress=(lambda done, total: progress("read", done, total)) if progress else None,
    )


def _tasks(action: SpecialAction, year: int) -> QuerySet[Task]:
    """The tasks that a ledger of `year` may change."""
    return Task.objects.filter(action=action, year=year).select_related("team").order_by("pk")


@contextmanager
def _opened(source: Path | IO[bytes]) -> Iterator[Path | IO[bytes]]:
    """The source as one open file, so that the stored bytes are those read; a path that cannot be opened stays one."""
    if not isinstance(source, Path):
        yield source
        return
    try:
        file = source.open("rb")
    except OSError:
        yield source
        return
    with file:
        yield file


def _batches(rows: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(rows), BATCH):
        yield rows[start : start + BATCH]


def _silent(what: str, done: int, total: int) -> None:
    """Report no progress."""
