"""Binding the pack of a meeting: what it shows is kept as it was known at that moment (docs/rules.md#packs)."""

from datetime import datetime
from hashlib import sha256

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.verbs import canonical, inserted, record, verb

from ..models import Meeting, PackIssue
from ..states import MeetingState
from .locks import check_worked_on, locked_meeting
from .pack_body import compose_pack


@verb(says=_("bound the pack of a meeting"))
def bind_pack(meeting: Meeting, *, by: User, at: datetime) -> PackIssue:
    """Keep everything that the pack shows, as known at `at`, under the next number of the meeting.

    Raises:
        NotAllowed: `by` is neither a meeting secretary nor of the office.
        WrongState: the meeting is no longer in preparation; the last pack bound before it was held stands.
    """
    require("run_meetings", by)
    meeting = locked_meeting(meeting)
    check_worked_on(meeting, (MeetingState.PLANNED,))
    pack = insert_pack(meeting, by=by, at=at)
    record("bind_pack", meeting, by=by, at=at, change={"number": pack.number, "sha256": pack.sha256})
    return pack


def insert_pack(meeting: Meeting, *, by: User, at: datetime) -> PackIssue:
    """The pack of a locked meeting under its next number."""
    body = canonical(compose_pack(meeting, at=at))
    number = (meeting.packs.aggregate(last=Max("number"))["last"] or 0) + 1
    digest = sha256(body.encode()).hexdigest()
    return inserted(PackIssue(meeting=meeting, number=number, as_of=at, body=body, sha256=digest, by=by, at=at))


def standing_pack(meeting: Meeting) -> PackIssue | None:
    """The pack that stands: the last one bound, which for a meeting held is the last one before it."""
    return meeting.packs.order_by("-number").first()
