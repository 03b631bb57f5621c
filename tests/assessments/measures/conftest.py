"""A quarter to be measured: three months, a cut-off on 15 October."""

import pytest

from assessments.measures import MEASURES, Measured, Scope
from teams.models import SpecialTeam
from tests.assessments import work


@pytest.fixture
def scope(action) -> Scope:
    """The third quarter of all teams of the action."""
    return Scope(
        action_id=action.pk,
        teams=SpecialTeam.objects.order_by().values("pk"),
        first=work.FIRST,
        last=work.LAST,
        known_before=work.CUT_OFF,
    )


@pytest.fixture
def periods(action):
    """The three periods of the quarter, open."""
    return work.open_periods(action)


@pytest.fixture
def found(scope, team):
    """What a measure finds for the team: numerator, denominator and {title or day: reason}."""

    def ask(name: str, of: SpecialTeam = team) -> tuple[int, int, dict]:
        measured = MEASURES[name].of(scope).get(of.pk, Measured())
        keys = "title" if any("title" in row for row in measured.rows) else "ends_on"
        return measured.numerator, measured.denominator, {row[keys]: row["because"] for row in measured.rows}

    return ask
