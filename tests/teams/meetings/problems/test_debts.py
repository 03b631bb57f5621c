"""Office and lead team owe what a problem waits for, with a term each."""

from datetime import date, timedelta

import pytest

from governance.clock import at_time
from teams.debts.debts import debts_of
from teams.debts.reminders import occasions_of
from teams.meetings.problems.verification import close_out_problem
from tests.teams.meetings.factories import (
    a_problem,
    a_problem_in_rectification,
    a_resolved_problem,
    an_analysed_problem,
)


def owed(action, day, reader=None):
    """The debts about problems as (kind, days waiting, due)."""
    debts = debts_of(action, reader=reader, now=at_time(day, 9))
    return [(debt.kind.code, debt.days_waiting, debt.due_on) for debt in debts if debt.kind.code.startswith("problem")]


@pytest.fixture
def day(at):
    """Tuesday, 27 October."""
    return at.date()


def test_the_office_analyses_within_five_working_days(action, team, office, at, day):
    a_problem(team, by=office, at=at)
    assert owed(action, day + timedelta(days=2)) == [("problem_analyse", 2, date(2026, 11, 3))]


def test_the_lead_team_takes_it_up_within_two(action, team, head, office, at, day):
    an_analysed_problem(team, by=office, at=at)
    assert owed(action, day) == [("problem_take_up", 0, date(2026, 10, 29))]
    [debt] = [debt for debt in debts_of(action, reader=None, now=at) if debt.kind.code == "problem_take_up"]
    assert head.name in debt.who


def test_the_lead_team_owes_the_resolution_from_its_day_on(action, team, head, office, at, day):
    a_problem_in_rectification(team, by=office, head=head, at=at, due_on=day + timedelta(days=3))
    assert owed(action, day + timedelta(days=2)) == []
    assert owed(action, day + timedelta(days=5)) == [("problem_resolve", 2, day + timedelta(days=3))]


def test_the_office_verifies_within_three_and_looks_back_on_the_day(action, team, head, office, office2, at, day):
    problem = a_resolved_problem(team, by=office, head=head, at=at)
    assert owed(action, day) == [("problem_verify", 0, date(2026, 10, 30))]
    close_out_problem(problem, by=office2, at=at)
    assert owed(action, date(2026, 11, 25)) == []
    assert owed(action, date(2026, 11, 26)) == [("problem_look_back", 0, date(2026, 12, 1))]


def test_only_readers_of_the_problem_know_of_it(action, team, other_head, member, office, at, day):
    a_problem(team, by=office, at=at)
    assert owed(action, day, reader=other_head) == []
    assert [code for code, _days, _due in owed(action, day, reader=member)] == ["problem_analyse"]


def test_heads_are_reminded_the_day_before_and_in_steps_after(action, team, head, liaison, office, at, day):
    a_problem_in_rectification(team, by=office, head=head, at=at, due_on=day + timedelta(days=2))
    told = {
        days: [each.kind for each in occasions_of(action, at=at + timedelta(days=days)) if "problem" in each.kind]
        for days in (0, 1, 2, 3, 5)
    }
    assert told == {
        0: [],
        1: ["problem_due_soon"],
        2: ["problem_due_soon"],
        3: ["problem_overdue"],
        5: ["problem_overdue"],
    }
