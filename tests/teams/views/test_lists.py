"""Lists as a working surface: files, paper, many rows at once, for whom, and at what cost."""

import csv
import io
import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import override
from openpyxl import load_workbook

from governance.lists import views as list_views
from governance.records.models import AuditEvent, Notice
from teams.models import Extension, ProgressReport, Task
from teams.reports.drafts import save_report
from teams.reports.submission import submit_report
from teams.reports.written import Matter, ReportRow, Written
from teams.tasks.assignment import cancel_task
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension, decide_extension
from teams.views.tasks import request
from tests import factories

TODAY = date(2026, 10, 27)


@pytest.fixture(autouse=True)
def the_day(settings, client):
    """It is 27 October 2026, and the pages speak English."""
    settings.DEMO_TODAY = TODAY
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    cache.clear()
    with override("en"):
        yield


@pytest.fixture
def tasks(team):
    """Five tasks, numbered by their titles."""
    return [factories.make_task(team=team, title=f"Task-{n}", number=n) for n in range(1, 6)]


def body(response):
    return b"".join(response.streaming_content)


def rows_of(response):
    """The lines of a CSV answer, its head left out."""
    return list(csv.reader(io.StringIO(body(response).decode("utf-8-sig"))))[1:]


def mark_in(response):
    return re.search(r'name="mark" value="(\w+)"', response.content.decode())[1]


def confirm(client, address, data, **more):
    """Ask for an action, and confirm it as the page that answers offers."""
    asked = client.post(address, data)
    assert asked.status_code == 200
    return client.post(address, {**data, "mark": mark_in(asked), **more}, follow=True)


class TestFiles:
    """?format="""

    def test_a_file_has_all_rows_as_they_are_filtered_and_sorted(self, as_office, tasks, monkeypatch):
        monkeypatch.setattr("teams.views.tasks.task_list.TaskListView.page_size", 2)
        rows = rows_of(as_office.get("/tasks/?format=csv&q=Task&sort=-number"))
        assert [row[1] for row in rows] == [f"Task-{n}" for n in (5, 4, 3, 2, 1)]
        assert [row[1] for row in rows_of(as_office.get("/tasks/?format=csv&q=Task-3"))] == ["Task-3"]

    def test_a_workbook_says_the_same(self, as_office, tasks):
        answer = as_office.get("/tasks/?format=xlsx&sort=number")
        sheet = load_workbook(io.BytesIO(body(answer))).active
        assert [row[1] for row in sheet.iter_rows(min_row=2, values_only=True)] == [task.title for task in tasks]
        assert (
            "Key%20tasks%202026-10-27.xlsx" in answer["Content-Disposition"]
            or "Key tasks" in answer["Content-Disposition"]
        )

    def test_what_could_be_a_formula_is_not_one(self, as_office, team):
        factories.make_task(team=team, title="=1+1")
        assert rows_of(as_office.get("/tasks/?format=csv"))[0][1] == "'=1+1"

    def test_a_file_speaks_the_readers_language(self, client, office, tasks, settings):
        client.force_login(office)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
        answer = client.get("/tasks/?format=csv")
        with override("en"):
            assert "红灯：严重滞后" in body(answer).decode()

    def test_taking_it_away_is_on_the_record(self, as_office, office, tasks):
        body(as_office.get("/tasks/?format=csv&q=Task&sort=number"))
        event = AuditEvent.objects.get()
        assert (event.verb, event.by) == ("export_list", office)
        assert event.change == '{"count":5,"format":"csv","list":"task_list","narrowed":{"q":"Task"}}'

    def test_a_past_evening_leaves_as_it_was(self, as_office, tasks, office, at):
        cancel_task(tasks[0], reason="merged", by=office, at=at)
        rows = rows_of(as_office.get("/tasks/?format=csv&on=2026-10-26&sort=number"))
        assert "cancelled" not in rows[0][-1].lower()
        assert "cancelled" in rows_of(as_office.get("/tasks/?format=csv&sort=number"))[0][-1].lower()

    @pytest.mark.parametrize("count", [3, 60])
    def test_the_cost_is_the_same_at_any_size(self, as_office, team, count, query_budget):
        for number in range(count):
            factories.make_task(team=team, number=number + 1)
        with query_budget("task_list", "csv, any number of tasks"):
            assert len(rows_of(as_office.get("/tasks/?format=csv"))) == count
        with query_budget("task_list", "csv of a past day, any number of tasks"):
            assert len(rows_of(as_office.get("/tasks/?format=csv&on=2026-10-26"))) == count


