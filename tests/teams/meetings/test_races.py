"""Several people at once: circles of mergers, numbers, one press too many, signing and answering at the last moment.

What only two verbs of one room ask of each other stands beside their own tests.
"""

from dataclasses import replace
from datetime import date, timedelta
from types import NoneType

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from governance.clock import at_time
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, Stale, WrongState
from teams.meetings.agenda.announcing import cancel_meeting
from teams.meetings.agenda.holding import hold_meeting
from teams.meetings.agenda.minutes import return_minutes, sign_minutes, submit_minutes, write_minutes
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.decisions.into_work import turn_into_work
from teams.meetings.decisions.recording import drop_decision
from teams.meetings.decisions.standing import standings_of
from teams.meetings.decisions.work import AsProblem, OwnTasks, PlannedTask
from teams.meetings.invariants import OF_DECISIONS, OF_PROBLEMS
from teams.meetings.ladder import Rung
from teams.meetings.models import (
    Decision,
    DecisionOutcome,
    Meeting,
    MinutesIssue,
    OrderAnswer,
    Problem,
    ProblemTeam,
    SupervisionOrder,
)
from teams.meetings.orders.answers import answer_order
from teams.meetings.orders.orders import issue_order, issue_proposals
from teams.meetings.problems.analysis import analyse_problem, merge_problem
from teams.meetings.problems.origins import raise_problem
from teams.models import Task
from teams.tasks.assignment import assign_task
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import (
    BEGINS,
    a_decision,
    a_finding,
    a_meeting,
    a_problem,
    an_analysis,
    make_meeting,
)
from tests.teams.meetings.sample_orders import issued, new_order
from tests.teams.races import one_winner

pytestmark = [pytest.mark.concurrency, pytest.mark.django_db(transaction=True)]

AFTER = BEGINS + timedelta(hours=2)
NEXT = BEGINS + timedelta(days=1)


def sending(verb, *args, **fields):
    """A loader of `race` whose form is open already: it calls the verb."""
    return lambda: lambda: verb(*args, **fields)


def errors(outcomes):
    return [type(outcome.error) for outcome in outcomes if outcome.error is not None]


def assert_sound():
    """No invariant of problems and decisions is broken."""
    for question in (*OF_PROBLEMS, *OF_DECISIONS):
        assert not list(question.broken()), question.code


def survivor_of(problem):
    """Where a chain of mergers ends; a circle fails."""
    passed = set()
    while problem.merged_into_id is not None:
        assert problem.pk not in passed
        passed.add(problem.pk)
        problem = Problem.objects.get(pk=problem.merged_into_id)
    return problem


class TestMergers:
    def test_three_that_merge_in_a_circle_leave_a_survivor(self, action, office, at):
        """Each into the next: at least one is refused, and every chain ends at a problem that is worked on."""
        teams = [factories.TeamFactory(action=action) for _ in range(3)]
        rows = [a_problem(team, by=office, at=at) for team in teams]
        pairs = [(rows[place], rows[(place + 1) % 3]) for place in range(3)]
        outcomes = race(*[sending(merge_problem, one, other, by=office, at=at) for one, other in pairs])
        refused = errors(outcomes)
        assert 1 <= len(refused) <= 2
        assert set(refused) == {WrongState}
        merged = Problem.objects.filter(state="merged")
        assert merged.count() == AuditEvent.objects.filter(verb="merge_problem").count() == 3 - len(refused)
        for row in merged:
            survivor = survivor_of(row)
            assert survivor.state == "raised"
            assert set(row.teams.values_list("team")) <= set(survivor.teams.values_list("team"))
        assert_sound()

    def test_a_chain_loses_no_team_whoever_comes_first(self, action, office, at):
        """First into second, second into third, and a fourth into second: who joined second before it left goes on."""
        teams = [factories.TeamFactory(action=action) for _ in range(4)]
        first, second, third, fourth = (a_problem(team, by=office, at=at) for team in teams)
        pairs = [(first, second), (second, third), (fourth, second)]
        outcomes = race(*[sending(merge_problem, one, other, by=office, at=at) for one, other in pairs])
        assert outcomes[1].error is None, outcomes
        assert set(errors(outcomes)) <= {WrongState}
        for (one, _other), outcome in zip(pairs, outcomes, strict=True):
            one.refresh_from_db()
            assert (one.state == "merged") == (outcome.error is None)
            end = survivor_of(one)
            assert ProblemTeam.objects.filter(problem=end, team__in=one.teams.values("team")).exists()
        third.refresh_from_db()
        assert third.common
        assert third.teams.count() == 2 + 2 - len(errors(outcomes))
        assert_sound()

    def test_merged_while_it_is_analysed(self, team, other_team, office, office2, at):
        """The survivor has the teams of both, whichever came first, or the merged one was analysed before."""
        here, there = a_problem(team, by=office, at=at), a_problem(other_team, by=office, at=at)
        third = factories.TeamFactory(action=team.action)
        analysed, merged = race(
            sending(analyse_problem, here, an_analysis(team, also=[third]), by=office, at=at),
            sending(merge_problem, here, there, by=office2, at=at),
        )
        assert merged.error is None
        assert analysed.error is None or isinstance(analysed.error, WrongState)
        found = set(there.teams.values_list("team", flat=True))
        assert found == {team.pk, other_team.pk} | ({third.pk} if analysed.error is None else set())
        assert_sound()

    def test_merged_while_a_decision_takes_it_up(self, team, other_team, office, office2, at):
        """The decision is done through the survivor, or is told that the problem was merged."""
        decision = adopt_decision(a_decision(a_meeting(team.action), team), by=office, at=at)
        here, there = a_problem(team, by=office, at=at), a_problem(other_team, by=office, at=at)
        work = AsProblem(problem=here, cause="无人核对", lead=team, due_on=date(2026, 11, 30))
        taken, merged = race(
            sending(turn_into_work, decision, work, by=office, at=at, seen=decision.version),
            sending(merge_problem, here, there, by=office2, at=at),
        )
        assert merged.error is None
        assert taken.error is None or isinstance(taken.error, WrongState)
        assert DecisionOutcome.objects.exists() == (taken.error is None)
        decision.refresh_from_db()
        assert [each.done for each in standings_of([decision])] == [None]
        assert_sound()


