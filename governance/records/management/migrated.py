"""What a command says instead of a traceback when the database cannot be asked."""

from django.core.management.base import CommandError
from django.db import OperationalError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

CANNOT_ASK = 2
"""The exit status of a command that could not ask its question; 1 means that it found something."""


def require_migrated() -> None:
    """Refuse to go on with a database that does not answer, or that lacks migrations.

    Raises:
        CommandError: with exit status CANNOT_ASK.
    """
    try:
        executor = MigrationExecutor(connection)
        lacking = len(executor.migration_plan(executor.loader.graph.leaf_nodes()))
    except OperationalError as error:
        raise CommandError(
            _("The database is not responding: %(error)s") % {"error": error}, returncode=CANNOT_ASK
        ) from None
    if lacking:
        words = ngettext(
            "%(count)d migration has not been applied to this database. Run `manage.py migrate` first.",
            "%(count)d migrations have not been applied to this database. Run `manage.py migrate` first.",
            lacking,
        )
        raise CommandError(words % {"count": lacking}, returncode=CANNOT_ASK)
