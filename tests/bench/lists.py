"""Every list at 1,000 and at 120,000 tasks: first page, deep page, filtered, each sort, search; and its exports.

A page is compared with a plain loop over its rows, with fetching them, and with itself at 1,000 tasks. Counts of a long
list are remembered for half a minute, so each page is timed with its counts remembered; what counting anew costs stands
beside the first page. An export is compared with csv.writer over the cursor of the same query, with its memory.
"""

import csv
import io
import time
import tracemalloc
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.db.models import QuerySet
from django.test import Client
from django.urls import resolve

from governance.people.models import User
from tests.bench.pages import LISTS, ListPage
from tests.bench.province import Province

SMALL, LARGE = 1_000, 120_000
LOOP_AIM, FETCH_AIM, GROWTH_AIM, DEEP_AIM, EXPORT_AIM = 1.0, 3.0, 1.1, 2.0, 0.5
TRIES, SECONDS = 5, 0.2
"""Tries of one page at most, and seconds after which no more are begun; the least counts."""

FILTERS = {
    "tasks": ("state=in_progress&level=3", "lamp=red", "team=team-0007"),
    "reports": ("state=submitted", "late=no"),
    "extensions": ("state=waiting",),
    "close-outs": ("state=accepted",),
    "matters": ("state=overdue",),
    "inbox": ("unread=1",),
}
SEARCHES = {"tasks": "项目", "reports": "专班", "extensions": "用地", "close-outs": "验收", "matters": "林地"}
MEASURED = ("tasks", "teams", "reports", "reviews", "extensions", "close-outs", "matters", "inbox", "audit")


@dataclass
class Measured:
    """Seconds of one list's pages by what was asked of it, of its plain loop and of fetching its rows."""

    rows: int
    pages: dict[str, float]
    anew: float
    plain: float
    fetch: float
    deep: list[str] = field(default_factory=list)


def measure(size: int, client_of: Callable[[str], Client]) -> dict[str, Measured]:
    """Build a province of `size` tasks in the empty database and time every list in it."""
    began = time.perf_counter()
    Province(size)
    print(f"{connection.vendor}, {size:,} tasks, built in {time.perf_counter() - began:.0f} s")
    pages = {page.name: page for page in LISTS}
    return {name: _measured(pages[name], client_of(pages[name].user)) for name in MEASURED}


