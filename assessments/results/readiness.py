"""What must be settled before a round moves on (docs/rules.md#rounds): asked by the verbs, listed by the console.

Each room that gathers facts says what of its kind is open; `WAITING` names them all.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.reading import once, read_once
from governance.lists.text import long_date, long_day, sentences_text, some_names
from governance.records.refusals import WrongState

from ..checking.questions import waiting as questions_open
from ..claims.waiting import waiting as claims_open
from ..engine.methods.judged import Panel, Vote
from ..engine.plan import Indicator, Kind
from ..figures import duties as figures
from ..models import AssessmentRound, LeftOut, Result
from ..models.appeal import AppealQuerySet
from ..panel.duties import waiting as marks_open
from ..panel.guards import is_blind
from ..rounds.duties import Waiting
from ..rounds.facts_state import seated_teams
from ..rounds.freezing import hindrances
from ..rounds.left_out import gaps
from ..rounds.row_offers import waiting as row_offers_open
from ..rounds.stage_days import StageDays
from ..states import RoundState
from ..votes.desk import waiting as votes_open
from ..votes.tallies import VOTING
from ..words.plans import title_of
from .coverage import Said, coverage_of
from .verification import is_outdated


@once
def latest_result(round: AssessmentRound) -> Result | None:
    """The result that was scored last."""
    return round.results.order_by("-number").first()


def measures_not_ready(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """Why the measures cannot be frozen."""
    if to != RoundState.COLLECTING:
        return []
    return [Waiting(words, reverse("round_amend", args=[round.pk])) for words in hindrances(round, at=at)]


def days_not_over(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """Checking and public notice last until their last day, 18:00."""
    stage, sentence = _DAYS.get(to, (None, ""))
    end = StageDays(round).end(stage) if stage else None
    if end is None or at > end:
        return []
    return [Waiting(sentence % {"moment": long_date(end)}, "")]


_DAYS = {
    RoundState.SCORING: (RoundState.CHECKING, _("The teams can check their facts until %(moment)s.")),
    RoundState.PUBLISHED: (RoundState.PUBLIC_NOTICE, _("The public notice lasts until %(moment)s.")),
}


def values_missing(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """Indicators for whose value the plan waits: what is missing, and the page where something can be done."""
    if to != RoundState.APPROVED:
        return []
    covered, teams = coverage_of(round, at=at), seated_teams(round)
    found = []
    for planned in round.plan.rules.indicators:
        column = covered[planned.code]
        awaited = column.places(Said.AWAITED)
        if not awaited:
            continue
        can_end = set(column.places(Said.MISSING)) if planned.kind is Kind.BASE else set()
        for ends in (True, False):
            names = [teams[place].short_name for place in awaited if (place in can_end) == ends]
            if names:
                found.append(_missing(round, planned, names, ends=ends))
    return found


def _missing(round: AssessmentRound, planned: Indicator, teams: list[str], *, ends: bool) -> Waiting:
    """A value that is missing; `ends`: it can be entered or left out."""
    url = reverse("round_left_out", args=[round.pk]) if ends else reverse("round_abandon", args=[round.pk])
    if isinstance(planned.rule.parameters, Vote):
        url = reverse("round_votes", args=[round.pk])
        sentence = _("%(indicator)s has no votes for %(teams)s. Groups vote once scoring has begun.")
        if round.state in VOTING:
            sentence = _("%(indicator)s has no votes for %(teams)s. Print slips or enter a tally.")
            if ends:
                sentence = _("%(indicator)s has no votes for %(teams)s. Print slips, enter a tally, or leave it out.")
    elif not ends:
        sentence = _(
            "%(indicator)s has no value for %(teams)s and nobody can enter one, so the round cannot be approved. "
            "Abandon it and open one under a changed plan."
        )
    elif isinstance(planned.rule.parameters, Panel) and is_blind(round):
        sentence = _("%(indicator)s has no marks for %(teams)s. Wait for the sheets of its judges, or leave it out.")
        url = reverse("panel", args=[round.pk])
    elif planned.source == "data" and round.state == RoundState.COLLECTING:
        sentence = _("%(indicator)s has no value for %(teams)s. Enter it, or leave it out.")
        url = f"{reverse('round_figures', args=[round.pk])}?indicator={planned.code}"
    else:
        sentence = _("%(indicator)s has no value for %(teams)s. Return to entering it, or leave it out.")
    names = {"indicator": f"{planned.code} {title_of(planned)}", "teams": some_names(teams)}
    return Waiting(sentence % names, url, frozenset((planned.code, team) for team in teams))


def left_out_with_value(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """A value that was entered although the indicator is left out for the team: one of the two must go."""
    if to != RoundState.APPROVED or not LeftOut.objects.standing().filter(round=round).exists():
        return []
    return [
        Waiting(
            _("%(indicator)s is left out for “%(team)s” and has a value. Withdraw one of the two.")
            % {"indicator": gap.code, "team": gap.team},
            reverse("round_left_out", args=[round.pk]),
        )
        for gap in gaps(round, at=at)
        if gap.has_value
    ]


def score_not_current(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """The result that is approved must hold every fact."""
    if to != RoundState.APPROVED:
        return []
    result, url = latest_result(round), reverse("round_score", args=[round.pk])
    if result is None:
        return [Waiting(_("The round is not scored yet."), url)]
    if is_outdated(result, at=at):
        words = _("A fact has changed since result No. %(number)d. Score again.")
        return [Waiting(words % {"number": result.number}, url)]
    return []


def appeals_open(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """The appeals that keep the round from being published: one query."""
    return appeals_waiting(round.appeals.all()) if to == RoundState.PUBLISHED else []


def appeals_waiting(appeals: AppealQuerySet) -> list[Waiting]:
    """Those that are not decided, while their public notice lasts: one query."""
    words = _("The appeal of “%(team)s” about %(matter)s, filed on %(day)s, is not decided.")
    return [
        Waiting(
            words % {"team": one.team, "matter": one.subject, "day": long_day(day_of(one.filed_at))},
            one.get_absolute_url(),
        )
        for one in appeals.open().select_related("team", "indicator").order_by("filed_at", "pk")
    ]


FACTS: tuple[Callable[..., list[Waiting]], ...] = (
    figures.waiting,
    claims_open,
    marks_open,
    votes_open,
    questions_open,
)
"""What the rooms of facts say is open; before a score is computed they are asked as before it is approved."""

WAITING: tuple[Callable[..., list[Waiting]], ...] = (
    measures_not_ready,
    days_not_over,
    row_offers_open,
    *FACTS,
    values_missing,
    left_out_with_value,
    score_not_current,
    appeals_open,
)
"""What keeps a round from moving: each takes the round, the state `to` which it would move, and the moment `at`."""


def waiting(round: AssessmentRound, *, to: RoundState, at: datetime) -> list[Waiting]:
    """All that keeps the round from moving to a state."""
    return [one for ask in WAITING for one in ask(round, to=to, at=at)]


def facts_open(round: AssessmentRound, *, at: datetime) -> list[Waiting]:
    """What keeps the round from being scored."""
    return [one for ask in FACTS for one in ask(round, to=RoundState.APPROVED, at=at)]


def require_settled(
    round: AssessmentRound, *, to: RoundState, at: datetime, asking: Iterable[Callable[..., list[Waiting]]] = WAITING
) -> None:
    """Raise WrongState, which names all that is open, unless the round can move to a state."""
    with read_once():
        found = [one for ask in asking for one in ask(round, to=to, at=at)]
    if found:
        raise WrongState(sentences_text(one.words for one in found))
