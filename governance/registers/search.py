"""One kind of search result: which rows a person may find, what they say, how a row is shown.

Rows are read in the order of an index, so that a search for a common word stops early; counts stop at `COUNTED`.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from governance.formats.search_words import pattern_of
from governance.lists.filters import saying
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
    says: Callable[[str], Q]
    """The rows that say a word; the list that shows all the results asks the same (`saying`)."""
    hits: Callable[[Sequence[Any], Sequence[str]], Sequence[Hit]]
    """How rows are shown, with the words marked."""
    list_query: Mapping[str, str] = field(default_factory=dict)
    """What else the list is asked, so that it shows these rows and no others."""

    def find(self, words: Sequence[str], *, user: User, action: Any) -> Found:
        """Search for the words: one query, and one to count where there are more rows than are shown."""
        rows = self.rows(user, action).filter(saying(" ".join(words), self.says))
        found = list(rows[: SHOWN + 1])
        count = len(found) if len(found) <= SHOWN else rows.values("pk")[: COUNTED + 1].count()
        list_url = f"{reverse(self.list_name)}?{urlencode({'q': ' '.join(words), **self.list_query})}"
        return Found(self.heading, self.hits(found[:SHOWN], words), count, list_url)


def each_hit(hit: Callable[[Any, Sequence[str]], Hit]) -> Callable[[Sequence[Any], Sequence[str]], Sequence[Hit]]:
    """For rows that are shown one by one."""
    return lambda rows, words: [hit(row, words) for row in rows]


SEARCH_SOURCES: Register[SearchSource] = Register()
"""The kinds in the order of the page; each app registers its own."""


def marked(text: str, words: Sequence[str]) -> SafeString:
    """`text` as HTML with every occurrence of the words marked."""
    pattern = _any_of(words)
    written, end = [], 0
    for match in pattern.finditer(text):
        written.append(f"{escape(text[end : match.start()])}<mark>{escape(match[0])}</mark>")
        end = match.end()
    return mark_safe("".join(written) + escape(text[end:]))


def _any_of(words: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(map(pattern_of, sorted(words, key=len, reverse=True))))


def passage(text: str, words: Sequence[str]) -> SafeString:
    """The part of a long text around the first word, marked."""
    flat = " ".join(text.split())
    first = _any_of(words).search(flat)
    begin = max(0, (first.start() if first else 0) - AROUND)
    end = begin + AROUND * 4
    cut = ("…" if begin else "") + flat[begin:end] + ("…" if end < len(flat) else "")
    return marked(cut, words)
