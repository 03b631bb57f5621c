"""Problems are raised by the teams and by the office, and dropped by the office alone."""

from datetime import date, timedelta

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.meetings.models import Problem, ProblemStep
from teams.meetings.problems.origins import drop_problem, raise_problem
from teams.meetings.problems.verification import close_out_problem
from teams.models import ReportEntry, SpecialTeam
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import a_finding, a_problem, a_resolved_problem, an_analysed_problem
from tests.teams.sample_reports import submitted


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


class TestRaising:
    """raise_problem."""

    def test_a_team_raises_its_own_and_the_office_is_told(self, team, liaison, head, office, at):
        problem = raise_problem(
            [team], a_finding(text="回访十户，三户未办"), by=liaison, at=at, files=factories.a_photo()
        )
        assert (problem.number, problem.state, problem.common) == (1, "raised", False)
        assert [row.team for row in problem.teams.all()] == [team]
        [step] = problem.steps.all()
        assert (step.number, step.state, step.text, step.by) == (1, "raised", "回访十户，三户未办", liaison)
        assert [proof.moment for proof in problem.evidence.all()] == ["before"]
        assert {notice.to for notice in Notice.objects.all()} == {head, office}
        assert events("raise_problem").get().by == liaison

    def test_what_it_says_is_not_for_auditors(self, team, office, at):
        raise_problem([team], a_finding("张某截留补贴"), by=office, at=at)
        event = events("raise_problem").get()
        assert event.object_name == "#1"
        assert "张某" not in event.change

    def test_the_office_raises_it_for_several_teams_which_have_it_in_common(self, team, other_team, office, at):
        problem = a_problem(team, other_team, by=office, at=at)
        assert problem.common
        assert a_problem(team, by=office, at=at).number == 2

    def test_not_by_people_who_do_not_write_for_the_team(self, team, other_head, member, leader, secretary, at):
        for person in (other_head, member, leader, secretary):
            with pytest.raises(NotAllowed):
                raise_problem([team], a_finding(), by=person, at=at)
        assert not Problem.objects.exists()

    def test_a_head_does_not_raise_it_for_other_teams_as_well(self, team, other_team, head, at):
        with pytest.raises(NotAllowed):
            raise_problem([team, other_team], a_finding(), by=head, at=at)

    def test_it_cannot_be_found_tomorrow_and_has_a_title_and_a_team(self, team, office, at):
        with pytest.raises(Invalid) as refusal:
            raise_problem([team], a_finding(" ", found_on=at.date() + timedelta(days=1)), by=office, at=at)
        assert set(refusal.value.fields) == {"title", "found_on"}
        with pytest.raises(Invalid) as refusal:
            raise_problem([], a_finding(), by=office, at=at)
        assert set(refusal.value.fields) == {"teams"}
        assert raise_problem([team], a_finding(found_on=at.date()), by=office, at=at).age(at.date()) == 0

    def test_a_closed_team_has_no_new_problems(self, team, office, at):
        SpecialTeam.objects.filter(pk=team.pk).update(closed_on=at.date())
        with pytest.raises(WrongState):
            raise_problem([team], a_finding(), by=office, at=at)

    def test_it_may_come_from_a_row_of_a_report_of_its_team(self, team, other_team, period, road, head, office, at):
        submitted(team, period, road, by=head)
        entry = ReportEntry.objects.get()
        problem = raise_problem([team], a_finding(entry=entry, found_by="report"), by=office, at=at)
        assert problem.entry == entry
        with pytest.raises(Invalid) as refusal:
            raise_problem([other_team], a_finding(entry=entry), by=office, at=at)
        assert set(refusal.value.fields) == {"teams"}

    def test_it_may_come_from_a_matter_but_from_one_place_only(self, team, period, matter, office, at):
        assert raise_problem([team], a_finding(matter=matter), by=office, at=at).matter == matter
        entry = ReportEntry.objects.get()
        with pytest.raises(Invalid):
            raise_problem([team], a_finding(matter=matter, entry=entry), by=office, at=at)

    def test_it_may_have_returned_once_it_was_closed_out(self, team, head, office, office2, at):
        earlier = a_resolved_problem(team, by=office, head=head, at=at)
        with pytest.raises(WrongState):
            raise_problem([team], a_finding(follows=earlier), by=office, at=at)
        earlier = close_out_problem(earlier, by=office2, at=at)
        assert raise_problem([team], a_finding(follows=earlier), by=office, at=at).follows == earlier

    @pytest.mark.concurrency
    @pytest.mark.django_db(transaction=True)
    def test_two_at_once_get_numbers_of_their_own(self, team, office, at):
        def loader():
            return lambda: a_problem(team, by=office, at=at)

        outcomes = race(loader, loader)
        assert sorted(outcome.value.number for outcome in outcomes) == [1, 2]


class TestDropping:
    """drop_problem."""

    def test_the_office_drops_it_with_a_reason_and_the_team_is_told(self, team, head, office, at):
        problem = a_problem(team, by=office, at=at)
        drop_problem(problem, reason="重复登记", by=office, at=at)
        problem.refresh_from_db()
        assert (problem.state, problem.drop_reason) == ("dropped", "重复登记")
        assert [step.state for step in problem.steps.all()] == ["raised", "dropped"]
        assert Notice.objects.filter(to=head, kind="problem_dropped").exists()
        assert "重复登记" not in events("drop_problem").get().change

    def test_not_without_a_reason_nor_once_it_is_analysed_nor_by_a_team(self, team, head, office, at):
        problem = a_problem(team, by=office, at=at)
        with pytest.raises(Invalid):
            drop_problem(problem, reason=" ", by=office, at=at)
        with pytest.raises(NotAllowed):
            drop_problem(problem, reason="重复登记", by=head, at=at)
        with pytest.raises(WrongState):
            drop_problem(an_analysed_problem(team, by=office, at=at), reason="重复登记", by=office, at=at)

    def test_a_form_that_is_out_of_date_drops_nothing(self, team, office, at):
        problem = a_problem(team, by=office, at=at)
        with pytest.raises(Stale):
            drop_problem(problem, reason="重复登记", by=office, at=at, seen=problem.version + 1)
        assert ProblemStep.objects.count() == 1

    def test_a_clock_that_is_behind_is_refused(self, team, office, at):
        problem = a_problem(team, by=office, at=at)
        with pytest.raises(WrongState):
            drop_problem(problem, reason="重复登记", by=office, at=at - timedelta(days=1))


def test_who_reads_a_problem(team, other_team, head, member, other_head, office, leader, centre, secretary, at):
    problem = a_problem(team, by=office, at=at)
    for person in (head, member, office, leader):
        assert list(Problem.objects.visible_to(person)) == [problem]
        assert ProblemStep.objects.visible_to(person).count() == 1
    for person in (other_head, centre, secretary):
        assert not Problem.objects.visible_to(person).exists()
        assert not ProblemStep.objects.visible_to(person).exists()
    assert problem.age(date(2026, 10, 27)) == 11
