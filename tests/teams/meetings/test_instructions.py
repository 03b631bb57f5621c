"""Leaders write instructions, the secretary records what was heard, teams report what they did."""

from datetime import date, timedelta

import pytest
from django.db import transaction

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.meetings.instructions.adoption import adopt_line
from teams.meetings.instructions.reporting import report_line, withdraw_line_report
from teams.meetings.instructions.standing import Fate, line_standings
from teams.meetings.instructions.writing import LineWords, drop_line, edit_line, record_line, write_instruction
from teams.meetings.models import Instruction, InstructionLine
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import a_meeting, an_item

MET = date(2026, 10, 20)
WHO = ("head", "deputy", "office", "liaison", "member", "leader", "secretary", "other_head", "former_head")


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


@pytest.fixture
def written(action, team, leader, at):
    """A line for action and one for guidance, for the team, due on 30 October."""
    action_line = LineWords(text="逐件包联", audience="named", named=[team], due_on=date(2026, 10, 30))
    return write_instruction(
        action,
        [action_line, LineWords(text="压茬推进", kind="guidance"), LineWords(text="参阅", kind="reading")],
        by=leader,
        at=at,
    )


def line_of(instruction, number=1):
    return instruction.lines.get(number=number)


class TestWriting:
    def test_a_leader_writes_and_the_teams_are_told(self, written, action, team, head, leader, at):
        assert (written.number, written.year, written.leader, written.title) == (1, 2026, leader, "逐件包联")
        line = line_of(written)
        assert (line.state, line.adopted_at, line.teams.get().team) == ("adopted", at, team)
        assert Notice.objects.filter(kind="line_given", to=head).count() == 0  # the head came later
        assert events("write_instruction").get().by == leader

    def test_the_people_of_its_teams_are_told(self, action, team, other_team, head, other_head, leader, at):
        write_instruction(action, [LineWords(text="包联", audience="named", named=[team])], by=leader, at=at)
        assert Notice.objects.get(kind="line_given").to == head

    def test_the_office_writes_on_behalf(self, action, team, leader, office, at):
        given = {"leader": leader, "given_on": MET, "behalf": "督办单上批示"}
        instruction = write_instruction(action, [LineWords(text="包联")], by=office, at=at, **given)
        assert (instruction.leader, instruction.given_on, instruction.behalf) == (leader, MET, "督办单上批示")
        assert events("write_instruction").get().behalf == "督办单上批示"

    @pytest.mark.parametrize(
        ("given", "field"),
        [({"leader": None}, "leader"), ({"behalf": ""}, "behalf"), ({"given_on": date(2026, 10, 28)}, "given_on")],
    )
    def test_what_the_office_must_say(self, action, team, leader, office, at, given, field):
        values = {"leader": leader, "given_on": MET, "behalf": "批示"} | given
        with pytest.raises(Invalid) as refusal:
            write_instruction(action, [LineWords(text="包联")], by=office, at=at, **values)
        assert list(refusal.value.fields) == [field]
        assert not Instruction.objects.exists()

    @pytest.mark.parametrize("who", ["secretary", "head", "centre", "auditor", "superuser"])
    def test_others_may_not(self, action, team, at, who, request):
        with pytest.raises(NotAllowed):
            write_instruction(action, [LineWords(text="包联")], by=request.getfixturevalue(who), at=at)

    @pytest.mark.parametrize(
        ("words", "field"),
        [
            ({"text": ""}, "text"),
            ({"kind": "guidance", "due_on": date(2026, 11, 1)}, "due_on"),
            ({"due_on": date(2026, 10, 26)}, "due_on"),
            ({"audience": "named"}, "named"),
            ({"audience": "new"}, "audience"),
        ],
    )
    def test_what_is_not_valid(self, action, team, leader, at, words, field):
        with pytest.raises(Invalid) as refusal, transaction.atomic():
            write_instruction(action, [LineWords(**{"text": "包联"} | words)], by=leader, at=at)
        assert list(refusal.value.fields) == [field]
        assert not Instruction.objects.exists()

    def test_numbers_may_begin_on_paper(self, action, team, leader, at):
        words = [LineWords(text="包联")]
        assert write_instruction(action, words, by=leader, at=at, number=7).number == 7
        assert write_instruction(action, words, by=leader, at=at).number == 8
        with pytest.raises(Invalid):
            write_instruction(action, words, by=leader, at=at, number=8)


