"""Pages that show a list: what may be seen, filtered, sorted, one page of it, whole or as a fragment.

class TaskListView(VisibleMixin, LeanTableMixin, FilterView):
    table_class = TaskTable
    filterset_class = TaskFilter
    queryset = Task.objects.for_list()
    heading = _("Key tasks")
"""

from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page
from django.db.models import QuerySet
from django.db.models.expressions import OrderBy
from django.http import HttpRequest, HttpResponse
from django.utils.cache import patch_vary_headers
from django_htmx.http import push_url

from governance.lists.paging import PAGE_SIZE, KeyPaginator, ordered
from governance.lists.tables import LeanTable

LIST_ID = "list"
"""The id of what a click on a head, a page or a chip replaces."""


@dataclass(frozen=True)
class Chip:
    """A narrowing of a list by one click, with how many rows it leaves."""

    label: str
    url: str
    count: int | None = None
    lamp: str = ""
    current: bool = False


class VisibleMixin:
    """Starts from what the person may read, and from nothing else (MODEL, decision 10); for lists and object pages."""

    request: HttpRequest

    def get_queryset(self) -> QuerySet:
        return super().get_queryset().visible_to(self.request.user)


class LeanTableMixin:
    """A filtered, sorted and paged LeanTable; put before django-filter's FilterView, or ListView where nothing filters.

    The address holds everything: `?q=…&team=…&sort=-due&page=2`. What it holds wrongly is forgiven: an unknown sort is
    the list's own, an impossible page the nearest, an impossible filter is shown with its error and narrows nothing.

    The page's template extends `lists/page.html`; a request by htmx for the list alone gets `lists/table.html`. Both
    see `table`, `page` (a Page of rows), `filter` (django-filter's, if any), `chips`, `heading` and `empty_title`.
    """

    table_class: type[LeanTable]
    template_name = "lists/page.html"
    strict = False
    page_size = PAGE_SIZE
    heading = ""
    empty_title = ""
    empty_how = ""

    request: HttpRequest

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().get(request, *args, **kwargs)
        patch_vary_headers(response, ["HX-Request", "HX-Target"])
        return push_url(response, self.address()) if self.is_fragment() else response

    def get_template_names(self) -> list[str]:
        return ["lists/table.html"] if self.is_fragment() else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        table = self.get_table()
        page = self.get_page(table)
        return super().get_context_data(
            table=table.fill(page.object_list),
            page=page,
            chips=self.get_chips(),
            heading=self.heading,
            empty_title=self.empty_title,
            empty_how=self.empty_how,
            narrowed=self.is_narrowed(),
            **kwargs,
        )

    def get_table(self) -> LeanTable:
        """The table, empty, sorted as the address asks or else as its class says."""
        table = self.table_class([], **self.get_table_kwargs())
        if self.request.GET.get("sort"):
            asked = self.request.GET["sort"].split(",")
            if any(table.may_sort(alias) for alias in asked):
                table.order_by = asked
        return table

    def get_table_kwargs(self) -> dict[str, Any]:
        """More arguments for the table: `exclude`, `sequence`, `extra_columns`."""
        return {}

    def get_page(self, table: LeanTable) -> Page:
        """One page of rows, keys first."""
        keys = ordered(self.object_list, self.sorted_fields(table))
        return KeyPaginator(keys, self.get_rows(), self.page_size).get_page(self.request.GET.get("page", 1))

    def get_rows(self) -> QuerySet:
        """Where the rows of a page are read from: the visible rows before any filter."""
        found = getattr(self, "filterset", None)
        return found.queryset if found is not None else self.object_list

    def sorted_fields(self, table: LeanTable) -> list[str | OrderBy]:
        """What to order by: the fields of the table's sorted columns, else the queryset's own order."""
        fields = [str(field) for alias in table.order_by or () for field in table.columns[alias.bare].order_by]
        return fields or list(self.object_list.query.order_by or self.object_list.model._meta.ordering)

    def get_chips(self) -> list[Chip]:
        """Narrowings shown above the list; their counts come from one grouped query."""
        return []

    def address(self, **changes: Any) -> str:
        """This list's address with `changes` made, back on its first page; empty parameters are left out."""
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
        """Whether the address narrows the list, so that an empty one may be empty for that reason."""
        return any(value for name, value in self.request.GET.items() if name not in ("sort", "page"))

    def is_fragment(self) -> bool:
        """Whether htmx asks for the list alone."""
        htmx = self.request.htmx
        return bool(htmx) and htmx.target == LIST_ID and not htmx.history_restore_request
