"""The burden meter: what reports ask of each team, and what of it nobody needed (docs/rules.md#reporting-burden)."""

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.core.paginator import Page, Paginator
from django.http import StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from governance.charts import Columns, columns_of
from governance.clock import now, today
from governance.lists.requests import Request
from governance.lists.tables import LeanTable
from governance.lists.text import Text
from governance.lists.views import PRINTED_ROWS, LeanTableMixin
from governance.people.permissions import may
from governance.records.export_log import export_list
from governance.records.list_views import FORMATS, ExportingMixin

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
    Field.NUMBER: (_("Percent or count"), _("one for each row that changed")),
    Field.TEXT: (_("What was done and achieved"), _("one for each row that changed")),
    Field.REASON: (_("Why it went down"), _("one for each reason given")),
    Field.NO_CHANGE: (_("No change this period"), _("one tap for each such row")),
    Field.CLOSE_OUT: (_("Close-out asked in a row"), _("one each")),
    Field.EXTENSION: (_("New due date asked in a row"), _("two each: day and reason")),
    Field.MATTER: (_("Matters for coordination"), _("one for the words, one for the department")),
    Field.STEP: (_("Next steps"), _("one for the words, one for the date")),
    Field.OUTCOME: (_("What became of last time's steps"), _("one each, one more for a reason")),
    Field.AGAIN: (_("Rows returned for revision"), _("one for each row that was written again")),
}
"""The label of each kind of field, and how it is counted."""

ADVICE_WORDS = {
    Advice.READ_OR_STOP: _(
        "%(count)s fields were read by nobody outside their team: open these reports, or stop asking for them."
    ),
    Advice.LONGER_RHYTHM: _(
        "%(share)s %% of all rows said “no change”: a longer rhythm of reports would ask for less and lose nothing."
    ),
    Advice.FEWER_NUMBERS: _(
        "%(share)s %% of the numbers were left as they stood: ask for a number only where the plan moves this period."
    ),
    Advice.NOTHING: _("What was asked was used: nothing stands out that could be asked less often."),
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


class BurdenView(AwaitsActionMixin, ExportingMixin, LeanTableMixin, TemplateView):
    """Fields asked of each team in a month, against the limit of the action; for the office and the leaders."""

    table_class = BurdenTable
    template_name = "overview/burden.html"
    heading = _("Burden meter")
    empty_title = _("No teams yet")

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
            asked = date.fromisoformat(f"{self.request.GET.get('month', '')}-01")
        except ValueError:
            asked = today()
        return Month.of(min(max(asked, FIRST), today()))

    def narrow(self) -> list[TeamBurden]:
        """The teams in the requested order."""
        rows = list(self.burden.rows)
        for alias in reversed(self.get_table().order_by or ()):
            rows.sort(key=SORTS[alias.bare], reverse=alias.is_descending)
        return rows

    def get_page(self, table: LeanTable) -> Page:
        """One page of the teams."""
        size = PRINTED_ROWS if self.is_printed else self.page_size
        return Paginator(self.narrow(), size).get_page(self.request.GET.get("page", 1))

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

    def export(self, rows: Sequence[TeamBurden], file_format: str) -> StreamingHttpResponse:
        """The teams as a file; the export is recorded in the audit log."""
        narrowed = {"month": self.month.code}
        export_list(
            "burden", file_format=file_format, rows=len(rows), narrowed=narrowed, by=self.request.user, at=now()
        )
        table, kind = self.get_table(), FORMATS[file_format]
        written = kind.write(table.text_heads(), list(table.text_rows(rows)), str(self.heading))
        response = StreamingHttpResponse(written, content_type=kind.media_type)
        name = f"{self.heading} {self.month.code}.{file_format}"
        response["Content-Disposition"] = content_disposition_header(True, name)
        return response


FIRST = date(2000, 1, 1)
"""The earliest month."""


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
