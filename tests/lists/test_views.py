"""A list page: what may be seen, filtered, sorted, paged; whole or as a fragment."""

import django_filters as filters
import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.core.cache import cache
from django.db import models
from django.template import Context
from django.template.loader import get_template
from django.template.response import TemplateResponse
from django.views.generic.list import BaseListView
from django_filters.views import FilterView
from django_htmx.middleware import HtmxDetails

from governance.lists.columns import DateColumn, LinkColumn, TextColumn
from governance.lists.tables import LeanTable
from governance.lists.views import Chip, LeanTableMixin, VisibleMixin

pytestmark = pytest.mark.django_db


class EntryTable(LeanTable):
    what = LinkColumn("What", accessor="object_repr", url=lambda entry: f"/entries/{entry.pk}/")
    number = TextColumn("Number", accessor="object_id", empty="—")
    by = TextColumn("By", accessor="user__username")
    at = DateColumn("At", accessor="action_time")

    class Meta:
        order_by = "what"


class EntryFilter(filters.FilterSet):
    q = filters.CharFilter(field_name="object_repr", lookup_expr="contains", label="Search")
    kind = filters.ChoiceFilter(field_name="action_flag", choices=[(1, "Added"), (2, "Changed")], label="Kind")

    class Meta:
        model = LogEntry
        fields: list[str] = []


class EntryList(LeanTableMixin, FilterView):
    table_class = EntryTable
    filterset_class = EntryFilter
    queryset = LogEntry.objects.select_related("user")
    heading = "Entries"


@pytest.fixture(autouse=True)
def nothing_remembered():
    cache.clear()


@pytest.fixture
def person():
    return get_user_model().objects.create(username="writer")


@pytest.fixture
def entries(person):
    """A function that fills the log with so many entries, every second one a change."""

    def write(count: int) -> None:
        LogEntry.objects.bulk_create(
            LogEntry(
                user=person,
                object_id=f"{999 - number}" if number % 4 else None,
                object_repr=f"entry {number:03}",
                action_flag=1 + number % 2,
            )
            for number in range(count)
        )

    return write


@pytest.fixture
def shown(rf, person):
    """A function that asks for the list and answers with the view's response."""

    def show(query: str = "", view: type = EntryList, **headers: str):
        request = rf.get(f"/entries/{query}", headers=headers)
        request.user = person
        request.htmx = HtmxDetails(request)
        return view.as_view()(request)

    return show


def html_of(response) -> str:
    """The fragment of a response by itself, without what the masthead asks for."""
    context = {**response.context_data, "request": response._request}
    return get_template("lists/table.html").template.render(Context(context))


def names(response) -> list[str]:
    return [row.object_repr for row in response.context_data["page"]]


FRAGMENT = {"HX-Request": "true", "HX-Target": "list"}


def test_the_list_has_its_own_order_and_fifty_rows(entries, shown):
    entries(60)
    response = shown()
    assert names(response) == [f"entry {number:03}" for number in range(50)]
    assert response.context_data["page"].paginator.count == 60


def test_the_address_sorts_with_empty_values_last(entries, shown):
    entries(8)
    assert names(shown("?sort=number"))[:2] == ["entry 007", "entry 006"]
    assert set(names(shown("?sort=number"))[-2:]) == {"entry 000", "entry 004"}
    assert set(names(shown("?sort=-number"))[-2:]) == {"entry 000", "entry 004"}


@pytest.mark.parametrize("query", ["?sort=nothing", "?sort=-", "?page=x", "?page=999", "?kind=7", "?page=-1&sort=,,"])
def test_what_the_address_says_wrongly_is_forgiven(entries, shown, query):
    entries(3)
    assert names(shown(query)) == ["entry 000", "entry 001", "entry 002"]


def test_filters_narrow_and_survive_sorting_and_paging(entries, shown):
    entries(130)
    response = shown("?kind=2&sort=-what&page=2", **FRAGMENT)
    assert names(response)[0] == "entry 029"
    html = html_of(response)
    assert "?kind=2&amp;sort=what" in html
    assert "?kind=2&amp;sort=-what&amp;page=1" in html


def test_htmx_gets_the_list_alone_and_its_clean_address(entries, shown):
    entries(3)
    response = shown("?q=&kind=1", **FRAGMENT)
    assert response.template_name == ["lists/table.html"]
    assert response["HX-Push-Url"] == "/entries/?kind=1"
    assert "HX-Request" in response["Vary"]
    assert html_of(response).strip().startswith('<div class="swapped" id="list">')


