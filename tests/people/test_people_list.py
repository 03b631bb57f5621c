"""The list of people, what is done to many of them at once, and the list of sign-ins."""

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest
from axes.models import AccessAttempt
from django.contrib.auth import get_user
from django.test import Client
from django.utils import timezone

from governance.clock import now
from governance.people import accounts, sign_ins
from governance.people.account_states import AccountState, with_state
from governance.people.models import SignedIn, User
from governance.people.roles import Role
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from tests import factories
from tests.factories import PASSWORD

pytestmark = pytest.mark.django_db
PEOPLE, SIGN_IN = "/people/", "/sign-in/"


@pytest.fixture
def desk(client, administrator):
    """The administrator's browser, in English."""
    User.objects.filter(pk=administrator.pk).update(last_login=now(), password="set")
    client.force_login(User.objects.get(pk=administrator.pk))
    client.cookies["vanguard_language"] = "en"
    return client


def found(desk, **query):
    """The accounts that the list shows."""
    return [row.user.username for row in desk.get(PEOPLE, query).context["table"].data]


def state_of(user):
    return with_state(User.objects.filter(pk=user.pk), at=now(), real=timezone.now()).get().state


def lock(user, address="10.0.0.1"):
    """Five wrong passwords from one address."""
    browser = Client()
    for _ in range(5):
        browser.post(SIGN_IN, {"username": user.username, "password": "wrong"}, REMOTE_ADDR=address)


def chosen(desk, action, *people):
    """The confirmation page of an action."""
    return desk.post(PEOPLE, {"action": action, "row": [person.pk for person in people]})


def done(desk, action, *people, **extra):
    """The action, confirmed as the page says."""
    page = chosen(desk, action, *people)
    data = {"action": action, "row": [person.pk for person in people], "mark": page.context["chosen"].mark}
    return desk.post(PEOPLE, data, **extra)


# Finding -----------------------------------------------------------------------------------------------------------
def test_people_are_found_by_words_phone_role_team_and_department(desk, head, team, auditor):
    department = factories.DepartmentFactory(name="县农业农村局", short_name="农业农村局")
    user = factories.UserFactory(
        username="wang", name="王某", post="科员", phone="138-1234-5678", department=department
    )
    assert found(desk, q="王某") == found(desk, q="科员") == ["wang"]
    assert found(desk, q="5678") == found(desk, q="138-1234") == ["wang"]
    User.objects.filter(pk=user.pk).update(phone="13812345678")
    assert found(desk, q="138 1234 5678") == ["wang"]
    assert found(desk, q="567") == []  # fits to anybody
    assert found(desk, q="科员 王某") == found(desk, q="王　某") == found(desk, q="ＷＡＮＧ") == ["wang"]
    assert found(desk, q="王某 副县长") == []
    assert found(desk, role="auditor") == [auditor.username]
    assert found(desk, team=team.code) == [head.username]
    assert found(desk, department="农业农村局") == found(desk, department="农村 县农业") == ["wang"]
    assert "wang" not in found(desk, department="-")


def test_a_row_says_roles_teams_phone_and_state(desk, head, team, office):
    User.objects.filter(pk=head.pk).update(phone="13812345678")
    page = desk.get(PEOPLE).content.decode()
    assert all(text in page for text in (team.short_name, "Special office", "138****5678", "Never signed in"))
    assert "13812345678" not in page


def test_how_an_account_stands(administrator, at):
    user = factories.UserFactory(is_active=False)
    user.set_unusable_password()
    user.save()
    assert state_of(user) == AccountState.NAMED
    ((user, _password),) = accounts.issue_passwords([user], by=administrator, at=now())
    assert state_of(user) == AccountState.NEVER
    User.objects.filter(pk=user.pk).update(last_login=now())
    assert state_of(user) == AccountState.GIVEN
    User.objects.filter(pk=user.pk).update(password_void_at=now(), password_set_at=now() - timedelta(days=14))
    assert state_of(user) == AccountState.VOID
    accounts.change_password(user, by=user, at=now(), password="Orchard-bridge-41")
    assert state_of(user) == AccountState.OPEN
    lock(user)
    assert state_of(user) == AccountState.LOCKED
    accounts.deactivate_people([user], by=administrator, at=now())
    assert state_of(user) == AccountState.DISABLED


