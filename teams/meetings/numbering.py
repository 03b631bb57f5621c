"""The next number of a series: the highest that was given, and one (docs/rules.md#numbering)."""

from typing import Any

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.records.refusals import Invalid


def next_number(rows: QuerySet[Any], *, field: str = "number", typed: int | None = None) -> int:
    """The number that follows the highest of `rows`, or the one that was typed because a series began on paper.

    Called under the lock of the row within which the series runs, as a rule the action.

    Raises:
        Invalid: the typed number is not above every number given before.
    """
    free = (rows.aggregate(highest=Max(field))["highest"] or 0) + 1
    if typed is None:
        return free
    if typed < free:
        raise Invalid(
            fields={field: _("The next free number is %(free)s; a lower one cannot be given.") % {"free": free}}
        )
    return typed
