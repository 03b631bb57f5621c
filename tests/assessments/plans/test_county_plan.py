"""The county's own plan: with every measure in place it can be adopted, and a round of it is not blocked by zeros."""

from datetime import date
from pathlib import Path

import pytest

from assessments.figures.suppliers import name_supplier
from assessments.measures import MEASURES
from assessments.plans import plans
from assessments.plans.prospects import foreseen_in
from assessments.rounds import freezing, rounds
from assessments.rounds.sources import unnamed_sources
from tests.assessments import loop_work, work
from tests.assessments.conftest import FROZEN, OPENED
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

PLAN = Path(__file__).parents[2] / "data" / "plans" / "yuanqu-2026.toml"


@pytest.fixture
def adopted(centre, centre2):
    """The county's plan, adopted: nothing has to be confirmed."""
    draft = plans.save_draft(PLAN.read_bytes(), by=centre, at=OPENED)
    return plans.adopt_plan(draft, by=centre2, at=OPENED)


def test_it_can_be_adopted(adopted):
    measured = {indicator.measure for indicator in adopted.indicators.filter(source="measure")}
    assert {"problem_closure_rate", "problems_reopened", "requirement_answer_rate"} <= measured <= set(MEASURES)


def test_a_team_without_problems_has_a_true_zero(adopted, action, centre):
    """A12 would block the round if it were missing; A11 and A6 are full where there was nothing."""
    team, quiet = (TeamFactory(action=action) for _ in range(2))
    loop_work.closed_problem(team, due=date(2026, 8, 31), resolved=date(2026, 8, 31))
    round = rounds.open_round(
        action=action,
        plan=adopted,
        kind="month",
        title="2026年9月考核",
        starts_on=work.FIRST,
        ends_on=work.LAST,
        cut_off_at=work.CUT_OFF,
        classes={team.code: "A", quiet.code: "B"},
        by=centre,
        at=OPENED,
        confirmed=True,
    )
    lacks = foreseen_in(round, [team, quiet], {team.code: "A", quiet.code: "B"}, at=FROZEN)
    assert "A12" not in {lack.indicator.code for lack in lacks if lack.blocks}
    for source in unnamed_sources(round)[:1]:
        name_supplier(source, department=None, alike=True, by=centre, at=FROZEN)
    freezing.freeze_measures(round, by=centre, at=FROZEN)
    values = {
        (seat.team.code, value.indicator.code): (value.numerator, value.denominator)
        for seat in round.teams.all()
        for value in seat.measured.select_related("indicator")
    }
    assert values[team.code, "A11"] == (1, 1)
    assert values[quiet.code, "A11"] == values[quiet.code, "A6"] == (0, 0)
    assert values[team.code, "A12"] == values[quiet.code, "A12"] == (0, 1)
