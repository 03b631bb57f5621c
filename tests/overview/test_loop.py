"""Pages composed of several apps show what meetings, orders, problems and showcases say of a task and of a team."""

import re
from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.overview.loop import loop_of_task, loop_of_team, marks_of
from governance.overview.todo import own_lines
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.decisions.into_work import turn_into_work
from teams.meetings.decisions.work import ExistingTasks
from teams.meetings.instructions.reporting import report_line
from teams.meetings.instructions.writing import LineWords, write_instruction
from teams.meetings.problems.rectification import add_problem_task
from teams.meetings.problems.verification import close_out_problem, reopen_problem
from teams.meetings.requirements.matching import match_clause
from teams.meetings.showcases.places import enter_field_place
from tests.factories import TeamFactory, UserFactory, make_task
from tests.teams.meetings.factories import (
    a_decision,
    a_meeting,
    a_problem_in_rectification,
    a_resolved_problem,
    make_requirement,
    make_showcase,
)
from tests.teams.meetings.sample_orders import issued

pytestmark = pytest.mark.usefixtures("english")


@pytest.fixture
def english(client, settings):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def loop(action, team, task, office, head, at):
    """A decision, a clause, an order, a problem and a showcase about the task, and a place of its team."""
    decision = adopt_decision(a_decision(a_meeting(action), team), by=office, at=at)
    turn_into_work(decision, ExistingTasks({team.pk: task}), by=office, at=at)
    match_clause(make_requirement(action).clauses.get(number=1), tasks=[task], by=office, at=at)
    order = issued(task, by=office, at=at)
    problem = a_problem_in_rectification(team, by=office, head=head, at=at)
    add_problem_task(problem, task, by=office, at=at)
    showcase = make_showcase(team, by=office, at=at, kind="learned", source="邻县", task=task, started_on=at.date())
    for place, month in ((5, 8), (3, 9)):
        given = {"field": "平安建设", "place": place, "out_of": 13, "document": f"市{month}号"}
        enter_field_place(team, month=date(2026, month, 1), **given, by=office, at=at)
    return {"decision": decision, "order": order, "problem": problem, "showcase": showcase}


def open_page(client, person, url):
    client.force_login(person)
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


class TestTask:
    def test_its_page_says_what_it_comes_from_and_what_there_is_about_it(
        self, client, loop, task, head, time_machine, at
    ):
        time_machine.move_to(at)
        page = open_page(client, head, task.get_absolute_url())
        decision = loop["decision"]
        assert f'href="{reverse("decision", args=[decision.meeting.code, decision.number])}"' in page
        assert "市治理办〔2026〕17号, clause 1" in page
        for name in ("order", "problem", "showcase"):
            assert f'href="{loop[name].get_absolute_url()}"' in page, name

    def test_others_read_what_is_for_all(self, client, loop, task, other_head, time_machine, at):
        time_machine.move_to(at)
        page = open_page(client, other_head, task.get_absolute_url())
        assert "市治理办〔2026〕17号, clause 1" in page
        for name in ("order", "problem", "showcase"):
            assert f'href="{loop[name].get_absolute_url()}"' not in page, name
        read = loop_of_task(task, other_head)
        assert (read.decisions, read.orders, read.problems, read.showcases) == ([], [], [], [])

    def test_a_past_evening_shows_the_task_alone(self, client, loop, task, head, time_machine, at):
        time_machine.move_to(at + timedelta(days=2))
        page = open_page(client, head, f"{task.get_absolute_url()}?on={at.date()}")
        assert loop["problem"].title not in page

    def test_queries_do_not_grow(self, loop, task, team, office, head, at, django_assert_num_queries):
        with django_assert_num_queries(6):
            loop_of_task(task, office)
        for number in range(3):
            problem = a_problem_in_rectification(team, by=office, head=head, at=at, title=f"问题{number}")
            add_problem_task(problem, task, by=office, at=at)
        with django_assert_num_queries(6):
            assert len(loop_of_task(task, office).problems) == 4


class TestTeam:
    def test_its_page_shows_problems_orders_showcases_and_places(self, client, loop, team, head, time_machine, at):
        time_machine.move_to(at)
        page = open_page(client, head, team.get_absolute_url())
        for name in ("order", "problem", "showcase"):
            assert f'href="{loop[name].get_absolute_url()}"' in page, name
        assert "place 3 of 13" in page
        assert "place 5 of 13" not in page

    def test_a_problem_that_has_returned_is_marked(self, client, loop, team, office, head, time_machine, at):
        time_machine.move_to(at)
        assert "Reopened" not in open_page(client, head, team.get_absolute_url())
        problem = a_resolved_problem(team, by=office, head=head, at=at)
        close_out_problem(problem, by=office, at=at)
        assert problem not in loop_of_team(team, head).problems
        reopen_problem(problem, reason="又发现3件", due_on=at.date(), by=office, at=at)
        assert open_page(client, head, team.get_absolute_url()).count("Reopened") == 1

    def test_others_read_places_alone(self, client, loop, team, other_head, time_machine, at):
        time_machine.move_to(at)
        page = open_page(client, other_head, team.get_absolute_url())
        assert "place 3 of 13" in page
        read = loop_of_team(team, other_head)
        assert (read.problems, read.orders, read.showcases) == ([], [], [])


