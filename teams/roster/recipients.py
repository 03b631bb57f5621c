"""The recipients of notices: the office, and the people of a team."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from governance.people.models import User
from governance.people.roles import Role

from ..models import SpecialTeam, TeamMember
from ..permissions import DRAFTERS, HEADS


def office_people() -> QuerySet[User]:
    """The people of the special office who can sign in."""
    return User.objects.with_role(Role.SPECIAL_OFFICE)


def people_of(team: SpecialTeam) -> QuerySet[User]:
    """The present head, deputies and liaisons of a team who can sign in."""
    return _in_parts(team, DRAFTERS)


def team_and_office(team: SpecialTeam) -> QuerySet[User]:
    """The team's drafters and the special office, without duplicates."""
    return User.objects.filter(Q(pk__in=people_of(team).values("pk")) | Q(pk__in=office_people().values("pk")))


def liaisons_of(team: SpecialTeam) -> QuerySet[User]:
    """The present liaisons of a team who can sign in."""
    return _in_parts(team, (TeamMember.Part.LIAISON,))


def heads_of(team: SpecialTeam) -> QuerySet[User]:
    """The present head and deputies of a team who can sign in."""
    return _in_parts(team, HEADS)


def _in_parts(team: SpecialTeam, parts: Sequence[str]) -> QuerySet[User]:
    members = team.members.current().filter(part__in=parts)
    return User.objects.filter(pk__in=members.values("user_id"), is_active=True)


@dataclass(frozen=True)
class TeamPeople:
    """The present people of a team by part, in order of joining, including those without an account to sign in."""

    by_part: Mapping[str, Sequence[User]]

    def of(self, *parts: str) -> list[User]:
        """The people with these parts, in the order of `parts`."""
        return [user for part in parts for user in self.by_part.get(part, ())]

    @property
    def heads(self) -> list[User]:
        """Head and deputies."""
        return self.of(*HEADS)

    @property
    def drafters(self) -> list[User]:
        """Head, deputies and liaisons."""
        return self.of(*DRAFTERS)


def people_by_team(teams: Iterable[SpecialTeam]) -> dict[int, TeamPeople]:
    """The people of many teams by team id, with their departments: one query."""
    found: dict[int, dict[str, list[User]]] = {team.pk: defaultdict(list) for team in teams}
    members = TeamMember.objects.current().filter(team__in=list(found))
    for member in members.select_related("user__department").order_by("pk"):
        found[member.team_id][member.part].append(member.user)
    return {team_id: TeamPeople(parts) for team_id, parts in found.items()}
