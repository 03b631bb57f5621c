"""Filters of the list of supervision orders."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.filters import holding, numbered, saying
from teams.filters.team import WithTeamsFilter, search_field
from teams.models import SpecialTeam

from ..models import Rung, SupervisionOrder
from ..states import OrderState

OPEN, OVERDUE = "open", "overdue"


def order_says(word: str) -> Q:
    """Orders with the word in what they rest on or ask for, in their task, problem or team, or as a number."""
    said = holding(word, "basis", "demand", "task__title", "problem__title")
    teams = Q(team__in=SpecialTeam.objects.called(word).values("pk"))
    return said | teams | numbered(word, "number") | numbered(word, "task__number")


class OrderFilter(WithTeamsFilter):
    """Filters orders: words, a team, a rung, and the state by the chips."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Task, problem, basis, demand"))
    )
    team = django_filters.ChoiceFilter(field_name="team__code", label=_("Team"), empty_label=_("All teams"))
    rung = django_filters.ChoiceFilter(
        label=pgettext_lazy("order", "Rung"), choices=Rung.choices, empty_label=_("All rungs")
    )
    state = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    def __init__(self, *args: Any, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.day = on

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Orders that say every word."""
        return queryset.filter(saying(value, order_says))

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Orders in a state; an unknown state filters nothing."""
        return queryset.filter(self.standings().get(value, Q()))

    def standings(self) -> dict[str, Q]:
        """The condition of each state, as of the day of the list."""
        unanswered = Q(state__in=(OrderState.ISSUED, OrderState.ACKNOWLEDGED))
        open_orders = SupervisionOrder.objects.to_act_on()
        return {
            OPEN: Q(pk__in=open_orders.values("pk")),
            OVERDUE: Q(pk__in=open_orders.filter(unanswered, answer_by__lt=self.day).values("pk")),
            OrderState.ANSWERED: Q(state=OrderState.ANSWERED),
            OrderState.ACCEPTED: Q(state=OrderState.ACCEPTED),
            OrderState.VOID: Q(state=OrderState.VOID),
        }
