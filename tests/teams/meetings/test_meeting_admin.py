"""The secretary's page of a meeting in the admin site: one page, one verb, one event."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from governance.clock import SHANGHAI
from governance.records.fields import MomentOfDayField
from governance.records.models import AuditEvent, Notice
from teams.meetings.agenda.holding import hold_meeting
from teams.meetings.agenda.planning import arrange_meeting
from teams.meetings.agenda.rows import Arrangement
from teams.meetings.models import Decision, Meeting
from tests import factories
from tests.forms_seen import forms_of, sent_by_enter
from tests.teams.meetings.factories import BEFORE, BEGINS, make_decision, make_meeting

pytestmark = pytest.mark.django_db

OTHERS = ["office", "centre", "leader", "auditor", "administrator", "head", "superuser"]


@pytest.fixture(autouse=True)
def before_the_meeting(settings):
    settings.DEMO_TODAY = BEFORE.date()


@pytest.fixture
def meeting(action, secretary, leader, team, head, other_team, other_head, office, centre):
    return make_meeting(action, secretary, chair=leader)


@pytest.fixture
def browser(client, secretary):
    """A browser in which the secretary is signed in."""
    client.force_login(secretary)
    return client


def url(name, *args):
    return reverse(f"admin:meetings_meeting_{name}", args=args)


def sent_as_shown(response):
    """What the page's form would send as it stands, by the name of each field."""
    page = next(form for form in forms_of(response.content.decode()) if form.attributes.get("id") == "meeting_form")
    assert page.posts
    return bound_values(response.context["adminform"].form)


def bound_values(form):
    values = {}
    for part in [form, *shown_parts(form)]:
        if part is not form:
            values |= {
                part.management_form.add_prefix(name): part.management_form[name].value()
                for name in ("TOTAL_FORMS", "INITIAL_FORMS")
            }
        for each in [form] if part is form else part.forms:
            for bound in each:
                value = bound.value()
                is_moment = isinstance(bound.field, MomentOfDayField)
                if is_moment and not isinstance(value, list):
                    moment = value.astimezone(SHANGHAI) if value else None
                    value = [moment.date(), moment.strftime("%H:%M")] if moment else ["", ""]
                if is_moment:
                    values |= {f"{bound.html_name}_{place}": str(piece or "") for place, piece in enumerate(value)}
                elif isinstance(value, list):
                    values[bound.html_name] = [str(piece) for piece in value]
                elif value not in (None, False):
                    values[bound.html_name] = str(value)
    return values


def shown_parts(form):
    return [form.items, form.people, form.guests, form.decisions] if hasattr(form, "arranges") else []


def shown(browser, meeting):
    return sent_as_shown(browser.get(url("change", meeting.pk)))


def save(browser, meeting, **changes):
    return browser.post(url("change", meeting.pk), shown(browser, meeting) | changes)


def form_of(response):
    return response.context["adminform"].form


def faults(response):
    """Every error of the page: field names of the form, and (table, row, field) of its tables."""
    form = form_of(response)
    found = set(form.errors)
    for part in form.parts:
        found |= {(part.prefix, place, name) for place, row in enumerate(part.forms) for name in row.errors}
    return found


@pytest.fixture
def events(meeting):
    """The verbs of the events since everything else was there."""
    last = AuditEvent.objects.order_by("pk").last().pk
    return lambda: list(AuditEvent.objects.filter(pk__gt=last).order_by("pk"))


# Who comes in --------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("name", ["changelist", "add", "guests"])
@pytest.mark.parametrize("who", OTHERS)
def test_only_secretaries_come_in(client, request, action, who, name):
    client.force_login(request.getfixturevalue(who))
    assert client.get(url(name), follow=True).status_code == 403


@pytest.mark.parametrize("name", ["change", "announce", "hold", "bind", "update"])
@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("who", OTHERS)
def test_only_secretaries_touch_a_meeting(client, request, meeting, who, method, name):
    client.force_login(request.getfixturevalue(who))
    assert getattr(client, method)(url(name, meeting.pk), follow=True).status_code == 403


