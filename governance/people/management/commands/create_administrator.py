"""manage.py create_administrator: creates the first administrator of an installation, who creates everybody else."""

import sys
from getpass import getpass
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils.translation import gettext as _

from governance.clock import now
from governance.people.accounts import create_account
from governance.people.models import User
from governance.people.roles import Role
from governance.records.management.migrated import require_migrated
from governance.records.refusals import Refused


class Command(BaseCommand):
    """Asks for a password twice on a terminal; otherwise reads it from one line of standard input."""

    help = "Create the first administrator, who creates all other accounts on the people page."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username", help="account name")
        parser.add_argument("name", help="the person's name")
        parser.add_argument(
            "--another", action="store_true", help="although there is one: the only one has left or cannot sign in"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        require_migrated()
        if not options["another"] and User.objects.with_role(Role.ADMINISTRATOR).exists():
            raise CommandError(_("There is an administrator already. Further accounts are created on the people page."))
        password = self._asked() if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            user = create_account(
                by=None,
                at=now(),
                username=options["username"],
                name=options["name"],
                password=password,
                roles=[Role.ADMINISTRATOR],
            )
        except Refused as refusal:
            raise CommandError(
                " ".join(str(message) for message in refusal.fields.values()) or refusal.message
            ) from None
        self.stdout.write(_("%(account)s can sign in and is an administrator.") % {"account": user.username})

    def _asked(self) -> str:
        password = getpass(str(_("Password: ")))
        if password != getpass(str(_("Password again: "))):
            raise CommandError(_("The two new passwords differ."))
        return password
