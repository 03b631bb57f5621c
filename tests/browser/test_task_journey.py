"""A task's life at the screen: cells pasted into the grid, milestones as a block; without scripts too."""

import pytest

from governance.people.models import Township
from teams.models import Task
from tests.browser.conftest import DESK, PHONE, tell_story

pytestmark = pytest.mark.browser

TASK = "/tasks/2026-3/"
PASTE = """([selector, text]) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.querySelector(selector).dispatchEvent(event);
}"""
"""What a browser does when somebody pastes, without touching the clipboard of the machine."""


def paste(page, selector, text):
    page.evaluate(PASTE, [selector, text])


@pytest.fixture
def county(enter):
    """The story of the demonstration."""
    enter("task life", tell_story)


def test_cells_from_a_spreadsheet_find_their_townships(county, visit):
    towns = list(Township.objects.all()[:3])
    office = visit("zh-hans", DESK, "office")
    page = office.open(f"{TASK}townships/")
    names = [f"[name=target-{town.pk}]" for town in towns]
    block = f"乡镇\t目标\t完成\n{towns[2]}\t1,004\t3\n{towns[0]}\t4\t4\n云上乡\t9\t9"
    paste(page, names[0], block)
    assert [page.input_value(name) for name in names] == ["4", "", "1004"]
    assert page.input_value(f"[name=done-{towns[2].pk}]") == "3"
    assert page.inner_text("[data-missed]").endswith("云上乡")
    paste(page, names[0], f"序号\t乡镇\t目标\t完成\n1\t{towns[1]}\t11\t5\n2\t合计\t11\t5")
    assert [page.input_value(name) for name in (names[1], f"[name=done-{towns[1].pk}]")] == ["11", "5"]
    assert (page.inner_text("[data-missed]"), page.inner_text("[data-totals]")) == ("", "合计行未填入。")
    paste(page, names[1], "4\t3\n4\t0")
    assert [page.input_value(name) for name in names] == ["4", "4", "4"]
    paste(page, names[0], "5")
    assert page.input_value(names[0]) == "4", "one cell is the browser's to paste"
    page.click("button.button-primary")
    page.wait_for_url(f"**{TASK}")
    office.look()
    assert Task.objects.get(number=3).target == 12
    assert towns[2].name in page.inner_text("#townships")


@pytest.mark.parametrize("scripts", [True, False])
def test_milestones_are_read_back_and_laid_down(county, visit, scripts):
    office = visit("en", PHONE, "office", scripts=scripts)
    office.watch.expected.add(422)
    page = office.open(f"{TASK}milestones/")
    page.fill("[name=text]", "选址\t11月10日\n签约\t很快")
    with page.expect_navigation():
        page.click("[value=read]")
    office.look()
    assert "“很快” is not a date" in page.inner_text("main")
    page.fill("[name=text]", "选址\t11月10日\n签约\t11月底\t2")
    with page.expect_navigation():
        page.click("[value=read]")
    office.look()
    page.click("[value=lay]")
    page.wait_for_url(f"**{TASK}")
    assert "2026-11-30" in page.inner_text("#milestones")
    office.look()
    with page.expect_navigation():
        page.click("#milestones a >> text=Mark as done")
    office.look()
    page.click("form.sheet button.button-primary")
    page.wait_for_url(f"**{TASK}")
    office.open(f"{TASK}history/?kind=milestones")
    assert "“选址”" in page.inner_text("main")
