"""Notices about decisions: to head, deputies and liaisons of the teams for which they are."""

from collections.abc import Iterable
from datetime import date, datetime

from django.urls import reverse

from governance.records.verbs import tell
from teams.models import SpecialTeam
from teams.roster.recipients import people_by_team

from ..models import Decision
from .basis import basis_of


def address_of(decision: Decision) -> str:
    """The page of a decision."""
    return reverse("decision", args=[decision.meeting.code, decision.number])


def tell_teams_of(
    decision: Decision,
    teams: Iterable[SpecialTeam],
    kind: str,
    *,
    occasion: str,
    at: datetime,
    due_on: date | None = None,
) -> None:
    """Notify the people of `teams` who can sign in, once per occasion."""
    people = {user.pk: user for each in people_by_team(teams).values() for user in each.drafters if user.is_active}
    tell(
        people.values(),
        kind,
        key=f"decision-{decision.pk}-{occasion}",
        url=address_of(decision),
        at=at,
        facts={"decision": basis_of(decision)},
        due_on=due_on,
    )
