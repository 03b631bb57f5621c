"""The form of a report that saves itself, and in the hands of members: what is answered, to whom, at what cost."""

import json
from datetime import date

import pytest
from django.urls import reverse

from governance.people.models import Township
from governance.records.models import AuditEvent
from teams.models import HelpRequest, ProgressReport, ReportEntry
from teams.reports.submission import submit_report
from tests import factories
from tests.teams.sample_reports import address, drafted, matter, moment, submitted, text

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("the_day")]


@pytest.fixture
def form(sign_in, team, period, liaison, road, yards):
    """The form as it opens for the liaison."""
    return sign_in(liaison).get(address(team, period)).context["form"]


def part_of(form, part, **values):
    """What the browser sends of one part."""
    return {
        bound.html_name: values.get(name, bound.value() if bound.value() not in (None, False) else "")
        for name, bound in form.fields_of(part).items()
        if name != "files"
    }


def sent(client, team, period, data):
    """The answer to a form that saves itself."""
    response = client.post(address(team, period), {**data, "autosave": "1"})
    return response.status_code, json.loads(response.content)


class TestByItself:
    """Only what was changed is sent, and each part is answered."""

    def test_a_part_is_saved_and_answered_with_its_new_version(self, client, form, team, period, road):
        status, answer = sent(client, team, period, part_of(form, f"row-{road.pk}", text="签约"))
        assert status == 200
        assert answer["saved"] == "Saved 09:00"
        assert "Filled in 1/2" in answer["gap"]
        assert answer["parts"][f"row-{road.pk}"]["seen"].startswith("1.")
        assert answer["parts"][f"row-{road.pk}"] | {"seen": ""} == {
            "seen": "",
            "clash": False,
            "wrong": False,
            "said": "",
        }
        assert ReportEntry.objects.get().text == "签约"

    def test_sent_again_on_the_answered_version_it_goes_on(self, client, form, team, period, road):
        part = f"row-{road.pk}"
        seen = sent(client, team, period, part_of(form, part, text="签约"))[1]["parts"][part]["seen"]
        answer = sent(client, team, period, part_of(form, part, text="签约2份", seen=seen))[1]
        assert not answer["parts"][part]["clash"]
        assert ReportEntry.objects.get().text == "签约2份"

    def test_what_comes_twice_because_the_answer_was_lost_is_saved_once(self, client, form, team, period, road):
        part = form.matters()[0].part
        for _ in range(2):
            _status, answer = sent(client, team, period, part_of(form, part, text="请协调用地"))
        assert not answer["parts"][part]["clash"]
        assert HelpRequest.objects.get().text == "请协调用地"

    def test_a_clash_shows_both_and_saves_the_rest(self, client, form, team, period, road, yards, head):
        drafted(team, period, road, by=head, at=moment(22, 8), percent="60")
        data = part_of(form, f"row-{road.pk}", percent="50") | part_of(form, f"row-{yards.pk}", done="31")
        answer = sent(client, team, period, data)[1]
        clash = answer["parts"][f"row-{road.pk}"]
        assert clash["clash"]
        assert head.name in clash["said"]
        assert "60" in clash["said"]
        assert 'name="take"' in clash["said"]
        assert {entry.task: entry.done or entry.percent for entry in ReportEntry.objects.all()} == {road: 60, yards: 31}

    def test_what_cannot_be_is_said_at_its_part_and_the_rest_is_saved(self, client, form, team, period, road, yards):
        data = part_of(form, f"row-{road.pk}", percent="101") | part_of(form, f"row-{yards.pk}", done="31")
        answer = sent(client, team, period, data)[1]
        assert answer["parts"][f"row-{road.pk}"]["wrong"]
        assert "between 0 and 100" in answer["parts"][f"row-{road.pk}"]["said"]
        assert ReportEntry.objects.get().task == yards

    def test_what_was_typed_and_taken_back_begins_no_report(self, client, form, team, period, road):
        answer = sent(client, team, period, part_of(form, f"row-{road.pk}"))[1]
        assert not answer["parts"][f"row-{road.pk}"]["wrong"]
        assert not ProgressReport.objects.exists()

    def test_a_paper_that_is_not_named_yet_saves_nothing_and_says_why(self, sign_in, form, team, period, road, office):
        client = sign_in(office)
        data = {**part_of(form, f"row-{road.pk}", text="签约"), "autosave": "1", "behalf": ""}
        answer = json.loads(client.post(f"{address(team, period)}?paper=1", data).content)["parts"][f"row-{road.pk}"]
        assert answer["wrong"]
        assert "Please fill this in." in answer["said"]
        assert not ProgressReport.objects.exists()

    def test_an_emptied_line_is_answered_as_a_new_one(self, client, form, team, period):
        part = form.matters()[0].part
        seen = sent(client, team, period, part_of(form, part, text="请协调用地"))[1]["parts"][part]["seen"]
        answer = sent(client, team, period, part_of(form, part, seen=seen))[1]
        assert answer["parts"][part]["seen"].startswith("0.")
        assert not HelpRequest.objects.exists()

    def test_once_submitted_nothing_is_written_and_the_reason_is_said(
        self, client, form, team, period, road, yards, head
    ):
        submitted(team, period, road, yards, by=head)
        status, answer = sent(client, team, period, part_of(form, f"row-{road.pk}", text="迟到"))
        assert status == 409
        assert "cannot be edited" in answer["refused"]

    def test_markup_of_another_hand_is_shown_as_text(self, client, form, team, period, road, head):
        drafted(team, period, road, by=head, at=moment(22, 8))
        ReportEntry.objects.update(text="<img src=x onerror=alert(1)>", version=2)
        answer = sent(client, team, period, part_of(form, f"row-{road.pk}", text="我的"))[1]
        assert "<img" not in answer["parts"][f"row-{road.pk}"]["said"]

    def test_who_may_not_write_is_refused(self, sign_in, form, team, period, road, office):
        response = sign_in(office).post(
            address(team, period), {**part_of(form, f"row-{road.pk}", text="乙"), "autosave": "1"}
        )
        assert response.status_code == 403
        assert not ProgressReport.objects.exists()

    @pytest.mark.parametrize("count", [2, 20])
    def test_its_cost_does_not_grow_with_the_tasks(self, sign_in, team, period, liaison, count, query_budget):
        tasks = [factories.make_task(team=team) for _ in range(count)]
        drafted(team, period, *tasks, by=liaison, at=moment(22, 8), matters=[matter("一")])
        client = sign_in(liaison)
        form = client.get(address(team, period)).context["form"]
        data = part_of(form, f"row-{tasks[0].pk}", text="乙")
        with query_budget("report", "sent by the liaison, any number of tasks"):
            sent(client, team, period, data)


