"""A matter pays once in a plan's year: over the rounds its payments add up to its highest level, whatever happens.

The rounds of a year are driven at random, by a seed: claims are filed, approved, lowered and withdrawn, rounds scored,
sent back, approved and published in any order. What they should pay is computed here from the claims alone.
"""

import random
from collections import defaultdict
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from assessments.claims import claims
from assessments.figures.entry import Entry, enter_figures
from assessments.models import AssessmentRound, Claim
from assessments.plans import plans
from assessments.results import moves, scoring
from assessments.results.verification import verify_result
from assessments.rounds import freezing, round_states, rounds
from governance.clock import SHANGHAI, at_time
from governance.records.refusals import Invalid, WrongState
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

PLAN = """
[plan]
code = "pays"
title = "Payments"
base_points = 10
decimals = 2
bonus_above_base = true
[[dimensions]]
code = "all"
title = "All"
[[indicators]]
code = "B"
title = "Base"
dimension = "all"
points = 10
source = "data"
method = { name = "binary" }
when_missing = "zero"
[[indicators]]
code = "P"
kind = "bonus"
title = "Pilots"
points = 90
source = "events"
method = { name = "events", levels = { national = 3.5, provincial = 2, municipal = 1 } }
"""
LEVELS = {"municipal": Decimal(1), "provincial": Decimal(2), "national": Decimal("3.5")}
MATTERS = ("一村一账", "股份合作", "微心愿")
START = datetime(2026, 10, 1, 9, 0, tzinfo=SHANGHAI)


class Year:
    """Rounds of one plan and year that two people of the centre take through their steps."""

    def __init__(self, action, centre, centre2, office, count: int):
        self.centre, self.centre2, self.office, self.now = centre, centre2, office, START
        self.team = TeamFactory(action=action, established_on=date(2026, 1, 5))
        draft = plans.save_draft(PLAN.encode(), by=centre, at=START)
        self.plan = plans.adopt_plan(draft, by=centre2, at=START)
        self.indicator = self.plan.indicators.get(code="P")
        self.rounds = [self._opened(action, month) for month in range(1, count + 1)]

    def _opened(self, action, month: int) -> AssessmentRound:
        round = rounds.open_round(
            action=action,
            plan=self.plan,
            kind="round",
            title=f"{month}月",
            starts_on=date(2026, month, 1),
            ends_on=date(2026, month, 28),
            cut_off_at=at_time(date(2026, month, 28), 24 - 1) + timedelta(hours=2),
            classes={self.team.code: "all"},
            by=self.centre,
            at=START,
        )
        return freezing.freeze_measures(round, by=self.centre, at=START)

    def tick(self) -> datetime:
        self.now += timedelta(minutes=7)
        return self.now

    def claim(self, round: AssessmentRound, matter: str, level: str) -> Claim:
        """A claim in that very round: its day is the round's last."""
        claim = claims.file_claim(
            team=self.team,
            plan=self.plan,
            indicator=self.indicator,
            matter=matter,
            level=level,
            document="1号",
            on=round.ends_on,
            basis="原文",
            by=self.office,
            at=self.tick(),
        )
        Claim.objects.filter(pk=claim.pk).update(round=round)
        return claims.approve_claim(claim, matter=matter, level=level, by=self.centre, at=self.tick())

    def close(self, round: AssessmentRound) -> None:
        """On to scoring, over the days of checking; nobody has a figure."""
        said = {"document": "2号", "basis": "没有", "by": self.centre, "at": self.tick()}
        enter_figures(round, self.plan.indicators.get(code="B"), {self.team.code: Entry("", no_figure=True)}, **said)
        moves.begin_checking(round, by=self.centre, at=self.tick())
        self.now += timedelta(days=14)
        moves.begin_scoring(round, by=self.centre, at=self.tick())

    def score(self, round: AssessmentRound):
        """Score it, first or again; one that collects is closed before."""
        if AssessmentRound.objects.get(pk=round.pk).state == "collecting":
            self.close(round)
        return scoring.score_round(round, by=self.centre, at=self.tick())

    def back(self, round: AssessmentRound) -> None:
        """From scoring back to collecting."""
        for _state in ("checking", "collecting"):
            round_states.step_back(round, reason="复核", by=self.centre, at=self.tick())

    def publish(self, round: AssessmentRound) -> None:
        """Approve it and publish it once its notice is over."""
        scoring.approve_round(round, document="1号", by=self.centre2, at=self.tick())
        moves.post_notice(round, by=self.centre, at=self.tick())
        self.now += timedelta(days=14)
        scoring.publish_round(round, by=self.centre, at=self.tick())

    def paid(self) -> Decimal:
        """What the published rounds paid together."""
        results = [round.results.latest("number") for round in self.of("published")]
        return sum((result.lines.get().bonus for result in results), Decimal(0))

    def owed(self) -> Decimal:
        """The highest level of each matter in the published rounds, from the claims alone."""
        highest: dict[str, Decimal] = defaultdict(Decimal)
        for claim in Claim.objects.filter(round__state="published", state="approved"):
            highest[claim.matter] = max(highest[claim.matter], LEVELS[claim.level])
        return sum(highest.values(), Decimal(0))

    def of(self, *states: str) -> list[AssessmentRound]:
        return list(AssessmentRound.objects.filter(state__in=states).order_by("pk"))


