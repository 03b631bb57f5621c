"""Signing in and out, being locked out, being idle, one's own account and its password."""

from datetime import date, timedelta

import pytest
import time_machine
from django.contrib.auth import get_user
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from governance.people.models import User
from governance.people.passwords import StrengthValidator
from governance.people.roles import Role
from governance.records.models import AuditEvent
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
SIGN_IN = "/sign-in/"


@pytest.fixture(autouse=True)
def in_english(client):
    """The browser reads English."""
    client.cookies["vanguard_language"] = "en"


@pytest.fixture
def somebody():
    """A person who can sign in."""
    return factories.UserFactory(username="somebody", name="某甲", roles=[Role.AUDITOR], password=PASSWORD)


def sign_in(client, username="somebody", password=PASSWORD, **extra):
    return client.post(SIGN_IN, {"username": username, "password": password}, **extra)


def events(verb):
    return AuditEvent.objects.filter(verb=verb)


# In and out --------------------------------------------------------------------------------------------------------
def test_signing_in_leads_home_and_is_written_down(client, somebody):
    answer = sign_in(client, REMOTE_ADDR="10.1.2.3")
    assert answer["Location"] == "/"
    event = events("sign_in").get()
    assert (event.by, event.address, event.object_id) == (somebody, "10.1.2.3", str(somebody.pk))


def test_signing_in_leads_to_where_one_was_going(client, somebody):
    assert client.get("/inbox/")["Location"] == "/sign-in/?next=/inbox/"
    answer = client.post(f"{SIGN_IN}?next=/inbox/", {"username": "somebody", "password": PASSWORD, "next": "/inbox/"})
    assert answer["Location"] == "/inbox/"


def test_nobody_is_led_to_another_site(client, somebody):
    data = {"username": "somebody", "password": PASSWORD, "next": "https://elsewhere.example/"}
    assert client.post(SIGN_IN, data)["Location"] == "/"


@pytest.mark.parametrize("name", ["somebody", "nobody"])
def test_a_wrong_password_and_a_wrong_account_sound_the_same(client, somebody, name):
    answer = sign_in(client, name, "wrong")
    assert "Account or password is wrong" in answer.content.decode()
    assert not AuditEvent.objects.exists()


def test_who_may_not_sign_in_does_not(client, somebody):
    User.objects.update(is_active=False)
    sign_in(client)
    assert not get_user(client).is_authenticated


def test_signing_out_is_written_down(client, somebody):
    client.force_login(somebody)
    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert events("sign_out").get().by == somebody
    assert not get_user(client).is_authenticated


def test_signing_out_twice_is_no_error(client, somebody):
    assert client.post("/sign-out/")["Location"] == SIGN_IN
    assert not AuditEvent.objects.exists()


def test_signing_out_is_no_link(client, somebody):
    client.force_login(somebody)
    assert client.get("/sign-out/").status_code == 405


# Locked out --------------------------------------------------------------------------------------------------------
def fail(client, times, **extra):
    """Answers to wrong passwords, one after another."""
    return [sign_in(client, password=f"wrong-{number}", **extra).status_code for number in range(times)]


def test_the_fifth_wrong_password_locks_and_is_written_down_once(client, somebody):
    assert fail(client, 7) == [200, 200, 200, 200, 429, 429, 429]
    event = events("lock_out").get()
    assert event.change == '{"account":"somebody"}'
    assert event.by is None
    assert sign_in(client).status_code == 429


def test_a_lock_is_of_account_and_address_together(client, somebody):
    factories.UserFactory(username="another", password=PASSWORD)
    fail(client, 5, REMOTE_ADDR="10.0.0.1")
    assert sign_in(client, REMOTE_ADDR="10.0.0.1").status_code == 429
    assert sign_in(client, "another", REMOTE_ADDR="10.0.0.1").status_code == 302
    assert sign_in(client, REMOTE_ADDR="10.0.0.2").status_code == 302


def test_a_lock_lasts_a_quarter_hour_whatever_is_tried_meanwhile(client, somebody):
    with time_machine.travel("2026-11-02 08:00", tick=False) as clock:
        fail(client, 5)
        clock.shift(timedelta(minutes=14))
        assert fail(client, 1) == [429]
        clock.shift(timedelta(minutes=2))
        assert sign_in(client).status_code == 302


def test_signing_in_forgets_wrong_passwords(client, somebody):
    fail(client, 4)
    sign_in(client)
    client.post("/sign-out/")
    assert fail(client, 4) == [200] * 4


def test_the_page_of_a_lock_says_how_long(client, somebody):
    fail(client, 4)
    answer = sign_in(client, password="wrong")
    assert answer.context["minutes"] == 15


