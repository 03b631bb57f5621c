"""The pages of meetings: what each shows to whom, the buttons for each step, queries at two sizes."""

from datetime import date, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from governance.clock import SHANGHAI
from governance.records.models import Notice
from teams.meetings.agenda.announcing import announce_meeting, cancel_meeting
from teams.meetings.agenda.holding import hold_meeting
from teams.meetings.agenda.items import defer_item
from teams.meetings.agenda.minutes import return_minutes, sign_minutes, submit_minutes, write_minutes
from teams.meetings.agenda.packs import bind_pack
from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.decisions.finishing import record_done
from teams.meetings.decisions.into_work import turn_into_work
from teams.meetings.decisions.work import ExistingTasks, Nothing
from teams.meetings.instructions.writing import LineWords, write_instruction
from teams.meetings.models import DecisionTeam, Meeting, ScreenPlace
from teams.models import NextStep
from tests import factories
from tests.budgets import counted
from tests.teams.meetings.factories import (
    BEFORE,
    BEGINS,
    a_decision,
    a_meeting,
    a_pack,
    a_problem_in_rectification,
    make_decision,
    make_meeting,
    make_requirement,
    make_showcase,
)
from tests.teams.meetings.sample_orders import issued
from tests.teams.sample_reports import drafted, moment, submitted

pytestmark = pytest.mark.django_db

AFTER = BEGINS + timedelta(hours=2)


@pytest.fixture(autouse=True)
def english(settings, client):
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"


@pytest.fixture
def meeting(action, secretary, leader, team, head, other_team, other_head, office, centre):
    return make_meeting(action, secretary, chair=leader)


def page(client, meeting, name="meeting", *args):
    return client.get(reverse(name, args=[meeting.code, *args]))


def text(response):
    return response.content.decode()


def post(client, meeting, name, *args, **data):
    return client.post(reverse(name, args=[meeting.code, *args]), data)


def at(moment):
    return time_machine.travel(moment, tick=False)


class TestMeetingPage:
    def test_everyone_reads_the_agenda_and_no_attendance(self, sign_in, meeting, head):
        shown = text(page(sign_in(head), meeting))
        assert meeting.title in shown and "Agenda" in shown
        for hidden in ("people are invited", 'id="history"', "Announce</a>", "专办甲"):
            assert hidden not in shown

    @pytest.mark.parametrize("role", ["office", "leader", "secretary"])
    def test_those_who_prepare_read_attendance_and_history(self, request, sign_in, meeting, role):
        shown = text(page(sign_in(request.getfixturevalue(role)), meeting))
        assert "people are invited" in shown and "planned a meeting" in shown

    def test_only_the_secretary_has_the_buttons(self, sign_in, meeting, secretary, office):
        address = reverse("meeting_announce", args=[meeting.code])
        with at(BEFORE):
            assert address in text(page(sign_in(secretary), meeting))
            assert address not in text(page(sign_in(office), meeting))

    def test_the_key_leads_to_the_address_with_the_number(self, as_office, meeting):
        response = as_office.get(reverse("meeting", args=[meeting.pk]))
        assert response.headers["Location"] == meeting.get_absolute_url()

    def test_a_cancelled_one_is_found_by_its_key(self, as_office, meeting, secretary):
        old = meeting.code
        cancelled = cancel_meeting(meeting, reason="防汛", by=secretary, at=BEFORE)
        assert "防汛" in text(page(as_office, cancelled))
        assert as_office.get(reverse("meeting", args=[old])).status_code == 404

    @pytest.mark.parametrize("code", ["promotion-2026-9", "other-2026-1", "x", "999999"])
    def test_another_address_is_none(self, as_office, meeting, code):
        assert as_office.get(reverse("meeting", args=[code])).status_code == 404

    def test_a_deferred_item_is_offered(self, sign_in, action, meeting, secretary):
        item = defer_item(meeting.items.get(kind="problems"), by=secretary, at=BEFORE)
        following = make_meeting(action, secretary, kind="dispatch")
        client = sign_in(secretary)
        with at(BEFORE):
            address = reverse("meeting_take_up", args=[following.code, item.pk])
            assert address in text(page(client, following))
            client.post(address)
        assert following.items.filter(continues=item).exists()

    def test_a_new_team_is_a_gap_that_one_click_fills(self, sign_in, action, meeting, secretary):
        late = factories.TeamFactory(action=action, order=90)
        client = sign_in(secretary)
        with at(BEFORE):
            assert "Bring up to date" in text(page(client, meeting))
            post(client, meeting, "meeting_update")
            assert "Bring up to date" not in text(page(client, meeting))
        assert meeting.items.filter(team=late).exists()

    def test_decisions_not_adopted_are_not_shown_to_teams(self, sign_in, meeting, head):
        make_decision(meeting, text="尚未议定")
        assert "尚未议定" not in text(page(sign_in(head), meeting))

    @pytest.mark.parametrize("role", ["office", "secretary", "head"])
    def test_as_many_queries_at_80_teams_as_at_8(self, request, sign_in, action, secretary, role):
        person = request.getfixturevalue(role)
        asked = []
        for teams in (8, 72):
            for _each in range(teams):
                factories.MemberFactory(team=factories.TeamFactory(action=action), part="head")
            meeting = make_meeting(action, secretary)
            make_decision(meeting, teams=list(action.teams.all()))
            client = sign_in(person)
            with at(BEFORE), counted() as queries:
                assert page(client, meeting).status_code == 200
            with at(BEFORE), counted() as of_list:
                assert client.get(reverse("meeting_list")).status_code == 200
            asked.append((len(queries), len(of_list)))
        assert asked[0] == asked[1], asked
        assert max(asked[0]) <= 25, [query["sql"][:150] for query in queries]


