"""Who owes what (docs/rules.md#notices): every debt with days, name and link, including the office's own."""

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import cached_property
from typing import Any

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.generic import TemplateView

from governance.clock import now
from governance.lists.columns import DateColumn, LeanColumn, LinkColumn, TextColumn
from governance.lists.tables import LeanTable
from governance.lists.views import Chip, LeanTableMixin
from governance.records.list_views import ComputedListMixin

from ..debts.debts import Debt, debts_of
from ..filters.debt import OFFICE, OTHERS, SIDE_WORDS, DebtFilterForm, Narrowing
from .rows import ChosenActionMixin

SORTS: dict[str, Callable[[Debt], Any]] = {
    "title": lambda debt: (debt.kind.order, debt.urgency),
    "team": lambda debt: (debt.team.order if debt.team else 0, debt.urgency),
    "who": lambda debt: debt.who,
    "since": lambda debt: debt.since,
    "due_on": lambda debt: (debt.due_on is None, debt.due_on or debt.since),
    "days": lambda debt: (debt.days_over, debt.days_waiting),
}
"""The sort key of each column."""


class DaysColumn(LeanColumn):
    """How long it is owed; red once it is overdue."""

    css = "nowrap"

    def text(self, value: str, record: Debt) -> str:
        return value

    def html(self, value: str, record: Debt) -> str:
        return f'<span class="over">{value}</span>' if record.days_over else value


class DebtTable(LeanTable):
    """Debts: those of teams and departments, then those of the office."""

    title = LinkColumn(pgettext_lazy("owed", "Item"), url=lambda debt: debt.url or None, order_by="title")
    team = LinkColumn(
        _("Team"),
        accessor="team__short_name",
        url=lambda debt: debt.team.get_absolute_url(),
        title=False,
        empty="—",
        order_by="team",
    )
    who = TextColumn(pgettext_lazy("owed", "Responsible"), order_by="who")
    since = DateColumn(pgettext_lazy("owed", "Since"), order_by="since")
    due_on = DateColumn(_("Due"), empty="—", order_by="due_on")
    days = DaysColumn(
        pgettext_lazy("owed", "Days"), accessor="days_words", order_by="days", initial_sort_descending=True
    )

    class Meta:
        order_by = "-days"

    is_grouped = True

    def group(self, debt: Debt) -> str:
        """The two groups."""
        return str(OFFICE if debt.by_office else OTHERS)


class DebtListView(ChosenActionMixin, ComputedListMixin, LeanTableMixin, TemplateView):
    """Everything owed that the reader may know of, longest overdue first."""

    table_class = DebtTable
    template_name = "teams/debts.html"
    sorts = SORTS
    heading = pgettext_lazy("owed", "Outstanding items")
    empty_title = pgettext_lazy("owed", "Nothing is outstanding")
    empty_how = _("Reports, answers and decisions that are due appear here until they are done.")

    @cached_property
    def moment(self) -> datetime:
        """The moment of the request."""
        return now()

    @cached_property
    def debts(self) -> list[Debt]:
        return debts_of(self.action, reader=self.request.user, now=self.moment) if self.action else []

    @cached_property
    def filterset(self) -> Narrowing:
        """The filters of the address."""
        return Narrowing(DebtFilterForm(self.request.GET))

    def rows(self) -> Iterable[Debt]:
        """The filtered debts."""
        return filter(self.filterset.leaves, self.debts)

    def narrow(self) -> list[Debt]:
        """Those of the office last."""
        return sorted(super().narrow(), key=lambda debt: debt.by_office)

    def get_chips(self) -> list[Chip]:
        """Chips for all debts, overdue ones, and each group, with counts."""
        current = self.filterset.asked.get("side", "")
        return [
            Chip(
                str(words),
                self.address(side=side or None),
                sum(self.filterset.leaves(debt, side=side) for debt in self.debts),
                lamp="red" if side == "over" else "",
                current=side == current,
            )
            for side, words in SIDE_WORDS.items()
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chat_url = f"{reverse('chat_text')}?{urlencode(self.filterset.asked)}"
        return super().get_context_data(filter=self.filterset, day=self.moment.date(), chat_url=chat_url, **kwargs)
