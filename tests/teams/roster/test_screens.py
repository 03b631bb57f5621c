"""Screens on the wall: opened with a token that is told once, revoked for good."""

from datetime import timedelta

import pytest

from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from teams.models import WallScreen
from teams.roster.screens import CODE_VALID, digest_of, open_screen, revoke_screen, screen_with_code
from tests.racing import race

pytestmark = pytest.mark.django_db


def test_the_token_is_told_once_and_only_its_digest_is_kept(action, office, at):
    opened = open_screen(action, place=" 三楼会议室 ", by=office, at=at)
    screen = WallScreen.objects.get()
    assert len(opened.token) >= 43  # 256 bits
    assert (screen.place, screen.token_sha256) == ("三楼会议室", digest_of(opened.token))
    kept = [
        str(value) for row in (*WallScreen.objects.values(), *AuditEvent.objects.values()) for value in row.values()
    ]
    assert not any(secret in value for value in kept for secret in (opened.token, opened.code))
    assert open_screen(action, place="大厅", by=office, at=at).token != opened.token


def test_six_digits_open_a_screen_for_a_quarter_of_an_hour_until_it_is_revoked(action, office, at):
    opened, other = (open_screen(action, place=place, by=office, at=at) for place in ("会议室", "大厅"))
    assert len(opened.code) == 6 and opened.code.isdecimal() and opened.code != other.code
    soon = at + CODE_VALID - timedelta(seconds=1)
    assert screen_with_code(opened.code, at=soon) == opened.screen
    assert screen_with_code(f"{other.code[:3]} {other.code[3:]}", at=soon) == other.screen
    assert screen_with_code(opened.code, at=at + CODE_VALID) is None
    assert screen_with_code("", at=soon) is screen_with_code("x", at=soon) is None
    revoke_screen(opened.screen, by=office, at=soon)
    assert screen_with_code(opened.code, at=soon) is None


def test_no_two_screens_have_the_same_digits(action, office, at, monkeypatch):
    drawn = iter([123456, 123456, 7])
    monkeypatch.setattr("teams.roster.screens.secrets.randbelow", lambda _most: next(drawn))
    codes = [open_screen(action, place="大厅", by=office, at=at).code for _ in range(2)]
    assert codes == ["123456", "000007"]


def test_a_screen_hangs_somewhere(action, office, at):
    with pytest.raises(Invalid):
        open_screen(action, place="  ", by=office, at=at)
    assert not AuditEvent.objects.exists()


def test_revoking_is_for_good_and_says_who_and_when(action, office, office2, at):
    screen = open_screen(action, place="大厅", by=office, at=at).screen
    later = at + timedelta(days=1)
    revoke_screen(screen, by=office2, at=later)
    screen.refresh_from_db()
    assert (screen.revoked_by, screen.revoked_at) == (office2, later)
    assert not WallScreen.objects.in_force().exists()
    with pytest.raises(WrongState):
        revoke_screen(screen, by=office, at=later)
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", flat=True)) == ["open_screen", "revoke_screen"]


def test_the_office_alone_keeps_screens(action, office, leader, administrator, head, at):
    screen = open_screen(action, place="大厅", by=office, at=at).screen
    for person in (leader, administrator, head):
        with pytest.raises(NotAllowed):
            open_screen(action, place="大厅", by=person, at=at)
        with pytest.raises(NotAllowed):
            revoke_screen(screen, by=person, at=at)
        assert not WallScreen.objects.visible_to(person).exists()


@pytest.mark.concurrency
@pytest.mark.django_db(transaction=True)
def test_of_two_who_revoke_at_once_one_does(action, office, office2, at):
    screen = open_screen(action, place="大厅", by=office, at=at).screen

    def loader(person):
        row = WallScreen.objects.get(pk=screen.pk)
        return lambda: revoke_screen(row, by=person, at=at)

    outcomes = race(lambda: loader(office), lambda: loader(office2))
    assert [type(outcome.error) for outcome in outcomes if outcome.error] == [WrongState]
    assert AuditEvent.objects.filter(verb="revoke_screen").count() == 1
