"""What exists and what is missing in a round, indicator by indicator."""

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, clauses_text, some_names

from ..engine.methods.judged import Panel, Vote
from ..engine.plan import Indicator
from ..models import AssessmentRound
from ..panel.guards import SEATED_IN
from ..results.coverage import Coverage, Said, coverage_of, indicators_of
from ..rounds.facts_state import seated_teams
from ..states import RoundState
from ..votes.tallies import VOTING
from ..words.plans import LACK_WORDS, SOURCE_WORDS, LackCause, policy_words, title_of


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


def progress_of(round: AssessmentRound, *, at: datetime) -> list[Progress]:
    """Each indicator with what exists and what is missing, as the score would find it: the queries of the coverage."""
    covered = coverage_of(round, at=at)
    return [_progress(round, indicator, covered[indicator.code]) for indicator in indicators_of(round)]


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


def _progress(round: AssessmentRound, indicator: Indicator, covered: Coverage) -> Progress:
    about = {
        "code": indicator.code,
        "title": title_of(indicator),
        "source": str(SOURCE_WORDS[indicator.source]),
        "url": entry_url(round, indicator),
    }
    if indicator.source == "events":
        return Progress(**about, there=covered.events, of=None, lacking=[], note="")
    if indicator.source == "measure" and round.state == RoundState.PREPARING:
        note = _("measured automatically when the measures are frozen")
        return Progress(**about, there=0, of=len(covered.said), lacking=[], note=note)
    teams = seated_teams(round)
    lacking, no_target = covered.places(Said.MISSING), set(covered.places(Said.NO_TARGET))
    scored = len(covered.places(Said.SCORED))
    return Progress(
        **about,
        there=scored,
        of=scored + len(lacking),
        lacking=[_lacking_words(teams[place].short_name, place in no_target) for place in lacking],
        note=_note(indicator) if lacking else "",
    )


def _note(indicator: Indicator) -> str:
    """Why there is no value, and what the plan does then."""
    policy = policy_words(indicator.when_missing, indicator.kind)
    cause = CAUSES.get(indicator.source)
    return clauses_text(filter(None, [LACK_WORDS[cause] if cause else "", policy]))


CAUSES = {"measure": LackCause.NOTHING_TO_MEASURE}
"""Why an indicator of that source has no value, where no value can be entered."""


def _lacking_words(name: str, no_target: bool) -> str:
    """A team without a value; one that has a value and lacks its own target."""
    return gettext("%(team)s (own target)") % {"team": name} if no_target else name
