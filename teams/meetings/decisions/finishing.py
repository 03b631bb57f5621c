"""The office's word that a decision is done where no task or problem says it (docs/rules.md#decisions)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import day_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, verb
from teams.guards import check_version
from teams.models import SpecialTeam

from ..models import Decision, DecisionDone
from ..notices import DecisionNotice
from ..numbering import next_number
from ..states import DecisionState
from .standing import DecisionStanding, standings_of
from .telling import tell_teams_of


@verb(says=_("recorded a decision as done"))
def record_done(
    decision: Decision, team: SpecialTeam, *, done_on: date, text: str, by: User, at: datetime
) -> DecisionDone:
    """Record that a decision is done for a team, on a day; the team's people are notified.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: a task or problem decides, the decision is not adopted, or it is recorded as done already.
        Invalid: the day is in the future or before the meeting, or nothing is written.
    """
    decision = _locked(decision, by)
    standing = standing_for(decision, team)
    check_recordable(standing)
    first, last = day_of(decision.meeting.starts_at), day_of(at)
    if not first <= done_on <= last:
        words = {"first": day_text(first), "last": day_text(last)}
        raise Invalid(fields={"done_on": _("Enter a day from %(first)s to %(last)s.") % words})
    if not text.strip():
        raise Invalid(fields={"text": _("Say how it was done.")})
    row = _keep(standing, done_on, text.strip(), by=by, at=at)
    record("record_done", decision, by=by, at=at, change={"team": team.name, "done_on": [None, done_on]})
    _tell(row, DecisionNotice.DECISION_DONE, at=at)
    return row


@verb(says=_("withdrew the record that a decision is done"))
def withdraw_done(
    decision: Decision, team: SpecialTeam, *, reason: str, by: User, at: datetime, seen: int | None = None
) -> DecisionDone:
    """Withdraw the record that a decision is done for a team; both stay on record.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: nothing is recorded.
        Stale: what is recorded is no longer number `seen`.
        Invalid: no reason is given.
    """
    decision = _locked(decision, by)
    standing = standing_for(decision, team)
    if standing.record is None:
        raise WrongState(_("Nothing is recorded for %(team)s. Reload the page.") % {"team": team.short_name})
    check_version(standing.record.number, seen)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the record is withdrawn.")})
    row = _keep(standing, None, reason.strip(), by=by, at=at)
    was = standing.record.done_on
    record("withdraw_done", decision, by=by, at=at, change={"team": team.name, "done_on": [was, None]})
    _tell(row, DecisionNotice.DECISION_NOT_DONE, at=at)
    return row


def standing_for(decision: Decision, team: SpecialTeam) -> DecisionStanding:
    """The decision for one of its teams.

    Raises:
        WrongState: it is not adopted, or is not for this team.
    """
    if decision.state == DecisionState.ADOPTED:
        for standing in standings_of([decision]):
            if standing.team.pk == team.pk:
                return standing
    raise WrongState(_("No adopted decision of this number concerns %(team)s.") % {"team": team.short_name})


def check_recordable(standing: DecisionStanding) -> None:
    """Refuse where a task or problem decides, or it is recorded already."""
    if standing.counts:
        raise WrongState(_("Its task or problem says when this decision is done; close that out."))
    if standing.record is not None:
        words = {"day": day_text(standing.record.done_on)}
        raise WrongState(_("This is already recorded as done on %(day)s. Withdraw the record first.") % words)


def _locked(decision: Decision, by: User) -> Decision:
    decision = locked(decision, "meeting__action")
    require("finish_decision", by, decision)
    return decision


def _keep(standing: DecisionStanding, done_on: date | None, text: str, *, by: User, at: datetime) -> DecisionDone:
    decision, team = standing.decision, standing.team
    number = next_number(decision.done_records.filter(team=team))
    row = DecisionDone(decision=decision, team=team, number=number, done_on=done_on, text=text, by=by, at=at)
    return inserted(row)


def _tell(row: DecisionDone, kind: str, *, at: datetime) -> None:
    tell_teams_of(row.decision, [row.team], kind, occasion=f"done-{row.team_id}-{row.number}", at=at)
