"""A department confirms its figures: from home to the lock, a slip asked, a correction on the phone, its answer."""

import re

import pytest
from playwright.sync_api import expect

from assessments.models import Figure, FigureDraft
from tests.browser import rounds
from tests.browser.conftest import DESK, PHONE, tell_story

pytestmark = pytest.mark.browser

VALUES = {
    "village-economy": ("25", "24"),
    "theme-training": ("860", "900"),
    "member-service": ("1380", "1700"),
    "rural-revitalization": ("30", "40"),
    "urban-party-building": ("8000", "85"),
    "system-reform": ("12", "14"),
}


@pytest.fixture
def number(enter) -> int:
    """The round whose core figures the bureau of statistics supplies."""
    enter("story", tell_story)
    return rounds.supplied().pk


def test_a_department_confirms_its_figures(number, visit):
    data = visit("zh-hans", DESK, "data")
    data.watch.expected.add(422)
    page = data.open("/")
    page.get_by_role("link", name="填报").first.click()
    data.look()
    expect(page).to_have_url(re.compile(f"/assessment/figures/{number}/T7/"))
    for code, (value, target) in VALUES.items():
        page.fill(f"#id_value-{code}", value)
        page.fill(f"#id_target-{code}", target)
    page.fill("#id_document", "垣统函〔2026〕31号")
    page.fill("#id_basis", "三季度核心指标统计表（盖章）")
    page.focus("#id_value-village-economy")
    page.keyboard.press("Enter")  # Enter goes on to the next field and sends nothing
    assert not FigureDraft.objects.filter(source__round=number).exists()
    page.get_by_role("button", name="保存").click()
    data.look()
    expect(page.locator(".ask")).to_contain_text("8,000")  # asked, not refused
    assert not FigureDraft.objects.filter(source__round=number).exists()
    page.fill("#id_value-urban-party-building", "80")
    page.get_by_role("button", name="保存").click()
    data.look()
    page.get_by_role("link", name="确认6项数据").click()
    data.look()
    assert not Figure.objects.filter(source__round=number).exists()
    page.get_by_role("button", name="确认6项数据").click()
    data.look()
    expect(page.get_by_text("数据已确认并锁定")).to_be_visible()
    assert Figure.objects.filter(source__round=number, confirmation__isnull=False).count() == 6
    phone = visit("zh-hans", PHONE, "data")
    on_phone = phone.open(f"/assessment/figures/{number}/T7/")
    on_phone.get_by_role("link", name="申请更正主题培训专班的数据").click()
    phone.look()
    on_phone.fill("#id_value", "870")
    on_phone.fill("#id_reason", "补训10人，见更正表。")
    on_phone.get_by_role("button", name="提交申请").click()
    phone.look()
    centre = visit("zh-hans", DESK, "centre")
    desk = centre.open(f"/assessment/rounds/{number}/suppliers/")
    desk.get_by_role("link", name="答复").click()
    centre.look()
    desk.get_by_label("重开该行，由提供单位更正").check()
    desk.get_by_role("button", name="答复").click()
    centre.look()
    on_phone = phone.open(f"/assessment/figures/{number}/T7/")
    on_phone.fill("#id_value-theme-training", "870")
    on_phone.get_by_role("button", name="保存").click()
    phone.look()
    on_phone.get_by_role("link", name="确认1项数据").click()
    on_phone.get_by_role("button", name="确认1项数据").click()
    phone.look()
    figures = Figure.objects.filter(source__round=number, source__team__code="theme-training")
    assert list(figures.order_by("number").values_list("number", "value")) == [(1, "860"), (2, "870")]
