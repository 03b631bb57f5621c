"""Verbs to attach, describe and withdraw evidence; nothing submitted ever changes (docs/rules.md#evidence)."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import partial
from types import MappingProxyType
from typing import Any, TypeVar

from django.db.models import Model, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.people.models import User
from governance.records.file_store import store_upload
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, revised, save_version, verb

from ..models.evidence import Evidence
from .kinds import Piece, kind_for, kind_of

ATTACHED = _("attached evidence")
"""The audit log's text for every verb that attaches evidence."""

Link = TypeVar("Link", bound=Evidence)

CAPTION = 200
"""The longest caption, in characters."""


@verb(says=ATTACHED)
def attach_evidence(
    owner: Model,
    files: Sequence[CheckedFile],
    *,
    by: User,
    at: datetime,
    caption: str = "",
    dated_on: date | None = None,
    again: bool = False,
    marks: Mapping[str, Any] = MappingProxyType({}),
) -> list[Evidence]:
    """Attach files to a task, a close-out or another owner of evidence.

    `caption`, `dated_on` and `marks`, what a kind of link has besides, apply to each file; without a day, the date
    recorded by the camera is used. With `again`, for a browser that sends once more what was cut off, files that are
    attached already are left out.

    Raises:
        NotAllowed: `by` may not attach to it.
        WrongState: its evidence cannot be changed now.
        Invalid: a file is attached already, or the day is in the future; nothing is stored.
    """
    kind = kind_for(owner)
    owner = kind.hold(owner.pk, by=by, at=at)
    keep = partial(keep_evidence, caption=caption, dated_on=dated_on, again=again, marks=marks)
    rows = keep(kind.model, owner, files, by=by, at=at)
    if rows:
        record("attach_evidence", kind.subject_of(owner), by=by, at=at, change=change_of(rows))
    return rows


def keep_evidence(
    model: type[Link],
    owner: Model,
    files: Sequence[CheckedFile],
    *,
    by: User,
    at: datetime,
    caption: str = "",
    dated_on: date | None = None,
    again: bool = False,
    marks: Mapping[str, Any] = MappingProxyType({}),
) -> list[Link]:
    """Store files and link them to a locked owner, all or none; the calling verb checks permission and records it.

    Raises:
        Invalid: under "files" those attached already, unless they are left out (`again`); under "dated_on" a day in the
            future.
    """
    _check_words(caption, dated_on, at=at)
    fresh = _fresh(model, owner, files)
    if not again and len(fresh) < len(files):
        refused = [file for file in files if file not in fresh]
        sentence = gettext("“%(name)s” is already attached here. Choose the other files again.")
        raise Invalid(fields={"files": "\n".join(sentence % {"name": file.name} for file in refused)})
    rows = []
    for file in fresh:
        stored = store_upload(file, by=by, at=at)
        row = model(owner=owner, file=stored, caption=caption.strip(), dated_on=dated_on or stored.dated_on, **marks)
        rows.append(inserted(row))
    return rows


def change_of(rows: Sequence[Evidence], **facts: object) -> dict[str, object]:
    """The change in the audit event of a verb: the files by their digests; what they are called is not for auditors."""
    return {"files": [row.file.sha256 for row in rows]} | facts


@verb(says=_("described evidence"), saves=True)
def describe_evidence(
    evidence: Evidence, *, caption: str, dated_on: date | None, by: User, at: datetime, seen: int | None = None
) -> Evidence:
    """Set a file's caption and the day that it shows.

    Raises:
        NotAllowed: `by` may not attach to its owner.
        WrongState: it is withdrawn, or its owner can no longer be changed.
        Stale: somebody else has described it since version `seen`.
        Invalid: the caption is too long, or the day is in the future.
    """
    evidence = _held(evidence, by=by, at=at)
    _check_words(caption, dated_on, at=at)
    change = revised(evidence, {"caption": caption.strip(), "dated_on": dated_on}, seen=seen, exclude=("owner", "file"))
    if change:
        record("describe_evidence", evidence, by=by, at=at, change=change)
    return evidence


@verb(says=_("withdrew evidence"))
def withdraw_evidence(evidence: Evidence, *, by: User, at: datetime) -> Evidence:
    """Withdraw a file: it is no longer shown, but who withdrew it and when is kept, and so are submitted copies.

    Raises:
        NotAllowed: `by` may not attach to its owner.
        WrongState: it is withdrawn already, or its owner can no longer be changed.
    """
    evidence = _held(evidence, by=by, at=at)
    save_version(evidence, {"withdrawn_at": at, "withdrawn_by": by})
    record("withdraw_evidence", evidence, by=by, at=at, change=change_of([evidence]))
    return evidence


def may_attach_to(user: User, owner: Model) -> bool:
    """Whether `user` may attach to `owner` now."""
    kind = kind_for(owner)
    return kind.is_open(owner) and kind.may_attach(user, owner)


def may_touch(user: User, piece: Piece) -> bool:
    """Whether the rules let `user` describe or withdraw a piece, whatever the state of its owner."""
    kind = kind_of(piece)
    return kind.may_attach(user, kind.owner_of(piece))


def is_open(piece: Piece) -> bool:
    """Whether a piece and its owner can be changed now."""
    kind = kind_of(piece)
    return not kind.is_final and piece.withdrawn_at is None and kind.is_open(kind.owner_of(piece))


def _held(evidence: Evidence, *, by: User, at: datetime) -> Evidence:
    """Lock a piece and its owner, with every check that attaching makes.

    Raises:
        NotAllowed, WrongState: as the verbs.
    """
    kind_of(evidence).hold(evidence.owner_id, by=by, at=at)
    evidence = locked(evidence, "file")
    if evidence.withdrawn_at is not None:
        raise WrongState(_("“%(name)s” was withdrawn already; reload the page.") % {"name": evidence})
    return evidence


def _check_words(caption: str, dated_on: date | None, *, at: datetime) -> None:
    """Refuse a caption that is too long or a day in the future, before any bytes are stored."""
    if len(caption.strip()) > CAPTION:
        sentence = _("Please keep the caption to %(most)s characters.") % {"most": CAPTION}
        raise Invalid(fields={"caption": sentence})
    if dated_on is not None and dated_on > day_of(at):
        raise Invalid(fields={"dated_on": _("This day is in the future. Enter the day the file shows.")})


def _fresh(model: type[Evidence], owner: Model, files: Sequence[CheckedFile]) -> list[CheckedFile]:
    """The files that the owner has not yet, by their uploaded or stored content, each content once."""
    kept = model.objects.filter(Q(owner=owner)).in_force().values_list("file__sha256", "file__original_sha256")
    known = {digest for digests in kept for digest in digests}
    fresh = []
    for file in files:
        if file.original_sha256 not in known:
            fresh.append(file)
            known.add(file.original_sha256)
    return fresh
