"""Searches everything that a person may read; shows a few rows of each kind, with bounded work at any size.

A row must say every word. Each app registers what is searched (`SearchSource`).
"""

from governance.formats.search_words import words_of
from governance.people.models import User
from governance.registers.search import SEARCH_SOURCES, Found
from teams.models import SpecialAction


def search(text: str, *, action: SpecialAction | None, user: User) -> list[Found]:
    """The rows found of each kind; kinds without hits are left out. At most two queries each."""
    words = words_of(text)
    if not words:
        return []
    found = [source.find(words, user=user, action=action) for source in SEARCH_SOURCES.values()]
    return [each for each in found if each.hits]
