"""The pages of decisions and instructions: what they show, what a form does, what a refusal says."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.cache import cache
from django.urls import reverse
from django.utils.translation import override

from teams.meetings.decisions.adoption import adopt_decision
from teams.meetings.decisions.into_work import turn_into_work
from teams.meetings.decisions.recording import DecisionWords, edit_decision
from teams.meetings.decisions.work import Nothing
from teams.meetings.instructions.writing import LineWords, edit_line, record_line, write_instruction
from teams.meetings.models import Decision, Instruction, InstructionLine, Problem, ProblemTeam
from teams.models import Task
from tests import factories
from tests.budgets import counted
from tests.teams.meetings.factories import MET_AT, a_decision, a_meeting, an_item

DUE = date(2026, 12, 31)


@pytest.fixture(autouse=True)
def the_day(settings, client, at):
    """It is the morning of 27 October 2026, and the pages speak English."""
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    cache.clear()
    with override("en"), time_machine.travel(at, tick=False):
        yield


@pytest.fixture
def meeting(action):
    return a_meeting(action)


@pytest.fixture
def adopted(meeting, team, other_team, office, at):
    decision = a_decision(meeting, team, other_team, due_on=DUE, text="拿出首批成果")
    return adopt_decision(decision, by=office, at=MET_AT)


def work_url(decision, chosen=""):
    url = reverse("decision_work", args=[decision.meeting.code, decision.number])
    return f"{url}?as={chosen}" if chosen else url


def task_fields(team, **fields):
    values = {"title": "成果", "level": 2, "start_on": "2026-10-27", "due_on": "2026-12-31"} | fields
    return {f"team{team.pk}-{name}": value for name, value in values.items()}


class TestIntoWork:
    def test_the_page_is_filled_in_and_says_when_each_would_turn_yellow(self, as_office, adopted, team):
        factories.make_task(team=team, number=17)
        text = as_office.get(work_url(adopted)).content.decode()
        assert "2 tasks, numbers 18, 19" in text
        assert text.count('value="拿出首批成果"') == 2
        assert "yellow from 2026-11-03, red from 2026-11-16" in text
        assert "first report 11-02 18:00" in text

    def test_all_are_created_with_their_milestones(self, as_office, adopted, team, other_team):
        step = {"step1": "首个节点", "step1_due": "2026-10-31", "step1_weight": 2}
        data = {"as": "own_tasks", "version": 2} | task_fields(team, **step) | task_fields(other_team)
        answer = as_office.post(work_url(adopted), data)
        assert answer.status_code == 302
        assert [task.team for task in Task.objects.order_by("number")] == [team, other_team]
        milestone = Task.objects.first().milestones.get()
        assert (milestone.title, milestone.weight) == ("首个节点", 2)
        assert answer.url == reverse("decision", args=[adopted.meeting.code, 1])

    def test_what_has_become_work_is_not_offered_again_at_a_press(self, as_office, adopted, team, other_team):
        data = {"as": "own_tasks", "version": 2} | task_fields(team) | task_fields(other_team)
        as_office.post(work_url(adopted), data)
        assert as_office.get(work_url(adopted)).context["chosen"] == "existing_task"
        assert as_office.get(work_url(adopted, "own_tasks")).context["chosen"] == "own_tasks"

    def test_it_goes_on_to_the_next_decision(self, as_office, adopted, meeting, team, other_team, office):
        following = adopt_decision(a_decision(meeting, team), by=office, at=MET_AT)
        data = {"as": "own_tasks", "version": 2} | task_fields(team) | task_fields(other_team)
        assert as_office.post(work_url(adopted), data).url == work_url(following)

    def test_looking_at_the_lamps_again_creates_nothing(self, as_office, adopted, team, other_team):
        data = {"as": "own_tasks", "version": 2, "preview": "yes"}
        answer = as_office.post(
            work_url(adopted), data | task_fields(team, due_on="2026-11-03") | task_fields(other_team)
        )
        assert answer.status_code == 200
        assert "red from 2026-10-30" in answer.content.decode()
        assert not Task.objects.exists()

    def test_a_fault_stands_beside_its_field_and_nothing_is_created(self, as_office, adopted, team, other_team):
        data = {"as": "own_tasks", "version": 2} | task_fields(team) | task_fields(other_team, due_on="2026-10-01")
        answer = as_office.post(work_url(adopted), data)
        assert answer.status_code == 422
        assert f'id="id_team{other_team.pk}-due_on_error"' in answer.content.decode()
        assert not Task.objects.exists()
        lacking = (
            {"as": "own_tasks", "version": 2} | task_fields(team, title="", step1="节点") | task_fields(other_team)
        )
        assert "Enter the date of this milestone." in as_office.post(work_url(adopted), lacking).content.decode()

    def test_a_stale_page_is_told(self, as_office, adopted, team, other_team, office, at):
        turn_into_work(adopted, Nothing(), by=office, at=at)
        data = {"as": "own_tasks", "version": 2} | task_fields(team) | task_fields(other_team)
        answer = as_office.post(work_url(adopted), data)
        assert answer.status_code == 409
        assert not Task.objects.exists()

    @pytest.mark.parametrize("version", ["", "x", "-2"])
    def test_a_page_that_does_not_say_which_one_it_is_counts_as_stale(
        self, as_office, adopted, team, other_team, version
    ):
        data = {"as": "own_tasks", "version": version} | task_fields(team) | task_fields(other_team)
        assert as_office.post(work_url(adopted), data).status_code == 409
        assert not Task.objects.exists()

    def test_one_joint_task(self, as_office, adopted, team, other_team):
        values = {"title": "成果", "level": 2, "start_on": "2026-10-27", "due_on": "2026-12-31", "lead": other_team.pk}
        assert as_office.get(work_url(adopted, "joint_task")).status_code == 200
        as_office.post(work_url(adopted), {"as": "joint_task", "version": 2} | values)
        assert Task.objects.get().team == other_team

    def test_existing_tasks(self, as_office, adopted, team, other_team):
        task = factories.make_task(team=team, title="认领微心愿")
        assert "认领微心愿" in as_office.get(work_url(adopted, "existing_task")).content.decode()
        data = {"as": "existing_task", "version": 2, f"task{team.pk}": "", f"task{other_team.pk}": ""}
        assert as_office.post(work_url(adopted), data).status_code == 422
        as_office.post(work_url(adopted), data | {f"task{team.pk}": task.pk})
        assert adopted.outcomes.get().task == task

    def test_a_new_problem(self, as_office, adopted, team):
        assert as_office.get(work_url(adopted, "problem")).status_code == 200
        data = {"as": "problem", "version": 2, "title": "台账不符", "lead": team.pk, "due_on": "2026-11-30"}
        answer = as_office.post(work_url(adopted), data)
        assert (answer.status_code, Problem.objects.count()) == (422, 0)
        as_office.post(work_url(adopted), data | {"cause": "无人管"})
        assert Problem.objects.get().state == "analysed"
        assert "台账不符" in as_office.get(reverse("decision", args=[adopted.meeting.code, 1])).content.decode()

    def test_who_does_not_read_a_problem_reads_its_number_alone(
        self, as_office, sign_in, adopted, meeting, team, office, other_head, secretary
    ):
        data = {"as": "problem", "version": 2, "title": "台账不符", "lead": team.pk, "due_on": "2026-11-30"}
        as_office.post(work_url(adopted), data | {"cause": "无人管"})
        problem = Problem.objects.get()
        ProblemTeam.objects.exclude(team=team).delete()
        pages = [
            reverse("decision", args=[meeting.code, 1]),
            reverse("meeting", args=[meeting.code]),
            reverse("meeting_list"),
        ]
        for reader, reads in ((office, True), (other_head, False), (secretary, False)):
            browser = sign_in(reader)
            for page in pages:
                shown = browser.get(page).content.decode()
                assert "Problem 1" in shown or "台账不符" in shown, page
                assert (f'href="{problem.get_absolute_url()}"' in shown) == reads, page
                assert reads or "台账不符" not in shown, page

    def test_nothing(self, as_office, adopted):
        as_office.get(work_url(adopted, "nothing"))
        as_office.post(work_url(adopted), {"as": "nothing", "version": 2})
        adopted.refresh_from_db()
        assert adopted.makes == "nothing"
        assert adopted.settled_at is not None

    @pytest.mark.parametrize("chosen", ["own_tasks", "joint_task", "existing_task", "problem", "nothing"])
    def test_the_number_of_queries_does_not_grow(self, as_office, action, meeting, office, chosen):
        asked = []
        for count in (2, 80):
            teams = [factories.TeamFactory(action=action) for _ in range(count)]
            factories.make_task(team=teams[0])
            decision = adopt_decision(a_decision(meeting, *teams, due_on=DUE), by=office, at=MET_AT)
            with counted() as queries:
                as_office.get(work_url(decision, chosen))
            asked.append(len(queries))
        assert asked[0] == asked[1]

    def test_an_existing_problem_is_offered_where_all_the_teams_have_it(
        self, as_office, adopted, team, other_team, office
    ):
        values = {"found_by": "check", "found_on": MET_AT.date(), "raised_at": MET_AT, "raised_by": office}
        for number, teams in enumerate(([team], [team, other_team]), start=1):
            problem = Problem.objects.create(action=team.action, number=number, title=f"第{number}题", **values)
            for each in teams:
                ProblemTeam.objects.create(problem=problem, team=each, joined_at=MET_AT)
        page = as_office.get(work_url(adopted, "problem")).content.decode()
        assert "第2题" in page
        assert "第1题" not in page


class TestDecisions:
    def test_the_secretary_records_one(self, sign_in, secretary, meeting, team):
        data = {"text": "包联", "audience": "named", "named": [team.pk], "level": 1, "makes": "own_tasks"}
        browser = sign_in(secretary)
        answer = browser.post(reverse("decision_new", args=[meeting.code]), data | {"due_on": "2026-10-01"})
        assert "The due date is before the meeting" in answer.content.decode()
        answer = browser.post(reverse("decision_new", args=[meeting.code]), data)
        decision = Decision.objects.get()
        assert answer.url == reverse("decision", args=[meeting.code, 1])
        assert list(decision.named.all()) == [team]
        page = browser.get(answer.url).content.decode()
        assert "Adopt" not in page
        assert "Edit" in page

    def test_a_stale_form_is_told(self, as_office, meeting, team):
        decision = a_decision(meeting, team)
        url = reverse("decision_edit", args=[meeting.code, 1])
        data = {"text": "包联", "audience": "all", "level": 1, "makes": "own_tasks", "version": 1}
        assert as_office.post(url, data).status_code == 302
        answer = as_office.post(url, data | {"text": "另"})
        assert answer.status_code == 409
        decision.refresh_from_db()
        assert decision.text == "包联"

    def test_adopted_dropped_and_done_by_the_office(self, as_office, meeting, team):
        first, second = a_decision(meeting, team), a_decision(meeting, team)
        as_office.post(reverse("decision_adopt", args=[meeting.code, first.number]), {"version": first.version})
        drop = reverse("decision_drop", args=[meeting.code, second.number])
        as_office.post(drop, {"reason": "重复", "version": second.version})
        done = reverse("decision_done", args=[meeting.code, 1, team.code])
        as_office.post(done, {"done_on": "2026-10-25", "text": "已报"})
        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, second.state) == ("adopted", "dropped")
        page = as_office.get(reverse("decision", args=[meeting.code, 1])).content.decode()
        assert "done on 2026-10-25" in page
        assert as_office.get(done).status_code == 409
        as_office.post(
            reverse("decision_withdraw", args=[meeting.code, 1, team.code]), {"reason": "不实", "version": 1}
        )
        assert "done on" not in as_office.get(reverse("decision", args=[meeting.code, 1])).content.decode()

    def test_all_at_once(self, as_office, meeting, team, leader, secretary, at):
        a_decision(meeting, team)
        record_line(an_item(meeting), LineWords(text="压茬推进"), leader=leader, by=secretary, at=at)
        read = as_office.get(meeting.get_absolute_url()).context["proposed"]
        as_office.post(reverse("decisions_adopt", args=[meeting.code]), {"proposed": read})
        assert Decision.objects.get().state == InstructionLine.objects.get().state == "adopted"

    def test_nothing_is_adopted_or_dropped_that_was_changed_since_it_was_read(
        self, as_office, meeting, team, leader, secretary, at
    ):
        decision = a_decision(meeting, team)
        line = record_line(an_item(meeting), LineWords(text="压茬推进"), leader=leader, by=secretary, at=at)
        read = as_office.get(meeting.get_absolute_url()).context["proposed"]
        edit_decision(decision, DecisionWords(text="另议", named=(team,), audience="named"), by=secretary, at=at)
        edit_line(line, LineWords(text="另行部署"), by=secretary, at=at)
        of_decision, of_line = [meeting.code, 1], [line.instruction.year, line.instruction.number, line.number]
        sent = [
            ("decisions_adopt", [meeting.code], {"proposed": read}),
            ("decisions_adopt", [meeting.code], {}),
            ("decision_adopt", of_decision, {"version": decision.version}),
            ("decision_adopt", of_decision, {}),
            ("decision_drop", of_decision, {"version": decision.version, "reason": "重复"}),
            ("line_adopt", of_line, {"version": line.version}),
            ("line_adopt", of_line, {}),
            ("line_drop", of_line, {"version": line.version, "reason": "重复"}),
        ]
        for name, args, data in sent:
            assert as_office.post(reverse(name, args=args), data).status_code == 409, (name, data)
        assert Decision.objects.get().state == InstructionLine.objects.get().state == "proposed"

    def test_a_cancelled_meeting_is_found_by_its_key(self, as_office, action, team):
        meeting = a_meeting(action, state="cancelled", number=None, cancel_reason="改期")
        a_decision(meeting, team)
        assert as_office.get(reverse("decision", args=[meeting.code, 1])).status_code == 200
        assert as_office.get("/meetings/nonsense/decisions/1/").status_code == 404


class TestInstructions:
    def test_a_leader_writes_one_from_the_list(self, sign_in, leader, team, other_team):
        browser = sign_in(leader)
        text = browser.get(reverse("instruction_list")).content.decode()
        assert "It will be 〔2026〕 no. 1." in text
        data = {"text": "11月5日前报我", "kind": "action", "audience": "named", "named": [team.pk]}
        answer = browser.post(reverse("instruction_new"), data | {"due_on": "2026-11-05"})
        instruction = Instruction.objects.get()
        assert answer.url == reverse("instruction", args=[2026, 1])
        assert instruction.leader == leader
        text = browser.get(reverse("instruction_list")).content.decode()
        assert "For action: 1, not done 1, overdue 0." in text
        assert text.count("fate-o") == 2  # the cell and the legend

    def test_the_office_says_whose_it_is(self, as_office, leader, team):
        data = {"text": "包联", "kind": "guidance", "audience": "all", "given_on": "2026-10-26"}
        assert as_office.post(reverse("instruction_new"), data).status_code == 422
        as_office.post(reverse("instruction_new"), data | {"leader": leader.pk, "behalf": "电话"})
        assert Instruction.objects.get().behalf == "电话"

    def test_guidance_with_a_date_is_refused_beside_the_date(self, sign_in, leader, team):
        data = {"text": "包联", "kind": "guidance", "audience": "all", "due_on": "2026-11-05"}
        answer = sign_in(leader).post(reverse("instruction_new"), data)
        assert "Only a line for action has a due date." in answer.content.decode()

    def test_the_head_reports_and_withdraws(self, sign_in, action, leader, head, team, other_team, at):
        write_instruction(action, [LineWords(text="包联", due_on=date(2026, 10, 30))], by=leader, at=at)
        browser = sign_in(head)
        page = browser.get(reverse("instruction", args=[2026, 1])).content.decode()
        assert page.count("Report as done") == 1
        url = reverse("line_report", args=[2026, 1, 1, team.code])
        browser.post(url, {"done_on": "2026-10-27", "text": "已包联"})
        assert "已包联" in browser.get(reverse("instruction", args=[2026, 1])).content.decode()
        assert browser.get(reverse("line_report", args=[2026, 1, 1, other_team.code])).status_code == 403
        browser.post(reverse("line_withdraw", args=[2026, 1, 1, team.code]), {"reason": "误报", "version": 1})
        assert browser.get(url).status_code == 200

    def test_chips_narrow_and_count(self, sign_in, action, leader, team, at):
        lines = [LineWords(text="甲", due_on=at.date()), LineWords(text="乙", kind="guidance")]
        write_instruction(action, lines, by=leader, at=at)
        browser = sign_in(leader)
        page = browser.get(reverse("instruction_list"), {"kind": "guidance"}).content.decode()
        assert "乙" in page
        assert '<p class="text lines">甲</p>' not in page
        assert 'data-count="2"' in page
        assert "due today" in browser.get(reverse("instruction_list"), {"kind": "open"}).content.decode()

    def test_a_line_heard_is_recorded_corrected_and_dropped(self, sign_in, secretary, office, leader, meeting, team):
        item = an_item(meeting)
        browser = sign_in(secretary)
        new = reverse("line_new", args=[meeting.code])
        for page in (meeting.get_absolute_url(), reverse("admin:meetings_meeting_change", args=[meeting.pk])):
            assert f'href="{new}"' in browser.get(page).content.decode()
        assert browser.get(new).status_code == 200
        data = {"text": "压茬推进", "kind": "guidance", "audience": "all"}
        said = {"leader": leader.pk, "item": item.pk}
        browser.post(reverse("line_new", args=[meeting.code]), data | said)
        line = InstructionLine.objects.get()
        assert "#line-1" in browser.get(meeting.get_absolute_url()).content.decode()
        edit = reverse("line_edit", args=[2026, 1, 1])
        assert browser.post(edit, data | {"text": "压茬", "version": line.version}).status_code == 302
        sign_in(office).post(reverse("line_drop", args=[2026, 1, 1]), {"reason": "重复", "version": line.version + 1})
        line.refresh_from_db()
        assert (line.text, line.state) == ("压茬", "dropped")

    def test_the_number_of_queries_does_not_grow(self, sign_in, action, leader, at):
        browser, asked = sign_in(leader), []
        for count in (2, 10):
            for _ in range(count):
                factories.TeamFactory(action=action)
                write_instruction(action, [LineWords(text="甲", due_on=at.date() + timedelta(1))], by=leader, at=at)
            with counted() as queries:
                browser.get(reverse("instruction_list"))
            asked.append(len(queries))
        assert asked[0] == asked[1]
