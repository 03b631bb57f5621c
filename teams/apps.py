"""The work: actions, teams, tasks, lamps, periods, reports."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class TeamsConfig(AppConfig):
    """The app of the special teams' work."""

    name = "teams"
    verbose_name = _("Special teams")

    def ready(self) -> None:
        """Register the rules, the kinds of evidence, and how a notice names a period and a first step."""
        from governance.records.notice_facts import READERS

        from . import permissions  # noqa: F401
        from .evidence import task_kinds  # noqa: F401
        from .models import FirstStep
        from .words import period_in_words

        READERS["period"] = period_in_words
        READERS["step"] = lambda kind: str(dict(FirstStep.Kind.choices).get(kind, kind))
