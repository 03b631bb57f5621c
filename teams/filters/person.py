"""Filters of the list of people."""

import re

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.formats import cells
from governance.lists.filters import holding, saying
from governance.people.account_states import AccountState
from governance.people.models import Department, User
from governance.people.roles import Role
from governance.records.widgets import Offered, OfferingInput

from ..models import TeamMember
from .team import WithTeamsFilter, search_field

LEAST_DIGITS = 4
"""The fewest digits of a phone number that find somebody: fewer fit to anybody."""

NO_DEPARTMENT = "-"
"""Asks for people without a department."""


def working_people() -> QuerySet[User]:
    """People who can sign in and hold a role or belong to a team now."""
    in_teams = TeamMember.objects.current().values("user")
    return User.objects.filter(Q(groups__isnull=False) | Q(pk__in=in_teams), is_active=True).distinct()


class DepartmentInput(OfferingInput):
    """A search among the departments."""

    def offered(self) -> Offered:
        return [(NO_DEPARTMENT, _("without a department")), *Department.objects.values_list("name", "short_name")[:200]]


class PersonFilter(WithTeamsFilter):
    """Filters people: words, a phone number, role, team, department; the state by chips."""

    q = django_filters.CharFilter(
        method="search", label=_("Search"), widget=search_field(_("Name, account, post, phone"))
    )
    role = django_filters.ChoiceFilter(
        field_name="groups__name", label=_("Role"), empty_label=_("All roles"), choices=Role.choices
    )
    team = django_filters.ChoiceFilter(method="in_team", label=_("Team"), empty_label=_("All teams"))
    department = django_filters.CharFilter(method="of_department", label=_("Department"), widget=DepartmentInput)
    state = django_filters.ChoiceFilter(choices=AccountState.choices, widget=forms.HiddenInput)
    working = django_filters.BooleanFilter(method="with_work", widget=forms.HiddenInput)

    def search(self, people: QuerySet, name: str, value: str) -> QuerySet:
        """Every word in the name, the account or the post; or four digits or more of the phone number."""
        found = saying(value, lambda word: holding(word, "name", "username", "post"))
        found |= holding(cells.name(value), "name")
        digits = re.sub(r"[\s+-]", "", value)
        if digits.isdecimal() and len(digits) >= LEAST_DIGITS:
            found |= Q(phone__contains=digits) | Q(phone__contains=value.strip())
        return people.filter(found)

    def in_team(self, people: QuerySet, name: str, value: str) -> QuerySet:
        """Present members of the team with this code."""
        return people.filter(pk__in=TeamMember.objects.current().filter(team__code=value).values("user"))

    def with_work(self, people: QuerySet, name: str, value: bool) -> QuerySet:
        """People who can sign in and hold a role or belong to a team now: those whom work reaches."""
        return people.filter(pk__in=working_people().values("pk")) if value else people

    def of_department(self, people: QuerySet, name: str, value: str) -> QuerySet:
        """People of departments with every word in a name; those without one for a dash."""
        if value == NO_DEPARTMENT:
            return people.filter(department=None)
        return people.filter(saying(value, lambda word: Q(department__in=Department.objects.called(word).values("pk"))))
