"""The screen in the room: a page a team, turned by keys, also while the network is gone; its place is kept."""

import json
import re
from collections.abc import Callable
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from governance.clock import now
from governance.people.models import User
from teams.meetings.agenda.packs import bind_pack
from teams.meetings.models import Meeting, ScreenPlace
from teams.models import Task
from tests.browser.conftest import DESK, PATIENCE, tell_story
from tests.browser.effort import Effort

pytestmark = pytest.mark.browser

CODE = "dispatch-2026-2"
SCREEN = f"/meetings/{CODE}/screen/"
FORWARD, BACK = ("ArrowRight", " ", "PageDown"), ("ArrowLeft", "PageUp")


@pytest.fixture
def slides(enter, settings) -> list[dict]:
    """On the day of a meeting its pack is bound; then a team's task is given another title, which no page shows."""
    enter("story", tell_story)
    settings.DEMO_TODAY = date(2026, 11, 3)
    meeting = Meeting.objects.get(kind="dispatch", number=2)
    pack = bind_pack(meeting, by=User.objects.get(username="office"), at=now())
    Task.objects.update(title="定稿后改的名称")
    return json.loads(pack.body)["slides"]


def shown(page: Page, slides: list[dict], place: int) -> None:
    """The page of one team stands alone, with the figures of the bound pack, and the foot says which it is."""
    slide = slides[place]
    stands = page.locator(".podium-team:visible")
    expect(stands).to_have_count(1)
    expect(stands.locator("h1")).to_have_text(slide["name"])
    if slide["pace"] is not None:
        expect(stands.locator(".podium-value")).to_have_text(f"{slide['pace']['percent']}%")
    for task in slide["tasks"]:
        row = stands.locator(".row", has_text=f"{task['number']} {task['title']}").first
        expect(row).to_contain_text(task["reached"])
    expect(page.locator("[data-number]")).to_have_text(f"{place + 1} / {len(slides)}")
    expect(page.locator("[data-number]")).to_be_in_viewport()
    assert page.evaluate("scrollY") == 0


def wait_until(page: Page, holds: Callable[[], bool], otherwise: str) -> None:
    """Ask again and again, from here: the page's own policy lets it evaluate no text."""
    for _wait in range(PATIENCE // 100):
        if holds():
            return
        page.wait_for_timeout(100)
    pytest.fail(otherwise)


def kept_at(page: Page, slides: list[dict], place: int) -> None:
    """The server hears of which page is shown, for whoever opens the screen next."""
    item = slides[place]["item"]
    wait_until(page, lambda: ScreenPlace.objects.get().item_id == item, f"page {place + 1} is not kept")


def test_the_screen_turns_by_keys_and_through_a_cut_network(slides, visit):
    office = visit("zh-hans", DESK, "office")
    effort = Effort("office turns the screen through a cut network, zh-hans", office)
    page = office.open(SCREEN)
    last = len(slides) - 1
    assert last >= 7
    shown(page, slides, 0)
    expect(page.locator(".podium-foot")).to_contain_text("材料第1号")
    page.keyboard.press("ArrowLeft")
    shown(page, slides, 0)
    place = 0
    for key in FORWARD:
        page.keyboard.press(key)
        place += 1
        shown(page, slides, place)
        office.look()
    for key in BACK:
        page.keyboard.press(key)
        place -= 1
        shown(page, slides, place)
    kept_at(page, slides, place)

    office.context.set_offline(True)
    while place < last:
        page.keyboard.press("ArrowRight")
        place += 1
        shown(page, slides, place)
    expect(page.locator("[data-cut]")).to_have_text("· 网络中断")
    expect(page.locator("[data-cut]")).to_be_visible()
    office.look()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    # this team has more to say than one screen holds
    wait_until(page, lambda: page.evaluate("scrollY") > 0, "the page does not scroll")
    expect(page.locator("[data-number]")).to_be_in_viewport()
    page.keyboard.press("ArrowLeft")
    place -= 1
    shown(page, slides, place)
    kept_at(page, slides, 1)

    with page.expect_response(re.compile(rf"/screen/{slides[place]['item']}/")):
        office.context.set_offline(False)
    expect(page.locator("[data-cut]")).to_be_hidden()
    kept_at(page, slides, place)
    page.reload()
    shown(page, slides, place)
    page.keyboard.press("ArrowLeft")
    shown(page, slides, place - 1)
    office.look()
    print(effort.tell())
    assert effort.sums == {"taps": 0, "keys": 1 + len(FORWARD) + len(BACK) + last - 1 + 3 + 1, "choices": 0}
