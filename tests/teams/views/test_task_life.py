"""A task's life on screen: milestones, townships, suspended and taken up again, a next step that becomes a task."""

import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils.translation import override

from teams.evidence.attachments import attach_evidence
from teams.models import CloseOutEvidence, Milestone, NextStep, ProgressReport, Task, TaskShare
from teams.tasks.milestones import NewMilestone, add_milestones, replace_milestone
from teams.tasks.suspension import suspend_task
from teams.tasks.townships import Share, count_shares, share_out
from tests import factories

TODAY = date(2026, 10, 27)


@pytest.fixture(autouse=True)
def the_day(settings, client):
    """It is 27 October 2026, and the pages speak English."""
    settings.DEMO_TODAY = TODAY
    settings.LANGUAGE_CODE = "en"
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    cache.clear()
    with override("en"):
        yield


def address(name, task, *more):
    return reverse(name, args=[task.year, task.number, *more])


def said(response):
    return response.content.decode()


class TestLayingDown:
    """/tasks/…/milestones/"""

    TEXT = "选址\t2026-06-30\t1\n封顶\t10月底前\t2"

    def test_a_block_is_read_first_and_laid_down_when_confirmed(self, sign_in, task, office):
        client, url = sign_in(office), address("milestones_add", task)
        sent = {"text": self.TEXT, "version": task.version}
        read = client.post(url, {**sent, "do": "read"})
        assert read.status_code == 200
        assert "2026-10-31" in said(read)
        assert "Set 2 milestones" in said(read)
        assert not Milestone.objects.exists()
        assert client.post(url, {**sent, "do": "lay"}).url == task.get_absolute_url()
        assert [(row.title, row.due_on, row.weight) for row in task.milestones.all()] == [
            ("选址", date(2026, 6, 30), 1),
            ("封顶", date(2026, 10, 31), 2),
        ]

    def test_a_line_that_cannot_be_read_is_named_and_nothing_is_laid_down(self, sign_in, task, office):
        sent = {"text": self.TEXT + "\n竣工\t很快", "version": task.version, "do": "lay"}
        response = sign_in(office).post(address("milestones_add", task), sent)
        assert response.status_code == 422
        assert "“很快” is not a date" in said(response)
        assert self.TEXT.split("\n")[1] in said(response)
        assert not Milestone.objects.exists()

    def test_what_the_verb_refuses_stands_above_the_form(self, sign_in, task, office):
        sent = {"text": "封顶\t2027-01-01", "version": task.version, "do": "lay"}
        response = sign_in(office).post(address("milestones_add", task), sent)
        assert response.status_code == 422
        assert "is after the due date of the task" in said(response)

    def test_who_was_slower_sees_what_stands_there_now(self, sign_in, task, office, office2, at):
        seen = task.version
        add_milestones(task, [NewMilestone(title="别人的", due_on=TODAY)], by=office2, at=at)
        url = address("milestones_add", task)
        response = sign_in(office).post(url, {"text": self.TEXT, "version": seen, "do": "lay"})
        assert response.status_code == 409
        assert "别人的" in said(response)
        again = response.context["form"]["version"].value()
        assert sign_in(office).post(url, {"text": self.TEXT, "version": again, "do": "lay"}).status_code == 302

    def test_nothing_is_asked_for(self, sign_in, task, office):
        sent = {"text": " \n ", "version": task.version, "do": "read"}
        assert sign_in(office).post(address("milestones_add", task), sent).status_code == 422


