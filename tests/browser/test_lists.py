"""A list under the hands: keys, filters that come back, folded filters on a phone, many rows at once without script."""

import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, tell_story

pytestmark = pytest.mark.browser


@pytest.fixture
def told(enter):
    """The story, whole."""
    enter("story", tell_story)


def test_keys_move_select_search_and_open(told, visit):
    page = (visitor := visit("en", DESK, "office")).open("/tasks/")
    links = page.locator("#list tbody .table-title")
    for key in ("j", "j", "k", "x"):
        page.keyboard.press(key)
    expect(links.nth(0)).to_be_focused()
    expect(page.locator("#list [name=row]").nth(0)).to_be_checked()
    expect(page.locator(".bulk b")).to_have_text("1")
    page.keyboard.press("?")
    expect(page.locator(".keys dl")).to_be_visible()
    visitor.look()
    page.keyboard.press("/")
    page.keyboard.type("jkx?")
    expect(page.locator("#filters [name=q]")).to_have_value("jkx?")
    page.goto(page.url.split("?")[0])
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/tasks/2026-\d+/$"))


def go_back(page):
    """One step back, as by the browser's button; the page is loaded anew, and only then asked."""
    with page.expect_event("load"):
        page.evaluate("setTimeout(() => history.back())")


def test_the_back_button_brings_the_filters_back(told, visit):
    page = visit("en", DESK, "office").open("/tasks/")
    page.select_option("[name=state]", "closed_out")
    page.wait_for_url(re.compile("state=closed_out"))
    page.click("thead a >> text=No.")
    page.wait_for_url(re.compile("sort=number"))
    assert "state=closed_out" in page.url
    go_back(page)
    page.wait_for_url(lambda url: "sort=number" not in url)
    expect(page.locator("[name=state]")).to_have_value("closed_out")
    go_back(page)
    page.wait_for_url(re.compile(r"/tasks/$"))
    expect(page.locator("[name=state]")).to_have_value("")


def test_on_a_phone_the_first_task_stands_high_and_the_filters_fold(told, visit):
    page = (visitor := visit("zh-hans", PHONE, "office")).open("/tasks/?level=1")
    assert page.locator("#list tbody tr").first.bounding_box()["y"] < PHONE["height"]
    expect(page.locator("[name=state]")).to_be_hidden()
    expect(page.locator("#folded")).to_have_text("(1)")
    page.click(".fold-button")
    expect(page.locator("[name=state]")).to_be_visible()
    visitor.look()


@pytest.mark.parametrize("scripts", [True, False])
def test_many_tasks_are_changed_and_changed_back(told, visit, scripts):
    page = (visitor := visit("zh-hans", DESK, "office", scripts=scripts)).open("/tasks/?state=in_progress")
    boxes = page.locator("#list [name=row]")
    boxes.nth(0).check()
    boxes.nth(1).check()
    page.select_option("#bulk-action", "owner")
    with page.expect_navigation():
        page.click(".bulk button:not([hidden])")
    visitor.look()
    page.fill("[name=owner_name]", "王某某")
    with page.expect_navigation():
        page.click(".form-actions button")
    visitor.look()
    with page.expect_navigation():
        page.click(".notice form button:not([hidden])")
    visitor.look()
    expect(page.locator(".notice-success")).to_have_count(1)
