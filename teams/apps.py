"""The work: actions, teams, tasks, lamps, periods, reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from governance.records.register import import_modules


class TeamsConfig(AppConfig):
    """The app of the special teams' work."""

    name = "teams"
    verbose_name = _("Special teams")

    def ready(self) -> None:
        """Let the app's rules, words and verbs register themselves."""
        rooms = ("permissions", "words", "notices", "roster", "evidence", "tasks", "reports", "debts", "ledger")
        import_modules(*(f"teams.{room}" for room in rooms))
