"""The judgement: plans, rounds, figures, results, publication."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssessmentsConfig(AppConfig):
    """The app of the assessment."""

    name = "assessments"
    verbose_name = _("Assessment")

    def ready(self) -> None:
        from . import permissions  # noqa: F401