class TestOneMilestone:
    """Marked as done, replaced, and on the task's page."""

    @pytest.fixture
    def steps(self, team):
        """One past and open, one to come."""
        return factories.make_task(
            team=team, milestones=[("选址", date(2026, 10, 20), 1), ("竣工", date(2026, 11, 20), 1)]
        )

    def test_the_page_says_what_is_over_and_offers_to_mark_it(self, sign_in, steps, liaison):
        page = said(sign_in(liaison).get(steps.get_absolute_url()))
        assert "7 days overdue" in page
        assert address("milestone_done", steps, steps.milestones.first().pk) in page
        assert address("milestone_replace", steps, steps.milestones.first().pk) not in page

    def test_today_is_proposed_and_the_day_is_kept(self, sign_in, steps, liaison):
        client, milestone = sign_in(liaison), steps.milestones.first()
        url = address("milestone_done", steps, milestone.pk)
        assert client.get(url).context["form"]["done_on"].value() == TODAY
        assert client.post(url, {"done_on": "2026-10-28"}).status_code == 422
        assert client.post(url, {"done_on": "2026-10-23"}).status_code == 302
        assert client.post(url, {"done_on": "2026-10-23"}).status_code == 409
        assert "3 days late" in said(client.get(steps.get_absolute_url()))

    def test_replaced_it_is_struck_and_its_forms_are_closed(self, sign_in, steps, office):
        client, milestone = sign_in(office), steps.milestones.first()
        url = address("milestone_replace", steps, milestone.pk)
        assert client.get(url).context["form"]["title"].value() == "选址"
        sent = {"title": "选址", "due_on": "2026-11-10", "weight": 1, "reason": ""}
        assert client.post(url, sent).status_code == 422
        assert client.post(url, {**sent, "reason": "用地调整"}).status_code == 302
        assert "<del>选址</del>" in said(client.get(steps.get_absolute_url()))
        for name in ("milestone_replace", "milestone_done"):
            assert client.get(address(name, steps, milestone.pk)).status_code == 409

    def test_on_a_past_evening_it_is_as_it_was(self, sign_in, team, office, at):
        task = factories.make_task(team=team, milestones=[("选址", date(2026, 10, 20), 1)])
        step = NewMilestone(title="改址", due_on=date(2026, 11, 10))
        replace_milestone(task.milestones.get(), step, reason="用地", by=office, at=at)
        page = said(sign_in(office).get(task.get_absolute_url(), {"on": "2026-10-26"}))
        assert "选址" in page
        assert "改址" not in page

    def test_a_milestone_of_another_task_is_not_found(self, sign_in, steps, task, office):
        url = address("milestone_done", task, steps.milestones.first().pk)
        assert sign_in(office).get(url).status_code == 404


