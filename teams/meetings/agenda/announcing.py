"""Announcing meetings, moving and cancelling them; everybody invited is told (docs/rules.md#announcing)."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import day_text, names_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import record, revised, save_version, verb
from teams.models.team import existed
from teams.states import check_move

from ..models import AgendaItem, Meeting
from ..notices import MeetingNotice
from ..states import MEETING_MOVES, MeetingState
from .locks import check_worked_on, locked_meeting
from .planning import check_day_stays, check_still_announced, tell_if_moved
from .recipients import invited, tell_announced, tell_of_meeting


@verb(says=_("announced a meeting"))
def announce_meeting(meeting: Meeting, *, by: User, at: datetime, seen: int | None = None) -> Meeting:
    """Tell everybody invited when and where the meeting is.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it is announced, has begun or is no longer in preparation.
        Invalid: it has no place, or an item is of a team that does not exist on its day.
        Stale: it has changed since version `seen`.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting, seen=seen)
    check_worked_on(meeting, (MeetingState.PLANNED,))
    if meeting.announced_at is not None:
        raise WrongState(
            _("The meeting was announced on %(day)s. Later changes of time and place are sent when they are saved.")
            % {"day": day_text(meeting.announced_at)}
        )
    if at >= meeting.starts_at:
        raise WrongState(_("The meeting has begun; it can no longer be announced. Move it or record it as held."))
    if not meeting.place:
        raise Invalid(fields={"place": _("Enter the place before the meeting is announced.")})
    _check_teams_exist(meeting)
    save_version(meeting, {"announced_at": at})
    record("announce_meeting", meeting, by=by, at=at, change={"count": invited(meeting).count()})
    tell_announced(meeting, by=by, at=at)
    return meeting


@verb(says=_("moved a meeting"))
def move_meeting(
    meeting: Meeting, *, starts_at: datetime, place: str, by: User, at: datetime, seen: int | None = None
) -> Meeting:
    """Give a meeting in preparation another time or place; once it is announced, everybody gets the new and the old.

    Marks that were noted stay as they are.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it is no longer in preparation.
        Invalid: the year differs, it would begin before the moment for reporting leave, or an announced meeting would
            lose its place or begin in the past.
        Stale: it has changed since version `seen`.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting, seen=seen)
    check_worked_on(meeting, (MeetingState.PLANNED,))
    check_day_stays(meeting, starts_at)
    place = place.strip()
    check_still_announced(meeting, starts_at, place, at)
    before = (meeting.starts_at, meeting.place)
    change = revised(meeting, {"starts_at": starts_at, "place": place})
    if change:
        record("move_meeting", meeting, by=by, at=at, change=change)
        tell_if_moved(meeting, before, by=by, at=at)
    return meeting


@verb(says=_("cancelled a meeting"))
def cancel_meeting(meeting: Meeting, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Meeting:
    """Cancel a meeting that was not held; its number is free again, its address is that of its key.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it was held or is cancelled already.
        Invalid: there is no reason.
        Stale: it has changed since version `seen`.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting, seen=seen, with_action=True)
    check_move(meeting, MeetingState.CANCELLED, MEETING_MOVES)
    reason = reason.strip()
    if not reason:
        raise Invalid(fields={"reason": _("State why the meeting is cancelled.")})
    change = save_version(meeting, {"state": MeetingState.CANCELLED, "number": None, "cancel_reason": reason})
    record("cancel_meeting", meeting, by=by, at=at, change=change)
    if meeting.announced_at is not None:
        tell_of_meeting(
            invited(meeting),
            meeting,
            MeetingNotice.MEETING_CANCELLED,
            occasion="cancelled",
            by=by,
            at=at,
            begins=meeting.starts_at.isoformat(),
            reason=reason,
        )
    return meeting


def _check_teams_exist(meeting: Meeting) -> None:
    """Refuse items of teams that do not exist on the meeting's day.

    Raises:
        Invalid: names them.
    """
    day = day_of(meeting.starts_at)
    gone = AgendaItem.objects.filter(meeting=meeting, team__isnull=False).exclude(existed(day, day, team="team__"))
    names = list(gone.values_list("team__short_name", flat=True))
    if names:
        raise Invalid(
            _("On %(day)s these teams do not exist: %(teams)s. Bring the agenda up to date first.")
            % {"day": day_text(day), "teams": names_text(names)}
        )
