"""The head's one screen: what changed, what is asked, what is missing; one tap signs it off."""

from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.urls import reverse

from governance.records.models import Notice
from teams.models import NextStep, ProgressReport
from teams.reports.drafts import save_report
from teams.reports.submission import submit_report
from teams.reports.written import Matter, NextStepLine, ReportRow, Written
from tests import factories
from tests.teams.sample_reports import EVERYBODY, READERS, drafted, moment, returned, submitted, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]

WORDS = "完成二标段路面1.2公里"


def page_of(client, report):
    """The page, and its text."""
    response = client.get(report.get_approve_url())
    return response, text(response)


@pytest.fixture
def draft(team, period, road, yards, liaison):
    """A complete draft: the road moves, the yards do not."""
    rows = [ReportRow(road.pk, percent=Decimal(55), text=WORDS), ReportRow(yards.pk, no_change=True)]
    matters = [Matter("林地手续", factories.DepartmentFactory(name="县林业局"))]
    steps = [NextStepLine("古城镇4个村完工", date(2026, 11, 5))]
    return save_report(team, period, Written(rows=rows, matters=matters, steps=steps), by=liaison, at=moment(20))


def test_what_changed_stands_first_and_the_rest_is_one_line(sign_in, draft, road, yards, head):
    response, page = page_of(sign_in(head), draft)
    sheet = response.context["sheet"]
    assert [row.owed.task for row in sheet.telling] == [road]
    assert [row.owed.task for row in sheet.quiet] == [yards]
    assert "40% → <b>55%</b>" in page
    assert WORDS in page
    assert "1 task: no change" in page
    for said in ("林地手续", "县林业局", "古城镇4个村完工", "2026-11-05"):
        assert said in page


def test_one_tap_submits(sign_in, draft, head):
    client = sign_in(head)
    version = client.get(draft.get_approve_url()).context["form"]["version"].value()
    response = client.post(draft.get_approve_url(), {"version": version, "submit": "1"}, follow=True)
    draft.refresh_from_db()
    assert draft.state == "submitted"
    assert "The special office will review it" in text(response)


def test_a_word_sends_it_back(sign_in, draft, head, liaison):
    response = sign_in(head).post(
        draft.get_approve_url(), {"version": draft.version, "back": "1", "note": "请写协议数"}, follow=True
    )
    draft.refresh_from_db()
    assert (draft.state, draft.word_back) == ("draft", "请写协议数")
    assert Notice.objects.get(kind="report_handed_back").to == liaison
    assert "The liaison has been notified" in text(response)


def test_with_a_word_it_is_not_submitted(sign_in, draft, head):
    sent = {"version": draft.version, "submit": "1", "note": "请写协议数"}
    response = sign_in(head).post(draft.get_approve_url(), sent)
    assert response.status_code == 422
    assert "请写协议数</textarea>" in text(response)
    assert "Not submitted: there is a comment here." in text(response)
    draft.refresh_from_db()
    assert draft.state == "draft"


def test_without_a_word_it_is_not_sent_back(sign_in, draft, head):
    response = sign_in(head).post(draft.get_approve_url(), {"version": draft.version, "back": "1", "note": " "})
    assert response.status_code == 422
    assert "Say what the liaison should add" in text(response)
    draft.refresh_from_db()
    assert draft.word_back == ""


def test_a_draft_that_changed_meanwhile_is_not_signed_unseen(sign_in, team, period, draft, road, head, liaison):
    save_report(team, period, Written(rows=[ReportRow(road.pk, percent=Decimal(58))]), by=liaison, at=moment(21))
    response = sign_in(head).post(draft.get_approve_url(), {"version": draft.version, "submit": "1"})
    assert response.status_code == 409
    assert "Someone else has saved changes" in text(response)
    assert ProgressReport.objects.get().state == "draft"


def test_what_is_missing_is_named_and_cannot_be_submitted(sign_in, team, period, road, yards, head, liaison):
    report = drafted(team, period, road, by=liaison)
    response, page = page_of(sign_in(head), report)
    assert [row.owed.task for row in response.context["sheet"].lacking] == [yards]
    assert "1 thing missing" in page
    assert f"{report.get_absolute_url()}#task-{yards.pk}" in page
    assert 'name="submit"' not in page
    response = sign_in(head).post(report.get_approve_url(), {"version": report.version, "submit": "1"})
    assert response.status_code == 422
    report.refresh_from_db()
    assert report.state == "draft"


