"""The appeals of each team of a round, and how many are decided."""

from django.urls import reverse

from ..models import AssessmentRound
from ..rounds.duties import Duty, DutyKind
from ..states import AppealState


def duties(round: AssessmentRound) -> list[Duty]:
    """For each team with appeals, how many of them are decided: one query."""
    found: dict[int, list[bool]] = {}
    for team, state in round.appeals.filter(result_correction=None, year_result=None).values_list("team", "state"):
        found.setdefault(team, []).append(state != AppealState.OPEN)
    url = reverse("round_appeals", args=[round.pk])
    return [Duty(team, DutyKind.APPEALS, sum(done), len(done), url) for team, done in found.items()]
