"""The frame of every verb: one transaction, the parent locked and read again, one audit event.

@verb(says=_("acknowledged a task"))
def acknowledge_task(task: Task, *, by: User, at: datetime) -> Task:
    task = locked(task)
    ...
    record("acknowledge_task", task, by=by, at=at)
    return task
"""

import copy
import functools
import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from typing import Any, ParamSpec, TypeVar

from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, models, transaction

from governance.lists.text import Text

from .columns import column
from .models import AuditEvent, Editable, Notice
from .person import Person
from .refusals import Difference, Invalid, Stale
from .values import WITHHELD, recorded, shown
from .words import NOTICE_SENTENCES, VERB_READERS, VERB_WORDS

Row = TypeVar("Row", bound=models.Model)
Asked = ParamSpec("Asked")
Answer = TypeVar("Answer")

SAVING_VERBS: set[str] = set()
"""Names of the verbs that only save; all others decide."""

_address: ContextVar[str | None] = ContextVar("address", default=None)
_TRIES = 5
_BUSY = ("database is locked", "deadlock detected", "could not serialize")


def verb(
    *, says: Text, name: str = "", read_by: str = "", saves: bool = False
) -> Callable[[Callable[Asked, Answer]], Callable[Asked, Answer]]:
    """Mark a change of state: it runs in one transaction, and the audit log describes it by `says`.

    `name` is stored in its events; by default it is the function's name. `read_by` is a role that reads these events
    beside the auditor. A verb that only `saves` moves no state and tells nobody, and can be repeated from the same
    form: Enter may call it, and no other (docs/rules.md#forms).
    """

    def mark(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
        VERB_WORDS.register(name or function.__name__, says)
        if read_by:
            VERB_READERS.register(name or function.__name__, read_by)
        if saves:
            SAVING_VERBS.add(name or function.__name__)
        return in_one_transaction(function)

    return mark


def in_one_transaction(function: Callable[Asked, Answer]) -> Callable[Asked, Answer]:
    """Run `function` in one transaction; a busy database is retried a bounded number of times.

    Inside another transaction it joins that one. For functions that only call verbs, which write the audit events.
    """

    @functools.wraps(function)
    def run(*args: Asked.args, **kwargs: Asked.kwargs) -> Answer:
        if transaction.get_connection().in_atomic_block:
            return function(*args, **kwargs)
        for attempt in range(1, _TRIES + 1):
            try:
                with transaction.atomic():
                    return function(*args, **kwargs)
            except OperationalError as error:
                if attempt == _TRIES or not any(word in str(error) for word in _BUSY):
                    raise
                time.sleep(0.05 * attempt)
        raise AssertionError("unreachable")

    return run


def locked(row: Row, *related: str) -> Row:
    """Lock `row` for this transaction and read it again; `related` names what to join in the same query."""
    rows = row.__class__._default_manager.select_for_update(no_key=True, of=("self",))
    if related:
        rows = rows.select_related(*related)
    return rows.get(pk=row.pk)


def save_version(row: Editable, fields: dict[str, Any], *, seen: int | None = None) -> dict[str, list[Any]]:
    """Write `fields` to a locked editable row, raise its version, and return what changed: {name: [was, is]}.

    A related row is returned by its name, as readers of the audit log know it. Nothing is written when nothing changes.
    With `seen`, the version the form was opened on, a row with a newer version is refused.

    Raises:
        Stale: the row has a newer version than `seen`; carries the fields that differ.
    """
    change = {
        name: [recorded(getattr(row, name)), recorded(value)]
        for name, value in fields.items()
        if getattr(row, column(row, name).attname) != (value.pk if isinstance(value, models.Model) else value)
    }
    if seen is not None and seen != row.version:
        raise Stale(
            [_difference(row, name, fields[name]) for name in change],
            version=row.version,
        )
    if change:
        for name in change:
            setattr(row, name, fields[name])
        raise_version(row, *change)
    return change


def raise_version(row: Editable, *columns: str) -> None:
    """Save the columns of a locked row with its next version; without any, other rows that belong to it changed."""
    row.version += 1
    row.save(update_fields=[*columns, "version"])


def checked(row: Row, *, exclude: tuple[str, ...] = ()) -> Row:
    """Validate a row, including constraints, before it is written.

    Raises:
        Invalid: carries the messages by field; those of the whole row under "__all__".
    """
    try:
        row.full_clean(exclude=exclude)
    except ValidationError as error:
        raise Invalid(fields={name: " ".join(messages) for name, messages in error.message_dict.items()}) from error
    return row


def inserted(row: Row, *, exclude: tuple[str, ...] = ()) -> Row:
    """Check a new row and insert it; a key taken by somebody else at the same moment is refused like any taken key.

    Raises:
        Invalid: the row is not valid; carries the messages by field.
    """
    checked(row, exclude=exclude)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError:
        checked(row, exclude=exclude)
        raise
    return row


def revised(
    row: Editable, fields: dict[str, Any], *, seen: int | None = None, exclude: tuple[str, ...] = ()
) -> dict[str, list[Any]]:
    """`save_version` for a row that a form edits: its new state is validated before it is written.

    `exclude` names fields that are not checked because another verb writes them.

    Raises:
        Stale: the row has a newer version than `seen`.
        Invalid: the new state is not valid; carries the messages by field.
    """
    if seen is None or seen == row.version:
        candidate = copy.copy(row)
        for name, value in fields.items():
            setattr(candidate, name, value)
        checked(candidate, exclude=exclude)
    return save_version(row, fields, seen=seen)


def record(
    name: str,
    row: models.Model | None,
    *,
    by: Person | None,
    at: datetime,
    change: dict[str, Any] | None = None,
    behalf: str = "",
) -> AuditEvent:
    """Write the one audit event of a verb.

    A model names in `WITHHELD_FROM_AUDIT` what its events say has changed without saying how, and gives a name without
    words in `audit_name` where its text is not for auditors.

    Raises:
        LookupError: no verb of this name is registered.
    """
    if name not in VERB_WORDS:
        raise LookupError(f"No @verb is called {name}.")
    withheld: frozenset[str] = getattr(row, "WITHHELD_FROM_AUDIT", frozenset())
    return AuditEvent.objects.create(
        verb=name,
        at=at,
        by_id=by.pk if by is not None else None,
        object_type=row._meta.label_lower if row is not None else "",
        object_id=str(row.pk) if row is not None else "",
        object_name=str(getattr(row, "audit_name", row))[:300] if row is not None else "",
        change=canonical({**(change or {}), **dict.fromkeys(withheld & (change or {}).keys(), WITHHELD)}),
        address=_address.get(),
        behalf=behalf,
    )


@contextmanager
def serving(address: str | None) -> Iterator[None]:
    """For as long as the block lasts, `address` is the network address that audit events name; in a command none is."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def tell(
    people: Iterable[Person],
    kind: str,
    *,
    key: str,
    url: str,
    at: datetime,
    facts: dict[str, str],
    due_on: date | None = None,
) -> None:
    """Put a notice in the inbox of each of `people`; the same occasion gives one notice.

    Raises:
        LookupError: no app has registered a sentence for notices of this `kind`.
    """
    if kind not in NOTICE_SENTENCES:
        raise LookupError(f"No notice is called {kind}.")
    Notice.objects.bulk_create(
        [Notice(to_id=person.pk, kind=kind, key=key, url=url, at=at, facts=facts, due_on=due_on) for person in people],
        ignore_conflicts=True,
    )


def canonical(value: Any) -> str:
    """Canonical JSON: UTF-8, sorted keys, no spaces, decimals and dates as strings (docs/rules.md#canonical-json)."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=_as_text)


def _difference(row: models.Model, name: str, yours: Any) -> Difference:
    """The stored and the sent value, as text where the field has labels for its values."""
    field = column(row, name)
    return Difference(field.verbose_name, shown(getattr(row, name), field), shown(yours, field))


def _as_text(value: Any) -> Any:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, set | frozenset):
        return sorted(value)
    return str(value)
