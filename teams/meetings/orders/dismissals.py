"""The office decides not to issue what is proposed, with the reason (docs/rules.md#ladder)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, verb
from governance.records.words import FACT_READERS
from teams.models import SpecialAction, SpecialTeam, Task

from ..ladder import Rung
from ..models import DismissedProposal
from ..words import RUNG_WORDS
from .orders import CHANGED
from .proposals import proposals_on

FACT_READERS.register("rung", lambda code: RUNG_WORDS.get(code, code))


@verb(says=_("decided not to issue a proposed order"))
def dismiss_proposal(
    action: SpecialAction,
    *,
    rung: Rung,
    since: date,
    reason: str,
    by: User,
    at: datetime,
    task: Task | None = None,
    team: SpecialTeam | None = None,
) -> DismissedProposal:
    """Keep a proposal from being issued: that of a task, or the talk with a team.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is not proposed, or was dismissed already.
        Invalid: no reason is given.
    """
    action = locked(action)
    require("dismiss_proposal", by)
    if not reason.strip():
        raise Invalid(fields={"reason": _("State why it is not issued.")})
    on = day_of(at)
    known = proposals_on(action, on=on, today=on, tasks=[task.pk] if task else [])
    if task is not None:
        holds = any(each.proposal and (each.proposal.rung, each.proposal.since) == (rung, since) for each in known.due)
        team = task.team
    else:
        holds = any((talk.team, talk.since) == (team, since) for talk in known.talks) and rung == Rung.TALK
    if not holds or team is None:
        raise WrongState(CHANGED % {"subject": task or team})
    row = DismissedProposal(task=task, team=team, rung=rung, since=since, reason=reason.strip(), by=by, at=at)
    inserted(row)
    record("dismiss_proposal", task or team, by=by, at=at, change={"rung": rung, "since": since})
    return row
