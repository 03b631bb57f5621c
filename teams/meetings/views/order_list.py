"""The list of all supervision orders, with exports."""

from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters.views import FilterView

from governance.clock import today
from governance.lists.filters import counted
from governance.lists.text import Text
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin
from governance.records.list_views import ExportingMixin
from teams.views.rows import FiltersOfActionMixin, of_action

from ..filters.order import OPEN, OVERDUE, OrderFilter
from ..models import SupervisionOrder
from ..states import OrderState
from ..tables.order import OrderTable


class OrderListView(FiltersOfActionMixin, VisibleMixin, ExportingMixin, LeanTableMixin, FilterView):
    """The orders of the action that the person may read, last issued first; chips by state."""

    queryset = SupervisionOrder.objects.with_follower().select_related("team", "task", "problem")
    table_class = OrderTable
    filterset_class = OrderFilter
    template_name = "meetings/order_list.html"
    heading = _("All supervision orders")
    empty_title = _("No order has been issued")
    empty_how = _("The office issues orders from its desk; what is due is proposed there with the reason.")
    standing_words: ClassVar[dict[str, Text]] = {
        OPEN: pgettext_lazy("order", "Open"),
        OVERDUE: _("Overdue"),
        OrderState.ANSWERED: OrderState.ANSWERED.label,
        OrderState.ACCEPTED: OrderState.ACCEPTED.label,
        OrderState.VOID: OrderState.VOID.label,
    }

    def get_queryset(self) -> QuerySet:
        return of_action(super().get_queryset(), "action", self.action)

    def get_filterset_kwargs(self, filterset_class: type[OrderFilter]) -> dict[str, Any]:
        """Count days from today."""
        return {**super().get_filterset_kwargs(filterset_class), "on": today()}

    def get_chips(self) -> list[Chip]:
        """Chips for all orders and each state, with counts: one query."""
        counts = counted(self.filterset.without("state"), self.filterset.standings())
        return self.chips_of("state", self.standing_words, counts)
