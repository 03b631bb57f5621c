"""The rows behind the measures of the loop as text, linked where the reader may open them."""

import json
from datetime import date

import pytest
from django.utils import translation

from assessments.measures import MEASURES, Scope
from assessments.words.rows import behind
from governance.records.verbs import canonical
from teams.models import SpecialTeam
from tests.assessments import loop_work as loop
from tests.assessments import work
from tests.factories import TeamFactory, make_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def told(action):
    """A measure of a team for which something of everything has happened: Behind."""
    team = TeamFactory(action=action, established_on=date(2026, 8, 31))
    loop.do_some(team, make_task(team=team, due_on=date(2026, 8, 31)))
    teams = SpecialTeam.objects.order_by().values("pk")
    scope = Scope(action.pk, teams, work.FIRST, work.LAST, work.CUT_OFF)

    def tell(name: str, *, reads_papers: bool = True):
        found = MEASURES[name].of(scope)[team.pk]
        rows = json.loads(canonical(found.rows))
        source = {"measure": name, "numerator": found.numerator, "denominator": found.denominator, "rows": rows}
        with translation.override("en"):
            return behind(source, team_code=team.code, reads_papers=reads_papers)

    return tell


@pytest.mark.parametrize(
    ("name", "value", "facts"),
    [
        ("problem_closure_rate", "66.67 %", "due 2026-08-31, resolved 2026-08-31"),
        ("problem_on_time_rate", "33.33 %", "due 2026-08-31, resolved 2026-08-31"),
        ("problems_reopened", "1 problems", "reopened 2026-09-09"),
        ("orders_red", "1 orders", "Red order, issued 2026-08-03"),
        ("order_answer_on_time_rate", "50 %", "Red order, issued 2026-08-03, due 2026-08-06, answered 2026-08-04"),
        ("meeting_attendance_rate", "50 %", "head, held 2026-07-15"),
        ("decision_on_time_rate", "50 %", "due 2026-08-31, done 2026-08-20"),
        ("requirement_answer_rate", "50 %", "due 2026-08-31, answered 2026-08-03"),
        ("pilots_provincial", "1 pilots", "Provincial, granted 2026-08-31"),
        ("days_to_first_plan", "46 days", "established 2026-08-31"),
    ],
)
def test_a_row_says_its_days(told, name, value, facts):
    found = told(name)
    [line, *_] = found.hits
    assert (found.value[:4], line.facts) == (value[:4], facts)
    assert line.name and line.because
    assert bool(line.url) == (name != "days_to_first_plan")


@pytest.mark.parametrize(
    ("name", "linked"),
    [
        ("problem_closure_rate", False),
        ("orders_red", False),
        ("meeting_attendance_rate", True),
        ("pilots_national", True),
    ],
)
def test_problems_and_orders_are_linked_only_for_those_who_read_them(told, name, linked):
    assert bool(told(name, reads_papers=False).hits[0].url) == linked
