"""Planning, arranging, announcing, moving and cancelling meetings."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from governance.records.models import AuditEvent, Notice
from governance.records.refusals import Invalid, NotAllowed, Stale, WrongState
from teams.meetings.agenda.announcing import announce_meeting, cancel_meeting, move_meeting
from teams.meetings.agenda.items import defer_item, deferred_items, return_item, take_up_item, write_item
from teams.meetings.agenda.layout import proposed_meeting
from teams.meetings.agenda.planning import arrange_meeting, update_agenda
from teams.meetings.agenda.rows import Arrangement, ItemRow, PersonRow
from teams.meetings.models import Meeting
from teams.models import WorkingGroup
from tests import factories
from tests.racing import race
from tests.teams.meetings.factories import BEFORE, BEGINS, make_decision, make_meeting
from tests.teams.races import one_winner

pytestmark = pytest.mark.django_db

ALONE = ["office", "centre", "leader", "head"]
"""Who is no meeting secretary."""


@pytest.fixture
def table(action, team, head, other_team, other_head, office, centre, leader):
    """Everybody who is usually invited."""
    WorkingGroup.objects.create(action=action, title="经济资产工作组", head_name="罗某某")


@pytest.fixture
def meeting(action, secretary, leader, table):
    return make_meeting(action, secretary, chair=leader)


def item_rows(meeting):
    return [
        ItemRow(key=item.pk, kind=item.kind, title=item.title, team=item.team, speaker=item.speaker)
        for item in meeting.items.select_related("team", "speaker")
    ]


def person_rows(meeting):
    names = ("user", "name", "post", "unit", "capacity", "mark", "stand_in")
    people = meeting.attendances.select_related("user")
    return [PersonRow(key=row.pk, **{name: getattr(row, name) for name in names}) for row in people]


class TestPlanning:
    def test_the_agenda_and_the_people_stand_in_their_usual_order(self, meeting, team, other_team, head, other_head):
        kinds = [(item.kind, item.team) for item in meeting.items.all()]
        teams = sorted([team, other_team], key=lambda each: each.order)
        assert kinds == [
            ("follow_up", None),
            ("plan", None),
            *(("report", each) for each in teams),
            ("problems", None),
            ("tasks", None),
            ("speech", None),
        ]
        names = [row.name for row in meeting.attendances.all()]
        heads = {team: head.name, other_team: other_head.name}
        assert names == ["县领导", "专办甲", "罗某某", "考核甲", *(heads[each] for each in teams)]
        assert {seat.team: seat.attendance.name for seat in meeting.seats.all()} == heads

    def test_the_centre_explains_the_plan_and_the_chair_speaks(self, meeting, centre, leader, head, team):
        speakers = {item.kind: item.speaker for item in meeting.items.exclude(kind="report")}
        assert (speakers["plan"], speakers["speech"]) == (centre, leader)
        assert meeting.items.get(team=team).speaker == head

    def test_a_person_has_one_row_and_all_their_seats(self, action, secretary, office, team, other_team):
        factories.MemberFactory(team=team, user=office, part="head")
        factories.MemberFactory(team=other_team, user=office, part="head")
        meeting = make_meeting(action, secretary)
        row = meeting.attendances.get()
        assert {seat.team for seat in row.seats.all()} == {team, other_team}

    def test_a_chair_who_heads_a_group_is_listed_once(self, action, secretary, leader):
        WorkingGroup.objects.create(action=action, title="党建治理工作组", head_name=leader.name)
        assert make_meeting(action, secretary, chair=leader).attendances.count() == 1

    def test_a_team_without_head_has_an_empty_seat(self, action, secretary, team):
        assert make_meeting(action, secretary).seats.get(team=team).attendance is None

    def test_a_team_closed_before_the_day_is_not_there(self, action, secretary, team):
        team.closed_on = BEGINS.date() - timedelta(days=1)
        team.save()
        meeting = make_meeting(action, secretary)
        assert not meeting.items.filter(team=team).exists() and not meeting.seats.exists()

    def test_numbers_run_within_kind_and_year(self, action, secretary):
        first = make_meeting(action, secretary)
        second = make_meeting(action, secretary)
        other = make_meeting(action, secretary, kind="dispatch")
        assert [each.code for each in (first, second, other)] == [
            "promotion-2026-1",
            "promotion-2026-2",
            "dispatch-2026-1",
        ]
        assert (first.title, other.title) == ("第1次推进会", "第1次调度会")

    def test_a_higher_number_may_be_typed_and_no_lower_one(self, action, secretary):
        assert make_meeting(action, secretary, number=4).number == 4
        with pytest.raises(Invalid) as refusal:
            make_meeting(action, secretary, number=3)
        assert "number" in refusal.value.fields

    def test_the_next_one_is_proposed_like_the_last(self, meeting, action):
        proposed = proposed_meeting(action, "promotion", year=2026)
        assert (proposed.number, proposed.title, proposed.place) == (2, "第2次推进会", "县委三楼会议室")
        assert (proposed.begins.hour, proposed.chair) == (15, meeting.chair)

    @pytest.mark.parametrize("role", ALONE)
    def test_only_the_secretary_plans(self, request, action, role):
        with pytest.raises(NotAllowed):
            make_meeting(action, request.getfixturevalue(role))

    def test_one_event(self, meeting, secretary):
        event = AuditEvent.objects.get(verb="plan_meeting")
        assert (event.by, event.object_id) == (secretary, str(meeting.pk))


class TestArranging:
    def test_the_whole_page_is_saved_by_one_verb(self, meeting, secretary, at):
        items = item_rows(meeting)
        people = [
            *person_rows(meeting),
            PersonRow(name="戴某某", post="局长", unit="县市场监管局", capacity="sitting_in"),
        ]
        items = [items[-1], *items[:-1], ItemRow(kind="other", title="通报情况")]
        arrangement = Arrangement({"place": "二楼"}, items, people)
        arrange_meeting(meeting, arrangement, by=secretary, at=BEFORE, seen=meeting.version)
        saved = Meeting.objects.get(pk=meeting.pk)
        assert saved.place == "二楼"
        assert saved.items.first().kind == "speech"
        assert saved.items.last().title == "通报情况"
        assert saved.attendances.last().capacity == "sitting_in"
        assert AuditEvent.objects.filter(verb="arrange_meeting").count() == 1

    def test_an_item_and_a_guest_left_out_are_removed(self, meeting, secretary):
        items = [row for row in item_rows(meeting) if row.kind != "plan"]
        people = [row for row in person_rows(meeting) if row.name != "罗某某"]
        arrange_meeting(meeting, Arrangement({}, items, people), by=secretary, at=BEFORE)
        assert not meeting.items.filter(kind="plan").exists()
        assert not meeting.attendances.filter(name="罗某某").exists()

    def test_a_head_taken_out_leaves_an_empty_seat(self, meeting, secretary, head, team):
        people = [row for row in person_rows(meeting) if row.user != head]
        arrange_meeting(meeting, Arrangement({}, None, people), by=secretary, at=BEFORE)
        assert meeting.seats.get(team=team).attendance is None

    def test_an_item_in_use_stays(self, meeting, secretary):
        make_decision(meeting, item=meeting.items.get(kind="tasks"))
        items = [row for row in item_rows(meeting) if row.kind != "tasks"]
        with pytest.raises(Invalid):
            arrange_meeting(meeting, Arrangement({}, items), by=secretary, at=BEFORE)
        assert meeting.items.filter(kind="tasks").exists()

    def test_a_stale_page_is_told_what_differs(self, meeting, secretary):
        seen = meeting.version
        arrange_meeting(meeting, Arrangement({"place": "二楼"}), by=secretary, at=BEFORE, seen=seen)
        with pytest.raises(Stale) as refusal:
            arrange_meeting(
                meeting, Arrangement({"place": "三楼"}, item_rows(meeting)[1:]), by=secretary, at=BEFORE, seen=seen
            )
        assert refusal.value.changes[0][1:] == ("二楼", "三楼")
        assert len(refusal.value.changes) == 2

    def test_nothing_changed_writes_nothing(self, meeting, secretary):
        arrange_meeting(meeting, Arrangement({}, None, person_rows(meeting)), by=secretary, at=BEFORE)
        assert not AuditEvent.objects.filter(verb="arrange_meeting").exists()

    def test_an_item_of_another_meeting_is_refused(self, meeting, action, secretary):
        other = make_meeting(action, secretary)
        with pytest.raises(WrongState):
            arrange_meeting(meeting, Arrangement({}, item_rows(other)), by=secretary, at=BEFORE)

    def test_a_team_of_another_action_is_refused(self, meeting, secretary):
        stranger = factories.TeamFactory()
        items = [*item_rows(meeting), ItemRow(kind="report", team=stranger)]
        with pytest.raises(Invalid):
            arrange_meeting(meeting, Arrangement({}, items), by=secretary, at=BEFORE)

    def test_a_person_is_listed_once(self, meeting, secretary, head):
        people = [*person_rows(meeting), PersonRow.of(head)]
        with pytest.raises(Invalid):
            arrange_meeting(meeting, Arrangement({}, None, people), by=secretary, at=BEFORE)

    def test_another_year_is_refused(self, meeting, secretary):
        with pytest.raises(Invalid):
            arrange_meeting(meeting, Arrangement({"starts_at": BEGINS + timedelta(days=90)}), by=secretary, at=BEFORE)

    def test_a_mark_stays_with_its_moment(self, meeting, secretary):
        leave = [replace(row, mark="leave") if row.name == "罗某某" else row for row in person_rows(meeting)]
        arrange_meeting(meeting, Arrangement({}, None, leave), by=secretary, at=BEFORE)
        arrange_meeting(meeting, Arrangement({"place": "二楼"}, None, leave), by=secretary, at=BEGINS)
        assert meeting.attendances.get(name="罗某某").noted_at == BEFORE
        change = json.loads(AuditEvent.objects.filter(verb="arrange_meeting").last().change)
        assert "罗" not in str(change)

    def test_only_the_secretary_arranges(self, meeting, office):
        with pytest.raises(NotAllowed):
            arrange_meeting(meeting, Arrangement({"place": "二楼"}), by=office, at=BEFORE)


class TestUpdating:
    def test_new_teams_come_in_and_closed_ones_go(self, meeting, action, secretary, team, other_team):
        late = factories.TeamFactory(action=action, order=90)
        chief = factories.MemberFactory(team=late, part="head").user
        team.closed_on = BEGINS.date() - timedelta(days=1)
        team.save()
        update_agenda(meeting, by=secretary, at=BEFORE)
        assert {item.team for item in meeting.items.filter(kind="report")} == {other_team, late}
        assert [item.kind for item in meeting.items.all()][-3:] == ["problems", "tasks", "speech"]
        assert {seat.team: seat.attendance.user for seat in meeting.seats.all()}[late] == chief
        assert not meeting.seats.filter(team=team).exists()

    def test_a_new_head_takes_the_seat(self, meeting, secretary, team, head):
        head.memberships.update(left_on=BEFORE.date())
        chief = factories.MemberFactory(team=team, part="head").user
        update_agenda(meeting, by=secretary, at=BEFORE)
        assert meeting.seats.get(team=team).attendance.user == chief

    def test_a_chair_named_later_is_listed_first_and_speaks(self, action, secretary, leader, table):
        meeting = make_meeting(action, secretary)
        arrange_meeting(meeting, Arrangement({"chair": leader}), by=secretary, at=BEFORE)
        update_agenda(meeting, by=secretary, at=BEFORE)
        assert meeting.attendances.first().user == leader
        assert meeting.items.get(kind="speech").speaker == leader

    def test_only_while_in_preparation(self, meeting, secretary):
        cancel_meeting(meeting, reason="改期", by=secretary, at=BEFORE)
        with pytest.raises(WrongState):
            update_agenda(meeting, by=secretary, at=BEFORE)


class TestAnnouncing:
    def test_everybody_with_an_account_is_told_once(self, meeting, secretary, head, other_head, office, leader, centre):
        announce_meeting(meeting, by=secretary, at=BEFORE)
        told = Notice.objects.filter(kind="meeting_announced")
        assert {notice.to for notice in told} == {head, other_head, office, leader, centre}
        assert "2026" in told.first().sentence
        with pytest.raises(WrongState):
            announce_meeting(meeting, by=secretary, at=BEFORE)

    def test_not_without_a_place(self, action, secretary, table):
        with pytest.raises(Invalid) as refusal:
            announce_meeting(make_meeting(action, secretary, place=""), by=secretary, at=BEFORE)
        assert "place" in refusal.value.fields

    def test_not_after_it_has_begun(self, meeting, secretary):
        with pytest.raises(WrongState):
            announce_meeting(meeting, by=secretary, at=BEGINS)

    def test_not_with_a_team_that_will_not_exist(self, meeting, secretary, team):
        team.closed_on = BEGINS.date() - timedelta(days=1)
        team.save()
        with pytest.raises(Invalid) as refusal:
            announce_meeting(meeting, by=secretary, at=BEFORE)
        assert team.short_name in str(refusal.value.message)

    def test_a_move_after_it_tells_the_new_and_the_old(self, meeting, secretary, head):
        announce_meeting(meeting, by=secretary, at=BEFORE)
        later = BEGINS + timedelta(days=1)
        move_meeting(meeting, starts_at=later, place="二楼", by=secretary, at=BEFORE)
        facts = Notice.objects.get(to=head, kind="meeting_changed").facts
        assert (facts["was_place"], facts["place"]) == ("县委三楼会议室", "二楼")
        assert facts["was"] != facts["begins"]

    def test_arranging_tells_it_as_well(self, meeting, secretary, head):
        announce_meeting(meeting, by=secretary, at=BEFORE)
        arrange_meeting(meeting, Arrangement({"place": "二楼"}), by=secretary, at=BEFORE)
        assert Notice.objects.filter(to=head, kind="meeting_changed").count() == 1

    def test_who_is_added_later_is_told_alone(self, meeting, secretary, head):
        announce_meeting(meeting, by=secretary, at=BEFORE)
        told = Notice.objects.filter(kind="meeting_announced").count()
        guest = factories.UserFactory(name="戴某某")
        people = [*person_rows(meeting), PersonRow.of(guest)]
        arrange_meeting(meeting, Arrangement({}, None, people), by=secretary, at=BEFORE)
        assert Notice.objects.filter(kind="meeting_announced").count() == told + 1
        assert Notice.objects.filter(to=guest).count() == 1

    def test_a_move_before_it_tells_nobody(self, meeting, secretary):
        move_meeting(meeting, starts_at=BEGINS + timedelta(days=1), place="二楼", by=secretary, at=BEFORE)
        assert not Notice.objects.exists()

    def test_a_move_keeps_the_marks(self, meeting, secretary):
        leave = [replace(row, mark="leave") if row.name == "罗某某" else row for row in person_rows(meeting)]
        arrange_meeting(meeting, Arrangement({}, None, leave), by=secretary, at=BEFORE)
        move_meeting(meeting, starts_at=BEGINS + timedelta(days=1), place="二楼", by=secretary, at=BEFORE)
        assert meeting.attendances.get(name="罗某某").mark == "leave"

    @pytest.mark.parametrize(("days", "place"), [(1, ""), (-9, "二楼"), (90, "二楼")])
    def test_a_move_needs_a_place_a_coming_day_and_the_same_year(self, meeting, secretary, days, place):
        announce_meeting(meeting, by=secretary, at=BEFORE)
        with pytest.raises(Invalid):
            move_meeting(meeting, starts_at=BEGINS + timedelta(days=days), place=place, by=secretary, at=BEFORE)

    def test_a_move_before_the_moment_for_leave_is_refused(self, meeting, secretary):
        early = {"leave_by": BEGINS - timedelta(hours=3)}
        meeting = arrange_meeting(meeting, Arrangement(early), by=secretary, at=BEFORE)
        with pytest.raises(Invalid) as refused:
            move_meeting(meeting, starts_at=BEGINS - timedelta(hours=4), place="二楼", by=secretary, at=BEFORE)
        assert refused.value.fields == {"__all__": "请假应当在会议开始前报备，请改填更早的时间。"}

    @pytest.mark.parametrize("role", ALONE)
    def test_only_the_secretary(self, request, meeting, role):
        person = request.getfixturevalue(role)
        for verb in (
            lambda: announce_meeting(meeting, by=person, at=BEFORE),
            lambda: move_meeting(meeting, starts_at=BEGINS, place="二楼", by=person, at=BEFORE),
            lambda: cancel_meeting(meeting, reason="改期", by=person, at=BEFORE),
            lambda: update_agenda(meeting, by=person, at=BEFORE),
        ):
            with pytest.raises(NotAllowed):
                verb()


class TestCancelling:
    def test_it_frees_its_number_and_keeps_its_key(self, meeting, action, secretary, head):
        announce_meeting(meeting, by=secretary, at=BEFORE)
        cancelled = cancel_meeting(meeting, reason=" 防汛 ", by=secretary, at=BEFORE)
        assert (cancelled.number, cancelled.code, cancelled.cancel_reason) == (None, str(meeting.pk), "防汛")
        assert Notice.objects.get(to=head, kind="meeting_cancelled").facts["reason"] == "防汛"
        assert make_meeting(action, secretary).number == 1

    def test_only_the_highest_number_is_used_again(self, meeting, action, secretary):
        make_meeting(action, secretary)
        cancel_meeting(meeting, reason="防汛", by=secretary, at=BEFORE)
        assert make_meeting(action, secretary).number == 3

    def test_nobody_is_told_of_what_was_never_announced(self, meeting, secretary):
        cancel_meeting(meeting, reason="防汛", by=secretary, at=BEFORE)
        assert not Notice.objects.exists()

    def test_not_without_a_reason_and_not_twice(self, meeting, secretary):
        with pytest.raises(Invalid):
            cancel_meeting(meeting, reason=" ", by=secretary, at=BEFORE)
        cancel_meeting(meeting, reason="防汛", by=secretary, at=BEFORE)
        with pytest.raises(WrongState):
            cancel_meeting(meeting, reason="防汛", by=secretary, at=BEFORE)


class TestItems:
    def test_a_deferred_item_is_offered_to_the_next_meeting(self, meeting, action, secretary):
        item = meeting.items.get(kind="problems")
        defer_item(item, by=secretary, at=BEFORE)
        following = make_meeting(action, secretary, kind="dispatch")
        assert list(deferred_items(action)) == [item]
        taken = take_up_item(item, meeting=following, by=secretary, at=BEFORE)
        assert (taken.continues, taken.kind) == (item, "problems")
        assert [each.kind for each in following.items.all()][-2:] == ["problems", "speech"]
        assert not deferred_items(action).exists()
        with pytest.raises(WrongState):
            take_up_item(item, meeting=following, by=secretary, at=BEFORE)
        with pytest.raises(WrongState):
            return_item(item, by=secretary, at=BEFORE)

    def test_the_report_of_a_team_is_continued_by_its_next(self, meeting, action, secretary, team):
        item = defer_item(meeting.items.get(team=team), by=secretary, at=BEFORE)
        following = make_meeting(action, secretary)
        assert take_up_item(item, meeting=following, by=secretary, at=BEFORE) == following.items.get(team=team)
        assert following.items.get(team=team).continues == item

    def test_it_can_be_returned_by_the_office_and_not_deferred_by_it(self, meeting, secretary, office):
        item = meeting.items.get(kind="problems")
        with pytest.raises(NotAllowed):
            defer_item(item, by=office, at=BEFORE)
        defer_item(item, by=secretary, at=BEFORE)
        with pytest.raises(WrongState):
            defer_item(item, by=secretary, at=BEFORE)
        assert return_item(item, by=office, at=BEFORE).state == "open"

    def test_a_note_and_a_statement_are_kept_and_not_told_to_auditors(self, meeting, secretary):
        item = meeting.items.get(kind="problems")
        write_item(item, note="两个专班发言", written="书面发言", by=secretary, at=BEFORE, seen=item.version)
        item.refresh_from_db()
        assert (item.note, item.written) == ("两个专班发言", "书面发言")
        assert "两个" not in AuditEvent.objects.get(verb="write_item").change
        with pytest.raises(Stale):
            write_item(item, note="别的", written="", by=secretary, at=BEFORE, seen=item.version - 1)

    def test_a_cancelled_meeting_offers_nothing(self, meeting, action, secretary):
        defer_item(meeting.items.get(kind="problems"), by=secretary, at=BEFORE)
        cancel_meeting(meeting, reason="防汛", by=secretary, at=BEFORE)
        assert not deferred_items(action).exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
class TestRaces:
    def test_two_plan_at_once_and_get_two_numbers(self, action, secretary):
        outcomes = race(*[lambda: lambda: make_meeting(action, secretary)] * 2)
        assert sorted(outcome.value.number for outcome in outcomes) == [1, 2]

    def test_two_type_the_same_number(self, action, secretary):
        outcomes = race(*[lambda: lambda: make_meeting(action, secretary, number=5)] * 2)
        one_winner(outcomes, Invalid)

    def test_two_save_the_same_page(self, action, secretary):
        meeting = make_meeting(action, secretary)

        def saving(place):
            seen = Meeting.objects.get(pk=meeting.pk).version
            return lambda: arrange_meeting(meeting, Arrangement({"place": place}), by=secretary, at=BEFORE, seen=seen)

        one_winner(race(lambda: saving("二楼"), lambda: saving("四楼")), Stale)
        assert AuditEvent.objects.filter(verb="arrange_meeting").count() == 1
