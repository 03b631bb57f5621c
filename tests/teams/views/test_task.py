"""The pages of tasks: what they show, to whom, at what cost, and what they say when something cannot be."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from governance.clock import at_time
from teams.models import CloseOut, Extension, Stage, Task
from teams.tasks.assignment import cancel_task, edit_task
from teams.tasks.changes import Change, LampContext, write_changes
from teams.tasks.close_outs import ask_close_out
from teams.tasks.extensions import ask_extension
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


@pytest.fixture
def as_head(client, head):
    """The browser of the team's head."""
    client.force_login(head)
    return client


def page(client, name, task, **query):
    return client.get(reverse(name, args=[task.year, task.number]), query)


def titles(response):
    return [standing.row.title for standing in response.context["table"].data]


class TestList:
    """/tasks/"""

    @pytest.fixture
    def three(self, team, other_team):
        """A red, a yellow and a closed task."""
        return [
            factories.make_task(team=team, title="红", percent=90, due_on=date(2026, 10, 20)),
            factories.make_task(team=other_team, title="黄", percent=65, due_on=date(2026, 11, 30), level=3),
            factories.make_task(team=other_team, title="灰", state="closed_out", closed_on=date(2026, 10, 1)),
        ]

    def test_it_hangs_on_the_wall_for_everybody(self, client, three, auditor):
        client.force_login(auditor)
        assert titles(client.get("/tasks/")) == ["红", "黄", "灰"]

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ({"lamp": "red"}, ["红"]),
            ({"lamp": "yellow"}, ["黄"]),
            ({"lamp": "grey"}, ["灰"]),
            ({"lamp": "blue"}, []),
            ({"q": "黄"}, ["黄"]),
            ({"q": "无"}, []),
            ({"due": "past"}, ["红"]),
            ({"due": "ongoing"}, []),
            ({"level": "3"}, ["黄"]),
            ({"state": "closed_out"}, ["灰"]),
            ({"sort": "-number"}, ["灰", "黄", "红"]),
            ({"sort": "due"}, ["红", "黄", "灰"]),
        ],
    )
    def test_the_address_narrows_and_sorts(self, as_office, three, query, found):
        assert titles(as_office.get("/tasks/", query)) == found

    def test_by_team_and_by_number(self, as_office, three, team):
        assert titles(as_office.get("/tasks/", {"team": team.code})) == ["红"]
        assert titles(as_office.get("/tasks/", {"q": three[1].number})) == ["黄"]

    def test_by_stage(self, as_office, three, action):
        stage = Stage.objects.create(
            action=action, order=2, title="攻坚", starts_on=date(2026, 7, 1), ends_on=date(2026, 12, 1)
        )
        Task.objects.filter(pk=three[2].pk).update(stage=stage)
        assert titles(as_office.get("/tasks/", {"stage": 2})) == ["灰"]

    def test_chips_count_each_lamp_whatever_lamp_is_chosen(self, as_office, three):
        chips = as_office.get("/tasks/", {"lamp": "red"}).context["chips"]
        assert [chip.count for chip in chips] == [3, 1, 1, 0, 0, 1]
        assert [chip.current for chip in chips] == [False, True, False, False, False, False]

    def test_chips_count_what_the_other_filters_leave(self, as_office, three, team):
        chips = as_office.get("/tasks/", {"team": team.code}).context["chips"]
        assert [chip.count for chip in chips] == [1, 1, 0, 0, 0, 0]

    def test_a_row_says_how_many_days_it_is_over(self, as_office, three):
        assert "7 days overdue" in as_office.get("/tasks/").content.decode()

    def test_an_evening_before_is_shown_as_known_then(self, as_office, task, office):
        edit_task(task, {"title": "改了名"}, by=office, at=at_time(TODAY + timedelta(days=1), 9))
        assert titles(as_office.get("/tasks/", {"on": "2026-10-27"})) == ["改了名"]
        response = as_office.get("/tasks/", {"on": "2026-10-26"})
        assert titles(response) == []
        assert "26 October 2026" in response.content.decode()

    def test_an_evening_before_is_narrowed_and_sorted_too(self, as_office, team, office):
        for number in (21, 22, 23):
            task = factories.make_task(team=team, number=number, title=f"任务{number}", percent=number)
            edit_task(task, {"title": "后来"}, by=office, at=at_time(TODAY, 9))
        query = {"on": "2026-10-26", "sort": "-number"}
        assert titles(as_office.get("/tasks/", query)) == ["任务23", "任务22", "任务21"]
        assert titles(as_office.get("/tasks/", {**query, "q": "任务22"})) == ["任务22"]
        assert titles(as_office.get("/tasks/", {**query, "team": team.code, "lamp": "red"})) != []

    @pytest.mark.parametrize(("day", "said"), [("2026-10-28", "is in the future"), ("gestern", "is not a date")])
    def test_a_day_that_cannot_be_shown_is_refused_in_words(self, as_office, task, day, said):
        response = as_office.get("/tasks/", {"on": day})
        assert response.status_code == 400
        assert said in response.content.decode()

    def test_an_empty_list_says_how_tasks_come(self, as_office, action):
        assert "New task" in as_office.get("/tasks/").content.decode()

    def test_without_an_action_it_is_empty_not_broken(self, as_office):
        assert as_office.get("/tasks/").status_code == 200

    def test_only_the_office_is_offered_a_new_task(self, client, task, head, office):
        client.force_login(head)
        assert reverse("task_new") not in client.get("/tasks/").content.decode()
        client.force_login(office)
        assert reverse("task_new") in client.get("/tasks/").content.decode()

    def test_more_than_fifty_teams_are_searched_not_chosen(self, as_office, action, task):
        for _place in range(51):
            factories.TeamFactory(action=action)
        form = as_office.get("/tasks/", {"team": task.team.code}).context["filter"].form
        assert form["team"].is_hidden
        assert titles(as_office.get("/tasks/", {"team": task.team.code})) == [task.title]


