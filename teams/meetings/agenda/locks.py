"""The frame of the verbs about a meeting: the row locked, its version checked, its state asked."""

from collections.abc import Collection
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import day_text
from governance.records.refusals import WrongState
from governance.records.verbs import locked
from teams.guards import check_seen
from teams.models import SpecialAction

from ..models import AgendaItem, Meeting, MinutesIssue
from ..states import MEETING_WORKED_ON


def locked_meeting(meeting: Meeting, *, seen: int | None = None, with_action: bool = False) -> Meeting:
    """Lock a meeting and read it again; before it the action, where a number is taken.

    Raises:
        Stale: it has changed since version `seen`.
    """
    if with_action:
        locked(SpecialAction(pk=meeting.action_id))
    meeting = locked(meeting, "action", "chair", "secretary", "submitted_by")
    check_seen(meeting, seen)
    return meeting


def check_worked_on(meeting: Meeting, states: Collection[str] = MEETING_WORKED_ON) -> None:
    """Refuse a meeting whose agenda and attendance are no longer written.

    Raises:
        WrongState: it is cancelled, or its minutes are submitted or issued.
    """
    if meeting.state not in states:
        raise WrongState(
            _("“%(meeting)s” is now: %(state)s. Its agenda and attendance can no longer be changed.")
            % {"meeting": meeting, "state": meeting.get_state_display()}
        )


def check_attendance_open(meeting: Meeting) -> None:
    """Refuse to change the attendance once minutes were submitted: what they said stays.

    Raises:
        WrongState: minutes were submitted, even if they were sent back since.
    """
    if meeting.fixed_at is not None:
        raise WrongState(
            _("The attendance was fixed when the minutes were submitted on %(day)s.")
            % {"day": day_text(meeting.fixed_at)}
        )


def check_day_has_come(meeting: Meeting, at: datetime) -> None:
    """Refuse before the meeting's day.

    Raises:
        WrongState: the day is still to come.
    """
    if day_of(at) < day_of(meeting.starts_at):
        raise WrongState(
            _("The meeting is on %(day)s. Record it from that day on, or move it first.")
            % {"day": day_text(meeting.starts_at)}
        )


def locked_item(item: AgendaItem) -> AgendaItem:
    """Lock the meeting of an item and then the item, and read both again."""
    meeting = locked_meeting(Meeting(pk=item.meeting_id, action_id=item.meeting.action_id))
    item = locked(item, "team", "speaker")
    item.meeting = meeting
    return item


def last_issue(meeting: Meeting) -> MinutesIssue | None:
    """The minutes as they were last issued; None before that."""
    return MinutesIssue.objects.filter(meeting=meeting).order_by("-number").first()