def test_the_index_shows_meetings_alone_and_what_waits(browser, meeting, action):
    page = browser.get("/admin/")
    assert [model["object_name"] for app in page.context["app_list"] for model in app["models"]] == ["Meeting"]
    lines = {str(line.text): line.url for line in page.context["lines"]}
    assert list(lines) == ["第1次推进会", "筹备推进会", "筹备调度会", "筹备专题会"]
    assert lines["筹备调度会"] == url("add") + "?kind=dispatch"


def test_the_index_names_minutes_that_are_due(browser, meeting, secretary, settings):
    hold_meeting(meeting, by=secretary, at=BEGINS)
    settings.DEMO_TODAY = BEGINS.date()
    line = browser.get("/admin/").context["lines"][0]
    assert str(line.text) == "第1次推进会纪要"
    assert "27" in str(line.note)


def test_administrators_see_no_meeting(client, administrator, meeting):
    client.force_login(administrator)
    page = client.get("/admin/")
    assert page.context["lines"] == []
    assert "Meeting" not in [model["object_name"] for app in page.context["app_list"] for model in app["models"]]


def test_without_an_action_nothing_is_prepared(browser):
    assert browser.get("/admin/").context["lines"] == []
    assert browser.get(url("add"))["Location"] == "/admin/"


# A new meeting -------------------------------------------------------------------------------------------------------
def test_everything_but_the_day_is_filled_in(browser, meeting, leader, secretary):
    form = form_of(browser.get(url("add") + "?kind=promotion"))
    shown = {bound.name: bound.value() for bound in form}
    assert (shown["number"], shown["title"], shown["place"]) == (2, "第2次推进会", "县委三楼会议室")
    assert (shown["chair"], shown["secretary"], shown["kind"]) == (leader.pk, secretary.pk, "promotion")
    assert shown["starts_at"][0] is None
    assert shown["starts_at"][1].hour == 15


def test_saving_lays_out_agenda_and_seats_and_leads_to_the_page(browser, meeting, team, other_team, events):
    values = sent_as_shown(browser.get(url("add") + "?kind=dispatch")) | {"starts_at_0": "2026-11-10"}
    answer = browser.post(url("add"), values)
    planned = Meeting.objects.get(kind="dispatch")
    assert answer["Location"] == url("change", planned.pk)
    assert (planned.number, planned.title) == (1, "第1次调度会")
    assert {item.team for item in planned.items.all()} == {None, team, other_team}
    assert planned.seats.count() == 2
    assert [event.verb for event in events()] == ["plan_meeting"]


@pytest.mark.parametrize("day", ["", "2026-02-30", "0206-11-10", "下周二"])
def test_a_bad_day_is_refused_in_place(browser, meeting, day):
    values = sent_as_shown(browser.get(url("add"))) | {"starts_at_0": day}
    answer = browser.post(url("add"), values)
    assert answer.status_code == 422
    assert form_of(answer).errors.keys() == {"starts_at"}
    assert Meeting.objects.count() == 1


def test_a_number_that_is_taken_is_refused_in_place(browser, meeting):
    values = sent_as_shown(browser.get(url("add"))) | {"starts_at_0": "2026-11-10", "number": "1"}
    answer = browser.post(url("add"), values)
    assert answer.status_code == 422
    assert "number" in form_of(answer).errors


# The whole page ------------------------------------------------------------------------------------------------------
def test_saving_it_as_it_is_changes_nothing(browser, meeting, events):
    assert save(browser, meeting).status_code == 302
    assert not events()