class TestListPage:
    def test_the_next_one_with_its_gaps_and_what_is_not_done(self, sign_in, meeting, secretary, office, team):
        held = make_meeting(meeting.action, secretary, kind="dispatch", chair=meeting.chair)
        decision = make_decision(
            held, text="未转办的", state="adopted", adopted_at=AFTER, adopted_by=office, due_on=BEGINS.date()
        )
        DecisionTeam.objects.create(decision=decision, team=team, at=AFTER, by=office)
        hold_meeting(held, by=secretary, at=AFTER)
        client = sign_in(secretary)
        with at(BEFORE):
            shown = text(client.get(reverse("meeting_list")))
            assert "The meeting is not announced yet" in shown and "未转办的" in shown and "Not yet work" in shown
            assert "未转办的" not in text(client.get(reverse("meeting_list") + "?decisions=overdue"))
            work = reverse("decision_work", args=[held.code, decision.number])
            assert work not in shown and work in text(sign_in(office).get(reverse("meeting_list")))

    def test_it_says_how_to_begin(self, as_office, action):
        assert "No meeting yet" in text(as_office.get(reverse("meeting_list")))

    def test_only_the_secretary_plans(self, sign_in, as_office, action, secretary):
        assert reverse("meeting_new", args=["dispatch"]) not in text(as_office.get(reverse("meeting_list")))
        assert reverse("meeting_new", args=["dispatch"]) in text(sign_in(secretary).get(reverse("meeting_list")))


class TestPlanning:
    def test_all_but_the_day_is_filled_in(self, sign_in, action, secretary, leader, meeting):
        client = sign_in(secretary)
        address = reverse("meeting_new", args=["promotion"])
        shown = text(client.get(address))
        assert 'value="第2次推进会"' in shown and 'value="15:00"' in shown and "县委三楼会议室" in shown
        assert client.get(reverse("meeting_new", args=["picnic"])).status_code == 404
        form = {
            "number": 2,
            "title": "",
            "starts_at_0": "2026-11-10",
            "starts_at_1": "15:00",
            "place": "三楼",
            "chair": leader.pk,
            "secretary": secretary.pk,
            "leave_by_0": "2026-11-09",
            "leave_by_1": "12:00",
        }
        late = client.post(address, form | {"leave_by_0": "2026-11-11"})
        assert late.status_code == 422 and "Leave is reported before the meeting begins" in text(late)
        response = client.post(address, form)
        assert response.headers["Location"] == reverse("meeting", args=["promotion-2026-2"])
        assert str(Meeting.objects.get(number=2, kind="promotion").leave_by) == "2026-11-09 04:00:00+00:00"
        refused = client.post(address, form)
        assert refused.status_code == 422 and "next free number" in text(refused)

    def test_changing_the_time_tells_everyone(self, sign_in, meeting, secretary, head):
        announce_meeting(meeting, by=secretary, at=BEFORE)
        client = sign_in(secretary)
        with at(BEFORE):
            shown = page(client, meeting, "meeting_edit")
            form = {name: value for name, value in shown.context["form"].initial.items() if value is not None}
            form |= {"starts_at_0": "2026-10-21", "starts_at_1": "09:00", "chair": meeting.chair_id}
            form["secretary"] = secretary.pk
            form.pop("starts_at")
            assert post(client, meeting, "meeting_edit", **form).status_code == 302
            assert post(client, meeting, "meeting_edit", **form | {"place": "二楼"}).status_code == 409
        assert Notice.objects.filter(to=head, kind="meeting_changed").count() == 1


