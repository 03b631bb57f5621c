"""Exporting a list, and acting on many of its rows at once.

class ExtensionListView(VisibleMixin, BulkMixin, ExportingMixin, LeanTableMixin, FilterView):
    bulk_actions = (Grant, Refuse)
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import islice
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import get_language, gettext, override
from django.utils.translation import gettext_lazy as _

from governance.clock import now, today
from governance.lists.addresses import number_in
from governance.lists.paging import kept_count, ordered
from governance.lists.requests import Request
from governance.lists.tables import LeanTable
from governance.lists.text import Text
from governance.lists.views import NOT_NARROWING, PRINTED_ROWS, LeanTableMixin

from .export_file import FORMATS, exported_file
from .form_verbs import show_refusal
from .person import Person
from .refusals import Refused

Row = TypeVar("Row", bound=Model)

READ_AT_ONCE = 1000
"""Rows of an export that are read together; no more are in memory."""

BULK_ROWS = 500
"""The most rows for one action: as many as a person can check and one transaction can handle."""


class ExportingMixin(LeanTableMixin):
    """A list that can be exported as shown, filtered and sorted, with all its pages: `?format=xlsx` or `csv`.

    The rows are those of the page, from `visible_to` on, so that there is no second permission to maintain. They are
    streamed: memory does not grow with the list. Put before LeanTableMixin.
    """

    export_related: tuple[str, ...] = ()
    """What an export reads once per batch instead of joining it to every row: values that many rows share."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The file if the address names a format, otherwise the page."""
        if request.GET.get("format") in FORMATS:
            return self.export(self.narrow(), request.GET["format"])  # type: ignore[return-value]  # streams
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the addresses of the exports."""
        exports = [(name.upper(), self.address(format=name)) for name in FORMATS]
        return super().get_context_data(exports=exports, **kwargs)

    def export(self, rows: Any, file_format: str) -> StreamingHttpResponse:
        """`rows` as a file; the export is recorded in the audit log."""
        table = self.get_table()
        return exported_file(
            self.request,
            table.text_heads(),
            self.lines(table, rows),
            heading=str(self.heading),
            count=self.number_of(rows),
            file_format=file_format,
            narrowed=self.narrowing(),
            period=self.export_time(),
        )

    def narrowing(self) -> dict[str, str]:
        """The filters of the address, as the audit log keeps them."""
        return {name: str(value) for name, value in self.request.GET.items() if value and name not in NOT_NARROWING}

    def export_time(self) -> str:
        """The day or the month in the name of the file."""
        return today().isoformat()

    def number_of(self, rows: Any) -> int:
        """How many rows are exported."""
        return kept_count(rows)

    def lines(self, table: LeanTable, rows: Any) -> Iterable[list[str]]:
        """The lines of an export."""
        rows = ordered(rows, self.sorted_fields(table))
        if self.export_related:
            rows = rows.select_related(None).prefetch_related(*self.export_related)
        return self.written(table, rows, str(get_language()))

    def written(self, table: LeanTable, rows: QuerySet[Any], language: str) -> Iterator[list[str]]:
        """The lines of an export in the reader's language, whichever language is active while they are streamed."""
        found = iter(rows.iterator(chunk_size=READ_AT_ONCE))
        while batch := list(islice(found, READ_AT_ONCE)):
            with override(language):
                lines = list(table.text_rows(self.shown(batch)))
            yield from lines


class ComputedListMixin(ExportingMixin):
    """A list of few rows that are computed and stand in no table: sorted here, paged and exported like any other."""

    sorts: ClassVar[Mapping[str, Callable[[Any], Any]]]
    """The sort key of each column."""

    def rows(self) -> Iterable[Any]:
        """The filtered rows."""
        raise NotImplementedError

    def narrow(self) -> Any:
        """The filtered rows in the requested order."""
        rows = list(self.rows())
        for alias in reversed(self.get_table().order_by or ()):
            rows.sort(key=self.sorts[alias.bare], reverse=alias.is_descending)
        return rows

    def get_page(self, table: LeanTable) -> "Page[Any]":
        """One page of them."""
        size = PRINTED_ROWS if self.is_printed else self.page_size
        return Paginator(self.narrow(), size).get_page(self.request.GET.get("page", 1))

    def number_of(self, rows: Any) -> int:
        return len(rows)

    def lines(self, table: LeanTable, rows: Any) -> Iterable[list[str]]:
        return list(table.text_rows(rows))


class Done(NamedTuple):
    """What an action on many rows did, as a sentence, and the address to undo it, if possible; or a file to send."""

    message: str
    undo: str = ""
    response: HttpResponseBase | None = None


class BulkAction(Generic[Row]):
    """An action on many rows of a list; a subclass names the verb and its texts.

    All or nothing: if one row is refused nothing is done, and the refusal names the row.
    """

    name = ""
    label: Text = ""
    form_class: type[Form] = Form
    dangerous = False
    most = BULK_ROWS
    """The most rows it accepts."""

    def __init__(self, request: Request) -> None:
        self.request = request

    def is_offered(self) -> bool:
        """Whether this person may use it at all."""
        raise NotImplementedError

    def get_form(self, rows: Sequence[Row], data: Mapping[str, Any] | None) -> Form:
        """A form for further input, shown on the confirmation page."""
        return self.form_class(data)

    def hindrance(self, row: Row, at: datetime) -> str:
        """Why it cannot be applied to this row, as a sentence; empty when it can."""
        return ""

    def consequences(self, rows: Sequence[Row]) -> list[str]:
        """What will happen, as sentences."""
        raise NotImplementedError

    def act(self, rows: Sequence[Row], data: dict[str, Any], *, by: Person, at: datetime) -> Done:
        raise NotImplementedError