def test_steps_of_last_time_without_an_outcome_are_missing_too(sign_in, team, period, next_period, road, head, liaison):
    submitted(team, period, road, by=head, steps=[NextStepLine("签完3户协议", date(2026, 10, 25))])
    report = drafted(team, next_period, road, by=liaison, at=moment(31), percent="60")
    with time_machine.travel(moment(31, 12), tick=False):
        response, page = page_of(sign_in(head), report)
    assert response.context["sheet"].unsaid == list(NextStep.objects.all())
    assert "its outcome is missing" in page


def test_what_is_asked_in_a_row_is_seen(sign_in, team, period, road, head, liaison):
    row = ReportRow(road.pk, percent=Decimal(55), text=WORDS, asks_due_on=date(2026, 12, 31), ask_reason="雨季停工")
    report = save_report(team, period, Written(rows=[row]), by=liaison, at=moment(20))
    _, page = page_of(sign_in(head), report)
    assert "requests a new due date: 2026-12-31" in page
    assert "雨季停工" in page


def test_before_the_last_day_it_is_read_but_not_submitted(sign_in, draft, head):
    with time_machine.travel(moment(19, 9), tick=False):
        _, page = page_of(sign_in(head), draft)
    assert "can be submitted from 2026-10-20" in page
    assert 'name="submit"' not in page


def test_a_returned_report_shows_what_the_office_asked(sign_in, team, period, road, head, office):
    report = returned(team, period, road, by=head, office=office, decided=moment(22, 7))
    _, page = page_of(sign_in(head), report)
    assert "Returned for revision" in page


def test_what_is_submitted_leads_to_the_report(sign_in, team, period, road, head):
    report = submitted(team, period, road, by=head)
    assert sign_in(head).get(report.get_approve_url()).url == report.get_absolute_url()


def test_without_a_draft_it_leads_to_the_form(sign_in, team, period, head):
    address = reverse("report_approve", args=[team.code, "2026-10-11"])
    assert sign_in(head).get(address).url == reverse("report", args=[team.code, "2026-10-11"])


def test_the_liaison_takes_back_what_is_unopened_after_a_page_that_says_what_follows(
    sign_in, team, period, road, head, liaison, office
):
    report = submitted(team, period, road, by=head)
    client = sign_in(liaison)
    assert report.get_take_back_url() in text(client.get(report.get_absolute_url()))
    page = client.get(report.get_take_back_url())
    assert page.context["form"]["version"].value() == report.version
    assert "It was due on 2026-10-21 18:00: submitted again now, it is late." in text(page)
    assert client.post(report.get_take_back_url(), {"version": report.version - 1}).status_code == 409
    page = client.post(report.get_take_back_url(), {"version": report.version}, follow=True)
    assert "The report has not been submitted again." in text(page)
    assert page.context["rows"], "the form again"

    # the office sees that it was taken back and nothing of what was submitted; then it opens what is submitted again
    page = sign_in(office).get(report.get_review_url(), follow=True)
    assert "took back submission 1" in text(page)
    assert not page.context["kept"]
    report.refresh_from_db()
    submit_report(report, by=head, at=moment(22, 11))
    page = sign_in(office).get(report.get_absolute_url())
    assert [each.submission.number for each in page.context["kept"]] == [2]
    client = sign_in(liaison)
    assert report.get_take_back_url() not in text(client.get(report.get_absolute_url()))
    assert client.get(report.get_take_back_url()).status_code == 409


@pytest.mark.parametrize("who", EVERYBODY)
def test_head_and_deputy_sign_off_the_rest_of_the_readers_may_not(sign_in, draft, who, request):
    expected = 200 if who in ("head", "deputy") else 403 if who in READERS else 404
    client = sign_in(request.getfixturevalue(who))
    assert client.get(draft.get_approve_url()).status_code == expected
    posted = client.post(draft.get_approve_url(), {"version": draft.version, "back": "1", "note": "请补充"})
    assert posted.status_code == (302 if expected == 200 else expected)


@pytest.mark.parametrize("count", [2, 20])
def test_its_cost_does_not_grow_with_the_tasks(sign_in, team, period, head, liaison, count, query_budget):
    tasks = [factories.make_task(team=team) for _ in range(count)]
    report = drafted(team, period, *tasks, by=liaison)
    client = sign_in(head)
    with query_budget("report_approve", "any number of tasks"):
        client.get(report.get_approve_url())
