"""A notice's facts in words: stored the same for every reader, read in each reader's own language.

A floor that knows more about a fact says how it is read: `READERS["period"] = …`, once, when its app is ready.
"""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from governance.lists.text import long_date

READERS: dict[str, Callable[[str], str]] = {}
"""By the fact's name: a function from what is stored to what is read."""


def worded(facts: Mapping[str, Any]) -> dict[str, str]:
    """The facts as a sentence takes them: each by its own reader, a day as people write it, all else as it is."""
    return {name: READERS.get(name, _plain)(str(value)) for name, value in facts.items()}


def _plain(value: str) -> str:
    try:
        return long_date(date.fromisoformat(value))
    except ValueError:
        return value
