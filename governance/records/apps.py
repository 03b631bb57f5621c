"""The base app: audit events, stored files, notices, saved uploads."""

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from .register import import_modules


class RecordsConfig(AppConfig):
    """Puts triggers on every insert-only table after each migrate."""

    name = "governance.records"
    label = "records"
    verbose_name = _("Records")

    def ready(self) -> None:
        """Import the verbs so that they register; install the triggers whenever tables may have been rebuilt."""
        verbs = ("notice_verbs", "notice_mail", "export_log", "tried_uploads", "integrity.scans")
        import_modules(*(f"{self.name}.{module}" for module in verbs))
        from .fields import say_what_is_missing
        from .integrity.guards import install_after_migrate

        say_what_is_missing()
        post_migrate.connect(install_after_migrate, dispatch_uid="governance.records.integrity.guards")
