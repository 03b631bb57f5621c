"""`manage.py first_administrator`: the account that makes all others, on an installation that has none."""

import getpass
import sys

from django.core.management.base import BaseCommand, CommandError, CommandParser

from governance.clock import now
from governance.records.refusals import Refused

from ...accounts import create_account
from ...models import User
from ...roles import Role


class Command(BaseCommand):
    """Makes the first administrator; the password is asked for, or read from standard input."""

    help = "Make the first administrator of an installation."

    def add_arguments(self, parser: CommandParser) -> None:
        """The account and the person's name."""
        parser.add_argument("username")
        parser.add_argument("name")

    def handle(self, *args, username: str, name: str, **options) -> None:
        """Refuse where there is an administrator already: that one makes the others."""
        if User.objects.with_role(Role.ADMINISTRATOR).exists():
            raise CommandError("There is an administrator already; further accounts are made in the admin site.")
        password = getpass.getpass("Password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
        try:
            create_account(
                by=None, at=now(), username=username, name=name, password=password, roles=[Role.ADMINISTRATOR]
            )
        except Refused as refusal:
            raise CommandError("; ".join([str(refusal), *map(str, refusal.fields.values())])) from refusal
        self.stdout.write(f"{username} can sign in and open the admin site.")
