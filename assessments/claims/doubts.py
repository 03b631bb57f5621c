"""What is pointed out before a claim is decided: the same file or document elsewhere, near titles, a stray day."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.translation import gettext

from governance.lists.text import day_text
from teams.meetings.models import Showcase
from teams.models import SpecialTeam

from ..models import Claim, ClaimEvidence
from ..rounds.matters import folded
from ..states import LIVE_CLAIM_STATES

NEAR = 0.75
"""Titles are near from this share of letters in common on, in the same order; or where one holds the other."""


@dataclass(frozen=True)
class Doubt:
    """Something to look at, as a sentence, with the page of the other claim or showcase."""

    words: str
    url: str = ""


def doubts_about(claim: Claim) -> list[Doubt]:
    """Everything that is pointed out about a claim. Four queries."""
    others = (
        Claim.objects.filter(team__action=claim.team.action_id, state__in=LIVE_CLAIM_STATES)
        .exclude(pk=claim.pk)
        .select_related("team")
        .order_by("pk")
    )
    beside = list(others)
    return [*_year(claim), *_files(claim), *_documents(claim, beside), *_titles(claim, beside)]


def near_titles(title: str, known: Sequence[str]) -> list[str]:
    """The titles that are near another one and not the same once folded."""
    own = folded(title)
    found = []
    for one in dict.fromkeys(known):
        other = folded(one)
        if other == own or not own or not other:
            continue
        shorter, longer = sorted((own, other), key=len)
        if (len(shorter) > 3 and shorter in longer) or SequenceMatcher(None, own, other).ratio() >= NEAR:
            found.append(one)
    return found


def known_matters(team: SpecialTeam) -> list[str]:
    """The matters of a team: its showcases, and what was filed for it. Two queries."""
    showcases = Showcase.objects.filter(team=team).order_by("-pk").values_list("title", flat=True)
    claims = Claim.objects.filter(team=team, indicator__isnull=False).order_by("-pk").values_list("matter", flat=True)
    return list(dict.fromkeys([*showcases, *claims]))


def _year(claim: Claim) -> Iterator[Doubt]:
    year = claim.round.starts_on.year if claim.round else claim.entered_at.year
    if claim.on is not None and claim.on.year != year:
        words = gettext("The day, %(day)s, lies outside the plan's year, %(year)s.")
        yield Doubt(words % {"day": day_text(claim.on), "year": year})


def _files(claim: Claim) -> Iterator[Doubt]:
    """Other claims with a file of the same content."""
    own = ClaimEvidence.objects.filter(owner=claim).in_force().values("file__sha256")
    same = ClaimEvidence.objects.filter(file__sha256__in=own, owner__state__in=LIVE_CLAIM_STATES).in_force()
    for piece in same.exclude(owner=claim).select_related("owner__team", "file").order_by("pk"):
        words = gettext("The file “%(file)s” is also attached to “%(matter)s” of %(team)s.")
        facts = {"file": piece, "matter": piece.owner.matter, "team": piece.owner.team.short_name}
        yield Doubt(words % facts, piece.owner.get_absolute_url())


def _documents(claim: Claim, beside: Sequence[Claim]) -> Iterator[Doubt]:
    """Claims about another matter with the same document number."""
    own = folded(claim.document), (claim.team_id, folded(claim.matter))
    for other in beside:
        if own[0] == folded(other.document) and own[1] != (other.team_id, folded(other.matter)):
            words = gettext("%(document)s is also the document of “%(matter)s” of %(team)s.")
            facts = {"document": claim.document, "matter": other.matter, "team": other.team.short_name}
            yield Doubt(words % facts, other.get_absolute_url())


def _titles(claim: Claim, beside: Sequence[Claim]) -> Iterator[Doubt]:
    """Matters and showcases of the team with nearly the same title."""
    places = {row.title: row.get_absolute_url() for row in Showcase.objects.filter(team=claim.team).order_by("-pk")}
    places |= {other.matter: other.get_absolute_url() for other in beside if other.team_id == claim.team_id}
    for title in near_titles(claim.matter, list(places)):
        words = gettext("“%(title)s” has nearly the same title. If it is the same matter, choose that title.")
        yield Doubt(words % {"title": title}, places[title])
