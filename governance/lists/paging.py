"""Pages of a long list: keys first, then their rows; read from the nearer end; counts cached for half a minute.

The database must not build 120,000 wide rows to show one page of them. So a page takes two queries: one for the keys
on that page (narrow, served by an index), one for the rows of those keys (few, with everything joined).
"""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.core.exceptions import EmptyResultSet, FieldDoesNotExist
from django.core.paginator import Page, Paginator
from django.db import connections
from django.db.models import F, ForeignKey, QuerySet
from django.db.models.expressions import Combinable, OrderBy
from django.db.models.options import Options

PAGE_SIZE = 50
COUNT_KEPT_SECONDS = 30
COUNTED_ANEW = 2000
"""Rows that are counted with every page: a county's whole list, in a few milliseconds."""


if TYPE_CHECKING:
    _Pages = Paginator[Any]
else:
    _Pages = Paginator


class KeyPaginator(_Pages):
    """Pages over an ordered queryset of keys.

    Args:
        keys: the filtered and ordered queryset (its order ends in pk); only keys are read from it.
        rows: where the rows of a page are read from; the same rows, unfiltered, with `select_related` and annotations.
        per_page: rows on a page.

    A list that fits on its first page costs two queries, any other three, or two while its count is cached.
    """

    object_list: QuerySet[Any]

    def __init__(self, keys: QuerySet[Any], rows: QuerySet[Any], per_page: int = PAGE_SIZE) -> None:
        super().__init__(keys, per_page)
        self.rows = rows

    def get_page(self, number: Any) -> "Page[Any]":
        """The page `number`; the first if it is no number, the last if it is too high."""
        wanted = whole_number(number)
        if wanted == 1:
            return self.first_page()
        wanted = min(wanted, self.num_pages)
        return self.first_page() if wanted == 1 else Page(self.fetch(self.page_keys(wanted)), wanted, self)

    def first_page(self) -> "Page[Any]":
        """The first page; when the list ends on it, its length is the exact count and no count query is needed."""
        found = list(self.object_list.values_list("pk", flat=True)[: self.per_page + 1])
        if len(found) <= self.per_page:
            self.count = len(found)
        return Page(self.fetch(found[: self.per_page]), 1, self)

    def page_keys(self, number: int) -> list[Any]:
        """The keys of page `number`, read from the nearer end of the list."""
        start = (number - 1) * self.per_page
        end = min(start + self.per_page, self.count)
        keys = self.object_list.values_list("pk", flat=True)
        if start <= self.count // 2:
            return list(keys[start:end])
        return list(keys.reverse()[self.count - end : self.count - start])[::-1]

    def fetch(self, keys: Sequence[Any]) -> list[Any]:
        """The rows of `keys`, in their order."""
        return rows_of_keys(self.rows, keys)

    @property
    def count(self) -> int:
        """How many rows the list has: exact when counted, at most half a minute old when cached."""
        if self._count is None:
            self._count = kept_count(self.object_list)
        return self._count

    @count.setter
    def count(self, value: int) -> None:
        self._count = value

    _count: int | None = None

    @property
    def num_pages(self) -> int:
        """Pages, at least one."""
        return max(1, -(-self.count // self.per_page))


class ChainedRows:
    """Querysets one after the other, as a Paginator counts and slices them: keys first, then the rows of those keys."""

    def __init__(self, parts: Sequence[QuerySet[Any]]) -> None:
        self.parts = parts

    @cached_property
    def counts(self) -> list[int]:
        """How many rows each queryset has."""
        return [self._count(part) for part in self.parts]

    @staticmethod
    def _count(part: QuerySet[Any]) -> int:
        return kept_counts(part, "chained", lambda: {"": part.count()})[""]

    def count(self) -> int:
        return sum(self.counts)

    def __getitem__(self, span: slice) -> list[Any]:
        rows: list[Any] = []
        start, end = span.start or 0, span.stop
        for part, count in zip(self.parts, self.counts, strict=True):
            if start < count and end > 0:
                rows += rows_of_keys(part, list(part.values_list("pk", flat=True)[max(0, start) : end]))
            start, end = start - count, end - count
        return rows


def rows_of_keys(queryset: QuerySet[Any], keys: Sequence[Any]) -> list[Any]:
    """The rows of `keys` that `queryset` still has, in the order of the keys: one query, none without keys."""
    if not keys:
        return []
    by_key = {row.pk: row for row in queryset.filter(pk__in=keys).order_by()}
    return [by_key[key] for key in keys if key in by_key]


def whole_number(value: Any) -> int:
    """A page number of 1 or more; 1 for anything else."""
    text = str(value)
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 10 else 1


def kept_count(queryset: QuerySet[Any]) -> int:
    """The count of `queryset`, cached for half a minute under its own SQL and parameters."""
    try:
        count = cache.get_or_set(key_of(queryset, "count"), queryset.order_by().count, COUNT_KEPT_SECONDS)
    except EmptyResultSet:
        return 0
    return count or 0


def kept_counts(queryset: QuerySet[Any], what: str, count: Callable[[], dict[str, int]]) -> dict[str, int]:
    """The result of `count`, the counts of the chips above a list: cached where the list is long.

    A list of up to `COUNTED_ANEW` rows is counted each time, so that people see the effect of what they just did.
    """
    try:
        key = key_of(queryset, what)
    except EmptyResultSet:
        return count()
    counts: dict[str, int] | None = cache.get(key)
    if counts is None:
        counts = count()
        if sum(counts.values()) > COUNTED_ANEW:
            cache.set(key, counts, COUNT_KEPT_SECONDS)
    return counts


def key_of(queryset: QuerySet[Any], what: str) -> str:
    """The cache key for `queryset`: its SQL and parameters, hashed.

    Raises:
        EmptyResultSet: Django knows without a query that there are no rows.
    """
    narrow = queryset.order_by().values("pk")
    sql, parameters = narrow.query.get_compiler(connection=connections[narrow.db]).as_sql()
    asked = hashlib.sha256(f"{narrow.db}\n{sql}\n{parameters!r}".encode()).hexdigest()
    return f"lists.{what}.{asked}"


def ordered(queryset: QuerySet[Any], names: Iterable[str | Combinable]) -> QuerySet[Any]:
    """`queryset` ordered by `names` ("due", "-team__order"), empty values last in both directions, ending in pk.

    A nullable field is ordered with NULLS LAST, which an index serves in one direction at best; expressions are kept as
    they are (a column with a flag, see `columns.LeanColumn`).
    """
    terms: list[str | Combinable] = [_term(queryset, name) for name in names]
    return queryset.order_by(*terms, "-pk" if _descends(terms) else "pk")


def _term(queryset: QuerySet[Any], name: str | Combinable) -> str | Combinable:
    if not isinstance(name, str):
        return name
    path, descending = name.lstrip("-"), name.startswith("-")
    if not may_be_empty(queryset, path):
        return name
    return F(path).desc(nulls_last=True) if descending else F(path).asc(nulls_last=True)


def _descends(terms: Sequence[str | Combinable]) -> bool:
    """Whether the last term is descending; the key then is too, so that one index serves both directions."""
    if not terms:
        return False
    last = terms[-1]
    return last.startswith("-") if isinstance(last, str) else isinstance(last, OrderBy) and last.descending


def may_be_empty(queryset: QuerySet[Any], path: str) -> bool:
    """Whether ordering by `path` can meet NULL: a nullable step, or an annotation, which cannot be checked."""
    if path in queryset.query.annotations:
        return True
    options: Options[Any] = queryset.model._meta
    for step in path.split("__"):
        try:
            field = options.pk if step == "pk" else options.get_field(step)
        except FieldDoesNotExist:
            return True
        if field.null:
            return True
        if isinstance(field, ForeignKey):
            options = field.related_model._meta
    return False
