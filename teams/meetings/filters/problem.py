"""Filters of the board of problems."""

from datetime import date
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding, numbered, saying
from governance.people.models import User
from governance.people.permissions import may
from teams.filters.team import WithTeamsFilter, search_field
from teams.models import SpecialTeam, TeamMember
from teams.permissions import HEADS

from ..models import Problem, ProblemStep
from ..states import LIVE_PROBLEM_STATES, ProblemState

LIVE, MINE, COMMON, REOPENED, OVERDUE, EVERY = "live", "mine", "common", "reopened", "overdue", "all"
LOOK_BACK = "look_back"
"""What the board shows beside one state: those worked on, by default, and some of them; or every problem."""


def problem_says(word: str) -> Q:
    """Problems with the word in their title or cause, with this number, or of a team with the word in its names."""
    of_teams = SpecialTeam.objects.called(word).values("pk")
    having = Problem.objects.filter(teams__team__in=of_teams).values("pk")
    return holding(word, "title", "cause") | numbered(word, "number") | Q(pk__in=having)


def led_by(user: User) -> Q:
    """Problems whose lead team the person speaks for."""
    parts = TeamMember.objects.current().filter(user=user, part__in=HEADS)
    return Q(lead__in=parts.values("team"))


def waiting_for(user: User, on: date) -> Q:
    """Problems on which the person has to act next, on the day `on`."""
    mine = led_by(user) & Q(state__in=(ProblemState.ANALYSED, ProblemState.RECTIFYING))
    if may(user, "analyse_problem"):
        mine |= Q(state__in=(ProblemState.RAISED, ProblemState.RESOLVED))
        mine |= Q(state=ProblemState.CLOSED_OUT, look_again_on__lte=on)
    return mine


class ProblemFilter(WithTeamsFilter):
    """Filters problems: words, a team, and by the chips what is shown."""

    q = django_filters.CharFilter(method="search", label=_("Search"), widget=search_field(_("Problem, number, team")))
    team = django_filters.ChoiceFilter(field_name="teams__team__code", label=_("Team"), empty_label=_("All teams"))
    show = django_filters.CharFilter(method="standing", widget=forms.HiddenInput)

    def __init__(self, *args: Any, user: User, on: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.day = user, on

    def search(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Problems that say every word."""
        return queryset.filter(saying(value, problem_says))

    def standing(self, queryset: QuerySet, name: str, value: str) -> QuerySet:
        """Problems of one kind; an unknown kind filters nothing."""
        return queryset.filter(self.standings().get(value, Q()))

    def standings(self) -> dict[str, Q]:
        """The condition of each kind, as of the day of the board."""
        live = Q(state__in=LIVE_PROBLEM_STATES)
        was_closed = ProblemStep.objects.filter(problem=OuterRef("pk"), state=ProblemState.CLOSED_OUT)
        worked_on = Q(state__in=(ProblemState.ANALYSED, ProblemState.RECTIFYING))
        return {
            LIVE: live,
            MINE: waiting_for(self.user, self.day),
            COMMON: live & Q(common=True),
            REOPENED: live & Q(Exists(was_closed)),
            OVERDUE: worked_on & Q(due_on__lt=self.day),
            **{state.value: Q(state=state) for state in ProblemState},
            LOOK_BACK: Q(state=ProblemState.CLOSED_OUT, look_again_on__lte=self.day),
            EVERY: Q(),
        }
