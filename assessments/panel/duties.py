"""Marks that are owed in a round, and what of a panel must be settled before the round is scored."""

from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.lists.text import names_text

from ..models import AssessmentRound
from ..rounds.duties import Duty, DutyKind, Waiting
from ..states import RoundState
from .moderation import cases
from .panel import Panel

SETTLED_FOR = RoundState.APPROVED
"""The move that finds every sheet signed, or the panel closed, and moderation settled; so does each score before it."""


def duties(round: AssessmentRound) -> list[Duty]:
    """How many marks are signed now of those that seats owe, team by team; who signed is seen, no mark is."""
    panel = Panel(round, at=now())
    if not panel.planned:
        return []
    url = reverse("panel", args=[round.pk])
    given: dict[int, int] = {}
    for mark in panel.marks:
        given[mark.team_id] = given.get(mark.team_id, 0) + 1
    found = []
    for team in panel.teams:
        of = sum(len(panel.expected(indicator, team)) for indicator in panel.indicators)
        if of:
            found.append(Duty(team.pk, DutyKind.MARKS, given.get(team.pk, 0), of, url))
    return found


def waiting(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """What of the panel keeps the round from moving to `to`: unsigned sheets, ties found, marks far apart."""
    if to != SETTLED_FOR:
        return []
    panel = Panel(round, at=at)
    if not panel.planned:
        return []
    url = reverse("panel", args=[round.pk])
    found = []
    if panel.unsigned and panel.closure is None:
        sentence = _("Sheets not signed yet: %(seats)s. Wait for them, replace the judges or close the panel.")
        found.append(Waiting(sentence % {"seats": names_text(seat.label for seat in panel.unsigned)}, url))
    for seat, team, tie in panel.tied_marks():
        sentence = _("%(seat)s marked %(team)s and is tied to it (%(tie)s). Set the mark aside.")
        found.append(Waiting(sentence % {"seat": seat.label, "team": team.short_name, "tie": tie}, url))
    for case in cases(panel):
        if not case.is_settled:
            sentence = _("%(indicator)s, %(team)s: the marks lie far apart. Let them stand or have them given again.")
            words = sentence % {"indicator": case.indicator.code, "team": case.team.short_name}
            found.append(Waiting(words, f"{url}#moderation"))
    return found
