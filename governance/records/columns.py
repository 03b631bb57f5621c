"""The columns of a model by name."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model


def column(model: Model | type[Model], name: str) -> "Field[Any, Any]":
    """The field `name` of a model that is stored with its row.

    Raises:
        FieldDoesNotExist: there is none; a reverse relation is no column.
    """
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(f"{model._meta.label} stores no {name}.")
    return field


def longest(model: type[Model], name: str) -> int:
    """The longest text that a column allows, in characters; 0 where nothing limits it."""
    return column(model, name).max_length or 0
