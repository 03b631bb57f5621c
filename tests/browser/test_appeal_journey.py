"""A head appeals on a phone; the centre sees what allowing it changes and allows it; the head sees before and after."""

import pytest
from playwright.sync_api import expect

from assessments.models import Appeal, AppealDecision, Result
from tests.browser import rounds
from tests.browser.conftest import DESK, PHONE, tell_story

pytestmark = pytest.mark.browser

HEAD = "head-member-service"


@pytest.fixture
def noticed(enter):
    """The second round is in public notice."""
    enter("story", tell_story)
    return rounds.noticed()


def test_a_head_appeals_and_the_centre_allows_it(noticed, visit):
    head = visit("zh-hans", PHONE, HEAD)
    page = head.open("/")
    page.locator(f".todo a[href$='/rounds/{noticed.pk}/appeals/']").first.click()
    page.wait_for_load_state()
    head.look()
    page.click("a[href$='/appeals/new/member-service/']")
    page.wait_for_load_state()
    head.look()
    page.select_option("#id_about", value="indicator|T6")
    page.fill("#id_wrong", "台账完整，记为部分完整")
    page.locator("#id_wrong").press("Enter")
    assert not Appeal.objects.filter(round=noticed).exists()
    page.fill("#id_reason", "台账原件9月28日已交，见收文登记。")
    page.fill("#id_wanted", "完整")
    page.click("main form[method='post'] .form-actions button")
    page.wait_for_load_state()
    head.look()
    appeal = Appeal.objects.get(round=noticed)
    assert (appeal.filed_by.username, appeal.state) == (HEAD, "open")

    keeper = visit("zh-hans", DESK, "centre")
    page = keeper.open(appeal.get_absolute_url())
    expect(page.locator("a[href$='/decide/']")).to_have_count(0)
    page = keeper.open(f"/assessment/rounds/{noticed.pk}/")
    expect(page.locator(f"a[href='{appeal.get_absolute_url()}']").first).to_be_visible()

    decider = visit("zh-hans", DESK, "centre2")
    page = decider.open("/")
    page.locator(f".todo a[href$='/rounds/{noticed.pk}/appeals/']").first.click()
    page.wait_for_load_state()
    page.locator(f"a[href='{appeal.get_absolute_url()}']").first.click()
    page.click("a[href$='/decide/']")
    page.wait_for_load_state()
    decider.look()
    page.check("input[name='outcome'][value='corrected']")
    page.select_option("#id_value", value="complete")
    page.fill("#id_document", "县考核办〔2026〕15号")
    page.fill("#id_basis", "台账原件")
    page.locator("#id_document").press("Enter")
    page.click("button[value='preview']")
    page.wait_for_load_state()
    decider.look()
    expect(page.locator("#preview ins").first).to_be_visible()
    assert (Result.objects.filter(round=noticed).count(), AppealDecision.objects.filter(round=noticed).count()) == (
        1,
        0,
    )
    page.fill("#id_answer", "收文登记与台账原件一致，更正。")
    page.click("button[value='decide']")
    page.wait_for_load_state()
    decider.look()
    decision = AppealDecision.objects.get(round=noticed)
    assert (decision.outcome, decision.result.number) == ("allowed", 2)

    page = head.open("/inbox/")
    expect(page.locator("main")).to_contain_text("申诉成立")
    page = head.open(appeal.get_absolute_url())
    expect(page.locator("main")).to_contain_text("收文登记与台账原件一致，更正。")
    expect(page.locator(".changes")).to_contain_text("T6")
    page = head.open(f"/assessment/rounds/{noticed.pk}/results/")
    expect(page.locator(".changes ins").first).to_be_visible()
