"""The dispatch table: what stands on it, whose words are shown to whom, and its workbook."""

from datetime import date
from decimal import Decimal
from io import BytesIO

import openpyxl
import pytest
from django.utils import translation

from governance.people.accounts import mark_day
from governance.records.models import AuditEvent
from teams.models import Task
from teams.reports.dispatch import dispatch_chunks, dispatch_teams, stretch_of_period, stretch_of_week
from teams.reports.periods import close_period
from teams.tasks.lamp_rules import relight_all
from teams.tasks.standing import tasks_standing
from tests import factories

from ..sample_reports import DECIDED, accepted, matter, moment, returned, step, submitted

pytestmark = pytest.mark.django_db

AT = moment(27)
TODAY = AT.date()


@pytest.fixture(autouse=True)
def in_english():
    with translation.override("en"):
        yield


@pytest.fixture
def told(team, period, road, head, office):
    """A report that was accepted: 55 percent, one matter, one step."""
    lines = {"matters": [matter("林地手续", road.lead_department)], "steps": [step("路基贯通", date(2026, 11, 5))]}
    return accepted(team, period, road, by=head, office=office, **lines)


def table(action, period, user, *teams, at=AT):
    return dispatch_teams(action, stretch_of_period(period, today=at.date()), teams, user=user, at=at)


def test_an_accepted_report_speaks_for_its_tasks_and_its_team(told, action, period, team, office, road):
    (entry,) = table(action, period, office, team)
    (row,) = entry.rows
    assert (row.task, row.percent, row.said) == (road, Decimal(55), "完成二标段路面1.2公里")
    assert (entry.steps, entry.mark) == (["路基贯通（2026-11-05）"], "")
    assert entry.matters == [f"林地手续（{road.lead_department.name}）"]


def test_what_is_not_accepted_is_marked_and_its_progress_does_not_count(
    action, period, team, other_team, road, head, office
):
    factories.make_task(team=other_team)
    submitted(team, period, road, by=head)
    waiting, missing = table(action, period, office, team, other_team)
    assert (waiting.mark, waiting.rows[0].said, waiting.rows[0].percent) == (
        "To review",
        "完成二标段路面1.2公里",
        Decimal(40),
    )
    assert (missing.mark, missing.has_reported) == ("Overdue", False)


def test_a_returned_report_is_marked(action, period, team, road, head, office):
    returned(team, period, road, by=head, office=office, resubmit_by=date(2026, 11, 1))
    (entry,) = table(action, period, office, team)
    assert entry.mark == "Returned for revision"


@pytest.mark.parametrize(("who", "reads"), [("office", True), ("leader", True), ("head", True), ("other_head", False)])
def test_words_are_shown_to_those_who_read_the_teams_papers(told, action, period, team, who, reads, request):
    (entry,) = table(action, period, request.getfixturevalue(who), team)
    assert entry.readable is reads
    assert bool(entry.rows[0].said) is reads
    assert bool(entry.steps) is reads
    assert bool(entry.matters) is reads
    assert entry.rows[0].percent == Decimal(55)  # it hangs on the wall


def test_a_closed_period_stays_as_it_was_kept(told, action, period, team, office, road):
    close_period(period, by=office, at=DECIDED)
    Task.objects.filter(pk=road.pk).update(percent=99)
    period.refresh_from_db()
    (entry,) = table(action, period, office, team)
    assert entry.rows[0].percent == Decimal(55)


def test_a_week_gone_by_stands_as_it_was_known_that_evening(action, team, period, office, at):
    task = factories.make_task(team=team, at=moment(1))
    week = stretch_of_week(action, date(2026, 10, 7), today=TODAY)
    assert (week.first, week.last, week.day, week.period) == (
        date(2026, 10, 5),
        date(2026, 10, 11),
        date(2026, 10, 11),
        None,
    )
    Task.objects.filter(pk=task.pk).update(percent=99)
    (entry,) = dispatch_teams(action, week, [team], user=office, at=at)
    assert entry.rows[0].percent == Decimal(40)


def test_a_running_week_reads_the_last_period_that_is_over(action, period, next_period):
    week = stretch_of_week(action, TODAY, today=TODAY)
    assert (week.day, week.period) == (TODAY, period)


def test_closed_out_before_the_days_is_left_off_and_within_them_stays(action, period, team, office):
    factories.make_task(team=team, state="closed_out", closed_on=date(2026, 10, 2))
    within = factories.make_task(team=team, state="closed_out", closed_on=date(2026, 10, 12))
    (entry,) = table(action, period, office, team)
    assert [row.task for row in entry.rows] == [within]


def test_the_workbook_is_laid_out_as_officials_lay_it_out(told, action, period, team, office, yards):
    stretch = stretch_of_period(period, today=TODAY)
    entries = dispatch_teams(action, stretch, [team], user=office, at=AT)
    sheet = openpyxl.load_workbook(BytesIO(b"".join(dispatch_chunks(action, stretch, entries)))).active
    assert sheet["A1"].value == "基层治理能力提升专项行动调度表"
    assert sheet["A1"].font.name == "方正小标宋简体"
    assert [cell.value for cell in sheet[3]] == [
        *("序号", "专班", "重点任务", "牵头单位", "目标", "本期进展"),
        *("完成进度", "序时", "亮灯", "下步打算", "需协调事项", "完成时限"),
    ]
    assert {str(each) for each in sheet.merged_cells.ranges} >= {"A1:L1", "A2:L2", "B4:B5", "J4:J5", "K4:K5"}
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.print_title_rows) == (
        "landscape",
        9,
        "$3:$3",
    )
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet["F4"].border.left.style == "thin"
    assert sheet["A7"].value == "填表人："


