"""Verbs about one's own notices: opening one, and being done with all."""

from datetime import datetime
from typing import TYPE_CHECKING

from .models import Notice
from .refusals import NotAllowed
from .verbs import locked, record, verb

if TYPE_CHECKING:
    from governance.people.models import User


@verb
def open_notice(notice: Notice, *, by: "User", at: datetime) -> Notice:
    """Mark a notice as read when it is opened first; opening it again writes nothing.

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


@verb
def read_all_notices(*, by: "User", at: datetime) -> int:
    """Mark all of a person's notices as read and answer how many were not."""
    count = Notice.objects.visible_to(by).unread().update(read_at=at)
    if count:
        record("read_all_notices", None, by=by, at=at, change={"count": count})
    return count