class TestSteps:
    def test_announced_held_written_submitted_signed_and_corrected(self, sign_in, meeting, secretary, office, head):
        client = sign_in(secretary)
        with at(BEFORE):
            assert page(client, meeting, "meeting_announce").status_code == 200
            assert post(client, meeting, "meeting_announce", version=meeting.version).status_code == 302
            assert page(client, meeting, "meeting_hold").status_code == 409
            post(client, meeting, "meeting_bind")
        with at(AFTER):
            client = sign_in(secretary)
            assert "Record as held" in text(page(client, meeting, "meeting_hold"))
            version = Meeting.objects.get(pk=meeting.pk).version
            assert post(client, meeting, "meeting_hold", version=version).status_code == 302
            version = Meeting.objects.get(pk=meeting.pk).version
            saved = post(client, meeting, "meeting_minutes", text="会议听取了汇报。", version=version)
            assert saved.headers["Location"] == reverse("meeting_minutes", args=[meeting.code])
            version = Meeting.objects.get(pk=meeting.pk).version
            done = post(client, meeting, "meeting_minutes", text="会议听取了汇报。", version=version, submit="1")
            assert done.headers["Location"] == meeting.get_absolute_url()
            assert post(client, meeting, "meeting_minutes", version=version + 2).status_code == 403
            client = sign_in(office)
            assert "Read and sign" in text(page(client, meeting))
            shown = page(client, meeting, "meeting_minutes")
            assert "Sign and issue" in text(shown)
            version = shown.context["form"]["version"].value()
            assert post(client, meeting, "meeting_minutes", version=version).status_code == 302
            assert "会议听取了汇报。" in text(page(sign_in(head), meeting))
            client = sign_in(office)
            version = page(client, meeting, "minutes_correct").context["form"]["version"].value()
            assert post(client, meeting, "minutes_correct", reason="错字", version=version - 1).status_code == 409
            assert post(client, meeting, "minutes_correct", reason="错字", version=version).status_code == 302
        assert Meeting.objects.get(pk=meeting.pk).state == "held"
        assert meeting.packs.count() == 1

    def test_sent_back_with_a_reason(self, sign_in, meeting, secretary, office):
        hold_meeting(meeting, by=secretary, at=AFTER)
        write_minutes(meeting, text="一", by=secretary, at=AFTER)
        submit_minutes(meeting, by=secretary, at=AFTER)
        client = sign_in(office)
        version = page(client, meeting, "minutes_return").context["form"]["version"].value()
        assert post(client, meeting, "minutes_return", reason="", version=version).status_code == 422
        assert post(client, meeting, "minutes_return", reason="漏一项").status_code == 422
        assert post(client, meeting, "minutes_return", reason="漏一项", version=version).status_code == 302
        assert "漏一项" in text(page(sign_in(secretary), meeting, "meeting_minutes"))

    def test_minutes_that_were_submitted_anew_are_not_sent_back_unread(self, sign_in, meeting, secretary, office):
        hold_meeting(meeting, by=secretary, at=AFTER)
        write_minutes(meeting, text="一", by=secretary, at=AFTER)
        submit_minutes(meeting, by=secretary, at=AFTER)
        client = sign_in(office)
        read = page(client, meeting, "minutes_return").context["form"]["version"].value()
        return_minutes(meeting, reason="漏一项", by=office, at=AFTER)
        write_minutes(meeting, text="一、二", by=secretary, at=AFTER)
        submit_minutes(meeting, by=secretary, at=AFTER)
        assert post(client, meeting, "minutes_return", reason="漏一项", version=read).status_code == 409
        assert Meeting.objects.get(pk=meeting.pk).state == "minutes_submitted"

    def test_cancelled_and_returned_to_preparation(self, sign_in, meeting, secretary):
        client = sign_in(secretary)
        with at(AFTER):
            hold_meeting(meeting, by=secretary, at=AFTER)
            version = Meeting.objects.get(pk=meeting.pk).version
            assert page(client, meeting, "meeting_unhold").status_code == 200
            assert post(client, meeting, "meeting_unhold", version=version).status_code == 302
            assert page(client, meeting, "meeting_cancel").status_code == 200
            version = Meeting.objects.get(pk=meeting.pk).version
            assert post(client, meeting, "meeting_cancel", reason="防汛", version=version - 1).status_code == 409
            assert post(client, meeting, "meeting_cancel", reason="防汛", version=version).status_code == 302
        assert Meeting.objects.get(pk=meeting.pk).state == "cancelled"

    def test_an_item_is_noted_deferred_and_returned(self, sign_in, meeting, secretary):
        item = meeting.items.get(kind="problems")
        client = sign_in(secretary)
        assert page(client, meeting, "meeting_item", item.pk).status_code == 200
        assert post(client, meeting, "meeting_item", item.pk, note="一", written="", version=1).status_code == 302
        for name, state in (("meeting_item_defer", "deferred"), ("meeting_item_return", "open")):
            assert post(client, meeting, name, item.pk).status_code == 302
            item.refresh_from_db()
            assert item.state == state

    def test_attendance_is_noted_on_one_page_with_a_guest(self, sign_in, meeting, secretary, head):
        row = meeting.attendances.get(user=head)
        client = sign_in(secretary)
        with at(BEFORE):
            form = page(client, meeting, "meeting_attendance").context["form"]
            data = {bound.html_name: bound.value() or "" for bound in form}
            data |= {f"mark_{row.pk}": "stand_in", "guest_name": "戴某某", "guest_unit": "县市场监管局"}
            refused = post(client, meeting, "meeting_attendance", **data)
            assert refused.status_code == 422 and "Name the stand-in." in text(refused)
            data[f"stand_in_{row.pk}"] = "冯某某"
            assert post(client, meeting, "meeting_attendance", **data).status_code == 302
        row.refresh_from_db()
        assert (row.mark, row.stand_in) == ("stand_in", "冯某某")
        assert meeting.attendances.get(name="戴某某").capacity == "sitting_in"


