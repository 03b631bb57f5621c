"""The columns of a table by their names."""

from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Field, Model


def column(model: Model | type[Model], name: str) -> "Field[Any, Any]":
    """The field `name` of a model, which is stored with its row.

    Raises:
        FieldDoesNotExist: there is none; what leads back from another table is no column.
    """
    field = model._meta.get_field(name)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(f"{model._meta.label} stores no {name}.")
    return field


def longest(model: type[Model], name: str) -> int:
    """How many characters a text in a column may have; 0 where nothing limits it."""
    return column(model, name).max_length or 0
