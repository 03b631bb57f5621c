"""Whom a verb tells: the office, and the people who work on a team's papers."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from governance.people.models import User
from governance.people.roles import Role

from .models import SpecialTeam
from .permissions import DRAFTERS, HEADS


def office_people() -> QuerySet[User]:
    """The people of the special office who can sign in."""
    return User.objects.with_role(Role.SPECIAL_OFFICE)


def people_of(team: SpecialTeam) -> QuerySet[User]:
    """Head, deputies and liaisons of a team now, those who can sign in."""
    return _in_parts(team, DRAFTERS)


def team_and_office(team: SpecialTeam) -> QuerySet[User]:
    """Who works on a team's papers, and the special office: each once."""
    return User.objects.filter(Q(pk__in=people_of(team).values("pk")) | Q(pk__in=office_people().values("pk")))


def heads_of(team: SpecialTeam) -> QuerySet[User]:
    """Head and deputies of a team now, those who can sign in."""
    return _in_parts(team, HEADS)


def _in_parts(team: SpecialTeam, parts: Sequence[str]) -> QuerySet[User]:
    members = team.members.filter(left_on=None, part__in=parts)
    return User.objects.filter(pk__in=members.values("user_id"), is_active=True)
