"""Filters of the lists of extensions and of close-outs."""

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding, numbered, saying

from ..models import SpecialTeam
from .team import WithTeamsFilter, search_field


class RequestFilter(WithTeamsFilter):
    """Filters requests of one kind: words, a team, and the state by the chips."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Title, number, reason, person"))
    )
    team = django_filters.ChoiceFilter(field_name="task__team__code", label=_("Team"), empty_label=_("All teams"))
    state = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Requests with every word in their texts or names, or as the number of the task."""

        def says(word: str) -> Q:
            found = holding(word, "task__title", queryset.model.SAID, "answer", "asked_by__name")
            teams = Q(task__team__in=SpecialTeam.objects.called(word).values("pk"))
            return found | teams | numbered(word, "task__number")

        return queryset.filter(saying(value, says))

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Requests in a state; an unknown state filters nothing."""
        return queryset.filter(queryset.model.standing_conditions().get(value, Q()))
