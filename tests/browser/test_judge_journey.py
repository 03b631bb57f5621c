"""A judge on the phone marks eight teams, through a lost connection, and signs; with the keyboard, too."""

import re

import pytest
from playwright.sync_api import Page, expect

from assessments.models import DraftMark, Seat, SignedMark
from tests.browser.conftest import DESK, PHONE, tell_story
from tests.browser.effort import Effort

pytestmark = pytest.mark.browser

MARKS = ["91.5", "86", "77.5", "88", "80.5", "84", "88.5", "79"]
SAVED = re.compile(r"\d\d:\d\d 已存")
LOST = "网络中断，内容已保存在本机"


@pytest.fixture
def seat(enter) -> Seat:
    """A seat in the contest, for which nothing is marked and no team is skipped."""
    enter("story", tell_story)
    return Seat.objects.get(label="评委7")


def mark(page: Page):
    """The field of the team that is shown."""
    return page.locator(".mark-card.is-shown [data-mark]")


def saved(page: Page, count: int) -> None:
    """The foot says that it is saved, and how many teams are marked."""
    expect(page.locator("[data-saved]")).to_have_text(SAVED)
    expect(page.locator("[data-part][data-dirty]")).to_have_count(0)
    expect(page.locator(".bar [data-done]")).to_have_text(str(count))


def test_a_judge_marks_eight_teams_and_signs(seat, visit):
    judge = visit("zh-hans", PHONE, "judge7")
    effort = Effort("judge marks eight teams, zh-hans", judge)
    page = judge.open("/")
    page.get_by_role("link", name=re.compile("以评委7")).first.click()
    page.wait_for_url("**/assessment/sheets/*/")
    judge.look()
    for place, text in enumerate(MARKS):
        expect(page.locator(".mark-card:visible")).to_have_count(1)
        mark(page).press_sequentially(text) if place else effort.write(mark(page), text)
        if place == 3:
            judge.context.set_offline(True)
            expect(page.locator("[data-saved]")).to_contain_text(LOST)
            judge.context.set_offline(False)
        if place < 7:
            page.get_by_role("button", name="下一个", exact=True).click()
    saved(page, 8)
    judge.look()
    assert not SignedMark.objects.filter(seat=seat).exists()
    page.get_by_role("button", name="签名", exact=True).click()
    page.wait_for_url("**/sign/")
    judge.look()
    expect(page.locator("main table tbody tr")).to_have_count(8)
    page.get_by_role("button", name="签名", exact=True).click()
    expect(page.get_by_text("评分表已签名").first).to_be_visible()
    judge.look()
    assert [f"{signed.mark:f}" for signed in SignedMark.objects.filter(seat=seat).order_by("team__order")] == [
        f"{float(text):.1f}" for text in MARKS
    ]
    effort.tell()
    assert effort.sums["taps"] <= 12, effort.sums


def test_enter_goes_on_and_never_signs_and_arrows_change_the_mark(seat, visit):
    judge = visit("zh-hans", DESK, "judge7")
    page = judge.open(seat.get_absolute_url())
    mark(page).click()
    page.keyboard.type("80")
    page.keyboard.press("ArrowUp")
    expect(mark(page)).to_have_value("80.5")
    for text in [*MARKS[1:], "79"]:
        page.keyboard.press("Enter")
        page.keyboard.type(text)
    page.keyboard.press("Enter")
    saved(page, 8)
    page.keyboard.press("Enter")
    assert page.url.endswith(seat.get_absolute_url())
    assert not SignedMark.objects.filter(seat=seat).exists()
    assert DraftMark.objects.get(seat=seat, team__code="village-economy").value == 80.5


def test_a_mark_outside_the_scale_is_told_beside_the_field_and_another_window_overwrites_nothing(seat, visit):
    judge = visit("zh-hans", PHONE, "judge7")
    page = judge.open(seat.get_absolute_url())
    mark(page).fill("101")
    expect(page.locator(".mark-card.is-shown .error-text")).to_contain_text("超出0至 100 的范围")
    judge.look()
    mark(page).fill("85")
    saved(page, 1)
    other = judge.context.new_page()
    other.goto(f"{judge.site.url}{seat.get_absolute_url()}#team-village-economy")
    expect(mark(other)).to_have_value("85.0")
    mark(page).fill("90")
    expect(page.locator("[data-part][data-dirty]")).to_have_count(0)
    mark(other).fill("70")
    expect(other.locator(".mark-card.is-shown .clash")).to_contain_text("90.0")
    other.get_by_role("button", name="采用另一窗口的评分").click()
    expect(mark(other)).to_have_count(1)
    assert DraftMark.objects.get(seat=seat, team__code="village-economy").value == 90


def test_without_scripts_every_team_is_on_the_page_and_is_saved(seat, visit):
    judge = visit("zh-hans", PHONE, "judge7", scripts=False)
    page = judge.open(seat.get_absolute_url())
    for field, text in zip(page.locator("[data-mark]").all(), MARKS, strict=True):
        field.fill(text)
    page.get_by_role("button", name="签名", exact=True).click()
    page.wait_for_url("**/sign/")
    page.get_by_role("button", name="签名", exact=True).click()
    assert SignedMark.objects.filter(seat=seat).count() == 8
