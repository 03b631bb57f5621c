"""The wall chart in a real browser: the screen in the hall, the slider through the evenings, a leader's ten seconds."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from governance.clock import now
from governance.people.models import Department, User
from teams.models import SpecialAction
from teams.roster.screens import open_screen, revoke_screen
from tests.browser.conftest import DESK, PHONE, tell_story
from tests.factories import TeamFactory, make_task

pytestmark = pytest.mark.browser

HALL = {"width": 1920, "height": 1080}
SMALLEST = 22
"""Pixels: about 13 mm high on a screen of 55 inches, read from five metres."""

TEXT_SIZES = """() => {
  const sizes = [];
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const element = walker.currentNode.parentElement;
    const box = element.getBoundingClientRect();
    if (walker.currentNode.data.trim() && box.width > 1 && element.closest("svg") === null)
      sizes.push(parseFloat(getComputedStyle(element).fontSize));
  }
  return sizes;
}"""


@pytest.fixture
def screen(enter, visit):
    """A screen in the hall that was let in, and its row."""
    enter("story", tell_story)
    office = User.objects.get(username="office")
    opened = open_screen(SpecialAction.objects.get(), place="一楼大厅", by=office, at=now())
    visitor = visit("zh-hans", HALL)
    visitor.page.clock.install()
    visitor.open(reverse("screen_enter", args=[opened.token]))
    return visitor, opened.screen


def test_a_screen_is_paired_with_six_digits(enter, visit):
    """The office adds it and reads the digits out; whoever stands before the screen types these and nothing else."""
    enter("story", tell_story)
    office = visit("zh-hans", DESK, "office")
    office.open(reverse("screen_new"))
    office.page.get_by_label("安装位置").fill("一楼大厅")
    office.page.get_by_role("button", name="开通并显示数字").click()
    digits = office.page.locator("[data-digits]").inner_text()
    office.look()

    hall = visit("zh-hans", HALL)
    hall.watch.expected |= {404}  # no screen stands there yet
    hall.open("/screen/")
    hall.page.get_by_label("六位数字").fill(digits)
    hall.page.get_by_role("button", name="显示挂图作战").click()
    expect(hall.page.locator(".screen-team")).to_have_count(8)


@pytest.mark.parametrize("more", [0, 12], ids=["eight teams", "twenty teams"])
def test_a_screen_is_read_from_five_metres(screen, more):
    visitor, _row = screen
    page = visitor.page
    for number in range(more):
        team = TeamFactory(action=SpecialAction.objects.get(), order=20 + number, lead=Department.objects.first())
        make_task(team=team, number=1000 + number)
    page.reload()
    visitor.look()
    expect(page.locator(".screen-team")).to_have_count(8 + more)
    sizes = page.evaluate(TEXT_SIZES)
    assert len(sizes) > 50
    assert min(sizes) >= SMALLEST
    assert page.evaluate("document.documentElement.scrollHeight") <= HALL["height"]
    figures = page.locator(".lamp-row b, .figure-value, .screen-clock")
    assert min(figures.evaluate_all("all => all.map(one => parseFloat(getComputedStyle(one).fontSize))")) >= 36
    assert page.locator("main a, main button, main input").count() == 0


def test_a_screen_keeps_its_picture_while_the_network_is_away_and_says_since_when(screen):
    visitor, row = screen
    page = visitor.page
    page.evaluate("window.sameDocument = true")
    note = page.locator("[data-away]")
    expect(note).to_be_hidden()
    visitor.context.set_offline(True)
    page.clock.run_for(61_000)
    expect(note).to_be_visible()
    since = note.locator("b").inner_text()
    page.clock.run_for(121_000)
    expect(note.locator("b")).to_have_text(since)
    expect(page.locator(".screen-team")).to_have_count(8)
    visitor.watch.faults.clear()  # the browser tells of each address it could not reach

    visitor.context.set_offline(False)
    page.clock.run_for(61_000)
    expect(note).to_be_hidden()
    assert page.evaluate("window.sameDocument"), "the page is not loaded again, only its picture"

    revoke_screen(row, by=User.objects.get(username="office"), at=now())
    page.clock.run_for(61_000)
    expect(page.locator(".screen-team")).to_have_count(0)
    expect(page.get_by_role("button", name="显示挂图作战")).to_be_visible()
    visitor.watch.faults.clear()  # the answer was 404


def test_the_slider_turns_the_wall_back(enter, visit):
    enter("story", tell_story)
    visitor = visit("en", DESK, "leader")
    page = visitor.open("/wall/?lamp=yellow")
    slider = page.get_by_role("slider")
    slider.focus()
    slider.evaluate("range => { range.value = 0; range.dispatchEvent(new Event('input', {bubbles: true})); }")
    first = page.locator("#on").input_value()
    assert slider.get_attribute("aria-valuetext") == first < "2026-10-27"
    with page.expect_navigation():
        slider.evaluate("range => range.dispatchEvent(new Event('change', {bubbles: true}))")
    assert f"on={first}" in page.url and "lamp=yellow" in page.url
    visitor.look()
    with page.expect_navigation():
        page.locator("[rel=next]").click()
    assert f"on={first}" not in page.url
    with page.expect_navigation():
        page.get_by_role("link", name="Back to today").click()
    assert "on=" not in page.url and "lamp=yellow" in page.url


def test_without_script_the_wall_is_turned_back_too(enter, visit):
    enter("story", tell_story)
    visitor = visit("en", DESK, "leader", scripts=False)
    page = visitor.open("/wall/")
    page.locator("#on").fill("2026-09-20")
    page.get_by_role("button", name="Show").click()
    assert "on=2026-09-20" in page.url
    page.locator("[rel=prev]").click()
    assert "on=2026-09-10" in page.url


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_a_leader_is_at_the_row_behind_a_figure_in_two_clicks(enter, visit, size):
    enter("story", tell_story)
    visitor = visit("zh-hans", size, "leader")
    page = visitor.open("/")
    clicks = 0
    red = page.locator(".figures .lamp").first
    count = int(red.locator("b").inner_text())
    red.click()
    clicks += 1
    titles = page.locator("#list .table-title")
    expect(titles).to_have_count(count)
    titles.first.click()
    clicks += 1
    expect(page.locator("h1")).to_be_visible()
    assert "/tasks/2026-" in page.url
    assert clicks == 2
    visitor.look()
