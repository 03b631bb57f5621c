"""What a fact is corrected on after its own stage: an open question in checking, an open appeal in public notice."""

from typing import TypeAlias

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import NotAllowed, WrongState
from governance.records.verbs import locked
from teams.models import SpecialTeam

from ..models import Appeal, AssessmentRound, FactQuestion, Indicator, ResultCorrection, YearResult
from ..states import AppealState

Occasion: TypeAlias = FactQuestion | Appeal


def corrects(
    occasion: Occasion | None, round: AssessmentRound, team: SpecialTeam, indicator: Indicator | None, veto: str = ""
) -> bool:
    """Whether the occasion, which its verb holds locked, is about this fact and lets it be corrected now."""
    return (
        occasion is not None
        and occasion.lets_correct(round)
        and (occasion.round_id, occasion.team_id, occasion.veto) == (round.pk, team.pk, veto)
        and occasion.indicator_id == (indicator.pk if indicator else None)
    )


def held_appeal(appeal: Appeal, *, by: User) -> Appeal:
    """Lock an appeal with its team and round, for a verb that decides it or corrects its fact.

    Raises:
        NotAllowed: `by` is not of the assessment centre, scored the round or brought the fact in.
        WrongState: it is decided already, or its public notice no longer lasts.
    """
    locked(SpecialTeam(pk=appeal.team_id))
    round = locked(AssessmentRound(pk=appeal.round_id), "plan", "action")
    appeal = locked(appeal, "team", "indicator", "filed_by", "result")
    appeal.round = round
    if appeal.result_correction_id is not None:
        appeal.result_correction = locked(ResultCorrection(pk=appeal.result_correction_id), "corrects", "result")
        appeal.result_correction.round = round
    if may(by, "open_round") and not may(by, "decide_appeal", appeal):
        raise NotAllowed(
            _("You brought in this value or scored “%(round)s”. Another member of the centre decides the appeal.")
            % {"round": round}
        )
    require("decide_appeal", by, appeal)
    if appeal.state != AppealState.OPEN:
        raise WrongState(_("This appeal has already been decided. Reload the page."))
    if appeal.year_result_id is not None:
        locked(round.action)  # under which a year takes its steps
        appeal.year_result = YearResult.objects.get(pk=appeal.year_result_id)
    if not appeal.is_decided_now(round):
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”. Appeals are decided during the public notice.")
            % {"round": round, "state": appeal.noticed_state(round).label}
        )
    return appeal
