"""What is owed of figures in a round, and what keeps the round from moving on (docs/rules.md#supplied-figures)."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, some_names

from ..engine.applicability import ExclusionReason, exclusions
from ..models import AssessmentRound
from ..rounds.duties import Duty, DutyKind, Waiting
from ..rounds.facts_of_round import standing_facts
from ..rounds.facts_state import remembered_of
from ..rounds.freezing import unnamed_words
from ..rounds.sources import unnamed_sources
from ..states import FIGURES_OPEN, RoundState
from .supply import Supply, leads_of, supplies, to_countersign


def duties(round: AssessmentRound) -> list[Duty]:
    """The figures of each team that owes some: how many stand or are left out. Seven queries; three where nothing has
    changed since it was last asked."""
    url = reverse("round_suppliers", args=[round.pk])
    counted = remembered_of(round, "figures", lambda: _counted(round))
    return [Duty(team, DutyKind.FIGURES, done, of, url) for team, (done, of) in counted.items()]


def _counted(round: AssessmentRound) -> dict[int, tuple[int, int]]:
    """How many figures of each team are done, and how many are owed."""
    found: dict[int, list[bool]] = {}
    for row in supplies(round, named=False):
        found.setdefault(row.source.team_id, []).append(not row.is_open)
    return {team: (sum(done), len(done)) for team, done in found.items()}


def waiting(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """What must be settled about figures before the round becomes `to`.

    Before collecting: who supplies each figure. Before checking, scoring and approval: every figure stands, or its
    department has said that there is none, or the centre has left it out; every requested correction is answered and
    written; every figure of a team's own lead department is countersigned.
    """
    url = reverse("round_suppliers", args=[round.pk])
    if to == RoundState.COLLECTING:
        return [Waiting(words, url) for words in unnamed_words(unnamed_sources(round))]
    if to not in _SETTLED_BEFORE:
        return []
    if round.state not in FIGURES_OPEN:
        url = reverse("round_left_out", args=[round.pk])
    unsettled = remembered_of(round, "unsettled", lambda: _unsettled(round, at), at=at)
    indicators = round.plan.indicators.in_bulk({key for _kind, key, _teams in unsettled})
    return [
        Waiting(
            _UNSETTLED[kind] % {"indicator": indicators[key], "teams": some_names(teams)},
            url,
            frozenset((indicators[key].code, team) for team in teams if kind == "open"),
        )
        for kind, key, teams in unsettled
    ]


_SETTLED_BEFORE = (RoundState.CHECKING, RoundState.SCORING, RoundState.APPROVED)
"""The moves before which figures are settled; after approval nothing about them can change."""


def led_by_supplier(round: AssessmentRound) -> list[Text]:
    """The figures that a team's own lead department is to supply, one sentence for each indicator; said at opening."""
    rows = supplies(round, named=False)
    leads = leads_of(rows)
    own = [row for row in rows if row.is_open and row.source.department_id == leads.get(row.source.team_id, 0)]
    sentence = _(
        "%(indicator)s comes from the lead department itself: %(teams)s. Name another, or countersign what it confirms."
    )
    return [sentence % {"indicator": name, "teams": some_names(among)} for name, among in _by_indicator(own).items()]


def _by_indicator(rows: Sequence[Supply]) -> dict[str, list[str]]:
    """The short names of the teams, by indicator."""
    teams: dict[str, list[str]] = {}
    for row in rows:
        teams.setdefault(str(row.source.indicator), []).append(row.source.team.short_name)
    return teams


def _unsettled(round: AssessmentRound, at: datetime) -> list[tuple[str, int, list[str]]]:
    """What is not settled: its kind, the indicator's key, and the short names of the teams."""
    rows = _applying(round, supplies(round, named=False), at)
    kinds = {
        "open": [row for row in rows if row.is_open],
        "asked": [row for row in rows if row.is_asked],
        "unsigned": to_countersign(rows),
    }
    found: dict[tuple[str, int], list[str]] = {}
    for kind, among in kinds.items():
        for row in among:
            found.setdefault((kind, row.source.indicator_id), []).append(row.source.team.short_name)
    return [(kind, key, teams) for (kind, key), teams in found.items()]


_UNSETTLED: Mapping[str, Text] = {
    "open": _("%(indicator)s is not confirmed for %(teams)s."),
    "asked": _("The requested correction of %(indicator)s is not answered for %(teams)s."),
    "unsigned": _("%(indicator)s of %(teams)s comes from the team's own lead department and is not countersigned."),
}


def _applying(round: AssessmentRound, rows: Sequence[Supply], at: datetime) -> list[Supply]:
    """The figures without those that another indicator's value makes superfluous (`unless`)."""
    rules = round.plan.rules
    depending = {
        code for code in {row.source.indicator.code for row in rows} if rules.indicator(code).unless is not None
    }
    if not depending:
        return list(rows)
    facts, seats = standing_facts(round, at=at)
    places = list(range(len(seats)))
    left_out = {
        (code, seats[place].team_id)
        for code in depending
        for place, reason in exclusions(rules, rules.indicator(code), facts, places).items()
        if reason == ExclusionReason.UNLESS
    }
    return [row for row in rows if (row.source.indicator.code, row.source.team_id) not in left_out]
