"""What must be settled before a year moves on (docs/rules.md#year): asked by the verbs, listed by the year's page."""

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import cached_property

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import long_date, sentences_text
from governance.people.models import CalendarDay
from governance.records.refusals import WrongState
from teams.models import SpecialAction

from ..engine import canonical_json
from ..engine.plan import Plan
from ..models import Appeal, AssessmentRound, Result, ResultCorrection, YearResult, YearStep
from ..models.appeal import AppealQuerySet
from ..rounds.duties import Waiting
from ..rounds.stage_days import closing
from ..states import PUBLISHED_STATES, YearState
from ..words.plans import kind_title
from .plan_year import body_of, standing_results
from .readiness import appeals_waiting


class YearStanding:
    """A plan's year now: its rounds, the results that stand in them, the year's own last result."""

    def __init__(self, action: SpecialAction, code: str, year: int) -> None:
        self.action, self.code, self.year = action, code, year
        rounds = AssessmentRound.objects.of_year(action, code, year)
        self.rounds = list(rounds.select_related("plan__plan"))
        self.results: list[Result] = standing_results(action, code, year)
        own = YearResult.objects.with_state().of_year(action, code, year)
        self.last: YearResult | None = own.order_by("-number").first()

    @property
    def rules(self) -> Plan | None:
        """The plan under which the year is judged; None where nothing is published, or it knows no year."""
        plan: Plan | None = self.results[-1].round.plan.rules if self.results else None
        return plan if plan and plan.year else None

    @property
    def appeals(self) -> AppealQuerySet:
        """The appeals filed in the notices of its results."""
        return Appeal.objects.of_year(self.action, self.code, self.year)

    @property
    def plan_title(self) -> str:
        """The title of the plan, in the reader's language."""
        return str(self.results[-1].round.plan.plan)

    @cached_property
    def text(self) -> str:
        """The year's document as it would be computed now. One query."""
        return canonical_json(body_of(self.year, self.results))

    @property
    def is_current(self) -> bool:
        """Whether the last result is what would be computed now."""
        return self.last is not None and bool(self.results) and self.last.body == self.text

    @property
    def seen(self) -> int:
        """How many steps the year has taken, by which a stale page is known. One query."""
        steps = YearStep.objects.filter(result__action=self.action, result__code=self.code, result__year=self.year)
        return steps.count()

    def step_url(self, name: str) -> str:
        """The address of one of the year's pages."""
        return reverse(name, args=[self.code, self.year])


def notice_end(result: YearResult, rules: Plan) -> datetime | None:
    """When the public notice of a year's result ends; None where it is not posted. Two queries."""
    posted = result.steps.filter(state=YearState.PUBLIC_NOTICE).order_by("-number").first()
    if posted is None:
        return None
    return closing(CalendarDay.objects.working_days(), day_of(posted.at), rules.publicity_days)


def rounds_open(standing: YearStanding, *, to: YearState, at: datetime) -> Iterator[Waiting]:
    """Rounds that are neither published nor abandoned."""
    for round in standing.rounds:
        if round.state not in PUBLISHED_STATES:
            words = _("“%(round)s” is at the stage “%(state)s”. Publish or abandon it first.")
            named = {"round": round.title, "state": round.get_state_display()}
            yield Waiting(words % named, reverse("round", args=[round.pk]))


def parts_missing(standing: YearStanding, *, to: YearState, at: datetime) -> Iterator[Waiting]:
    """Parts of the year of which no round is published."""
    rules = standing.rules
    if rules is None or rules.year is None:
        return
    published = {result.round.kind for result in standing.results}
    for part in rules.year.parts:
        if part.code not in published:
            words = _("The part “%(part)s” has no published round.")
            yield Waiting(words % {"part": kind_title(rules, part.code)}, reverse("round_new"))


def not_current(standing: YearStanding, *, to: YearState, at: datetime) -> Iterator[Waiting]:
    """What is approved and published is what the rounds say now."""
    if to == YearState.COMPUTED or standing.is_current or standing.last is None:
        return
    page = "year_compute" if standing.last.state == YearState.COMPUTED else "year_withdraw"
    words = _("A round has changed since result No. %(number)d of the year. Compute it again.")
    yield Waiting(words % {"number": standing.last.number}, standing.step_url(page))


def notice_not_over(standing: YearStanding, *, to: YearState, at: datetime) -> Iterator[Waiting]:
    """The public notice lasts until its last day, 18:00."""
    rules = standing.rules
    if to != YearState.PUBLISHED or standing.last is None or rules is None:
        return
    end = notice_end(standing.last, rules)
    if end is not None and at <= end:
        yield Waiting(_("The public notice lasts until %(moment)s.") % {"moment": long_date(end)}, "")


def appeals_undecided(standing: YearStanding, *, to: YearState, at: datetime) -> Iterator[Waiting]:
    """Appeals in its public notice that are not decided."""
    if to == YearState.PUBLISHED:
        yield from appeals_waiting(standing.appeals)


def corrections_open(standing: YearStanding, *, to: YearState, at: datetime) -> Iterator[Waiting]:
    """Corrections of its rounds that go on, of which an allowed appeal has opened some."""
    if to != YearState.PUBLISHED:
        return
    words = _("Correction No. %(number)d of “%(round)s” is at the stage “%(state)s”. Publish or drop it first.")
    found = ResultCorrection.objects.open().filter(round__in=[round.pk for round in standing.rounds])
    for one in found.select_related("round").order_by("round", "number"):
        named = {"number": one.number, "round": one.round.title, "state": one.get_state_display()}
        yield Waiting(words % named, one.get_absolute_url())


YEAR_WAITING: tuple[Callable[..., Iterator[Waiting]], ...] = (
    rounds_open,
    parts_missing,
    not_current,
    notice_not_over,
    appeals_undecided,
    corrections_open,
)
"""What keeps a year from moving: each takes the year, the state `to` which it would move, and the moment `at`."""


def year_waiting(standing: YearStanding, *, to: YearState, at: datetime) -> list[Waiting]:
    """All that keeps the year from moving to a state."""
    return [one for ask in YEAR_WAITING for one in ask(standing, to=to, at=at)]


def require_year_settled(standing: YearStanding, *, to: YearState, at: datetime) -> None:
    """Raise WrongState, which names all that is open, unless the year can move to a state."""
    found = year_waiting(standing, to=to, at=at)
    if found:
        raise WrongState(sentences_text(one.words for one in found))
