"""A new team's first steps: their days, what is seen to be done, the plan that is handed in."""

from datetime import date, datetime, timedelta

import pytest

from governance.clock import SHANGHAI, at_time
from governance.records.models import AuditEvent
from governance.records.refusals import NotAllowed, Stale, WrongState
from teams.models import FirstStep
from teams.roster.beginnings import beginnings_of
from teams.roster.first_steps import hand_in_plan, lay_first_steps, move_first_step
from teams.roster.teams import found_team
from teams.tasks.changes import Change, LampContext, write_changes
from tests import factories

pytestmark = pytest.mark.django_db

FOUNDED = date(2026, 9, 16)


@pytest.fixture
def young(action):
    """A team of 41 days without any first step."""
    return factories.TeamFactory(action=action, established_on=FOUNDED)


@pytest.fixture
def plan(settings, tmp_path):
    """A scanned plan as a form has checked it."""
    settings.MEDIA_ROOT = tmp_path
    return factories.a_photo()[0]


def begun(team, on):
    return beginnings_of([team], team.action, on=on)[team.pk]


def step_of(team, kind, on):
    return next(step for step in begun(team, on).steps if step.row.kind == kind)


def found(action, office, at, **fields):
    values = {
        "code": "young",
        "name": "新专班",
        "short_name": "新专班",
        "order": 99,
        "established_on": FOUNDED,
    } | fields
    return found_team(action=action, lead_department=factories.DepartmentFactory(), by=office, at=at, **values)


def write_later(task, day, *, cause="edit_task", **fields):
    """Write new values on the morning of `day` the way verbs do."""
    task.refresh_from_db()
    at = datetime.combine(day, datetime.min.time(), SHANGHAI) + timedelta(hours=9)
    write_changes([Change(task, fields)], cause=cause, by=None, at=at, lamp_context=LampContext.of(task.action))


class TestDays:
    def test_a_team_that_is_founded_has_its_steps_with_their_days(self, action, office):
        team = found(action, office, at_time(FOUNDED, 10))
        assert dict(team.first_steps.values_list("kind", "due_on")) == {
            "members": date(2026, 9, 23),
            "plan": date(2026, 10, 1),
            "tasks": date(2026, 10, 6),
            "report": date(2026, 9, 21),  # the first working day after 11 to 20 September
        }
        assert AuditEvent.objects.count() == 1

    def test_the_first_report_is_due_when_its_period_says_so(self, action, office):
        factories.PeriodFactory(
            action=action,
            starts_on=date(2026, 9, 11),
            ends_on=date(2026, 9, 20),
            due_at=datetime(2026, 9, 25, 18, tzinfo=SHANGHAI),
        )
        team = found(action, office, at_time(FOUNDED, 10))
        assert team.first_steps.get(kind="report").due_on == date(2026, 9, 25)

    def test_a_team_entered_later_reports_first_for_the_period_of_that_day(self, action, office, at):
        assert found(action, office, at).first_steps.get(kind="report").due_on == date(2026, 11, 2)

    def test_a_team_of_before_gets_its_steps_once(self, young, office, at):
        steps = lay_first_steps(young, by=office, at=at)
        assert {step.kind for step in steps} == set(FirstStep.Kind.values)
        with pytest.raises(WrongState, match="专班|already"):
            lay_first_steps(young, by=office, at=at)
        assert AuditEvent.objects.filter(verb="lay_first_steps").count() == 1

    def test_a_team_that_is_no_longer_new_gets_none(self, team, office, at):
        with pytest.raises(WrongState):
            lay_first_steps(team, by=office, at=at)
        assert not FirstStep.objects.exists()

    def test_the_office_moves_a_step_and_a_stale_form_is_told(self, young, office, head, at):
        lay_first_steps(young, by=office, at=at)
        step = young.first_steps.get(kind="plan")
        move_first_step(step, due_on=date(2026, 10, 20), by=office, at=at, seen=step.version)
        step.refresh_from_db()
        assert step.due_on == date(2026, 10, 20)
        with pytest.raises(Stale):
            move_first_step(step, due_on=date(2026, 10, 25), by=office, at=at, seen=step.version - 1)
        with pytest.raises(NotAllowed):
            move_first_step(step, due_on=date(2026, 10, 25), by=head, at=at)