class TestTownships:
    """/tasks/…/townships/"""

    @pytest.fixture
    def towns(self, db):
        return [factories.TownshipFactory(name=name) for name in ("东镇", "西乡")]

    def test_the_office_shares_out_and_the_page_names_those_at_zero(self, sign_in, task, towns, office):
        east, west = towns
        client, url = sign_in(office), address("task_shares", task)
        assert client.get(url).status_code == 200
        sent = {f"target-{east.pk}": "8", f"done-{east.pk}": "2", f"target-{west.pk}": "4", "unit": "个村"}
        assert client.post(url, sent).url == task.get_absolute_url()
        task.refresh_from_db()
        assert (task.target, task.done, task.unit) == (12, 2, "个村")
        page = said(client.get(task.get_absolute_url()))
        assert "1 township at zero: 西乡" in page
        assert "1 township behind plan: 东镇" in page

    @pytest.mark.parametrize("number", ["-1", "几个", "1e99"])
    def test_what_is_no_count_stands_beside_its_field(self, sign_in, task, towns, office, number):
        sent = {f"target-{towns[0].pk}": number, "unit": "个村"}
        response = sign_in(office).post(address("task_shares", task), sent)
        assert response.status_code == 422
        assert f"target-{towns[0].pk}" in response.context["form"].errors
        assert number in said(response)
        assert not TaskShare.objects.exists()

    def test_pasted_lines_fill_the_grid_and_save_nothing(self, sign_in, task, towns, office):
        client, url = sign_in(office), address("task_shares", task)
        pasted = {"pasted": "乡镇\t目标\t完成\n西乡\t4\t1\n南乡\t3\t0\n合计\t7\t1", "do": "read", "unit": "个"}
        response = client.post(url, pasted)
        assert response.status_code == 422
        assert "南乡" in said(response)
        form = response.context["form"]
        assert [form[f"{name}-{towns[1].pk}"].value() for name in ("target", "done")] == ["4", "1"]
        assert not TaskShare.objects.exists()
        assert "Totals are left out: line 4." in said(response)
        numbered = client.post(url, {**pasted, "pasted": "1\t东镇\t11\t5"})
        assert numbered.status_code == 200
        form = numbered.context["form"]
        assert [form[f"{name}-{towns[0].pk}"].value() for name in ("target", "done")] == ["11", "5"]

    @pytest.fixture
    def shared(self, team, towns, office, at):
        """30 of 40 accepted; the townships have counted 20 and 10."""
        task = factories.make_task(team=team, target=Decimal(40), unit="个村", done=Decimal(30), percent=Decimal(75))
        shares = zip(towns, (25, 15), (20, 10), strict=True)
        rows = [Share(township=town, target=Decimal(goal), done=Decimal(done)) for town, goal, done in shares]
        share_out(task, rows, by=office, at=at)
        return task

    def test_the_team_counts_but_sets_no_target(self, sign_in, shared, towns, liaison):
        client, url = sign_in(liaison), address("task_shares", shared)
        form = client.get(url).context["form"]
        assert form.shares_out is False
        assert f"target-{towns[0].pk}" not in form.fields
        sent = {f"target-{towns[0].pk}": "1", f"done-{towns[0].pk}": "24", f"done-{towns[1].pk}": "10"}
        assert client.post(url, sent).status_code == 302
        shared.refresh_from_db()
        assert (shared.target, shared.done) == (40, 30)
        assert "4 more than in the last accepted report" in said(client.get(shared.get_absolute_url()))

    def test_a_count_that_is_hard_to_believe_is_asked_beside_its_field(self, sign_in, shared, towns, liaison):
        client, url, key = sign_in(liaison), address("task_shares", shared), towns[0].pk
        sent = {f"done-{key}": "9999", f"seen-{key}": "1", f"done-{towns[1].pk}": "10"}
        response = client.post(url, sent)
        assert response.status_code == 422
        assert "9,999 of 25 个村: 400 times the target. Is that correct?" in said(response)
        assert f'name="confirm-{key}"' in response.content.decode()
        assert f'name="confirm-{towns[1].pk}"' not in response.content.decode()
        assert client.post(url, {**sent, f"done-{key}": "999", f"confirm-{key}": "9999"}).status_code == 422
        assert client.post(url, {**sent, f"confirm-{key}": "9999"}).status_code == 302
        assert TaskShare.objects.get(township=towns[0]).done == 9999

    def test_a_stale_township_shows_both_and_can_be_sent_again(self, sign_in, shared, towns, liaison, head, at):
        count_shares(shared, [Share(township=towns[0], done=Decimal(22))], by=head, at=at)
        client, url = sign_in(liaison), address("task_shares", shared)
        sent = {f"done-{towns[0].pk}": "23", f"seen-{towns[0].pk}": "1", f"done-{towns[1].pk}": "10"}
        response = client.post(url, sent)
        assert response.status_code == 409
        assert "22 / 25" in said(response)
        again = {**sent, f"seen-{towns[0].pk}": response.context["form"][f"seen-{towns[0].pk}"].value()}
        assert client.post(url, again).status_code == 302
        assert TaskShare.objects.get(township=towns[0]).done == 23

    def test_a_task_that_is_not_shared_out_has_nothing_to_count(self, sign_in, task, towns, liaison):
        page = sign_in(liaison).get(address("task_shares", task))
        assert "No townships to count" in said(page)
        assert address("task_shares", task) not in said(sign_in(liaison).get(task.get_absolute_url()))

    def test_it_costs_the_same_for_two_townships_and_thirty(self, sign_in, shared, office, query_budget):
        client, url = sign_in(office), address("task_shares", shared)
        with query_budget("task_shares", "any number of townships"):
            client.get(url)
        for _place in range(28):
            factories.TownshipFactory()
        with query_budget("task_shares", "any number of townships"):
            client.get(url)