class TestNumbers:
    """Never one twice, and no gap where a verb was refused after it had taken its number."""

    def test_of_problems(self, team, office, at):
        twice = {"files": factories.a_photo("red") * 2}
        raising = [
            sending(raise_problem, [team], a_finding(), by=office, at=at, **more) for more in ({}, twice, {}, {})
        ]
        outcomes = race(*raising)
        assert errors(outcomes) == [Invalid], outcomes
        assert sorted(Problem.objects.values_list("number", flat=True)) == [1, 2, 3]
        assert a_problem(team, by=office, at=at).number == 4

    def test_of_orders(self, team, office, office2, at):
        """Two of the ladder, one by hand, and two of which the second is refused when the first has its number."""
        tasks = [factories.make_task(team=team, percent=90, due_on=date(2026, 10, 10)) for _ in range(5)]
        proposed = [new_order(task, since=date(2026, 10, 11)) for task in tasks]
        outcomes = race(
            sending(issue_proposals, team.action, proposed[:2], by=office, at=at),
            sending(issue_proposals, team.action, [proposed[2], replace(proposed[3], demand="")], by=office, at=at),
            sending(issue_order, team.action, new_order(tasks[4]), by=office2, at=at),
        )
        assert [type(outcome.error) for outcome in outcomes] == [NoneType, Invalid, NoneType], outcomes
        assert sorted(SupervisionOrder.objects.values_list("number", flat=True)) == [1, 2, 3]
        assert not SupervisionOrder.objects.filter(task__in=tasks[2:4]).exists()

    def test_of_meetings(self, action, secretary, leader):
        """The highest is cancelled while two are planned: its number is free for one of them, or has been passed."""
        make_meeting(action, secretary)
        last = make_meeting(action, secretary)
        outcomes = race(
            sending(cancel_meeting, last, reason="防汛", by=secretary, at=BEGINS),
            sending(make_meeting, action, secretary, chair=leader),
            sending(make_meeting, action, secretary, chair=leader),
            sending(make_meeting, action, secretary, number=1),
        )
        assert errors(outcomes) == [Invalid], outcomes
        numbers = sorted(Meeting.objects.exclude(state="cancelled").values_list("number", flat=True))
        assert numbers in ([1, 2, 3], [1, 3, 4])
        assert Meeting.objects.get(state="cancelled").number is None

    def test_of_tasks_from_a_decision_and_by_hand(self, team, other_team, office, office2, at):
        decision = adopt_decision(a_decision(a_meeting(team.action), team, other_team), by=office, at=at)
        plan = PlannedTask(title="拿出首批成果", start_on=at.date(), due_on=date(2026, 12, 31))
        lead = team.departments.get(part="lead").department
        typed = {"year": 2026, "number": 1, "title": "甲", "start_on": at.date(), "due_on": date(2026, 12, 31)}
        work = OwnTasks({team.pk: plan, other_team.pk: plan})
        turned, assigned = race(
            sending(turn_into_work, decision, work, by=office, at=at),
            sending(assign_task, team, by=office2, at=at, lead_department=lead, **typed),
        )
        assert turned.error is None, turned
        assert [row.task.number for row in turned.value] == ([1, 2] if assigned.error else [2, 3])
        assert assigned.error is None or "number" in assigned.error.fields
        assert Task.objects.count() == (2 if assigned.error else 3)