class TestScreen:
    def test_all_teams_are_on_one_page_as_bound_or_as_of_now(self, as_office, meeting, team, other_team, office, task):
        now = text(page(as_office, meeting, "meeting_screen"))
        assert f'id="{team.code}"' in now and f'id="{other_team.code}"' in now
        assert "figures of now" in now and task.title in now
        bind_pack(meeting, by=office, at=BEFORE)
        task.title = "别的"
        task.save()
        bound = text(page(as_office, meeting, "meeting_screen"))
        assert "Pack no. 1" in bound and "别的" not in bound

    def test_it_says_what_was_promised_what_comes_next_and_what_there_is_to_show(
        self, as_office, meeting, action, team, head, office
    ):
        early = {"starts_on": date(2026, 10, 1), "ends_on": date(2026, 10, 10), "due_at": moment(11, 18)}
        before, after = factories.PeriodFactory(action=action, **early), factories.PeriodFactory(action=action)
        first = drafted(team, before, by=head, at=moment(11))
        second = submitted(team, after, factories.make_task(team=team), by=head, at=moment(20))
        NextStep.objects.create(
            report=first, text="结对单位增至20家", due_on=date(2026, 10, 15), followed_in=second, outcome="partly"
        )
        NextStep.objects.create(report=second, text="逐件包联补齐", due_on=date(2026, 11, 15))
        make_showcase(team, by=office, at=BEFORE, title="双报到积分制")
        live = text(page(as_office, meeting, "meeting_screen"))
        for words in ("结对单位增至20家", "Partly done", "逐件包联补齐", "2026-11-15", "双报到积分制"):
            assert words in live, words
        bind_pack(meeting, by=office, at=moment(20, 14))
        NextStep.objects.update(text="别的")
        bound = text(page(as_office, meeting, "meeting_screen"))
        assert "结对单位增至20家" in bound and "别的" not in bound

    def test_the_place_is_kept(self, as_office, meeting, team):
        item = meeting.items.get(team=team)
        assert post(as_office, meeting, "meeting_screen_place", item.pk).status_code == 302
        assert ScreenPlace.objects.get(meeting=meeting).item == item
        assert 'data-shown="yes"' in text(page(as_office, meeting, "meeting_screen"))

    def test_who_opens_it(self, sign_in, meeting, leader, head, centre, secretary):
        answers = [
            page(sign_in(person), meeting, "meeting_screen").status_code for person in (leader, secretary, head, centre)
        ]
        assert answers == [200, 200, 403, 403]
        assert post(sign_in(leader), meeting, "meeting_screen_place", meeting.items.first().pk).status_code == 403

    def test_as_many_queries_at_80_teams_as_at_8(self, as_office, action, secretary):
        asked = []
        for teams in (8, 72):
            for _each in range(teams):
                factories.make_task(team=factories.TeamFactory(action=action))
            meeting = make_meeting(action, secretary)
            with counted() as queries:
                page(as_office, meeting, "meeting_screen")
            asked.append(len(queries))
        assert asked[0] == asked[1] <= 25