class TestTask:
    """/tasks/<year>-<number>/"""

    def test_it_says_why_the_lamp_is_what_it_is(self, as_office, team):
        task = factories.make_task(team=team, percent=40, due_on=date(2026, 11, 30))
        said = page(as_office, "task", task).content.decode()
        assert "40% done, 88% planned" in said
        assert "Red: far behind" in said

    def test_it_says_what_comes_if_nothing_changes(self, as_office, team):
        task = factories.make_task(team=team, percent=88, due_on=date(2026, 11, 30))
        assert f"from {task.yellow_from}" in page(as_office, "task", task).content.decode()

    def test_the_original_due_date_stands_beside_the_new_one(self, as_office, team):
        task = factories.make_task(team=team)
        Task.objects.filter(pk=task.pk).update(due_on=date(2026, 12, 31))
        said = page(as_office, "task", task).content.decode()
        assert "2026-12-31" in said
        assert "originally 2026-11-30" in said

    def test_quantity_milestones_and_departments_are_shown(self, as_office, team):
        task = factories.make_task(
            team=team,
            target=Decimal(12),
            unit="个",
            done=Decimal(7),
            percent=Decimal("58.33"),
            milestones=[("清查", date(2026, 5, 1), 2)],
        )
        task.joint.create(department=factories.DepartmentFactory(name="县财政局"))
        said = page(as_office, "task", task).content.decode()
        for words in ("7 of 12 个", "清查", "县财政局", task.lead_department.name):
            assert words in said

    def test_an_unknown_number_is_not_found(self, as_office, task):
        assert as_office.get(reverse("task", args=[2026, 10**8])).status_code == 404

    @pytest.mark.parametrize(
        ("part", "state", "offered"),
        [
            ("head", "assigned", {"acknowledge_task", "ask_extension", "complete_milestone"}),
            ("head", "in_progress", {"ask_extension", "ask_close_out", "complete_milestone"}),
            ("deputy", "acknowledged", {"ask_extension", "ask_close_out", "complete_milestone"}),
            ("liaison", "assigned", {"acknowledge_task", "complete_milestone"}),
            ("liaison", "in_progress", {"complete_milestone"}),
            ("member", "assigned", set()),
            ("head", "close_out_requested", {"complete_milestone"}),
            ("head", "suspended", {"complete_milestone"}),
            ("head", "closed_out", set()),
        ],
    )
    def test_a_person_of_the_team_is_offered_what_can_be_done(self, client, team, part, state, offered):
        task = factories.make_task(team=team, state=state, asked_on=TODAY, closed_on=TODAY)
        client.force_login(factories.MemberFactory(team=team, part=part).user)
        assert page(client, "task", task).context["offered"] == offered

    @pytest.mark.parametrize(
        ("state", "moves"),
        [
            ("in_progress", {"cancel_task", "suspend_task"}),
            ("suspended", {"cancel_task", "resume_task"}),
            ("close_out_requested", {"cancel_task"}),
        ],
    )
    def test_the_office_is_offered_to_edit_to_plan_and_to_move(self, as_office, team, state, moves):
        task = factories.make_task(team=team, state=state, asked_on=TODAY)
        kept = {"edit_task", "plan_milestones", "complete_milestone", "share_out"}
        assert page(as_office, "task", task).context["offered"] == kept | moves

    def test_no_extension_is_offered_once_the_day_has_passed(self, as_head, team):
        task = factories.make_task(team=team, due_on=date(2026, 10, 26))
        assert page(as_head, "task", task).context["offered"] == {"ask_close_out", "complete_milestone"}

    @pytest.fixture
    def asked(self, task, head, at):
        """An extension with a reason that is the team's own."""
        return ask_extension(task, new_due_on=date(2026, 12, 31), reason="企业内情", by=head, at=at)

    @pytest.mark.parametrize("reader", ["office", "leader", "head", "liaison"])
    def test_requests_are_read_by_team_office_and_leaders(self, client, task, asked, reader, request):
        client.force_login(request.getfixturevalue(reader))
        assert "企业内情" in page(client, "task", task).content.decode()

    @pytest.mark.parametrize("reader", ["other_head", "auditor", "centre", "administrator"])
    def test_and_by_nobody_else(self, client, task, asked, reader, request):
        client.force_login(request.getfixturevalue(reader))
        response = page(client, "task", task)
        assert response.status_code == 200
        assert "企业内情" not in response.content.decode()
        assert "企业内情" not in page(client, "task_history", task).content.decode()
        assert client.get(reverse("extension_decide", args=[asked.pk])).status_code == 404

    def test_the_office_decides_on_the_page(self, as_office, task, asked):
        said = page(as_office, "task", task).content.decode()
        assert reverse("extension_decide", args=[asked.pk]) in said

    def test_the_asker_does_not(self, as_head, task, asked):
        assert reverse("extension_decide", args=[asked.pk]) not in page(as_head, "task", task).content.decode()


