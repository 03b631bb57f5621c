"""The list of claims and its filters."""

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.lists.choice_columns import BadgeColumn
from governance.lists.columns import DateColumn, LeanColumn, LinkColumn, MomentColumn, TextColumn
from governance.lists.filters import holding, saying
from governance.lists.tables import LeanTable
from teams.filters.team import WithTeamsFilter, search_field
from teams.models import SpecialTeam

from ..models import Claim
from ..states import ClaimState
from ..words.claims import counts_words, level_words


class CountsColumn(LeanColumn):
    """The indicator and the level, or the veto."""

    def text(self, value: object, record: Claim) -> str:
        return " · ".join(filter(None, [counts_words(record), level_words(record.level)]))


class ClaimTable(LeanTable):
    """Claims, last filed first."""

    matter = LinkColumn(_("Matter"), orderable=False)
    team = TextColumn(_("Special team"), accessor="team__short_name", order_by="team__order")
    counts = CountsColumn(_("Counts towards"), accessor="pk", orderable=False)
    document = TextColumn(_("Document"), orderable=False)
    on = DateColumn(pgettext_lazy("claim", "Day"), empty="—")
    round = TextColumn(_("Round"), accessor="round__title", orderable=False)
    entered_at = MomentColumn(_("Filed"))
    state = BadgeColumn(_("State"), choices=ClaimState)

    class Meta:
        order_by = "-entered_at"


def claim_says(word: str) -> Q:
    """Claims with the word in their matter, document or basis, or of a team with the word in its names."""
    return holding(word, "matter", "document", "basis") | Q(team__in=SpecialTeam.objects.called(word).values("pk"))


class ClaimFilter(WithTeamsFilter):
    """Filters claims: words, a team, a round, and the state by the chips."""

    q = django_filters.CharFilter(method="search", label=_("Search"), widget=search_field(_("Matter, document, team")))
    team = django_filters.ChoiceFilter(field_name="team__code", label=_("Team"), empty_label=_("All teams"))
    round = django_filters.NumberFilter(field_name="round", min_value=1, max_value=10**18 - 1, widget=forms.HiddenInput)
    state = django_filters.CharFilter(widget=forms.HiddenInput)

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Claims that say every word."""
        return queryset.filter(saying(value, claim_says))

    @staticmethod
    def standings() -> dict[str, Any]:
        """The condition of each state."""
        return {state.value: Q(state=state) for state in ClaimState}