def test_the_whole_page_is_saved_by_one_verb(browser, meeting, team, events):
    values = shown(browser, meeting)
    answer = save(
        browser,
        meeting,
        **{
            "place": "县委一楼会议室",
            "items-0-title": "第1次调度会议定事项",
            "people-0-mark": "leave",
            "guests-0-name": "张某某",
            "guests-0-post": "局长",
            "decisions-0-text": "限期整治完",
            "decisions-0-audience": "named",
            "decisions-0-named": [str(team.pk)],
            "decisions-0-due_on": "2026-11-30",
        },
    )
    assert answer["Location"] == url("change", meeting.pk)
    meeting.refresh_from_db()
    assert meeting.place == "县委一楼会议室"
    assert meeting.items.get(pk=values["items-0-key"]).title == "第1次调度会议定事项"
    assert meeting.attendances.get(pk=values["people-0-key"]).mark == "leave"
    guest = meeting.attendances.last()
    assert (guest.name, guest.post, guest.capacity, guest.user) == ("张某某", "局长", "sitting_in", None)
    decision = meeting.decisions.get()
    assert (decision.text, list(decision.named.all()), decision.due_on) == ("限期整治完", [team], date(2026, 11, 30))
    assert [event.verb for event in events()] == ["arrange_meeting"]
    assert "限期整治完" not in events()[0].change


@pytest.mark.parametrize(
    ("row", "number", "expected"), [(3, 1, [3, 0, 1, 2]), (0, 3, [1, 2, 0, 3]), (1, "", [0, 2, 3])]
)
def test_a_number_moves_an_item(browser, meeting, row, number, expected):
    before = list(meeting.items.values_list("pk", flat=True))
    save(browser, meeting, **{f"items-{row}-order": str(number)})
    after = [before.index(key) for key in meeting.items.values_list("pk", flat=True)]
    assert after[: len(expected)] == expected


def test_an_item_and_a_person_are_taken_out(browser, meeting, events):
    items, people = meeting.items.count(), meeting.attendances.count()
    save(browser, meeting, **{"items-1-gone": "on", "people-1-gone": "on"})
    assert (meeting.items.count(), meeting.attendances.count()) == (items - 1, people - 1)
    assert [event.verb for event in events()] == ["arrange_meeting"]


def test_an_item_is_added_with_a_speaker_from_the_list(browser, meeting, head):
    place = meeting.items.count()
    values = {f"items-{place}-{name}": value for name, value in {"title": "表态", "kind": "statement"}.items()}
    save(browser, meeting, **values, **{f"items-{place}-speaker": head.title})
    item = meeting.items.last()
    assert (item.title, item.kind, item.speaker, item.length_minutes) == ("表态", "statement", head, 10)


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        ({"items-0-speaker": "查无此人"}, ("items", 0, "speaker")),
        ({"items-0-kind": "report"}, ("items", 0, "team")),
        ({"items-0-length_minutes": "0"}, ("items", 0, "length_minutes")),
        ({"people-0-mark": "stand_in"}, ("people", 0, "stand_in")),
        ({"people-0-mark": "present"}, ("people", 0, "mark")),
        ({"decisions-0-text": "早了", "decisions-0-due_on": "2026-10-19"}, ("decisions", 0, "due_on")),
        ({"decisions-0-text": "无对象", "decisions-0-audience": "named"}, ("decisions", 0, "named")),
        ({"guests-0-post": "只有职务"}, ("guests", 0, "name")),
        ({"starts_at_0": "2027-01-05"}, "starts_at"),
        ({"title": ""}, "title"),
        ({"leave_by_0": "2026-10-19"}, "leave_by"),
        ({"leave_by_0": "2026-10-20", "leave_by_1": "15:01"}, "__all__"),
    ],
)
def test_what_is_wrong_is_said_beside_it_and_nothing_is_saved(browser, meeting, values, fault, events):
    answer = save(browser, meeting, **values, place="别处")
    assert answer.status_code == 422
    assert faults(answer) == {fault}
    assert bound_values(form_of(answer))["place"] == "别处"
    assert not events()


def test_the_moment_by_which_leave_is_told_is_typed_and_taken_back(browser, meeting):
    for typed, kept in ((("2026-10-19", "12:00"), BEGINS - timedelta(hours=27)), (("", ""), None)):
        assert save(browser, meeting, leave_by_0=typed[0], leave_by_1=typed[1]).status_code == 302
        meeting.refresh_from_db()
        assert meeting.leave_by == kept


