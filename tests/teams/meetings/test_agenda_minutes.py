"""Minutes: written, submitted by one person, signed by another, sent back and corrected."""

import json
from datetime import timedelta
from hashlib import sha256

import pytest
from django.contrib.auth.models import Group

from governance.people.models import User
from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.meetings.agenda.holding import hold_meeting, note_attendance
from teams.meetings.agenda.items import defer_item
from teams.meetings.agenda.minutes import correct_minutes, return_minutes, sign_minutes, submit_minutes, write_minutes
from teams.meetings.agenda.minutes_body import proposed_text
from teams.meetings.models import Meeting, MinutesIssue
from tests.racing import race
from tests.teams.meetings.factories import BEGINS, make_decision, make_meeting
from tests.teams.races import one_winner

pytestmark = pytest.mark.django_db

AFTER = BEGINS + timedelta(hours=2)
NEXT = BEGINS + timedelta(days=1)


@pytest.fixture
def held(action, secretary, leader, team, head):
    meeting = make_meeting(action, secretary, chair=leader)
    return hold_meeting(meeting, by=secretary, at=AFTER)


@pytest.fixture
def written(held, secretary):
    return write_minutes(held, text="会议听取了各专班汇报。", by=secretary, at=AFTER)


@pytest.fixture
def submitted(written, secretary):
    return submit_minutes(written, by=secretary, at=AFTER)


def adopt(decision, by):
    """As the office adopts."""
    decision.state, decision.adopted_at, decision.adopted_by = "adopted", AFTER, by
    decision.save()


class TestWriting:
    def test_only_of_a_meeting_that_was_held(self, action, secretary):
        with pytest.raises(WrongState):
            write_minutes(make_meeting(action, secretary), text="一", by=secretary, at=AFTER)

    def test_a_stale_page_is_told(self, held, secretary):
        write_minutes(held, text="一", by=secretary, at=AFTER, seen=held.version)
        with pytest.raises(Stale):
            write_minutes(held, text="二", by=secretary, at=AFTER, seen=held.version)

    def test_it_begins_with_the_notes(self, held, secretary, team):
        item = held.items.get(team=team)
        item.note = "进度滞后"
        item.save()
        assert proposed_text(held) == f"{team.name}：进度滞后"

    def test_auditors_are_not_told_the_text(self, written):
        assert "听取" not in AuditEvent.objects.get(verb="write_minutes").change


class TestSubmitting:
    def test_what_is_open_was_dealt_with_and_the_office_is_told(self, written, secretary, office):
        item = defer_item(written.items.first(), by=secretary, at=AFTER)
        written.refresh_from_db()
        meeting = submit_minutes(written, by=secretary, at=AFTER)
        item.refresh_from_db()
        assert (meeting.state, meeting.submitted_by, meeting.fixed_at) == ("minutes_submitted", secretary, AFTER)
        assert item.state == "deferred"
        assert set(meeting.items.exclude(pk=item.pk).values_list("state", flat=True)) == {"taken"}
        assert {notice.to for notice in Notice.objects.filter(kind="minutes_submitted")} == {office}

    def test_not_without_a_text(self, held, secretary):
        with pytest.raises(Invalid):
            submit_minutes(held, by=secretary, at=AFTER)

    def test_not_while_a_decision_is_proposed(self, written, secretary, office):
        decision = make_decision(written)
        with pytest.raises(WrongState):
            submit_minutes(written, by=secretary, at=AFTER)
        adopt(decision, office)
        assert submit_minutes(written, by=secretary, at=AFTER).state == "minutes_submitted"

    def test_the_attendance_is_fixed_for_good(self, submitted, secretary, office, head):
        row = submitted.attendances.get(user=head)
        for _again in range(2):
            with pytest.raises(WrongState):
                note_attendance(row, mark="absent", by=secretary, at=AFTER)
            if submitted.state == "minutes_submitted":
                submitted = return_minutes(submitted, reason="漏一项", by=office, at=NEXT)

    @pytest.mark.parametrize("role", ["office", "leader", "head"])
    def test_only_the_secretary(self, request, written, role):
        person = request.getfixturevalue(role)
        with pytest.raises(NotAllowed):
            submit_minutes(written, by=person, at=AFTER)
        with pytest.raises(NotAllowed):
            write_minutes(written, text="二", by=person, at=AFTER)