class TestMembers:
    """A member of the team fills the rows of the own department."""

    def test_a_member_sees_and_writes_the_own_rows(self, sign_in, team, period, road, yards, colleague):
        client = sign_in(colleague)
        page = client.get(address(team, period))
        form = page.context["form"]
        assert [row.owed.task for row in page.context["rows"]] == [yards]
        assert not form.matters()
        assert "Rows filled in by others" in text(page)
        assert road.title in text(page)
        assert 'name="hand_over"' not in text(page)
        assert 'name="submit"' not in text(page)
        data = part_of(form, f"row-{yards.pk}", done="33", text="完成3个村")
        assert client.post(address(team, period), data).status_code == 302
        entry = ReportEntry.objects.get()
        assert (entry.done, entry.edited_by) == (33, colleague)

    def test_the_liaison_sees_which_rows_are_empty_and_whose(self, sign_in, team, period, road, yards, liaison, head):
        drafted(team, period, road, by=head, at=moment(22, 8))
        page = sign_in(liaison).get(address(team, period))
        assert [item.number for item in page.context["filled"].items if item.tone] == [yards.number]
        assert "Filled in 1/2" in text(page)
        assert yards.lead_department.short_name in text(page)
        assert f"{head.name}, 2026-10-22 08:00" in text(page)

    def test_another_row_is_refused(self, sign_in, team, period, road, yards, liaison, colleague):
        form = sign_in(liaison).get(address(team, period)).context["form"]
        client = sign_in(colleague)
        client.post(address(team, period), part_of(form, f"row-{road.pk}", text="越界"))
        assert not ReportEntry.objects.exists()

    def test_a_member_without_rows_reads(self, sign_in, team, period, road, member):
        page = sign_in(member).get(address(team, period))
        assert page.status_code == 200
        assert "form" not in page.context

    def test_after_submission_a_member_reads(self, sign_in, team, period, yards, colleague, head):
        submitted(team, period, yards, by=head)
        page = text(sign_in(colleague).get(address(team, period)))
        assert "Submission 1" in page


class TestAsking:
    """Close-out and a new due date are offered where they can be asked."""

    def test_a_new_due_date_is_offered_until_the_due_day(self, sign_in, team, period, liaison):
        past = factories.make_task(team=team, due_on=date(2026, 10, 21))
        last = factories.make_task(team=team, due_on=date(2026, 10, 22))
        rows = sign_in(liaison).get(address(team, period)).context["rows"]
        assert {row.owed.task: row.may_extend for row in rows} == {past: False, last: True}


