"""One search over everything: what a person may read, a few of each kind, bounded at any size.

Every word must stand somewhere in a row; what is searched is registered by each app (`SearchSource`).
"""

from governance.people.models import User
from governance.registers.search import SEARCH_SOURCES, Found
from teams.models import SpecialAction

WORDS = 6
LONGEST = 100
"""Words and characters of a search that are looked for; the rest is left out."""


def words_of(text: str) -> list[str]:
    """The words to look for: at most `WORDS` of the first `LONGEST` characters; spaces of any width part them."""
    return list(dict.fromkeys(text[:LONGEST].split()))[:WORDS]


def search(text: str, *, action: SpecialAction | None, user: User) -> list[Found]:
    """What is found of each kind, kinds without hits left out; at most two queries each."""
    words = words_of(text)
    if not words:
        return []
    found = [source.find(words, user=user, action=action) for source in SEARCH_SOURCES.values()]
    return [each for each in found if each.hits]
