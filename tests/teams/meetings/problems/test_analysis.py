"""The office analyses problems and merges those with one cause."""

from datetime import date, timedelta

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.meetings.models import Problem
from teams.meetings.problems.analysis import analyse_problem, merge_problem, raise_analysed
from teams.meetings.problems.rectification import add_problem_task, take_up_problem
from teams.models import SpecialTeam
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import (
    a_finding,
    a_problem,
    a_problem_in_rectification,
    a_resolved_problem,
    an_analysed_problem,
    an_analysis,
)
from tests.teams.races import one_winner


@pytest.fixture
def problem(team, office, at):
    return a_problem(team, by=office, at=at)


class TestAnalysing:
    """analyse_problem, raise_analysed."""

    def test_it_has_a_cause_a_lead_an_owner_and_a_day(self, problem, team, head, office, at):
        analyse_problem(problem, an_analysis(team, severity=2), by=office, at=at)
        problem.refresh_from_db()
        assert (problem.state, problem.lead, problem.owner, problem.severity) == ("analysed", team, head, 2)
        assert problem.due_on == problem.first_due_on == date(2026, 11, 30)
        assert problem.steps.get(state="analysed").due_on == date(2026, 11, 30)
        assert Notice.objects.get(to=head, kind="problem_analysed").due_on == date(2026, 11, 30)
        assert "办结无人核对" not in AuditEvent.objects.get(verb="analyse_problem").change

    def test_lead_and_further_teams_join_it(self, problem, team, other_team, office, at):
        analyse_problem(problem, an_analysis(other_team), by=office, at=at)
        problem.refresh_from_db()
        assert {row.team for row in problem.teams.all()} == {team, other_team}
        assert problem.common and problem.lead == other_team

    def test_another_member_may_own_it_but_nobody_from_outside(self, problem, team, liaison, other_head, office, at):
        with pytest.raises(Invalid) as refusal:
            analyse_problem(problem, an_analysis(team, owner=other_head), by=office, at=at)
        assert set(refusal.value.fields) == {"owner"}
        assert analyse_problem(problem, an_analysis(team, owner=liaison), by=office, at=at).owner == liaison

    def test_not_without_cause_and_condition_nor_for_a_day_that_has_passed(self, problem, team, office, at):
        with pytest.raises(Invalid) as refusal:
            analyse_problem(problem, an_analysis(team, cause=" ", solved_when=""), by=office, at=at)
        assert set(refusal.value.fields) == {"cause", "solved_when"}
        with pytest.raises(Invalid) as refusal:
            analyse_problem(problem, an_analysis(team, due_on=at.date() - timedelta(days=1)), by=office, at=at)
        assert set(refusal.value.fields) == {"due_on"}
        assert analyse_problem(problem, an_analysis(team, due_on=at.date()), by=office, at=at).due_on == at.date()

    def test_not_by_a_team_not_twice_and_not_for_a_closed_team(self, problem, team, other_team, head, office, at):
        with pytest.raises(NotAllowed):
            analyse_problem(problem, an_analysis(team), by=head, at=at)
        SpecialTeam.objects.filter(pk=other_team.pk).update(closed_on=at.date())
        with pytest.raises(WrongState):
            analyse_problem(problem, an_analysis(other_team), by=office, at=at)
        analyse_problem(problem, an_analysis(team), by=office, at=at)
        with pytest.raises(WrongState):
            analyse_problem(problem, an_analysis(team), by=office, at=at)

    def test_not_led_by_a_team_of_another_action(self, problem, office, at):
        with pytest.raises(Invalid):
            analyse_problem(problem, an_analysis(factories.TeamFactory()), by=office, at=at)

    def test_a_decision_raises_it_analysed_with_one_event(self, team, other_team, head, office, at):
        teams = [team, other_team]
        problem = raise_analysed(teams, a_finding(found_by="meeting"), an_analysis(team), by=office, at=at)
        assert (problem.state, problem.common, problem.owner) == ("analysed", True, head)
        assert [step.state for step in problem.steps.all()] == ["raised", "analysed"]
        assert AuditEvent.objects.get(object_type="meetings.problem").verb == "raise_analysed"
        assert Notice.objects.filter(to=head).count() == 1
        with pytest.raises(NotAllowed):
            raise_analysed([team], a_finding(), an_analysis(team), by=head, at=at)


class TestMerging:
    """merge_problem."""

    def test_teams_tasks_and_the_earlier_day_join_the_survivor(self, team, other_team, office, head, at):
        into = a_problem_in_rectification(team, by=office, head=head, at=at)
        other = analyse_problem(
            a_problem(other_team, by=office, at=at, found_on=date(2026, 9, 1)),
            an_analysis(other_team),
            by=office,
            at=at,
        )
        task = factories.make_task(team=other_team)
        add_problem_task(other, task, by=office, at=at)
        merge_problem(other, into, reason="同一原因", by=office, at=at + timedelta(hours=1))
        other.refresh_from_db()
        into.refresh_from_db()
        assert (other.state, other.merged_into, other.steps.last().text) == ("merged", into, "同一原因")
        assert {row.team: row.joined_at for row in into.teams.all()} == {team: at, other_team: at + timedelta(hours=1)}
        assert [row.task for row in into.tasks.all()] == [task]
        assert (into.common, into.found_on, into.state) == (True, date(2026, 9, 1), "rectifying")
        assert (into.lead, into.due_on) == (team, date(2026, 11, 30))
        assert Notice.objects.filter(to=head, kind="problem_merged").exists()

    def test_a_survivor_may_be_merged_on_but_nothing_into_what_is_merged(self, team, office, at):
        first, second, third = (a_problem(team, by=office, at=at) for _ in range(3))
        merge_problem(first, second, by=office, at=at)
        merge_problem(second, third, by=office, at=at)
        with pytest.raises(WrongState):
            merge_problem(third, first, by=office, at=at)
        with pytest.raises(Invalid):
            merge_problem(third, third, by=office, at=at)

    def test_neither_into_a_resolved_one_nor_once_it_is_in_rectification(self, problem, team, office, head, at):
        with pytest.raises(WrongState):
            merge_problem(problem, a_resolved_problem(team, by=office, head=head, at=at), by=office, at=at)
        working = take_up_problem(an_analysed_problem(team, by=office, at=at), by=head, at=at)
        with pytest.raises(WrongState):
            merge_problem(working, problem, by=office, at=at)

    def test_not_across_actions_and_not_by_a_team(self, problem, head, office, at):
        elsewhere = a_problem(factories.TeamFactory(), by=office, at=at)
        with pytest.raises(Invalid):
            merge_problem(problem, elsewhere, by=office, at=at)
        with pytest.raises(NotAllowed):
            merge_problem(problem, problem, by=head, at=at)

    @pytest.mark.concurrency
    @pytest.mark.django_db(transaction=True)
    def test_of_two_that_merge_both_ways_one_wins(self, team, office, office2, at):
        here, there = (a_problem(team, by=office, at=at) for _ in range(2))

        def loader(problem, into, by):
            def load():
                problem.refresh_from_db()
                return lambda: merge_problem(problem, into, by=by, at=at)

            return load

        outcomes = race(
            loader(Problem(pk=here.pk), Problem(pk=there.pk), office),
            loader(Problem(pk=there.pk), Problem(pk=here.pk), office2),
        )
        survivor, _refusal = one_winner(outcomes, WrongState)
        assert Problem.objects.get(state="raised") == survivor
        assert Problem.objects.get(state="merged").merged_into == survivor
        assert AuditEvent.objects.filter(verb="merge_problem").count() == 1
