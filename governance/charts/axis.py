"""The time axis of the wall chart."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from governance.charts.attributes import WHOLE, percent_text, place

MONTHS_OF_A_YEAR = 12
MOST_TICKS = 14
"""As many labels as fit side by side at 1366 px."""
MARGIN = 600
"""Nearer to an edge than this (in hundredths of a percent) the flag of a day is written inwards."""


@dataclass(frozen=True, slots=True)
class MonthTick:
    """The first day of a month on the axis; `opens_year` where its label needs the year: at the start, each January."""

    x: str
    year: int
    month: int
    opens_year: bool


@dataclass(frozen=True, slots=True)
class DayMark:
    """A line for one day, such as today; `anchor` is the text-anchor of its flag."""

    x: str
    anchor: str


@dataclass(frozen=True)
class TimeAxis:
    """The days from `first` (0%) to `last` (100%).

    A day's position is its evening: work planned for the end of `last` ends at 100%.

    Raises:
        ValueError: `last` is not after `first`.
    """

    first: date
    last: date

    def __post_init__(self) -> None:
        if self.last <= self.first:
            raise ValueError(f"an axis ends after it begins, not on {self.last} from {self.first}")

    @classmethod
    def covering(cls, days: Iterable[date]) -> "TimeAxis":
        """The axis of whole months that covers all `days`, of which there is at least one."""
        known = list(days)
        last = max(known)
        return cls(min(known).replace(day=1), last.replace(day=monthrange(last.year, last.month)[1]))

    def holds(self, day: date) -> bool:
        return self.first <= day <= self.last

    def place(self, day: date) -> int:
        """The position of `day`, in hundredths of a percent; a day off the axis is moved to the nearer end."""
        return self.place_between(day, day, 0)

    def place_between(self, start: date, end: date, share: int) -> int:
        """The position `share` (in hundredths of a percent) of the way from `start` to `end`, clamped to the axis."""
        passed = WHOLE * (start - self.first).days + share * (end - start).days
        return place(passed, WHOLE * (self.last - self.first).days)

    def x(self, day: date) -> str:
        """The position of `day`, as an attribute."""
        return percent_text(self.place(day))

    def mark(self, day: date) -> DayMark | None:
        """The line for `day`; None when it is off the axis."""
        if not self.holds(day):
            return None
        at = self.place(day)
        anchor = "start" if at < MARGIN else "end" if at > WHOLE - MARGIN else "middle"
        return DayMark(percent_text(at), anchor)

    @cached_property
    def months(self) -> tuple[MonthTick, ...]:
        """A tick for the first day of each month; of each quarter on a long axis, of each year on a longer one."""
        firsts = list(self._month_starts())
        step = next((step for step in (1, 3) if len(firsts) <= MOST_TICKS * step), MONTHS_OF_A_YEAR)
        shown = [first for first in firsts if (first.month - 1) % step == 0]
        return tuple(
            MonthTick(self.x(first), first.year, first.month, opens_year=first == shown[0] or first.month == 1)
            for first in shown
        )

    def _month_starts(self) -> Iterable[date]:
        """The first days of months on the axis, in order."""
        begin = self.first.year * MONTHS_OF_A_YEAR + self.first.month - 1
        end = self.last.year * MONTHS_OF_A_YEAR + self.last.month - 1
        starts = (date(month // MONTHS_OF_A_YEAR, month % MONTHS_OF_A_YEAR + 1, 1) for month in range(begin, end + 1))
        return filter(self.holds, starts)
