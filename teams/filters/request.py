"""How the lists of extensions and of close-outs are narrowed."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import ListFilter

from ..models import SpecialAction
from ..states import EXTENSIBLE_TASK_STATES, TaskState
from .team import offer_teams, search_field


class RequestFilter(ListFilter):
    """What the two lists have in common: words, a team, and how the request stands."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Title, number, reason, person"))
    )
    team = django_filters.ChoiceFilter(field_name="task__team__code", label=_("Team"), empty_label=_("All teams"))
    state = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    searched: tuple[str, ...] = ()
    standings: dict[str, Q] = {}

    def __init__(self, *args: Any, action: SpecialAction | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offer_teams(self, action)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Rows in which the words stand, or whose task has the number."""
        found = Q()
        for path in self.searched:
            found |= Q(**{f"{path}__icontains": value})
        if value.isascii() and value.isdigit() and len(value) < 10:
            found |= Q(task__number=int(value))
        return queryset.filter(found)

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Rows that stand so; what is no standing narrows nothing."""
        return queryset.filter(self.standings.get(value, Q()))


class ExtensionFilter(RequestFilter):
    """Narrows the extensions."""

    searched = ("task__title", "reason", "answer", "asked_by__name")
    standings = {
        "waiting": Q(granted=None, task__state__in=EXTENSIBLE_TASK_STATES),
        "granted": Q(granted=True),
        "refused": Q(granted=False),
        "resting": Q(granted=None) & ~Q(task__state__in=EXTENSIBLE_TASK_STATES),
    }


class CloseOutFilter(RequestFilter):
    """Narrows the close-outs."""

    searched = ("task__title", "statement", "answer", "asked_by__name")
    standings = {
        "waiting": Q(accepted=None, task__state=TaskState.CLOSE_OUT_REQUESTED),
        "accepted": Q(accepted=True),
        "returned": Q(accepted=False),
        "resting": Q(accepted=None) & ~Q(task__state=TaskState.CLOSE_OUT_REQUESTED),
    }
