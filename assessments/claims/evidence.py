"""The kind of evidence of claims: attached until the claim is decided, seen by everyone who sees the claim."""

from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import WrongState
from governance.records.verbs import locked
from teams.evidence.kinds import EvidenceKind, Place, register_kind
from teams.models import SpecialTeam

from ..models import Claim, ClaimEvidence


@register_kind
class OfClaim(EvidenceKind):
    """Attached to a claim by its team, the office or the centre, until it is decided."""

    name = "claim"
    model = ClaimEvidence
    related = ("owner__team",)

    def of_team(self, team: SpecialTeam) -> Q:
        return Q(owner__team=team)

    def says(self, word: str) -> Q:
        return super().says(word) | holding(word, "owner__matter")

    def place_of(self, owner: Claim) -> Place:
        words = gettext("claim “%(matter)s”") % {"matter": owner.matter}
        return Place(("claim", owner.pk, 0), words, owner.get_absolute_url())

    def is_open(self, owner: Claim) -> bool:
        return owner.is_undecided

    def may_attach(self, user: User, owner: Claim) -> bool:
        return may(user, "file_claim", owner)

    def hold(self, key: int, *, by: User, at: datetime) -> Claim:
        claim = locked(Claim(pk=key), "team")
        require("file_claim", by, claim)
        if not claim.is_undecided:
            raise WrongState(_("“%(claim)s” has already been decided. Reload the page.") % {"claim": claim})
        return claim
