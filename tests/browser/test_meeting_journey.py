"""The secretary prepares and announces a meeting: counted in clicks and keys, by mouse and by keys alone."""

import re
from datetime import date

import pytest
from django.conf import settings as django_settings
from playwright.sync_api import Page, expect

from governance.clock import day_of
from governance.people.models import User
from teams.meetings.models import AgendaItem, Meeting
from tests.browser.conftest import DESK, PHONE, tell_story
from tests.browser.effort import Effort
from tests.browser.screens import _prepared

pytestmark = pytest.mark.browser

MOST_CLICKS, MOST_KEYS = 8, 60
GUEST = "张"
"""What is typed to find the guest; whoever is found first is invited."""


def test_a_meeting_is_prepared_and_announced_in_few_clicks(enter, visit):
    enter("story", tell_story)
    visitor = visit("zh-hans", DESK)
    effort = Effort("secretary prepares and announces, zh-hans", visitor)
    page = visitor.open("/admin/")
    page.keyboard.type("secretary")
    page.keyboard.press("Tab")
    page.keyboard.type(django_settings.DEMO_PASSWORD)
    page.click(".door button.button-primary")
    page.wait_for_url("**/admin/")
    visitor.look()

    page.click("text=筹备推进会")
    page.wait_for_url("**/meeting/add/**")
    visitor.look()
    expect(page.locator("#id_starts_at_0")).to_be_focused()
    page.keyboard.type("11102026")  # this browser's own order: month, day, year
    page.click("input[name='_save']")
    page.wait_for_url("**/change/")
    visitor.look()

    people = page.locator("#attendance tbody tr").count()
    field = page.locator("#id_guests-0-name")
    field.click()
    before = dict(effort.sums)
    guest = User.objects.exclude(name="").filter(groups=None).order_by("name", "pk").first()
    field.press_sequentially(guest.name)
    expect(page.locator(".suggest button.is-chosen")).to_contain_text(guest.name)
    field.press("Enter")
    effort.sums["keys"] = before["keys"]  # the guest's name is not counted
    save(page)
    visitor.look()
    expect(page.locator("#attendance tbody tr")).to_have_count(people + 1)

    page.click("aside a:has-text('发出通知'), aside a.button")
    page.wait_for_url("**/announce/")
    visitor.look()
    page.click(".submit-row input[type=submit]")
    page.wait_for_url("**/change/")
    visitor.look()

    with page.expect_download() as folder:
        page.click("aside .folder")
    assert folder.value.suggested_filename.endswith(".zip")

    meeting = Meeting.objects.order_by("pk").last()
    assert meeting.title == "第2次推进会"
    assert meeting.announced_at is not None
    assert day_of(meeting.starts_at) == date(2026, 11, 10)
    assert meeting.attendances.filter(user=guest).exists()
    print(effort.tell())
    assert effort.sums["taps"] <= MOST_CLICKS
    assert effort.sums["keys"] <= MOST_KEYS


def save(page: Page) -> None:
    """Save, and wait for the page that comes back."""
    with page.expect_navigation():
        page.click("input[name='_save']")


def test_attendance_and_agenda_are_kept_by_keys(enter, visit, settings):
    enter("story", tell_story)
    (key,) = _prepared()
    meeting = Meeting.objects.get(pk=key)
    settings.DEMO_TODAY = day_of(meeting.starts_at)
    visitor = visit("zh-hans", DESK, "secretary")
    page = visitor.open(f"/admin/meetings/meeting/{key}/change/")
    page.locator("#attendance tbody tr input[type=radio]:checked").first.focus()
    page.keyboard.press("p")
    page.keyboard.press("l")
    page.keyboard.press("s")
    expect(page.locator("#id_people-2-stand_in")).to_be_focused()
    page.keyboard.type("feng")
    page.locator("#id_items-0-title").focus()
    page.keyboard.press("Alt+ArrowDown")
    expect(page.locator("#id_items-0-order")).to_have_value("2")
    expect(page.locator("#id_items-1-order")).to_have_value("1")
    expect(page.locator("#id_items-0-title")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("change/$"))
    save(page)
    visitor.look()
    marks = list(meeting.attendances.values_list("mark", "stand_in")[:3])
    assert marks == [("present", ""), ("leave", ""), ("stand_in", "feng")]
    kinds = list(meeting.items.values_list("kind", flat=True)[:2])
    assert kinds == [AgendaItem.Kind.PLAN, AgendaItem.Kind.FOLLOW_UP]


def test_rows_are_added_and_typed_text_comes_back(enter, visit):
    enter("story", tell_story)
    (key,) = _prepared()
    visitor = visit("zh-hans", PHONE, "secretary")
    page = visitor.open(f"/admin/meetings/meeting/{key}/change/")
    page.click("[data-add='decisions']")
    page.locator("#id_decisions-2-text").fill("第三项")
    page.locator("#id_decisions-1-text").fill("第二项")
    page.click("[data-add='guests']")
    page.locator("#id_guests-1-name").fill("李某乙")
    page.locator("#id_starts_at_0").fill("2027-01-05")
    save(page)
    visitor.watch.faults = []  # the answer 422 is meant
    assert page.locator("#id_decisions-2-text").input_value() == "第三项"
    expect(page.locator("#id_starts_at_0")).to_have_attribute("aria-invalid", "true")
    page.locator("#id_starts_at_0").fill("2026-11-12")
    save(page)
    visitor.look()
    meeting = Meeting.objects.get(pk=key)
    assert set(meeting.decisions.values_list("text", flat=True)) >= {"第二项", "第三项"}
    assert meeting.attendances.filter(name="李某乙").exists()
