"""What a fact is corrected on after its own stage: an open question in checking, an open appeal in public notice."""

from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import NotAllowed, WrongState
from governance.records.verbs import locked
from teams.models import SpecialTeam

from ..models import Appeal, AssessmentRound, FactQuestion, Indicator
from ..states import AppealState, QuestionState

Occasion: TypeAlias = FactQuestion | Appeal

_OPEN = (QuestionState.OPEN, AppealState.OPEN)


def corrects(
    occasion: Occasion | None, round: AssessmentRound, team: SpecialTeam, indicator: Indicator | None, veto: str = ""
) -> bool:
    """Whether the occasion, which its verb holds locked, is about this fact and lets it be corrected now."""
    return (
        occasion is not None
        and occasion.state in _OPEN
        and round.state == occasion.corrected_in
        and (occasion.round_id, occasion.team_id, occasion.veto) == (round.pk, team.pk, veto)
        and occasion.indicator_id == (indicator.pk if indicator else None)
    )


def held_appeal(appeal: Appeal, *, by: User) -> Appeal:
    """Lock an appeal with its team and round, for a verb that decides it or corrects its fact.

    Raises:
        NotAllowed: `by` is not of the assessment centre, scored the round or brought the fact in.
        WrongState: it is decided already, or the round is no longer in public notice.
    """
    locked(SpecialTeam(pk=appeal.team_id))
    round = locked(AssessmentRound(pk=appeal.round_id), "plan", "action")
    appeal = locked(appeal, "team", "indicator", "filed_by", "result")
    appeal.round = round
    if may(by, "open_round") and not may(by, "decide_appeal", appeal):
        raise NotAllowed(
            _("You brought in this value or scored “%(round)s”. Another member of the centre decides the appeal.")
            % {"round": round}
        )
    require("decide_appeal", by, appeal)
    if appeal.state != AppealState.OPEN:
        raise WrongState(_("This appeal has already been decided. Reload the page."))
    if round.state != Appeal.corrected_in:
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”. Appeals are decided during the public notice.")
            % {"round": round, "state": round.get_state_display()}
        )
    return appeal
