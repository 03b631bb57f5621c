"""Filters of the list of progress reports."""

from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import ListFilter

from ..models import ReportEntry, SpecialAction
from ..states import ReportState
from .team import offer_teams, search_field

PERIODS_OFFERED = 24
"""How many periods can be chosen, newest first: eight months of ten-day periods."""


class ReportFilter(ListFilter):
    """Filters reports: words in their rows, a team, a period, on time or late, and the state by the chips."""

    q = django_filters.CharFilter(method="search", label=_("Search"), widget=search_field(_("Team, or words of a row")))
    team = django_filters.ChoiceFilter(field_name="team__code", label=_("Team"), empty_label=_("All teams"))
    period = django_filters.ChoiceFilter(method="of_period", label=_("Period"), empty_label=_("All periods"))
    late = django_filters.ChoiceFilter(
        method="by_time",
        label=_("On time"),
        empty_label=_("On time or late"),
        choices=[("no", _("On time")), ("yes", _("Late"))],
    )
    state = django_filters.ChoiceFilter(choices=ReportState.choices, widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: SpecialAction | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        offer_teams(self, action)
        periods = list(action.periods.order_by("-starts_on")[:PERIODS_OFFERED]) if action else []
        self.filters["period"].extra["choices"] = [(period.starts_on.isoformat(), str(period)) for period in periods]

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Reports of a team with this name, or with a row that contains the words."""
        written = ReportEntry.objects.filter(text__icontains=value)
        return queryset.filter(Q(team__name__icontains=value) | Q(pk__in=written.values("report")))

    def of_period(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Reports for the period of the action that begins on the day."""
        return queryset.filter(period__action=self.action, period__starts_on=value)

    def by_time(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Reports whose first submission was late, or was on time."""
        late = Q(first_submitted_at__gt=F("period__due_at"))
        return queryset.filter(late if value == "yes" else Q(first_submitted_at__lte=F("period__due_at")))