class TestSuspended:
    """Put aside and taken up again."""

    def test_it_says_what_will_happen_and_needs_a_reason(self, sign_in, task, office):
        client, url = sign_in(office), address("task_suspend", task)
        assert "No report is due on it" in said(client.get(url))
        assert client.post(url, {"reason": " "}).status_code == 422
        assert client.post(url, {"reason": "等待用地"}).status_code == 302
        assert "Grey: suspended" in said(client.get(task.get_absolute_url()))

    def test_taking_it_up_again_warns_of_a_day_that_has_passed(self, sign_in, team, office, at):
        task = factories.make_task(
            team=team, due_on=date(2026, 10, 20), milestones=[("封顶", date(2026, 10, 1), 1)], percent=100
        )
        suspend_task(task, reason="等", by=office, at=at)
        client, url = sign_in(office), address("task_resume", task)
        page = said(client.get(url))
        assert "It was due on 2026-10-20" in page
        assert "Milestones in the past" in page
        assert client.post(url, {"due_on": "2026-10-19"}).status_code == 422
        assert client.post(url, {"due_on": "2026-11-30", "reason": "用地已批"}).status_code == 302
        task.refresh_from_db()
        assert (task.state, task.due_on) == ("in_progress", date(2026, 11, 30))

    def test_an_ongoing_task_is_asked_for_no_date(self, sign_in, team, office, at):
        task = factories.make_task(team=team, due_on=None, ongoing=True)
        suspend_task(task, reason="等", by=office, at=at)
        form = sign_in(office).get(address("task_resume", task)).context["form"]
        assert list(form.fields) == ["reason"]

    def test_a_page_refuses_before_anything_is_typed(self, sign_in, task, head, office):
        task.state = "cancelled"
        task.save()
        for person, names in ((head, ["extension_ask", "close_out_ask"]), (office, ["task_cancel", "task_suspend"])):
            for name in names:
                response = sign_in(person).get(address(name, task))
                assert (response.status_code, "is now: Cancelled" in said(response)) == (409, True), name
        assert sign_in(head).get(address("task_cancel", task)).status_code == 403

    def test_what_is_not_suspended_is_not_taken_up(self, sign_in, task, office):
        assert sign_in(office).post(address("task_resume", task), {}).status_code == 409


class TestProof:
    """A close-out with what proves it."""

    def test_files_go_with_the_request_and_the_office_decides_with_them_in_view(self, sign_in, task, head, office):
        url = address("close_out_ask", task)
        sent = {
            "statement": "全部建成",
            "unfinished": "on",
            "files": [SimpleUploadedFile("竣工.jpg", factories.photo())],
        }
        assert sign_in(head).post(url, sent).status_code == 302
        piece = CloseOutEvidence.objects.get()
        assert (piece.owner.task, piece.file.by) == (task, head)
        client = sign_in(office)
        small = reverse("evidence_small", args=["close-out", piece.pk])
        decide = reverse("close_out_decide", args=[piece.owner_id])
        for page in (reverse("decisions"), decide, task.get_absolute_url()):
            assert small in said(client.get(page)), page
        assert reverse("close_out_evidence", args=[task.year, task.number]) in said(
            sign_in(head).get(task.get_absolute_url())
        )

    def test_a_bad_file_refuses_the_whole_request_and_keeps_the_words(self, sign_in, task, head):
        sent = {"statement": "全部建成", "files": [SimpleUploadedFile("竣工.jpg", b"MZ not a picture")]}
        response = sign_in(head).post(address("close_out_ask", task), sent)
        assert response.status_code == 422
        assert "files" in response.context["form"].errors
        assert "全部建成" in said(response)
        task.refresh_from_db()
        assert task.state == "in_progress"

    def test_without_a_file_the_office_is_told_so(self, sign_in, task, head, office):
        sign_in(head).post(address("close_out_ask", task), {"statement": "全部建成", "unfinished": "on"})
        assert "No evidence was attached" in said(sign_in(office).get(reverse("decisions")))

    def test_evidence_stands_on_the_page_for_the_readers_of_the_teams_papers(self, sign_in, task, liaison, auditor, at):
        [piece] = attach_evidence(task, factories.a_photo(), by=liaison, at=at)
        small = reverse("evidence_small", args=["task", piece.pk])
        assert small in said(sign_in(liaison).get(task.get_absolute_url()))
        assert small not in said(sign_in(auditor).get(task.get_absolute_url()))
        assert "attached 1 piece of evidence" in said(sign_in(liaison).get(address("task_history", task)))
        assert "evidence" not in said(sign_in(auditor).get(address("task_history", task)))


