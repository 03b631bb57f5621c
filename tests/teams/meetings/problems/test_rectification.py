"""The lead team takes a problem up and reports it as resolved; the office adds tasks."""

from datetime import timedelta

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.evidence.attachments import attach_evidence
from teams.meetings.models import ProblemEvidence
from teams.meetings.problems.rectification import add_problem_task, resolve_problem, take_up_problem
from teams.meetings.problems.verification import close_out_problem, reopen_problem
from tests import factories
from tests.teams.meetings.factories import (
    a_problem,
    a_problem_in_rectification,
    a_resolved_problem,
    an_analysed_problem,
)


@pytest.fixture
def analysed(team, other_team, office, at):
    """Led by the team; the other team has it too."""
    return an_analysed_problem(team, other_team, by=office, at=at)


@pytest.fixture
def working(team, office, head, at):
    return a_problem_in_rectification(team, by=office, head=head, at=at)


def test_head_or_deputy_of_the_lead_team_takes_it_up(analysed, deputy, office, at):
    take_up_problem(analysed, by=deputy, at=at)
    analysed.refresh_from_db()
    assert analysed.state == "rectifying"
    assert Notice.objects.get(kind="problem_taken_up").to == office
    assert AuditEvent.objects.get(verb="take_up_problem").by == deputy


def test_nobody_else_does_and_not_twice(analysed, liaison, other_head, office, head, at):
    for person in (liaison, other_head, office):
        with pytest.raises(NotAllowed):
            take_up_problem(analysed, by=person, at=at)
    take_up_problem(analysed, by=head, at=at)
    with pytest.raises(WrongState):
        take_up_problem(analysed, by=head, at=at)


def test_it_is_analysed_first(team, office, head, at):
    raised = a_problem(team, by=office, at=at)
    with pytest.raises(NotAllowed):  # nobody leads yet
        take_up_problem(raised, by=head, at=at)


class TestTasks:
    """add_problem_task."""

    def test_the_office_adds_an_open_task_of_one_of_its_teams(self, analysed, other_team, other_head, office, at):
        task = factories.make_task(team=other_team)
        add_problem_task(analysed, task, by=office, at=at)
        assert [row.task for row in analysed.tasks.all()] == [task]
        assert analysed.steps.last().text == str(task)
        assert Notice.objects.filter(to=other_head, kind="problem_task_added").exists()

    def test_not_twice_not_of_another_team_and_not_one_that_is_over(self, working, team, other_team, office, at):
        own, closed = factories.make_task(team=team), factories.make_task(team=team, state="closed_out")
        add_problem_task(working, own, by=office, at=at)
        for task in (own, closed, factories.make_task(team=other_team)):
            with pytest.raises(Invalid) as refusal:
                add_problem_task(working, task, by=office, at=at)
            assert set(refusal.value.fields) == {"task"}

    def test_not_by_the_team_nor_before_it_is_analysed_nor_once_it_is_resolved(self, working, team, head, office, at):
        task = factories.make_task(team=team)
        with pytest.raises(NotAllowed):
            add_problem_task(working, task, by=head, at=at)
        for problem in (a_problem(team, by=office, at=at), a_resolved_problem(team, by=office, head=head, at=at)):
            with pytest.raises(WrongState):
                add_problem_task(problem, task, by=office, at=at)


class TestResolving:
    """resolve_problem."""

    def test_the_lead_team_says_so_in_words_and_shows_it(self, working, head, office, at):
        resolve_problem(working, text="已逐件回访", by=head, at=at, files=factories.a_photo())
        working.refresh_from_db()
        assert working.state == "resolved"
        assert [proof.moment for proof in working.evidence.all()] == ["after"]
        assert Notice.objects.filter(to=office, kind="problem_resolved").exists()

    def test_what_was_attached_before_counts_but_not_what_shows_the_problem(self, working, liaison, head, at):
        attach_evidence(working, factories.a_photo("red"), by=liaison, at=at, marks={"moment": "before"})
        with pytest.raises(Invalid) as refusal:
            resolve_problem(working, text="已逐件回访", by=head, at=at)
        assert set(refusal.value.fields) == {"files"}
        attach_evidence(working, factories.a_photo("green"), by=liaison, at=at, marks={"moment": "after"})
        assert resolve_problem(working, text="已逐件回访", by=head, at=at).state == "resolved"

    def test_once_reopened_it_is_shown_anew(self, team, head, office, at):
        problem = a_resolved_problem(team, by=office, head=head, at=at)
        back = at + timedelta(days=20)
        close_out_problem(problem, by=office, at=at + timedelta(days=1))
        reopen_problem(problem, reason="又发现3件", due_on=back.date(), by=office, at=back)
        with pytest.raises(Invalid) as refusal:
            resolve_problem(problem, text="已整改", by=head, at=back)
        assert set(refusal.value.fields) == {"files"}
        files = factories.a_photo("blue")
        assert resolve_problem(problem, text="已整改", by=head, at=back, files=files).state == "resolved"

    def test_not_without_words_not_by_others_and_not_before_it_is_taken_up(self, working, analysed, head, liaison, at):
        photo = factories.a_photo()
        with pytest.raises(Invalid) as refusal:
            resolve_problem(working, text=" ", by=head, at=at, files=photo)
        assert set(refusal.value.fields) == {"text"}
        with pytest.raises(NotAllowed):
            resolve_problem(working, text="已逐件回访", by=liaison, at=at, files=photo)
        with pytest.raises(WrongState):
            resolve_problem(analysed, text="已逐件回访", by=head, at=at, files=photo)
        assert not ProblemEvidence.objects.exists()


class TestEvidence:
    """Files before and after."""

    def test_those_who_write_for_a_team_and_the_office_attach(self, analysed, other_head, office, member, leader, at):
        [file] = attach_evidence(analysed, factories.a_photo(), by=other_head, at=at, marks={"moment": "before"})
        assert file.moment == "before"
        assert attach_evidence(analysed, factories.a_photo("red"), by=office, at=at)[0].moment == "after"
        for person in (member, leader):
            with pytest.raises(NotAllowed):
                attach_evidence(analysed, factories.a_photo("blue"), by=person, at=at)

    def test_readers_of_the_problem_see_them(self, analysed, head, other_head, leader, secretary, at):
        attach_evidence(analysed, factories.a_photo(), by=other_head, at=at)
        for person in (head, other_head, leader):
            assert ProblemEvidence.objects.visible_to(person).count() == 1
        assert not ProblemEvidence.objects.visible_to(secretary).exists()
