"""Apps bring lines, places, help and texts to the shared pages; the pages know none of them."""

import pytest
from django.urls import reverse

from governance.overview.todo import todo_of
from governance.registers.chat import CHAT_TEXTS, ChatText
from governance.registers.help import PAGE_HELP
from governance.registers.navigation import MENU, NAVIGATION, Place
from governance.registers.todo import TODO_SOURCES, TodoLine

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, office):
    """A function that answers a page as the office reads it."""
    client.force_login(office)
    return lambda name: client.get(reverse(name)).content.decode()


def test_a_line_of_home(monkeypatch, page, office, leader, at):
    def lines(reader):
        if reader.user == office:
            yield TodoLine("red", "Water the plants", "They hang.", "/plants/", "Water")

    monkeypatch.setitem(TODO_SOURCES, "plants", lines)
    assert "Water the plants" in page("home")
    assert [line.url for line in todo_of(office, None, now=at)] == ["/plants/"]
    assert todo_of(leader, None, now=at) == []


def test_a_place_in_the_navigation(monkeypatch, client, page, leader):
    monkeypatch.setitem(NAVIGATION, "burden", Place("Plants", 25, ("/burden/",), roles=("special_office",)))
    shown = page("search")
    assert shown.index(">Plants<") > shown.index(f'href="{reverse("team_list")}"')
    assert shown.index(">Plants<") < shown.index(f'href="{reverse("task_list")}"')
    client.force_login(leader)
    assert ">Plants<" not in client.get(reverse("search")).content.decode()


def test_a_place_in_the_menu(monkeypatch, page):
    monkeypatch.setitem(MENU, "inbox", Place("Plants", 5))
    navigation, person = page("search").split('class="masthead-side"')
    assert ">Plants<" in navigation
    assert ">Plants<" not in person.split("menu-wide")[0]


def test_help_on_a_page(monkeypatch, page):
    monkeypatch.setitem(PAGE_HELP, "burden", ["Water them on Mondays."])
    assert "Water them on Mondays." in page("burden")


def test_a_text_for_the_group(monkeypatch, client, action, office):
    monkeypatch.setitem(CHAT_TEXTS, "plants", ChatText("Plants", 30, lambda reader: f"{reader.user.name} waters them."))
    client.force_login(office)
    shown = client.get(reverse("chat_text") + "?of=plants").content.decode()
    assert f"{office.name} waters them." in shown
    assert "Plants" in client.get(reverse("chat_text")).content.decode()
