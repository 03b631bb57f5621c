"""A decision becomes tasks or a problem, all of it or nothing, once."""

from datetime import date, timedelta

import pytest

from governance.clock import at_time
from governance.people.models import CalendarDay
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, Refused, Stale, WrongState
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.decisions.finishing import record_done
from teams.meetings.decisions.forecast import first_report, forecast
from teams.meetings.decisions.into_work import turn_into_work
from teams.meetings.decisions.plan_chart import plan_chart
from teams.meetings.decisions.work import AsProblem, ExistingTasks, JointTask, Nothing, OwnTasks, PlannedTask
from teams.meetings.models import Decision, DecisionOutcome, Problem, ProblemTeam
from teams.models import Task
from teams.tasks.changes import LampContext
from teams.tasks.milestones import NewMilestone
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import a_decision, a_meeting
from tests.teams.races import one_winner

DUE = date(2026, 12, 31)


@pytest.fixture
def adopted(action, team, other_team, office, at):
    """Decision 3 of the first promotion meeting, adopted for two teams."""
    decision = a_decision(a_meeting(action), team, other_team, number=3, due_on=DUE, level=2)
    return adopt_decision(decision, by=office, at=at)


def plan(at, title="拿出首批成果", **fields):
    return PlannedTask(**{"title": title, "start_on": at.date(), "due_on": DUE, "level": 2} | fields)


def own(at, *teams, **fields):
    return OwnTasks({team.pk: plan(at, f"{team.short_name}成果", **fields) for team in teams})


class TestOwnTasks:
    def test_a_task_for_each_team_in_document_order(self, adopted, team, other_team, head, office, at):
        factories.make_task(team=team, number=17)
        steps = [NewMilestone(title="首个节点", due_on=date(2026, 10, 31), weight=1)]
        outcomes = turn_into_work(adopted, own(at, other_team, team, milestones=steps), by=office, at=at, seen=2)
        tasks = list(Task.objects.filter(number__gt=17).order_by("number"))
        assert [(task.number, task.team) for task in tasks] == [(18, team), (19, other_team)]
        assert {task.basis for task in tasks} == {"第1次推进会议定事项3"}
        assert {(task.source, task.level, task.due_on, task.state) for task in tasks} == {
            ("meeting", 2, DUE, "assigned")
        }
        assert [task.lead_department for task in tasks] == [
            row.departments.get(part="lead").department for row in (team, other_team)
        ]
        assert [step.title for step in tasks[0].milestones.all()] == ["首个节点"]
        assert [(row.team, row.task, row.made) for row in outcomes] == [
            (team, tasks[0], True),
            (other_team, tasks[1], True),
        ]
        adopted.refresh_from_db()
        assert (adopted.settled_at, adopted.makes) == (at, "own_tasks")
        assert AuditEvent.objects.filter(verb="turn_into_work").count() == 1
        assert AuditEvent.objects.filter(verb="assign_task").count() == 2

    def test_one_that_is_not_valid_takes_back_all(self, adopted, team, other_team, office, at):
        plans = {team.pk: plan(at), other_team.pk: plan(at, due_on=at.date() - timedelta(1))}
        with pytest.raises(Invalid) as refusal:
            turn_into_work(adopted, OwnTasks(plans), by=office, at=at)
        assert other_team.short_name in str(refusal.value.message)
        assert not Task.objects.exists()
        adopted.refresh_from_db()
        assert adopted.settled_at is None

    def test_a_closed_team_gets_none(self, adopted, team, other_team, office, at):
        other_team.closed_on = at.date() - timedelta(1)
        other_team.save()
        with pytest.raises(Invalid):
            turn_into_work(adopted, own(at, team, other_team), by=office, at=at)
        assert not Task.objects.exists()

    def test_not_for_a_team_that_it_does_not_concern(self, action, adopted, office, at):
        with pytest.raises(Invalid):
            turn_into_work(adopted, own(at, factories.TeamFactory(action=action)), by=office, at=at)

    @pytest.mark.parametrize("who", ["secretary", "leader", "head"])
    def test_by_the_office_alone(self, adopted, team, at, who, request):
        with pytest.raises(NotAllowed):
            turn_into_work(adopted, own(at, team), by=request.getfixturevalue(who), at=at)

    def test_not_before_adoption(self, action, team, office, at):
        with pytest.raises(WrongState):
            turn_into_work(a_decision(a_meeting(action), team), own(at, team), by=office, at=at)

    def test_more_may_come_of_it_until_it_is_done(self, adopted, team, other_team, office, at):
        turn_into_work(adopted, own(at, team), by=office, at=at)
        turn_into_work(adopted, own(at, other_team), by=office, at=at)
        assert adopted.outcomes.count() == 2
        Task.objects.update(state="closed_out", closed_on=at.date())
        for task in Task.objects.all():
            factories.progress_on(task, 100, at=at, state="closed_out", closed_on=at.date(), note="完")
        with pytest.raises(WrongState):
            turn_into_work(adopted, own(at, team), by=office, at=at)

    def test_a_stale_page_is_told(self, adopted, team, office, at):
        turn_into_work(adopted, own(at, team), by=office, at=at, seen=2)
        with pytest.raises(Stale):
            turn_into_work(adopted, own(at, team), by=office, at=at, seen=2)
        assert Task.objects.count() == 1


