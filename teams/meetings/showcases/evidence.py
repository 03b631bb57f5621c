"""The kind of evidence of showcases: pictures and documents, attached by the team and the office."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext

from governance.lists.filters import holding
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.verbs import locked
from teams.evidence.kinds import EvidenceKind, Place, register_kind
from teams.models import SpecialTeam, Task

from ..models import Showcase, ShowcaseEvidence


@register_kind
class OfShowcase(EvidenceKind):
    """Attached to a showcase, at any time; seen by everyone who sees the showcase."""

    name = "showcase"
    model = ShowcaseEvidence
    related = ("owner__team", "owner__task")

    def of_team(self, team: SpecialTeam) -> Q:
        """The pieces of the team's showcases."""
        return Q(owner__team=team)

    def says(self, word: str) -> Q:
        return super().says(word) | holding(word, "owner__title")

    def task_of(self, owner: Showcase) -> Task | None:
        return owner.task

    def place_of(self, owner: Showcase) -> Place:
        words = gettext("showcase “%(showcase)s”") % {"showcase": owner}
        return Place(("showcase", owner.pk, 0), words, owner.get_absolute_url())

    def is_open(self, owner: Any) -> bool:
        return True

    def may_attach(self, user: User, owner: Showcase) -> bool:
        return may(user, "keep_showcase", owner)

    def hold(self, key: int, *, by: User, at: datetime) -> Showcase:
        showcase = locked(Showcase(pk=key), "team")
        require("keep_showcase", by, showcase)
        return showcase
