"""Filters of a list: a FilterSet that can also leave out one of its filters, for the chips above the list."""

from collections.abc import Mapping
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet

from .paging import kept_counts


class ListFilter(django_filters.FilterSet):
    """A FilterSet of a list."""

    queryset: QuerySet[Any]

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
