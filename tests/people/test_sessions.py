"""A session: kept alive by what a person does, written once a minute at most, over after half an hour of nothing."""

import logging

import pytest
import time_machine
from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from governance.people.models import SignedIn
from governance.records.models import AuditEvent
from tests import factories

pytestmark = pytest.mark.django_db
BEGIN = 1_800_000_000


@pytest.fixture
def clock():
    """The real time, moved by hand."""
    with time_machine.travel(BEGIN, tick=False) as traveller:
        yield traveller


@pytest.fixture
def person(client, clock):
    """Somebody who has just signed in and opened a page."""
    person = factories.UserFactory()
    client.force_login(person)
    client.get("/inbox/")
    return person


def writes(client):
    """What opening a page writes of the session."""
    with CaptureQueriesContext(connection) as queries:
        assert client.get("/inbox/").status_code == 200
    return [query["sql"] for query in queries if "django_session" in query["sql"] and "SELECT" not in query["sql"]]


def test_a_page_within_the_minute_writes_no_session(client, person, clock):
    clock.shift(59)
    assert writes(client) == []


def test_after_a_minute_the_session_is_written_once(client, person, clock):
    clock.shift(60)
    assert len(writes(client)) == 1
    assert writes(client) == []


def test_who_works_stays_signed_in_for_hours(client, person, clock):
    for _ in range(20):
        clock.shift(25 * 60)
        assert client.get("/inbox/").status_code == 200


def test_the_cookie_lasts_as_long_as_the_session(client, person, clock):
    clock.shift(61)
    cookie = client.get("/inbox/").cookies[settings.SESSION_COOKIE_NAME]
    assert cookie["max-age"] == 30 * 60


@pytest.mark.parametrize(("idle", "status"), [(29 * 60 - 1, 200), (30 * 60, 302)])
def test_half_an_hour_without_anything_signs_out(client, person, clock, idle, status):
    clock.shift(59)
    client.get("/inbox/")
    clock.shift(idle)
    assert client.get("/inbox/").status_code == status


def test_a_clock_set_back_does_not_stop_the_writing(client, person, clock):
    clock.move_to(BEGIN - 3600)
    assert len(writes(client)) == 1


def test_a_stranger_gets_no_session(client, clock):
    assert settings.SESSION_COOKIE_NAME not in client.get("/sign-in/").cookies


# The list of one's own sessions ------------------------------------------------------------------------------------
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Safari/537.36"
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0.50"


def signed_in(device=CHROME, address="10.0.0.1"):
    """A browser in which `somebody` has signed in."""
    browser = Client(headers={"User-Agent": device}, REMOTE_ADDR=address)
    browser.cookies["vanguard_language"] = "en"
    answer = browser.post("/sign-in/", {"username": "somebody", "password": factories.PASSWORD})
    assert answer.status_code == 302
    return browser


def is_in(browser):
    return browser.get("/inbox/").status_code == 200


@pytest.fixture
def somebody(clock):
    return factories.UserFactory(username="somebody", password=factories.PASSWORD)


def test_the_account_page_lists_devices(somebody, clock):
    desk = signed_in()
    clock.shift(120)
    signed_in(PHONE, "10.0.0.2")
    page = desk.get("/account/")
    sessions = [(session.device_name, session.address) for session in page.context["sessions"]]
    assert sessions == [("微信 · Android", "10.0.0.2"), ("Chrome · Windows", "10.0.0.1")]
    assert "This device" in page.content.decode()


def test_using_a_session_moves_its_last_use(somebody, clock):
    desk = signed_in()
    began = SignedIn.objects.get().seen_at
    clock.shift(300)
    desk.get("/inbox/")
    assert (SignedIn.objects.get().seen_at - began).total_seconds() == 300


def test_one_session_is_ended(somebody):
    desk, phone, tablet = signed_in(), signed_in(PHONE), signed_in(PHONE)
    row = SignedIn.objects.get(session_key=phone.session.session_key)
    assert desk.post(f"/account/sessions/{row.pk}/end/")["Location"] == "/account/"
    assert [is_in(browser) for browser in (desk, phone, tablet)] == [True, False, True]
    assert AuditEvent.objects.filter(verb="end_session").count() == 1


def test_all_others_are_ended(somebody):
    desk, phone, tablet = signed_in(), signed_in(PHONE), signed_in(PHONE)
    desk.post("/account/sessions/end/")
    assert [is_in(browser) for browser in (desk, phone, tablet)] == [True, False, False]
    assert SignedIn.objects.count() == 1


def test_nobody_ends_a_session_of_somebody_else(client, somebody, administrator):
    signed_in()
    row = SignedIn.objects.get()
    for person in (factories.UserFactory(), administrator):
        client.force_login(person)
        assert client.post(f"/account/sessions/{row.pk}/end/").status_code == 404


def test_a_new_password_ends_the_others_and_keeps_this_one_in_the_list(somebody):
    desk, phone = signed_in(), signed_in(PHONE)
    new = "Orchard-bridge-41"
    desk.post("/account/", {"old_password": factories.PASSWORD, "new_password1": new, "new_password2": new})
    assert [is_in(browser) for browser in (desk, phone)] == [True, False]
    assert SignedIn.objects.get().session_key == desk.session.session_key


def test_signing_out_takes_the_session_off_the_list(somebody):
    signed_in().post("/sign-out/")
    assert not SignedIn.objects.exists()


def test_forgotten_sessions_go_at_the_next_sign_in(somebody, clock):
    signed_in()
    clock.shift(31 * 60)
    desk = signed_in()
    assert [row.session_key for row in SignedIn.objects.all()] == [desk.session.session_key]
    assert Session.objects.count() == 1


@pytest.mark.parametrize(("hours", "status"), [(12 * 3600 - 60, 200), (12 * 3600, 302)])
def test_a_session_lasts_twelve_hours_at_most(somebody, clock, hours, status):
    desk = signed_in()
    for _ in range(hours // 1500):
        clock.shift(1500)
        assert is_in(desk)
    clock.shift(hours % 1500)
    assert desk.get("/inbox/").status_code == status


# Headers -----------------------------------------------------------------------------------------------------------
def test_pages_of_signed_in_people_are_not_stored(client, person):
    assert client.get("/inbox/")["Cache-Control"] == "no-store"
    assert client.get("/account/")["Cache-Control"] == "no-store"


def test_every_page_says_what_it_does_not_use(client, clock):
    answer = client.get("/sign-in/")
    assert "camera=()" in answer["Permissions-Policy"] and "geolocation=()" in answer["Permissions-Policy"]
    assert "Cache-Control" not in answer or "no-store" in answer["Cache-Control"]


def test_a_refusal_is_logged_with_the_person(client, person, caplog):
    with caplog.at_level("WARNING", "django.request.refused"):
        logging.getLogger("django.request.refused").addHandler(caplog.handler)
        assert client.get("/audit/").status_code == 403
    assert f"Refused GET /audit/ to person {person.pk}" in caplog.messages