def test_what_a_team_writes_starts_no_formula(action, period, team, office):
    factories.make_task(team=team, title="=HYPERLINK(1)")
    stretch = stretch_of_period(period, today=TODAY)
    entries = dispatch_teams(action, stretch, [team], user=office, at=AT)
    sheet = openpyxl.load_workbook(BytesIO(b"".join(dispatch_chunks(action, stretch, entries)))).active
    assert sheet["C4"].value == "'=HYPERLINK(1)"


# Past days -----------------------------------------------------------------------------------------------------------
CHANGED_LATER = {"title": "改名", "expected_result": "改目标", "due_on": date(2026, 12, 31)}


def facts(rows):
    return [(row.task.pk, row.title, row.result, row.due_on, row.percent, row.planned, row.lamp) for row in rows]


@pytest.mark.parametrize("closed", [False, True])
def test_all_of_a_row_is_of_the_evening_of_the_last_day(action, period, team, other_team, office, road, closed):
    (before,) = table(action, period, office, team, at=moment(20, 20))
    factories.progress_on(road, 90, at=moment(21, 9), team=other_team, **CHANGED_LATER)
    if closed:
        close_period(period, by=office, at=DECIDED)
        period.refresh_from_db()
    (entry,) = table(action, period, office, team, other_team)
    assert entry.team == team
    assert facts(entry.rows) == facts(before.rows)


@pytest.mark.parametrize("closed", [False, True])
def test_what_is_accepted_for_the_period_counts_before_and_after_it_is_closed(
    action, period, team, head, office, road, closed
):
    accepted(team, period, road, by=head, office=office)
    if closed:
        close_period(period, by=office, at=DECIDED)
        period.refresh_from_db()
    factories.progress_on(road, 99, at=moment(23))
    (entry,) = table(action, period, office, team)
    assert [row.percent for row in entry.rows] == [Decimal(55)]


def test_what_was_closed_out_within_the_period_stays_when_it_is_closed(action, period, team, office, road):
    at = moment(12)
    done = factories.make_task(team=team, state="closed_out", closed_on=date(2026, 10, 12), percent=100, at=at)
    (before,) = table(action, period, office, team)
    close_period(period, by=office, at=DECIDED)
    period.refresh_from_db()
    (after,) = table(action, period, office, team)
    assert [row.task for row in after.rows] == [road, done]
    assert facts(after.rows) == facts(before.rows)


def test_a_task_without_a_report_has_the_lamp_of_the_task_list_of_that_evening(action, period, team, office, road):
    factories.progress_on(road, 41, at=moment(22), due_on=date(2026, 10, 15))
    (entry,) = table(action, period, office, team)
    (standing,) = tasks_standing(action, on=period.ends_on, today=TODAY)
    assert (entry.rows[0].lamp, entry.rows[0].percent) == (standing.lamp, standing.row.percent)


def test_a_day_marked_later_changes_no_lamp_of_the_table(action, period, team, office, administrator):
    factories.make_task(team=team, percent=99, due_on=date(2026, 10, 29))
    (before,) = table(action, period, office, team, at=moment(20, 20))
    for day in (22, 23, 26):
        mark_day(on=date(2026, 10, day), works=False, name="调休", by=administrator, at=moment(21))
    relight_all(action, by=administrator, at=moment(21))
    (after,) = table(action, period, office, team)
    assert facts(after.rows) == facts(before.rows)
    assert [row.lamp for row in after.rows] == ["green"]


class TestPage:
    @pytest.fixture
    def desk(self, client, office, told, demo_today, settings):
        client.force_login(office)
        client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
        return client

    def test_it_opens_on_the_last_period_that_is_over(self, desk, period):
        page = desk.get("/dispatch/")
        assert page.context["stretch"].period == period
        assert "路基贯通" in page.content.decode()

    def test_the_workbook_is_one_audit_event(self, desk):
        b"".join(desk.get("/dispatch/?format=xlsx").streaming_content)
        event = AuditEvent.objects.get(verb="export_list")
        assert '"list":"dispatch"' in event.change

    @pytest.mark.parametrize("closed", [False, True])
    def test_a_task_that_has_moved_stands_under_the_team_it_had(
        self, desk, period, team, other_team, office, road, closed
    ):
        if closed:
            close_period(period, by=office, at=DECIDED)
        factories.progress_on(road, 60, at=moment(23), team=other_team)
        for code, rows in ((team.code, [road]), (other_team.code, [])):
            page = desk.get(f"/dispatch/?period={period.starts_on}&team={code}")
            assert page.status_code == 200
            assert [row.task for shown in page.context["shown"] for row, _said in shown.rows] == rows

    @pytest.mark.parametrize(
        "query", ["?week=nonsense", "?period=2026-13-01", "?period=2026-10-12", "?week=2026-02-30"]
    )
    def test_days_that_are_none_are_no_page(self, desk, query):
        assert desk.get(f"/dispatch/{query}").status_code == 404

    def test_a_team_that_is_not_there_shows_an_empty_table(self, desk):
        page = desk.get("/dispatch/?team=nobody")
        assert page.status_code == 200
        assert "No tasks in these days" in page.content.decode()

    def test_queries_do_not_grow_with_the_teams(self, desk, action, period, query_budget):
        for _ in range(12):
            factories.make_task(team=factories.TeamFactory(action=action))
        with query_budget("dispatch", "any number of teams"):
            desk.get("/dispatch/")