def test_a_lock_is_seen_while_it_lasts(desk):
    user = factories.UserFactory(username="wang", password=PASSWORD)
    lock(user)
    assert found(desk, state="locked") == ["wang"]
    AccessAttempt.objects.update(attempt_time=timezone.now() - timedelta(minutes=16))
    assert found(desk, state="locked") == []


def test_four_wrong_passwords_from_each_of_two_addresses_lock_nothing(desk):
    user = factories.UserFactory(username="wang", password=PASSWORD)
    for address in ("10.0.0.1", "10.0.0.2"):
        for _ in range(4):
            Client().post(SIGN_IN, {"username": user.username, "password": "wrong"}, REMOTE_ADDR=address)
    assert found(desk, state="locked") == []


def test_a_list_of_any_length_asks_as_much(desk, query_budget, team):
    for size in ("few", "many"):
        for _ in range(3 if size == "few" else 30):
            factories.MemberFactory(team=team, part="member", user=factories.UserFactory(roles=[Role.AUDITOR]))
        with query_budget("people", "list"):
            desk.get(PEOPLE)


# Many at once ------------------------------------------------------------------------------------------------------
def test_first_passwords_are_given_out_from_the_list(desk):
    wang = factories.UserFactory(username="wang", is_active=False)
    User.objects.filter(pk=wang.pk).update(password="!")
    li = factories.UserFactory(username="li", password=PASSWORD)
    page = chosen(desk, "passwords", wang, li).content.decode()
    assert "1 person who cannot sign in now will be able to" in page
    assert "1 person was issued a password before" in page
    sheet = done(desk, "passwords", wang, li)
    rows = list(openpyxl.load_workbook(BytesIO(b"".join(sheet.streaming_content))).active.iter_rows(values_only=True))
    passwords = {row[0]: row[3] for row in rows if row[0] in ("wang", "li")}
    for name, password in passwords.items():
        assert Client().post(SIGN_IN, {"username": name, "password": password})["Location"] == "/"
    assert len(passwords) == 2
    assert AuditEvent.objects.filter(verb="issue_passwords").count() == 1


def test_who_has_a_password_of_their_own_keeps_it(desk):
    user = factories.UserFactory(username="wang", password=PASSWORD, last_login=now())
    page = chosen(desk, "passwords", user)
    assert [row for row, _why in page.context["hindered"]] == [user]
    assert User.objects.get(username="wang").check_password(PASSWORD)


def test_a_lock_is_lifted(desk, administrator):
    user = factories.UserFactory(username="wang", password=PASSWORD)
    lock(user)
    assert Client().post(SIGN_IN, {"username": "wang", "password": PASSWORD}, REMOTE_ADDR="10.0.0.1").status_code == 429
    assert done(desk, "unlock", user).status_code == 302
    assert Client().post(SIGN_IN, {"username": "wang", "password": PASSWORD}, REMOTE_ADDR="10.0.0.1").status_code == 302
    event = AuditEvent.objects.get(verb="unlock_accounts")
    assert (event.by, event.change) == (administrator, '{"accounts":"wang"}')
    assert chosen(desk, "unlock", user).context["hindered"]


def test_a_new_password_from_the_administrator_lifts_the_lock(administrator):
    user = factories.UserFactory(username="wang", password=PASSWORD)
    lock(user)
    accounts.change_password(user, by=administrator, at=now(), password="Orchard-bridge-41")
    data = {"username": "wang", "password": "Orchard-bridge-41"}
    assert Client().post(SIGN_IN, data, REMOTE_ADDR="10.0.0.1").status_code == 302


def test_everybody_chosen_is_signed_out(desk, administrator):
    user = factories.UserFactory(username="wang", password=PASSWORD)
    browser = Client()
    browser.post(SIGN_IN, {"username": "wang", "password": PASSWORD})
    done(desk, "sessions", user)
    assert not get_user(browser).is_authenticated
    assert not SignedIn.objects.filter(user=user).exists()
    assert chosen(desk, "sessions", administrator).context["hindered"]


