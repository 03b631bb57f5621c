"""A resolved problem is verified by another person, looked back on, and reopened where it returns."""

from datetime import date, timedelta

import pytest

from governance.clock import at_time
from governance.people.roles import Role
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.evidence.attachments import attach_evidence
from teams.meetings.models import Problem
from teams.meetings.problems.rectification import add_problem_task, resolve_problem
from teams.meetings.problems.verification import (
    close_out_problem,
    closed_on,
    look_back_problem,
    reopen_problem,
    send_back_problem,
)
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import a_problem_in_rectification, a_resolved_problem
from tests.teams.races import one_winner

DUE = date(2027, 7, 31)


@pytest.fixture
def resolved(team, office, head, at):
    return a_resolved_problem(team, by=office, head=head, at=at)


@pytest.fixture
def closed(resolved, office, at):
    return close_out_problem(resolved, by=office, at=at)


class TestVerifying:
    """close_out_problem, send_back_problem."""

    def test_the_office_closes_it_out_and_looks_back_a_month_later(self, resolved, head, office, at):
        close_out_problem(resolved, by=office, at=at, text="抽查属实")
        resolved.refresh_from_db()
        assert (resolved.state, resolved.look_again_on) == ("closed_out", date(2026, 11, 26))
        assert Notice.objects.get(to=head, kind="problem_closed_out").due_on == date(2026, 11, 26)
        assert AuditEvent.objects.get(verb="close_out_problem").by == office
        with pytest.raises(WrongState):
            attach_evidence(resolved, factories.a_photo("red"), by=office, at=at)

    def test_whoever_resolved_it_does_not_verify_it(self, team, office, at):
        both = factories.MemberFactory(team=team, part="head", user__roles=[Role.SPECIAL_OFFICE]).user
        resolved = a_resolved_problem(team, by=office, head=both, at=at)
        for verify in (close_out_problem, send_back_problem):
            words = {"reason": "缺照片"} if verify is send_back_problem else {}
            with pytest.raises(NotAllowed):
                verify(resolved, by=both, at=at, **words)
        assert close_out_problem(resolved, by=office, at=at).state == "closed_out"

    def test_not_while_a_task_of_rectification_is_open(self, team, office, head, at):
        problem = a_problem_in_rectification(team, by=office, head=head, at=at)
        task, dropped = factories.make_task(team=team), factories.make_task(team=team)
        for each in (task, dropped):
            add_problem_task(problem, each, by=office, at=at)
        resolve_problem(problem, text="已完成", by=head, at=at, files=factories.a_photo())
        with pytest.raises(WrongState) as refusal:
            close_out_problem(problem, by=office, at=at)
        assert str(task) in str(refusal.value.message)
        type(task).objects.filter(pk=task.pk).update(state="closed_out")
        type(task).objects.filter(pk=dropped.pk).update(state="cancelled")
        assert close_out_problem(problem, by=office, at=at).state == "closed_out"

    def test_sent_back_it_is_in_rectification_with_the_same_day(self, resolved, head, office, at):
        send_back_problem(resolved, reason="缺三户回访", by=office, at=at)
        resolved.refresh_from_db()
        assert (resolved.state, resolved.due_on) == ("rectifying", date(2026, 11, 30))
        assert "缺三户回访" in Notice.objects.get(to=head, kind="problem_sent_back").facts["reason"]
        with pytest.raises(WrongState):
            send_back_problem(resolved, reason="缺三户回访", by=office, at=at)

    def test_not_without_a_reason_and_not_by_a_team(self, resolved, other_head, leader, office, at):
        with pytest.raises(Invalid):
            send_back_problem(resolved, reason="", by=office, at=at)
        for person in (other_head, leader):
            with pytest.raises(NotAllowed):
                close_out_problem(resolved, by=person, at=at)

    @pytest.mark.concurrency
    @pytest.mark.django_db(transaction=True)
    def test_of_two_that_verify_one_wins(self, team, office, office2, head, at):
        resolved = a_resolved_problem(team, by=office, head=head, at=at)

        def closing():
            problem = Problem.objects.get(pk=resolved.pk)
            return lambda: close_out_problem(problem, by=office, at=at)

        def sending_back():
            problem = Problem.objects.get(pk=resolved.pk)
            return lambda: send_back_problem(problem, reason="缺照片", by=office2, at=at)

        winner, _refusal = one_winner(race(closing, sending_back), WrongState)
        assert winner.steps.count() == 5
        assert AuditEvent.objects.filter(verb__in=["close_out_problem", "send_back_problem"]).count() == 1