class TestSeen:
    def test_people_are_named_when_head_and_liaison_are(self, young, office, at):
        lay_first_steps(young, by=office, at=at)
        factories.MemberFactory(team=young, part="head", joined_on=date(2026, 9, 18))
        assert step_of(young, "members", at.date()).done_on is None
        factories.MemberFactory(team=young, part="liaison", joined_on=date(2026, 9, 25))
        step = step_of(young, "members", at.date())
        assert (step.done_on, step.days_late, step.tone) == (date(2026, 9, 25), 2, "yellow")

    def test_tasks_are_laid_down_with_the_first(self, young, office, at):
        lay_first_steps(young, by=office, at=at)
        assert step_of(young, "tasks", at.date()).tone == "red"
        factories.make_task(team=young, at=datetime(2026, 9, 20, 9, tzinfo=SHANGHAI))
        factories.make_task(team=young, at=datetime(2026, 10, 20, 9, tzinfo=SHANGHAI))
        step = step_of(young, "tasks", at.date())
        assert (step.done_on, step.days_late, step.tone) == (date(2026, 9, 20), 0, "green")

    def test_a_past_evening_knows_nothing_of_what_came_later(self, young, office, at):
        lay_first_steps(young, by=office, at=at)
        factories.make_task(team=young, at=datetime(2026, 9, 20, 9, tzinfo=SHANGHAI))
        assert step_of(young, "tasks", date(2026, 9, 19)).done_on is None
        assert step_of(young, "tasks", date(2026, 9, 20)).done_on == date(2026, 9, 20)

    def test_what_is_late_is_counted_in_days(self, young, office, at):
        lay_first_steps(young, by=office, at=at)
        beginning = begun(young, date(2026, 10, 3))
        assert beginning.day == 17
        assert {step.row.kind: step.days_late for step in beginning.overdue} == {"report": 12, "members": 10, "plan": 2}

    def test_the_first_progress_is_the_first_day_as_of_which_an_accepted_report_moved_a_task(self, young, at):
        task = factories.make_task(team=young, at=datetime(2026, 9, 17, 9, tzinfo=SHANGHAI), percent=0)
        assert begun(young, at.date()).first_progress_day is None
        write_later(task, date(2026, 10, 10), cause="accept_report", progressed_on=date(2026, 9, 30))
        write_later(task, date(2026, 10, 20), cause="accept_report", progressed_on=date(2026, 10, 10))
        assert begun(young, at.date()).first_progress_day == 14
        assert begun(young, date(2026, 10, 9)).first_progress_day is None

    def test_the_first_result_is_a_task_that_was_closed_out_by_the_day_of_the_request(self, young, at):
        task = factories.make_task(team=young, at=datetime(2026, 9, 17, 9, tzinfo=SHANGHAI))
        write_later(task, date(2026, 9, 30), state="close_out_requested", asked_on=date(2026, 9, 30))
        assert begun(young, at.date()).first_result_day is None
        write_later(task, date(2026, 10, 9), state="closed_out", closed_on=date(2026, 10, 9))
        assert begun(young, at.date()).first_result_day == 14

    def test_the_queries_do_not_grow_with_the_teams(self, action, office, at, query_budget, django_assert_num_queries):
        teams = []
        for _ in range(3):
            team = factories.TeamFactory(action=action, established_on=FOUNDED)
            lay_first_steps(team, by=office, at=at)
            factories.make_task(team=team)
            teams.append(team)
            with query_budget("beginnings_of", "any number of teams"):
                assert len(beginnings_of(teams, action, on=at.date())) == len(teams)
        with django_assert_num_queries(0):
            assert beginnings_of([], action, on=at.date()) == {}


class TestPlan:
    def test_the_liaison_hands_it_in_and_the_first_day_stands(self, young, office, plan, at):
        lay_first_steps(young, by=office, at=at)
        liaison = factories.MemberFactory(team=young, part="liaison").user
        hand_in_plan(young, plan, by=liaison, at=at - timedelta(days=3))
        [better] = factories.a_photo("maroon")
        hand_in_plan(young, better, by=office, at=at)
        step = young.first_steps.get(kind="plan")
        assert (step.done_on, step.file.name) == (at.date() - timedelta(days=3), "maroon.jpg")
        assert AuditEvent.objects.filter(verb="hand_in_plan").count() == 2

    def test_nobody_else_does(self, young, office, other_head, leader, plan, at):
        lay_first_steps(young, by=office, at=at)
        member = factories.MemberFactory(team=young, part="member").user
        for person in (member, other_head, leader):
            with pytest.raises(NotAllowed):
                hand_in_plan(young, plan, by=person, at=at)

    def test_a_team_without_first_steps_is_told_so(self, team, office, plan, at):
        with pytest.raises(WrongState):
            hand_in_plan(team, plan, by=office, at=at)