def test_access_is_taken_away_and_given_back(desk):
    people = [factories.UserFactory(username=name, password=PASSWORD) for name in ("li", "wang")]
    browser = Client()
    browser.post(SIGN_IN, {"username": "wang", "password": PASSWORD})
    page = done(desk, "deactivate", *people, follow=True)
    assert "2 people can no longer sign in" in page.content.decode()
    assert not get_user(browser).is_authenticated
    event = AuditEvent.objects.get(verb="deactivate_people")
    assert f"/people/undo/{event.pk}/" in page.content.decode()
    desk.post(f"/people/undo/{event.pk}/")
    assert User.objects.filter(username__in=["li", "wang"], is_active=True).count() == 2
    assert not get_user(browser).is_authenticated  # the old session stays ended


def test_taking_access_away_is_all_or_none(desk, administrator):
    user = factories.UserFactory(password=PASSWORD)
    page = chosen(desk, "deactivate", user, administrator)
    assert [row for row, _why in page.context["hindered"]] == [administrator]
    with pytest.raises(Invalid):
        accounts.deactivate_people([user, administrator], by=administrator, at=now())
    assert User.objects.filter(is_active=False).count() == 0


def test_what_was_changed_since_is_not_given_back(desk, administrator):
    user = factories.UserFactory(password=PASSWORD)
    event = accounts.deactivate_people([user], by=administrator, at=now())
    accounts.change_account(user, by=administrator, at=now(), post="科员")
    with pytest.raises(WrongState):
        accounts.undo_deactivation(event, by=administrator, at=now())
    assert not User.objects.get(pk=user.pk).is_active


def test_taking_access_away_on_the_form_ends_sessions_too(administrator):
    user = factories.UserFactory(username="wang", password=PASSWORD)
    browser = Client()
    browser.post(SIGN_IN, {"username": "wang", "password": PASSWORD})
    accounts.change_account(user, by=administrator, at=now(), is_active=False)
    accounts.change_account(user, by=administrator, at=now(), is_active=True)
    assert not get_user(browser).is_authenticated


# Who may -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("act", ["issue", "unlock", "end", "end all", "deactivate"])
def test_administrators_alone_do_these(office, administrator, act):
    user = factories.UserFactory(password=PASSWORD)
    acts = {
        "issue": lambda by: accounts.issue_passwords([user], by=by, at=now()),
        "unlock": lambda by: sign_ins.unlock_accounts([user], by=by, at=now()),
        "end": lambda by: sign_ins.end_sessions(user, by=by, at=now()),
        "end all": lambda by: sign_ins.end_sessions_of([user], by=by, at=now()),
        "deactivate": lambda by: accounts.deactivate_people([user], by=by, at=now()),
    }
    with pytest.raises(NotAllowed):
        acts[act](office)
    assert not AuditEvent.objects.exists()
    acts[act](administrator)
    assert AuditEvent.objects.count() == 1


def test_nobody_else_undoes(administrator):
    user, other = factories.UserFactory(password=PASSWORD), factories.UserFactory(roles=[Role.ADMINISTRATOR])
    event = accounts.deactivate_people([user], by=administrator, at=now())
    with pytest.raises(NotAllowed):
        accounts.undo_deactivation(event, by=other, at=now())


# Sign-ins ----------------------------------------------------------------------------------------------------------
def test_the_list_of_sign_ins_shows_what_happened_and_from_where(desk, office):
    user = factories.UserFactory(username="wang", password=PASSWORD)
    lock(user, "10.9.8.7")
    Client().post(SIGN_IN, {"username": "wang", "password": PASSWORD}, REMOTE_ADDR="10.1.1.1")
    accounts.change_account(user, by=User.objects.get(username="admin"), at=now(), post="科员")
    page = desk.get("/people/sign-ins/")
    verbs = [event.verb for event in page.context["table"].data]
    assert verbs == ["sign_in", "lock_out", *["fail_sign_in"] * 4]
    assert "10.9.8.7" in page.content.decode()
    only = desk.get("/people/sign-ins/", {"verb": "lock_out", "q": "wang"})
    assert [event.verb for event in only.context["table"].data] == ["lock_out"]


def test_an_administrator_reads_no_other_events(administrator, auditor, office):
    factories.UserFactory()
    sign_ins.sign_out(office, at=now())
    accounts.create_account(by=administrator, at=now(), username="x", name="某", password=None)
    assert [event.verb for event in AuditEvent.objects.visible_to(administrator)] == ["sign_out"]
    assert AuditEvent.objects.visible_to(auditor).count() == 2
    assert not AuditEvent.objects.visible_to(office).exists()
