"""Evidence is attached, described and withdrawn; never deleted, nor changed once submitted (docs/rules.md#evidence)."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.file_store import store_upload
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.verbs import inserted, locked, record, revised, save_version, verb

from ..guards import check_writable
from ..models import (
    CloseOut,
    CloseOutEvidence,
    ProgressReport,
    ReportEntry,
    Task,
    TaskEvidence,
)
from ..models.evidence import Evidence
from ..states import TaskState

Link = TypeVar("Link", bound=Evidence)

CAPTION = 200
"""Characters of a caption."""


@verb
def attach_to_task(
    task: Task,
    files: Sequence[CheckedFile],
    *,
    by: User,
    at: datetime,
    caption: str = "",
    dated_on: date | None = None,
) -> list[TaskEvidence]:
    """Attach files to a task; `caption` and `dated_on` hold for each of them, else the day that a camera noted.

    Raises:
        NotAllowed: `by` neither writes the team's row for this task nor is of the office.
        WrongState: the task is cancelled.
        Invalid: a file is attached already, or the day is still to come; nothing is kept.
    """
    task = locked(task)
    require("attach_to_task", by, task)
    _check_task(task)
    rows = keep_evidence(TaskEvidence, task, files, by=by, at=at, caption=caption, dated_on=dated_on)
    record("attach_evidence", task, by=by, at=at, change=change_of(rows))
    return rows


@verb
def attach_to_close_out(
    close_out: CloseOut,
    files: Sequence[CheckedFile],
    *,
    by: User,
    at: datetime,
    caption: str = "",
    dated_on: date | None = None,
) -> list[CloseOutEvidence]:
    """Attach files to a close-out that is asked and not decided.

    Raises:
        NotAllowed: `by` does not draft for the team.
        WrongState: the close-out is decided.
        Invalid: as for a task.
    """
    task = locked(Task(pk=close_out.task_id))
    require("attach_to_close_out", by, task)
    close_out = locked(close_out)
    _check_undecided(close_out, task)
    rows = keep_evidence(CloseOutEvidence, close_out, files, by=by, at=at, caption=caption, dated_on=dated_on)
    record("attach_evidence", task, by=by, at=at, change=change_of(rows))
    return rows


def keep_evidence(
    model: type[Link],
    owner: Task | CloseOut | ReportEntry,
    files: Sequence[CheckedFile],
    *,
    by: User,
    at: datetime,
    caption: str = "",
    dated_on: date | None = None,
) -> list[Link]:
    """Keep files and link them to a locked owner, inside a verb that asks who may and records it: all, or none.

    Raises:
        Invalid: under "files" those attached already, under "dated_on" a day still to come.
    """
    _check_words(caption, dated_on, at=at)
    _check_fresh(model, owner, files)
    rows = []
    for file in files:
        stored = store_upload(file, by=by, at=at)
        row = model(owner=owner, file=stored, caption=caption.strip(), dated_on=dated_on or stored.dated_on)
        rows.append(inserted(row))
    return rows


def change_of(rows: Sequence[Evidence], **facts: object) -> dict[str, object]:
    """What the audit event of an attaching verb says: the files by name with their digests."""
    return {"files": {row.file.name: row.file.sha256 for row in rows}} | facts


@verb
def describe_evidence(
    evidence: Evidence, *, caption: str, dated_on: date | None, by: User, at: datetime, seen: int | None = None
) -> Evidence:
    """Say what a file shows and of which day it is.

    Raises:
        NotAllowed: `by` may not attach to its owner.
        WrongState: it is withdrawn, or its owner can no longer be changed.
        Stale: somebody else has described it since version `seen`.
        Invalid: the caption is too long, or the day is still to come.
    """
    evidence = _held(evidence, by=by, at=at)
    _check_words(caption, dated_on, at=at)
    change = revised(evidence, {"caption": caption.strip(), "dated_on": dated_on}, seen=seen, exclude=("owner", "file"))
    if change:
        record("describe_evidence", evidence, by=by, at=at, change=change)
    return evidence


@verb
def withdraw_evidence(evidence: Evidence, *, by: User, at: datetime) -> Evidence:
    """Take a file back: it is no longer shown, but who withdrew it and when stays, and so does what was submitted.

    Raises:
        NotAllowed: `by` may not attach to its owner.
        WrongState: it is withdrawn already, or its owner can no longer be changed.
    """
    evidence = _held(evidence, by=by, at=at)
    save_version(evidence, {"withdrawn_at": at, "withdrawn_by": by})
    record("withdraw_evidence", evidence, by=by, at=at, change={"files": {evidence.file.name: evidence.file.sha256}})
    return evidence


def may_touch(user: User, evidence: Evidence) -> bool:
    """Whether the rules let `user` describe or withdraw a piece, whatever the state of its owner."""
    owner = evidence.owner
    if isinstance(owner, Task):
        return may(user, "attach_to_task", owner)
    if isinstance(owner, CloseOut):
        return may(user, "attach_to_close_out", owner.task)
    return _writes_row(user, owner.task)


def is_open(evidence: Evidence) -> bool:
    """Whether a piece and its owner can be changed now."""
    owner = evidence.owner
    if evidence.withdrawn_at is not None:
        return False
    if isinstance(owner, Task):
        return owner.state != TaskState.CANCELLED
    if isinstance(owner, CloseOut):
        return owner.is_waiting
    return owner.report.is_editable and not owner.report.period.is_closed


def _held(evidence: Evidence, *, by: User, at: datetime) -> Evidence:
    """Lock a piece under its owner, with everything asked that attaching would ask.

    Raises:
        NotAllowed, WrongState: as the verbs say.
    """
    if isinstance(evidence, TaskEvidence):
        task = locked(Task(pk=evidence.owner_id))
        require("attach_to_task", by, task)
        _check_task(task)
    elif isinstance(evidence, CloseOutEvidence):
        close_out = CloseOut.objects.get(pk=evidence.owner_id)
        task = locked(Task(pk=close_out.task_id))
        require("attach_to_close_out", by, task)
        _check_undecided(locked(close_out), task)
    else:
        entry = ReportEntry.objects.select_related("task", "report").get(pk=evidence.owner_id)
        if not _writes_row(by, entry.task):
            raise NotAllowed
        _writable(entry.report, at=at)
    evidence = locked(evidence, "file")
    if evidence.withdrawn_at is not None:
        raise WrongState(_("“%(name)s” was withdrawn already; reload the page.") % {"name": evidence})
    return evidence


def _check_words(caption: str, dated_on: date | None, *, at: datetime) -> None:
    """Refuse a caption that is too long or a day that is still to come, before any bytes are kept."""
    if len(caption.strip()) > CAPTION:
        sentence = _("Please keep the caption to %(most)s characters.") % {"most": CAPTION}
        raise Invalid(fields={"caption": sentence})
    if dated_on is not None and dated_on > day_of(at):
        raise Invalid(fields={"dated_on": _("This day is still to come. Enter the day that the file shows.")})


def _writable(report: ProgressReport, *, at: datetime) -> ProgressReport:
    """Lock a report and see that it can be written now."""
    report = locked(report, "team", "period")
    check_writable(report, on=day_of(at))
    return report


def _writes_row(user: User, task: Task) -> bool:
    """Who writes the row, and the office that enters a report on paper."""
    return may(user, "write_row", task) or may(user, "enter_report_on_paper", task)


def _check_task(task: Task) -> None:
    if task.state == TaskState.CANCELLED:
        raise WrongState(_("“%(task)s” is cancelled and takes no more evidence.") % {"task": task})


def _check_undecided(close_out: CloseOut, task: Task) -> None:
    close_out.task = task
    if not close_out.is_waiting:
        raise WrongState(_("This close-out no longer waits; its evidence stays as it is. Attach the file to the task."))


def _check_fresh(model: type[Evidence], owner: Task | CloseOut | ReportEntry, files: Sequence[CheckedFile]) -> None:
    """Refuse what the owner has already, whether it comes as it was or as it was kept, and what came twice."""
    kept = model.objects.filter(owner=owner).in_force().values_list("file__sha256", "file__original_sha256")
    known = {digest for digests in kept for digest in digests}
    refused = []
    for file in files:
        if file.original_sha256 in known:
            refused.append(
                gettext("“%(name)s” is attached here already. Choose the others again.") % {"name": file.name}
            )
        known.add(file.original_sha256)
    if refused:
        raise Invalid(fields={"files": "\n".join(refused)})
