"""Holding a meeting, attendance, packs and the screen."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest

from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.meetings.agenda.announcing import cancel_meeting
from teams.meetings.agenda.holding import hold_meeting, note_attendance, unhold_meeting
from teams.meetings.agenda.packs import bind_pack
from teams.meetings.agenda.planning import arrange_meeting
from teams.meetings.agenda.rows import Arrangement
from teams.meetings.agenda.screen import move_screen
from teams.meetings.models import Meeting, PackIssue, ScreenPlace
from tests.racing import race
from tests.teams.meetings.factories import BEFORE, BEGINS, make_decision, make_meeting
from tests.teams.races import one_winner

pytestmark = pytest.mark.django_db

AFTER = BEGINS + timedelta(hours=2)


@pytest.fixture
def meeting(action, secretary, leader, team, head, other_team, other_head, office):
    return make_meeting(action, secretary, chair=leader)


@pytest.fixture
def row(meeting, head):
    """The row of the team's head."""
    return meeting.attendances.get(user=head)


class TestHolding:
    def test_the_rest_was_present_and_a_pack_is_bound(self, meeting, row, secretary):
        note_attendance(row, mark="leave", by=secretary, at=BEFORE)
        held = hold_meeting(meeting, by=secretary, at=AFTER)
        row.refresh_from_db()
        assert (held.state, held.held_at, row.mark, row.noted_at) == ("held", AFTER, "leave", BEFORE)
        assert set(meeting.attendances.exclude(pk=row.pk).values_list("mark", "noted_at")) == {("present", AFTER)}
        assert meeting.packs.get().as_of == AFTER
        assert AuditEvent.objects.filter(verb="hold_meeting").count() == 1
        assert not AuditEvent.objects.filter(verb="bind_pack").exists()

    def test_a_pack_that_was_bound_stands(self, meeting, secretary, office):
        bind_pack(meeting, by=office, at=BEFORE)
        hold_meeting(meeting, by=secretary, at=AFTER)
        assert meeting.packs.get().as_of == BEFORE

    def test_not_before_its_day(self, meeting, secretary):
        with pytest.raises(WrongState):
            hold_meeting(meeting, by=secretary, at=BEGINS - timedelta(days=1))

    def test_not_without_a_chair(self, action, secretary):
        with pytest.raises(Invalid) as refusal:
            hold_meeting(make_meeting(action, secretary), by=secretary, at=AFTER)
        assert "chair" in refusal.value.fields

    def test_not_twice_and_not_when_cancelled(self, meeting, action, leader, secretary):
        hold_meeting(meeting, by=secretary, at=AFTER)
        other = make_meeting(action, secretary, chair=leader)
        cancel_meeting(other, reason="防汛", by=secretary, at=BEFORE)
        for each in (meeting, other):
            with pytest.raises(WrongState):
                hold_meeting(each, by=secretary, at=AFTER)

    def test_its_time_is_fixed_and_nobody_is_taken_off(self, meeting, secretary):
        hold_meeting(meeting, by=secretary, at=AFTER)
        for arrangement in (
            Arrangement({"starts_at": BEGINS + timedelta(hours=1)}),
            Arrangement({}, []),
            Arrangement({}, None, []),
        ):
            with pytest.raises(Invalid):
                arrange_meeting(meeting, arrangement, by=secretary, at=AFTER)

    @pytest.mark.parametrize("role", ["office", "leader", "head"])
    def test_only_the_secretary(self, request, meeting, row, role):
        person = request.getfixturevalue(role)
        for verb in (
            lambda: hold_meeting(meeting, by=person, at=AFTER),
            lambda: unhold_meeting(meeting, by=person, at=AFTER),
            lambda: note_attendance(row, mark="leave", by=person, at=BEFORE),
        ):
            with pytest.raises(NotAllowed):
                verb()


class TestBackToPreparation:
    def test_whoever_was_present_by_it_is_expected_again(self, meeting, row, secretary):
        note_attendance(row, mark="present", by=secretary, at=BEGINS)
        hold_meeting(meeting, by=secretary, at=AFTER)
        back = unhold_meeting(meeting, by=secretary, at=AFTER)
        row.refresh_from_db()
        assert (back.state, back.held_at, row.mark) == ("planned", None, "present")
        assert set(meeting.attendances.exclude(pk=row.pk).values_list("mark", flat=True)) == {"expected"}

    def test_not_once_a_decision_was_adopted_or_dropped(self, meeting, secretary):
        decision = make_decision(meeting)
        hold_meeting(meeting, by=secretary, at=AFTER)
        decision.state, decision.drop_reason, decision.dropped_at = "dropped", "另议", AFTER
        decision.save()
        with pytest.raises(WrongState):
            unhold_meeting(meeting, by=secretary, at=AFTER)

    def test_not_unless_it_was_held(self, meeting, secretary):
        with pytest.raises(WrongState):
            unhold_meeting(meeting, by=secretary, at=AFTER)