class TestLookingBack:
    """look_back_problem, reopen_problem."""

    def test_on_its_day_the_office_finds_that_it_holds(self, closed, head, office, at):
        later = at + timedelta(days=30)
        look_back_problem(closed, text="十户均已办结", by=office, at=later)
        closed.refresh_from_db()
        assert (closed.state, closed.look_again_on) == ("closed_out", None)
        assert closed_on(closed) == at.date()
        assert Notice.objects.filter(to=head, kind="problem_holds").exists()
        with pytest.raises(WrongState):
            look_back_problem(closed, text="十户均已办结", by=office, at=later)

    def test_not_before_its_day_not_without_words_and_not_by_the_team(self, closed, resolved, head, office, at):
        with pytest.raises(WrongState):
            look_back_problem(closed, text="十户均已办结", by=office, at=at + timedelta(days=29))
        with pytest.raises(Invalid):
            look_back_problem(closed, text="", by=office, at=at + timedelta(days=30))
        with pytest.raises(NotAllowed):
            look_back_problem(closed, text="十户均已办结", by=head, at=at + timedelta(days=30))

    def test_where_it_has_returned_it_is_reopened_and_the_first_day_stays(self, closed, head, office, at):
        reopen_problem(closed, reason="又有两户未办先销", due_on=DUE, by=office, at=at + timedelta(days=31))
        closed.refresh_from_db()
        assert (closed.state, closed.due_on, closed.first_due_on) == ("rectifying", DUE, date(2026, 11, 30))
        assert closed.look_again_on is None
        assert Notice.objects.get(to=head, kind="problem_reopened").due_on == DUE

    @pytest.mark.parametrize(("days", "open_still"), [(0, True), (180, True), (181, False)])
    def test_it_is_reopened_within_180_days(self, closed, office, at, days, open_still):
        moment = at_time(at.date() + timedelta(days=days), 11)
        if open_still:
            assert reopen_problem(closed, reason="反弹", due_on=DUE, by=office, at=moment).state == "rectifying"
        else:
            with pytest.raises(WrongState) as refusal:
                reopen_problem(closed, reason="反弹", due_on=DUE, by=office, at=moment)
            assert "2027-04-25" in str(refusal.value.message)

    def test_looking_back_does_not_lengthen_the_180_days(self, closed, office, at):
        look_back_problem(closed, text="十户均已办结", by=office, at=at + timedelta(days=40))
        with pytest.raises(WrongState):
            reopen_problem(closed, reason="反弹", due_on=DUE, by=office, at=at + timedelta(days=181))

    def test_not_without_a_reason_nor_for_a_day_that_has_passed_nor_one_that_is_open(
        self, closed, team, office, head, at
    ):
        with pytest.raises(Invalid):
            reopen_problem(closed, reason=" ", due_on=DUE, by=office, at=at)
        with pytest.raises(Invalid) as refusal:
            reopen_problem(closed, reason="反弹", due_on=at.date() - timedelta(days=1), by=office, at=at)
        assert set(refusal.value.fields) == {"due_on"}
        with pytest.raises(NotAllowed):
            reopen_problem(closed, reason="反弹", due_on=DUE, by=head, at=at)
        working = a_problem_in_rectification(team, by=office, head=head, at=at)
        with pytest.raises(WrongState):
            reopen_problem(working, reason="反弹", due_on=DUE, by=office, at=at)
