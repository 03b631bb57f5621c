"""One line of what waits for a person."""

from dataclasses import dataclass
from datetime import date

TONES = ("red", "yellow", "blue")
"""From the most urgent on."""


@dataclass(frozen=True)
class Waiting:
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


def tone_by(due_on: date | None, on: date) -> str:
    """Red past its day, yellow on it and on the day before, blue until then and where there is none."""
    if due_on is None or (due_on - on).days > 1:
        return "blue"
    return "red" if due_on < on else "yellow"