class TestPaper:
    """?print=1"""

    def test_paper_has_the_rows_of_all_pages(self, as_office, tasks, monkeypatch):
        monkeypatch.setattr("teams.views.tasks.task_list.TaskListView.page_size", 2)
        page = as_office.get("/tasks/?print=1&sort=number")
        assert len(page.context["table"].data) == 5
        assert "All 5 rows" in page.content.decode()
        assert 'name="row"' not in page.content.decode()

    def test_paper_says_what_it_leaves_out(self, as_office, tasks, monkeypatch):
        monkeypatch.setattr(list_views, "PRINTED_ROWS", 3)
        page = as_office.get("/tasks/?print=1&sort=number").content.decode()
        assert "Only the first 3 of 5 rows" in page
        assert 'href="/tasks/?sort=number"' in page


class TestManyTasks:
    """A POST to /tasks/"""

    def test_the_page_says_what_will_happen_and_then_it_happens(self, as_office, tasks):
        chosen = {"action": "level", "row": [tasks[0].pk, tasks[1].pk]}
        asked = as_office.post("/tasks/", chosen)
        assert [str(row) for row in asked.context["able"]] == ["1 Task-1", "2 Task-2"]
        assert set(Task.objects.values_list("level", flat=True)) == {1}
        done = confirm(as_office, "/tasks/", chosen, level=3)
        assert "2 tasks changed." in done.content.decode()
        assert list(Task.objects.order_by("number").values_list("level", flat=True)) == [3, 3, 1, 1, 1]

    def test_it_is_undone_by_the_button_of_the_message(self, as_office, tasks):
        done = confirm(as_office, "/tasks/", {"action": "level", "row": [tasks[0].pk]}, level=3)
        undo = re.search(r'action="(/tasks/undo/\d+/)"', done.content.decode())[1]
        assert "1 task is as it was" in as_office.post(undo, follow=True).content.decode()
        assert set(Task.objects.values_list("level", flat=True)) == {1}
        assert "Nothing was undone" in as_office.post(undo, follow=True).content.decode()

    def test_all_of_the_list_are_those_that_its_filters_leave(self, as_office, office, tasks, at, monkeypatch):
        monkeypatch.setattr("teams.views.tasks.task_list.TaskListView.page_size", 1)
        cancel_task(tasks[4], reason="merged", by=office, at=at)
        confirm(as_office, "/tasks/?state=in_progress", {"action": "level", "all": "1"}, level=2)
        assert list(Task.objects.order_by("number").values_list("level", flat=True)) == [2, 2, 2, 2, 1]

    def test_what_changed_meanwhile_is_shown_again_and_nothing_done(self, as_office, tasks, team):
        chosen = {"action": "level", "all": "1"}
        mark = mark_in(as_office.post("/tasks/", chosen))
        factories.make_task(team=team, title="Task-6")
        answer = as_office.post("/tasks/", {**chosen, "mark": mark, "level": 3})
        assert answer.status_code == 409
        assert len(answer.context["able"]) == 6
        assert set(Task.objects.values_list("level", flat=True)) == {1}

    def test_a_row_that_cannot_be_is_named_and_can_be_left_out(self, as_office, office, tasks, at):
        cancel_task(tasks[1], reason="merged", by=office, at=at)
        asked = as_office.post("/tasks/", {"action": "level", "row": [tasks[0].pk, tasks[1].pk]})
        page = asked.content.decode()
        assert [str(row) for row, _why in asked.context["hindered"]] == ["2 Task-2"]
        assert 'name="mark"' not in page
        assert f'name="row" value="{tasks[0].pk}"' in page

    def test_a_value_that_cannot_be_stands_beside_its_field(self, as_office, tasks):
        chosen = {"action": "lead", "row": [tasks[0].pk]}
        mark = mark_in(as_office.post("/tasks/", chosen))
        answer = as_office.post("/tasks/", {**chosen, "mark": mark, "lead_department": "Nobody"})
        assert answer.status_code == 422
        assert answer.context["form"].errors["lead_department"]

    @pytest.mark.parametrize("data", [{"action": "level"}, {"action": "none", "row": ["1"]}, {"row": ["x"]}])
    def test_what_is_no_choice_leads_back_to_the_list(self, as_office, tasks, data):
        answer = as_office.post("/tasks/?lamp=red", data)
        assert answer["Location"] == "/tasks/?lamp=red"

    def test_there_is_a_most(self, as_office, tasks, monkeypatch):
        monkeypatch.setattr("teams.views.tasks.bulk.ChangeTasks.most", 3)
        answer = as_office.post("/tasks/", {"action": "level", "all": "1"}, follow=True)
        assert "At most 3 rows" in answer.content.decode()

    def test_a_team_sees_no_more_than_it_may_do(self, client, head, tasks, team):
        client.force_login(head)
        new = factories.make_task(team=team, state="assigned")
        page = client.get("/tasks/").content.decode()
        assert re.findall(r'<option value="(\w+)">', page.split('name="action"')[1]) == ["acknowledge"]
        assert client.post("/tasks/", {"action": "level", "row": [new.pk]}).status_code == 302
        confirm(client, "/tasks/", {"action": "acknowledge", "row": [new.pk]})
        assert Task.objects.get(pk=new.pk).state == "acknowledged"

    def test_who_can_do_nothing_sees_no_boxes(self, client, auditor, tasks):
        client.force_login(auditor)
        assert 'name="row"' not in client.get("/tasks/").content.decode()

    def test_nothing_is_done_to_a_past_evening(self, as_office, tasks):
        assert 'name="row"' not in as_office.get("/tasks/?on=2026-10-26").content.decode()
        answer = as_office.post("/tasks/?on=2026-10-26", {"action": "level", "row": [tasks[0].pk]})
        assert answer.status_code == 302

    def test_nobody_undoes_what_another_did(self, client, as_office, office2, tasks):
        done = confirm(as_office, "/tasks/", {"action": "level", "row": [tasks[0].pk]}, level=3)
        undo = re.search(r'action="(/tasks/undo/\d+/)"', done.content.decode())[1]
        client.force_login(office2)
        assert client.post(undo).status_code == 404


