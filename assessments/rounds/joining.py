"""Which round a claim joins: the one that is collecting, else the next that begins to (docs/rules.md#claims)."""

from django.db.models import Q, QuerySet

from ..models import AssessmentRound, Claim, RoundTeam
from ..states import LIVE_CLAIM_STATES, RoundState


def collecting_round(claim: Claim) -> AssessmentRound | None:
    """The round that a new claim joins now: of those that are collecting the one that ends first."""
    rounds = AssessmentRound.objects.filter(
        action=claim.team.action_id,
        plan__plan__code=claim.plan.rules.code,
        state=RoundState.COLLECTING,
        teams__in=RoundTeam.objects.active().filter(team=claim.team_id),
    )
    return next(
        (round for round in rounds.select_related("plan").order_by("ends_on", "pk") if _fits(claim, round)), None
    )


def claims_to_join(round: AssessmentRound) -> list[Claim]:
    """The claims that a round takes in when it begins to collect: those without a round or of an abandoned one, locked.

    One query.
    """
    claims: QuerySet[Claim] = Claim.objects.filter(
        Q(round=None) | Q(round__in=AssessmentRound.objects.filter(state=RoundState.ABANDONED)),
        state__in=LIVE_CLAIM_STATES,
        team__in=round.teams.active().order_by().values("team"),
        plan__plan__code=round.plan.rules.code,
    )
    found = claims.select_for_update(no_key=True, of=("self",)).select_related("indicator").order_by("pk")
    return [claim for claim in found if _fits(claim, round)]


def _fits(claim: Claim, round: AssessmentRound) -> bool:
    """Whether a claim of a seated team can count in a round of its plan: by its day, its indicator and its level."""
    if claim.on is not None and claim.on > round.ends_on:
        return False
    rules = round.plan.rules
    if claim.indicator is None:
        return claim.veto in {veto.code for veto in rules.vetoes}
    code = claim.indicator.code
    if claim.level not in rules.levels(code):
        return False
    kinds = rules.indicator(code).rounds
    return kinds is None or round.kind in kinds
