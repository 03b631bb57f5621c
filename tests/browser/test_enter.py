"""Enter while writing: it saves or goes on, and decides nothing."""

import pytest
from playwright.sync_api import expect

from teams.models import ProgressReport, ReportEntry
from tests.browser.conftest import DESK, PHONE, tell_story

pytestmark = pytest.mark.browser

OWN, PERIOD = "member-service", "2026-10-21"


@pytest.fixture
def told(enter):
    enter("story", tell_story)


def unchanged() -> list[int]:
    """The rows of the draft that say that nothing has changed."""
    rows = ReportEntry.objects.filter(report__team__code=OWN, report__period__starts_on=PERIOD, no_change=True)
    return sorted(rows.values_list("task__number", flat=True))


@pytest.mark.parametrize("scripts", [True, False])
def test_enter_in_a_number_of_a_report_says_nothing_of_the_other_rows(told, visit, scripts):
    person = visit("zh-hans", PHONE, f"head-{OWN}", scripts=scripts)
    before = unchanged()
    page = person.open(f"/reports/{OWN}/{PERIOD}/")
    if scripts:
        page.locator("[data-progress]").first.check()
    number = page.locator(".stepper input").first
    number.fill("31")
    number.press("Enter")
    page.wait_for_load_state()
    if scripts:
        expect(page.locator("[data-part][data-dirty]")).to_have_count(0)
        assert page.evaluate("document.activeElement.matches('input, textarea')")
    else:
        expect(page.locator(".notice")).to_contain_text("已保存")
    expect(page.locator(".stepper input").first).to_have_value("31")
    assert unchanged() == before
    assert ProgressReport.objects.get(team__code=OWN, period__starts_on=PERIOD).state != "submitted"


def test_a_reason_to_return_is_never_lost_to_an_acceptance(told, visit):
    office = visit("zh-hans", DESK, "office2")
    page = office.open("/reports/review/")
    page.locator("#list .table-title").first.click()
    page.wait_for_load_state()
    address = page.url
    waiting = ProgressReport.objects.filter(state="submitted").count()
    page.locator(".phrases:has(#id_reason) summary").click()
    page.locator("#id_reason").fill("请补充企业名单。")
    for _twice in range(2):
        page.locator("#id_resubmit_by").press("Enter")
        page.wait_for_load_state()
    assert page.url == address
    expect(page.locator("#id_reason")).to_have_value("请补充企业名单。")
    accept = page.locator("button[name='accept']")
    expect(accept).to_be_disabled()
    accept.evaluate("button => (button.disabled = false)")  # as where no script has turned it off
    accept.click()
    page.wait_for_load_state()
    assert office.watch.faults == [f"status 422: POST {address.removeprefix(office.site.url)}"]
    office.watch.faults = []
    office.look()
    expect(page.locator("#id_reason")).to_have_value("请补充企业名单。")
    expect(page.locator(".form-errors")).to_contain_text("未通过")
    assert ProgressReport.objects.filter(state="submitted").count() == waiting


def test_half_a_date_is_not_sent_as_none(told, visit):
    office = visit("zh-hans", DESK, "office2")
    page = office.open("/tasks/new/")
    page.locator("#id_due_on").click(position={"x": 14, "y": 18})
    page.keyboard.type("05")
    page.keyboard.press("Tab")
    page.locator("button.button-primary[type='submit']").click()
    expect(page.locator("[data-said='half']")).to_be_visible()
    assert page.evaluate("document.activeElement.id") == "id_due_on"
    assert page.url.endswith("/tasks/new/")
