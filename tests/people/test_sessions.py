"""A session: kept alive by what a person does, written once a minute at most, over after half an hour of nothing."""

import pytest
import time_machine
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext

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


def test_who_works_stays_signed_in_all_day(client, person, clock):
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
