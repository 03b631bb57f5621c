"""What extensions and close-outs have in common: how they stand, in the row and in the database."""

from datetime import timedelta

import pytest

from teams.models import CloseOut, Extension
from teams.models.request import LAPSED, RESTING, WAITING
from teams.states import TaskState
from tests import factories

pytestmark = pytest.mark.django_db

WHEN_UNDECIDED = {
    Extension: {
        TaskState.ASSIGNED: WAITING,
        TaskState.ACKNOWLEDGED: WAITING,
        TaskState.IN_PROGRESS: WAITING,
        TaskState.CLOSE_OUT_REQUESTED: RESTING,
        TaskState.SUSPENDED: RESTING,
        TaskState.CLOSED_OUT: LAPSED,
        TaskState.CANCELLED: LAPSED,
    },
    CloseOut: {
        TaskState.ASSIGNED: RESTING,
        TaskState.ACKNOWLEDGED: RESTING,
        TaskState.IN_PROGRESS: RESTING,
        TaskState.CLOSE_OUT_REQUESTED: WAITING,
        TaskState.SUSPENDED: RESTING,
        TaskState.CLOSED_OUT: LAPSED,
        TaskState.CANCELLED: LAPSED,
    },
}


def asked(kind, task, at, **decided):
    own = (
        {"old_due_on": task.due_on, "new_due_on": task.due_on + timedelta(days=1)}
        if kind is Extension
        else {"number": 1, "asked_on": at.date()}
    )
    return kind.objects.create(task=task, asked_by=factories.UserFactory(), asked_at=at, **own, **decided)


@pytest.mark.parametrize(
    ("kind", "state", "standing"),
    [(kind, state, standing) for kind, table in WHEN_UNDECIDED.items() for state, standing in table.items()],
)
def test_undecided_it_waits_rests_or_lapses_with_its_task(kind, state, standing, team, at):
    request = asked(kind, factories.make_task(team=team, state=state, asked_on=at.date(), closed_on=at.date()), at)
    assert request.standing is standing
    assert codes_of(request) == [standing.code]
    assert kind.objects.waiting().exists() == request.is_waiting == (standing is WAITING)
    assert kind.objects.undecided().exists()


@pytest.mark.parametrize("kind", [Extension, CloseOut])
@pytest.mark.parametrize("state", TaskState)
@pytest.mark.parametrize("verdict", [True, False])
def test_decided_it_stands_as_it_was_decided(kind, state, verdict, team, office, at):
    task = factories.make_task(team=team, state=state, asked_on=at.date(), closed_on=at.date())
    request = asked(kind, task, at, **{kind.VERDICT: verdict}, decided_by=office, decided_at=at)
    assert request.standing is (kind.YES if verdict else kind.NO)
    assert codes_of(request) == [request.standing.code]
    assert not kind.objects.waiting().exists()
    assert not kind.objects.undecided().exists()


def codes_of(request):
    """The standings whose condition finds the row."""
    kind = type(request)
    assert list(kind.standing_conditions()) == list(kind.standing_labels())
    return [code for code, condition in kind.standing_conditions().items() if kind.objects.filter(condition).exists()]


@pytest.mark.usefixtures("english")
@pytest.mark.parametrize("kind", [Extension, CloseOut])
def test_a_decision_has_one_name_in_lists_and_in_sentences(kind):
    assert [str(each.spoken) for each in (kind.YES, kind.NO)] == [
        str(each.label).lower() for each in (kind.YES, kind.NO)
    ]
