"""Exports are recorded: who exported which list, with which filters and how many rows (docs/rules.md#audit-trail)."""

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from .models import AuditEvent
from .person import Person
from .verbs import record, verb


@verb(says=_("exported a list"))
def export_list(
    name: str, *, file_format: str, rows: int, narrowed: Mapping[str, str], by: Person, at: datetime
) -> AuditEvent:
    """Record that a list was exported: its name, the format, the number of rows, and the filters."""
    change = {"list": name, "format": file_format, "count": rows} | ({"narrowed": dict(narrowed)} if narrowed else {})
    return record("export_list", None, by=by, at=at, change=change)