class TestWall:
    def test_it_counts_what_the_reader_may_read_and_leads_there(self, client, loop, team, office, time_machine, at):
        time_machine.move_to(at)
        page = open_page(client, office, reverse("wall"))
        for url in (
            f"{reverse('problem_list')}?team={team.code}",
            f"{reverse('order_list')}?team={team.code}&amp;state=open",
            f"{reverse('showcase_list')}?team={team.code}",
        ):
            assert f'href="{url}"' in page, url
        for words in ("1 problem", "1 open order", "1 showcase"):
            assert re.search(rf'data-count="1">\s*{words}\s*</a>', page), words
        assert "平安建设: place 3 of 13" in page

    def test_each_count_is_that_of_its_list(self, client, loop, team, office, time_machine, at):
        time_machine.move_to(at)
        marks = marks_of([team], office)[team.pk]
        assert (marks.problems, marks.orders, marks.showcases) == (1, 1, 1)
        assert loop["problem"].title in open_page(client, office, marks.problems_url)
        assert loop["order"].get_absolute_url() in open_page(client, office, marks.orders_url)
        assert loop["showcase"].title in open_page(client, office, marks.showcases_url)

    def test_others_see_places_alone_and_a_past_evening_nothing(
        self, client, loop, team, other_head, office, time_machine, at
    ):
        marks = marks_of([team], other_head)[team.pk]
        assert (marks.problems, marks.orders, marks.showcases) == (0, 0, 0)
        assert [place.place for place in marks.places] == [3]
        time_machine.move_to(at + timedelta(days=2))
        assert "place 3 of 13" not in open_page(client, office, f"{reverse('wall')}?on={at.date()}")

    def test_queries_do_not_grow_with_teams(self, loop, action, team, office, at, django_assert_num_queries):
        others = [TeamFactory(action=action) for _each in range(8)]
        for other in others:
            make_showcase(other, by=office, at=at)
            issued(make_task(team=other), by=office, at=at)
        for teams in ([team], [team, *others]):
            with django_assert_num_queries(4):
                assert len(marks_of(teams, office)) == len(teams)


class TestLeader:
    @pytest.fixture
    def given(self, action, team, other_team, leader, at):
        """For action by 30 October and without a date, and for guidance."""
        words = [
            LineWords(text="逐件包联", due_on=date(2026, 10, 30)),
            LineWords(text="建立台账"),
            LineWords(text="压茬推进", kind="guidance"),
        ]
        return write_instruction(action, words, by=leader, at=at)

    def test_home_says_which_teams_have_done_a_line_and_since_when(
        self, client, given, team, other_team, head, other_head, leader, at, time_machine
    ):
        time_machine.move_to(at)
        first = given.lines.get(number=1)
        report_line(first, team, done_on=at.date(), text="已包联", by=head, at=at)
        page = open_page(client, leader, reverse("home"))
        assert f"not yet: {other_team.short_name}" in page
        assert "1 / 2" in page
        report_line(first, other_team, done_on=at.date(), text="已包联", by=other_head, at=at)
        assert "done by all since 2026-10-27" in open_page(client, leader, reverse("home"))

    def test_overdue_first_then_open_then_the_rest(self, given, action, leader, at):
        tones = [(line.line.number, line.tone) for line in own_lines(leader, action, on=at.date())]
        assert tones == [(1, "blue"), (2, "blue"), (3, "grey")]
        late = own_lines(leader, action, on=date(2026, 11, 2))
        assert [(line.line.number, line.tone) for line in late] == [(1, "red"), (2, "blue"), (3, "grey")]

    def test_what_is_done_stays_for_sixty_days(self, given, action, team, other_team, head, other_head, leader, at):
        for of_team, person in ((team, head), (other_team, other_head)):
            report_line(given.lines.get(number=2), of_team, done_on=at.date(), text="已建", by=person, at=at)
        numbers = [line.line.number for line in own_lines(leader, action, on=date(2026, 12, 26))]
        assert numbers == [1, 2, 3]
        assert [line.line.number for line in own_lines(leader, action, on=date(2026, 12, 27))] == [1]

    def test_those_of_another_leader_are_not_theirs(self, client, given, action, at, time_machine):
        time_machine.move_to(at)
        other = UserFactory(roles=["county_leader"])
        assert own_lines(other, action, on=at.date()) == []
        assert "What became of your instructions" not in open_page(client, other, reverse("home"))

    def test_queries_do_not_grow(self, given, action, leader, at):
        def queries():
            with CaptureQueriesContext(connection) as asked:
                found = own_lines(leader, action, on=at.date())
            return len(asked), len(found)

        few, some = queries()
        write_instruction(action, [LineWords(text=f"事项{number}") for number in range(5)], by=leader, at=at)
        many, more = queries()
        assert (few, more) == (many, some + 5)
