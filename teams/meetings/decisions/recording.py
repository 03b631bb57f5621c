"""Decisions as they are heard: recorded, corrected, dropped (docs/rules.md#decisions)."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, day_text
from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, save_version, verb
from teams.guards import moment_after
from teams.models import Level, SpecialTeam
from teams.states import check_move

from ..instructions.audience import named_faults
from ..instructions.writing import revised_with_teams
from ..models import AgendaItem, Audience, Decision, Meeting
from ..notices import DecisionNotice
from ..numbering import next_number
from ..states import DECISION_MOVES, MEETING_WORKED_ON, DecisionState, MeetingState
from .telling import tell_teams_of


@dataclass(frozen=True, kw_only=True)
class DecisionWords:
    """What is recorded of a decision."""

    text: str
    audience: str = Audience.NAMED
    named: Sequence[SpecialTeam] = ()
    """The teams, where the audience names them."""
    due_on: date | None = None
    level: int = Level.ORDINARY
    makes: str = Decision.Makes.OWN_TASKS
    lead_department: Department | None = None
    item: AgendaItem | None = None

    def columns(self) -> dict[str, Any]:
        """The values of the row itself."""
        values = {each.name: getattr(self, each.name) for each in fields(self) if each.name != "named"}
        return values | {"text": self.text.strip()}

    def faults(self, meeting: Meeting) -> dict[str, Text]:
        """What is wrong, by field."""
        faults: dict[str, Text] = {}
        day = day_of(meeting.starts_at)
        if not self.text.strip():
            faults["text"] = _("Write down what was decided.")
        if self.due_on is not None and self.due_on < day:
            faults["due_on"] = _("The due date is before the meeting of %(day)s.") % {"day": day_text(day)}
        if self.item is not None and self.item.meeting_id != meeting.pk:
            faults["item"] = _("This item is on the agenda of another meeting.")
        if self.audience == Audience.NAMED:
            faults |= named_faults(meeting.action, self.named, on=day)
        return faults


@verb(says=_("recorded a decision"))
def record_decision(meeting: Meeting, words: DecisionWords, *, by: User, at: datetime) -> Decision:
    """Record what a meeting decided, or is to decide: proposed until the office adopts it.

    Raises:
        NotAllowed: `by` is neither a meeting secretary nor of the special office.
        WrongState: the minutes are submitted or issued, or the meeting is cancelled.
        Invalid: nothing is written, a date is before the meeting, or a team did not exist on its day.
    """
    meeting = locked(meeting, "action")
    require("record_decision", by, meeting)
    check_recording(meeting)
    decision = insert_decision(meeting, words)
    record("record_decision", decision, by=by, at=at, change={"number": [None, decision.number]})
    return decision


@verb(says=_("changed a decision"))
def edit_decision(
    decision: Decision, words: DecisionWords, *, by: User, at: datetime, seen: int | None = None
) -> Decision:
    """Correct a proposed decision; of an adopted one only the text changes, after its minutes were sent back.

    Raises:
        NotAllowed: `by` is neither a meeting secretary nor of the special office.
        WrongState: it is dropped, or adopted and its minutes were not sent back, or the minutes are submitted.
        Stale: the decision has a newer version than `seen`.
        Invalid: a value is not valid.
    """
    meeting = locked(Meeting(pk=decision.meeting_id), "action")
    decision = locked(decision, "item", "lead_department")
    decision.meeting = meeting
    require("record_decision", by, meeting)
    check_editable(decision)
    if decision.state == DecisionState.ADOPTED:
        _refuse_more_than_text(decision, words)
    else:
        _refuse(words.faults(meeting))
    if not words.text.strip():
        raise Invalid(fields={"text": _("Write down what was decided.")})
    named = list(decision.named.all()) if decision.state == DecisionState.ADOPTED else words.named
    change = revised_with_teams(decision, words.columns(), named, seen=seen)
    if change:
        record("edit_decision", decision, by=by, at=at, change=change)
    return decision


@verb(says=_("dropped a decision"))
def drop_decision(decision: Decision, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Decision:
    """Take a decision back with a reason; its number stays taken. An adopted one only while nothing came of it.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is dropped already, was turned into work, or stands in issued minutes.
        ClockBehind: it was adopted on a later day than that of `at`.
        Stale: it has a newer version than `seen`.
        Invalid: no reason is given.
    """
    meeting = locked(Meeting(pk=decision.meeting_id))
    decision = locked(decision)
    decision.meeting = meeting
    require("drop_decision", by, meeting)
    was_adopted = decision.state == DecisionState.ADOPTED
    check_droppable(decision)
    if not reason.strip():
        raise Invalid(fields={"reason": _("State why the decision is dropped.")})
    dropped_at = moment_after(decision.adopted_at, at, decision)
    fields = {"state": DecisionState.DROPPED, "dropped_at": dropped_at, "drop_reason": reason.strip()}
    change = save_version(decision, fields, seen=seen)
    record("drop_decision", decision, by=by, at=at, change=change)
    if was_adopted:
        teams = [row.team for row in decision.teams.select_related("team")]
        tell_teams_of(decision, teams, DecisionNotice.DECISION_DROPPED, occasion="dropped", at=at)
    return decision


def insert_decision(meeting: Meeting, words: DecisionWords) -> Decision:
    """A proposed decision of a locked meeting under its next number.

    Raises:
        Invalid: nothing is written, a date is before the meeting, or a team did not exist on its day.
    """
    _refuse(words.faults(meeting))
    decision = inserted(Decision(meeting=meeting, number=next_number(meeting.decisions.all()), **words.columns()))
    decision.named.set(words.named)
    return decision


def revise_decision(decision: Decision, words: DecisionWords, *, seen: int | None) -> dict[str, Any]:
    """Correct a locked decision that is still proposed; what changed.

    Raises:
        WrongState: it is adopted or dropped by now.
        Stale: it has a newer version than `seen`.
        Invalid: a value is not valid.
    """
    if decision.state != DecisionState.PROPOSED:
        raise WrongState(
            _("Decision %(number)s is now: %(state)s. Reload the page.")
            % {"number": decision.number, "state": decision.get_state_display()}
        )
    _refuse(words.faults(decision.meeting))
    return revised_with_teams(decision, words.columns(), words.named, seen=seen)


def check_recording(meeting: Meeting) -> None:
    """Refuse to record where the minutes are submitted or the meeting is cancelled."""
    if meeting.state not in MEETING_WORKED_ON:
        raise WrongState(
            _("%(meeting)s is now: %(state)s. Its decisions are recorded before the minutes are submitted.")
            % {"meeting": meeting, "state": meeting.get_state_display()}
        )


def check_editable(decision: Decision) -> None:
    """Refuse to change a decision that is dropped, or adopted while its minutes were not sent back."""
    check_recording(decision.meeting)
    if decision.state == DecisionState.DROPPED:
        raise WrongState(_("This decision was dropped. Record a new one."))
    if decision.state == DecisionState.ADOPTED and not minutes_were_sent_back(decision.meeting):
        raise WrongState(
            _("This decision is adopted. Its text can be changed once the minutes have been sent back, nothing else.")
        )


def check_droppable(decision: Decision) -> None:
    """Refuse to drop a decision of which something came, or which stands in issued minutes."""
    check_move(decision, DecisionState.DROPPED, DECISION_MOVES)
    if decision.settled_at is not None:
        raise WrongState(_("This decision has been turned into work and can no longer be dropped."))
    if decision.meeting.state == MeetingState.MINUTES_ISSUED:
        raise WrongState(_("This decision stands in the issued minutes. Correct the minutes first."))


def minutes_were_sent_back(meeting: Meeting) -> bool:
    """Whether the meeting returned to held from submitted or issued minutes, as the audit log has it."""
    events = AuditEvent.objects.of(meeting)
    left = (MeetingState.MINUTES_SUBMITTED, MeetingState.MINUTES_ISSUED)
    moves = [f'"state":["{state.value}","{MeetingState.HELD.value}"]' for state in left]
    return any(events.filter(change__contains=move).exists() for move in moves)


def _refuse_more_than_text(decision: Decision, words: DecisionWords) -> None:
    """Audience, date and the rest of an adopted decision never change."""
    kept = {name: value for name, value in words.columns().items() if name != "text"}
    if any(getattr(decision, name) != value for name, value in kept.items()):
        raise WrongState(_("Of an adopted decision only the text can be changed."))


def _refuse(faults: dict[str, Text]) -> None:
    if faults:
        raise Invalid(fields=faults)