class TestAttendance:
    def test_a_mark_that_stays_keeps_its_moment_and_another_is_noted_now(self, row, secretary):
        note_attendance(row, mark="stand_in", stand_in="冯某某", by=secretary, at=BEFORE)
        assert note_attendance(row, mark="stand_in", stand_in="周某", by=secretary, at=AFTER).noted_at == BEFORE
        row.refresh_from_db()
        assert row.stand_in == "周某"
        changed = note_attendance(row, mark="leave", by=secretary, at=AFTER)
        assert (changed.noted_at, changed.stand_in) == (AFTER, "")
        assert note_attendance(row, mark="expected", by=secretary, at=AFTER).noted_at is None

    def test_a_stand_in_has_a_name(self, row, secretary):
        with pytest.raises(Invalid) as refusal:
            note_attendance(row, mark="stand_in", by=secretary, at=BEFORE)
        assert "stand_in" in refusal.value.fields

    @pytest.mark.parametrize("mark", ["present", "absent"])
    def test_who_came_is_not_known_before_the_day(self, row, secretary, mark):
        with pytest.raises(Invalid):
            note_attendance(row, mark=mark, by=secretary, at=BEFORE)

    def test_nobody_is_expected_after_it(self, meeting, row, secretary):
        hold_meeting(meeting, by=secretary, at=AFTER)
        with pytest.raises(Invalid):
            note_attendance(row, mark="expected", by=secretary, at=AFTER)
        assert note_attendance(row, mark="absent", by=secretary, at=AFTER).mark == "absent"

    def test_auditors_are_not_told_who(self, row, secretary):
        note_attendance(row, mark="leave", by=secretary, at=BEFORE)
        assert "leave" not in AuditEvent.objects.get(verb="note_attendance").change


class TestPacks:
    def test_it_is_kept_as_canonical_json_with_its_digest(self, meeting, team, office):
        make_decision(meeting, teams=[team])
        pack = bind_pack(meeting, by=office, at=BEFORE)
        body = json.loads(pack.body)
        assert sha256(pack.body.encode()).hexdigest() == pack.sha256
        assert body["items"][0]["kind"] == "follow_up"
        assert body["decisions"][0]["teams"] == [team.code]
        assert {row["mark"] for row in body["attendance"]} == {"expected"}
        assert (body["meeting"]["code"], body["meeting"]["chair"]["name"]) == ("promotion-2026-1", "县领导")

    def test_each_has_the_next_number(self, meeting, secretary, office):
        bind_pack(meeting, by=office, at=BEFORE)
        assert bind_pack(meeting, by=secretary, at=BEFORE).number == 2

    def test_none_after_it_was_held(self, meeting, secretary):
        hold_meeting(meeting, by=secretary, at=AFTER)
        with pytest.raises(WrongState):
            bind_pack(meeting, by=secretary, at=AFTER)

    def test_who_reads_it(self, meeting, office, leader, secretary, head):
        bind_pack(meeting, by=office, at=BEFORE)
        readers = [person for person in (office, leader, secretary, head) if PackIssue.objects.visible_to(person)]
        assert readers == [office, leader, secretary]
        with pytest.raises(NotAllowed):
            bind_pack(meeting, by=leader, at=BEFORE)


class TestScreen:
    def test_the_last_one_wins_and_no_event_is_left(self, meeting, secretary, office):
        events = AuditEvent.objects.count()
        first, second = meeting.items.all()[:2]
        move_screen(meeting, first, by=secretary, at=AFTER)
        move_screen(meeting, second, by=office, at=AFTER)
        assert ScreenPlace.objects.get(meeting=meeting).item == second
        assert AuditEvent.objects.count() == events
        assert Meeting.objects.get(pk=meeting.pk).version == meeting.version

    def test_an_item_of_its_own(self, meeting, action, secretary, leader):
        other = make_meeting(action, secretary)
        with pytest.raises(WrongState):
            move_screen(meeting, other.items.first(), by=secretary, at=AFTER)
        with pytest.raises(NotAllowed):
            move_screen(meeting, meeting.items.first(), by=leader, at=AFTER)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_held_and_cancelled_at_once(meeting, secretary):
    outcomes = race(
        lambda: lambda: hold_meeting(meeting, by=secretary, at=AFTER),
        lambda: lambda: cancel_meeting(meeting, reason="防汛", by=secretary, at=AFTER),
    )
    one_winner(outcomes, WrongState)
    assert PackIssue.objects.exists() == (Meeting.objects.get(pk=meeting.pk).state == "held")
