"""People, departments, townships, roles and the working-day calendar."""

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _

from governance.records.register import import_modules


class PeopleConfig(AppConfig):
    """Keeps auth's permission table empty: permissions follow from roles (docs/rules.md#reads-and-verbs)."""

    name = "governance.people"
    label = "people"
    verbose_name = _("People and departments")

    def ready(self) -> None:
        """Stop Django from creating permission rows, which nothing would read; start the session at sign-in."""
        from .sessions import begin_session  # reads the models

        import_modules(
            *(f"{self.name}.{module}" for module in ("accounts", "county_name", "people_import", "sign_ins"))
        )
        user_logged_in.connect(begin_session, dispatch_uid="people.begin_session")
        post_migrate.disconnect(dispatch_uid="django.contrib.auth.management.create_permissions")
