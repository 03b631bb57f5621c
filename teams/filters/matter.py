"""Filters of the list of matters for coordination."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding, saying
from governance.people.models import Department

from ..models import SpecialAction, SpecialTeam
from ..states import MatterState
from .team import LONGEST_SELECT, WithTeamsFilter, search_field

OWNERLESS = "ownerless"
"""The state filter for matters that wait without anybody to answer them."""


def matter_says(word: str) -> Q:
    """Matters with the word in their text or answer, or in the name of the team that asks or of who is to answer."""
    return (
        holding(word, "text", "answer", "owner__name")
        | Q(report__team__in=SpecialTeam.objects.called(word).values("pk"))
        | Q(to__in=Department.objects.called(word).values("pk"))
    )


class MatterFilter(WithTeamsFilter):
    """Filters matters: words, a team, the department asked, and the state by the chips."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Matter, answer, person, department"))
    )
    team = django_filters.ChoiceFilter(field_name="report__team__code", label=_("Team"), empty_label=_("All teams"))
    to = django_filters.ChoiceFilter(field_name="to__code", label=_("Addressed to"), empty_label=_("All departments"))
    state = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    def __init__(self, *args: Any, action: SpecialAction | None, on: date, **kwargs: Any) -> None:
        super().__init__(*args, action=action, **kwargs)
        self.day = on
        asked = Department.objects.filter(pk__in=self.queryset.order_by().values("to")).order_by("order", "pk")
        departments = list(asked.values_list("code", "name")[:LONGEST_SELECT])
        self.filters["to"].extra["choices"] = departments

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Matters that say every word."""
        return queryset.filter(saying(value, matter_says))

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Matters in a state; an unknown state filters nothing."""
        return queryset.filter(self.standings().get(value, Q()))

    def standings(self) -> dict[str, Q]:
        """The condition of each state, as of the day of the list."""
        sent = Q(asked_at__isnull=False)
        waits = sent & Q(answered_at=None)
        return {
            MatterState.WAITING: waits,
            MatterState.OVERDUE: waits & Q(due_on__lt=self.day),
            OWNERLESS: waits & Q(owner=None),
            MatterState.ANSWERED: Q(answered_at__isnull=False),
            MatterState.DRAFT: Q(asked_at=None),
        }