class TestRequests:
    """/extensions/ and /close-outs/"""

    @pytest.fixture
    def asked(self, team, head, at):
        tasks = [factories.make_task(team=team, title=f"Task {word}") for word in ("one", "two")]
        return [
            ask_extension(task, new_due_on=task.due_on + timedelta(days=9), reason="land", by=head, at=at)
            for task in tasks
        ]

    def test_they_are_counted_by_how_they_stand(self, as_office, asked, office, at):
        decide_extension(asked[0], granted=True, by=office, at=at)
        chips = {chip.label: chip.count for chip in as_office.get("/extensions/").context["chips"]}
        assert chips == {"All": 2, "Waiting": 1, "Granted": 1}
        assert len(as_office.get("/extensions/?state=waiting").context["table"].data) == 1
        assert len(as_office.get("/extensions/?q=land").context["table"].data) == 2
        assert len(as_office.get("/extensions/?q=two Task").context["table"].data) == 1

    def test_many_are_refused_with_one_reason(self, as_office, asked):
        chosen = {"action": "refuse", "row": [one.pk for one in asked]}
        answer = confirm(as_office, "/extensions/", chosen, answer="the meeting said no")
        assert "2 requests decided" in answer.content.decode()
        assert set(Extension.objects.values_list("granted", "answer")) == {(False, "the meeting said no")}

    def test_a_refusal_without_a_reason_asks_for_it(self, as_office, asked):
        chosen = {"action": "refuse", "row": [asked[0].pk]}
        mark = mark_in(as_office.post("/extensions/", chosen))
        assert as_office.post("/extensions/", {**chosen, "mark": mark}).status_code == 422

    def test_many_close_outs_are_confirmed(self, as_office, team, head, at):
        task = factories.make_task(team=team, title="Done")
        close_out = ask_close_out(task, statement="All of it.", by=head, at=at)
        confirm(as_office, "/close-outs/", {"action": "accept", "row": [close_out.pk]})
        assert Task.objects.get(pk=task.pk).state == "closed_out"

    def test_others_see_and_decide_nothing(self, client, other_head, asked):
        client.force_login(other_head)
        assert not client.get("/extensions/").context["table"].data
        assert rows_of(client.get("/extensions/?format=csv")) == []
        assert client.post("/extensions/", {"action": "grant", "row": [asked[0].pk]}).status_code == 302
        assert Extension.objects.filter(granted=None).count() == 2


