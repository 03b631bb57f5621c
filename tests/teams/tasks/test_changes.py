"""Lamp dates follow what they depend on, and nothing else; SQL and Python see the same lamp."""

import random
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.db.utils import DatabaseError
from django.utils.translation import override

from governance.clock import end_of
from governance.people.models import CalendarDay
from governance.records.integrity.guards import triggers_down
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid
from teams.guards import ClockBehind
from teams.models import Task, TaskVersion
from teams.rules.lamps import Lamp, Thresholds
from teams.states import TaskState
from teams.tasks.assignment import edit_task
from teams.tasks.bulk_changes import change_tasks
from teams.tasks.changes import VERSIONED, LampContext, dates_for, milestones_in, milestones_of
from teams.tasks.lamp_rules import relight_all, set_lamp_rule
from tests import factories

DAYS = [date(2026, 3, 1) + timedelta(days=step) for step in range(0, 420, 7)]


def random_task(team, dice):
    """A task of any state, with or without due date and milestones."""
    start = date(2026, 3, 1) + timedelta(days=dice.randrange(120))
    due = start + timedelta(days=dice.randrange(200)) if dice.random() < 0.7 else None
    last = due or start + timedelta(days=90)
    steps = [
        (f"节点{place}", start + timedelta(days=dice.randrange((last - start).days + 1)), dice.randint(1, 9))
        for place in range(dice.choice([0, 0, 1, 3]))
    ]
    return factories.make_task(
        team=team,
        milestones=steps,
        state=dice.choice(TaskState.values),
        percent=Decimal(dice.randrange(10001)) / 100,
        start_on=start,
        due_on=due,
        ongoing=due is None,
        progressed_on=dice.choice([None, start + timedelta(days=dice.randrange(60))]),
        asked_on=start + timedelta(days=dice.randrange(200)),
        closed_on=start + timedelta(days=210),
    )


@pytest.fixture
def tasks(team):
    """Sixty random tasks."""
    dice = random.Random(20261027)
    return [random_task(team, dice) for _place in range(60)]


def lamps_of(rows, day):
    return {row.pk: row.lamp_on(day).value for row in rows}


@pytest.mark.parametrize("model", [Task, TaskVersion])
def test_the_lamp_in_sql_is_the_lamp_in_python(tasks, model):
    rows = list(model.objects.all())
    seen = set()
    for day in DAYS:
        in_sql = dict(model.objects.all().with_lamp(day).values_list("pk", "lamp"))
        assert in_sql == lamps_of(rows, day)
        seen |= set(in_sql.values())
    assert seen == {lamp.value for lamp in Lamp}


def test_saving_every_row_changes_no_lamp(tasks):
    before = {day: lamps_of(Task.objects.all(), day) for day in DAYS}
    for task in Task.objects.all():
        task.save()
        for milestone in task.milestones.all():
            milestone.save()
    assert {day: lamps_of(Task.objects.all(), day) for day in DAYS} == before


def test_stored_dates_are_those_of_the_rule(tasks, action):
    lamp_context, milestones = LampContext.of(action), milestones_of(tasks)
    for task in Task.objects.all():
        assert task.lamp_dates == dates_for(task, milestones[task.pk], lamp_context)


def test_a_version_gives_its_milestones_back(team):
    task = factories.make_task(team=team, milestones=[("清查", date(2026, 5, 1), 2), ("整改", date(2026, 8, 1), 3)])
    found = [(step.title, step.due_on, step.weight, step.done_on) for step in milestones_in(task.versions.get())]
    assert found == [("清查", date(2026, 5, 1), 2, None), ("整改", date(2026, 8, 1), 3, None)]