def test_a_team_that_does_not_exist_on_the_day_is_not_offered(browser, meeting, other_team):
    meeting.items.filter(team=other_team).delete()
    type(other_team).objects.filter(pk=other_team.pk).update(closed_on=date(2026, 10, 15))
    place = meeting.items.count()
    answer = save(browser, meeting, **{f"items-{place}-kind": "report", f"items-{place}-team": str(other_team.pk)})
    assert faults(answer) == {("items", place, "team")}
    answer = save(
        browser,
        meeting,
        **{"decisions-0-text": "限期", "decisions-0-audience": "named", "decisions-0-named": [str(other_team.pk)]},
    )
    assert faults(answer) == {("decisions", 0, "named")}


def test_a_team_closed_by_the_day_keeps_the_meeting_from_being_announced(browser, meeting, other_team):
    type(other_team).objects.filter(pk=other_team.pk).update(closed_on=date(2026, 10, 15))
    assert save(browser, meeting).status_code == 302
    answer = browser.post(url("announce", meeting.pk), {"version": meeting.version})
    assert answer.status_code == 422
    assert other_team.short_name in str(answer.context["form"].errors)


def test_a_proposed_decision_is_corrected_and_keeps_what_the_page_does_not_ask(browser, meeting, events):
    make_decision(meeting, audience="all", makes="nothing", level=3)
    save(browser, meeting, **{"decisions-0-text": "年底前完成"})
    decision = meeting.decisions.get()
    assert (decision.text, decision.makes, decision.level) == ("年底前完成", "nothing", 3)
    assert [event.verb for event in events()] == ["arrange_meeting"]


def test_a_decision_adopted_meanwhile_is_not_written_over(browser, meeting, office):
    decision = make_decision(meeting, audience="all")
    values = shown(browser, meeting) | {"decisions-0-text": "改了"}
    Decision.objects.update(state="adopted", adopted_at=BEFORE, adopted_by=office)
    answer = browser.post(url("change", meeting.pk), values)
    assert answer.status_code == 409
    decision.refresh_from_db()
    assert decision.text == "限期整治完"
    assert "改了" in answer.content.decode()


@pytest.mark.parametrize("total", ["9" * 40, "", "-1", "0", "3", "x", "300"])
@pytest.mark.parametrize("part", ["items", "people"])
def test_a_table_with_an_impossible_number_of_rows_is_refused(browser, meeting, events, part, total):
    answer = save(browser, meeting, **{f"{part}-TOTAL_FORMS": total, "place": "别处"})
    assert answer.status_code == 422
    assert not events()


# Two secretaries -----------------------------------------------------------------------------------------------------
def test_a_stale_page_is_refused_and_nothing_typed_is_lost(browser, meeting, secretary):
    values = shown(browser, meeting) | {
        "place": "我的地点",
        "guests-0-name": "我的客人",
        "decisions-0-text": "我的议定事项",
    }
    arrange_meeting(meeting, Arrangement(fields={"place": "别人的地点"}), by=secretary, at=BEFORE)
    answer = browser.post(url("change", meeting.pk), values)
    assert answer.status_code == 409
    page = answer.content.decode()
    assert all(text in page for text in ("我的地点", "别人的地点", "我的客人", "我的议定事项"))
    assert Meeting.objects.get().place == "别人的地点"
    assert browser.post(url("change", meeting.pk), bound_values(form_of(answer))).status_code == 302
    meeting.refresh_from_db()
    assert meeting.place == "我的地点"
    assert meeting.attendances.filter(name="我的客人").exists()
    assert meeting.decisions.get().text == "我的议定事项"


def test_saving_again_keeps_what_the_other_secretary_added(browser, meeting):
    mine = shown(browser, meeting) | {"place": "我的地点", "guests-0-name": "我的客人"}
    assert save(browser, meeting, **{"guests-0-name": "别人的客人"}).status_code == 302
    again = browser.post(url("change", meeting.pk), mine)
    assert again.status_code == 409
    browser.post(url("change", meeting.pk), bound_values(form_of(again)))
    assert {"我的客人", "别人的客人"} <= set(meeting.attendances.values_list("name", flat=True))


