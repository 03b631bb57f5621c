"""The pages of problems: the board, the page of one, and the forms of its steps."""

import io
from datetime import date, timedelta

import openpyxl
import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from governance.clock import at_time
from governance.records.models import AuditEvent
from teams.meetings.models import Problem
from teams.meetings.problems.analysis import merge_problem
from teams.meetings.problems.rectification import add_problem_task, resolve_problem
from teams.meetings.problems.verification import close_out_problem, reopen_problem
from teams.models import ReportEntry
from tests import factories
from tests.budgets import counted
from tests.formats.brought import photo
from tests.teams.meetings.factories import (
    a_problem,
    a_problem_in_rectification,
    a_resolved_problem,
    an_analysed_problem,
)
from tests.teams.sample_reports import submitted

BOARD = "/problems/"


@pytest.fixture(autouse=True)
def tuesday(settings, client, at):
    """It is ten o'clock on 27 October, and the pages speak English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    with override("en"), time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def problem(team, office, at):
    return a_problem(team, by=office, at=at)


@pytest.fixture
def resolved(team, office, head, at):
    return a_resolved_problem(team, by=office, head=head, at=at)


def board(client, **query):
    return client.get(BOARD, query)


def numbers(response):
    return [row.problem.number for row in response.context["rows"]]


def post(client, problem, step, **data):
    return client.post(f"{problem.get_absolute_url()}{step}/", {"version": problem.version, **data})


class TestBoard:
    """/problems/"""

    def test_it_is_grouped_by_who_acts_next_overdue_ones_first(self, sign_in, team, office, head, at):
        resolved = a_resolved_problem(team, by=office, head=head, at=at)
        young = a_problem_in_rectification(team, by=office, head=head, at=at)
        late = a_problem_in_rectification(team, by=office, head=head, at=at, due_on=at.date())
        raised = a_problem(team, by=office, at=at)
        with time_machine.travel(at + timedelta(days=4), tick=False):
            page = board(sign_in(office))
        assert numbers(page) == [raised.number, late.number, young.number, resolved.number]
        text = page.content.decode()
        assert "4 days overdue" in text
        assert "4 problems in hand, 2 wait for you, 1 is overdue, 1 waits to be verified" in text

    def test_buttons_are_those_of_the_reader(self, sign_in, team, office, head, member, at):
        problem = an_analysed_problem(team, by=office, at=at)
        button = reverse("problem_take_up", args=[problem.number])
        assert button in board(sign_in(head)).content.decode()
        for person in (office, member):
            assert button not in board(sign_in(person)).content.decode()

    def test_chips_count_what_they_show(self, sign_in, team, other_team, office, head, at):
        a_problem(team, other_team, by=office, at=at)
        closed = close_out_problem(a_resolved_problem(team, by=office, head=head, at=at), by=office, at=at)
        again = close_out_problem(a_resolved_problem(team, by=office, head=head, at=at), by=office, at=at)
        reopen_problem(again, reason="反弹", due_on=date(2026, 12, 1), by=office, at=at)
        client = sign_in(office)
        chips = {chip.label: chip for chip in board(client).context["chips"]}
        assert {label: chip.count for label, chip in chips.items()} == {
            "In hand": 2,
            "Waiting for me": 1,
            "Common": 1,
            "Reopened": 1,
            "Closed out": 1,
            "All": 3,
        }
        for chip in chips.values():
            assert len(numbers(client.get(chip.url))) == chip.count
        assert numbers(board(client, show="closed_out")) == [closed.number]

    def test_a_team_sees_its_own_and_common_ones(self, sign_in, team, other_team, other_head, office, at):
        a_problem(team, by=office, at=at)
        common = a_problem(team, other_team, by=office, at=at)
        assert numbers(board(sign_in(other_head))) == [common.number]

    def test_words_and_numbers_are_found(self, sign_in, action, office, at):
        team = factories.TeamFactory(action=action, code="park", name="园区工作专班", short_name="园区")
        a_problem(team, by=office, at=at, title="台账与实物不符")
        other = a_problem(team, by=office, at=at)
        client = sign_in(office)
        assert numbers(board(client, q="台账 不符")) == [1]
        assert numbers(board(client, q=str(other.number))) == [other.number]
        assert numbers(board(client, q=team.short_name)) == [1, 2]

    def test_it_is_exported_as_it_is_narrowed(self, as_office, team, office, head, at):
        a_resolved_problem(team, by=office, head=head, at=at)
        a_problem(team, by=office, at=at, title="=1+1")
        response = as_office.get(BOARD, {"format": "xlsx", "show": "raised"})
        sheet = openpyxl.load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
        rows = list(sheet.iter_rows(values_only=True))
        assert len(rows) == 2 and rows[1][1] == "'=1+1"
        assert AuditEvent.objects.filter(verb="export_list").count() == 1
        assert b"".join(as_office.get(BOARD, {"format": "csv"}).streaming_content).count(b"\n") == 3

    def test_it_costs_the_same_for_many(self, as_office, team, other_team, office, head, at):
        asked = []
        for _ in range(2):
            for _ in range(3):
                a_problem(team, other_team, by=office, at=at)
                a_resolved_problem(team, by=office, head=head, at=at)
            with counted() as queries:
                board(as_office)
            asked.append(len(queries))
        assert asked[0] == asked[1] <= 28

    def test_the_time_closed_out_is_a_gap_and_is_said(self, sign_in, resolved, office, at):
        closed = close_out_problem(resolved, by=office, at=at)
        later = at + timedelta(days=20)
        reopen_problem(closed, reason="反弹", due_on=date(2026, 12, 1), by=office, at=later)
        with time_machine.travel(later, tick=False):
            text = board(sign_in(office)).content.decode()
        assert "closed for 20 of them" in text and 'class="age-gap"' in text
        assert "reopened 1 time" in text


class TestPage:
    """/problems/<number>/"""

    def test_it_tells_the_whole_story(self, sign_in, team, office, head, leader, at):
        problem = a_problem_in_rectification(team, by=office, head=head, at=at)
        task = factories.make_task(team=team, title="逐件回访")
        add_problem_task(problem, task, by=office, at=at)
        resolve_problem(problem, text="十户已回访", by=head, at=at, files=factories.a_photo())
        text = sign_in(leader).get(problem.get_absolute_url()).content.decode()
        for words in (
            "办结无人核对",
            "逐件回访属实",
            "十户已回访",
            "逐件回访",
            "took it up",
            "reported it as resolved",
        ):
            assert words in text
        assert reverse("problem_verify", args=[problem.number]) not in text

    @pytest.mark.parametrize("person", ["head", "office", "leader"])
    def test_only_what_may_be_done_is_offered(self, sign_in, resolved, person, request):
        client = sign_in(request.getfixturevalue(person))
        text = client.get(resolved.get_absolute_url()).content.decode()
        assert (reverse("problem_verify", args=[resolved.number]) in text) == (person == "office")

    def test_an_order_can_be_issued_once_it_is_overdue(self, sign_in, team, office, head, at):
        problem = a_problem_in_rectification(team, by=office, head=head, at=at, due_on=at.date())
        link = f"/orders/new/?problem={problem.number}"
        assert link not in sign_in(office).get(problem.get_absolute_url()).content.decode()
        with time_machine.travel(at + timedelta(days=1), tick=False):
            assert link in sign_in(office).get(problem.get_absolute_url()).content.decode()
            assert link not in sign_in(head).get(problem.get_absolute_url()).content.decode()
            form = sign_in(office).get(link).context["form"]
        assert str(form["problem"].value()) == str(problem.number)

    def test_a_merged_one_leads_to_the_survivor(self, sign_in, team, other_team, office, other_head, head, at):
        problem, into = a_problem(team, by=office, at=at, title="台账不符"), a_problem(other_team, by=office, at=at)
        merge_problem(problem, into, by=office, at=at)
        page = sign_in(head).get(problem.get_absolute_url()).content.decode()
        assert f'href="{into.get_absolute_url()}"' in page
        assert "merged problem 1 台账不符 into this one" in sign_in(head).get(into.get_absolute_url()).content.decode()
        assert "台账不符" not in sign_in(other_head).get(into.get_absolute_url()).content.decode()

    def test_others_do_not_find_it(self, sign_in, problem, other_head, secretary):
        for person in (other_head, secretary):
            assert sign_in(person).get(problem.get_absolute_url()).status_code == 404


class TestForms:
    """Each step has a page of its own."""

    def test_the_whole_way(self, sign_in, team, head, office, office2, at):
        data = {"teams": [team.pk], "title": "微心愿未办先销", "found_by": "check", "found_on": "2026-10-20"}
        assert sign_in(head).post("/problems/new/", data).status_code == 302
        problem = Problem.objects.get()
        analysis = {"cause": "无人核对", "severity": 2, "lead": team.pk, "due_on": "2026-11-30", "solved_when": "属实"}
        assert post(sign_in(office), problem, "analyse", **analysis).status_code == 302
        problem.refresh_from_db()
        assert post(sign_in(head), problem, "take-up").status_code == 302
        problem.refresh_from_db()
        task = factories.make_task(team=team)
        assert post(sign_in(office), problem, "tasks/add", task=task.pk).status_code == 302
        problem.refresh_from_db()
        proof = SimpleUploadedFile("a.jpg", photo())
        assert post(sign_in(head), problem, "resolve", text="已回访", files=proof).status_code == 302
        problem.refresh_from_db()
        assert post(sign_in(office), problem, "verify", verdict="back", text="缺三户").status_code == 302
        problem.refresh_from_db()
        assert post(sign_in(head), problem, "resolve", text="已补三户").status_code == 302
        problem.refresh_from_db()
        refused = post(sign_in(office2), problem, "verify", verdict="close")
        assert refused.status_code == 409 and str(task) in refused.content.decode()
        type(task).objects.filter(pk=task.pk).update(state="closed_out")
        assert post(sign_in(office2), problem, "verify", verdict="close").status_code == 302
        problem.refresh_from_db()
        with time_machine.travel(at_time(date(2026, 11, 26), 9), tick=False):
            assert post(sign_in(office), problem, "look-back", text="均已办结").status_code == 302
            problem.refresh_from_db()
            assert post(sign_in(office), problem, "reopen", reason="反弹", due_on="2026-12-20").status_code == 302
        problem.refresh_from_db()
        assert (problem.state, problem.steps.count()) == ("rectifying", 10)

    def test_a_refusal_stands_beside_its_field_and_the_text_is_kept(self, as_office, problem, team):
        answer = post(as_office, problem, "analyse", cause="无人核对", severity=1, lead=team.pk, due_on="2026-10-26")
        assert answer.status_code == 422
        assert "无人核对" in answer.content.decode()
        late = {"cause": "无人核对", "severity": 1, "lead": team.pk, "due_on": "2026-10-26", "solved_when": "属实"}
        answer = post(as_office, problem, "analyse", **late)
        assert answer.status_code == 422 and "cannot be due before today" in answer.content.decode()

    def test_a_form_that_is_out_of_date_overwrites_nothing(self, as_office, problem):
        answer = as_office.post(f"{problem.get_absolute_url()}drop/", {"version": 7, "reason": "重复"})
        assert answer.status_code == 409
        problem.refresh_from_db()
        assert problem.state == "raised"

    def test_merging_and_dropping(self, as_office, problem, team, office, at):
        into = a_problem(team, by=office, at=at)
        assert post(as_office, problem, "merge", into=into.pk).status_code == 302
        into.refresh_from_db()
        assert post(as_office, into, "drop", reason="不成立").status_code == 302

    def test_a_person_of_two_teams_chooses_a_team_of_another_gets_none(self, sign_in, team, other_team, head):
        page = sign_in(head).get("/problems/new/")
        assert list(page.context["form"].fields["teams"].queryset) == [team]
        data = {"teams": [other_team.pk], "title": "微心愿", "found_by": "check", "found_on": "2026-10-20"}
        assert sign_in(head).post("/problems/new/", data).status_code == 422

    def test_evidence_is_attached_before_and_after(self, sign_in, problem, liaison, leader):
        url = reverse("problem_evidence", args=[problem.number, "before"])
        assert sign_in(liaison).post(url, {"files": SimpleUploadedFile("a.jpg", photo())}).status_code == 302
        assert problem.evidence.get().moment == "before"
        assert len(sign_in(leader).get(url).context["exhibits"]) == 1
        after = reverse("problem_evidence", args=[problem.number, "after"])
        assert sign_in(leader).get(after).context["exhibits"] == []
        assert sign_in(leader).get(reverse("problem_evidence", args=[problem.number, "during"])).status_code == 404

    def test_it_stands_in_the_gallery_of_each_of_its_teams(self, sign_in, team, other_team, office, other_head, at):
        problem = a_problem(team, other_team, by=office, at=at)
        url = reverse("problem_evidence", args=[problem.number, "before"])
        sign_in(office).post(url, {"files": SimpleUploadedFile("a.jpg", photo())})
        for each in (team, other_team):
            days = sign_in(office).get(reverse("team_evidence", args=[each.code])).context["days"]
            assert [item.piece.owner for _day, items in days for item in items] == [problem]


class TestOrigins:
    """A row of a report under review, and a matter."""

    def test_the_review_offers_to_raise_a_row_and_shows_it_then(self, as_office, team, period, road, head, office):
        report = submitted(team, period, road, by=head)
        entry = ReportEntry.objects.get()
        link = f"/problems/new/?entry={entry.pk}"
        assert link in as_office.get(report.get_review_url()).content.decode()
        form = as_office.get(link).context["form"]
        assert form["found_by"].value() == "report" and form["teams"].value() == [team.pk]
        data = {"teams": [team.pk], "title": "滞后", "found_by": "report", "found_on": "2026-10-20"}
        assert as_office.post(link, data).status_code == 302
        problem = Problem.objects.get()
        assert problem.entry == entry
        assert f'href="{problem.get_absolute_url()}"' in as_office.get(report.get_review_url()).content.decode()

    def test_so_does_a_matter(self, sign_in, matter, head, forester, team):
        link = f"/problems/new/?matter={matter.pk}"
        assert link in sign_in(head).get(matter.get_absolute_url()).content.decode()
        assert link not in sign_in(forester).get(matter.get_absolute_url()).content.decode()
        data = {"teams": [team.pk], "title": "手续", "found_by": "report", "found_on": "2026-10-20"}
        assert sign_in(head).post(link, data).status_code == 302
        assert Problem.objects.get().matter == matter

    def test_a_row_that_may_not_be_read_is_not_there(self, sign_in, other_head, team, period, road, head):
        submitted(team, period, road, by=head)
        assert sign_in(other_head).get(f"/problems/new/?entry={ReportEntry.objects.get().pk}").status_code == 404


def test_home_says_what_is_to_be_done(sign_in, problem, team, office, head, at):
    assert "1 problem to analyse" in sign_in(office).get("/").content.decode()
    an_analysed_problem(team, by=office, at=at)
    assert "Problem to take up" in sign_in(head).get("/").content.decode()


def test_the_search_finds_it_for_its_readers(sign_in, problem, head, other_head):
    assert problem.get_absolute_url() in sign_in(head).get("/search/?q=微心愿").content.decode()
    assert problem.get_absolute_url() not in sign_in(other_head).get("/search/?q=微心愿").content.decode()