def test_the_issue_is_read_by_everyone(sign_in, meeting, secretary, office, head):
    hold_meeting(meeting, by=secretary, at=AFTER)
    write_minutes(meeting, text="会议听取了汇报。", by=secretary, at=AFTER)
    submit_minutes(meeting, by=secretary, at=AFTER)
    assert "会议听取了汇报。" not in text(page(sign_in(head), meeting))
    sign_minutes(meeting, by=office, at=AFTER)
    assert "会议听取了汇报。" in text(page(sign_in(head), meeting))


class TestFollowUp:
    """What became of earlier decisions and instructions, on the page itself."""

    @pytest.fixture
    def earlier(self, action, team, other_team, office, secretary):
        """Held on 29 September: decision 1 for two teams is overdue, decision 2 for one has no day."""
        met = datetime(2026, 9, 29, 15, 0, tzinfo=SHANGHAI)
        held = a_meeting(action, kind="dispatch", number=1, title="第1次调度会", starts_at=met, secretary=secretary)
        for teams, text_of, due in (([team, other_team], "核准数据", date(2026, 10, 10)), ([team], "补办微心愿", None)):
            adopt_decision(a_decision(held, *teams, text=text_of, due_on=due), by=office, at=met + timedelta(hours=2))
        return held

    def test_it_is_live_until_the_meeting_is_held(self, sign_in, earlier, meeting, team, other_team, secretary, office):
        with at(BEFORE):
            shown = text(page(sign_in(secretary), meeting))
            assert "2 overdue; 1 in progress." in shown
            assert f"{team.short_name}, {other_team.short_name}" in shown
            assert "Dispatch meeting no. 1, decision 1</a> 核准数据" in shown
            assert "as of now" in shown
        record_done(earlier.decisions.get(number=2), team, done_on=BEFORE.date(), text="已补", by=office, at=BEFORE)
        with at(BEFORE):
            assert "2 overdue; 1 done since the last meeting." in text(page(sign_in(secretary), meeting))

    def test_and_as_bound_afterwards(self, sign_in, earlier, meeting, team, secretary, office):
        hold_meeting(meeting, by=secretary, at=AFTER)
        record_done(earlier.decisions.get(number=2), team, done_on=AFTER.date(), text="已补", by=office, at=AFTER)
        shown = text(page(sign_in(secretary), meeting))
        assert "2 overdue; 1 in progress." in shown
        assert "as bound on" in shown

    def test_a_team_reads_its_own_rows(self, sign_in, earlier, meeting, other_head, centre, other_team, team):
        with at(BEFORE):
            shown = text(page(sign_in(other_head), meeting))
            assert "1 overdue." in shown and "补办微心愿" not in shown
            assert f"{team.short_name}, " not in shown
            assert "Nothing is left from earlier meetings." in text(page(sign_in(centre), meeting))

    def test_lines_of_instructions_lead_to_them(self, sign_in, meeting, action, leader, office, secretary):
        words = LineWords(text="逐件包联", due_on=BEFORE.date())
        instruction = write_instruction(action, [words], by=leader, at=BEFORE)
        address = f"/instructions/2026-{instruction.number}/#line-1"
        with at(BEFORE):
            assert address in text(page(sign_in(office), meeting))
        hold_meeting(meeting, by=secretary, at=AFTER)
        assert address in text(page(sign_in(office), meeting))

    @pytest.mark.parametrize("is_held", [False, True])
    def test_at_most_25_queries_at_8_and_at_80_teams(self, sign_in, office, action, secretary, leader, centre, is_held):
        asked = []
        for count in (8, 72):
            teams = [factories.TeamFactory(action=action) for _each in range(count)]
            tasks = ExistingTasks({team.pk: factories.make_task(team=team) for team in teams})
            met = BEGINS - timedelta(days=20 + count)
            held = a_meeting(action, kind="dispatch", number=count, title="调度会", starts_at=met, secretary=secretary)
            bind_at = met - timedelta(hours=1)
            a_pack(held, bind_at)
            for number, work in enumerate((Nothing(), tasks)):
                decision = adopt_decision(a_decision(held, text=f"{number}", due_on=met.date()), by=office, at=BEFORE)
                turn_into_work(decision, work, by=office, at=BEFORE)
            write_instruction(action, [LineWords(text="包联", due_on=BEFORE.date())], by=leader, at=BEFORE)
            make_requirement(action, document=f"{count}号")
            meeting = make_meeting(action, secretary, chair=leader)
            if is_held:
                meeting = hold_meeting(meeting, by=secretary, at=AFTER)
                adopt_decision(a_decision(meeting), by=office, at=AFTER)
            client = sign_in(office)
            moment = AFTER if is_held else BEFORE
            with at(moment):
                page(client, meeting)  # the session keeps the moment
            with at(moment), counted() as queries:
                shown = text(page(client, meeting))
            assert 'id="follow-up"' in shown and "Chapter" in shown
            asked.append(len(queries))
        assert asked[0] == asked[1] <= 25, [print(each["sql"][:230]) for each in queries]


