"""What the ladder reads from the tables: everything as known on the evening, in a constant number of queries."""

import json
import tracemalloc
from datetime import date, timedelta

import pytest
import time_machine
from django.core.management import CommandError, call_command

from governance.clock import end_of
from teams.meetings.ladder import Proposal, Rung, Why
from teams.meetings.models import SupervisionOrder
from teams.meetings.orders.answers import answer_order, judge_order
from teams.meetings.orders.circulars import CircularLineText, draft_circular, sign_circular
from teams.meetings.orders.dismissals import dismiss_proposal
from teams.meetings.orders.orders import void_order
from teams.meetings.orders.proposals import proposals_on
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from teams.tasks.suspension import suspend_task
from tests import factories
from tests.budgets import counted

from .sample_orders import day, issued, moment

TODAY = date(2026, 10, 27)


@pytest.fixture
def late(team):
    """A task that is red since 11 October."""
    return factories.make_task(team=team, title="认领微心愿", percent=90, due_on=day(10))


@pytest.fixture
def behind(team):
    """A task that is yellow."""
    return factories.make_task(team=team, percent=65, due_on=date(2026, 11, 30))


def said(task, on=TODAY):
    """What is said of a task on an evening; None for one that is not lit."""
    known = proposals_on(task.action, on=on, today=TODAY)
    return next((each.outcome for each in known.lit if each.pk == task.pk), None)


def rung(task, on=TODAY):
    found = said(task, on)
    return (found.rung, found.since) if isinstance(found, Proposal) else None


def test_a_red_task_and_a_yellow_one(late, behind):
    assert rung(late) == (Rung.RED, day(11))
    assert rung(behind) == (Rung.REMINDER, behind.yellow_from)
    assert said(late, day(10)) is None or rung(late, day(10))[0] != Rung.RED


def test_an_evening_shows_what_was_known_then(late, head, office):
    red = issued(late, by=office, at=moment(12), answer_by=day(15))
    answer = answer_order(red, text="在办", by=head, at=moment(20), promised_on=day(25))
    judge_order(answer, accepted=True, by=office, at=moment(21))
    assert rung(late, day(11)) == (Rung.RED, day(11))
    assert said(late, day(13)).why is Why.TERM
    assert rung(late, day(17)) == (Rung.CIRCULAR, day(12))
    assert said(late, day(20)).why is Why.TO_JUDGE
    assert said(late, day(25)).why is Why.PROMISED
    assert rung(late, day(26)) == (Rung.CIRCULAR, day(12))


def test_void_orders_never_were(late, office):
    red = issued(late, by=office, at=moment(12), answer_by=day(15))
    void_order(red, reason="误发", by=office, at=moment(26))
    assert rung(late, day(14)) == (Rung.RED, day(11))


def test_a_signed_circular_ends_it_and_a_draft_does_not(late, office, leader):
    red = issued(late, by=office, at=moment(12), answer_by=day(15))
    line = CircularLineText("named", late.team, "没有答复", red.pk)
    draft = draft_circular(late.action, title="通报", text="", lines=[line], by=office, at=moment(17))
    sign_circular(draft, by=leader, at=moment(19))
    assert rung(late, day(18)) == (Rung.CIRCULAR, day(12))
    assert said(late, day(19)).why is Why.CLIMBED


def test_nothing_while_an_extension_waited(behind, head, office):
    asked = ask_extension(behind, new_due_on=date(2026, 12, 20), reason="雨季", by=head, at=moment(20))
    decide_extension(asked, granted=False, answer="不同意", by=office, at=moment(23))
    assert rung(behind, day(19))
    assert said(behind, day(21)).why is Why.WAITS
    assert rung(behind, day(23))


def test_nothing_while_a_close_out_waits(late, head):
    ask_close_out(late, statement="完成", by=head, at=moment(20))
    assert said(late).why is Why.WAITS


def test_a_suspended_task_is_not_lit(late, office):
    suspend_task(late, reason="停工", by=office, at=moment(20))
    assert said(late) is None
    assert rung(late, day(19))


def test_dismissed_from_that_evening_on(late, office):
    dismiss_proposal(late.action, task=late, rung=Rung.RED, since=day(11), reason="措施得当", by=office, at=moment(20))
    assert rung(late, day(19))
    assert said(late).why is Why.DISMISSED


def test_reports_that_move_the_day_do_not_break_the_run(late):
    factories.progress_on(late, 95, at=moment(20))
    assert rung(late) == (Rung.RED, day(11))


def test_orders_on_problems_and_teams_do_not_count_for_a_task(late, team, office):
    tasks = [factories.make_task(team=team, due_on=day(10)) for _ in range(3)]
    for task in tasks:
        issued(task, by=office, at=moment(12))
    known = proposals_on(team.action, on=TODAY, today=TODAY)
    assert [(talk.team, talk.since) for talk in known.talks] == [(team, day(12))]
    assert rung(late) == (Rung.RED, day(11))


def test_the_number_of_queries_does_not_grow(late, team, office):
    with counted() as few:
        proposals_on(team.action, on=TODAY, today=TODAY)
    for _ in range(20):
        issued(factories.make_task(team=team, due_on=day(10)), by=office, at=moment(12))
    with counted() as many:
        proposals_on(team.action, on=TODAY, today=TODAY)
    assert len(few) <= len(many) <= 11
    with counted() as before:
        proposals_on(team.action, on=day(20), today=TODAY)
    assert len(before) <= 11


def test_memory_does_not_grow_with_what_happened_to_a_task(team):
    def most(tasks):
        tracemalloc.start()
        proposals_on(team.action, on=TODAY, today=TODAY)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return peak

    made = [factories.make_task(team=team, due_on=day(10)) for _ in range(10)]
    proposals_on(team.action, on=TODAY, today=TODAY)
    short = most(made)
    for task in made:
        for number in range(40):
            factories.progress_on(task, 41 + number % 40, at=moment(1) + timedelta(hours=number))
    assert most(made) < 2.5 * short + 400_000


def printed(capsys, *args):
    call_command("propose_orders", *args)
    return capsys.readouterr().out


def test_the_command_prints_task_rung_and_since(late, team, office, capsys):
    with time_machine.travel(moment(27)):
        assert json.loads(printed(capsys, "--on", "2026-10-20", "--json")) == {
            "proposals": [{"task": late.number, "rung": "red", "since": "2026-10-11"}]
        }
        for _ in range(3):
            issued(factories.make_task(team=team, due_on=day(10)), by=office, at=moment(12))
        found = json.loads(printed(capsys, "--json"))["proposals"]
        assert {"task": None, "team": team.code, "rung": "talk", "since": "2026-10-12"} in found
        assert str(late.number) in printed(capsys)


@pytest.mark.parametrize("on", ["2026-10-32", "morgen", "2026-10-28", "0206-01-01"])
def test_the_command_refuses_a_wrong_day_in_one_line(late, on):
    with time_machine.travel(moment(27)), pytest.raises(CommandError) as refused:
        call_command("propose_orders", "--on", on)
    assert "\n" not in str(refused.value)


def test_the_command_without_an_action(db):
    with pytest.raises(CommandError):
        call_command("propose_orders")


def test_midnight_in_shanghai_ends_the_evening(late, office):
    issued(late, by=office, at=end_of(day(12)) - timedelta(seconds=1), answer_by=day(15))
    issued(late, by=office, at=end_of(day(12)), answer_by=day(15))
    assert SupervisionOrder.objects.filter(issued_at__lt=end_of(day(12))).count() == 1
    assert said(late, day(12)).why is Why.TERM
