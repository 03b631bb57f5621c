"""Search results about supervision orders and circulars."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.registers.search import SEARCH_SOURCES, Hit, SearchSource, each_hit, marked, passage

from ..filters.circular import circular_says
from ..filters.order import order_says
from ..models import Circular, SupervisionOrder


def _orders(user: User, action: Any) -> QuerySet[SupervisionOrder]:
    rows = (
        SupervisionOrder.objects.visible_to(user).filter(action=action) if action else SupervisionOrder.objects.none()
    )
    return rows.select_related("team", "task", "problem").order_by("-pk")


def _order_hit(order: SupervisionOrder, words: Sequence[str]) -> Hit:
    title = marked(f"{order} {order.subject}", words)
    return Hit(order.get_absolute_url(), title, passage(f"{order.basis} {order.demand}", words), order.team.short_name)


def _circulars(user: User, action: Any) -> QuerySet[Circular]:
    rows: QuerySet[Circular] = Circular.objects.visible_to(user)
    return (rows.filter(action=action) if action else rows.none()).order_by("-pk")


def _circular_hit(circular: Circular, words: Sequence[str]) -> Hit:
    document = circular.document
    text = " ".join([document["text"], *(f"{line['team']} {line['text']}" for line in document["lines"])])
    return Hit(circular.get_absolute_url(), marked(str(circular), words), passage(text, words), "")


SEARCH_SOURCES.register(
    "orders",
    SearchSource(_("Supervision orders"), "order_list", _orders, order_says, each_hit(_order_hit)),
)
SEARCH_SOURCES.register(
    "circulars",
    SearchSource(_("Circulars"), "circular_list", _circulars, circular_says, each_hit(_circular_hit)),
)
