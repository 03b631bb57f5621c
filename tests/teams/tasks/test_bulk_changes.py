"""Many tasks changed at once: all or none, one event, and back again while nobody has changed them since."""

import json

import pytest

from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.models import Stage, Task, TaskDepartment, TaskVersion
from teams.tasks.assignment import cancel_task, edit_task
from teams.tasks.bulk_changes import acknowledge_tasks, change_tasks, undo_change
from tests import factories
from tests.racing import race
from tests.teams.races import one_winner


@pytest.fixture
def three(team):
    """Three tasks of the team."""
    return [factories.make_task(team=team, title=f"Task {n}") for n in range(3)]


@pytest.fixture
def stage(action):
    return Stage.objects.create(
        action=action, order=1, title="Begin", starts_on=action.starts_on, ends_on=action.ends_on
    )


def levels(tasks):
    return [task.level for task in Task.objects.filter(pk__in=[task.pk for task in tasks]).order_by("pk")]


def test_one_field_is_set_in_all_with_one_event_and_a_version_each(three, office, at):
    event = change_tasks(three, {"level": 3}, by=office, at=at)
    assert levels(three) == [3, 3, 3]
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["change_tasks"]
    assert json.loads(event.change)["tasks"] == [str(task) for task in three]
    assert TaskVersion.objects.filter(cause="edit_task", at=at, level=3).count() == 3


def test_what_is_so_already_is_left_alone(three, office, at):
    change_tasks(three[:1], {"level": 3}, by=office, at=at)
    event = change_tasks(three, {"level": 3}, by=office, at=at)
    assert json.loads(event.change)["tasks"] == [str(task) for task in three[1:]]
    assert change_tasks(three, {"level": 3}, by=office, at=at) is None


def test_a_task_at_its_end_refuses_all_and_is_named(three, office, at):
    cancel_task(three[1], reason="merged", by=office, at=at)
    with pytest.raises(WrongState, match="Task 1"):
        change_tasks(three, {"level": 3}, by=office, at=at)
    assert levels(three) == [1, 1, 1]


def test_the_office_alone_changes(three, head, at):
    with pytest.raises(NotAllowed):
        change_tasks(three, {"level": 3}, by=head, at=at)


def test_a_department_that_is_joint_cannot_lead(three, office, at):
    department = factories.DepartmentFactory()
    TaskDepartment.objects.create(task=three[2], department=department)
    with pytest.raises(Invalid) as refusal:
        change_tasks(three, {"lead_department": department}, by=office, at=at)
    assert "Task 2" in str(refusal.value.fields["lead_department"])


def test_values_that_cannot_be_are_refused(three, office, at):
    for fields in ({"level": 9}, {"owner_name": "x" * 61}):
        with pytest.raises(Invalid):
            change_tasks(three, fields, by=office, at=at)
    with pytest.raises(ValueError, match="due_on"):
        change_tasks(three, {"due_on": None}, by=office, at=at)


def test_a_change_is_undone_task_by_task(three, office, stage, at):
    edit_task(three[0], {"level": 2, "owner_name": "Wang"}, by=office, at=at)
    event = change_tasks(three, {"level": 3, "stage": stage}, by=office, at=at)
    undo_change(event, by=office, at=at)
    assert levels(three) == [2, 1, 1]
    assert set(Task.objects.values_list("stage", "owner_name")) == {(None, "Wang"), (None, "")}
    assert AuditEvent.objects.filter(verb="undo_change").count() == 1


def test_what_has_changed_since_is_named_and_nothing_is_undone(three, office, at):
    event = change_tasks(three, {"level": 3}, by=office, at=at)
    edit_task(three[1], {"owner_name": "Wang"}, by=office, at=at)
    with pytest.raises(WrongState, match="Task 1"):
        undo_change(event, by=office, at=at)
    assert levels(three) == [3, 3, 3]


def test_a_change_is_undone_once(three, office, at):
    event = change_tasks(three, {"level": 3}, by=office, at=at)
    undo_change(event, by=office, at=at)
    with pytest.raises(WrongState):
        undo_change(event, by=office, at=at)


def test_nobody_undoes_what_another_did(three, office, office2, at):
    event = change_tasks(three, {"level": 3}, by=office, at=at)
    with pytest.raises(NotAllowed):
        undo_change(event, by=office2, at=at)


@pytest.mark.parametrize("count", [3, 30])
def test_the_cost_does_not_grow_with_the_tasks(team, office, at, query_budget, count):
    tasks = [factories.make_task(team=team) for _ in range(count)]
    with query_budget("change_tasks", "any number of tasks"):
        event = change_tasks(tasks, {"level": 3}, by=office, at=at)
    with query_budget("undo_change", "any number of tasks"):
        undo_change(event, by=office, at=at)


@pytest.fixture
def new(team):
    """Three tasks that have just been assigned."""
    return [factories.make_task(team=team, title=f"Task {n}", state="assigned") for n in range(3)]


def test_a_team_acknowledges_its_tasks_together(new, head, at):
    acknowledge_tasks(new, by=head, at=at)
    assert set(Task.objects.values_list("state", flat=True)) == {"acknowledged"}
    assert list(AuditEvent.objects.values_list("verb", flat=True)) == ["acknowledge_tasks"]
    with pytest.raises(WrongState, match="Task 0"):
        acknowledge_tasks(new, by=head, at=at)


def test_nobody_acknowledges_for_another_team(new, other_team, head, at):
    theirs = factories.make_task(team=other_team, state="assigned")
    with pytest.raises(NotAllowed):
        acknowledge_tasks([*new, theirs], by=head, at=at)
    assert set(Task.objects.values_list("state", flat=True)) == {"assigned"}


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_an_undo_and_an_edit_at_once(three, office, at):
    event = change_tasks(three, {"level": 3}, by=office, at=at)

    def undo():
        return lambda: undo_change(event, by=office, at=at)

    def edit():
        task = Task.objects.get(pk=three[1].pk)
        return lambda: edit_task(task, {"owner_name": "Wang"}, by=office, at=at, seen=task.version)

    undone, edited = race(undo, edit)
    assert (undone.error is None) != (edited.error is None)
    assert levels(three) == ([1, 1, 1] if undone.error is None else [3, 3, 3])


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_undo_the_same_at_once(three, office, at):
    event = change_tasks(three, {"level": 3}, by=office, at=at)
    send = lambda: lambda: undo_change(event, by=office, at=at)  # noqa: E731
    one_winner(race(send, send), WrongState)
    assert levels(three) == [1, 1, 1]


@pytest.mark.django_db(transaction=True)
@pytest.mark.concurrency
def test_two_change_overlapping_tasks_at_once(three, office, office2, at):
    outcomes = race(
        lambda: lambda: change_tasks(three, {"level": 3}, by=office, at=at),
        lambda: lambda: change_tasks(three[::-1], {"owner_name": "Wang"}, by=office2, at=at),
    )
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert set(Task.objects.values_list("level", "owner_name")) == {(3, "Wang")}
