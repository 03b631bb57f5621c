"""The first administrator is made from the command line, once."""

import io

import pytest
from django.core.management import CommandError, call_command
from django.utils.translation import override

from governance.people.models import User
from governance.records.models import AuditEvent

pytestmark = pytest.mark.django_db


def test_it_makes_an_administrator_who_can_open_the_admin_site(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Lantern-ferry-27\n"))
    call_command("create_administrator", "chief", "管某某", stdout=io.StringIO())
    user = User.objects.get(username="chief")
    assert user.has_role("administrator")
    assert user.is_staff
    assert not user.is_superuser
    assert user.check_password("Lantern-ferry-27")


def test_a_weak_password_is_refused(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("12345\n"))
    with pytest.raises(CommandError, match="12"):
        call_command("create_administrator", "chief", "管某某")
    assert not User.objects.exists()


def test_a_second_create_administrator_is_refused(administrator):
    with override("en"), pytest.raises(CommandError, match="already"):
        call_command("create_administrator", "chief", "管某某")


def test_another_is_created_on_request_where_the_only_one_cannot_sign_in(administrator, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("Lantern-ferry-27\n"))
    call_command("create_administrator", "chief", "管某某", another=True, stdout=io.StringIO())
    assert User.objects.get(username="chief").has_role("administrator")
    assert AuditEvent.objects.filter(verb="create_account", by=None, object_name__contains="管某某").exists()


def test_on_a_terminal_the_password_is_typed_twice(monkeypatch):
    typed = iter(["Lantern-ferry-27", "Orchard-bridge-41", "weak", "weak"])
    monkeypatch.setattr("governance.people.management.commands.create_administrator.getpass", lambda words: next(typed))
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    for _time in range(2):
        with pytest.raises(CommandError):
            call_command("create_administrator", "admin", "管理员")
    assert not User.objects.exists()
