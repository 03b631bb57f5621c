"""A head files a pilot with its document; the centre sees what is to be looked at and decides; the head is told."""

import pytest
from playwright.sync_api import expect

from assessments.models import Claim
from tests.browser import rounds
from tests.browser.conftest import DESK, PHONE, tell_story

pytestmark = pytest.mark.browser


@pytest.fixture
def collecting(enter):
    """The second round collects."""
    enter("story", tell_story)
    return rounds.frozen()


def send(visitor) -> None:
    """Press the one primary button of the form."""
    visitor.page.click("main form[method='post'] .form-actions button")
    visitor.page.wait_for_load_state()


def test_a_head_files_and_the_centre_decides(collecting, visit):
    head = visit("zh-hans", PHONE, rounds.CLAIMANT)
    page = head.open("/assessment/")
    page.click("a[href$='/claims/']")
    page.wait_for_url("**/claims/")
    head.look()
    page.click("a[href$='/claims/new/']")
    page.wait_for_url("**/claims/new/")
    head.look()
    page.select_option("#id_counts_as", label="市级：1分")
    page.fill("#id_matter", "“一张表单”市级试点")
    page.fill("#id_document", "市治理办〔2026〕31号")
    page.fill("#id_issuer", "市治理办")
    page.fill("#id_on", "2026-09-18")
    page.locator("#id_issuer").press("Enter")
    assert not Claim.objects.filter(round=collecting).exists()
    send(head)
    expect(page.locator(".form-errors")).to_be_visible()
    head.watch.faults = []
    page.fill("#id_basis", "全市八个试点县之一，9月起试行。")
    send(head)
    claim = Claim.objects.get(round=collecting)
    expect(page.locator("h1")).to_contain_text("一张表单")
    expect(page.locator("main")).not_to_contain_text("本周期计")
    assert (claim.entered_by.username, claim.level, claim.state) == (rounds.CLAIMANT, "municipal", "filed")

    centre = visit("zh-hans", DESK, "centre")
    page = centre.open("/")
    page.locator(".todo a[href*='/claims/']").first.click()
    page.wait_for_load_state()
    centre.look()
    page.click(f"a[href$='/claims/{claim.pk}/']")
    page.wait_for_load_state()
    centre.look()
    expect(page.locator(".effect")).to_contain_text("+1")
    page.click("a[href$='/approve/']")
    page.wait_for_load_state()
    centre.look()
    page.select_option("#id_level", label="省级")
    send(centre)
    expect(page.locator(".field-error, .error").first).to_be_visible()
    assert Claim.objects.get(pk=claim.pk).state == "filed"
    page.fill("#id_reason", "文件写明为省级试点。")
    centre.watch.faults = []
    send(centre)
    centre.look()
    assert Claim.objects.get(pk=claim.pk).state == "approved"

    page = head.open("/inbox/")
    expect(page.locator("main")).to_contain_text("已认定")
    page = head.open(claim.get_absolute_url())
    expect(page.locator(".history")).to_contain_text("文件写明为省级试点。")
    expect(page.locator("a[href$='/withdraw/']")).to_have_count(0)
