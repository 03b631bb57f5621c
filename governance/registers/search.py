"""One kind of search result: which rows a person may find, which fields are searched, how a row is shown.

Rows are read in the order of an index, so that a search for a common word stops early; counts stop at `COUNTED`.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from governance.lists.text import Text
from governance.people.models import User
from governance.records.register import Register

SHOWN = 20
"""Rows of each kind that are shown."""

COUNTED = 1000
"""Rows of each kind that are counted; above that the page says "more than"."""

AROUND = 40
"""Characters shown before the first word found in a long text."""


@dataclass(frozen=True)
class Hit:
    """A row that was found: its address, its name, the passage with the words, and its owner."""

    url: str
    title: SafeString
    passage: SafeString
    whose: str


@dataclass(frozen=True)
class Found:
    """The results from one source."""

    heading: Text
    hits: Sequence[Hit]
    count: int
    """How many there are, at most `COUNTED` + 1."""
    list_url: str
    """The list filtered by the same words."""

    @property
    def is_more(self) -> bool:
        """Whether there are more than were counted."""
        return self.count > COUNTED

    @property
    def shown_count(self) -> int:
        """The count to show: exact, or `COUNTED` where there are more."""
        return min(self.count, COUNTED)


@dataclass(frozen=True, eq=False)
class SearchSource:
    """Rows of one kind that can be searched."""

    heading: Text
    list_name: str
    """The address of the list that shows all the results."""
    rows: Callable[[User, Any], QuerySet[Any]]
    """The rows that a person may read, of the chosen special action if there is one, in the order of an index."""
    paths: Sequence[str]
    """The fields that are searched."""
    hit: Callable[[Any, Sequence[str]], Hit]
    number: str = ""
    """A numeric field by which a row is found as well."""

    def find(self, words: Sequence[str], *, user: User, action: Any) -> Found:
        """Search for the words: one query, and one to count where there are more rows than are shown."""
        rows = self.rows(user, action)
        for word in words:
            rows = rows.filter(self.holding(word))
        found = list(rows[: SHOWN + 1])
        count = len(found) if len(found) <= SHOWN else rows.values("pk")[: COUNTED + 1].count()
        list_url = f"{reverse(self.list_name)}?{urlencode({'q': ' '.join(words)})}"
        return Found(self.heading, [self.hit(row, words) for row in found[:SHOWN]], count, list_url)

    def holding(self, word: str) -> Q:
        """Rows that contain the word."""
        stands = Q()
        for path in self.paths:
            stands |= Q(**{f"{path}__icontains": word})
        if self.number and word.isascii() and word.isdigit() and len(word) < 10:
            stands |= Q(**{self.number: int(word)})
        return stands


SEARCH_SOURCES: Register[SearchSource] = Register()
"""The kinds in the order of the page; each app registers its own."""


def marked(text: str, words: Sequence[str]) -> SafeString:
    """`text` as HTML with every occurrence of the words marked, ignoring case."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    written, end = [], 0
    for match in pattern.finditer(text):
        written.append(f"{escape(text[end : match.start()])}<mark>{escape(match[0])}</mark>")
        end = match.end()
    return mark_safe("".join(written) + escape(text[end:]))


def passage(text: str, words: Sequence[str]) -> SafeString:
    """The part of a long text around the first word, marked."""
    flat = " ".join(text.split())
    lowered = flat.lower()
    places = [place for word in words if (place := lowered.find(word.lower())) >= 0]
    begin = max(0, min(places, default=0) - AROUND)
    end = begin + AROUND * 4
    cut = ("…" if begin else "") + flat[begin:end] + ("…" if end < len(flat) else "")
    return marked(cut, words)
