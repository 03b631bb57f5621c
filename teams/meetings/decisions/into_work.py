"""Turning an adopted decision into work, all of it or nothing (docs/rules.md#into-work)."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.values import recorded
from governance.records.verbs import inserted, locked, record, save_version, verb
from teams.guards import check_seen
from teams.models import SpecialAction, SpecialTeam

from ..models import Decision, DecisionOutcome, Meeting
from ..states import DecisionState
from .standing import standings_of
from .work import Setting, Work


@verb(says=_("turned a decision into work"))
def turn_into_work(
    decision: Decision, work: Work, *, by: User, at: datetime, seen: int | None = None
) -> list[DecisionOutcome]:
    """Turn a decision into tasks or a problem, or say that nothing comes of it; more may be added until it is done.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is not adopted, is done for all its teams, or what is chosen can no longer be taken up.
        Stale: the decision has a newer version than `seen`: somebody has turned it into work.
        Invalid: a task or the problem is not valid; nothing at all is created then.
    """
    decision = _locked(decision)
    require("turn_into_work", by, decision)
    check_seen(decision, seen)
    teams = open_teams(decision)
    is_first = not decision.outcomes.exists()
    with transaction.atomic():  # all or none, also for a caller whose own transaction goes on
        outcomes = [inserted(outcome) for outcome in work.carry_out(Setting(decision, teams, by, at))]
    fields: dict[str, object] = {"settled_at": at}
    if is_first:
        fields |= {"makes": work.makes}
    change = save_version(decision, fields)
    made = [recorded(outcome.task or outcome.problem) for outcome in outcomes]
    record("turn_into_work", decision, by=by, at=at, change=change | {"makes": [None, work.makes], "tasks": made})
    return outcomes


def open_teams(decision: Decision) -> Sequence[SpecialTeam]:
    """The teams for which an adopted decision is not done yet.

    Raises:
        WrongState: it is not adopted, or is done for all of them.
    """
    if decision.state != DecisionState.ADOPTED:
        raise WrongState(_("Only an adopted decision is turned into work. The special office adopts it first."))
    teams = [standing.team for standing in standings_of([decision]) if standing.done is None]
    if not teams:
        raise WrongState(_("This decision is done for all its teams. Nothing is added any more."))
    return teams


def _locked(decision: Decision) -> Decision:
    """Lock the action, whose tasks are numbered one after another, then the decision."""
    meeting = Meeting.objects.get(pk=decision.meeting_id)
    action = locked(SpecialAction(pk=meeting.action_id))
    decision = locked(decision, "item", "meeting")
    decision.meeting.action = action
    return decision
