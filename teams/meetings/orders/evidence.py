"""The kind of evidence about orders: attached by the team until an answer is accepted."""

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import WrongState
from governance.records.verbs import locked
from teams.evidence.kinds import EvidenceKind, Place, register_kind
from teams.models import Task

from ..models import OrderEvidence, Rung, SupervisionOrder


@register_kind
class OfOrder(EvidenceKind):
    """Proves what the answer to an order says."""

    name = "order"
    model = OrderEvidence
    related = ("owner__task", "owner__problem", "owner__team")
    task_path = "owner__task"

    def says(self, word: str) -> Q:
        return super().says(word) | holding(word, "owner__task__title", "owner__problem__title")

    def task_of(self, owner: SupervisionOrder) -> Task | None:
        return owner.task

    def place_of(self, owner: SupervisionOrder) -> Place:
        words = gettext("%(order)s, %(subject)s") % {"order": owner, "subject": owner.subject}
        return Place(("order", owner.pk, 0), words, owner.get_absolute_url())

    def is_open(self, owner: SupervisionOrder) -> bool:
        return owner.is_open and owner.rung != Rung.REMINDER

    def may_attach(self, user: User, owner: SupervisionOrder) -> bool:
        return may(user, "attach_to_order", owner)

    def hold(self, key: int, *, by: User, at: datetime) -> Any:
        order = locked(SupervisionOrder(pk=key), "team")
        require("attach_to_order", by, order)
        if not self.is_open(order):
            raise WrongState(_("%(order)s is no longer open, so its evidence stays as it is.") % {"order": order})
        return order
