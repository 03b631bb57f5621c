"""Entering and editing requirements and their clauses, while nothing is answered (docs/rules.md#requirements)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.delivery import PDF
from governance.records.file_store import store_upload
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, raise_version, record, revised, verb
from teams.models import SpecialAction

from ..models import Clause, ClauseAnswer, Requirement

LONGEST_CLAUSE = 2000


@dataclass(frozen=True)
class NewClause:
    """A clause to enter; its number follows from its place."""

    text: str
    due_on: date | None = None


@verb(says=_("entered a requirement"))
def enter_requirement(
    action: SpecialAction,
    *,
    clauses: Sequence[NewClause],
    by: User,
    at: datetime,
    file: CheckedFile | None = None,
    **fields: Any,
) -> Requirement:
    """Enter a document from above with its clauses; `fields` are issuer, document, title, level, received_on, due_on.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the document has been entered already, it has no clause, a day is not valid, or the file is no PDF.
    """
    require("keep_requirements", by)
    action = locked(action)
    requirement = Requirement(action=action, **fields)
    faults = _received_faults(requirement.received_on, at) | _file_faults(file)
    if not clauses:
        faults["clauses"] = _("Enter at least one clause.")
    faults |= clause_faults(clauses, requirement.received_on)
    if faults:
        raise Invalid(fields=faults)
    inserted(requirement)
    for number, clause in enumerate(clauses, 1):
        inserted(Clause(requirement=requirement, number=number, text=clause.text.strip(), due_on=clause.due_on))
    if file is not None:
        _keep_file(requirement, file, by=by, at=at)
    record("enter_requirement", requirement, by=by, at=at, change={"clauses": len(clauses)})
    return requirement


@verb(says=_("edited a requirement"), saves=True)
def edit_requirement(
    requirement: Requirement,
    *,
    by: User,
    at: datetime,
    file: CheckedFile | None = None,
    seen: int | None = None,
    **fields: Any,
) -> Requirement:
    """Correct what was entered about a document; a `file` replaces the one that is there.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: a clause has been answered.
        Stale: it has changed since version `seen`.
        Invalid: as for entering.
    """
    require("keep_requirements", by)
    requirement = locked(requirement, "action")
    if ClauseAnswer.objects.filter(clause__requirement=requirement).exists():
        raise WrongState(_("A clause has been answered, so the document stays as it is."))
    received = fields.get("received_on", requirement.received_on)
    if faults := _received_faults(received, at) | _file_faults(file):
        raise Invalid(fields=faults)
    change: dict[str, Any] = revised(requirement, fields, seen=seen)
    if file is not None:
        change |= {"sha256": _keep_file(requirement, file, by=by, at=at)}
    if change:
        record("edit_requirement", requirement, by=by, at=at, change=change)
    return requirement


@verb(says=_("added clauses to a requirement"))
def add_clauses(requirement: Requirement, clauses: Sequence[NewClause], *, by: User, at: datetime) -> Sequence[Clause]:
    """Add clauses after those that are there; possible at any time, since no answer changes by it.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: there is none, or one is not valid.
    """
    require("keep_requirements", by)
    requirement = locked(requirement)
    faults = clause_faults(clauses, requirement.received_on)
    if not clauses:
        faults["clauses"] = _("Enter at least one clause.")
    if faults:
        raise Invalid(fields=faults)
    last = requirement.clauses.aggregate(last=Max("number"))["last"] or 0
    rows = [
        inserted(Clause(requirement=requirement, number=number, text=clause.text.strip(), due_on=clause.due_on))
        for number, clause in enumerate(clauses, last + 1)
    ]
    record("add_clauses", requirement, by=by, at=at, change={"clauses": [last, last + len(rows)]})
    return rows


@verb(says=_("edited a clause"), saves=True)
def edit_clause(
    clause: Clause, *, text: str, due_on: date | None, by: User, at: datetime, seen: int | None = None
) -> Clause:
    """Correct the text or the due date of a clause.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it has been answered.
        Stale: it has changed since version `seen`.
        Invalid: the text is empty, or the day is before the receipt.
    """
    require("keep_requirements", by)
    clause = locked(clause, "requirement")
    if clause.answers.exists():
        raise WrongState(_("This clause has been answered, so it stays as it is."))
    if faults := clause_faults([NewClause(text, due_on)], clause.requirement.received_on):
        raise Invalid(fields={"due_on" if due_on is not None and text.strip() else "text": faults["clauses"]})
    change = revised(clause, {"text": text.strip(), "due_on": due_on}, seen=seen)
    if change:
        record("edit_clause", clause, by=by, at=at, change=change)
    return clause


def clause_faults(clauses: Sequence[NewClause], received_on: date | None) -> dict[str, Text]:
    """What is wrong with the first clause that is not valid, under "clauses"."""
    for number, clause in enumerate(clauses, 1):
        words: dict[str, object] = {"number": number, "most": LONGEST_CLAUSE}
        if not clause.text.strip():
            return {"clauses": _("Clause %(number)s has no text.") % words}
        if len(clause.text.strip()) > LONGEST_CLAUSE:
            return {"clauses": _("Clause %(number)s is longer than %(most)s characters.") % words}
        if clause.due_on is not None and received_on is not None and clause.due_on < received_on:
            return {"clauses": _("Clause %(number)s is due before the day of receipt.") % words}
    return {}


def _received_faults(received_on: date | None, at: datetime) -> dict[str, Text]:
    if received_on is not None and received_on > day_of(at):
        return {"received_on": _("The day of receipt is in the future.")}
    return {}


def _file_faults(file: CheckedFile | None) -> dict[str, Text]:
    if file is not None and file.media_type != PDF:
        return {
            "file": _("“%(name)s” is no PDF. Save the document as a PDF and choose it again.") % {"name": file.name}
        }
    return {}


def _keep_file(requirement: Requirement, file: CheckedFile, *, by: User, at: datetime) -> str:
    """Store the original document and link it; returns its digest."""
    stored = store_upload(file, by=by, at=at)
    requirement.file = stored
    raise_version(requirement, "file")
    return stored.sha256
