"""What is remembered of a round's facts is what would be computed, whatever was written in between."""

import re
from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assessments.figures.duties import duties, waiting
from assessments.figures.entry import Entry
from assessments.models import AssessmentRound, MeasuredValue
from assessments.results.coverage import coverage_of
from assessments.results.readiness import score_not_current, values_missing
from assessments.rounds.facts_state import OF_ACTION, OF_ROUND, facts_state
from assessments.states import RoundState
from governance.lists import memory
from governance.records.models import Editable, InsertOnly
from tests.assessments.conftest import ENTERED, FROZEN, SCORED

pytestmark = pytest.mark.django_db


@pytest.fixture
def remembering(monkeypatch):
    """A test is one transaction, inside which nothing is remembered; `remembering(False)` is such a transaction."""
    state = SimpleNamespace(in_atomic_block=True)
    monkeypatch.setattr(memory, "connection", state)

    def remember(yes: bool) -> None:
        state.in_atomic_block = not yes

    return remember


def told(story, at):
    """All that is remembered of the round."""
    round = AssessmentRound.objects.get(pk=story.round.pk)
    missing = values_missing(round, to=RoundState.APPROVED, at=at)
    unsettled = waiting(round, to=RoundState.CHECKING, at=at)
    return (
        coverage_of(round, at=at),
        duties(round),
        [str(wait.words) for wait in (*missing, *unsettled)],
        bool(score_not_current(round, to=RoundState.APPROVED, at=at)),
    )


def test_after_each_change_it_is_what_would_be_computed(story, remembering):
    story.until("collecting")
    first, second = story.teams[:2]
    said = []

    def check(at, *, changes: bool = True) -> None:
        remembering(False)
        fresh = told(story, at)
        remembering(True)
        assert told(story, at) == fresh
        assert told(story, at) == fresh
        assert not changes or fresh not in said
        said.append(fresh)

    check(ENTERED)
    story.enter("T6", {first.code: Entry("none")})
    check(ENTERED)
    story.event(first, "P1", level="provincial", matter="试点")
    check(ENTERED)
    value = MeasuredValue.objects.get(indicator__code="T1", round_team__team=second)
    nothing = {"number": 2, "numerator": 0, "denominator": 0, "rows": "[]", "at": FROZEN}
    MeasuredValue.objects.create(round_team=value.round_team, indicator=value.indicator, **nothing)
    check(ENTERED)
    first.short_name = "改名专班"
    first.save()
    check(ENTERED)
    check(FROZEN - timedelta(days=1))
    story.until("scoring", begun=True)
    check(SCORED)
    value = MeasuredValue.objects.get(indicator__code="T2", round_team__team=second)
    later = nothing | {"at": SCORED + timedelta(hours=1)}
    MeasuredValue.objects.create(round_team=value.round_team, indicator=value.indicator, **later)
    check(SCORED, changes=False)
    check(SCORED + timedelta(hours=2))


FIXED = {"assessments_adoptedplan", "assessments_assessmentplan", "assessments_indicator", "assessments_votetallyline"}
"""What is adopted stays as it is; the lines of a tally are written with it."""
NAMES = {"people_user", "people_department"}
"""Names that a result keeps as they were."""


def test_nothing_else_is_read_and_no_row_changes_in_silence(story):
    story.until("scoring")
    tables = []
    for ask in (lambda: facts_state(story.round), lambda: told(story, SCORED)):
        with CaptureQueriesContext(connection) as asked:
            ask()
        tables.append({name for one in asked for name in re.findall(r'(?:FROM|JOIN) "(\w+)"', one["sql"])})
    of_state, read = tables
    assert read - of_state == FIXED | NAMES
    assert [model for model in (*OF_ROUND, *OF_ACTION) if not issubclass(model, InsertOnly | Editable)] == []
