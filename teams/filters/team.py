"""Filters of the list of teams, and the filter by team of every other list."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import ListFilter, holding, saying
from governance.people.models import Department

from ..models import SpecialAction, TeamDepartment, TeamMember

LONGEST_SELECT = 50
"""A choice with more options is a search field, never a select (docs/rules.md#lists)."""


class WithTeamsFilter(ListFilter):
    """Filters by team among others: a choice of the action's teams, or no choice where there are too many."""

    def __init__(self, *args: Any, action: SpecialAction | None, **kwargs: Any) -> None:
        """One query more where the choice is shown or made."""
        super().__init__(*args, **kwargs)
        if not self.offers("team"):
            return
        teams = list(action.teams.values_list("code", "short_name")[: LONGEST_SELECT + 1]) if action else []
        chosen = self.filters["team"]
        if len(teams) <= LONGEST_SELECT:
            chosen.extra["choices"] = teams
        else:
            self.filters["team"] = django_filters.CharFilter(field_name=chosen.field_name, widget=forms.HiddenInput)


def search_field(placeholder: object) -> forms.TextInput:
    """The search field of a list."""
    return forms.TextInput(attrs={"type": "search", "placeholder": placeholder})


EITHER = "either"
"""The value of `?closed=` that shows teams at work and closed ones."""


def team_says(word: str) -> Q:
    """Teams with the word in their names or code, or in the name of their lead department or a present member."""
    leads = TeamDepartment.objects.current().filter(
        part=TeamDepartment.Part.LEAD, department__in=Department.objects.called(word).values("pk")
    )
    people = TeamMember.objects.current().filter(holding(word, "user__name"))
    return (
        holding(word, "name", "short_name", "code") | Q(pk__in=leads.values("team")) | Q(pk__in=people.values("team"))
    )


class TeamFilter(ListFilter):
    """Filters teams: words in their names, their lead department, their people; active or closed by the chips."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Team, lead department, person"))
    )
    group = django_filters.ChoiceFilter(label=_("Working group"), empty_label=_("All groups"))

    def __init__(self, *args: Any, action: SpecialAction | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        groups = list(action.groups.values_list("pk", "title")) if action and self.offers("group") else []
        self.filters["group"].extra["choices"] = groups

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Teams that say every word."""
        return queryset.filter(saying(value, team_says))