class TestReportsAndMatters:
    """/reports/list/, /reports/review/ and /matters/"""

    @pytest.fixture
    def submitted(self, team, head, at):
        task = factories.make_task(team=team)
        period = factories.PeriodFactory(action=team.action)
        written = Written(
            rows=[ReportRow(task.pk, no_change=True, text="")], matters=[Matter("forest land is not approved")]
        )
        report = save_report(team, period, written, by=head, at=period.due_at)
        submit_report(report, by=head, at=period.due_at)
        return report

    def test_reports_are_listed_and_narrowed(self, as_office, submitted, team):
        page = as_office.get("/reports/list/")
        assert {chip.label: chip.count for chip in page.context["chips"]} == {"All": 1, "To review": 1}
        assert len(as_office.get(f"/reports/list/?q={team.name[:3]}").context["table"].data) == 1
        assert not as_office.get("/reports/list/?q=nothing").context["table"].data
        assert len(as_office.get("/reports/list/?late=no").context["table"].data) == 1
        assert not as_office.get("/reports/list/?late=yes").context["table"].data

    @pytest.mark.parametrize("address", ["/reports/list/", "/reports/review/"])
    def test_many_are_accepted(self, as_office, submitted, address):
        confirm(as_office, address, {"action": "accept", "row": [submitted.pk]})
        assert ProgressReport.objects.get().state == "accepted"

    def test_a_reviewer_of_the_team_accepts_none(self, as_office, office, team, submitted):
        factories.MemberFactory(team=team, user=office, part="member")
        asked = as_office.post("/reports/list/", {"action": "accept", "row": [submitted.pk]})
        assert [row for row, _why in asked.context["hindered"]] == [submitted]

    def test_matters_are_listed_to_their_readers(self, client, as_office, submitted, other_head):
        chips = {chip.label: chip.count for chip in as_office.get("/matters/").context["chips"]}
        assert chips == {"All": 1, "Waiting": 1, "Nobody assigned": 1}
        assert len(as_office.get("/matters/?q=forest&state=ownerless").context["table"].data) == 1
        client.force_login(other_head)
        assert not client.get("/matters/").context["table"].data


class TestInbox:
    """/inbox/"""

    @pytest.fixture
    def notices(self, head, at):
        return [
            Notice.objects.create(
                to=head, kind="task_assigned", key=f"k{n}", facts={"task": f"{n} 修渠"}, url="/", at=at
            )
            for n in range(3)
        ]

    def test_words_of_a_notice_are_found(self, client, head, notices):
        client.force_login(head)
        assert len(client.get("/inbox/?q=1 修渠").context["table"].data) == 1

    def test_many_are_marked_and_unmarked(self, client, head, notices):
        client.force_login(head)
        done = confirm(client, "/inbox/", {"action": "read", "row": [notices[0].pk, notices[1].pk]})
        assert Notice.objects.unread().count() == 1
        undo = re.search(r'action="(/inbox/undo/\d+/)"', done.content.decode())[1]
        client.post(undo)
        assert Notice.objects.unread().count() == 3
        assert "Nothing was undone" in client.post(undo, follow=True).content.decode()

    def test_marked_as_new_they_get_their_moments_back(self, client, head, notices, at):
        client.force_login(head)
        Notice.objects.filter(pk=notices[0].pk).update(read_at=at)
        done = confirm(client, "/inbox/", {"action": "new", "all": "1"})
        assert Notice.objects.unread().count() == 3
        client.post(re.search(r'action="(/inbox/undo/\d+/)"', done.content.decode())[1])
        assert list(Notice.objects.filter(read_at=at)) == [notices[0]]

    def test_nobody_marks_what_is_another_persons(self, client, other_head, notices):
        client.force_login(other_head)
        assert client.post("/inbox/", {"action": "read", "row": [notices[0].pk]}).status_code == 302
        assert Notice.objects.unread().count() == 3


class TestDecisions:
    """/decisions/"""

    def test_a_page_shows_some_requests_of_both_kinds_and_costs_the_same_at_any_length(
        self, as_office, tasks, head, at, monkeypatch
    ):
        monkeypatch.setattr(request, "PANELS", 2)
        queries = []
        for task in tasks:
            if task in tasks[:3]:
                ask_extension(task, new_due_on=TODAY + timedelta(days=60), reason="land", by=head, at=at)
            else:
                ask_close_out(task, statement="All of it.", by=head, at=at)
            with CaptureQueriesContext(connection) as asked:
                as_office.get("/decisions/")
            queries.append(len(asked))
        assert queries[1] == queries[2] == queries[4]
        pages = [shown_in(as_office.get(f"/decisions/?page={number}")) for number in (1, 2, 3)]
        assert pages == [["Task-1", "Task-2"], ["Task-3", "Task-4"], ["Task-5"]]
        answer = as_office.get("/decisions/?kind=close_out")
        assert shown_in(answer) == ["Task-4", "Task-5"]
        assert [(chip.label, chip.count, chip.current) for chip in answer.context["chips"]] == [
            ("All", 5, False),
            ("Extensions", 3, False),
            ("Close-outs", 2, True),
        ]


def shown_in(response):
    return [asked.task.title for asked, _form in response.context["requests"]]
