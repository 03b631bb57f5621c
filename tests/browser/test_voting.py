"""A voter with a slip and a phone, no account; the centre prints and closes; what comes out of the printer."""

import re
import time
from datetime import date

import pytest
from playwright.sync_api import expect

from assessments.models import VoteCount, VoterGroup
from assessments.votes.slips import reprint_slips
from governance.clock import at_time
from governance.people.models import User
from tests.browser import rounds
from tests.browser.conftest import DESK, PHONE, tell_story
from tests.browser.effort import Effort

pytestmark = pytest.mark.browser


def fresh_codes(count: int = 5) -> list[str]:
    """New slips of the townships, the lost ones voided."""
    group = VoterGroup.objects.get(round=rounds.review(), code="townships")
    about = {"reason": "打印后遗失", "by": User.objects.get(username="centre"), "at": at_time(date(2026, 10, 27), 9)}
    return reprint_slips(group, count=count, seen=group.version, **about)


def test_a_voter_scans_a_slip_and_casts_it_in_under_a_minute(enter, visit):
    enter("story", tell_story)
    code, other = fresh_codes()[:2]
    before = sum(VoteCount.objects.values_list("count", flat=True))
    voter = visit("zh-hans", PHONE)
    effort = Effort("a slip of two questions and eight teams", voter)
    page, began = voter.page, time.monotonic()
    page.goto(f"{voter.site.url}/v/#{code}")
    expect(page.get_by_role("heading", name="请您评一评8个专班")).to_be_visible()
    assert code not in page.url
    voter.look()
    for lines in (0, 1):
        for line in page.locator(".ballot").nth(lines).locator("li").all():
            line.get_by_role("radio", name="满意", exact=True).click()
    expect(page.locator("[data-filled]")).to_have_text("16 / 16")
    page.get_by_role("button", name="投出").click()
    expect(page.get_by_role("heading", name="已投出，谢谢您")).to_be_visible()
    assert time.monotonic() - began < 60
    assert (effort.sums["taps"], effort.sums["keys"]) == (17, 0)
    effort.tell()
    voter.look()
    assert sum(VoteCount.objects.values_list("count", flat=True)) == before + 16
    assert {cookie["name"] for cookie in voter.context.cookies()} == {"vanguard_language"}

    page.goto("about:blank")
    page.goto(f"{voter.site.url}/v/#{code}")
    expect(page.get_by_role("heading", name="这张票用过了")).to_be_visible()
    voter.look()

    # Blanks are asked once; the marks stay.
    page.goto("about:blank")
    page.goto(f"{voter.site.url}/v/#{other}")
    page.locator(".ballot li").first.get_by_role("radio", name="不满意").click()
    page.get_by_role("button", name="投出").click()
    expect(page.get_by_role("heading", name="还有15行没选")).to_be_visible()
    voter.look()
    page.get_by_role("button", name="就这样投出").click()
    expect(page.get_by_role("heading", name="已投出，谢谢您")).to_be_visible()
    assert sum(VoteCount.objects.values_list("count", flat=True)) == before + 17


def test_a_slip_is_typed_and_cast_without_script_and_by_keyboard(enter, visit):
    enter("story", tell_story)
    code = fresh_codes()[0]
    voter = visit("zh-hans", DESK, scripts=False)
    page = voter.page
    page.goto(f"{voter.site.url}/v/")
    page.get_by_label("票上的10个字母").fill(code[:9])
    page.keyboard.press("Enter")
    expect(page.get_by_text("只有9个字母")).to_be_visible()
    page.get_by_label("票上的10个字母").fill(f"{code[:5].lower()} {code[5:]}")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="请您评一评8个专班")).to_be_visible()
    page.locator("input[type=radio]").first.focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")  # decides nothing
    expect(page.get_by_role("heading", name="请您评一评8个专班")).to_be_visible()
    page.get_by_role("button", name="投出").click()
    page.get_by_role("button", name="就这样投出").click()
    expect(page.get_by_role("heading", name="已投出，谢谢您")).to_be_visible()


def test_the_centre_prints_slips_eight_to_a_page_and_closes_the_group(enter, visit):
    enter("story", tell_story)
    round = rounds.second_review()
    centre = visit("zh-hans", DESK, "centre")
    page = centre.open(f"/assessment/rounds/{round.pk}/votes/")
    page.get_by_role("link", name="印票").first.click()
    page.get_by_label("票数").fill("20")
    page.get_by_label("投票截止").fill("2026-10-28T18:00")
    page.get_by_role("button", name="印票").click()
    expect(page.locator(".slips li")).to_have_count(20)
    centre.look()
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/MediaBox ?\[0 0 (?:595|594)", printed)) == 3
    page.get_by_role("link", name="已打印，返回").click()
    expect(page.get_by_text("20张票已投0张")).to_be_visible()
    page.get_by_role("link", name="关闭投票组").click()
    page.get_by_role("button", name="关闭投票组").click()
    expect(page.get_by_text("无人投票，请说明原因。").first).to_be_visible()
    centre.watch.faults.clear()  # a refusal answers 422
    centre.look()
    page.get_by_label("原因").fill("会议改期，无人投票")
    page.get_by_role("button", name="关闭投票组").click()
    expect(page.get_by_text("投票组已关闭，票已计出。")).to_be_visible()
    centre.look()