def test_a_stale_decision_is_refused(browser, meeting):
    make_decision(meeting, audience="all")
    values = shown(browser, meeting) | {"decisions-0-text": "我的"}
    Decision.objects.update(text="别人的", version=7)
    again = browser.post(url("change", meeting.pk), values)
    assert again.status_code == 409
    assert "别人的" in again.content.decode()
    assert browser.post(url("change", meeting.pk), bound_values(form_of(again))).status_code == 302
    assert meeting.decisions.get().text == "我的"


# Guests --------------------------------------------------------------------------------------------------------------
def found(browser, term):
    return browser.get(url("guests"), {"term": term}).json()["results"]


def test_guests_are_found_by_name_post_and_unit_without_phone(browser, meeting):
    unit = factories.DepartmentFactory(name="县行政审批局", short_name="审批局")
    guest = factories.UserFactory(name="张某甲", post="股长", department=unit, phone="13812345678", username="guest")
    expected = [{"id": guest.pk, "name": "张某甲", "post": "股长", "unit": "县行政审批局"}]
    assert found(browser, "张某甲") == found(browser, "行政审批") == found(browser, "审批局") == expected
    assert found(browser, "") == found(browser, "138") == found(browser, "guest") == found(browser, "长" * 300) == []


def test_a_guest_who_was_found_is_invited_with_account_post_and_unit(browser, meeting):
    unit = factories.DepartmentFactory(name="县行政审批局")
    guest = factories.UserFactory(name="张某甲", post="股长", department=unit)
    values = {"person": str(guest.pk), "name": "张某甲", "post": "股长", "unit": "县行政审批局"}
    save(browser, meeting, **{f"guests-0-{name}": value for name, value in values.items()})
    row = meeting.attendances.last()
    assert (row.user, row.post, row.unit) == (guest, "股长", "县行政审批局")
    again = save(browser, meeting, **{f"guests-0-{name}": value for name, value in values.items()})
    assert faults(again) == {("guests", 0, "name")}


def test_another_name_typed_over_the_one_found_is_that_of_a_guest_on_paper(browser, meeting):
    guest = factories.UserFactory(name="张某甲")
    save(browser, meeting, **{"guests-0-person": str(guest.pk), "guests-0-name": "李某乙"})
    assert (meeting.attendances.last().user, meeting.attendances.last().name) == (None, "李某乙")


# Steps ---------------------------------------------------------------------------------------------------------------
def confirm(browser, meeting, name):
    page = browser.get(url(name, meeting.pk))
    assert page.status_code == 200
    assert sent_by_enter(page.content.decode()) == set()
    return browser.post(url(name, meeting.pk), {"version": page.context["form"]["version"].value()})


def test_announcing_is_confirmed_and_notifies(browser, meeting, head, events):
    assert confirm(browser, meeting, "announce")["Location"] == url("change", meeting.pk)
    meeting.refresh_from_db()
    assert meeting.announced_at is not None
    assert Notice.objects.filter(to=head).exists()
    assert [event.verb for event in events()] == ["announce_meeting"]


def test_the_pack_is_bound_once_it_is_confirmed(browser, meeting, events):
    assert not meeting.packs.exists()
    confirm(browser, meeting, "bind")
    assert meeting.packs.count() == 1
    assert [event.verb for event in events()] == ["bind_pack"]


def test_a_meeting_is_recorded_as_held_from_its_day_on(browser, meeting, settings):
    answer = browser.get(url("hold", meeting.pk), follow=True)
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]
    settings.DEMO_TODAY = BEGINS.date()
    confirm(browser, meeting, "hold")
    meeting.refresh_from_db()
    assert meeting.state == "held"
    assert set(meeting.attendances.values_list("mark", flat=True)) == {"present"}


def test_a_confirmation_of_an_older_version_is_refused(browser, meeting):
    version = meeting.version
    save(browser, meeting, place="别处")
    answer = browser.post(url("announce", meeting.pk), {"version": version})
    assert answer.status_code == 409
    meeting.refresh_from_db()
    assert meeting.announced_at is None


@pytest.mark.parametrize("version", ["", "x", "-1", "9" * 30])
def test_a_confirmation_without_a_version_does_nothing(browser, meeting, version, events):
    assert browser.post(url("announce", meeting.pk), {"version": version}).status_code == 422
    assert not events()