class TestDoing:
    """Forms and buttons; without JavaScript."""

    @pytest.fixture
    def new(self, team):
        """What the office fills in for a new task."""
        factories.DepartmentFactory(name="县农业农村局", short_name="农业农村局")
        factories.DepartmentFactory(name="县财政局")
        return {
            "team": team.pk,
            "year": 2026,
            "number": 31,
            "title": "培育示范村30个",
            "lead_department": "农业农村局",
            "joint": "县财政局",
            "source": "annual",
            "level": 2,
            "start_on": "2026-10-01",
            "due_on": "2026-12-31",
            "target": "30",
            "unit": "个",
            "step-TOTAL_FORMS": 2,
            "step-INITIAL_FORMS": 0,
            "step-0-title": "半数建成",
            "step-0-due_on": "2026-11-15",
            "step-0-weight": "3",
            "step-1-title": "",
            "step-1-due_on": "",
            "step-1-weight": "1",
        }

    def test_a_task_is_assigned(self, as_office, new):
        response = as_office.post("/tasks/new/", new)
        task = Task.objects.get()
        assert response.url == task.get_absolute_url()
        assert (task.lead_department.name, task.level, task.target) == ("县农业农村局", 2, Decimal(30))
        assert [row.department.name for row in task.joint.all()] == ["县财政局"]
        assert [(step.title, step.weight) for step in task.milestones.all()] == [("半数建成", 3)]

    @pytest.mark.parametrize(
        ("changes", "field"),
        [
            ({"lead_department": "农业局"}, "lead_department"),
            ({"joint": "县财政局、财政厅"}, "joint"),
            ({"due_on": ""}, "due_on"),
            ({"ongoing": "on"}, "due_on"),
            ({"due_on": "2026-09-01"}, "due_on"),
            ({"due_on": "9999-12-31"}, "due_on"),
            ({"start_on": "0206-10-01"}, "start_on"),
            ({"target": "0"}, "target"),
            ({"number": ""}, "number"),
        ],
    )
    def test_what_is_wrong_stands_beside_its_field_and_nothing_is_lost(self, as_office, new, changes, field):
        response = as_office.post("/tasks/new/", {**new, **changes})
        assert response.status_code == 422
        assert field in response.context["form"].errors
        assert "培育示范村30个" in response.content.decode()
        assert not Task.objects.exists()

    def test_half_a_milestone_is_named(self, as_office, new):
        response = as_office.post("/tasks/new/", {**new, "step-0-due_on": ""})
        assert response.status_code == 422
        assert response.context["form"].steps[0].errors["due_on"]

    def test_a_new_task_is_proposed_the_next_number(self, as_office, team):
        factories.make_task(team=team, number=41)
        assert as_office.get("/tasks/new/").context["form"].initial["number"] == 42

    @pytest.mark.parametrize("name", ["task_edit", "task_cancel"])
    def test_the_team_does_not_edit_or_cancel(self, as_head, task, name):
        assert page(as_head, name, task).status_code == 403

    def test_only_the_office_opens_a_new_task(self, as_head, task):
        assert as_head.get("/tasks/new/").status_code == 403

    def edited(self, task, **changes):
        """The edit form as the browser sends it back."""
        fields = {
            "version": task.version,
            "team": task.team_id,
            "title": task.title,
            "lead_department": task.lead_department.name,
            "source": task.source,
            "level": task.level,
            "start_on": task.start_on.isoformat(),
        }
        return {**fields, **changes}

    def test_a_task_is_edited(self, as_office, task):
        url = reverse("task_edit", args=[task.year, task.number])
        assert as_office.get(url).status_code == 200
        assert as_office.post(url, self.edited(task, title="改好了")).status_code == 302
        task.refresh_from_db()
        assert task.title == "改好了"

    def test_a_stale_form_shows_both_and_can_be_sent_again(self, as_office, task, office2, at):
        url = reverse("task_edit", args=[task.year, task.number])
        sent = self.edited(task, title="我的")
        edit_task(task, {"title": "别人的"}, by=office2, at=at)
        response = as_office.post(url, sent)
        said = response.content.decode()
        assert response.status_code == 409
        assert "别人的" in said
        assert "我的" in said
        again = {**sent, "version": response.context["form"]["version"].value()}
        assert as_office.post(url, again).status_code == 302
        task.refresh_from_db()
        assert task.title == "我的"

    def test_nobody_fills_in_what_cannot_be_saved(self, as_office, task, office, at):
        cancel_task(task, reason="调整", by=office, at=at)
        answer = as_office.get(reverse("task_edit", args=[task.year, task.number]))
        assert answer.status_code == 409
        assert "can no longer be edited" in answer.content.decode()

    def test_one_tap_acknowledges(self, as_head, team):
        task = factories.make_task(team=team, state="assigned")
        url = reverse("task_acknowledge", args=[task.year, task.number])
        assert as_head.post(url).status_code == 302
        assert as_head.post(url).status_code == 409
        assert as_head.get(url).status_code == 405

    def test_the_head_asks_and_the_office_decides(self, client, task, head, office):
        client.force_login(head)
        url = reverse("extension_ask", args=[task.year, task.number])
        assert client.get(url).status_code == 200
        assert client.post(url, {"new_due_on": "2026-11-01", "reason": "用地"}).status_code == 422
        assert client.post(url, {"new_due_on": "2026-12-31", "reason": "用地"}).status_code == 302
        extension = Extension.objects.get()
        client.force_login(office)
        decide = reverse("extension_decide", args=[extension.pk])
        assert decide in client.get(reverse("decisions")).content.decode()
        assert client.post(decide, {"verdict": "no", "answer": ""}).status_code == 422
        assert client.post(decide, {"verdict": "yes"}).status_code == 302
        assert client.post(decide, {"verdict": "yes"}).status_code == 409
        task.refresh_from_db()
        assert task.due_on == date(2026, 12, 31)

    def test_close_out_goes_the_same_way(self, client, task, head, office):
        client.force_login(head)
        url = reverse("close_out_ask", args=[task.year, task.number])
        assert "40%" in client.get(url).content.decode()
        unasked = client.post(url, {"statement": "全部建成"})
        assert (unasked.status_code, list(unasked.context["form"].errors)) == (422, ["unfinished"])
        assert not CloseOut.objects.exists()
        assert client.post(url, {"statement": "全部建成", "unfinished": "on"}).status_code == 302
        assert client.get(url).status_code == 409
        client.force_login(office)
        decide = reverse("close_out_decide", args=[CloseOut.objects.get().pk])
        assert "全部建成" in client.get(reverse("decisions")).content.decode()
        assert client.get(decide).status_code == 200
        assert client.post(decide, {"verdict": "no", "answer": "缺材料"}).status_code == 302
        task.refresh_from_db()
        assert task.state == "in_progress"

    def test_decisions_are_for_the_office(self, as_head):
        assert as_head.get(reverse("decisions")).status_code == 403

    def test_nothing_to_decide_says_so(self, as_office):
        assert "Nothing is waiting" in as_office.get(reverse("decisions")).content.decode()

    def test_cancelling_says_what_will_happen_and_needs_a_reason(self, as_office, task):
        url = reverse("task_cancel", args=[task.year, task.number])
        assert "cannot be resumed" in as_office.get(url).content.decode()
        assert as_office.post(url, {"reason": ""}).status_code == 422
        assert as_office.post(url, {"reason": "调整"}).status_code == 302
        task.refresh_from_db()
        assert task.state == "cancelled"

    def test_the_history_tells_the_reason(self, as_office, task, office, at):
        cancel_task(task, reason="上级调整部署", by=office, at=at)
        said = page(as_office, "task_history", task).content.decode()
        assert "上级调整部署" in said
        assert office.name in said


