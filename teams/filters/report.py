"""Filters of the list of progress reports."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding, saying

from ..models import ReportEntry, SpecialAction, SpecialTeam
from ..states import ReportState
from .team import WithTeamsFilter, search_field

PERIODS_OFFERED = 24
"""How many periods can be chosen, newest first: eight months of ten-day periods."""


HANDED_IN = "handed-in"
"""The state filter for reports that wait or were accepted: what a search finds."""

STANDINGS = {
    **{state.value: Q(state=state) for state in ReportState},
    HANDED_IN: Q(state__in=(ReportState.SUBMITTED, ReportState.ACCEPTED)),
}


def report_says(word: str) -> Q:
    """Reports with the word in one of their rows, or in the names of the team."""
    written = ReportEntry.objects.filter(holding(word, "text"))
    return Q(team__in=SpecialTeam.objects.called(word).values("pk")) | Q(pk__in=written.values("report"))


class ReportFilter(WithTeamsFilter):
    """Filters reports: words in their rows, a team, a period, on time or late, and the state by the chips."""

    q = django_filters.CharFilter(method="search", label=_("Search"), widget=search_field(_("Team, or text of a row")))
    team = django_filters.ChoiceFilter(field_name="team__code", label=_("Team"), empty_label=_("All teams"))
    period = django_filters.ChoiceFilter(method="of_period", label=_("Period"), empty_label=_("All periods"))
    late = django_filters.ChoiceFilter(
        method="by_time",
        label=_("On time"),
        empty_label=_("On time or late"),
        choices=[("no", _("On time")), ("yes", _("Late"))],
    )
    state = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: SpecialAction | None, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        self.action = action
        periods = list(action.periods.order_by("-starts_on")[:PERIODS_OFFERED]) if action else []
        self.filters["period"].extra["choices"] = [(period.starts_on.isoformat(), str(period)) for period in periods]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Reports that say every word."""
        return queryset.filter(saying(value, report_says))

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Reports in a state, or those that were handed in; an unknown state filters nothing."""
        return queryset.filter(STANDINGS.get(value, Q()))

    def of_period(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Reports for the period of the action that begins on the day."""
        return queryset.filter(period__action=self.action, period__starts_on=value)

    def by_time(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Reports whose first submission was late, or was on time."""
        return queryset.filter(on_time=value != "yes")