def act(year: Year, draw: random.Random) -> None:
    """One thing that somebody does somewhere, if it is possible there."""
    what = draw.choice(("claim", "claim", "claim", "lower", "withdraw", "score", "score", "back", "publish"))
    open_rounds, scored = year.of("collecting"), year.of("scoring")
    standing = list(Claim.objects.filter(round__in=open_rounds, state="approved"))
    if what == "claim" and open_rounds:
        year.claim(draw.choice(open_rounds), draw.choice(MATTERS), draw.choice(list(LEVELS)))
    if what == "lower" and standing:
        claim = draw.choice(standing)
        claims.lower_claim(claim, level="municipal", reason="级别不符", by=year.centre, at=year.tick())
    if what == "withdraw" and standing:
        claims.withdraw_claim(draw.choice(standing), reason="文件作废", by=year.centre, at=year.tick())
    if what == "score" and (open_rounds or scored):
        year.score(draw.choice(open_rounds + scored))
    if what == "back" and scored:
        year.back(draw.choice(scored))
    if what == "publish" and scored:
        year.publish(draw.choice(scored))


@pytest.mark.parametrize("seed", range(6))
def test_payments_of_a_matter_add_up_to_its_highest_level(action, centre, centre2, office, seed):
    year, draw = Year(action, centre, centre2, office, 3), random.Random(seed)
    for _turn in range(28):
        try:
            act(year, draw)
        except (Invalid, WrongState):
            continue
        assert year.paid() == year.owed()
    for _round in range(3):
        for round in year.of("collecting", "scoring"):
            try:
                year.score(round)
                year.publish(round)
            except WrongState:
                continue
    assert len(year.of("published")) == 3
    assert year.paid() == year.owed()
    for round in year.of("published"):
        for result in round.results.all():
            assert verify_result(result) == []


def test_what_others_publish_after_the_first_score_changes_no_payment(action, centre, centre2, office):
    """Scored first, a round keeps its payment when it is scored again; the other pays the rest."""
    year = Year(action, centre, centre2, office, 2)
    first, second = year.rounds
    year.claim(first, "一村一账", "municipal")
    year.claim(second, "股份合作", "municipal")
    year.score(second)
    year.back(second)
    year.score(first)
    year.publish(first)
    year.claim(second, "一村一账", "national")
    year.score(second)
    year.publish(second)
    assert year.paid() == Decimal("4.5") == year.owed()


def test_a_round_waits_for_another_that_is_scored_with_the_same_matter(action, centre, centre2, office):
    year = Year(action, centre, centre2, office, 2)
    first, second = year.rounds
    year.claim(first, "一村一账", "municipal")
    year.claim(second, "一村一 账", "national")
    year.score(first)
    with pytest.raises(WrongState, match="1月"):
        year.score(second)
    year.back(first)
    with pytest.raises(WrongState, match="1月"):
        year.score(second)
    year.score(first)
    year.publish(first)
    year.score(second)
    year.publish(second)
    assert [round.results.latest("number").lines.get().bonus for round in (first, second)] == [1, Decimal("2.5")]


def test_a_matter_that_comes_back_after_the_score_holds_no_other_up(action, centre, centre2, office):
    """Of two rounds with a matter the one scored with it goes first, even where the other was scored before."""
    year = Year(action, centre, centre2, office, 2)
    first, second = year.rounds
    claim = year.claim(first, "一村一账", "municipal")
    year.claim(second, "一村一账", "national")
    year.score(first)
    year.back(first)
    claims.withdraw_claim(claim, reason="文件作废", by=centre, at=year.tick())
    year.score(second)
    year.claim(first, "一村一账", "municipal")
    with pytest.raises(WrongState, match="2月"):
        year.score(first)
    year.publish(second)
    year.score(first)
    year.publish(first)
    assert [round.results.latest("number").lines.get().bonus for round in (first, second)] == [0, Decimal("3.5")]


def test_an_abandoned_round_holds_no_other_up(action, centre, centre2, office):
    year = Year(action, centre, centre2, office, 2)
    first, second = year.rounds
    year.claim(first, "一村一账", "municipal")
    year.claim(second, "一村一账", "national")
    year.score(first)
    round_states.abandon_round(first, reason="误开", document="1号", by=centre, at=year.tick())
    assert year.score(second).lines.get().bonus == Decimal("3.5")