def _measured(page: ListPage, client: Client) -> Measured:
    """One list in every way that it can be asked for."""
    user = User.objects.get(username=page.user)
    rows = _queryset(page, client).count()
    cache.clear()
    began = time.perf_counter()
    get_page(client, page.path)
    anew = time.perf_counter() - began
    deep = [f"page={number}" for number in sorted({max(1, rows // 100), max(1, rows // 50)})]
    asked = ["", *deep, *FILTERS.get(page.name, ())]
    if page.name in SEARCHES:
        asked.append(f"q={SEARCHES[page.name]}")
    asked += [f"sort={sign}{name}" for name in _sorts(page) for sign in ("", "-")]
    return Measured(
        rows=rows,
        pages={query: _least(lambda: get_page(client, _address(page, query))) for query in asked},  # noqa: B023
        anew=anew,
        plain=_least(lambda: get_page(client, page.plain_path)),
        fetch=_least(lambda: page.rows(user)),
        deep=deep,
    )


def _sorts(page: ListPage) -> list[str]:
    table = resolve(page.path).func.view_class.table_class([])
    return [bound.name for bound in table.columns if bound.orderable]


def _address(page: ListPage, query: str) -> str:
    return f"{page.path}?{query}" if query else page.path


def get_page(client: Client, path: str, headers: dict[str, str] | None = None) -> None:
    response = client.get(path, secure=True, headers=headers)
    assert response.status_code == 200, f"{path}: {response.status_code}"


def _least(work: Callable[[], Any]) -> float:
    """The least seconds of a few tries, one before that warms up."""
    work()
    times, began = [], time.perf_counter()
    while len(times) < TRIES and (not times or time.perf_counter() - began < SECONDS):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return min(times)


def compare(small: dict[str, Measured], large: dict[str, Measured]) -> None:
    """Print every list at both sizes, with what misses its aim marked."""
    print(f"\n{'list':12}{'rows':>9}{'ms':>8}{'page/plain':>14}{'page/fetch':>14}{'anew ms':>9}")
    for measured in (small, large):
        for name, list_ in measured.items():
            first = list_.pages[""]
            print(
                f"{name:12}{list_.rows:>9,}{first * 1000:8.1f}{against(first / list_.plain, LOOP_AIM):>14}"
                f"{against(first / list_.fetch, FETCH_AIM):>14}{list_.anew * 1000:9.0f}"
            )
    print(f"\n{'each way to ask':44}{'1,000':>9}{'120,000':>10}{'grows':>15}")
    for name, list_ in large.items():
        for query, seconds in list_.pages.items():
            before = small[name].pages.get(query, small[name].pages[""])
            deep = query in list_.deep
            grown = against(seconds / before, DEEP_AIM if deep else GROWTH_AIM)
            print(f"{name + ' ' + (query or 'first page'):44}{before * 1000:8.1f}{seconds * 1000:10.1f}{grown:>16}")


def against(ratio: float, aim: float) -> str:
    """A ratio beside its aim, marked where it misses."""
    return f"{ratio:.2f} (≤{aim:g})" + (" " if ratio <= aim else "!")


# Exports -----------------------------------------------------------------------------------------------------------
def exports(client_of: Callable[[str], Client]) -> None:
    """Print rows a second of the exports of the tasks against csv.writer over the cursor of the same query."""
    page = next(page for page in LISTS if page.name == "tasks")
    client = client_of(page.user)
    query = _queryset(page, client)
    count = query.count()
    plain = _seconds(lambda: _drained(_written_plainly(query)))
    print(f"\n{'export of the tasks':24}{'rows/s':>10}{'of csv.writer':>18}{'memory, 1/10 of them':>24}{'all':>10}")
    print(f"{'csv.writer, cursor':24}{count / plain:10,.0f}")
    for name in ("csv", "xlsx"):
        address = f"{page.path}?format={name}"
        seconds = _seconds(lambda: _drained(client.get(address, secure=True)))  # noqa: B023
        share = plain / seconds
        marked = f"{share:.0%} (≥{EXPORT_AIM:.0%})" + (" " if share >= EXPORT_AIM else "!")
        few, many = (
            _peak(lambda: _drained(client.get(f"{address}{more}", secure=True)))  # noqa: B023
            for more in (f"&level=1&team={TENTH}", "")
        )
        print(f"{name:24}{count / seconds:10,.0f}{marked:>18}{few / 1e6:21.1f} MB{many / 1e6:7.1f} MB")


TENTH = "team-0001"
"""Narrows the export to a few rows, to see that memory does not grow with them."""


def _queryset(page: ListPage, client: Client) -> QuerySet:
    """The rows of a list as its own view finds them."""
    return client.get(page.path, secure=True).context_data["object_list"]


def _written_plainly(rows: QuerySet) -> Iterator[bytes]:
    """The columns of the list straight from the cursor into csv.writer, a thousand lines at a time."""
    paths = ("number", "title", "expected_result", "team__name", "lead_department__name", "due_on", "percent", "lamp")
    sql, parameters = rows.order_by("ongoing", "due_on", "pk").values_list(*paths).query.sql_with_params()
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        while batch := cursor.fetchmany(1000):
            text = io.StringIO()
            csv.writer(text).writerows(batch)
            yield text.getvalue().encode()


def _drained(chunks: Any) -> int:
    return sum(len(chunk) for chunk in chunks)


def _seconds(work: Callable[[], Any]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _peak(work: Callable[[], Any]) -> int:
    """The most memory that Python held while `work` ran, beyond what it held before."""
    tracemalloc.start()
    try:
        work()
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