class TestTownships:
    """A quantity that is shared out opens with what its townships sum to."""

    def test_the_row_opens_with_the_sum_and_saving_writes_it(self, sign_in, team, period, yards, liaison):
        for place, done in enumerate([12, 20], 1):
            town = Township.objects.create(code=f"t{place}", name=f"第{place}镇", order=place)
            yards.shares.create(township=town, target=20, done=done)
        client = sign_in(liaison)
        form = client.get(address(team, period)).context["form"]
        assert form[f"row-{yards.pk}-done"].value() == "32"
        client.post(address(team, period), part_of(form, f"row-{yards.pk}"))
        assert ReportEntry.objects.get().done == 32

    @pytest.fixture
    def shares(self, yards):
        """30 of 40, as was accepted last: 12 and 18 of 20 each."""
        towns = [Township.objects.create(code=f"t{place}", name=f"第{place}镇", order=place) for place in (1, 2)]
        made = zip(towns, [12, 18], strict=True)
        return [yards.shares.create(township=town, target=20, done=done) for town, done in made]

    def test_a_count_in_the_card_is_written_by_its_verb_and_the_sum_becomes_the_number(
        self, sign_in, team, period, yards, shares, liaison, member
    ):
        client, row = sign_in(liaison), f"row-{yards.pk}"
        form, first = client.get(address(team, period)).context["form"], f"town-{shares[0].pk}"
        assert "data-bound" in form.fields[f"{row}-done"].widget.attrs, "what shows the sum is not typed"
        sent = part_of(form, row) | part_of(form, first) | {f"{first}-done": "15", "autosave": "1"}
        answer = client.post(address(team, period), sent).json()["parts"]
        assert not answer[first]["wrong"] and not answer[first]["said"]
        assert [share.done for share in yards.shares.order_by("pk")] == [15, 18]
        assert ReportEntry.objects.get().done == 33
        assert AuditEvent.objects.filter(verb__in=["count_shares", "save_report"]).count() == 2

        # sent again as somebody else opened it before: their counts stay, the other township is written
        answer = client.post(address(team, period), sent | {f"{first}-done": "16"}).json()["parts"]
        assert answer[first]["clash"] and answer[row]["wrong"], "the number waits with the count"
        assert [share.done for share in yards.shares.order_by("pk")] == [15, 18]
        form = client.get(address(team, period)).context["form"]
        other = f"town-{shares[1].pk}"
        client.post(address(team, period), part_of(form, row) | part_of(form, other) | {f"{other}-done": "10"})
        assert ReportEntry.objects.get().done == 25, "lower than before: the reason is asked, the sum is the number"
        assert "town-" not in text(sign_in(member).get(address(team, period)))

    def test_a_count_that_is_hard_to_believe_is_asked_in_the_card(self, sign_in, team, period, yards, shares, liaison):
        client, part = sign_in(liaison), f"town-{shares[0].pk}"
        form = client.get(address(team, period)).context["form"]
        sent = part_of(form, f"row-{yards.pk}") | part_of(form, part) | {f"{part}-done": "155"}
        answer = client.post(address(team, period), sent | {"autosave": "1"}).json()["parts"][part]
        assert answer["wrong"] and f'name="{part}-confirmed"' in answer["said"]
        assert client.post(address(team, period), sent | {f"{part}-done": "x"}).status_code == 422
        assert yards.shares.get(pk=shares[0].pk).done == 12
        assert not ReportEntry.objects.exists()
        answer = client.post(address(team, period), sent | {"autosave": "1", f"{part}-confirmed": "155"}).json()
        assert not answer["parts"][part]["wrong"]
        assert yards.shares.get(pk=shares[0].pk).done == 155
        assert ReportEntry.objects.get().done == 173


class TestReading:
    """What a reader finds on a submitted report."""

    def test_the_office_makes_a_task_of_a_step_and_reads_what_is_asked(
        self, sign_in, team, period, road, head, office, leader
    ):
        report = drafted(team, period, road, by=head, at=moment(21), matters=[matter("请协调")], steps=[])
        step = report.next_steps.create(text="贯通", due_on=date(2026, 11, 1))
        ReportEntry.objects.update(asks_due_on=date(2026, 12, 31), ask_reason="秋收")
        submit_report(report, by=head, at=moment(21))
        page = text(sign_in(office).get(address(team, period)))
        assert f"{reverse('task_new')}?from_step={step.pk}" in page
        assert "requests a new due date: 2026-12-31" in page
        assert report.help_requests.get().get_absolute_url() in page
        assert "from_step" not in text(sign_in(leader).get(address(team, period)))
