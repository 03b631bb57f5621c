"""The kind of evidence of questions about facts: sent with the question, seen by everyone who sees the question."""

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

from ..models import FactQuestion, QuestionEvidence
from ..states import QuestionState


@register_kind
class OfQuestion(EvidenceKind):
    """Proves what a team says about a fact, until the question is answered."""

    name = "question"
    model = QuestionEvidence
    related = ("owner__team", "owner__indicator", "owner__round")

    def of_team(self, team: SpecialTeam) -> Q:
        """The pieces of the team's questions."""
        return Q(owner__team=team)

    def place_of(self, owner: FactQuestion) -> Place:
        words = gettext("question about %(fact)s, %(round)s") % {"fact": owner.fact, "round": owner.round}
        return Place(("question", owner.pk, 0), words, owner.get_absolute_url())

    def is_open(self, owner: FactQuestion) -> bool:
        return owner.state == QuestionState.OPEN

    def may_attach(self, user: User, owner: FactQuestion) -> bool:
        return may(user, "ask_about_fact", owner.team)

    def hold(self, key: int, *, by: User, at: datetime) -> Any:
        question = locked(FactQuestion(pk=key), "team", "round")
        require("ask_about_fact", by, question.team)
        if not self.is_open(question):
            raise WrongState(_("The question has been answered, so its evidence stays as it is."))
        return question
