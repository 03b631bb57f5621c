"""The kind of evidence of appeals: sent with the appeal, seen by everyone who sees it."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import WrongState
from governance.records.verbs import locked
from teams.evidence.kinds import EvidenceKind, Place, register_kind
from teams.models import SpecialTeam

from ..models import Appeal, AppealEvidence
from ..results.public_notice import notice_of
from ..states import AppealState
from .filing import filing_closed


@register_kind
class OfAppeal(EvidenceKind):
    """Proves what a team says in an appeal, until it is decided."""

    name = "appeal"
    model = AppealEvidence
    related = ("owner__team", "owner__indicator", "owner__round")

    def of_team(self, team: SpecialTeam) -> Q:
        """The pieces of the team's appeals."""
        return Q(owner__team=team)

    def place_of(self, owner: Appeal) -> Place:
        words = gettext("appeal about %(matter)s, %(round)s") % {"matter": owner.subject, "round": owner.round}
        return Place(("appeal", owner.pk, 0), words, owner.get_absolute_url())

    def is_open(self, owner: Appeal) -> bool:
        return owner.state == AppealState.OPEN

    def may_attach(self, user: User, owner: Appeal) -> bool:
        return may(user, "file_appeal", owner.team)

    def hold(self, key: int, *, by: User, at: datetime) -> Any:
        appeal = locked(Appeal(pk=key), "team", "round__plan", "round__action", "result_correction", "year_result")
        require("file_appeal", by, appeal.team)
        if not self.is_open(appeal):
            raise WrongState(_("The appeal has been decided, so its evidence stays as it is."))
        if why_not := filing_closed(notice_of(appeal), at=at):
            raise WrongState(why_not)
        return appeal
