"""Totals of home and wall: what is remembered is what would be computed, whatever happened in between."""

import random
from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest

from governance.overview import memory
from governance.overview.memory import forget, recall, remember, state_of
from governance.overview.tallies import Scope, tally_of
from governance.overview.trends import evenings_of
from teams.models import Task, TaskVersion
from teams.tasks.assignment import edit_task
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture
def remembering(monkeypatch):
    """A test is one transaction, inside which nothing is remembered; here it is."""
    monkeypatch.setattr(memory, "connection", SimpleNamespace(in_atomic_block=False))


def test_nothing_is_remembered_inside_a_transaction(db):
    remember("key", 1, "what may be taken back")
    assert recall("key") is None


@pytest.mark.parametrize("seed", range(3))
def test_what_is_remembered_is_what_would_be_computed(action, office, at, remembering, django_assert_num_queries, seed):
    dice = random.Random(seed)
    teams = [factories.TeamFactory(action=action) for _ in range(3)]
    for team in teams:
        for due_on in (date(2026, 9, 30), date(2026, 10, 28), date(2026, 12, 31)):
            factories.make_task(team=team, due_on=due_on, percent=Decimal(dice.randrange(101)))
    period = factories.PeriodFactory(action=action)
    scopes = [Scope(action, at.date()), Scope(action, at.date(), teams={teams[0].pk})]
    days = [date(2026, 10, 10), date(2026, 10, 20)]

    def told():
        versions = state_of(TaskVersion)
        return [
            (
                [tally_of(scope, on=on, moment=at, before=period, versions=versions) for on in (at.date(), days[1])],
                evenings_of(scope, days, versions),
            )
            for scope in scopes
        ]

    for turn in range(8):
        remembered = told()
        with django_assert_num_queries(1):  # the state
            assert told() == remembered
        forget()
        assert told() == remembered
        task = dice.choice(Task.objects.all())
        fields = dice.choice(
            [{"team": dice.choice(teams)}, {"level": dice.choice([1, 2, 3])}, {"title": f"红灯任务{turn}"}]
        )
        edit_task(task, fields, by=office, at=at + timedelta(minutes=turn))
        if turn % 3 == 2:
            factories.make_task(team=dice.choice(teams), due_on=date(2026, 10, 5))