# Idle --------------------------------------------------------------------------------------------------------------
def test_half_an_hour_without_a_request_signs_out(client, somebody):
    with time_machine.travel("2026-11-02 08:00", tick=False) as clock:
        client.force_login(somebody)
        clock.shift(timedelta(minutes=29))
        assert client.get("/inbox/").status_code == 200
        clock.shift(timedelta(minutes=29))
        assert client.get("/inbox/").status_code == 200
        clock.shift(timedelta(minutes=31))
        assert client.get("/inbox/")["Location"] == "/sign-in/?next=/inbox/"


def test_the_demos_day_does_not_end_a_session(client, somebody, settings):
    settings.DEMO_TODAY = date(2026, 10, 27)
    client.force_login(somebody)
    assert client.get("/inbox/").status_code == 200


# The demo ----------------------------------------------------------------------------------------------------------
def test_the_demos_accounts_stand_beside_the_form(client, somebody, settings, office):
    settings.DEMO_TODAY = date(2026, 10, 27)
    factories.UserFactory(username="head-village-economy")
    factories.UserFactory(username="data")
    answer = client.get(f"{SIGN_IN}?as=office&next=/inbox/")
    groups = {name: [user.username for user in users] for name, users in answer.context["demo_groups"]}
    assert list(groups.values()) == [["office"], ["somebody"], ["head-village-economy"], ["data"]]
    assert answer.context["form"]["username"].value() == "office"
    assert "Vanguard-2026" in answer.content.decode()


def test_without_the_demo_no_account_is_shown(client, somebody):
    answer = client.get(SIGN_IN)
    assert "demo_groups" not in answer.context
    assert "某甲" not in answer.content.decode()


# One's own account -------------------------------------------------------------------------------------------------
def test_the_account_page_says_who_i_am_here(client, head, team):
    User.objects.filter(pk=head.pk).update(phone="13812345678", post="局长")
    client.force_login(head)
    page = client.get("/account/").content.decode()
    assert all(text in page for text in (team.short_name, "13812345678", "局长", head.username))


def test_former_teams_are_not_shown(client, team):
    member = factories.MemberFactory(team=team, left_on=date(2026, 5, 1))
    client.force_login(member.user)
    assert not client.get("/account/").context["memberships"]


def new_password(client, old=PASSWORD, new="Vanguard-2027", again=None):
    return client.post("/account/", {"old_password": old, "new_password1": new, "new_password2": again or new})


def test_a_password_is_changed_by_its_owner_who_stays_signed_in(client, somebody):
    client.force_login(somebody)
    assert new_password(client)["Location"] == "/account/"
    assert User.objects.get().check_password("Vanguard-2027")
    assert get_user(client) == somebody
    assert events("change_password").get().by == somebody


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"old": "wrong"}, "old_password"),
        ({"new": "short"}, "new_password2"),
        ({"again": "Vanguard-2028"}, "new_password2"),
    ],
)
def test_a_password_that_cannot_be_comes_back_beside_its_field(client, somebody, fields, wrong):
    client.force_login(somebody)
    answer = new_password(client, **fields)
    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    assert not AuditEvent.objects.exists()


@pytest.mark.parametrize(
    ("password", "good"),
    [
        ("Vanguard-26", True),  # 11 characters, four classes
        ("Vanguard26", True),  # 10 characters, three classes
        ("Vanguard2", False),  # 9 characters
        ("vanguardvanguar", False),  # 15 characters of one class
        ("vanguard-vangua", False),  # 15 characters of two classes
        ("vanguardvanguard", True),  # a passphrase of 16
        ("VANGUARD26", False),  # two classes
        ("专班先锋专班先锋A1", True),  # Chinese counts as other
    ],
)
def test_the_rule_of_passwords(password, good):
    try:
        StrengthValidator().validate(password)
    except ValidationError:
        assert not good
    else:
        assert good


# Language ----------------------------------------------------------------------------------------------------------
def test_the_language_is_switched_and_one_stays_on_the_page(client):
    answer = client.post(reverse("language"), {"language": "en", "next": "/sign-in/?next=/inbox/"})
    assert answer["Location"] == "/sign-in/?next=/inbox/"
    assert 'lang="en"' in client.get(SIGN_IN).content.decode()
    client.post(reverse("language"), {"language": "zh-hans", "next": SIGN_IN})
    assert 'lang="zh-Hans"' in client.get(SIGN_IN).content.decode()


# An old form -------------------------------------------------------------------------------------------------------
def test_a_form_that_is_out_of_date_is_explained(somebody):
    client = Client(enforce_csrf_checks=True)
    answer = client.post(SIGN_IN, {"username": "somebody", "password": PASSWORD})
    assert answer.status_code == 403
    assert "403_csrf.html" in [template.name for template in answer.templates]