class TestIntoWork:
    @pytest.fixture
    def decision(self, team, office, at):
        """Adopted for one team."""
        return adopt_decision(a_decision(a_meeting(team.action), team), by=office, at=at)

    def test_the_button_pressed_twice_at_once(self, decision, team, office, at):
        """Two requests with one form: tasks are made once, and the other is told that the page is out of date."""
        prefix = f"team{team.pk}"
        task = {"title": "成果", "level": 1, "start_on": "2026-10-27", "due_on": "2026-12-31"}
        data = {f"{prefix}-{name}": value for name, value in task.items()}
        data |= {"as": "own_tasks", "version": decision.version}
        url = reverse("decision_work", args=[decision.meeting.code, decision.number])

        def pressing():
            client = Client()
            client.force_login(office)
            return lambda: client.post(url, data).status_code

        with override("en"), time_machine.travel(at, tick=False):
            outcomes = race(pressing, pressing)
        assert sorted(outcome.value for outcome in outcomes) == [302, 409], outcomes
        assert (Task.objects.count(), DecisionOutcome.objects.count()) == (1, 1)

    def test_dropped_while_it_becomes_work(self, decision, team, office, office2, at):
        plan = PlannedTask(title="成果", start_on=at.date(), due_on=date(2026, 12, 31))
        outcomes = race(
            sending(turn_into_work, decision, OwnTasks({team.pk: plan}), by=office, at=at),
            sending(drop_decision, decision, reason="并入", by=office2, at=at),
        )
        one_winner(outcomes, WrongState)
        state = Decision.objects.get(pk=decision.pk).state
        assert Task.objects.exists() == (state == "adopted")


def test_minutes_are_not_signed_in_the_form_that_nobody_has_read(action, secretary, leader, office):
    """Sent back and being submitted again with another text, while somebody signs the page of the first text."""
    meeting = hold_meeting(make_meeting(action, secretary, chair=leader), by=secretary, at=AFTER)
    write_minutes(meeting, text="第一稿", by=secretary, at=AFTER)
    read = submit_minutes(meeting, by=secretary, at=AFTER).version
    return_minutes(meeting, reason="漏一项", by=leader, at=NEXT)
    write_minutes(meeting, text="第二稿", by=secretary, at=NEXT)
    signed, submitted = race(
        sending(sign_minutes, meeting, by=office, at=NEXT, seen=read),
        sending(submit_minutes, meeting, by=secretary, at=NEXT),
    )
    assert submitted.error is None
    assert isinstance(signed.error, Stale)
    assert not MinutesIssue.objects.exists()
    meeting.refresh_from_db()
    assert (meeting.state, meeting.minutes_text) == ("minutes_submitted", "第二稿")


def test_an_answer_in_the_last_minute_and_the_red_order_of_the_day_after(team, office, head):
    """Both stand, or the red order is refused because the yellow one is answered: it never climbs from an answer."""
    late = factories.make_task(team=team, percent=55, due_on=date(2026, 12, 31))
    assert late.yellow_from < date(2026, 10, 12) < date(2026, 10, 16) < late.red_from
    yellow = issued(late, Rung.YELLOW, by=office, at=at_time(date(2026, 10, 12), 10), answer_by=date(2026, 10, 15))
    midnight = at_time(date(2026, 10, 16), 0)
    red = new_order(late, Rung.RED, since=date(2026, 10, 12), answer_by=date(2026, 10, 20))
    answer, order = race(
        sending(answer_order, yellow, text="下周完成", by=head, at=midnight - timedelta(seconds=1)),
        sending(issue_proposals, team.action, [red], by=office, at=midnight),
    )
    assert answer.error is None
    assert order.error is None or isinstance(order.error, WrongState)
    assert OrderAnswer.objects.get().at < midnight
    reds = SupervisionOrder.objects.filter(rung="red")
    assert [row.climbed_from for row in reds] == ([yellow] if order.error is None else [])
