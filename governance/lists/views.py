"""Pages that show a list: what may be seen, filtered, sorted, one page of it, whole or as a fragment.

class TaskListView(VisibleMixin, LeanTableMixin, FilterView):
    table_class = TaskTable
    filterset_class = TaskFilter
    queryset = Task.objects.for_list()
    heading = _("Key tasks")
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from django.core.paginator import Page
from django.db.models import F, QuerySet
from django.db.models.expressions import Combinable
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext
from django_htmx.http import push_url
from django_tables2.columns import BoundColumn

from governance.lists.paging import PAGE_SIZE, KeyPaginator, ordered
from governance.lists.requests import Request, asks_for_list
from governance.lists.tables import LeanTable
from governance.lists.text import Text

if TYPE_CHECKING:
    from django.views.generic import ListView, View
    from django.views.generic.base import TemplateResponseMixin
    from django_filters import FilterSet

    class _Page(TemplateResponseMixin, View):
        def get_queryset(self) -> Any: ...

    class _ListPage(ListView[Any]):
        def get_filterset_class(self) -> type[FilterSet]: ...

        def get_filterset(self, filterset_class: type[FilterSet]) -> FilterSet: ...

else:
    _Page = _ListPage = object

PRINTED_ROWS = 1000
"""Rows that go to paper at once: about forty sheets."""

NOT_NARROWING = ("sort", "page", "print", "format")
"""Parameters of the address that leave every row in the list."""


@dataclass(frozen=True)
class Chip:
    """A one-click filter, with the number of rows it leaves."""

    label: str
    url: str
    count: int | None = None
    lamp: str = ""
    current: bool = False


class VisibleMixin(_Page):
    """Starts from the rows that the person may read (docs/rules.md#reads-and-verbs); for lists and object pages."""

    request: Request

    def get_queryset(self) -> QuerySet[Any]:
        rows: QuerySet[Any] = super().get_queryset().visible_to(self.request.user)
        return rows


class LeanTableMixin(_ListPage):
    """A filtered, sorted and paged LeanTable; put before django-filter's FilterView, or ListView without filters.

    The address holds the whole state: `?q=…&team=…&sort=-due&page=2`. Mistakes in it are tolerated: an unknown sort
    falls back to the list's own, an impossible page to the nearest, an invalid filter shows its error and filters
    nothing.

    `?print=1` shows the rows of all pages up to `PRINTED_ROWS`, and says so when there are more.

    The page's template extends `lists/page.html`; an htmx request for the list alone gets `lists/table.html`. Both see
    `table`, `page` (a Page of rows), `filter` (django-filter's, if any), `chips`, `heading` and `empty_title`. A
    fragment that only sorts or turns pages leaves chips and filters as they stand, and counts nothing for them.
    """

    table_class: type[LeanTable]
    template_name = "lists/page.html"
    strict = False
    page_size = PAGE_SIZE
    heading: Text = ""
    empty_title: Text = ""
    empty_how: Text = ""
    filterset: Any = None

    request: Request
    object_list: QuerySet[Any]

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return push_url(response, self.address()) if self.is_fragment() else response

    def get_template_names(self) -> list[str]:
        return ["lists/table.html"] if self.is_fragment() else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = self.get_table()
        page = self.get_page(table)
        is_fragment = self.is_fragment()
        sorting = self.address(sort=None)
        narrows_anew = is_fragment and not self.keeps_narrowing()
        return super().get_context_data(
            table=table.fill(page.object_list),
            page=page,
            chips=self.get_chips() if narrows_anew or not is_fragment else [],
            heading=self.heading,
            empty_title=self.empty_title,
            empty_how=self.empty_how,
            narrowed=self.is_narrowed(),
            folded=self.count_filters(),
            narrows_anew=narrows_anew,
            is_printed=self.is_printed,
            print_url=self.address(print="1"),
            list_url=self.address(print=None),
            sort_url=f"{sorting}{'&' if '?' in sorting else '?'}sort=",
            **kwargs,
        )

    def narrow(self) -> QuerySet[Any]:
        """Set `object_list` as the address filters it, for code that needs the rows and not the page."""
        if hasattr(self, "get_filterset"):
            self.filterset = self.get_filterset(self.get_filterset_class())
            self.object_list = self.filterset.qs
        else:
            self.object_list = self.get_queryset()
        return self.object_list

    def get_table(self) -> LeanTable:
        """The table, still empty, sorted as the address or else its class says."""
        table = self.table_class([], **self.get_table_kwargs())
        if self.request.GET.get("sort"):
            asked = self.request.GET["sort"].split(",")
            if any(table.may_sort(alias) for alias in asked):
                table.order_by = asked
        return table

    def get_table_kwargs(self) -> dict[str, Any]:
        """More arguments for the table: `exclude`, `sequence`, `extra_columns`."""
        return {}

    def get_page(self, table: LeanTable) -> "Page[Any]":
        """One page of rows, keys first."""
        keys = ordered(self.object_list, self.sorted_fields(table))
        size = PRINTED_ROWS if self.is_printed else self.page_size
        page = KeyPaginator(keys, self.get_rows(), size).get_page(self.request.GET.get("page", 1))
        page.object_list = self.shown(list(page.object_list))
        return page

    def get_rows(self) -> QuerySet[Any]:
        """The visible rows before any filter; the rows of a page are read from them by key."""
        return self.object_list if self.filterset is None else self.filterset.queryset

    def shown(self, rows: Sequence[Any]) -> Sequence[Any]:
        """`rows` with everything that the columns read; a list overrides this to add more."""
        return rows

    def sorted_fields(self, table: LeanTable) -> "list[str | Combinable]":
        """What to order by: the fields of the table's sorted columns, else the queryset's own order."""
        fields = [field for alias in table.order_by or () for field in sorted_by(table.columns[alias.bare])]
        return fields or [*self.object_list.query.order_by] or [*self.object_list.model._meta.ordering]

    def get_chips(self) -> list[Chip]:
        """The chips above the list; their counts come from one grouped query."""
        return []

    def chips_of(self, name: str, words: Mapping[str, Any], counts: Mapping[str, int]) -> list[Chip]:
        """A chip for all rows and one for each value of the parameter `name`, with its word and its count.

        `counts` has the total under "". A value without rows is left out, unless it is chosen.
        """
        chosen = self.request.GET.get(name, "")
        everything = Chip(gettext("All"), self.address(**{name: None}), counts[""], current=not chosen)
        return [everything] + [
            Chip(str(word), self.address(**{name: value}), counts[value], current=value == chosen)
            for value, word in words.items()
            if counts[value] or value == chosen
        ]

    def address(self, **changes: Any) -> str:
        """This list's address with `changes`, on the first page; empty parameters are left out."""
        query = self.request.GET.copy()
        if changes:
            query.pop("page", None)
        for name, value in changes.items():
            query[name] = "" if value is None else value
        for name in list(query):
            if not any(query.getlist(name)):
                del query[name]
        return f"{self.request.path}?{query.urlencode()}" if query else self.request.path

    def is_narrowed(self) -> bool:
        """Whether the address filters the list, so that an empty list may be empty for that reason."""
        return any(value for name, value in self.request.GET.items() if name not in NOT_NARROWING)

    @property
    def is_printed(self) -> bool:
        """Whether the address asks for the printed version."""
        return "print" in self.request.GET

    def count_filters(self) -> int:
        """How many filters are set beside the search; a phone shows this where filters are folded away."""
        if self.filterset is None:
            return 0
        names = [bound.name for bound in self.filterset.form if not bound.is_hidden and bound.name != "q"]
        return sum(bool(self.request.GET.get(name)) for name in names)

    def is_fragment(self) -> bool:
        """Whether htmx asks for the list alone."""
        return asks_for_list(self.request)

    def keeps_narrowing(self) -> bool:
        """Whether the address filters the list as the page does on which htmx asks: only sorting or page differ."""
        shown = urlsplit(self.request.htmx.current_url_abs_path or "")
        return shown.path == self.request.path and _narrowing(QueryDict(shown.query)) == _narrowing(self.request.GET)


def _narrowing(query: QueryDict) -> dict[str, list[str]]:
    """The parameters that filter, without empty ones."""
    return {name: values for name, values in query.lists() if name not in NOT_NARROWING and any(values)}


def sorted_by(bound: BoundColumn) -> "list[str | Combinable]":
    """What a sorted column orders by, in its direction; with a flag, empty values come last."""
    fields = [str(field) for field in bound.order_by]
    flag = getattr(bound.column, "flag", "")
    if not flag:
        return [*fields]
    return [flag, *(F(field[1:]).desc() if field.startswith("-") else F(field).asc() for field in fields)]
