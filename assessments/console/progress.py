"""What exists and what is missing in a round, indicator by indicator."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, clauses_text, some_names

from ..engine import Facts
from ..engine.applicability import ExclusionReason
from ..engine.methods.judged import Panel, Vote
from ..engine.plan import Indicator, Plan
from ..engine.rating import PointColumn, Points, Status
from ..models import AssessmentRound, RoundTeam
from ..panel.guards import SEATED_IN
from ..results.readiness import is_missing
from ..rounds.sources import concerns
from ..states import RoundState
from ..votes.tallies import VOTING
from ..words.plans import LACK_WORDS, SOURCE_WORDS, LackCause, policy_words, title_of


@dataclass(frozen=True)
class Rated:
    """A round as it would be scored now: its facts, its teams in order, the points of each indicator."""

    round: AssessmentRound
    facts: Facts
    seats: Sequence[RoundTeam]
    points: Points

    @cached_property
    def plan(self) -> Plan:
        rules: Plan = self.round.plan.rules
        return rules

    @property
    def indicators(self) -> list[Indicator]:
        """The indicators that are scored in rounds of this kind."""
        return [indicator for indicator in self.plan.indicators if concerns(indicator, self.round)]


@dataclass(frozen=True)
class Progress:
    """The progress of one indicator.

    Attributes:
        there: how many values exist, or claims that were approved.
        of: how many teams the indicator applies to; None where nothing is owed (claims).
        lacking: names of the teams without a value.
        note: why, and what the plan does then.
        url: where it is entered; "" where nothing can be entered now.
    """

    code: str
    title: str
    source: str
    there: int
    of: int | None
    lacking: list[str]
    note: Text
    url: str

    @property
    def lacking_words(self) -> str:
        """Those teams, or the first of many."""
        return some_names(self.lacking)


def progress_of(rated: Rated) -> list[Progress]:
    """Each indicator with what exists and what is missing, as the score would find it. No query."""
    return [_progress(rated, indicator, rated.points.columns[indicator.code]) for indicator in rated.indicators]


def entry_url(round: AssessmentRound, indicator: Indicator) -> str:
    """Where the values of an indicator are entered now, or its judges are named; "" where nothing can be done."""
    if isinstance(indicator.rule.parameters, Panel):
        return reverse("panel", args=[round.pk]) if round.state in SEATED_IN else ""
    if isinstance(indicator.rule.parameters, Vote):
        return reverse("round_votes", args=[round.pk]) if round.state in VOTING else ""
    if round.state != RoundState.COLLECTING or indicator.source not in ("data", "events"):
        return ""
    if indicator.source == "events":
        return f"{reverse('claim_list')}?round={round.pk}"
    return f"{reverse('round_figures', args=[round.pk])}?indicator={indicator.code}"


def _progress(rated: Rated, indicator: Indicator, column: PointColumn) -> Progress:
    about = {
        "code": indicator.code,
        "title": title_of(indicator),
        "source": str(SOURCE_WORDS[indicator.source]),
        "url": entry_url(rated.round, indicator),
    }
    if indicator.source == "events":
        there = sum(map(len, rated.facts.events.get(indicator.code, ())))
        return Progress(**about, there=there, of=None, lacking=[], note="")
    if indicator.source == "measure" and rated.round.state == RoundState.PREPARING:
        note = _("measured automatically when the measures are frozen")
        return Progress(**about, there=0, of=len(rated.seats), lacking=[], note=note)
    lacking = [place for place in range(len(rated.seats)) if is_missing(column, place)]
    scored = column.status.count(Status.SCORED)
    names = [seat.team.short_name for seat in rated.seats]
    return Progress(
        **about,
        there=scored,
        of=scored + len(lacking),
        lacking=[_lacking_words(names[place], column.reason[place]) for place in lacking],
        note=_note(indicator) if lacking else "",
    )


def _note(indicator: Indicator) -> str:
    """Why there is no value, and what the plan does then."""
    policy = policy_words(indicator.when_missing, indicator.kind)
    cause = CAUSES.get(indicator.source)
    return clauses_text(filter(None, [LACK_WORDS[cause] if cause else "", policy]))


CAUSES = {"measure": LackCause.NOTHING_TO_MEASURE}
"""Why an indicator of that source has no value, where no value can be entered."""


def _lacking_words(name: str, reason: ExclusionReason | None) -> str:
    """A team without a value; one that has a value and lacks its own target."""
    if reason is ExclusionReason.NO_TARGET:
        return gettext("%(team)s (own target)") % {"team": name}
    return name
