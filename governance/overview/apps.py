"""The top floor: pages composed of many rooms, and the demonstration."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OverviewConfig(AppConfig):
    """Home, wall chart, a team's page, inbox, health, the demo."""

    name = "governance.overview"
    label = "overview"
    verbose_name = _("Overview")
