"""The burden meter: what reports ask of each team, and what of it nobody needed (docs/rules.md#reporting-burden)."""

from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http.response import HttpResponseBase
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.charts import Columns, columns_of
from governance.clock import today
from governance.lists.addresses import day_in
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.lists.views import LeanTableMixin
from governance.people.permissions import may
from governance.records.list_views import ComputedListMixin

from ..reports.burden import Burden, Month, TeamBurden, burden_of
from ..rules.burden import Advice, Field, Tally, advice_on, share
from ..tables.burden import BurdenTable
from .rows import AwaitsActionMixin

SORTS: dict[str, Callable[[TeamBurden], Any]] = {
    "team": lambda row: row.team.order,
    "reports": lambda row: row.tally.reports,
    "fields_asked": lambda row: row.tally.fields,
    "before": lambda row: row.before.fields,
    "left": lambda row: row.tally.left,
    "unchanged": lambda row: row.tally.unchanged,
    "never_read": lambda row: row.tally.never_read,
}
"""The sort key of each column."""

FIELD_WORDS = {
    Field.NUMBER: (_("Percent or count"), _("one per changed row")),
    Field.TEXT: (_("What was done and what it achieved"), _("one per changed row")),
    Field.REASON: (_("Why progress went down"), _("one per reason")),
    Field.NO_CHANGE: (_("No change this period"), _("one tap per row")),
    Field.CLOSE_OUT: (_("Close-out requested in a row"), _("one each")),
    Field.EXTENSION: (_("New due date requested in a row"), _("two each: date and reason")),
    Field.MATTER: (_("Matters for coordination"), _("two each: text and department")),
    Field.STEP: (_("Next steps"), _("two each: text and date")),
    Field.OUTCOME: (_("What became of last time's steps"), _("one each, plus one for a reason")),
    Field.AGAIN: (_("Rows returned for revision"), _("one per row rewritten")),
}
"""The label of each kind of field, and how it is counted."""

ADVICE_WORDS = {
    Advice.READ_OR_STOP: _(
        "%(count)s fields were not read by anyone outside the team: read these reports, or stop requiring them."
    ),
    Advice.LONGER_RHYTHM: _(
        "%(share)s%% of all rows were “no change”: a longer reporting period would mean fewer fields without "
        "losing information."
    ),
    Advice.FEWER_NUMBERS: _(
        "%(share)s%% of the numbers were left as prefilled: require a number only where the plan changes in "
        "this period."
    ),
    Advice.NOTHING: _("Everything that teams filled in was used: there is no obvious field to leave out."),
}


class FieldRow(NamedTuple):
    """A kind of field, for all teams of the month."""

    label: Text
    how: Text
    asked: int
    never_read: int

    @property
    def is_unread(self) -> bool:
        """Whether it was asked and nobody read any of it."""
        return 0 < self.asked == self.never_read


class BurdenView(AwaitsActionMixin, ComputedListMixin, LeanTableMixin, TemplateView):
    """Fields asked of each team in a month, against the limit of the action; for the office and the leaders."""

    table_class = BurdenTable
    template_name = "overview/burden.html"
    heading = _("Burden meter")
    empty_title = _("No teams yet")
    sorts = SORTS

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not may(request.user, "read_burden"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def burden(self) -> Burden:
        """The burden in the month of the address."""
        return burden_of(self.action, self.month)

    @cached_property
    def month(self) -> Month:
        """`?month=2026-10`; the present month without it, or for a future one."""
        try:
            asked = day_in(f"{self.request.GET.get('month', '')}-01")
        except ValueError:
            asked = today()
        return Month.of(min(asked, today()))

    def rows(self) -> Iterable[TeamBurden]:
        """The teams."""
        return self.burden.rows

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        burden = self.burden
        return super().get_context_data(
            burden=burden,
            month=self.month,
            is_running=self.month.last >= today(),
            columns=trend_columns(burden),
            trend=list(zip(burden.trend, trend_columns(burden).columns, strict=True)),
            kinds=list(kinds_of(burden.now.tally)),
            advice=list(advice_words(burden.now.tally)),
            later=self.month.next if self.month.next.first <= today() else None,
            may_keep=may(self.request.user, "keep_teams"),
            **kwargs,
        )

    def narrowing(self) -> dict[str, str]:
        """The month, also where the address names none."""
        return {"month": self.month.code}

    def export_time(self) -> str:
        return self.month.code


def trend_columns(burden: Burden) -> Columns:
    """The columns of the months, with the limit."""
    return columns_of([int(each.average) for each in burden.trend], limit=burden.action.fields_per_month)


def kinds_of(tally: Tally) -> Iterator[FieldRow]:
    """The kinds of fields that were asked, in the order of the form."""
    for kind, (label, how) in FIELD_WORDS.items():
        if tally.asked[kind]:
            yield FieldRow(label, how, tally.asked[kind], tally.unread[kind])


def advice_words(tally: Tally) -> Iterator[str]:
    """The advice that the numbers give, as sentences."""
    rows = tally.unchanged + tally.asked[Field.TEXT]
    numbers = {
        Advice.READ_OR_STOP: {"count": tally.never_read},
        Advice.LONGER_RHYTHM: {"share": round(share(tally.unchanged, rows))},
        Advice.FEWER_NUMBERS: {"share": round(share(tally.left, tally.asked[Field.NUMBER]))},
        Advice.NOTHING: {},
    }
    for advice in advice_on(tally):
        yield str(ADVICE_WORDS[advice]) % numbers[advice]
