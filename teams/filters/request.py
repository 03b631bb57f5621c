"""Filters of the lists of extensions and of close-outs."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import ListFilter

from ..models import SpecialAction
from .team import offer_teams, search_field


class RequestFilter(ListFilter):
    """Filters requests of one kind: words, a team, and the state by the chips."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Title, number, reason, person"))
    )
    team = django_filters.ChoiceFilter(field_name="task__team__code", label=_("Team"), empty_label=_("All teams"))
    state = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: SpecialAction | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_teams(self, action)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Requests that contain the words, or whose task has the number."""
        found = Q()
        for path in ("task__title", queryset.model.SAID, "answer", "asked_by__name"):
            found |= Q(**{f"{path}__icontains": value})
        if value.isascii() and value.isdigit() and len(value) < 10:
            found |= Q(task__number=int(value))
        return queryset.filter(found)

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Requests in a state; an unknown state filters nothing."""
        return queryset.filter(queryset.model.standing_conditions().get(value, Q()))
