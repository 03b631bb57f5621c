"""How a row is compared with the event of the audit log that made it."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime

from governance.people.models import User
from governance.records.models import AuditEvent, InsertOnly
from governance.records.values import WITHHELD

from ..words.verification import Compared, Finding


def signed(path: str, row: InsertOnly, event: AuditEvent) -> Iterator[Finding]:
    """Person and moment of a row and of its event."""
    yield from differ(f"{path}.by", who(row.by), who(event.by))
    yield from differ(f"{path}.at", moment(row.at), moment(event.at))


def differ(path: str, found: object, expected: object) -> Iterator[Finding]:
    """A finding where a row says something else than the audit log."""
    if found != expected:
        yield Finding(path, Compared.RECORDED, found, expected)


def told(event: AuditEvent, name: str, otherwise: str) -> object:
    """What an event says of a field; `otherwise` where it says nothing of it, or only that there was something."""
    try:
        said = json.loads(event.change).get(name, otherwise)
    except (ValueError, AttributeError):
        return None
    said = said[1] if isinstance(said, list) and len(said) == 2 else said
    return otherwise if said == WITHHELD else said


def who(user: User | None) -> str | None:
    """A person by name and account: two may have the same name."""
    return None if user is None else f"{user} ({user.username})"


def moment(at: datetime | None) -> str | None:
    """A moment as findings write it."""
    return None if at is None else at.astimezone(UTC).isoformat()
