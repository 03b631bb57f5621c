"""What pages remember: a value under the state of the insert-only rows that it was computed from.

The state is asked each time, so a remembered value is never older than its rows; what is asked again stays. Each
process has its own memory: what a county adds up to is read faster than a cache could hand a copy of it over, so
nobody changes what they recall.
"""

from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar, cast

from django.db import connection
from django.db.models import Count, Max, Model, QuerySet

T = TypeVar("T")

REMEMBERED = 64
"""So many values; those that were not asked for longest are forgotten first."""


class RowsState(NamedTuple):
    """How many rows a table has and the last: also where one is committed after a later one."""

    rows: int
    last: int


def state_of(model: type[Model]) -> RowsState:
    """The state of an insert-only table: one query."""
    rows, last = model._default_manager.order_by().aggregate(rows=Count("pk"), last=Max("pk")).values()
    return RowsState(rows, last or 0)


def added_since(model: type[Model], then: RowsState, now: RowsState) -> QuerySet[Any] | None:
    """The rows that came between two states of a table; None where one was committed after a later one."""
    new = model._default_manager.filter(pk__gt=then.last).order_by()
    return new if new.count() == now.rows - then.rows else None


def key_of(*parts: object) -> str:
    """The key of what is remembered about these; a set counts as its sorted members."""
    return repr([sorted(part) if isinstance(part, set | frozenset) else part for part in parts])


def remembered(key: str, state: object, compute: Callable[[], T]) -> T:
    """The value remembered under this state, or else computed."""
    kept = recall(key)
    if kept is not None and kept[0] == state:
        return cast("T", kept[1])
    value = compute()
    remember(key, state, value)
    return value


def recall(key: str) -> tuple[Any, Any] | None:
    """The state and the value; None where there is none."""
    return None if connection.in_atomic_block else next(iter(_place_of(key)), None)


def remember(key: str, state: object, value: object) -> None:
    """Keep what was read, except inside a transaction: what that has written itself may still be taken back."""
    if not connection.in_atomic_block:
        _place_of(key)[:] = [(state, value)]


def forget() -> None:
    """Everything: for another database."""
    _place_of.cache_clear()


@lru_cache(maxsize=REMEMBERED)
def _place_of(_key: str) -> list[tuple[Any, Any]]:
    return []