class TestSigning:
    def test_they_are_issued_under_the_next_number_of_the_year(self, submitted, office, team, head):
        issue = sign_minutes(submitted, by=office, at=NEXT, seen=submitted.version)
        body = json.loads(issue.body)
        assert (issue.number, issue.year, issue.document_number) == (1, 2026, 1)
        assert (issue.by, issue.signed_by) == (submitted.submitted_by, office)
        assert sha256(issue.body.encode()).hexdigest() == issue.sha256
        assert (body["text"], body["signed_by"]) == ("会议听取了各专班汇报。", office.name)
        assert body["attendance"][-1]["teams"] == [team.code]
        assert Meeting.objects.get(pk=submitted.pk).state == "minutes_issued"
        assert Notice.objects.filter(to=head, kind="minutes_issued").count() == 1
        assert AuditEvent.objects.filter(verb="sign_minutes").count() == 1

    def test_a_leader_signs_as_well(self, submitted, leader):
        assert sign_minutes(submitted, by=leader, at=NEXT).signed_by == leader

    def test_a_higher_number_may_be_typed(self, submitted, office):
        assert sign_minutes(submitted, by=office, at=NEXT, document_number=7).document_number == 7

    def test_nobody_signs_their_own(self, written, secretary):
        secretary.groups.add(Group.objects.get_or_create(name="special_office")[0])
        both = User.objects.get(pk=secretary.pk)
        meeting = submit_minutes(written, by=both, at=AFTER)
        with pytest.raises(NotAllowed):
            sign_minutes(meeting, by=both, at=NEXT)

    @pytest.mark.parametrize("role", ["secretary", "head", "centre"])
    def test_only_office_and_leaders(self, request, submitted, role):
        person = request.getfixturevalue(role)
        with pytest.raises(NotAllowed):
            sign_minutes(submitted, by=person, at=NEXT)
        with pytest.raises(NotAllowed):
            return_minutes(submitted, reason="漏一项", by=person, at=NEXT)

    def test_not_before_they_are_submitted(self, written, office):
        with pytest.raises(WrongState):
            sign_minutes(written, by=office, at=NEXT)


class TestSendingBack:
    def test_the_secretary_is_told_why_and_submits_again(self, submitted, secretary, office):
        back = return_minutes(submitted, reason=" 漏一项 ", by=office, at=NEXT)
        assert (back.state, back.return_reason) == ("held", "漏一项")
        assert Notice.objects.get(kind="minutes_returned").to == secretary
        again = submit_minutes(back, by=secretary, at=NEXT)
        assert (again.return_reason, again.fixed_at) == ("", AFTER)

    def test_not_without_a_reason(self, submitted, office):
        with pytest.raises(Invalid):
            return_minutes(submitted, reason="", by=office, at=NEXT)

    def test_what_was_read_before_is_not_signed_after(self, submitted, secretary, office):
        seen = submitted.version
        back = return_minutes(submitted, reason="漏一项", by=office, at=NEXT)
        write_minutes(back, text="改", by=secretary, at=NEXT)
        submit_minutes(back, by=secretary, at=NEXT)
        with pytest.raises(Stale):
            sign_minutes(submitted, by=office, at=NEXT, seen=seen)


class TestCorrecting:
    def test_it_is_the_next_issue_under_the_same_number(self, submitted, secretary, office, office2, head):
        sign_minutes(submitted, by=office, at=NEXT, document_number=2)
        meeting = correct_minutes(submitted, reason="单位名称有误", by=office2, at=NEXT)
        write_minutes(meeting, text="改", by=secretary, at=NEXT)
        submit_minutes(meeting, by=secretary, at=NEXT)
        issue = sign_minutes(meeting, by=office, at=NEXT)
        assert (issue.number, issue.document_number, issue.reason) == (2, 2, "单位名称有误")
        assert json.loads(issue.body)["correction"] == "单位名称有误"
        assert MinutesIssue.objects.filter(meeting=meeting).count() == 2
        assert Meeting.objects.get(pk=meeting.pk).correction_reason == ""
        assert Notice.objects.filter(to=head, kind="minutes_corrected").count() == 1

    def test_by_the_office_with_a_reason_and_only_what_was_issued(self, submitted, office, secretary, leader):
        with pytest.raises(WrongState):
            correct_minutes(submitted, reason="错字", by=office, at=NEXT)
        sign_minutes(submitted, by=office, at=NEXT)
        for person in (secretary, leader):
            with pytest.raises(NotAllowed):
                correct_minutes(submitted, reason="错字", by=person, at=NEXT)
        with pytest.raises(Invalid):
            correct_minutes(submitted, reason=" ", by=office, at=NEXT)


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_signed_and_sent_back_at_once(self, submitted, office, office2):
        seen = submitted.version
        outcomes = race(
            lambda: lambda: sign_minutes(submitted, by=office, at=NEXT, seen=seen),
            lambda: lambda: return_minutes(submitted, reason="漏一项", by=office2, at=NEXT, seen=seen),
        )
        one_winner(outcomes, Stale)
        assert MinutesIssue.objects.exists() == (Meeting.objects.get(pk=submitted.pk).state == "minutes_issued")

    def test_two_meetings_signed_at_once_get_two_numbers(self, submitted, action, leader, secretary, office, office2):
        other = make_meeting(action, secretary, chair=leader)
        hold_meeting(other, by=secretary, at=AFTER)
        write_minutes(other, text="一", by=secretary, at=AFTER)
        submit_minutes(other, by=secretary, at=AFTER)
        outcomes = race(
            lambda: lambda: sign_minutes(submitted, by=office, at=NEXT),
            lambda: lambda: sign_minutes(other, by=office2, at=NEXT),
        )
        assert sorted(outcome.value.document_number for outcome in outcomes) == [1, 2]
