"""A screen on the wall: let in by its address once, shown the wall alone, shut out when it is revoked."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.urls import get_resolver, reverse

from governance.clock import now
from governance.overview.views.screen import COOKIE, GUESSES
from governance.overview.wall import TEAMS_OPEN
from governance.overview.wall_screen import SCREEN_SECONDS, screen_of
from teams.models import WallScreen
from teams.roster.screens import open_screen, revoke_screen, screen_with_code
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nobody_has_guessed():
    cache.clear()


@pytest.fixture
def opened(action, office, at):
    return open_screen(action, place="三楼会议室", by=office, at=at)


@pytest.fixture
def screen(client, opened):
    """A browser that has opened the address."""
    client.get(reverse("screen_enter", args=[opened.token]))
    return client


def test_the_address_lets_in_and_goes_on_without_the_token(client, opened):
    answer = client.get(reverse("screen_enter", args=[opened.token]))
    assert (answer.status_code, answer["Location"]) == (302, "/screen/")
    cookie = answer.cookies[COOKIE]
    assert opened.token not in cookie.value
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == ("/screen/", True, "Lax")
    assert "no-store" in answer["Cache-Control"]
    assert client.get("/screen/").status_code == 200


def test_a_wrong_token_a_wrong_cookie_and_none_are_the_same(client, opened):
    answers = [client.get(reverse("screen_enter", args=["x" * 43])), client.get("/screen/")]
    client.cookies[COOKIE] = str(opened.screen.pk)
    answers.append(client.get("/screen/"))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({_without_token(answer) for answer in answers}) == 1


def test_six_digits_let_in(client, opened, time_machine, at):
    time_machine.move_to(at)
    said = client.post("/screen/", {"code": "12 34"})
    assert said.status_code == 404 and COOKIE not in said.cookies
    assert 'aria-invalid="true"' in said.content.decode()
    answer = client.post("/screen/", {"code": f"{opened.code[:3]} {opened.code[3:]}"})
    assert (answer.status_code, answer["Location"]) == (302, "/screen/")
    assert opened.code not in answer.cookies[COOKIE].value
    assert client.get("/screen/").status_code == 200


def test_who_guesses_digits_has_to_wait_even_with_the_right_ones(client, opened, time_machine, at):
    time_machine.move_to(at)
    wrong = "0" * 6 if opened.code != "0" * 6 else "1" * 6
    for _guess in range(GUESSES.most):
        assert client.post("/screen/", {"code": wrong}).status_code == 404
    assert client.post("/screen/", {"code": opened.code}).status_code == 404
    cache.clear()
    assert client.post("/screen/", {"code": opened.code}).status_code == 302


def _without_token(answer):
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode())


def test_a_revoked_screen_shows_so_at_its_next_picture(screen, opened, office, at):
    assert screen.get("/screen/").status_code == 200
    revoke_screen(opened.screen, by=office, at=at)
    assert screen.get("/screen/").status_code == 404
    assert screen.get(reverse("screen_enter", args=[opened.token])).status_code == 404


def test_it_shows_what_hangs_on_the_wall_and_no_link(screen, team, other_team):
    factories.make_task(team=team)
    page = screen.get("/screen/").content.decode()
    assert team.name in page and other_team.name in page
    assert re.findall(r'<a [^>]*href="([^"]*)"', page) == ["#main"]
    assert "<form" not in page


def test_no_other_address_opens_for_a_screen(screen, opened, action, team, task):
    """With the screen's cookie every address answers as it answers anybody who has not signed in."""
    stranger = type(screen)()
    screen.cookies[COOKIE]["path"] = "/"
    asked = 0
    for pattern in _patterns(get_resolver()):
        try:
            address = reverse(pattern.name)
        except Exception:
            continue
        if pattern.name == "wall_screen":
            continue
        asked += 1
        assert screen.get(address).status_code == stranger.get(address).status_code, address
    assert asked > 20
    for address in (team.get_absolute_url(), task.get_absolute_url(), "/wall/?screen=1"):
        assert screen.get(address).status_code == stranger.get(address).status_code == 302


def _patterns(resolver):
    for pattern in resolver.url_patterns:
        if not hasattr(pattern, "url_patterns"):
            yield pattern
        elif pattern.namespace != "admin":
            yield from _patterns(pattern)


def test_looking_writes_nothing(screen, query_budget):
    with query_budget("wall_screen", "a screen") as captured:
        screen.get("/screen/")
    reads = ("SELECT", "DECLARE")  # rows that are read in turn come through a cursor on PostgreSQL
    assert [query["sql"] for query in captured.captured_queries if not query["sql"].startswith(reads)] == []


def test_the_office_opens_one_sees_the_address_once_and_revokes_it(client, action, office, opened):
    client.force_login(office)
    page = client.post(reverse("screen_new"), {"place": "一楼大厅"}).content.decode()
    [token] = re.findall(r"/screen/([\w-]{43})/", page)
    [digits] = re.findall(r"data-digits>(\d{3} \d{3})<", page)
    assert "<svg" in page and screen_with_code(digits, at=now()) == WallScreen.objects.get(place="一楼大厅")
    screen = WallScreen.objects.get(place="一楼大厅")
    listed = client.get(reverse("screen_list")).content.decode()
    assert "一楼大厅" in listed and token not in listed
    assert client.get(reverse("screen_enter", args=[token])).status_code == 302
    address = reverse("screen_revoke", args=[screen.pk])
    assert "一楼大厅" in client.get(address).content.decode()
    client.post(address)
    assert client.get(reverse("screen_enter", args=[token])).status_code == 404
    assert client.post(address).status_code == 409


def test_nobody_else_opens_one(client, action, leader, head):
    for person in (leader, head):
        client.force_login(person)
        assert client.post(reverse("screen_new"), {"place": "大厅"}).status_code == 403
    assert not WallScreen.objects.exists()


def test_where_it_hangs_must_be_said(client, action, office):
    client.force_login(office)
    assert "address" not in client.post(reverse("screen_new"), {"place": ""}).context
    assert not WallScreen.objects.exists()


def test_more_teams_than_fit_take_turns(action, at):
    for _ in range(TEAMS_OPEN + 3):
        factories.TeamFactory(action=action)
    first, second, third = (
        screen_of(action, on=at.date(), now=at + timedelta(seconds=turn * SCREEN_SECONDS)) for turn in range(3)
    )
    assert {first.number, second.number} == {1, 2}
    assert {len(first.teams), len(second.teams)} == {TEAMS_OPEN, 3}
    assert len({shown.team.pk for page in (first, second) for shown in page.teams}) == TEAMS_OPEN + 3
    assert third.number == first.number
