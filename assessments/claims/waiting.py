"""What is owed about the claims of a round, and what of them keeps the round from its next move."""

from collections import defaultdict
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext

from governance.lists.text import long_date

from ..models import AssessmentRound, Claim
from ..rounds.duties import Duty, DutyKind, Waiting
from ..rounds.matters import held_elsewhere
from ..states import ROUND_ORDER, ClaimState, RoundState
from .claims import decidable_on


def duties(round: AssessmentRound) -> list[Duty]:
    """For each team with claims in the round, how many of them are decided. One query."""
    states: dict[tuple[int, str], list[str]] = defaultdict(list)
    claims = Claim.objects.filter(round=round).exclude(state=ClaimState.WITHDRAWN).order_by("team__order", "pk")
    for team, code, state in claims.values_list("team", "team__code", "state"):
        states[team, code].append(state)
    return [
        Duty(
            team,
            DutyKind.CLAIMS,
            done=len(found) - found.count(ClaimState.FILED),
            of=len(found),
            url=f"{reverse('claim_list')}?round={round.pk}&team={code}",
        )
        for (team, code), found in states.items()
    ]


def waiting(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """What must be settled about claims before the round becomes `to`; scoring asks as approving does.

    Nothing that was filed may be undecided once the round no longer collects. A round is not scored while another one
    of the plan's year has been scored with the same matter and is not published, since the matter pays once.
    """
    if to not in ROUND_ORDER or ROUND_ORDER.index(to) <= ROUND_ORDER.index(RoundState.COLLECTING):
        return []
    undecided = Claim.objects.filter(round=round).undecided().select_related("team").order_by("entered_at", "pk")
    found = [Waiting(_undecided_words(claim), claim.get_absolute_url()) for claim in undecided]
    if to == RoundState.APPROVED:
        found += [
            Waiting(
                gettext(
                    "“%(matter)s” of %(team)s also counts in “%(round)s”, which is scored and not published yet. "
                    "Publish that round first, or withdraw the claim."
                )
                % {"matter": step.matter, "team": step.claim.team.short_name, "round": other},
                step.claim.get_absolute_url(),
            )
            for step, other in held_elsewhere(round, before=at)
        ]
    return found


def _undecided_words(claim: Claim) -> str:
    facts = {"matter": claim.matter, "team": claim.team.short_name}
    if claim.veto:
        sentence = gettext("The veto “%(matter)s” of %(team)s is not decided. It can be decided from %(day)s on.")
        return sentence % {**facts, "day": long_date(decidable_on(claim))}
    return gettext("The claim “%(matter)s” of %(team)s is not decided.") % facts
