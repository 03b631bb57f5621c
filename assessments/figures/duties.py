"""What is owed of figures in a round, and what keeps the round from moving on (docs/rules.md#supplied-figures)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, some_names

from ..engine.applicability import ExclusionReason, exclusions
from ..models import AssessmentRound
from ..rounds.duties import Duty, DutyKind, Waiting
from ..rounds.facts_of_round import standing_facts
from ..rounds.freezing import unnamed_words
from ..rounds.sources import unnamed_sources
from ..states import FIGURES_OPEN, RoundState
from .supply import Supply, leads_of, supplies, to_countersign


def duties(round: AssessmentRound) -> list[Duty]:
    """The figures of each team that owes some: how many stand or are left out. Seven queries."""
    found: dict[int, list[bool]] = {}
    for row in supplies(round):
        found.setdefault(row.source.team_id, []).append(not row.is_open)
    url = reverse("round_suppliers", args=[round.pk])
    return [Duty(team, DutyKind.FIGURES, sum(done), len(done), url) for team, done in found.items()]


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
    rows = _applying(round, supplies(round), at)
    if round.state not in FIGURES_OPEN:
        url = reverse("round_left_out", args=[round.pk])
    return [Waiting(words, url) for words in _unsettled(rows)]


_SETTLED_BEFORE = (RoundState.CHECKING, RoundState.SCORING, RoundState.APPROVED)
"""The moves before which figures are settled; after approval nothing about them can change."""


def led_by_supplier(round: AssessmentRound) -> list[Text]:
    """The figures that a team's own lead department is to supply, one sentence for each indicator; said at opening."""
    rows = supplies(round)
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


def _unsettled(rows: Sequence[Supply]) -> Iterator[str]:
    """One sentence for each indicator and kind of thing that is not settled."""
    kinds = (
        (_("%(indicator)s is not confirmed for %(teams)s."), [row for row in rows if row.is_open]),
        (
            _("The requested correction of %(indicator)s is not answered for %(teams)s."),
            [row for row in rows if row.is_asked],
        ),
        (
            _("%(indicator)s of %(teams)s comes from the team's own lead department and is not countersigned."),
            to_countersign(rows),
        ),
    )
    for sentence, among in kinds:
        for name, names in _by_indicator(among).items():
            yield sentence % {"indicator": name, "teams": some_names(names)}


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
