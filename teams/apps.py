"""The work: actions, teams, tasks, lamps, periods, reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from governance.records.register import import_modules

ROOMS = (
    "permissions",
    "words",
    "notices",
    "roster",
    "evidence",
    "tasks",
    "reports",
    "debts",
    "ledger",
    "front",
)
"""What is imported when the app is ready."""


class TeamsConfig(AppConfig):
    name = "teams"
    verbose_name = _("Special teams")

    def ready(self) -> None:
        """Import the modules with the app's rules, words and verbs, so that they register."""
        import_modules(*(f"teams.{room}" for room in ROOMS))
