"""The judgement: plans, rounds, figures, results, publication."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from governance.records.register import import_modules


class AssessmentsConfig(AppConfig):
    name = "assessments"
    verbose_name = _("Assessment")

    def ready(self) -> None:
        """Import the modules with the app's rules, words and verbs, so that they register."""
        rooms = (
            *("permissions", "words", "notices", "plans", "rounds"),
            *("figures", "claims", "panel", "checking", "results", "appeals", "front"),
        )
        import_modules(*(f"assessments.{room}" for room in rooms))
