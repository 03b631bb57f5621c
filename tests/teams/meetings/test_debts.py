"""Secretary, office and teams owe minutes, signatures, work and instructions, each with a term."""

from datetime import date, timedelta

import pytest

from governance.clock import at_time
from governance.records.models import Notice
from governance.registers.todo import TODO_SOURCES, TodoReader
from teams.debts.debts import debts_of
from teams.debts.reminders import send_reminders
from teams.meetings.agenda.minutes import correct_minutes, return_minutes, sign_minutes, submit_minutes, write_minutes
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.decisions.finishing import record_done
from teams.meetings.decisions.into_work import turn_into_work
from teams.meetings.decisions.recording import drop_decision
from teams.meetings.decisions.work import Nothing
from teams.meetings.instructions.reporting import report_line, withdraw_line_report
from teams.meetings.instructions.writing import LineWords, write_instruction
from tests.teams.meetings.factories import a_decision, a_meeting

MET = date(2026, 10, 20)
"""A Tuesday."""

pytestmark = pytest.mark.usefixtures("english")

KINDS = ("minutes", "minutes_sign", "decision_work", "instruction_line")


def owed(action, day, reader=None):
    """The debts of this file as (kind, since, due, who)."""
    debts = debts_of(action, reader=reader, now=at_time(day, 9))
    return [(debt.kind.code, debt.since, debt.due_on, debt.who) for debt in debts if debt.kind.code in KINDS]


def home(name, person, action, day):
    """The lines of a source on the home of a person, as (tone, title)."""
    reader = TodoReader(person, at_time(day, 9), action)
    return [(line.tone, line.title) for line in TODO_SOURCES[name](reader)]


def told(action, day):
    """Who is told what by the reminders of a day."""
    before = set(Notice.objects.values_list("pk", flat=True))
    send_reminders(action, by=None, at=at_time(day, 8))
    new = Notice.objects.exclude(pk__in=before)
    return sorted((notice.kind, notice.to.username) for notice in new)


@pytest.fixture
def meeting(action, secretary):
    """Held on 20 October."""
    return a_meeting(action, secretary=secretary)


@pytest.fixture
def submitted(meeting, secretary):
    """Its minutes, submitted on Wednesday, 21 October."""
    at = at_time(MET + timedelta(1), 9)
    write_minutes(meeting, text="会议听取了汇报。", by=secretary, at=at)
    return submit_minutes(meeting, by=secretary, at=at)


class TestMinutes:
    def test_the_secretary_submits_within_five_working_days(self, meeting, action, secretary, head):
        who = f"{secretary.name} (Meeting secretary)"
        expected = [("minutes", MET, date(2026, 10, 27), who)]
        assert owed(action, MET) == owed(action, MET, head) == expected

    def test_the_secretary_is_reminded_the_day_before_and_after(self, meeting, action, secretary):
        assert told(action, date(2026, 10, 23)) == []
        assert told(action, date(2026, 10, 26)) == [("minutes_due", secretary.username)]
        assert told(action, date(2026, 10, 28)) == [("minutes_overdue", secretary.username)]

    def test_another_person_signs_within_two(self, submitted, action, office, secretary):
        assert owed(action, MET + timedelta(1)) == [
            ("minutes_sign", date(2026, 10, 21), date(2026, 10, 23), "Special office")
        ]
        assert told(action, date(2026, 10, 23)) == []
        assert told(action, date(2026, 10, 24)) == [("minutes_to_sign", office.username)]
        sign_minutes(submitted, by=office, at=at_time(date(2026, 10, 24), 9))
        assert owed(action, date(2026, 10, 24)) == []

    def test_minutes_sent_back_keep_their_day(self, submitted, action, office, secretary):
        return_minutes(submitted, reason="漏写议定事项", by=office, at=at_time(date(2026, 10, 22), 9))
        assert [row[:3] for row in owed(action, date(2026, 10, 22))] == [("minutes", MET, date(2026, 10, 27))]
        assert home("minutes", secretary, action, date(2026, 10, 22)) == [
            ("blue", "Correct the minutes of 第1次推进会")
        ]

    def test_a_correction_has_no_term(self, submitted, action, office, secretary):
        sign_minutes(submitted, by=office, at=at_time(date(2026, 10, 22), 9))
        correct_minutes(submitted, reason="错字", by=office, at=at_time(date(2026, 11, 22), 9))
        assert owed(action, date(2026, 12, 1)) == []
        assert home("minutes", secretary, action, date(2026, 12, 1)) == [("blue", "Correct the minutes of 第1次推进会")]

    def test_home_of_the_secretary_and_of_those_who_sign(self, meeting, action, secretary, office, leader, head):
        assert home("minutes", secretary, action, MET) == [("blue", "Submit the minutes of 第1次推进会")]
        assert home("minutes", secretary, action, date(2026, 10, 28))[0][0] == "red"
        for person in (office, leader, head):
            assert home("minutes", person, action, MET) == []

    def test_nobody_is_asked_to_sign_what_they_submitted(self, submitted, action, secretary, office, leader, head):
        day = MET + timedelta(1)
        for person in (office, leader):
            assert home("minutes", person, action, day) == [("blue", "Sign the minutes of 第1次推进会")]
        secretary.groups.add(*office.groups.all())
        for person in (secretary, head):
            assert home("minutes", person, action, day) == []


