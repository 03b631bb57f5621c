"""`manage.py demo`: loads the story of the demonstration into an empty database, and serves it."""

from json import dumps

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.management.commands.runserver import Command as Runserver
from django.db import transaction
from django.utils import translation

from governance.people.demo_accounts import demo_tour
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
        parser.add_argument("--serve", action="store_true", help="then serve it on this machine")
        parser.add_argument("--into-production", action="store_true", help="load it although DEBUG is off")

    def handle(
        self, *args, if_empty: bool, port: int, json: bool, serve: bool, into_production: bool, **options
    ) -> None:
        """Refuse a database with data; otherwise run the story in one transaction, with a progress bar."""
        if not (settings.DEVELOPMENT or into_production):
            raise CommandError(
                "DEBUG is off: this looks like an installation in use. The demonstration brings accounts with a known "
                "password; if you want them here, add --into-production."
            )
        if User.objects.exists():
            if not if_empty:
                raise CommandError("This database has data. The demonstration is loaded into an empty one only.")
            self.stderr.write("The database has data: the demonstration is left as it is.")
        else:
            self._tell()
        greet = self._greet_in_json if json else self._greet
        if serve:
            Server(lambda: greet(port)).run_from_argv(["manage.py", "runserver", "--noreload", f"127.0.0.1:{port}"])
        else:
            greet(port)

    def _tell(self) -> None:
        with translation.override("zh-hans"), transaction.atomic():
            progress = ProgressLine(self.stderr)
            for done, events in Story(settings.DEMO_PASSWORD).tell():
                progress("Loading the demonstration", done, events)
            progress.close()

    def _greet(self, port: int) -> None:
        day = f"{settings.DEMO_TODAY:%A, %-d %B %Y}" if settings.DEMO_TODAY else "today"
        self.stdout.write(f"\nVanguard is at  http://127.0.0.1:{port}/   (the sign-in page lists all accounts)\n")
        for user in demo_tour():
            self.stdout.write(f"  {user.username:28} {user.name} {user.post}")
        self.stdout.write(f"Password of each: {settings.DEMO_PASSWORD}   The demonstration's day: {day}")

    def _greet_in_json(self, port: int) -> None:
        accounts = User.objects.filter(is_active=True).order_by("pk").values("username", "name", "post")
        told = {"address": f"http://127.0.0.1:{port}/", "password": settings.DEMO_PASSWORD, "accounts": list(accounts)}
        self.stdout.write(dumps(told, ensure_ascii=False, indent=1))


class Server(Runserver):
    """Django's own server for development, which greets as soon as it listens."""

    def __init__(self, greet) -> None:
        super().__init__()
        self._greet = greet

    def on_bind(self, server_port: int) -> None:
        """Called once the port is bound: only now does the address lead anywhere."""
        self._greet()
        self.stdout.write("Quit with Control-C.")
