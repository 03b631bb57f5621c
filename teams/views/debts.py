"""Who owes what (docs/rules.md#notices): every debt with days, name and link, including the office's own."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cached_property
from html import escape
from typing import Any

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.clock import now
from governance.lists.columns import CheckColumn, DateColumn, LeanColumn, LinkColumn
from governance.lists.requests import Request
from governance.lists.tables import LeanTable
from governance.lists.text import short_date
from governance.lists.views import Chip, LeanTableMixin
from governance.people.permissions import may
from governance.records.list_views import ComputedListMixin

from ..debts.chasing import Chased, Chases, chase_debts, chases_of
from ..debts.debts import Debt, read_debts, whole_debts
from ..debts.reader import DebtReader
from ..filters.debt import OFFICE, OTHERS, SIDE_WORDS, SIDES, DebtFilterForm, Narrowing
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


class WhoColumn(LeanColumn):
    """Who owes, by name; for the office with phones that can be called."""

    phones = False

    def text(self, value: str, record: Debt) -> str:
        return value

    def html(self, value: str, record: Debt) -> str:
        if not (self.phones and record.debtors):
            return escape(value)
        lines = [f"{escape(str(debtor))}{_phone(debtor.user.phone)}" for debtor in record.debtors]
        return "".join(f"<div>{line}</div>" for line in lines)


def _phone(number: str) -> str:
    called = "".join(letter for letter in number if letter.isdigit() or letter == "+")
    return f' <a class="nowrap" href="tel:{called}">{escape(number)}</a>' if called else ""


class ChasedColumn(LeanColumn):
    """How often an item was chased and whether that was read, with a button to chase it now."""

    known: Mapping[str, Chases] = {}

    def text(self, value: str, record: Debt) -> str:
        chases = self.known.get(value)
        return f"{_chased_words(chases)} {_read_words(chases)}" if chases else ""

    def html(self, value: str, record: Debt) -> str:
        chases = self.known.get(value)
        words = ""
        if chases:
            read = f'<span class="caption table-note">{escape(_read_words(chases))}</span>'
            words = f"<div>{escape(_chased_words(chases))}{read}</div>"
            if chases.last == record.on:
                return words
        named = gettext("Remind: %(what)s") % {"what": " ".join((record.title, record.team_name))}
        return words + format_html(
            '<button class="{}" form="bulk" name="only" value="{}" aria-label="{}">{}</button>',
            "button button-small",
            value,
            named,
            gettext("Remind"),
        )


def _chased_words(chases: Chases) -> str:
    words = ngettext("reminded on %(day)s", "reminded %(count)d times, last on %(day)s", len(chases.days))
    return words % {"count": len(chases.days), "day": short_date(chases.last)}


def _read_words(chases: Chases) -> str:
    if chases.read == chases.told:
        return gettext("read")
    if not chases.read:
        return gettext("not read yet")
    return gettext("read by %(read)d of %(told)d") % {"read": chases.read, "told": chases.told}


class DebtTable(LeanTable):
    """Debts: those of teams and departments, then those of the office."""

    check = CheckColumn(accessor="chase_key", named="title")
    title = LinkColumn(pgettext_lazy("owed", "Item"), url=lambda debt: debt.url or None, order_by="title")
    team = LinkColumn(
        _("Team"),
        accessor="team__short_name",
        url=lambda debt: debt.team.get_absolute_url(),
        title=False,
        empty="—",
        order_by="team",
    )
    who = WhoColumn(pgettext_lazy("owed", "Responsible"), order_by="who")
    since = DateColumn(pgettext_lazy("owed", "Since"), order_by="since")
    due_on = DateColumn(_("Due"), empty="—", order_by="due_on")
    days = DaysColumn(
        pgettext_lazy("owed", "Days"), accessor="days_words", order_by="days", initial_sort_descending=True
    )
    chased = ChasedColumn(_("Reminders"), accessor="chase_key", orderable=False)

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
    def reader(self) -> DebtReader | None:
        """What reads the debts for this person; None while there is no action."""
        return DebtReader(self.action, self.request.user, self.moment) if self.action else None

    @cached_property
    def debts(self) -> list[Debt]:
        """All debts; the rows that only one page shows are read with that page."""
        by_name = any(alias.bare == "who" for alias in self.get_table().order_by or ())
        return read_debts(self.reader, whole=by_name or self.filterset.reads_words) if self.reader else []

    @cached_property
    def may_chase(self) -> bool:
        """Whether this person sends reminders and sees what became of them."""
        return self.action is not None and may(self.request.user, "chase_debts", self.action)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Remind whoever owes the ticked items, or the one whose button was pressed."""
        keys = request.POST.getlist("only") or request.POST.getlist("row")
        if self.action is None:
            raise Http404
        if not keys:
            messages.error(request, gettext("Select at least one row first."))
        else:
            for level, words in _outcome(chase_debts(self.action, keys, by=request.user, at=self.moment)):
                messages.add_message(request, level, words)
        return redirect(request.get_full_path())

    def get_table_kwargs(self) -> dict[str, Any]:
        hidden = () if self.may_chase and not self.is_printed else ("check",)
        return {**super().get_table_kwargs(), "exclude": hidden if self.may_chase else ("check", "chased")}

    def get_page(self, table: LeanTable) -> Page[Debt]:
        page = super().get_page(table)
        page.object_list = self.whole(list(page.object_list))
        self.add_chases(table, page.object_list)
        return page

    def lines(self, table: LeanTable, rows: Any) -> Iterable[list[str]]:
        rows = self.whole(rows)
        self.add_chases(table, rows)
        return super().lines(table, rows)

    def whole(self, debts: Sequence[Debt]) -> list[Debt]:
        """The debts with what their columns read."""
        return whole_debts(debts, self.reader) if self.reader else []

    def add_chases(self, table: LeanTable, rows: Sequence[Debt]) -> None:
        """Tell the columns about reminders and phones, where this person may know them."""
        if self.may_chase and self.reader:
            table.columns["chased"].column.known = chases_of(rows, self.reader)
            table.columns["who"].column.phones = True

    @cached_property
    def filterset(self) -> Narrowing:
        """The filters of the address."""
        return Narrowing(DebtFilterForm(self.request.GET))

    def rows(self) -> Iterable[Debt]:
        """The filtered debts."""
        return filter(self.filterset.is_of_side, self.of_any_side)

    @cached_property
    def of_any_side(self) -> list[Debt]:
        """The debts that the address leaves beside its side."""
        return self.filterset.whichever_side(self.debts)

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
                sum(map(SIDES[side], self.of_any_side)),
                lamp="red" if side == "over" else "",
                current=side == current,
            )
            for side, words in SIDE_WORDS.items()
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        chat_url = f"{reverse('chat_text')}?{urlencode(self.filterset.asked)}"
        bar = "teams/_chase_bar.html" if self.may_chase and not self.is_printed else ""
        return super().get_context_data(
            filter=self.filterset, day=self.moment.date(), chat_url=chat_url, bar=bar, **kwargs
        )


def _outcome(chased: Chased) -> Iterator[tuple[int, str]]:
    """What chasing did, as messages with their levels."""
    if chased.items:
        words = ngettext("%(items)d item: ", "%(items)d items: ", chased.items) % {"items": chased.items}
        told = ngettext("%(people)d notice was sent.", "%(people)d notices were sent.", chased.people)
        yield messages.SUCCESS, words + told % {"people": chased.people}
    if chased.again:
        words = ngettext(
            "%(n)d item was already chased today; nobody is told twice a day.",
            "%(n)d items were already chased today; nobody is told twice a day.",
            chased.again,
        )
        yield messages.INFO, words % {"n": chased.again}
    if chased.without:
        words = ngettext(
            "%(n)d item is owed by nobody with an account: call them.",
            "%(n)d items are owed by nobody with an account: call them.",
            chased.without,
        )
        yield messages.WARNING, words % {"n": chased.without}
    if chased.done:
        words = ngettext("%(n)d item is no longer outstanding.", "%(n)d items are no longer outstanding.", chased.done)
        yield messages.INFO, words % {"n": chased.done}
