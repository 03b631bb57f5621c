"""Claims that the records propose: a showcase recognised at a level, a team that a circular praises or names."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse

from governance.clock import day_of
from governance.people.models import User
from teams.meetings.models import CircularLine, Showcase, ShowcaseStep
from teams.models import SpecialTeam

from ..models import Claim
from ..rounds.matters import folded
from ..states import ClaimState


@dataclass(frozen=True)
class Proposal:
    """A claim that could be filed: what its form begins with, and where it comes from.

    Attributes:
        level: the name of a level as plans use it; "" where the source says none.
        source: the page of the showcase or circular.
    """

    team: SpecialTeam
    matter: str
    level: str
    document: str
    issuer: str
    on: date
    source: str
    is_criticism: bool = False

    @property
    def url(self) -> str:
        """The form to file it, filled in."""
        filled = {
            "team": self.team.code,
            "matter": self.matter,
            "level": self.level,
            "document": self.document,
            "issuer": self.issuer,
            "on": self.on.isoformat(),
            "criticism": "1" if self.is_criticism else "",
        }
        return f"{reverse('claim_new')}?{urlencode({name: value for name, value in filled.items() if value})}"


def proposals_for(user: User, teams: list[SpecialTeam], *, year: int) -> list[Proposal]:
    """What could be filed for teams in a year and was not yet, newest first. Three queries.

    A matter that was filed at the same level, or from the same document, is not proposed, whatever became of it.
    """
    filed = Claim.objects.filter(team__in=teams).exclude(state=ClaimState.WITHDRAWN)
    known = set()
    for team, matter, level, document in filed.values_list("team", "matter", "level", "document"):
        known |= {(team, folded(matter), level), (team, folded(document))}
    found = [*_of_showcases(user, teams, year), *_of_circulars(teams, year)]
    fresh = [
        one
        for one in found
        if not {(one.team.pk, folded(one.matter), one.level), (one.team.pk, folded(one.document))} & known
    ]
    return sorted(fresh, key=lambda one: one.on, reverse=True)


def _of_showcases(user: User, teams: list[SpecialTeam], year: int) -> Iterator[Proposal]:
    """Steps of the year that were confirmed with a level and a document; of each showcase the highest."""
    steps = ShowcaseStep.objects.confirmed().filter(showcase__team__in=teams, on__year=year).exclude(level="")
    seen = steps.filter(showcase__in=Showcase.objects.visible_to(user).values("pk")).exclude(document="")
    for step in {row.showcase_id: row for row in seen.select_related("showcase__team").order_by("number")}.values():
        showcase = step.showcase
        yield Proposal(
            showcase.team,
            showcase.title,
            step.level,
            step.document,
            step.issuer,
            step.on,
            showcase.get_absolute_url(),
        )


def _of_circulars(teams: list[SpecialTeam], year: int) -> Iterator[Proposal]:
    """Lines of signed circulars that name a team for criticism."""
    lines = CircularLine.objects.filter(team__in=teams, circular__year=year, kind=CircularLine.Kind.NAMED)
    for line in lines.select_related("team", "circular").order_by("pk"):
        circular = line.circular
        yield Proposal(
            line.team,
            line.text[:200],
            "county",
            circular.name,
            "",
            day_of(circular.at),
            circular.get_absolute_url(),
            is_criticism=True,
        )
