"""Cells of a list: how a value is read from a record, and how it is written once for many rows."""

from collections.abc import Callable
from html import escape
from operator import attrgetter
from typing import Any

import django_tables2 as tables

Reader = Callable[[Any], Any]
Writer = Callable[[Any], str]


def reader(path: str) -> Reader:
    """A function record -> value that follows `path` ("team__name"); None as soon as a step is None."""
    first, *rest = path.split("__")
    if not rest:
        return attrgetter(first)
    steps = [attrgetter(name) for name in (first, *rest)]

    def follow(record: Any) -> Any:
        for step in steps:
            record = step(record)
            if record is None:
                return None
        return record

    return follow


def remembered(write: Writer) -> Callable[[Any, Any], str]:
    """`write(value)`, called once for each distinct value on a page."""
    known: dict[Any, str] = {}

    def recall(value: Any, record: Any) -> str:
        words = known.get(value)
        if words is None:
            words = known[value] = write(value)
        return words

    return recall


def stock_cell(table: tables.Table, bound: tables.columns.BoundColumn) -> Writer:
    """The cell of a column outside this family: correct, but slower."""
    opened = f'<td data-name="{escape(str(bound.header))}">'

    def cell_of(record: Any) -> str:
        return f"{opened}{escape_unless_safe(tables.rows.BoundRow(record, table).get_cell(bound.name))}</td>"

    return cell_of


def escape_unless_safe(value: Any) -> str:
    """`value` as HTML: unchanged if it is marked as safe, otherwise escaped."""
    return value.__html__() if hasattr(value, "__html__") else escape(str(value))