def test_teams_that_changed_are_a_gap_that_a_confirmed_click_fills(browser, meeting, action):
    new = factories.TeamFactory(action=action, established_on=date(2026, 10, 10))
    steps = browser.get(url("change", meeting.pk)).context["beside"].steps
    assert url("update", meeting.pk) in [step.url for step in steps]
    confirm(browser, meeting, "update")
    assert meeting.items.filter(team=new).exists()


# Afterwards ----------------------------------------------------------------------------------------------------------
@pytest.fixture
def held(meeting, secretary, settings):
    hold_meeting(meeting, by=secretary, at=BEGINS)
    settings.DEMO_TODAY = BEGINS.date() + timedelta(days=1)
    meeting.refresh_from_db()
    return meeting


def test_the_minutes_are_written_on_the_page_of_a_meeting_held(browser, held, events):
    save(browser, held, minutes_text="会议听取了汇报。", **{"people-0-mark": "absent"})
    held.refresh_from_db()
    assert held.minutes_text == "会议听取了汇报。"
    assert "会议听取了汇报" not in events()[0].change
    assert [event.verb for event in events()] == ["arrange_meeting"]


def test_minutes_are_not_written_before(browser, meeting):
    save(browser, meeting, minutes_text="会议听取了汇报。")
    meeting.refresh_from_db()
    assert meeting.minutes_text == ""


def test_nobody_is_taken_out_of_a_meeting_held(browser, held):
    people = held.attendances.count()
    save(browser, held, **{"people-0-gone": "on", "items-0-gone": "on"})
    assert held.attendances.count() == people


def test_minutes_sent_back_open_the_text_alone(browser, held, secretary, office):
    Meeting.objects.update(minutes_text="初稿", fixed_at=BEGINS)
    page = form_of(browser.get(url("change", held.pk)))
    assert not page.arranges
    assert save(browser, held, minutes_text="二稿", place="别处").status_code == 302
    held.refresh_from_db()
    assert (held.minutes_text, held.place) == ("二稿", "县委三楼会议室")


@pytest.mark.parametrize("state", ["minutes_submitted", "minutes_issued"])
def test_nothing_is_written_once_minutes_are_submitted(browser, held, secretary, state):
    values = shown(browser, held)
    Meeting.objects.update(state=state, submitted_by=secretary, submitted_at=BEGINS, fixed_at=BEGINS)
    page = browser.get(url("change", held.pk))
    assert "meeting_form" not in page.content.decode()
    assert browser.post(url("change", held.pk), values | {"place": "别处"}).status_code == 409
    held.refresh_from_db()
    assert held.place == "县委三楼会议室"


# The look of it ------------------------------------------------------------------------------------------------------
def test_enter_decides_nothing_and_long_text_is_kept(browser, meeting):
    for page in (browser.get(url("change", meeting.pk)), browser.get(url("add"))):
        text = page.content.decode()
        assert sent_by_enter(text) == set()
        assert all(form.is_kept for form in forms_of(text) if form.takes_text)


def test_papers_beside_it_exist(browser, meeting, secretary):
    confirm(browser, meeting, "bind")
    beside = browser.get(url("change", meeting.pk)).context["beside"]
    assert len(beside.papers) == 5
    assert all(browser.get(paper.url).status_code == 200 for paper in beside.papers)
    assert beside.takes_folder
    assert browser.post(reverse("meeting_folder", args=[meeting.code])).status_code == 200


def test_the_page_costs_the_same_for_more_teams(browser, meeting, action, secretary, leader):
    def queries(key):
        with CaptureQueriesContext(connection) as captured:
            assert browser.get(url("change", key)).status_code == 200
        return len(captured)

    queries(meeting.pk)
    few = queries(meeting.pk)
    for _ in range(12):
        factories.MemberFactory(team=factories.TeamFactory(action=action), part="head")
    larger = make_meeting(action, secretary, chair=leader)
    assert queries(larger.pk) == few <= 30


def test_nothing_is_deleted_here(browser, meeting):
    assert browser.post(url("delete", meeting.pk), {"post": "yes"}).status_code == 403