@dataclass(frozen=True)
class Chosen:
    """The chosen rows, whether all rows of the list were chosen, and their state."""

    rows: Sequence[Model]
    all_of_list: bool

    @property
    def mark(self) -> str:
        """Changes when other rows are chosen or one of them has changed."""
        seen = [(row.pk, getattr(row, "version", None), getattr(row, "read_at", None)) for row in self.rows]
        return hashlib.sha256(repr(seen).encode()).hexdigest()[:32]


class BulkMixin(LeanTableMixin):
    """A list whose rows can be selected and acted on together; put before ExportingMixin.

    A POST to the list's own address names an action and rows, or all rows that match the filters in the address. The
    response is a page that says what will happen to which rows, and which cannot be included and why. Only the form on
    that page acts, and only while the rows are in the state it showed. Works without scripts.
    """

    bulk_actions: tuple[type[BulkAction[Any]], ...] = ()

    def get_bulk_actions(self) -> list[BulkAction[Any]]:
        """The actions that this person may use here."""
        return [action for action in (kind(self.request) for kind in self.bulk_actions) if action.is_offered()]

    def get_table_kwargs(self) -> dict[str, Any]:
        """Hide the checkboxes where no action is available."""
        kwargs = super().get_table_kwargs()
        if self.can_act:
            return kwargs
        return {**kwargs, "exclude": (*kwargs.get("exclude", ()), "check")}

    @cached_property
    def offered(self) -> list[BulkAction[Any]]:
        """The actions of this page; none on paper."""
        return [] if self.is_printed else self.get_bulk_actions()

    @property
    def can_act(self) -> bool:
        """Whether rows can be selected."""
        return bool(self.offered)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(actions=self.offered, **kwargs)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask for confirmation, or act."""
        self.narrow()
        action = next((each for each in self.get_bulk_actions() if each.name == request.POST.get("action")), None)
        if action is None:
            return self.back(_("You are not allowed to do this. If you need to, contact the special office."))
        chosen = self.chosen(action.most)
        if not chosen.rows:
            return self.back(_("Select at least one row first."))
        if len(chosen.rows) > action.most:
            return self.back(_("At most %(most)s rows at once. Narrow down the list first.") % {"most": action.most})
        return self.carry_out(action, chosen) if "mark" in request.POST else self.confirm(action, chosen)

    def back(self, complaint: Text) -> HttpResponse:
        """Redirect to the list, with the error."""
        messages.error(self.request, complaint)
        return HttpResponseRedirect(self.request.get_full_path())

    def chosen(self, most: int) -> Chosen:
        """The visible rows among those requested; one more than `most` shows that there are too many."""
        if self.request.POST.get("all"):
            rows, all_of_list = self.object_list, True
        else:
            keys = [key for text in self.request.POST.getlist("row") if (key := number_in(text)) is not None]
            rows, all_of_list = self.get_rows().filter(pk__in=keys), False
        rows = ordered(rows, self.sorted_fields(self.get_table()))
        return Chosen(list(rows[: most + 1]), all_of_list)

    def confirm(
        self,
        action: BulkAction[Any],
        chosen: Chosen,
        form: Form | None = None,
        *,
        warning: Text = "",
        status: int = 200,
    ) -> HttpResponse:
        """The confirmation page: what will happen to which rows, and which cannot be included."""
        at = now()
        hindered = [(row, why) for row in chosen.rows if (why := action.hindrance(row, at))]
        kept_out = {row.pk for row, _why in hindered}
        able = [row for row in chosen.rows if row.pk not in kept_out]
        context = {
            "heading": action.label,
            "action": action,
            "chosen": chosen,
            "form": form or action.get_form(able, None),
            "able": able,
            "hindered": hindered,
            "consequences": action.consequences(able) if able else [],
            "warning": warning,
            "cancel_url": self.request.get_full_path(),
        }
        return render(self.request, "lists/bulk.html", context, status=status)

    def carry_out(self, action: BulkAction[Any], chosen: Chosen) -> HttpResponseBase:
        """Act if the rows are still as shown; otherwise show them again."""
        if self.request.POST["mark"] != chosen.mark:
            changed = gettext(
                "The rows have changed since you selected them. This is their current state; check again."
            )
            return self.confirm(action, chosen, warning=changed, status=409)
        form = action.get_form(chosen.rows, self.request.POST)
        if not form.is_valid():
            return self.confirm(action, chosen, form, status=422)
        try:
            done = action.act(chosen.rows, form.cleaned_data, by=self.request.user, at=now())
        except Refused as refusal:
            show_refusal(form, refusal)
            return self.confirm(action, chosen, form, status=refusal.status)
        if done.response is not None:
            return done.response
        messages.success(self.request, done.message, extra_tags=f"undo:{done.undo}" if done.undo else "")
        return HttpResponseRedirect(self.request.get_full_path())
