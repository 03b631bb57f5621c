"""Filters of the list of teams, and the filter by team of every other list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import ListFilter

from ..models import SpecialAction, TeamDepartment, TeamMember

LONGEST_SELECT = 50
"""A choice with more options is a search field, never a select (docs/rules.md#lists)."""


def offer_teams(filterset: django_filters.FilterSet, action: SpecialAction | None) -> None:
    """Fill the filter "team" with the teams of the action, or hide it where there are too many: one query."""
    teams = list(action.teams.values_list("code", "short_name")[: LONGEST_SELECT + 1]) if action else []
    chosen = filterset.filters["team"]
    if len(teams) <= LONGEST_SELECT:
        chosen.extra["choices"] = teams
        return
    filterset.filters["team"] = django_filters.CharFilter(field_name=chosen.field_name, widget=forms.HiddenInput)


def search_field(placeholder: object) -> forms.TextInput:
    """The search field of a list."""
    return forms.TextInput(attrs={"type": "search", "placeholder": placeholder})


class TeamFilter(ListFilter):
    """Filters teams: words in their names, their lead department, their people; active or closed by the chips."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Team, lead department, person"))
    )
    group = django_filters.ChoiceFilter(label=_("Working group"), empty_label=_("All groups"))

    def __init__(self, *args: Any, action: SpecialAction | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = list(action.groups.values_list("pk", "title")) if action else []
        self.filters["group"].extra["choices"] = groups

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Teams with this name, or with a lead department or present member of this name."""
        leads = TeamDepartment.objects.current().filter(
            part=TeamDepartment.Part.LEAD, department__name__icontains=value
        )
        people = TeamMember.objects.current().filter(user__name__icontains=value)
        return queryset.filter(
            Q(name__icontains=value)
            | Q(short_name__icontains=value)
            | Q(pk__in=leads.values("team"))
            | Q(pk__in=people.values("team"))
        )
