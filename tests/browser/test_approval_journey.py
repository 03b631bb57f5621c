"""A head on the phone: the draft is signed off in one screen, or sent back to the liaison with a word."""

from datetime import date
from decimal import Decimal

import pytest
from playwright.sync_api import expect

from governance.clock import at_time
from governance.people.models import User
from teams.models import Extension, ProgressReport, ReportingPeriod, ReportSubmission, SpecialTeam, Task
from teams.reports.drafts import save_report
from teams.reports.hand_over import hand_over_report
from teams.reports.written import Matter, NextStepLine, ReportRow, Written
from tests.browser import beginnings
from tests.browser.conftest import PHONE
from tests.browser.effort import Effort

pytestmark = pytest.mark.browser

REPORT = "/reports/village-economy/2026-09-01/"
LIAISON, HEAD = "liaison-village-economy", "head-village-economy"
ASKED = date(2027, 1, 31)


@pytest.fixture
def draft(enter, settings, tmp_path):
    """On the last day of September the liaison has drafted the report and handed it over."""
    settings.DEMO_TODAY = beginnings.SEPTEMBER[0]
    enter("handed-over", beginnings.found_county)
    beginnings.import_ledger(tmp_path)
    settings.DEMO_TODAY = date(2026, 9, 30)
    team = SpecialTeam.objects.get(code="village-economy")
    period = ReportingPeriod.objects.get(starts_on="2026-09-01")
    acting = {"by": User.objects.get(username=LIAISON), "at": at_time(settings.DEMO_TODAY, 16)}
    return hand_over_report(save_report(team, period, written(team), **acting), **acting)


def written(team: SpecialTeam) -> Written:
    """One task has moved and asks for more time; of the others there is no news."""
    first, *others = Task.objects.filter(team=team).order_by("number")
    number = {"done": first.done + 1} if first.target is not None else {"percent": first.percent + Decimal(1)}
    rows = [
        ReportRow(
            first.pk, text="新增达标村1个：皋落乡东村。", asks_due_on=ASKED, ask_reason="雨季停工20天。", **number
        )
    ]
    return Written(
        rows=rows + [ReportRow(task.pk, no_change=True) for task in others],
        matters=[Matter("请提供用地清单。")],
        steps=[NextStepLine("再落地1个项目", date(2026, 10, 20))],
    )


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_a_head_signs_off_in_one_screen(language, draft, visit):
    head = visit(language, PHONE, HEAD)
    effort = Effort(f"head signs off, {language}", head)
    page = head.open("/")
    page.locator(".todo a[href$='/approve/']").first.click()
    page.wait_for_url("**/approve/")
    head.look()
    for said in ("皋落乡东村", "2027-01-31", "雨季停工20天。", "请提供用地清单。", "再落地1个项目"):
        expect(page.locator("main")).to_contain_text(said)
    page.click("button[name='submit']")
    page.wait_for_url("**" + REPORT)
    head.look()
    print(effort.tell())
    assert ReportSubmission.objects.get().by.username == HEAD
    assert Extension.objects.get().new_due_on == ASKED
    assert effort.sums["taps"] <= 2
    assert effort.sums["keys"] == 0


def test_a_head_sends_it_back_and_the_liaison_reads_why(draft, visit):
    head, liaison = visit("zh-hans", PHONE, HEAD), visit("zh-hans", PHONE, LIAISON)
    effort = Effort("head sends back, zh-hans", head)
    page = head.open(REPORT + "approve/")
    page.locator("#back summary").click()
    head.look()
    effort.write(page.locator("#id_note"), "请写明是哪几户。")
    page.click("button[name='back']")
    page.wait_for_load_state()
    head.look()
    print(effort.tell())
    assert ProgressReport.objects.get().state == "draft"
    theirs = liaison.open("/inbox/")
    expect(theirs.locator("main")).to_contain_text("请写明是哪几户。")
    expect(liaison.open(REPORT).locator("main")).to_contain_text("请写明是哪几户。")
    assert effort.sums["taps"] <= 3


def test_a_head_asks_for_more_time_on_the_task_itself(draft, visit):
    head = visit("zh-hans", PHONE, HEAD)
    effort = Effort("head asks for more time, zh-hans", head)
    page = head.open("/tasks/2026-2/")
    page.locator("a[href$='/extension/']").first.click()
    page.wait_for_url("**/extension/")
    head.look()
    page.fill("#id_new_due_on", ASKED.isoformat())
    effort.write(page.locator("#id_reason"), "用地手续在批。")
    page.locator("main form .button-primary").click()
    page.wait_for_url("**/tasks/2026-2/")
    head.look()
    asked = Extension.objects.get(task__number=2)
    assert (asked.new_due_on, asked.is_waiting) == (ASKED, True)
    print(effort.tell())
    assert effort.sums["taps"] <= 4
