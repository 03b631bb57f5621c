"""The office chases what is owed in a real browser: from home to the list, from the list to the chat group."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import DESK, PHONE, tell_story

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_the_office_copies_who_owes_what_in_three_clicks(enter, visit, site, size):
    enter("story", tell_story)
    visitor = visit("zh-hans", size, "office")
    visitor.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.url)
    page = visitor.open("/")
    with page.expect_navigation():
        page.click('.todo a.button[href^="/owed/?kind=report"]')
    visitor.look()
    expect(page.locator("td.cell-title")).to_have_count(1)
    with page.expect_navigation():
        page.click('a.button-primary[href^="/owed/text/"]')
    visitor.look()
    text = page.input_value("#copied")
    assert text.startswith("【催办】") and "在职党员专班（组长" in text and "报告待审核" not in text
    page.click("[data-copy]")
    expect(page.locator("[data-copy]")).to_have_text("已复制")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied.replace("\r\n", "\n") == text


def test_where_the_clipboard_is_closed_the_text_is_selected_and_copied(enter, visit):
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK, "office")
    visitor.page.add_init_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page = visitor.open("/owed/text/?of=week")
    page.click("[data-copy]")
    expect(page.locator("[data-copy]")).to_have_text("已复制")
    assert page.evaluate("getSelection().toString()") == page.input_value("#copied")


def test_without_scripts_the_text_is_there_to_be_selected(enter, visit):
    enter("story", tell_story)
    page = visit("zh-hans", PHONE, "office", scripts=False).open("/owed/text/")
    expect(page.locator("#copied")).to_be_visible()
    expect(page.locator("[data-copy]")).to_be_hidden()
    expect(page.locator(".without-js", has_text="请选中文字后复制")).to_be_visible()