class TestIntoWork:
    @pytest.fixture
    def adopted(self, meeting, team, office):
        """Adopted on Wednesday, 21 October, for one team."""
        return adopt_decision(a_decision(meeting, team), by=office, at=at_time(MET + timedelta(1), 9))

    def test_the_office_turns_it_into_work_within_two_working_days(self, adopted, meeting, action, office, head):
        expected = ("decision_work", date(2026, 10, 21), date(2026, 10, 23), "Special office")
        assert owed(action, date(2026, 10, 22), office)[1:] == [expected]
        assert owed(action, date(2026, 10, 22), head)[1:] == [expected]
        assert told(action, date(2026, 10, 24)) == [("decision_work_waiting", office.username)]

    def test_it_is_owed_until_it_is_said_what_it_becomes(self, adopted, team, action, office):
        turn_into_work(adopted, Nothing(), by=office, at=at_time(date(2026, 10, 22), 9))
        assert [row[0] for row in owed(action, date(2026, 10, 26))] == ["minutes"]

    def test_or_done_or_dropped(self, adopted, meeting, team, action, office):
        other = adopt_decision(a_decision(meeting, team), by=office, at=at_time(MET + timedelta(1), 9))
        drop_decision(other, reason="重复", by=office, at=at_time(MET + timedelta(2), 9))
        assert [row[0] for row in owed(action, date(2026, 10, 26))] == ["decision_work", "minutes"]
        record_done(
            adopted, team, done_on=date(2026, 10, 22), text="已办", by=office, at=at_time(date(2026, 10, 23), 9)
        )
        assert [row[0] for row in owed(action, date(2026, 10, 26))] == ["minutes"]

    def test_others_do_not_know_of_it(self, adopted, action, other_head):
        assert [row[0] for row in owed(action, date(2026, 10, 22), other_head)] == ["minutes"]

    def test_home_of_the_office(self, adopted, action, office, leader):
        assert home("decisions into work", office, action, date(2026, 10, 26)) == [
            ("red", "1 decision is not work yet")
        ]
        assert home("decisions into work", leader, action, date(2026, 10, 26)) == []


class TestInstructions:
    @pytest.fixture
    def line(self, action, team, other_team, leader, at):
        """For action by all teams by 30 October, given on the 27th with one for guidance."""
        words = [LineWords(text="逐件包联", due_on=date(2026, 10, 30)), LineWords(text="压茬推进", kind="guidance")]
        return write_instruction(action, words, by=leader, at=at).lines.get(number=1)

    def test_each_team_owes_a_line_for_action(self, line, action, team, head, other_head, today):
        mine = ("instruction_line", today, date(2026, 10, 30), f"{head.name} (Head)")
        other = ("instruction_line", today, date(2026, 10, 30), f"{other_head.name} (Head)")
        assert owed(action, today) == [mine, other]
        assert owed(action, today, head) == [mine]

    def test_until_it_is_reported(self, line, action, team, other_team, head, at, today):
        report_line(line, team, done_on=today, text="已包联", by=head, at=at)
        assert owed(action, today, head) == []
        withdraw_line_report(line, team, reason="有误", by=head, at=at + timedelta(minutes=1))
        assert len(owed(action, today, head)) == 1

    def test_a_closed_team_owes_nothing(self, line, action, team, other_team, today):
        type(team).objects.filter(pk=team.pk).update(closed_on=today)
        assert len(owed(action, today)) == 1

    def test_heads_are_reminded(self, line, action, head, other_head, liaison):
        heads = sorted([head.username, other_head.username])
        assert told(action, date(2026, 10, 28)) == []
        assert told(action, date(2026, 10, 29)) == [("line_due", name) for name in heads]
        assert told(action, date(2026, 10, 31)) == [("line_overdue", name) for name in heads]

    def test_home_of_heads(self, line, action, head, liaison, leader, today):
        assert home("instructions", head, action, today) == [("blue", "Instruction to carry out: 逐件包联")]
        assert home("instructions", head, action, date(2026, 10, 31))[0][0] == "red"
        for person in (liaison, leader):
            assert home("instructions", person, action, today) == []


def test_queries_do_not_grow_with_rows(meeting, action, team, office, leader, at, django_assert_max_num_queries):
    for _each in range(6):
        adopt_decision(a_decision(meeting, team), by=office, at=at)
        write_instruction(action, [LineWords(text="包联"), LineWords(text="督导")], by=leader, at=at)
    with django_assert_max_num_queries(14):
        assert len(home("decisions into work", office, action, at.date())) == 1
    with django_assert_max_num_queries(36):
        assert len(owed(action, at.date())) == 19