class TestJointTask:
    def test_the_other_lead_departments_are_joint(self, adopted, team, other_team, office, at):
        turn_into_work(adopted, JointTask(other_team, plan(at)), by=office, at=at)
        task = Task.objects.get()
        assert task.team == other_team
        assert task.lead_department == other_team.departments.get(part="lead").department
        assert list(task.joint_departments.all()) == [team.departments.get(part="lead").department]
        assert {(row.team_id, row.task_id) for row in adopted.outcomes.all()} == {
            (team.pk, task.pk),
            (other_team.pk, task.pk),
        }

    def test_a_team_alone_has_no_joint_task(self, action, team, office, at):
        decision = adopt_decision(a_decision(a_meeting(action), team), by=office, at=at)
        with pytest.raises(Invalid):
            turn_into_work(decision, JointTask(team, plan(at)), by=office, at=at)


class TestExistingTasks:
    def test_it_is_linked_and_stays_as_it_is(self, adopted, team, office, at):
        task = factories.make_task(team=team)
        turn_into_work(adopted, ExistingTasks({team.pk: task}), by=office, at=at)
        row = adopted.outcomes.get()
        assert (row.team, row.task, row.made) == (team, task, False)
        before = task.version
        task.refresh_from_db()
        assert task.version == before

    @pytest.mark.parametrize("state", ["closed_out", "cancelled"])
    def test_not_one_that_has_ended(self, adopted, team, office, at, state):
        task = factories.make_task(team=team, state=state, closed_on=at.date())
        with pytest.raises(WrongState):
            turn_into_work(adopted, ExistingTasks({team.pk: task}), by=office, at=at)

    def test_not_twice(self, adopted, team, office, at):
        work = ExistingTasks({team.pk: factories.make_task(team=team)})
        turn_into_work(adopted, work, by=office, at=at)
        with pytest.raises(WrongState):
            turn_into_work(adopted, work, by=office, at=at)

    def test_not_of_another_action(self, adopted, team, office, at):
        task = factories.make_task(team=factories.TeamFactory())
        with pytest.raises(Invalid):
            turn_into_work(adopted, ExistingTasks({team.pk: task}), by=office, at=at)


class TestProblem:
    def test_a_new_one_is_analysed(self, adopted, team, other_team, office, at):
        work = AsProblem(title="台账与实物不符", cause="无人管", lead=team, due_on=DUE, solved_when="账实相符")
        turn_into_work(adopted, work, by=office, at=at)
        problem = Problem.objects.get()
        assert (problem.state, problem.common, problem.lead, problem.due_on) == ("analysed", True, team, DUE)
        assert (problem.first_due_on, problem.found_by, problem.found_on) == (DUE, "meeting", date(2026, 10, 20))
        assert [step.state for step in problem.steps.all()] == ["raised", "analysed"]
        assert set(problem.teams.values_list("team", flat=True)) == {team.pk, other_team.pk}
        assert {row.made for row in adopted.outcomes.all()} == {True}

    @pytest.mark.parametrize("lacking", ["title", "cause", "lead", "due_on"])
    def test_not_without_an_analysis(self, adopted, team, office, at, lacking):
        given = {"title": "不符", "cause": "无人管", "lead": team, "due_on": DUE}
        empty = "" if lacking in ("title", "cause") else None
        with pytest.raises(Invalid) as refusal:
            turn_into_work(adopted, AsProblem(**given | {lacking: empty}), by=office, at=at)
        assert list(refusal.value.fields) == [lacking]
        assert not Problem.objects.exists()

    def test_a_raised_one_is_analysed_a_later_one_stays(self, adopted, team, other_team, office, at):
        raised = _problem(office, at, team, other_team)
        work = AsProblem(problem=raised, cause="无人管", lead=team, due_on=DUE)
        turn_into_work(adopted, work, by=office, at=at)
        raised.refresh_from_db()
        assert (raised.state, raised.due_on, raised.cause) == ("analysed", DUE, "无人管")
        kept = {"cause": "旧", "lead": team, "due_on": at.date(), "first_due_on": at.date()}
        later = _problem(office, at, team, other_team, state="rectifying", **kept)
        turn_into_work(adopted, AsProblem(problem=later, cause="新", lead=other_team, due_on=DUE), by=office, at=at)
        later.refresh_from_db()
        assert (later.state, later.due_on, later.cause) == ("rectifying", at.date(), "旧")

    def test_not_one_of_other_teams_and_not_a_closed_one(self, adopted, team, other_team, office, at):
        with pytest.raises(Invalid):
            turn_into_work(adopted, AsProblem(problem=_problem(office, at, team)), by=office, at=at)
        dropped = _problem(office, at, team, other_team, state="dropped", drop_reason="不是问题")
        with pytest.raises(WrongState):
            turn_into_work(adopted, AsProblem(problem=dropped), by=office, at=at)