class TestNew:
    """/tasks/new/"""

    def test_all_faults_come_at_once(self, sign_in, fields, task, office):
        sent = {"number": task.number, "title": "", "start_on": "2026-12-31", "due_on": "2026-11-01", "unit": "户"}
        response = sign_in(office).post(reverse("task_new"), fields | sent)
        assert response.status_code == 422
        assert set(response.context["form"].errors) >= {"number", "title", "due_on", "target"}
        assert "Please fill this in." in said(response)

    @pytest.fixture
    def fields(self, team):
        """The least that a new task needs."""
        return {
            "team": team.pk,
            "year": 2026,
            "number": 31,
            "title": "培育示范村",
            "lead_department": team.departments.get(part="lead").department.name,
            "source": "meeting",
            "basis": "10月推进会议定事项第3项",
            "level": 1,
            "start_on": "2026-10-01",
            "due_on": "2026-12-31",
            "step-TOTAL_FORMS": 0,
            "step-INITIAL_FORMS": 0,
        }

    @pytest.fixture
    def step(self, team, period):
        """A line of the team's report."""
        report = ProgressReport.objects.create(period=period, team=team)
        return NextStep.objects.create(report=report, text="启动第二批项目", due_on=date(2026, 11, 20))

    def test_the_basis_stands_beside_the_source(self, sign_in, fields, office):
        sign_in(office).post("/tasks/new/", fields)
        assert "10月推进会议定事项第3项" in said(sign_in(office).get(Task.objects.get().get_absolute_url()))

    def test_milestones_can_be_pasted_with_it(self, sign_in, fields, office):
        response = sign_in(office).post("/tasks/new/", {**fields, "pasted": "选址\t11.15\n竣工\t很快"})
        assert response.status_code == 422
        assert "Line 2: “很快” is not a date" in said(response)
        faulty = "选址\t9.1\n竣工\t很快\n验收\t2027-01-01"
        found = sign_in(office).post("/tasks/new/", {**fields, "pasted": faulty}).context["form"].errors["pasted"]
        assert found[0].startswith("Line 2: “很快” is not a date")
        assert found[1] == (
            "“选址” on 2026-09-01 is before the start of the task. "
            "“验收” on 2027-01-01 is after the due date of the task."
        )
        sign_in(office).post("/tasks/new/", {**fields, "pasted": "选址\t11.15\n竣工\t12月\t3"})
        assert [(step.title, step.weight) for step in Task.objects.get().milestones.all()] == [("选址", 1), ("竣工", 3)]

    def test_a_count_that_is_hard_to_believe_is_asked_with_all_other_faults(self, sign_in, fields, office):
        client = sign_in(office)
        assert 'name="confirmed"' not in client.get("/tasks/new/").content.decode()
        counted = {**fields, "target": "46", "unit": "个", "done": "9999"}
        response = client.post("/tasks/new/", {**counted, "title": ""})
        assert set(response.context["form"].errors) == {"title", "confirmed"}
        assert re.search(r'id="id_confirmed"\s+name="confirmed"\s+value="9999"', response.content.decode())
        assert client.post("/tasks/new/", {**counted, "confirmed": "9999"}).status_code == 302
        task = Task.objects.get()
        assert task.done == 9999
        response = client.post(f"{task.get_absolute_url()}edit/", {**counted, "target": "4", "version": task.version})
        assert re.search(r'id="id_confirmed"\s+name="confirmed"\s+value="9999"', response.content.decode())

    def test_another_one_for_the_same_team_follows(self, sign_in, fields, team, office):
        response = sign_in(office).post("/tasks/new/", {**fields, "again": "yes"})
        assert response.url == f"/tasks/new/?team={team.code}"
        form = sign_in(office).get(response.url).context["form"]
        assert form.initial["team"] == team
        assert form.initial["number"] == 32
        assert form["lead_department"].value() == fields["lead_department"]

    def test_a_next_step_proposes_a_task_and_becomes_it_once(self, sign_in, fields, team, step, office, head):
        client, url = sign_in(office), f"/tasks/new/?from_step={step.pk}"
        form = client.get(url).context["form"]
        assert (form.initial["title"], form.initial["team"]) == ("启动第二批项目", team)
        assert (form.initial["due_on"], form.initial["source"]) == (date(2026, 11, 20), "own")
        client.post(url, fields)
        task = Task.objects.get()
        step.refresh_from_db()
        assert step.task == task
        assert client.get(url).url == task.get_absolute_url()
        assert client.post(url, {**fields, "number": 32}).status_code == 409
        assert step.report.get_absolute_url() in said(sign_in(head).get(task.get_absolute_url()))

    def test_the_report_is_named_to_its_readers_alone(self, sign_in, fields, step, office, auditor):
        sign_in(office).post(f"/tasks/new/?from_step={step.pk}", fields)
        page = said(sign_in(auditor).get(Task.objects.get().get_absolute_url()))
        assert step.report.get_absolute_url() not in page

    @pytest.mark.parametrize("asked", ["0", "x", "999999"])
    def test_a_step_that_is_not_there_is_not_found(self, sign_in, action, office, asked):
        assert sign_in(office).get("/tasks/new/", {"from_step": asked}).status_code == 404


