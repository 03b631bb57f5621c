"""Signing in and out, being locked out, being idle, one's own account and its password."""

from datetime import date, timedelta

import pytest
import time_machine
from axes.models import AccessAttempt
from django.contrib.auth import get_user
from django.test import Client
from django.urls import reverse

from governance.clock import now
from governance.people import accounts
from governance.people.models import User
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
    assert "Lantern-ferry-27" in answer.content.decode()


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


def new_password(client, old=PASSWORD, new="Orchard-bridge-41", again=None):
    return client.post("/account/", {"old_password": old, "new_password1": new, "new_password2": again or new})


def test_a_password_is_changed_by_its_owner_who_stays_signed_in(client, somebody):
    client.force_login(somebody)
    assert new_password(client)["Location"] == "/account/"
    assert User.objects.get().check_password("Orchard-bridge-41")
    assert get_user(client) == somebody
    assert events("change_password").get().by == somebody


@pytest.mark.parametrize(
    ("fields", "wrong"),
    [
        ({"old": "wrong"}, "old_password"),
        ({"new": "short"}, "new_password1"),
        ({"again": "Orchard-bridge-42"}, "new_password2"),
    ],
)
def test_a_password_that_cannot_be_comes_back_beside_its_field(client, somebody, fields, wrong):
    client.force_login(somebody)
    answer = new_password(client, **fields)
    assert answer.status_code == 422
    assert wrong in answer.context["form"].errors
    assert not events("change_password").exists()


# Given passwords ---------------------------------------------------------------------------------------------------
@pytest.fixture
def newcomer(administrator, at):
    """A person with a first password."""
    user = factories.UserFactory(username="newcomer")
    ((user, password),) = accounts.issue_passwords([user], by=administrator, at=now())
    user.first = password
    return user


def choose(client, new="Orchard-bridge-41", again=None, page="/account/password/"):
    return client.post(page, {"new_password1": new, "new_password2": again or new})


def test_a_first_password_is_changed_before_anything_else(client, newcomer):
    assert sign_in(client, "newcomer", newcomer.first)["Location"] == "/"
    assert client.get("/")["Location"] == "/account/password/"
    assert client.get("/tasks/?q=1")["Location"] == "/account/password/?next=%2Ftasks%2F%3Fq%3D1"
    assert client.post("/inbox/read/", follow=False)["Location"] == "/account/password/"
    page = client.get("/account/password/?next=%2Ftasks%2F%3Fq%3D1")
    assert "The administrator issued this password" in page.content.decode()
    assert choose(client, page="/account/password/?next=%2Ftasks%2F%3Fq%3D1")["Location"] == "/tasks/?q=1"
    assert client.get("/tasks/").status_code == 200
    assert client.get("/account/password/")["Location"] == "/account/"


def test_every_address_leads_to_the_new_password(client, administrator, newcomer):
    """Whatever the role: also the admin site, a file, a page that does not exist for the person."""
    newcomer.groups.set(administrator.groups.all())
    User.objects.filter(pk=newcomer.pk).update(is_staff=True)
    client.force_login(User.objects.get(pk=newcomer.pk))
    for page in ("/account/", "/account/mail/", "/admin/", "/admin/people/user/", "/people/import/", "/wall/"):
        assert client.get(page)["Location"].startswith("/account/password/"), page
    assert client.post("/account/", {})["Location"] == "/account/password/"


def test_htmx_and_scripts_are_led_there_too(client, newcomer):
    client.force_login(newcomer)
    assert client.get("/tasks/", headers={"HX-Request": "true"})["HX-Redirect"] == "/account/password/"
    answer = client.post("/tasks/", headers={"Accept": "application/json"})
    assert (answer.status_code, answer.json()["url"]) == (403, "/account/password/")


def test_one_can_sign_out_and_change_the_language_before(client, newcomer):
    client.force_login(newcomer)
    assert client.post("/language/", {"language": "en", "next": "/account/password/"}).status_code == 302
    assert client.post("/sign-out/")["Location"] == SIGN_IN


def test_nobody_is_led_to_another_site_after_the_new_password(client, newcomer):
    client.force_login(newcomer)
    assert choose(client, page="/account/password/?next=//elsewhere.example/")["Location"] == "/"


