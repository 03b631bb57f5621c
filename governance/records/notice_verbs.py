"""Verbs about one's own notices: open one, mark many or all as read, and undo that."""

import json
from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from .models import AuditEvent, Notice
from .person import Person
from .refusals import NotAllowed, WrongState
from .verbs import locked, record, verb


@verb(says=_("opened a notice"))
def open_notice(notice: Notice, *, by: Person, at: datetime) -> Notice:
    """Mark a notice as read the first time it is opened; opening it again writes nothing.

    Raises:
        NotAllowed: it is somebody else's.
    """
    if notice.to_id != by.pk:
        raise NotAllowed
    notice = locked(notice)
    if notice.read_at is None:
        notice.read_at = at
        notice.save(update_fields=["read_at"])
        record("open_notice", notice, by=by, at=at)
    return notice


@verb(says=_("marked all notices as read"))
def read_all_notices(*, by: Person, at: datetime) -> int:
    """Mark all of a person's notices as read and return how many were unread."""
    count = Notice.objects.visible_to(by).unread().update(read_at=at)
    if count:
        record("read_all_notices", None, by=by, at=at, change={"count": count})
    return count


@verb(says=_("marked notices as read or new"))
def mark_notices(notices: Iterable[Notice], *, read: bool, by: Person, at: datetime) -> AuditEvent | None:
    """Mark several of one's own notices as read, or as unread again; those already so are skipped.

    Returns the event, by which the marking can be undone; None where nothing changed.

    Raises:
        NotAllowed: one of them is somebody else's; none is marked.
    """
    keys = [notice.pk for notice in notices]
    mine = list(Notice.objects.select_for_update(no_key=True).filter(pk__in=keys, to=by.pk).order_by("pk"))
    if len(mine) != len(set(keys)):
        raise NotAllowed
    were = {notice.pk: notice.read_at for notice in mine if notice.is_read != read}
    if not were:
        return None
    Notice.objects.filter(pk__in=were).update(read_at=at if read else None)
    return record("mark_notices", None, by=by, at=at, change={"read_at": read, "count": len(were), "_were": were})


@verb(says=_("undid a marking of notices"))
def undo_marking(event: AuditEvent, *, by: Person, at: datetime) -> int:
    """Restore the notices of a `mark_notices` to their state before; return how many.

    Raises:
        NotAllowed: somebody else marked them.
        WrongState: one of them was opened or marked again since; nothing is undone.
    """
    if event.by_id != by.pk or event.verb != "mark_notices":
        raise NotAllowed
    change = json.loads(event.change)
    were = {int(key): value and datetime.fromisoformat(value) for key, value in change["_were"].items()}
    notices = list(Notice.objects.select_for_update(no_key=True).filter(pk__in=were, to=by.pk).order_by("pk"))
    stands = event.at if change["read_at"] else None
    if any(notice.read_at != stands for notice in notices):
        raise WrongState(_("Nothing was undone: some of these notices have since been opened or marked again."))
    for notice in notices:
        notice.read_at = were[notice.pk]
    Notice.objects.bulk_update(notices, ["read_at"], batch_size=200)
    record("undo_marking", None, by=by, at=at, change={"count": len(notices)})
    return len(notices)
