"""Above the form of its report a team reads what waits for it elsewhere."""

from datetime import date, timedelta

import pytest

from governance.people.models import User
from governance.registers.links import REPORT_LINKS, links_beside
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.decisions.finishing import record_done
from teams.meetings.instructions.reporting import report_line
from teams.meetings.instructions.writing import LineWords, write_instruction
from teams.meetings.orders.answers import answer_order
from tests.budgets import counted
from tests.factories import PeriodFactory, make_task
from tests.teams.meetings.factories import a_decision, a_meeting, a_problem_in_rectification
from tests.teams.meetings.sample_orders import issued

pytestmark = pytest.mark.usefixtures("english")


def lines(user, team):
    return [(str(link.label), link.url) for link in links_beside(REPORT_LINKS, user, team)[team.pk]]


@pytest.fixture
def waiting(action, team, other_team, task, office, leader, head, at):
    """An order, a decision, an instruction and a problem of the team; a decision and a line of another."""
    order = issued(task, by=office, at=at)
    meeting = a_meeting(action)
    decision = a_decision(meeting, team, text="补办微心愿200个", due_on=date(2026, 11, 15))
    adopt_decision(decision, by=office, at=at)
    adopt_decision(a_decision(meeting, other_team, text="别人的"), by=office, at=at)
    words = [
        LineWords(text="逐件包联", audience="named", named=[team], due_on=date(2026, 11, 10)),
        LineWords(text="压茬推进", kind="guidance", audience="named", named=[team]),
        LineWords(text="别人的", audience="named", named=[other_team]),
    ]
    instruction = write_instruction(action, words, by=leader, at=at)
    problem = a_problem_in_rectification(team, by=office, head=head, at=at)
    return {"order": order, "decision": decision, "line": instruction.lines.get(number=1), "problem": problem}


def test_orders_decisions_instructions_and_problems_stand_with_their_days(waiting, team, head):
    order, decision, line, problem = waiting.values()
    assert lines(head, team) == [
        (f"Answer {order} by 2 Nov: {order.subject}", order.get_absolute_url()),
        (f"{decision}: 补办微心愿200个 (due 15 Nov)", f"/meetings/{decision.meeting.code}/decisions/1/"),
        ("Instruction: 逐件包联 (due 10 Nov)", f"/instructions/2026-{line.instruction.number}/#line-1"),
        (f"Problem {problem.number}: {problem.title} (due 30 Nov)", problem.get_absolute_url()),
    ]


def test_what_is_done_waits_no_longer(waiting, team, head, office, at):
    answer_order(waiting["order"], text="已补齐", by=head, at=at, promised_on=date(2026, 11, 15))
    record_done(waiting["decision"], team, done_on=at.date(), text="已补", by=office, at=at)
    report_line(waiting["line"], team, done_on=at.date(), text="已包联", by=head, at=at)
    assert [url for _label, url in lines(head, team)] == [waiting["problem"].get_absolute_url()]


def test_another_team_reads_nothing_of_it(waiting, team, other_head):
    assert lines(other_head, team) == []


def test_the_form_shows_it_to_those_who_write_the_report(
    client, waiting, action, team, head, liaison, member, at, settings, time_machine
):
    time_machine.move_to(at)
    PeriodFactory(action=action)
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    for person, reads in ((head, True), (liaison, True), (member, False)):
        client.force_login(person)
        page = client.get(f"/reports/{team.code}/2026-10-11/").content.decode()
        assert ("4 matters wait for the team" in page) == reads, person


def test_queries_do_not_grow_with_rows(waiting, action, team, head, office, leader, at):
    reader = User.objects.get(pk=head.pk)
    with counted() as few:
        lines(reader, team)
    meeting = a_meeting(action, number=2)
    for number in range(4):
        issued(make_task(team=team), by=office, at=at + timedelta(minutes=number))
        adopt_decision(a_decision(meeting, team), by=office, at=at)
        write_instruction(action, [LineWords(text="包联")], by=leader, at=at)
    reader = User.objects.get(pk=head.pk)
    with counted() as many:
        assert len(lines(reader, team)) == 16
    assert len(many) == len(few) <= 13
