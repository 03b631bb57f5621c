"""The minutes of a meeting: written, submitted by one person, signed by another, corrected (docs/rules.md#minutes)."""

from datetime import datetime
from hashlib import sha256
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import canonical, inserted, record, revised, save_version, verb
from teams.states import check_move

from ..models import AgendaItem, Decision, InstructionLine, Meeting, MinutesIssue
from ..notices import MeetingNotice
from ..numbering import next_number
from ..states import MEETING_MOVES, DecisionState, ItemState, MeetingState
from .locks import check_worked_on, last_issue, locked_meeting
from .minutes_body import compose_minutes
from .recipients import readers_of_minutes, signers, tell_of_meeting


@verb(says=_("wrote minutes"))
def write_minutes(meeting: Meeting, *, text: str, by: User, at: datetime, seen: int | None = None) -> Meeting:
    """Keep the text of the minutes of a meeting that was held.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it was not held yet, or its minutes are submitted or issued.
        Stale: the meeting has changed since version `seen`.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting)
    check_worked_on(meeting, (MeetingState.HELD,))
    change = revised(meeting, {"minutes_text": text.strip()}, seen=seen)
    if change:
        record("write_minutes", meeting, by=by, at=at, change=change)
    return meeting


@verb(says=_("submitted minutes"))
def submit_minutes(meeting: Meeting, *, by: User, at: datetime, seen: int | None = None) -> Meeting:
    """Submit the minutes to be signed: items still open were dealt with, and the attendance is fixed for good.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it was not held, or they are submitted already; a decision or a line waits to be adopted.
        Invalid: they have no text.
        Stale: the meeting has changed since version `seen`.
    """
    require("prepare_meetings", by)
    meeting = locked_meeting(meeting, seen=seen)
    check_move(meeting, MeetingState.MINUTES_SUBMITTED, MEETING_MOVES)
    if not meeting.minutes_text.strip():
        raise Invalid(fields={"text": _("Write what was heard and judged before you submit the minutes.")})
    waiting = undecided(meeting)
    if waiting:
        raise WrongState(
            _("%(count)s decisions or lines are still proposed. The office adopts or drops them first.")
            % {"count": waiting}
        )
    for item in AgendaItem.objects.select_for_update(no_key=True).filter(meeting=meeting, state=ItemState.OPEN):
        save_version(item, {"state": ItemState.TAKEN})
    fields: dict[str, Any] = {
        "state": MeetingState.MINUTES_SUBMITTED,
        "submitted_by": by,
        "submitted_at": at,
        "fixed_at": meeting.fixed_at or at,
        "return_reason": "",
    }
    record("submit_minutes", meeting, by=by, at=at, change=save_version(meeting, fields))
    kind = MeetingNotice.MINUTES_SUBMITTED
    tell_of_meeting(signers(meeting), meeting, kind, occasion=f"submitted-{meeting.version}", by=by, at=at)
    return meeting


@verb(says=_("signed and issued minutes"))
def sign_minutes(
    meeting: Meeting, *, by: User, at: datetime, seen: int | None = None, document_number: int | None = None
) -> MinutesIssue:
    """Sign the minutes and issue them under the next document number of the year; a correction keeps its own.

    `seen` is the version that was read: minutes that were sent back and submitted again are read again before they are
    signed. `document_number` is typed where the series began on paper.

    Raises:
        NotAllowed: `by` is neither of the office nor a leader, or submitted them.
        WrongState: they are not submitted.
        Invalid: the number is taken or lower than one given before.
        Stale: the meeting has changed since version `seen`.
    """
    meeting = locked_meeting(meeting, seen=seen, with_action=True)
    require("sign_minutes", by, meeting)
    check_move(meeting, MeetingState.MINUTES_ISSUED, MEETING_MOVES)
    issue = _issue(meeting, last_issue(meeting), document_number, by=by, at=at)
    change = save_version(meeting, {"state": MeetingState.MINUTES_ISSUED, "correction_reason": ""})
    record("sign_minutes", meeting, by=by, at=at, change=change | {"sha256": issue.sha256})
    kind = MeetingNotice.MINUTES_ISSUED if issue.number == 1 else MeetingNotice.MINUTES_CORRECTED
    tell_of_meeting(readers_of_minutes(meeting), meeting, kind, occasion=f"issued-{issue.number}", by=by, at=at)
    return issue


@verb(says=_("sent minutes back"))
def return_minutes(meeting: Meeting, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Meeting:
    """Send submitted minutes back to the secretary with a reason.

    Raises:
        NotAllowed: `by` is neither of the office nor a leader.
        WrongState: they are not submitted.
        Invalid: there is no reason.
        Stale: the meeting has changed since version `seen`.
    """
    require("check_minutes", by)
    meeting = locked_meeting(meeting, seen=seen)
    if meeting.state != MeetingState.MINUTES_SUBMITTED:
        raise WrongState
    reason = _given(reason)
    change = save_version(meeting, {"state": MeetingState.HELD, "return_reason": reason})
    record("return_minutes", meeting, by=by, at=at, change=change)
    people = {person.pk: person for person in (meeting.submitted_by, meeting.secretary) if person is not None}
    occasion = f"returned-{meeting.version}"
    kind = MeetingNotice.MINUTES_RETURNED
    tell_of_meeting(people.values(), meeting, kind, occasion=occasion, by=by, at=at, reason=reason)
    return meeting


@verb(says=_("opened issued minutes for a correction"))
def correct_minutes(meeting: Meeting, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Meeting:
    """Open issued minutes for a correction of their text; what was issued stays on record until they are issued again.

    Raises:
        NotAllowed: `by` is not of the office.
        WrongState: they are not issued.
        Invalid: there is no reason.
        Stale: the meeting has changed since version `seen`.
    """
    require("correct_minutes", by)
    meeting = locked_meeting(meeting, seen=seen)
    if meeting.state != MeetingState.MINUTES_ISSUED:
        raise WrongState
    reason = _given(reason)
    change = save_version(meeting, {"state": MeetingState.HELD, "correction_reason": reason})
    record("correct_minutes", meeting, by=by, at=at, change=change)
    kind = MeetingNotice.MINUTES_RETURNED
    occasion = f"corrected-{meeting.version}"
    tell_of_meeting([meeting.secretary], meeting, kind, occasion=occasion, by=by, at=at, reason=reason)
    return meeting


def undecided(meeting: Meeting) -> int:
    """Decisions of the meeting and lines heard there that are neither adopted nor dropped."""
    lines = InstructionLine.objects.filter(instruction__item__meeting=meeting, state=DecisionState.PROPOSED)
    return Decision.objects.filter(meeting=meeting, state=DecisionState.PROPOSED).count() + lines.count()


def _issue(meeting: Meeting, last: MinutesIssue | None, typed: int | None, *, by: User, at: datetime) -> MinutesIssue:
    """Insert the minutes under the lock of the action, in the name of who submitted them."""
    if last is None:
        number, year = 1, day_of(at).year
        series = MinutesIssue.objects.filter(action=meeting.action, year=year)
        document_number = next_number(series, field="document_number", typed=typed)
    else:
        number, year, document_number = last.number + 1, last.year, last.document_number
    body = canonical(
        compose_minutes(meeting, number=number, year=year, document_number=document_number, signed_by=by.name, at=at)
    )
    return inserted(
        MinutesIssue(
            meeting=meeting,
            number=number,
            action=meeting.action,
            year=year,
            document_number=document_number,
            body=body,
            sha256=sha256(body.encode()).hexdigest(),
            signed_by=by,
            reason=meeting.correction_reason,
            by=meeting.submitted_by,
            at=at,
        )
    )


def _given(reason: str) -> str:
    """The reason without blanks around it.

    Raises:
        Invalid: there is none.
    """
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say what must be corrected.")})
    return reason.strip()
