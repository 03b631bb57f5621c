"""`manage.py measure` as a person or a script meets it."""

import json
from datetime import date
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import translation

from tests.assessments import loop_work as loop
from tests.factories import TeamFactory, make_task

pytestmark = pytest.mark.django_db

QUARTER = {"first": "2026-07-01", "last": "2026-09-30", "cut_off": "2026-10-16"}


@pytest.fixture
def teams(action):
    """Three teams, one of which is closed before the last day; the codes are not in document order."""
    return [
        TeamFactory(action=action, code="b-team"),
        TeamFactory(action=action, code="a-team"),
        TeamFactory(action=action, code="gone", closed_on=date(2026, 9, 29)),
    ]


def run(name, **options):
    """What it prints."""
    out = StringIO()
    with translation.override("en"):
        call_command("measure", name, stdout=out, **QUARTER | options)
    return out.getvalue()


def test_every_team_of_the_round_by_code(teams):
    loop.closed_problem(teams[0], due=date(2026, 8, 31), resolved=date(2026, 8, 31))
    assert json.loads(run("problem_closure_rate", json=True)) == {
        "teams": [
            {"team": "a-team", "numerator": 0, "denominator": 0, "rows": []},
            {
                "team": "b-team",
                "numerator": 1,
                "denominator": 1,
                "rows": [
                    {
                        "kind": "problem",
                        "number": teams[0].problems.get().problem.number,
                        "title": teams[0].problems.get().problem.title,
                        "due_on": "2026-08-31",
                        "resolved_on": "2026-08-31",
                        "because": "closed_out",
                        "numerator": 1,
                        "denominator": 1,
                    }
                ],
            },
        ]
    }


def test_a_count_is_never_missing(teams):
    loop.order(teams[1], make_task(team=teams[1]), issued=date(2026, 8, 3))
    found = json.loads(run("orders_red", json=True))["teams"]
    assert [(row["team"], row["numerator"], row["denominator"]) for row in found] == [
        ("a-team", 1, 1),
        ("b-team", 0, 1),
    ]


def test_people_read_lines(teams):
    loop.closed_problem(teams[0], due=date(2026, 8, 31), resolved=date(2026, 8, 31))
    assert run("problem_closure_rate").splitlines() == ["a-team  0/0  -", "b-team  1/1  100 %"]


@pytest.mark.parametrize(
    ("cut_off", "known"), [("2026-09-09", 1), ("2026-09-09T10:00", 0), ("2026-09-09T10:01", 1), ("2026-09-08", 0)]
)
def test_a_day_counts_to_its_end_and_a_moment_is_not_known_itself(teams, cut_off, known):
    loop.closed_problem(teams[0], due=date(2026, 8, 31), resolved=date(2026, 8, 31), closed=date(2026, 9, 9))
    found = json.loads(run("problem_closure_rate", cut_off=cut_off, json=True))["teams"]
    assert found[1]["numerator"] == known


@pytest.mark.parametrize(
    ("name", "options", "fault"),
    [
        ("problems", {}, "There is no measure “problems”. Known: task_completion_rate, "),
        ("orders_red", {"first": "2026-13-01"}, "“2026-13-01” is no day such as 2026-10-29."),
        ("orders_red", {"last": "soon"}, "“soon” is no day such as 2026-10-29."),
        ("orders_red", {"cut_off": "2026-10-16 25:00"}, "“2026-10-16 25:00” is no moment such as 2026-11-05T18:00."),
        ("orders_red", {"last": "2026-06-30"}, "The last day is before the first day."),
    ],
)
def test_what_is_not_known_is_said_in_one_line(teams, name, options, fault):
    with pytest.raises(CommandError) as caught:
        run(name, **options)
    assert str(caught.value).startswith(fault)
    assert "\n" not in str(caught.value)
    assert caught.value.returncode == 1


def test_without_an_action_there_is_nothing_to_measure(db):
    with pytest.raises(CommandError, match="no special action yet"):
        run("orders_red")
