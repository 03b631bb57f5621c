"""Filters of a list: a FilterSet that can also leave out one of its filters, for the chips above the list."""

from collections.abc import Callable, Mapping
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet

from governance.formats.search_words import pattern_of, words_of

from .paging import kept_counts
from .requests import asks_for_list


def holding(word: str, *paths: str) -> Q:
    """Rows with the word in the text of one of `paths` (docs/rules.md#search)."""
    found = Q()
    for path in paths:
        found |= Q(**{f"{path}__regex": pattern_of(word)})
    return found


def numbered(word: str, path: str) -> Q:
    """Rows with the number that the word is; none for any other word."""
    return Q(**{path: int(word)}) if word.isdecimal() and len(word) < 10 else Q(pk__in=())


def saying(text: str, says: Callable[[str], Q]) -> Q:
    """Rows that say every word of the text; `says` tells where a word may stand. Search and lists ask this alike."""
    found = Q()
    for word in words_of(text):
        found &= says(word)
    return found


class ListFilter(django_filters.FilterSet):
    """A FilterSet of a list."""

    queryset: QuerySet[Any]

    def offers(self, name: str) -> bool:
        """Whether the choices of a filter are needed: it is shown, or the address names one of them."""
        return self.request is None or not asks_for_list(self.request) or bool(self.data and self.data.get(name))

    def without(self, left_out: str) -> QuerySet[Any]:
        """The rows narrowed by every filter but one: the chips of that filter count these."""
        queryset = self.queryset.all()
        given = self.form.cleaned_data if self.is_bound else {}
        for name, value in given.items():
            if name != left_out:
                queryset = self.filters[name].filter(queryset, value)
        return queryset


def counted(rows: QuerySet[Any], standings: Mapping[str, Q]) -> dict[str, int]:
    """How many of `rows` have each value, and under "" how many there are: one query, cached for a long list."""
    return kept_counts(rows, f"by.{'.'.join(standings)}", lambda: _counted(rows, standings))


def _counted(rows: QuerySet[Any], standings: Mapping[str, Q]) -> dict[str, int]:
    counts = {f"in_{name}": Count("pk", filter=condition) for name, condition in standings.items()}
    found = rows.order_by().aggregate(in_=Count("pk"), **counts)
    return {name: found[f"in_{name}"] for name in ("", *standings)}
