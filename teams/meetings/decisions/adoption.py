"""Adopting what was decided and what was instructed: from then on it stands for its teams (docs/rules.md#decisions)."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Stale, WrongState
from governance.records.verbs import locked, record, save_version, verb
from teams.states import check_move

from ..instructions.adoption import adopt_locked_line
from ..instructions.audience import teams_addressed
from ..models import Decision, DecisionTeam, InstructionLine, Meeting
from ..notices import DecisionNotice
from ..states import DECISION_MOVES, DecisionState, MeetingState
from .telling import tell_teams_of

ADOPTING_STATES = (MeetingState.HELD, MeetingState.MINUTES_SUBMITTED)
"""States of a meeting in which the office adopts."""


@verb(says=_("adopted a decision"))
def adopt_decision(decision: Decision, *, by: User, at: datetime, seen: int | None = None) -> Decision:
    """Adopt a decision: its teams are fixed by the day of the meeting, and their people are notified.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the meeting has not been held or its minutes are issued, or the decision is not proposed any more.
        Stale: the decision has a newer version than `seen`.
        Invalid: nobody is addressed.
    """
    meeting = locked(Meeting(pk=decision.meeting_id), "action")
    require("adopt_decision", by, meeting)
    check_adopting(meeting)
    decision = locked(decision)
    decision.meeting = meeting
    _adopt(decision, by=by, at=at, seen=seen)
    return decision


@verb(says=_("adopted all that a meeting decided"))
def adopt_all(meeting: Meeting, *, by: User, at: datetime, seen: str | None = None) -> int:
    """Adopt every proposed decision of a meeting and every line that was heard there; return how many.

    `seen` is what was proposed on the page that was read, as `proposed_text` says it.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the meeting has not been held or its minutes are issued, or nothing is proposed.
        Stale: something else is proposed than was `seen`.
        Invalid: a decision or line addresses nobody.
    """
    meeting = locked(meeting, "action")
    require("adopt_decision", by, meeting)
    check_adopting(meeting)
    proposed = {"state": DecisionState.PROPOSED}
    decisions = list(meeting.decisions.select_for_update(no_key=True).filter(**proposed).order_by("number"))
    lines = InstructionLine.objects.select_for_update(no_key=True, of=("self",)).filter(
        instruction__item__meeting=meeting, **proposed
    )
    heard = list(lines.select_related("instruction__action").order_by("instruction", "number"))
    if not decisions and not heard:
        raise WrongState(_("Nothing is proposed any more. Reload the page."))
    if seen is not None and seen != proposed_text(decisions, heard):
        raise Stale(version=meeting.version)
    for decision in decisions:
        decision.meeting = meeting
        _adopt(decision, by=by, at=at)
    for line in heard:
        adopt_locked_line(line, by=by, at=at)
    record("adopt_all", meeting, by=by, at=at, change={"decisions": len(decisions), "lines": len(heard)})
    return len(decisions) + len(heard)


def proposed_text(decisions: Iterable[Decision], lines: Iterable[InstructionLine]) -> str:
    """The proposed ones among decisions and lines, each by its key and version: "d12-3 l5-1"."""
    rows = [("d", row) for row in decisions] + [("l", row) for row in lines]
    proposed = sorted((kind, row.pk, row.version) for kind, row in rows if row.state == DecisionState.PROPOSED)
    return " ".join(f"{kind}{key}-{version}" for kind, key, version in proposed)


def check_adopting(meeting: Meeting) -> None:
    """Refuse to adopt before the meeting was held, or after its minutes were issued."""
    if meeting.state not in ADOPTING_STATES:
        raise WrongState(
            _("%(meeting)s is now: %(state)s. Decisions are adopted once it was held, until its minutes are issued.")
            % {"meeting": meeting, "state": meeting.get_state_display()}
        )


def _adopt(decision: Decision, *, by: User, at: datetime, seen: int | None = None) -> None:
    """Adopt a locked decision whose meeting is locked too."""
    check_move(decision, DecisionState.ADOPTED, DECISION_MOVES)
    meeting = decision.meeting
    teams = teams_addressed(meeting.action, decision.audience, decision.named.all(), on=day_of(meeting.starts_at))
    fields = {"state": DecisionState.ADOPTED, "adopted_at": at, "adopted_by": by}
    change = save_version(decision, fields, seen=seen)
    DecisionTeam.objects.bulk_create([DecisionTeam(decision=decision, team=team, at=at, by=by) for team in teams])
    change["teams"] = [None, [team.short_name for team in teams]]
    record("adopt_decision", decision, by=by, at=at, change=change)
    kind = DecisionNotice.DECISION_ADOPTED
    tell_teams_of(decision, teams, kind, occasion="adopted", at=at, due_on=decision.due_on)