class TestHeard:
    def test_lines_of_one_leader_at_one_meeting_are_one_instruction(self, action, team, secretary, leader, office, at):
        meeting = a_meeting(action)
        item = an_item(meeting)
        first = record_line(item, LineWords(text="甲"), leader=leader, by=secretary, at=at)
        second = record_line(item, LineWords(text="乙", kind="guidance"), leader=leader, by=secretary, at=at)
        assert (first.instruction, second.number, second.state) == (second.instruction, 2, "proposed")
        assert second.instruction.given_on == MET
        other = factories.UserFactory(roles=["county_leader"])
        assert record_line(item, LineWords(text="丙"), leader=other, by=office, at=at).instruction.number == 2

    def test_adopted_by_the_office_for_the_teams_of_the_day(self, action, team, head, secretary, leader, office, at):
        line = record_line(an_item(a_meeting(action)), LineWords(text="甲"), leader=leader, by=secretary, at=at)
        factories.TeamFactory(action=action, established_on=MET + timedelta(1))
        with pytest.raises(NotAllowed):
            adopt_line(line, by=secretary, at=at)
        adopt_line(line, by=office, at=at)
        assert line.teams.get().team == team
        assert Notice.objects.get(kind="line_given").to == head
        with pytest.raises(WrongState):
            adopt_line(line, by=office, at=at)

    def test_corrected_and_dropped_while_proposed(self, action, team, secretary, leader, office, at):
        line = record_line(an_item(a_meeting(action)), LineWords(text="甲"), leader=leader, by=secretary, at=at)
        edit_line(line, LineWords(text="乙", audience="named", named=[team]), by=secretary, at=at, seen=1)
        with pytest.raises(Stale):
            edit_line(line, LineWords(text="丙"), by=secretary, at=at, seen=1)
        with pytest.raises(Invalid):
            drop_line(line, reason="", by=office, at=at)
        drop_line(line, reason="重复", by=office, at=at)
        line.refresh_from_db()
        assert (line.text, line.state) == ("乙", "dropped")
        with pytest.raises(WrongState):
            edit_line(line, LineWords(text="丁"), by=secretary, at=at)

    def test_what_is_in_force_stays(self, written, office, at):
        with pytest.raises(WrongState):
            drop_line(line_of(written), reason="重复", by=office, at=at)

    @pytest.mark.parametrize("state", ["planned", "minutes_submitted", "minutes_issued"])
    def test_not_before_the_meeting_or_after_its_minutes(self, action, team, secretary, leader, at, state):
        item = an_item(a_meeting(action, state=state))
        with pytest.raises(WrongState):
            record_line(item, LineWords(text="甲"), leader=leader, by=secretary, at=at)

    @pytest.mark.parametrize("who", ["leader", "head", "auditor"])
    def test_not_by_others(self, action, team, leader, at, who, request):
        item = an_item(a_meeting(action))
        with pytest.raises(NotAllowed):
            record_line(item, LineWords(text="甲"), leader=leader, by=request.getfixturevalue(who), at=at)


class TestReporting:
    def test_the_head_reports_and_the_office_is_told(self, written, team, head, office, at):
        line = line_of(written)
        row = report_line(line, team, done_on=at.date(), text="已逐件包联", by=head, at=at)
        assert (row.number, row.done_on, row.text) == (1, at.date(), "已逐件包联")
        assert Notice.objects.get(kind="line_reported").to == office
        assert events("report_line").get().by == head
        with pytest.raises(WrongState):
            report_line(line, team, done_on=at.date(), text="再报", by=head, at=at)

    def test_withdrawn_it_is_owed_again(self, written, team, head, office, at):
        line = line_of(written)
        report_line(line, team, done_on=at.date(), text="已办", by=office, at=at)
        with pytest.raises(Stale):
            withdraw_line_report(line, team, reason="误报", seen=0, by=head, at=at)
        withdraw_line_report(line, team, reason="误报", seen=1, by=head, at=at)
        assert [each.is_owed for each in line_standings([line])] == [True]
        with pytest.raises(WrongState):
            withdraw_line_report(line, team, reason="误报", by=head, at=at)
        assert report_line(line, team, done_on=at.date(), text="已办", by=head, at=at).number == 3

    @pytest.mark.parametrize(
        ("who", "allowed"),
        [(who, who in ("head", "deputy", "office")) for who in WHO],
    )
    def test_by_whom(self, written, team, at, who, allowed, request):
        by = request.getfixturevalue(who)
        if allowed:
            assert report_line(line_of(written), team, done_on=at.date(), text="已办", by=by, at=at)
        else:
            with pytest.raises(NotAllowed):
                report_line(line_of(written), team, done_on=at.date(), text="已办", by=by, at=at)

    @pytest.mark.parametrize(
        ("given", "field"),
        [
            ({"done_on": date(2026, 10, 26)}, "done_on"),
            ({"done_on": date(2026, 10, 28)}, "done_on"),
            ({"text": ""}, "text"),
        ],
    )
    def test_what_is_not_valid(self, written, team, office, at, given, field):
        with pytest.raises(Invalid) as refusal:
            report_line(line_of(written), team, **{"done_on": at.date(), "text": "已办"} | given, by=office, at=at)
        assert list(refusal.value.fields) == [field]

    def test_guidance_may_be_answered_and_is_never_owed(self, written, team, head, at):
        line = line_of(written, 2)
        assert {each.fate_on(date(2027, 1, 1)) for each in line_standings([line])} == {Fate.LISTED}
        report_line(line, team, done_on=at.date(), text="已列入", by=head, at=at)
        assert {each.fate_on(date(2027, 1, 1)) for each in line_standings([line])} == {Fate.ANSWERED}

    def test_reading_is_not(self, written, team, head, at):
        with pytest.raises(WrongState):
            report_line(line_of(written, 3), team, done_on=at.date(), text="已阅", by=head, at=at)

    def test_not_for_a_team_that_it_does_not_concern(self, written, other_team, office, at):
        with pytest.raises(WrongState):
            report_line(line_of(written), other_team, done_on=at.date(), text="已办", by=office, at=at)

    def test_overdue_from_the_day_after(self, written):
        [standing] = line_standings([line_of(written)])
        assert standing.fate_on(date(2026, 10, 30)) is Fate.OPEN
        assert standing.fate_on(date(2026, 10, 31)) is Fate.OVERDUE
        assert standing.days_over(date(2026, 11, 2)) == 3


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_two_instructions_at_once_get_different_numbers(team, leader, at):
    second = factories.UserFactory(roles=["county_leader"])

    def writing(by):
        return lambda: write_instruction(team.action, [LineWords(text="包联")], by=by, at=at)

    outcomes = race(lambda: writing(leader), lambda: writing(second))
    assert [outcome.error for outcome in outcomes] == [None, None]
    assert sorted(Instruction.objects.values_list("number", flat=True)) == [1, 2]
    assert InstructionLine.objects.count() == 2