def _problem(by, at, *teams, **fields):
    values = {"title": "不符", "found_by": "check", "found_on": at.date(), "raised_at": at, "raised_by": by}
    number = Problem.objects.count() + 1
    problem = Problem.objects.create(action=teams[0].action, number=number, **values | fields)
    for team in teams:
        ProblemTeam.objects.create(problem=problem, team=team, joined_at=at)
    return problem


class TestNothing:
    def test_it_is_said_once(self, adopted, team, other_team, office, at):
        turn_into_work(adopted, Nothing(), by=office, at=at)
        adopted.refresh_from_db()
        assert (adopted.settled_at, adopted.makes, adopted.outcomes.count()) == (at, "nothing", 0)
        for each in (team, other_team):
            record_done(adopted, each, done_on=at.date(), text="已报", by=office, at=at)
        with pytest.raises(WrongState):
            turn_into_work(adopted, Nothing(), by=office, at=at)

    def test_not_after_something_came_of_it(self, adopted, team, office, at):
        turn_into_work(adopted, own(at, team), by=office, at=at)
        with pytest.raises(WrongState):
            turn_into_work(adopted, Nothing(), by=office, at=at)


class TestForecast:
    def test_lamps_of_a_task_of_the_story(self, action):
        start = date(2026, 10, 21)
        steps = [
            NewMilestone(title="首个节点", due_on=date(2026, 10, 31), weight=1),
            NewMilestone(title="验收", due_on=DUE, weight=9),
        ]
        found = forecast(
            PlannedTask(title="成果", start_on=start, due_on=DUE, milestones=steps), LampContext.of(action)
        )
        assert (found.yellow_on, found.red_on) == (date(2026, 10, 31), date(2026, 11, 14))
        chart = plan_chart(found, first_report(action, on=start))
        assert [(flag.lamp, flag.x) for flag in chart.flags] == [("yellow", "14.08%"), ("red", "33.8%")]
        assert [each.lamp for each in chart.stretches] == ["green", "yellow", "red"]
        assert chart.report.x == "16.9%"

    def test_what_a_task_becomes_is_what_was_forecast(self, adopted, team, office, at):
        planned = plan(at)
        found = forecast(planned, LampContext.of(team.action))
        turn_into_work(adopted, OwnTasks({team.pk: planned}), by=office, at=at)
        assert Task.objects.get().lamp_dates == found.dates

    def test_the_first_report_is_of_the_period_that_is_not_over(self, action):
        factories.PeriodFactory(action=action)
        assert first_report(action, on=date(2026, 10, 20)).is_last_day
        later = first_report(action, on=date(2026, 10, 21))
        assert (later.starts_on, later.ends_on) == (date(2026, 10, 21), date(2026, 10, 31))
        assert later.due_at == at_time(date(2026, 11, 2), 18)
        assert not CalendarDay.objects.exists()

    def test_days_in_the_wrong_order_have_none(self, action, at):
        assert forecast(plan(at, due_on=at.date() - timedelta(1)), LampContext.of(action)) is None


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_turn_it_into_work_at_once(self, team, office, office2, at):
        decision = adopt_decision(a_decision(a_meeting(team.action), team), by=office, at=at)

        def turning(by):
            row = Decision.objects.get(pk=decision.pk)
            return lambda: turn_into_work(row, own(at, team), by=by, at=at, seen=row.version)

        one_winner(race(lambda: turning(office), lambda: turning(office2)), Stale)
        assert (Task.objects.count(), DecisionOutcome.objects.count()) == (1, 1)

    def test_two_decisions_at_once_get_different_numbers(self, team, office, office2, at):
        meeting = a_meeting(team.action)
        decisions = [adopt_decision(a_decision(meeting, team), by=office, at=at) for _ in range(2)]

        def turning(decision, by):
            row = Decision.objects.get(pk=decision.pk)
            return lambda: turn_into_work(row, own(at, team), by=by, at=at, seen=row.version)

        first, second = decisions
        outcomes = race(lambda: turning(first, office), lambda: turning(second, office2))
        assert [outcome.error for outcome in outcomes] == [None, None]
        assert sorted(Task.objects.values_list("number", flat=True)) == [1, 2]


def test_whatever_is_refused_is_a_sentence(adopted, office, at):
    with pytest.raises(Refused) as refusal:
        turn_into_work(adopted, OwnTasks({}), by=office, at=at)
    assert str(refusal.value.words)
