"""Filters of the list of requirements."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.filters import ListFilter, holding, saying
from teams.filters.team import search_field

from ..models import Clause, Requirement

UNMATCHED = "unmatched"
"""The value of `?state=` that shows requirements with a clause that nobody has."""


def requirement_says(word: str) -> Q:
    """Requirements with the word in their title, issuer or number, or in one of their clauses."""
    clauses = Clause.objects.filter(holding(word, "text"))
    return holding(word, "title", "issuer", "document") | Q(pk__in=clauses.values("requirement"))


class RequirementFilter(ListFilter):
    """Filters requirements: words, the level, and by the chips whether a clause lacks a team."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Title, number, text of a clause"))
    )
    level = django_filters.ChoiceFilter(
        choices=Requirement.Level.choices, label=pgettext_lazy("requirement", "Level"), empty_label=_("All levels")
    )
    state = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Requirements that say every word."""
        return queryset.filter(saying(value, requirement_says))

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Those with a clause that nobody has; an unknown state filters nothing."""
        return queryset.filter(pk__in=Requirement.objects.unmatched().values("pk")) if value == UNMATCHED else queryset
