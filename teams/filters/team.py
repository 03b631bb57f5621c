"""Narrowing a list to one team: a choice while a person can look it through, else by the address alone."""

import django_filters
from django import forms

from ..models import SpecialAction

LONGEST_SELECT = 50
"""A choice of more than this is searched for, never a select (DESIGN 8)."""


def offer_teams(filterset: django_filters.FilterSet, action: SpecialAction | None) -> None:
    """Fill the filter "team" with the teams of the action, or hide it where they are too many: one query."""
    teams = list(action.teams.values_list("code", "short_name")[: LONGEST_SELECT + 1]) if action else []
    chosen = filterset.filters["team"]
    if len(teams) <= LONGEST_SELECT:
        chosen.extra["choices"] = teams
        return
    hidden = django_filters.CharFilter(field_name=chosen.field_name, widget=forms.HiddenInput)
    hidden.parent = filterset
    filterset.filters["team"] = hidden


def search_field(placeholder: object) -> forms.TextInput:
    """The field of a list's search."""
    return forms.TextInput(attrs={"type": "search", "placeholder": placeholder})
