"""The list of supervision orders."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.clock import today
from governance.lists.cells import Reader
from governance.lists.choice_columns import ChoiceColumn
from governance.lists.columns import DateColumn, LeanColumn, LinkColumn, MomentColumn, TextColumn
from governance.lists.marks import badge
from governance.lists.tables import LeanTable
from governance.lists.text import overdue_text

from ..models import Rung, SupervisionOrder
from ..states import OrderState

TONES = {
    OrderState.ISSUED: "blue",
    OrderState.ACKNOWLEDGED: "blue",
    OrderState.ANSWERED: "yellow",
    OrderState.SENT_BACK: "yellow",
    OrderState.ACCEPTED: "green",
    OrderState.VOID: "grey",
}
"""The colour of each state."""


class OrderStateColumn(LeanColumn):
    """The state of an order, in its colour."""

    css = "cell-lamp"

    def text(self, value: str, record: SupervisionOrder) -> str:
        return record.get_state_display()

    def html(self, value: str, record: SupervisionOrder) -> str:
        return badge(record.get_state_display(), TONES[OrderState(value)])


class NumberedColumn(LinkColumn):
    """The order by its whole number, 督办〔2026〕5号, as each series counts from 1; leads to its page."""

    def read(self) -> Reader:
        return str


def overdue_note(order: SupervisionOrder) -> tuple[str, str] | None:
    """How many days the answer is late; None where it is not."""
    days = order.days_over(today())
    if not days:
        return None
    return overdue_text(days), "over"


class OrderTable(LeanTable):
    """Supervision orders, last issued first."""

    number = NumberedColumn(_("Number"), css="nowrap", order_by=("series", "year", "number"))
    rung = ChoiceColumn(pgettext_lazy("order", "Rung"), choices=Rung)
    subject = TextColumn(_("About"), orderable=False)
    team = TextColumn(_("Team"), accessor="team__short_name", order_by="team__order")
    basis = TextColumn(_("Basis"), orderable=False, visible=False)
    demand = TextColumn(_("Demand"), orderable=False, visible=False)
    issued_at = MomentColumn(_("Issued"))
    answer_by = DateColumn(_("Answer by"), note=overdue_note, empty="—")
    state = OrderStateColumn(_("State"), orderable=False)

    class Meta:
        order_by = "-issued_at"