def test_the_page_costs_the_same_whatever_stands_on_it(sign_in, team, office, at, query_budget):
    task = factories.make_task(
        team=team, target=Decimal(9), unit="个", done=Decimal(0), milestones=[("a", date(2026, 5, 1), 1)]
    )
    share_out(task, [Share(township=factories.TownshipFactory(), target=Decimal(9))], by=office, at=at)
    client = sign_in(office)
    with query_budget("task", "any number of milestones and shares"):
        client.get(task.get_absolute_url())
    steps = [NewMilestone(title=f"第{n}步", due_on=date(2026, 6, 1) + timedelta(days=n)) for n in range(9)]
    add_milestones(task, steps, by=office, at=at)
    shares = [Share(township=factories.TownshipFactory(), target=Decimal(1)) for _place in range(9)]
    share_out(task, shares, by=office, at=at)
    with query_budget("task", "any number of milestones and shares"):
        client.get(task.get_absolute_url())


class TestRefusedAtOnce:
    """What nothing typed could change is refused before the form is shown."""

    @pytest.mark.parametrize("state", ["closed_out", "cancelled"])
    @pytest.mark.parametrize(
        "name", ["milestones_add", "milestone_done", "milestone_replace", "task_shares", "task_edit"]
    )
    def test_a_task_that_has_ended(self, sign_in, task, office, at, name, state):
        milestone = Milestone.objects.create(task=task, title="封顶", due_on=date(2026, 10, 31), laid_at=at)
        url = address(name, task, *([milestone.pk] if name.startswith("milestone_") else []))
        client = sign_in(office)
        assert client.get(url).status_code == 200
        Task.objects.filter(pk=task.pk).update(state=state, asked_on=date(2026, 10, 1), closed_on=date(2026, 10, 1))
        refused = client.get(url)
        assert refused.status_code == 409
        assert "<textarea" not in said(refused)

    def test_a_milestone_that_is_done(self, sign_in, task, office, at):
        done = {"done_on": date(2026, 10, 1), "done_at": at}
        milestone = Milestone.objects.create(task=task, title="封顶", due_on=date(2026, 9, 30), laid_at=at, **done)
        client = sign_in(office)
        assert client.get(address("milestone_done", task, milestone.pk)).status_code == 409
        assert client.get(address("milestone_replace", task, milestone.pk)).status_code == 200
