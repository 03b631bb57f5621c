"""The top layer: pages composed of several apps, and the demonstration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _

from governance.records.register import import_modules


class OverviewConfig(AppConfig):
    """Home, wall chart, a team's page, inbox, health, the demo."""

    name = "governance.overview"
    label = "overview"
    verbose_name = _("Overview")

    def ready(self) -> None:
        """Register what this app adds to the shared pages."""
        import_modules(*(f"{self.name}.{module}" for module in ("todo", "navigation", "help", "chat")))
