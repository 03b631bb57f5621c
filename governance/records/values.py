"""A value of a row: as the audit log stores it, and as text."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, day_text, moment_text, points_text

from .columns import column

WITHHELD = "*"
"""Stands in an event for a text that auditors may not read: the event says that it changed (docs/roles.md)."""


def recorded(value: Any) -> Any:
    """A value as an event stores it: a related row by its name, as readers of the audit log know it."""
    return str(getattr(value, "audit_name", value)) if isinstance(value, models.Model) else value


def field_name(model: models.Model | type[models.Model], name: str) -> Text:
    """The label of a field."""
    return column(model, name).verbose_name


def shown(value: Any, field: "models.Field[Any, Any] | None" = None) -> Any:
    """A value as text, translated when it is shown; "" for nothing.

    `field` gives the labels of its choices.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moment_text(value)
    if isinstance(value, date):
        return day_text(value)
    if isinstance(value, Decimal):
        return points_text(value)
    return recorded(dict(field.flatchoices).get(value, value) if field is not None else value)
