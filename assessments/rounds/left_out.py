"""The centre leaves a base indicator out for a team that has no value (docs/rules.md#left-out)."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import inserted, locked, record, verb
from teams.models import SpecialTeam

from ..engine.applicability import ExclusionReason
from ..engine.plan import Kind
from ..models import AssessmentRound, Indicator, LeftOut
from ..states import RoundState
from .facts_of_round import standing_points

OPEN_IN = (RoundState.COLLECTING, RoundState.CHECKING, RoundState.SCORING)
"""The states of a round in which something can be left out."""


@dataclass(frozen=True)
class Gap:
    """An indicator without a value for a team, or left out for it; `decision` is the one that stands."""

    code: str
    team: SpecialTeam
    decision: LeftOut | None
    has_value: bool = False
    """Whether a value stands although it was left out."""


@verb(says=_("left an indicator out for a team"))
def leave_out(
    round: AssessmentRound,
    indicator: Indicator,
    team: SpecialTeam,
    *,
    reason: str,
    document: str,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> LeftOut:
    """Leave a base indicator out for a team without a value; its points are shared among the other indicators.

    `seen`: how many decisions there were about it when the form was opened.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting, checking or scoring, nor its published result being corrected; or the
            team has a value.
        Invalid: reason or document is missing.
        Stale: somebody decided about it in the meantime.
    """
    round, number = _opened(round, indicator, team, by=by, seen=seen)
    faults: dict[str, Text] = {}
    if not reason.strip():
        faults["reason"] = _("Say why it is left out.")
    if not document.strip():
        faults["document"] = _("Enter the number of the document that decides this.")
    if faults:
        raise Invalid(fields=faults)
    gap = next((gap for gap in gaps(round, at=at) if (gap.code, gap.team) == (indicator.code, team)), None)
    if gap is None or gap.decision is not None:
        raise WrongState(
            _("“%(team)s” needs no value of %(indicator)s, has one, or it is left out already. Reload the page.")
            % {"team": team, "indicator": indicator.code}
        )
    decision = LeftOut(
        round=round,
        indicator=indicator,
        team=team,
        number=number + 1,
        reason=reason.strip(),
        document=document.strip(),
        by=by,
        at=at,
    )
    return _kept(decision, "leave_out", by=by, at=at)


@verb(says=_("withdrew that an indicator is left out"))
def take_in(
    round: AssessmentRound,
    indicator: Indicator,
    team: SpecialTeam,
    *,
    reason: str,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> LeftOut:
    """Withdraw a decision to leave out, with a reason; the indicator waits for its value again.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting, checking or scoring, nor its published result being corrected; or
            nothing is left out.
        Invalid: no reason is given.
        Stale: somebody decided about it in the meantime.
    """
    round, number = _opened(round, indicator, team, by=by, seen=seen)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why this is withdrawn.")})
    if not LeftOut.objects.standing().filter(round=round, indicator=indicator, team=team).exists():
        raise WrongState(_("%(indicator)s is not left out for “%(team)s”. Reload the page.") % _named(indicator, team))
    decision = LeftOut(
        round=round,
        indicator=indicator,
        team=team,
        number=number + 1,
        is_withdrawn=True,
        reason=reason.strip(),
        by=by,
        at=at,
    )
    return _kept(decision, "take_in", by=by, at=at)


def is_open(round: AssessmentRound) -> bool:
    """Whether something can be left out or taken in now. One query once the round is published."""
    return round.state in OPEN_IN or round.takes_corrections


def gaps(round: AssessmentRound, *, at: datetime) -> list[Gap]:
    """Base indicators without a value for a team to which they apply, and those left out: the queries of `gather`."""
    facts, seats, points = standing_points(round, at=at)
    decided = {
        (decision.indicator.code, decision.team_id): decision
        for decision in LeftOut.objects.standing().filter(round=round).select_related("indicator", "by")
    }
    found = []
    for planned in round.plan.rules.of_kind(Kind.BASE):
        column, values = points.columns[planned.code], facts.values.get(planned.code) or facts.votes.get(planned.code)
        for place, seat in enumerate(seats):
            reason = column.reason[place]
            decision = decided.get((planned.code, seat.team_id))
            if decision is not None or (reason is not None and reason.is_missing):
                is_late = reason is ExclusionReason.LEFT_OUT and values is not None and values[place] is not None
                found.append(Gap(planned.code, seat.team, decision, is_late))
    return found


def _opened(
    round: AssessmentRound, indicator: Indicator, team: SpecialTeam, *, by: User, seen: int | None
) -> tuple[AssessmentRound, int]:
    """The round, locked, and how many decisions there are about the indicator and the team."""
    round = locked(round, "plan", "action")
    require("leave_out", by, round)
    if not is_open(round):
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”, and nothing can be left out or taken in any more.")
            % {"round": round, "state": round.get_state_display()}
        )
    number = LeftOut.objects.filter(round=round, indicator=indicator, team=team).count()
    if seen is not None and seen != number:
        raise Stale()
    return round, number


def _kept(decision: LeftOut, name: str, *, by: User, at: datetime) -> LeftOut:
    inserted(decision)
    change = {
        "indicator": decision.indicator.code,
        "team": decision.team.code,
        "number": decision.number,
        "document": [None, decision.document],
        "reason": WITHHELD,
    }
    record(name, decision.round, by=by, at=at, change=change)
    return decision


def _named(indicator: Indicator, team: SpecialTeam) -> dict[str, object]:
    return {"indicator": indicator.code, "team": team}