class TestRelighting:
    """set_lamp_rule and relight_all."""

    def test_a_new_rule_moves_open_tasks_and_says_why(self, task, administrator, at):
        before = task.yellow_from
        rule = set_lamp_rule(task.action, Thresholds(yellow_gap=5), by=administrator, at=at)
        task.refresh_from_db()
        version = task.versions.last()
        assert (rule.number, task.yellow_from < before) == (2, True)
        assert (version.cause, version.by, version.yellow_from) == ("set_lamp_rule", administrator, task.yellow_from)

    def test_a_task_whose_dates_stay_gets_no_version(self, team, administrator, at):
        ongoing = factories.make_task(team=team, due_on=None, ongoing=True)
        closed = factories.make_task(team=team, state="closed_out", closed_on=at.date())
        set_lamp_rule(team.action, Thresholds(red_gap=50, yellow_gap=20), by=administrator, at=at)
        assert (ongoing.versions.count(), closed.versions.count()) == (1, 1)

    def test_the_event_counts_the_tasks(self, task, administrator, at):
        factories.make_task(team=task.team, due_on=None, ongoing=True)
        set_lamp_rule(task.action, Thresholds(yellow_gap=5), by=administrator, at=at)
        assert '"tasks":1' in AuditEvent.objects.get(verb="set_lamp_rule").change

    def test_the_same_thresholds_are_no_new_rule(self, action, administrator, at):
        with pytest.raises(Invalid):
            set_lamp_rule(action, Thresholds(), by=administrator, at=at)
        assert action.lamp_rules.count() == 1

    def test_tasks_assigned_later_follow_the_new_rule(self, task, administrator, at):
        set_lamp_rule(task.action, Thresholds(blue_days=10), by=administrator, at=at)
        assert LampContext.of(task.action).thresholds.blue_days == 10

    def test_a_holiday_moves_the_blue_day(self, task, administrator, at):
        before = task.blue_from
        CalendarDay.objects.create(on=date(2026, 11, 27), works=False)
        assert relight_all(task.action, by=administrator, at=at) == 1
        task.refresh_from_db()
        assert task.blue_from < before
        assert task.versions.last().cause == "keep_calendar"

    def test_a_holiday_elsewhere_writes_nothing(self, task, administrator, at):
        CalendarDay.objects.create(on=date(2027, 2, 10), works=False)
        assert relight_all(task.action, by=administrator, at=at) == 0
        assert task.versions.count() == 1

    def test_batches_reach_every_task(self, team, administrator, at, monkeypatch):
        monkeypatch.setattr("teams.tasks.lamp_rules.BATCH", 2)
        tasks = [factories.make_task(team=team) for _place in range(5)]
        set_lamp_rule(team.action, Thresholds(yellow_gap=5), by=administrator, at=at)
        assert {task.versions.count() for task in tasks} == {2}


# The order of moments (docs/rules.md#moments) ------------------------------------------------------------------------


def test_a_change_dated_on_an_earlier_day_is_refused_and_leaves_nothing(task, office, at):
    with override("en"), pytest.raises(ClockBehind, match="the server's clock shows 2026-10-26"):
        edit_task(task, {"title": "改名"}, by=office, at=at - timedelta(days=1))
    task.refresh_from_db()
    assert (task.version, task.title) == (1, "实施村企联建项目")


def test_of_many_tasks_one_changed_later_refuses_all(team, office, at):
    early, late = factories.make_task(team=team, at=at - timedelta(days=9)), factories.make_task(team=team, at=at)
    with pytest.raises(ClockBehind, match=str(late.number)), transaction.atomic():
        change_tasks([early, late], {"level": 3}, by=office, at=at - timedelta(days=1))
    assert TaskVersion.objects.count() == 2


def test_within_a_day_a_version_is_never_before_the_last(task, office, at):
    edit_task(task, {"title": "改名"}, by=office, at=at - timedelta(hours=2))
    assert [version.at for version in task.versions.order_by("number")] == [at, at]
    known = TaskVersion.objects.as_known_before(end_of(at.date())).get()
    assert known.title == "改名"


@pytest.mark.parametrize("number", [2, 1])
def test_the_database_refuses_a_version_out_of_order(task, at, number):
    copied = {name: getattr(task, name) for name in VERSIONED} | {"task": task, "cause": "edit_task"}
    if number == 1:
        task = factories.make_task(team=task.team, at=at)
        with triggers_down():
            TaskVersion._base_manager.filter(task=task).update(number=2)
        copied["task"] = task
    moment = at + timedelta(days=1) if number == 1 else at - timedelta(days=1)
    with pytest.raises(DatabaseError, match="goes back"), transaction.atomic():
        TaskVersion.objects.create(number=number, at=moment, **copied)


def test_a_rule_is_not_issued_on_a_day_before_the_last(action, administrator, at):
    set_lamp_rule(action, Thresholds(red_gap=40, yellow_gap=20), by=administrator, at=at)
    with pytest.raises(ClockBehind):
        set_lamp_rule(action, Thresholds(red_gap=50, yellow_gap=20), by=administrator, at=at - timedelta(days=1))
