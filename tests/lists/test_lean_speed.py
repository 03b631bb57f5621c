"""What a lean list costs against a plain template loop over the same rows (docs/rules.md#lists).

`ratio()` is what the bench prints. The test here only holds that both sides write the same rows, so that the comparison
is fair; it measures nothing, because a test must not depend on how busy its machine is.
"""

import re
from collections.abc import Callable
from pathlib import Path
from time import perf_counter_ns

from django.core.paginator import Paginator
from django.template import Context, Template
from django.template.loader import get_template
from django.test import RequestFactory
from django.utils.translation import override

from tests.lists.shelf import TODAY, Book, BookTable, State, books

PLAIN = Path(__file__).with_name("plain_loop.html").read_text()


def lean_fragment(rows: list[Book], page_of: Paginator) -> str:
    """The whole list as a list view renders it: table built, heads, rows, pages."""
    table = BookTable([]).fill(rows)
    context = {"table": table, "page": page_of.page(1), "request": _request()}
    return get_template("lists/table.html").template.render(Context(context))


def plain_fragment(rows: list[Book], page_of: Paginator, template: Template | None = None) -> str:
    """The same rows by a loop in a template, with the head and the pages that it would have."""
    labels = [str(column.header) for column in BookTable([]).columns]
    context = {"page": page_of.page(1), "labels": labels, "request": _request()}
    return (template or Template(PLAIN)).render(Context(context))


def ratio(count: int = 50, repeats: int = 40) -> float:
    """Time of the lean list over time of the plain loop, each the best of `repeats`, for a page of `count` rows."""
    rows, page_of, template = _prepared(count), Paginator(_prepared(count), count), Template(PLAIN)
    lean = _best(lambda: lean_fragment(rows, page_of), repeats)
    return lean / _best(lambda: plain_fragment(rows, page_of, template), repeats)


def _best(work: Callable[[], str], repeats: int) -> int:
    """The shortest of `repeats` runs, in nanoseconds."""
    times = []
    for _ in range(repeats):
        start = perf_counter_ns()
        work()
        times.append(perf_counter_ns() - start)
    return min(times)


def _prepared(count: int) -> list[Book]:
    """Books that already know the words which the plain loop cannot find out by itself."""
    rows = books(count)
    for book in rows:
        state = State(book.state)
        book.word, book.tone, book.label = book.lamp, state.tone, state.label
        late = book.due is not None and book.due < TODAY and state is not State.DONE
        book.over = (TODAY - book.due).days if late else 0
    return rows


def _request():
    return RequestFactory().get("/books/?q=a&page=1")


@override("en")
def test_lean_and_plain_write_the_same_rows():
    rows = _prepared(50)
    page_of = Paginator(rows * 3, 50)
    lean, plain = (
        re.sub(r"\s*\n\s*", "", re.search(r"<tbody>(.*)</tbody>", html, re.DOTALL)[1])
        for html in (lean_fragment(rows, page_of), plain_fragment(rows, page_of))
    )
    assert lean == plain
