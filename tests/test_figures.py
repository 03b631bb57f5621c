"""Every figure that is a link leads to a list of exactly the rows that it counts.

The walk opens the pages of each role on five days of the demonstration, follows each link that says a number
(`data-count`) and compares it with the rows of the list. A link whose words are a number and that has no mark is a
figure that the walk would miss, and fails too.
"""

import re
from collections.abc import Sequence
from datetime import date
from html.parser import HTMLParser
from urllib.parse import urljoin

import pytest

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

OWN = "village-economy"
HEAD = f"head-{OWN}"
ROLES = ("office", "leader", HEAD, f"liaison-{OWN}", "centre", "auditor", "admin", "data")
DAYS = (date(2026, 10, 27), date(2026, 10, 28), date(2026, 11, 2), date(2026, 11, 10), date(2026, 12, 31))
PAGES = ("/", "/owed/", "/reports/")
FIRST_DAY = {
    "office": ("/teams/", "/reports/list/", "/extensions/", "/close-outs/", "/matters/", f"/teams/{OWN}/"),
    "leader": ("/wall/?on=2026-09-30", "/wall/?on=2026-10-22&group=1", "/tasks/"),
    HEAD: (f"/teams/{OWN}/", "/reports/list/"),
}
"""What is walked on the first day beside the pages of every role."""
SAME_FOR_ALL = ("/tasks/", "/reports/?")
"""Lists that show everybody the same rows, followed once a day."""
WORDED = re.compile(r"\d+(?: *%)?(?: (?!day)[a-z ]+)?")
"""The words of a link that is a figure: "12", "58%", "2 teams overdue"."""
NO_FIGURES = ("page=", "/scorecards/", "mailto:", "/tasks/20")
"""Where a number is no figure: a page of a list, a name; the page of a task, which is called by its number."""


class Links(HTMLParser):
    """The links of a page: address, number said by the mark or None, words."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.found: list[tuple[str, int | None, str]] = []
        self.open: tuple[str, int | None] | None = None
        self.words: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        if tag == "a" and named.get("href"):
            self.open, self.words = (named["href"], int(named["data-count"]) if "data-count" in named else None), []

    def handle_data(self, data: str) -> None:
        self.words.append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self.open:
            self.found.append((*self.open, " ".join(" ".join(self.words).split())))
            self.open = None


def rows_of(response) -> int | None:
    """How many rows the list of a response has; None if it is no list."""
    context = response.context or {}
    if "page" in context:
        return context["page"].paginator.count
    if "cl" in context:  # the admin site's list
        return context["cl"].result_count
    if "wall" in context:  # its chips narrow the tasks that hang there
        return sum(len(shown.tasks) for shown in context["wall"].teams)
    if "proposals" in context:  # the desk of orders
        return len(context["proposals"])
    return len(context["requests"]) if "requests" in context else None


def wrong_figures(client, pages: Sequence[str], followed: dict[str, int | None]) -> list[str]:
    """What is wrong with the figures of a person's pages; `followed` has the rows of the lists that are known."""
    wrong = []
    for address in pages:
        response = client.get(address, headers={"accept-language": "en"})
        assert response.status_code == 200, address
        for href, count, words in Links(response.content.decode()).found:
            target = urljoin(address, href)
            if count is None:
                if WORDED.fullmatch(words) and not any(each in href for each in NO_FIGURES):
                    wrong.append(f"{address}: “{words}” has no mark ({target})")
                continue
            if target not in followed:
                followed[target] = rows_of(client.get(target))
            rows = followed[target]
            if rows != count and not (rows is None and count == 1):  # a single row's own page
                wrong.append(f"{address}: “{words}” counts {count}, {target} has {rows} rows")
    return wrong


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_every_figure_leads_to_exactly_its_rows(client, story, settings, day):
    settings.DEMO_TODAY = day
    settings.CACHES = {"default": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
    first = day == DAYS[0]
    everybody: dict[str, int | None] = {}
    for role in ROLES if first else ROLES[:3]:
        client.force_login(story.user(role))
        known = dict(everybody)
        wrong = wrong_figures(client, (*PAGES, *(FIRST_DAY.get(role, ()) if first else ())), known)
        assert not wrong, "\n".join((role, *wrong))
        assert known
        everybody |= {target: rows for target, rows in known.items() if target.startswith(SAME_FOR_ALL)}