def test_a_fragment_that_only_sorts_or_turns_the_page_counts_nothing_for_the_chips(entries, shown):
    entries(60)

    class Chipped(EntryList):
        def get_chips(self):
            return [Chip("Changed", "/entries/?kind=2", 30)]

    shown_now = {**FRAGMENT, "HX-Current-URL": "http://testserver/entries/?kind=1&q=&page=2"}
    for query, counts in (("?kind=1&sort=what", False), ("?kind=1&page=1", False), ("?kind=2", True), ("?q=a", True)):
        response = shown(query, Chipped, **shown_now)
        assert bool(response.context_data["chips"]) == counts
        assert ('id="chips" hx-swap-oob="true"' in html_of(response)) == counts, query
    assert shown("?kind=1", Chipped).context_data["chips"]


def test_a_restored_history_gets_the_whole_page(entries, shown):
    response = shown(**FRAGMENT, **{"HX-History-Restore-Request": "true"})
    assert response.template_name == ["lists/page.html"]


def test_other_targets_get_the_whole_page(shown):
    assert shown(**{"HX-Request": "true", "HX-Target": "elsewhere"}).template_name == ["lists/page.html"]


def test_nothing_found_says_whether_filters_are_why(entries, shown):
    html = html_of(shown("?q=zzz", **FRAGMENT))
    assert 'href="/entries/"' in html
    assert 'href="/entries/"' not in html_of(shown(**FRAGMENT))


@pytest.mark.parametrize("count", [55, 240])
def test_a_list_costs_the_same_queries_at_any_size(entries, shown, django_assert_num_queries, count):
    entries(count)
    with django_assert_num_queries(3):
        html_of(shown("?sort=number&page=2", **FRAGMENT))


def test_the_head_tells_its_direction(entries, shown):
    entries(2)
    assert 'aria-sort="descending"' in html_of(shown("?sort=-number", **FRAGMENT))


def test_a_list_without_filters(entries, shown):
    class PlainList(LeanTableMixin, BaseListView):
        table_class = EntryTable
        model = LogEntry

        def render_to_response(self, context):
            return TemplateResponse(self.request, self.get_template_names(), context)

    entries(2)
    assert names(shown(view=PlainList)) == ["entry 000", "entry 001"]


def test_only_what_is_visible_is_ever_asked_for(person):
    class Rows(models.QuerySet):
        def visible_to(self, user):
            return self.filter(user=user)

    class Base:
        def get_queryset(self):
            return Rows(LogEntry)

    class Seen(VisibleMixin, Base):
        pass

    other = get_user_model().objects.create(username="other")
    LogEntry.objects.create(user=person, object_repr="mine", action_flag=1)
    LogEntry.objects.create(user=other, object_repr="theirs", action_flag=1)
    view = Seen()
    view.request = type("Request", (), {"user": person})
    assert [row.object_repr for row in view.get_queryset()] == ["mine"]


def test_chips_keep_the_filters_and_go_back_to_the_first_page(rf):
    view = EntryList()
    view.request = rf.get("/entries/?q=a&kind=&page=3&sort=what")
    assert view.address(lamp="red") == "/entries/?q=a&sort=what&lamp=red"
    assert view.address(q=None, sort="") == "/entries/"


class FlaggedTable(EntryTable):
    number = TextColumn("Number", accessor="object_id", order_by="object_id", flag="action_flag")


class FlaggedList(EntryList):
    table_class = FlaggedTable


@pytest.mark.parametrize(("sort", "expected"), [("number", ["2", "3", "1", "4"]), ("-number", ["3", "2", "4", "1"])])
def test_a_flag_keeps_its_rows_last_in_both_directions(person, shown, sort, expected):
    for number, flag in (("1", 2), ("2", 1), ("3", 1), ("4", 2)):
        LogEntry.objects.create(user=person, object_id=number, object_repr="x", action_flag=flag)
    rows = shown(f"?sort={sort}", view=FlaggedList).context_data["page"]
    assert [row.object_id for row in rows] == expected


def test_filters_are_counted_for_the_phone(entries, shown):
    entries(1)
    assert shown().context_data["folded"] == 0
    assert shown("?q=x&kind=1&sort=what").context_data["folded"] == 1


def test_paper_takes_more_rows_and_keeps_the_filters(entries, shown):
    entries(60)
    printed = shown("?print=1&kind=2").context_data
    assert (len(printed["table"].data), printed["list_url"]) == (30, "/entries/?kind=2")
    assert shown("?kind=2&page=2").context_data["print_url"] == "/entries/?kind=2&print=1"


def test_chips_of_values_leave_out_what_no_row_has(rf):
    view = EntryList()
    view.request = rf.get("/entries/?kind=3")
    chips = view.chips_of("kind", {"1": "One", "2": "Two", "3": "Three"}, {"": 4, "1": 4, "2": 0, "3": 0})
    assert [(chip.label, chip.count, chip.current) for chip in chips[1:]] == [("One", 4, False), ("Three", 0, True)]
    assert chips[0].url == "/entries/"
