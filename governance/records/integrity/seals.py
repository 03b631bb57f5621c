"""Seals: a chain of hashes over every row of the insert-only tables, set in batches (docs/rules.md#seals).

A seal covers the rows inserted since the last one. On PostgreSQL ids are committed out of order: an insert shares an
advisory lock until its transaction ends (`guards.py`), and a seal takes that lock alone for the moment in which it
reads the last ids. No row can then appear below them. On SQLite only one transaction writes at a time.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldError
from django.db import IntegrityError, connection, models, transaction
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text

from ..models import AuditEvent, AuditSeal, InsertOnly
from ..verbs import canonical
from .guards import SEAL_LOCK, insert_only_models

LOCK_SECONDS = 5
"""How long a seal waits on PostgreSQL for open transactions that have inserted rows; then the next run sets it."""

OPEN_FOR = timedelta(days=14)
"""How long an audit event may stay unsealed before `manage.py doctor` asks for it; longer than any holiday."""

_TRIES = 3
_EVENTS = AuditEvent._meta.label_lower


@dataclass(frozen=True)
class BrokenSeal:
    """The first thing that is wrong with a seal, or with the rows that it covers."""

    seal: AuditSeal
    fault: Text
    table: str = ""

    def __str__(self) -> str:
        return str(_("seal %(seal)s: %(fault)s") % {"seal": self.seal, "fault": self.fault})


def seal_records(*, at: datetime) -> AuditSeal | None:
    """Seal what was inserted since the last seal, outside any transaction of its own.

    Returns the seal; the last one when there is nothing new, None when nothing was ever inserted.

    Raises:
        OperationalError: PostgreSQL only; a transaction that inserts rows stayed open for more than LOCK_SECONDS.
    """
    for _attempt in range(_TRIES):
        last = AuditSeal.objects.order_by("number").last()
        since = last.read_ranges() if last else {}
        reached = _last_ids()
        if all(to == since.get(label, {}).get("to", 0) for label, to in reached.items()):
            return last
        ranges = {
            label: _range(label, since.get(label, {}).get("to", 0) + 1, to)
            for label, to in reached.items()
            if to or label == _EVENTS
        }
        events = ranges[_EVENTS]
        seal = AuditSeal(
            number=last.number + 1 if last else 1,
            from_id=events["from"],
            to_id=events["to"],
            events=events["rows"],
            ranges=canonical(ranges),
            at=at,
        )
        seal.sha256 = _head(seal, last.sha256 if last else "")
        try:
            with transaction.atomic():
                seal.save()
        except IntegrityError:  # somebody else has set this seal
            continue
        return seal
    return AuditSeal.objects.order_by("number").last()


def seal_over(events: "models.QuerySet[AuditEvent]") -> AuditSeal | None:
    """The seal over the first of `events` and whatever was written with it; None while it is open. One query."""
    first = events.order_by("pk").values("pk")[:1]
    return AuditSeal.objects.filter(to_id__gte=models.Subquery(first)).order_by("number").first()


def broken_chain() -> Iterator[BrokenSeal]:
    """Seals that do not follow from the one before; one query, no row of another table is read."""
    before: AuditSeal | None = None
    for seal in AuditSeal.objects.order_by("number").iterator():
        fault = _fault(seal, before)
        if fault:
            yield BrokenSeal(seal, fault)
        before = seal


def broken_ranges(seal: AuditSeal, labels: Iterable[str] | None = None) -> Iterator[BrokenSeal]:
    """Tables whose rows are not those that were sealed, each with its range; `labels`: of these models only."""
    for label, sealed in _ranges_of(seal).items():
        if labels is not None and label not in labels:
            continue
        named = {"table": label, "from": sealed.get("from"), "to": sealed.get("to")}
        try:
            now = _range(label, sealed["from"], sealed["to"], sealed.get("columns"))
        except (LookupError, FieldError, TypeError, ValueError):
            yield BrokenSeal(seal, _("%(table)s, ids %(from)s to %(to)s: can no longer be read") % named, label)
            continue
        if now["rows"] != sealed["rows"]:
            counted = named | {"sealed": sealed["rows"], "rows": now["rows"]}
            words = _("%(table)s, ids %(from)s to %(to)s: %(sealed)s rows were sealed, now there are %(rows)s")
            yield BrokenSeal(seal, words % counted, label)
        elif now != sealed:
            yield BrokenSeal(seal, _("%(table)s, ids %(from)s to %(to)s: a row was altered") % named, label)


def open_events() -> models.QuerySet[AuditEvent]:
    """Audit events since the last seal."""
    last = AuditSeal.objects.order_by("number").last()
    events: models.QuerySet[AuditEvent] = AuditEvent.objects.filter(pk__gt=last.to_id if last else 0)
    return events


def _fault(seal: AuditSeal, before: AuditSeal | None) -> Text:
    """Why a seal does not follow from the one before; "" when it does."""
    if seal.number != (before.number + 1 if before else 1):
        return _("the seal before it is missing")
    if seal.sha256 != _head(seal, before.sha256 if before else ""):
        return _("the seal itself was altered")
    earlier = _ranges_of(before) if before else {}
    if any(sealed["from"] != earlier.get(label, {}).get("to", 0) + 1 for label, sealed in _ranges_of(seal).items()):
        return _("it does not begin where the one before ends")
    return ""


def _ranges_of(seal: AuditSeal) -> dict[str, dict[str, Any]]:
    """The ranges of a seal; none where its text was altered so that it cannot be read."""
    try:
        return seal.read_ranges()
    except ValueError:
        return {}


def _head(seal: AuditSeal, before: str) -> str:
    """The head of the chain after a seal: the SHA-256 of the head before it and of all its columns."""
    columns = {name: getattr(seal, name) for name in ("number", "by_id", "from_id", "to_id", "events", "ranges")} | {
        "at": _plain(seal.at)
    }
    return hashlib.sha256(f"{before}\n{canonical(columns)}".encode()).hexdigest()


def _last_ids() -> dict[str, int]:
    """The last id of each insert-only table, in a moment in which no transaction holds a row that it may yet commit."""
    tables = {model._meta.label_lower: model._meta.db_table for model in _sealed_models().values()}
    quote = connection.ops.quote_name
    reading = " UNION ALL ".join(
        f"SELECT '{label}', coalesce(max(id), 0) FROM {quote(table)}" for label, table in tables.items()
    )
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"SET LOCAL lock_timeout = '{LOCK_SECONDS}s'")
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [SEAL_LOCK])
        cursor.execute(reading)
        return dict(cursor.fetchall())


def _sealed_models() -> dict[str, type[InsertOnly]]:
    """Every insert-only model by label; the seals are chained to each other."""
    return {model._meta.label_lower: model for model in insert_only_models() if model is not AuditSeal}


def _range(label: str, first: int, last: int, columns: list[str] | None = None) -> dict[str, Any]:
    """The rows of a table from one id to another: how many, which columns, and the SHA-256 of their lines.

    A line is the JSON array of a row's columns. An empty range has neither columns nor SHA-256.

    Raises:
        KeyError: there is no such model any more.
        FieldError: there is no such column any more.
    """
    model = _sealed_models()[label]
    names = columns or sorted(field.attname for field in model._meta.concrete_fields)
    digest, rows = hashlib.sha256(), 0
    found = model._default_manager.filter(pk__gte=first, pk__lte=last).order_by("pk").values_list(*names)
    for row in found.iterator(chunk_size=2000):
        digest.update(json.dumps(row, ensure_ascii=False, separators=(",", ":"), default=_plain).encode() + b"\n")
        rows += 1
    if not rows:
        return {"from": first, "to": last, "rows": 0}
    return {"from": first, "to": last, "rows": rows, "columns": names, "sha256": digest.hexdigest()}


def _plain(value: Any) -> str:
    """A value of a column as both databases give it: moments in UTC, numbers without trailing zeros."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return format(value.normalize(), "f")
    return str(value)
