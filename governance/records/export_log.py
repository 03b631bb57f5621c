"""An export is recorded: who took which list, how it was filtered and how long it was (docs/rules.md#audit-trail)."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from .models import AuditEvent
from .verbs import record, verb

if TYPE_CHECKING:
    from governance.people.models import User


@verb
def export_list(
    name: str, *, file_format: str, rows: int, narrowed: Mapping[str, str], by: "User", at: datetime
) -> AuditEvent:
    """Note that a list was exported: its name, the format, how many rows, and the filters it was narrowed by."""
    change = {"list": name, "format": file_format, "count": rows} | ({"narrowed": dict(narrowed)} if narrowed else {})
    return record("export_list", None, by=by, at=at, change=change)