@pytest.mark.parametrize(("new", "again"), [("short", None), ("Orchard-bridge-41", "Orchard-bridge-42")])
def test_a_new_password_that_cannot_be_comes_back(client, newcomer, new, again):
    client.force_login(newcomer)
    assert choose(client, new, again).status_code == 422
    assert client.get("/")["Location"] == "/account/password/"


def test_a_first_password_is_not_chosen_again(client, newcomer):
    client.force_login(newcomer)
    answer = choose(client, newcomer.first)
    assert answer.status_code == 422
    assert "This is your current password" in answer.content.decode()


def test_a_first_password_is_void_after_14_days(client, newcomer):
    with time_machine.travel(now() + timedelta(days=13, hours=23), tick=False):
        assert sign_in(client, "newcomer", newcomer.first).status_code == 302
    client.post("/sign-out/")
    with time_machine.travel(now() + timedelta(days=14, minutes=1), tick=False):
        answer = sign_in(client, "newcomer", newcomer.first)
        assert "This first password is no longer valid" in answer.content.decode()
        assert "Account or password is wrong" in sign_in(client, "newcomer", "wrong").content.decode()
    assert events("refuse_void_password").get().change == '{"account":"newcomer"}'


def test_a_reset_password_is_changed_too(client, administrator, somebody, at):
    accounts.change_password(somebody, by=administrator, at=now(), password="Orchard-bridge-41")
    sign_in(client, password="Orchard-bridge-41")
    assert client.get("/")["Location"] == "/account/password/"


def test_a_password_of_90_days_is_changed_where_assessors_insist(client, somebody, settings):
    accounts.change_password(somebody, by=somebody, at=now(), password="Orchard-bridge-41")
    client.force_login(User.objects.get())
    settings.PASSWORD_POLICY = "mlps"
    assert client.get("/inbox/").status_code == 200
    User.objects.update(password_set_at=now() - timedelta(days=90))
    assert client.get("/inbox/")["Location"] == "/account/password/?next=%2Finbox%2F"
    assert "Your password is 90 days old" in client.get("/account/password/").content.decode()


# What a change asks for --------------------------------------------------------------------------------------------
def test_wrong_present_passwords_lock_as_at_sign_in(client, somebody):
    client.force_login(somebody)
    assert [new_password(client, old="wrong").status_code for _ in range(6)] == [422] * 4 + [429] * 2
    assert new_password(client).status_code == 429
    assert events("fail_old_password").count() == 4
    assert events("lock_out").count() == 1
    assert sign_in(Client()).status_code == 429
    assert User.objects.get().check_password(PASSWORD)


def test_a_right_present_password_forgets_the_wrong_ones(client, somebody):
    client.force_login(somebody)
    for _ in range(4):
        new_password(client, old="wrong")
    new_password(client, new="Orchard-bridge-41")
    assert new_password(client, old="wrong").status_code == 422


def test_no_password_is_kept_with_a_failed_attempt(client, somebody):
    client.force_login(somebody)
    new_password(client, old="my-wrong-password", new="my-new-password-1")
    attempt = AccessAttempt.objects.get()
    assert "my-" not in f"{attempt.post_data} {attempt.get_data}"


@pytest.mark.parametrize(("old", "status", "email"), [("wrong", 422, ""), (PASSWORD, 302, "a@example.cn")])
def test_a_new_mail_address_asks_for_the_password(client, somebody, old, status, email):
    client.force_login(somebody)
    answer = client.post("/account/mail/", {"email": "a@example.cn", "old_password": old})
    assert (answer.status_code, User.objects.get().email) == (status, email)


# Failed sign-ins ---------------------------------------------------------------------------------------------------
def test_a_failed_sign_in_is_written_down(client, somebody):
    sign_in(client, password="wrong", REMOTE_ADDR="10.1.2.3")
    event = events("fail_sign_in").get()
    assert (event.change, event.by, event.address) == ('{"account":"somebody"}', None, "10.1.2.3")


def test_what_is_no_account_may_be_a_password(client, somebody):
    """Of a text typed into the wrong field only two letters are kept."""
    sign_in(client, "my-secret-password", "wrong")
    assert events("fail_sign_in").get().change == '{"account":"my***"}'


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
