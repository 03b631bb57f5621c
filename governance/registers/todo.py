"""What waits for a person: its lines, and what brings them (docs/rules.md#home)."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from governance.people.models import User
from governance.records.register import Register

TONES = ("red", "yellow", "blue")
"""From the most urgent on."""


@dataclass(frozen=True)
class TodoLine:
    """One thing to do: how urgent (a lamp's tone), what, the small print, where, the word on the button, until when."""

    tone: str
    title: str
    note: str
    url: str
    action: str
    due_on: date | None = None

    @property
    def urgency(self) -> tuple[int, date]:
        """Sorts the most urgent tone first, then the nearest day; what has no day comes last."""
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
    """How far new teams are with their first steps, where the page has read it already."""


TODO_SOURCES: Register[Callable[[TodoReader], Iterable[TodoLine]]] = Register()
"""What reads the lines: each role's own, nothing for others, in a bounded number of queries."""


def tone_by(due_on: date | None, on: date) -> str:
    """Red past its day, yellow on it and on the day before, blue until then and where there is none."""
    if due_on is None or (due_on - on).days > 1:
        return "blue"
    return "red" if due_on < on else "yellow"