class TestCost:
    """Queries do not grow with rows."""

    def fill(self, team, count):
        for _place in range(count):
            factories.make_task(team=team, milestones=[("清查", date(2026, 5, 1), 2)])

    @pytest.mark.parametrize(
        ("variant", "query"),
        [
            ("today, any number of tasks", {}),
            ("a past day, any number of tasks", {"on": "2026-10-26"}),
            ("narrowed, any number of tasks", {"lamp": "red", "q": "实施"}),
        ],
    )
    def test_the_list(self, as_office, team, query_budget, variant, query):
        for count in (2, 20):
            self.fill(team, count)
            with query_budget("task_list", variant):
                assert as_office.get("/tasks/", query).status_code == 200

    @pytest.mark.parametrize("name", ["task", "task_history", "task_edit"])
    def test_a_task_and_its_history(self, as_office, team, head, office, at, query_budget, name):
        task = factories.make_task(team=team, milestones=[("清查", date(2026, 5, 1), 2)])
        ask_extension(task, new_due_on=date(2026, 12, 31), reason="用地", by=head, at=at)
        url = reverse(name, args=[task.year, task.number])
        with query_budget(name, "any number of changes"):
            assert as_office.get(url).status_code == 200
        for place in range(5):
            task.milestones.create(title=f"节点{place}", due_on=date(2026, 8, 1), laid_at=at)
            edit_task(task, {"title": f"题目{place}"}, joint=[factories.DepartmentFactory()], by=office, at=at)
        with query_budget(name, "any number of changes"):
            assert as_office.get(url).status_code == 200

    def test_decisions(self, as_office, team, head, at, query_budget):
        for count in (1, 5):
            for _place in range(count):
                task = factories.make_task(team=team)
                ask_extension(task, new_due_on=date(2026, 12, 31), reason="用地", by=head, at=at)
                ask_close_out(factories.make_task(team=team), statement="完成", by=head, at=at)
            with query_budget("decisions", "any number of requests"):
                assert as_office.get(reverse("decisions")).status_code == 200


def test_a_task_is_shown_as_known_on_a_past_evening(client, task, office, at, time_machine):
    time_machine.move_to(at)
    client.force_login(office)
    earlier = at.date() - timedelta(days=1)
    address = task.get_absolute_url()
    assert client.get(address, {"on": earlier.isoformat()}).status_code == 404  # its first version is of today
    long_ago = factories.make_task(team=task.team, percent=Decimal(10))
    write_changes(
        [Change(long_ago, {"percent": Decimal(70)})],
        cause="x",
        by=None,
        at=at,
        lamp_context=LampContext.of(task.action),
    )
    response = client.get(long_ago.get_absolute_url(), {"on": earlier.isoformat()})
    assert response.context["standing"].row.percent == Decimal(10)
    assert "offered" not in response.context
    assert client.get(long_ago.get_absolute_url()).context["standing"].row.percent == Decimal(70)
    assert client.get(address, {"on": "2027-01-01"}).status_code == 400
