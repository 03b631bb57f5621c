"""`manage.py demo`: loads the story of the demonstration into an empty database."""

from json import dumps

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation

from governance.people.models import User
from governance.records.management.progress import ProgressLine

from ...demo.story import Story


class Command(BaseCommand):
    """Loads the story of Yuanqu County up to 27 October 2026, deterministic and through the verbs people use."""

    help = "Load the demonstration into an empty database."

    def add_arguments(self, parser: CommandParser) -> None:
        """`--if-empty` leaves a database with data unchanged, without an error."""
        parser.add_argument("--if-empty", action="store_true", help="do nothing where there is data already")
        parser.add_argument("--json", action="store_true", help="print address, password and accounts as JSON")
        parser.add_argument("--port", type=int, default=8000, help="the port to name in the address")

    def handle(self, *args, if_empty: bool, port: int, json: bool, **options) -> None:
        """Refuse a database with data; otherwise run the story in one transaction, with a progress bar."""
        if User.objects.exists():
            if not if_empty:
                raise CommandError("This database has data. The demonstration is loaded into an empty one only.")
            self.stderr.write("The database has data: the demonstration is left as it is.")
        else:
            self._tell()
        (self._greet_in_json if json else self._greet)(port)

    def _tell(self) -> None:
        with translation.override("zh-hans"), transaction.atomic():
            progress = ProgressLine(self.stderr)
            for done, events in Story(settings.DEMO_PASSWORD).tell():
                progress("Loading the demonstration", done, events)
            progress.close()

    def _greet(self, port: int) -> None:
        accounts = User.objects.filter(is_active=True).order_by("pk")
        self.stdout.write(
            f"\nOpen http://127.0.0.1:{port}/ and sign in as one of these, password {settings.DEMO_PASSWORD}:"
        )
        for user in accounts:
            self.stdout.write(f"  {user.username:28} {user.name} {user.post}")

    def _greet_in_json(self, port: int) -> None:
        accounts = User.objects.filter(is_active=True).order_by("pk").values("username", "name", "post")
        told = {"address": f"http://127.0.0.1:{port}/", "password": settings.DEMO_PASSWORD, "accounts": list(accounts)}
        self.stdout.write(dumps(told, ensure_ascii=False, indent=1))
