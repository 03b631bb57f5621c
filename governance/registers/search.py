"""One noun of the search: which rows a person may find, where the words may stand, and how a row is shown.

Rows come in an order that an index has, so that a common word stops early; counts stop at `COUNTED`.
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
"""Rows of each kind that the page shows."""

COUNTED = 1000
"""Rows of each kind that are counted; beyond them the page says "more than"."""

AROUND = 40
"""Characters shown before the first word found in a long text."""


@dataclass(frozen=True)
class Hit:
    """A row that was found: where it is, what it is called, the passage in which the words stand, and whose it is."""

    url: str
    title: SafeString
    passage: SafeString
    whose: str


@dataclass(frozen=True)
class Found:
    """What a source has found."""

    heading: Text
    hits: Sequence[Hit]
    count: int
    """How many there are, at most `COUNTED` + 1."""
    list_url: str
    """The list narrowed to the same words."""

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
    """Rows of one noun in which words may stand."""

    heading: Text
    list_name: str
    """The address of the list that shows all of what is found."""
    rows: Callable[[User, Any], QuerySet[Any]]
    """The rows that a person may read, of the special action chosen if there is one, in the order of an index."""
    paths: Sequence[str]
    """Fields in which every word may stand."""
    hit: Callable[[Any, Sequence[str]], Hit]
    number: str = ""
    """The field of a number by which a row is found too."""

    def find(self, words: Sequence[str], *, user: User, action: Any) -> Found:
        """Look for the words: one query, and one that counts where there are more than are shown."""
        rows = self.rows(user, action)
        for word in words:
            rows = rows.filter(self.holding(word))
        found = list(rows[: SHOWN + 1])
        count = len(found) if len(found) <= SHOWN else rows.values("pk")[: COUNTED + 1].count()
        list_url = f"{reverse(self.list_name)}?{urlencode({'q': ' '.join(words)})}"
        return Found(self.heading, [self.hit(row, words) for row in found[:SHOWN]], count, list_url)

    def holding(self, word: str) -> Q:
        """Rows in which the word stands."""
        stands = Q()
        for path in self.paths:
            stands |= Q(**{f"{path}__icontains": word})
        if self.number and word.isascii() and word.isdigit() and len(word) < 10:
            stands |= Q(**{self.number: int(word)})
        return stands


SEARCH_SOURCES: Register[SearchSource] = Register()
"""The nouns in the order of the page; each app registers its own."""


def marked(text: str, words: Sequence[str]) -> SafeString:
    """`text` as HTML with the words marked wherever they stand, whatever their case."""
    pattern = re.compile("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), re.IGNORECASE)
    written, end = [], 0
    for match in pattern.finditer(text):
        written.append(f"{escape(text[end : match.start()])}<mark>{escape(match[0])}</mark>")
        end = match.end()
    return mark_safe("".join(written) + escape(text[end:]))


def passage(text: str, words: Sequence[str]) -> SafeString:
    """The part of a long text in which the first word stands, marked."""
    flat = " ".join(text.split())
    lowered = flat.lower()
    places = [place for word in words if (place := lowered.find(word.lower())) >= 0]
    begin = max(0, min(places, default=0) - AROUND)
    end = begin + AROUND * 4
    cut = ("…" if begin else "") + flat[begin:end] + ("…" if end < len(flat) else "")
    return marked(cut, words)
