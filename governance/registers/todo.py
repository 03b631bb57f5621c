"""What a person has to do: the lines on home, and the functions that read them (docs/rules.md#home)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

from governance.people.models import User
from governance.records.register import Register

TONES = ("red", "yellow", "blue")
"""Most urgent first."""


@dataclass(frozen=True)
class TodoLine:
    """One thing to do: urgency (a lamp's tone), text, small print, link, text of the button, day."""

    tone: str
    title: str
    note: str
    url: str
    action: str
    due_on: date | None = None
    count: int | None = None
    """The number that the title says, where the link leads to a list of exactly so many rows."""

    @property
    def urgency(self) -> tuple[int, date]:
        """Sort key: most urgent tone first, then the nearest day; lines without a day last."""
        place = TONES.index(self.tone) if self.tone in TONES else len(TONES)
        return place, self.due_on or date.max


@dataclass(frozen=True)
class TodoReader:
    """Whose lines are read, and when."""

    user: User
    now: datetime
    action: Any = None
    """The special action that the page is about, where there is one."""
    beginnings: Sequence[Any] = ()
    """The progress of new teams with their first steps, if the page has read it already."""

    @cached_property
    def shared(self) -> dict[Any, Any]:
        """What one source has read and others use."""
        return {}


TODO_SOURCES: Register[Callable[[TodoReader], Iterable[TodoLine]]] = Register()
"""Functions that read the lines: each for its own role, nothing for others, in a bounded number of queries."""


def tone_by(due_on: date | None, on: date) -> str:
    """Red after the day, yellow on it and the day before, blue earlier and where there is no day."""
    if due_on is None or (due_on - on).days > 1:
        return "blue"
    return "red" if due_on < on else "yellow"
