"""The loop between two meetings."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from governance.records.register import import_modules

ROOMS = (
    "permissions",
    "words",
    "notices",
    "requirements",
    "showcases",
    "problems",
    "instructions",
    "orders",
    "decisions",
    "agenda",
    "papers",
    "front",
)
"""What is imported when the app is ready."""


class MeetingsConfig(AppConfig):
    name = "teams.meetings"
    verbose_name = _("Meetings")

    def ready(self) -> None:
        """Import the modules with the app's rules, words and verbs, so that they register."""
        import_modules(*(f"teams.meetings.{room}" for room in ROOMS))
