"""A new team beside the older ones when they were as old: as known on each one's own evening."""

from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest

from governance.clock import SHANGHAI
from teams.rules.progress import Pace
from teams.tasks.changes import Change, LampContext, write_changes
from teams.tasks.pace_at_age import beside_older, compared_in_words
from tests import factories

pytestmark = pytest.mark.django_db

TODAY = date(2026, 10, 27)


def change(task, day, **fields):
    """Write new values as of the morning of `day`."""
    task.refresh_from_db()
    at = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=9)
    write_changes([Change(task, fields)], cause="edit_task", by=None, at=at, lamp_context=LampContext.of(task.action))


@pytest.fixture
def young(action):
    """A team of 41 days."""
    return factories.TeamFactory(action=action, established_on=date(2026, 9, 16))


def older(action, established_on, percent, *, day, **fields):
    """A team with one task, `percent` done from its day `day` on; its plan runs over its first 100 days."""
    team = factories.TeamFactory(action=action, established_on=established_on)
    start = {"start_on": established_on, "due_on": established_on + timedelta(days=100), "percent": Decimal(0)}
    at = datetime.combine(established_on, datetime.min.time(), SHANGHAI)
    task = factories.make_task(team=team, at=at, **start, **fields)
    change(task, established_on + timedelta(days=day), percent=Decimal(percent))
    return team


def test_each_older_team_is_read_on_the_evening_when_it_was_as_old(action, young):
    first = older(action, date(2026, 3, 1), 30, day=41)
    second = older(action, date(2026, 5, 1), 90, day=42)  # a day too late to be known
    beside = beside_older(young, on=TODAY)
    assert beside.age == 41
    assert {each.team: (each.pace.percent, each.pace.planned) for each in beside.teams} == {
        first: (Decimal(30), Decimal(41)),
        second: (Decimal(0), Decimal(41)),
    }
    assert (beside.percent, beside.planned, beside.gap) == (Decimal(15), Decimal(41), Decimal(26))


def test_a_team_without_a_record_at_that_age_is_left_out_of_the_mean(action, young):
    silent = factories.TeamFactory(action=action, established_on=date(2026, 3, 1))
    factories.make_task(team=silent, at=datetime(2026, 6, 30, 9, tzinfo=SHANGHAI))
    spoken = older(action, date(2026, 5, 1), 50, day=10)
    beside = beside_older(young, on=TODAY)
    assert [each.team for each in beside.compared] == [spoken]
    assert len(beside.teams) == 2
    assert beside.percent == Decimal(50)


def test_younger_teams_and_those_of_another_action_are_no_older_ones(action, young):
    older(action, date(2026, 9, 17), 50, day=1)
    older(factories.ActionFactory(), date(2026, 3, 1), 50, day=1)
    beside = beside_older(young, on=TODAY)
    assert (beside.teams, beside.percent, beside.gap) == ([], None, None)


def test_a_task_that_has_gone_to_another_team_counts_there(action, young):
    giver = older(action, date(2026, 5, 1), 50, day=10)
    taker = factories.TeamFactory(action=action, established_on=date(2026, 5, 1))
    change(giver.tasks.get(), date(2026, 5, 20), team_id=taker.pk)
    paces = {each.team: each.pace for each in beside_older(young, on=TODAY).teams}
    assert paces[giver] is None
    assert paces[taker].percent == Decimal(50)


def test_two_queries_however_many_there_are(action, young, django_assert_num_queries):
    for index in range(3):
        older(action, date(2026, 3, 1) + timedelta(days=index), 50, day=10)
        with django_assert_num_queries(2):
            assert beside_older(young, on=TODAY).percent == Decimal(50)


def test_the_comparison_is_said_in_words(action, young):
    assert "41" in compared_in_words(Pace(Decimal(40), Decimal(43), 2), beside_older(young, on=TODAY))
    older(action, date(2026, 3, 1), 30, day=41)
    words = compared_in_words(Pace(Decimal(50), Decimal(43), 2), beside_older(young, on=TODAY))
    assert "7" in words and "11" in words
    assert compared_in_words(None, beside_older(young, on=TODAY))
