"""Filters of the gallery of showcases, and of the list of places."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding, saying
from teams.filters.team import WithTeamsFilter, search_field
from teams.models import SpecialTeam

from ..models import Showcase, ShowcaseStep

WAITING = "waiting"
"""The value of `?state=` that shows showcases with a step to confirm."""


def showcase_says(word: str) -> Q:
    """Showcases with the word in their title or description, or in the name of their team."""
    teams = SpecialTeam.objects.called(word)
    return holding(word, "title", "text", "source") | Q(team__in=teams.values("pk"))


class ShowcaseFilter(WithTeamsFilter):
    """Filters showcases: words, a team, a year, the kind by the chips, those with a step to confirm."""

    q = django_filters.CharFilter(method="search", label=_("Search"), widget=search_field(_("Title, team, what it is")))
    team = django_filters.ChoiceFilter(field_name="team__code", label=_("Team"), empty_label=_("All teams"))
    year = django_filters.NumberFilter(label=_("Year"), min_value=2000, max_value=2100)
    kind = django_filters.CharFilter(method="of_kind", widget=forms.HiddenInput)
    state = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Showcases that say every word."""
        return queryset.filter(saying(value, showcase_says))

    def of_kind(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Those of a kind; an unknown kind filters nothing."""
        return queryset.filter(kind=value) if value in Showcase.Kind.values else queryset

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Those with a step to confirm; an unknown state filters nothing."""
        waiting = ShowcaseStep.objects.waiting().values("showcase")
        return queryset.filter(pk__in=waiting) if value == WAITING else queryset


class FieldPlaceFilter(WithTeamsFilter):
    """Filters places: words, a team."""

    q = django_filters.CharFilter(method="search", label=_("Search"), widget=search_field(_("Field, document")))
    team = django_filters.ChoiceFilter(field_name="team__code", label=_("Team"), empty_label=_("All teams"))

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Places that say every word."""
        return queryset.filter(saying(value, lambda word: holding(word, "field", "document")))
