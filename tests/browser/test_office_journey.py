"""The office's week: chase, review, return, decide, many at once and undone, the dispatch table (story of the demo)."""

import re

import pytest
from playwright.sync_api import expect

from teams.models import Extension, ProgressReport, Task
from tests.browser.conftest import DESK, Visitor, tell_story
from tests.browser.effort import Effort

pytestmark = pytest.mark.browser


def test_the_office_runs_its_week(enter, visit):
    enter("story", tell_story)
    office = visit("zh-hans", DESK, "office2")
    office.context.grant_permissions(["clipboard-read", "clipboard-write"])
    effort = Effort("office runs its week, zh-hans", office)
    spent = []
    for step in (chase, return_one, accept_one, decide, change_many_and_undo, take_the_dispatch_table):
        before = dict(effort.sums)
        step(office, effort)
        spent.append((step.__name__, effort.sums["taps"] - before["taps"], effort.sums["keys"] - before["keys"]))
    print(effort.tell(), spent)
    assert effort.sums["taps"] <= 45


def chase(office: Visitor, effort: Effort) -> None:
    """From home to who owes what, and the text for the chat group into the clipboard."""
    page = office.open("/")
    page.locator(".todo a[href^='/owed/']").first.click()
    page.wait_for_url("**/owed/**")
    office.look()
    expect(page.locator("#list")).to_contain_text("进展报告逾期未报")
    page.locator(".actions a[href^='/owed/text/']").click()
    page.wait_for_load_state()
    office.look()
    page.locator("button[data-copy]").first.click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert "在职党员专班" in copied and "褚某某" in copied


def return_one(office: Visitor, effort: Effort) -> None:
    """The report that has waited longest goes back, with what is missing in one row and the day that is proposed."""
    page = office.open("/reports/review/")
    page.locator("#list .table-title").first.click()
    page.wait_for_url(re.compile(r"/reports/review/\d+/$"))
    office.look()
    page.locator(".judge .phrases label").first.click()
    expect(page.locator("button[name='accept']")).to_be_disabled()
    page.locator(".judge .phrases summary").first.click()
    effort.write(page.locator("textarea[name^='row-'][name$='-reason']").first, "新增企业名单。")
    page.locator("button[name='return']").first.click()
    page.wait_for_load_state()
    office.look()
    assert state_of("urban-party-building") == "returned"


def accept_one(office: Visitor, effort: Effort) -> None:
    """The next report stands open already; it is accepted, undone once, and accepted again."""
    page = office.page
    expect(page).to_have_url(re.compile(r"/reports/review/\d+/$"))
    page.locator("button[name='accept']").click()
    page.wait_for_load_state()
    office.look()
    assert state_of("asset-rectification") == "accepted"
    page.locator(".undoable button:not([hidden])").first.click()
    page.wait_for_load_state()
    office.look()
    assert state_of("asset-rectification") == "submitted"
    page.locator("button[name='accept']").click()
    page.wait_for_load_state()
    assert state_of("asset-rectification") == "accepted"


def state_of(team: str) -> str:
    """How the team's report for the middle of October stands."""
    return ProgressReport.objects.get(team__code=team, period__starts_on="2026-10-11").state


def decide(office: Visitor, effort: Effort) -> None:
    """Extensions that wait are granted together with one reason."""
    page = office.open("/extensions/?state=waiting")
    page.locator("#list [data-all]").check()
    page.locator("#bulk-action").select_option(index=0)
    page.locator("#bulk button:not([hidden])").click()
    page.wait_for_load_state()
    office.look()
    effort.write(page.locator("main form textarea").first, "农忙属实，同意。")
    page.locator("main form .form-actions button").first.click()
    page.wait_for_load_state()
    office.look()
    assert not Extension.objects.waiting().exists()


def change_many_and_undo(office: Visitor, effort: Effort) -> None:
    """Three tasks become major ones, and are what they were again."""
    before = dict(Task.objects.values_list("number", "level"))
    page = office.open("/tasks/?lamp=green")
    boxes = page.locator("#list [name='row']")
    for place in range(2):
        boxes.nth(place).check()
    page.locator("#bulk-action").select_option("level")
    page.locator("#bulk button:not([hidden])").click()
    page.wait_for_load_state()
    office.look()
    page.locator("main form select").first.select_option("3")
    page.locator("main form .form-actions button").first.click()
    page.wait_for_load_state()
    office.look()
    assert dict(Task.objects.values_list("number", "level")) != before
    page.locator(".notice-success form button:not([hidden])").click()
    page.wait_for_load_state()
    office.look()
    assert dict(Task.objects.values_list("number", "level")) == before


def take_the_dispatch_table(office: Visitor, effort: Effort) -> None:
    """The weekly table, looked at and taken as a workbook."""
    page = office.open("/dispatch/")
    expect(page.locator("main")).to_contain_text("村集体经济专班")
    with page.expect_download() as download:
        page.locator("a[href*='format=xlsx']").first.click()
    assert download.value.suggested_filename.endswith(".xlsx")
