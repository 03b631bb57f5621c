"""A team's own tally: its values so far, points only before the freeze, and what one row would bring by the engine."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from django.urls import reverse

from assessments.checking.tally import Tally, tally_seats
from assessments.engine import rate
from assessments.measures import MEASURES
from assessments.models import MeasuredValue, RoundTeam
from assessments.rounds.facts_of_round import gather
from governance.clock import SHANGHAI, at_time
from tests.assessments import work
from tests.assessments.conftest import FROZEN, OPENED
from tests.budgets import counted
from tests.factories import MemberFactory, make_task

pytestmark = pytest.mark.django_db

LATER = OPENED + timedelta(days=1)


@pytest.fixture
def preparing(story):
    story.until("preparing")
    return story


def tally_of(story, place: int = 0, at: datetime = LATER) -> Tally:
    team = story.teams[place]
    seat = RoundTeam.objects.select_related("team", "round__plan__plan").get(round=story.round, team=team)
    return Tally(seat, story.heads[team.code], at=at)


def as_frozen(story) -> dict[str, dict[str, Decimal | None]]:
    """Points of the measured indicators by team, rated over all teams from what was frozen."""
    story.round.refresh_from_db()
    facts, _ = gather(story.round, before=FROZEN)
    points = rate(story.plan.rules, facts, story.round.kind)
    return {
        team.code: {code: column.points[place] for code, column in points.columns.items()}
        for place, team in enumerate(facts.teams)
    }


def test_values_and_points_are_what_the_freeze_and_the_engine_find(preparing):
    """At the cut-off the tally of each team equals the frozen values, rated with all teams of the round."""
    tallies = [tally_of(preparing, place, at=FROZEN) for place in range(len(preparing.teams))]
    lines = {tally.team.code: (tally.values, tally.lines) for tally in tallies}
    preparing.freeze()
    rated = as_frozen(preparing)
    compared = 0
    for value in MeasuredValue.objects.select_related("indicator", "round_team__team"):
        values, shown = lines[value.round_team.team.code]
        measure = MEASURES[value.indicator.measure]
        if value.indicator.code in values:
            assert values[value.indicator.code] == measure.value(value.numerator, value.denominator)
        for line in shown:
            if line.code == value.indicator.code and line.rated.points is not None:
                assert line.rated.points == rated[value.round_team.team.code][line.code]
                compared += 1
    assert compared > len(preparing.teams)