class TestChapter:
    """A team's chapter, on a page of its own."""

    @pytest.fixture
    def behind(self, team):
        return factories.make_task(team=team, title="示范走廊建设", due_on=date(2026, 9, 30))

    def test_it_is_live_until_the_meeting_is_held_and_as_bound_afterwards(
        self, sign_in, meeting, team, behind, head, office, secretary
    ):
        with at(BEFORE):
            shown = text(page(sign_in(office), meeting, "meeting_chapter", team.code))
            assert "示范走廊建设" in shown and "Not reported." in shown and "as of now" in shown
        hold_meeting(meeting, by=secretary, at=AFTER)
        behind.title = "别的"
        behind.save()
        kept = text(page(sign_in(head), meeting, "meeting_chapter", team.code))
        assert "示范走廊建设" in kept and "别的" not in kept and "as bound on" in kept

    def test_what_a_team_has_stands_in_it(self, sign_in, meeting, team, behind, head, office):
        order = issued(behind, by=office, at=BEFORE)
        problem = a_problem_in_rectification(team, by=office, head=head, at=BEFORE, found_on=BEFORE.date())
        make_showcase(team, by=office, at=BEFORE)
        with at(BEFORE):
            shown = text(page(sign_in(head), meeting, "meeting_chapter", team.code))
        assert order.get_absolute_url() in shown and problem.get_absolute_url() in shown
        assert "村集体股份合作制改革试点" in shown

    def test_a_team_reads_its_own(self, sign_in, meeting, team, other_team, other_head, head, leader, office, centre):
        def answers(person):
            client = sign_in(person)
            return [page(client, meeting, "meeting_chapter", each.code).status_code for each in (team, other_team)]

        assert (answers(office), answers(leader)) == ([200, 200], [200, 200])
        assert (answers(head), answers(other_head), answers(centre)) == ([200, 404], [404, 200], [404, 404])

    def test_the_secretary_while_the_meeting_is_planned_or_held(self, sign_in, meeting, team, secretary, office):
        address = ("meeting_chapter", team.code)
        assert page(sign_in(secretary), meeting, *address).status_code == 200
        hold_meeting(meeting, by=secretary, at=AFTER)
        assert page(sign_in(secretary), meeting, *address).status_code == 200
        write_minutes(meeting, text="会议听取了汇报。", by=secretary, at=AFTER)
        submit_minutes(meeting, by=secretary, at=AFTER)
        assert page(sign_in(secretary), meeting, *address).status_code == 404
        assert page(sign_in(office), meeting, *address).status_code == 200

    def test_the_page_of_the_meeting_leads_to_those_that_are_read(
        self, sign_in, meeting, team, other_team, head, office
    ):
        addresses = [reverse("meeting_chapter", args=[meeting.code, each.code]) for each in (team, other_team)]
        with at(BEFORE):
            assert [each in text(page(sign_in(office), meeting)) for each in addresses] == [True, True]
            assert [each in text(page(sign_in(head), meeting)) for each in addresses] == [True, False]

    def test_a_cancelled_meeting_and_a_team_of_another_time_have_none(
        self, as_office, meeting, team, secretary, action
    ):
        later = factories.TeamFactory(action=action, established_on=BEGINS.date() + timedelta(days=1))
        assert page(as_office, meeting, "meeting_chapter", later.code).status_code == 404
        cancelled = cancel_meeting(meeting, reason="防汛", by=secretary, at=BEFORE)
        assert page(as_office, cancelled, "meeting_chapter", team.code).status_code == 404
