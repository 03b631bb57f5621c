"""Working-day arithmetic on the county's calendar, without Django.

Monday to Friday are working days; the calendar holds the exceptions: public holidays (off) and the make-up weekends
that the State Council orders for them (on).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """A calendar of working days.

    `exceptions` maps a day to True (working day) or False (off) and overrides the weekday.
    """

    exceptions: Mapping[date, bool] = field(default_factory=dict)

    def is_working(self, day: date) -> bool:
        return self.exceptions.get(day, day.weekday() < SATURDAY)

    def next_working_day(self, day: date) -> date:
        """The first working day after `day`, never `day` itself."""
        return self.add(day, 1)

    def add(self, day: date, count: int) -> date:
        """The working day number `count` after `day`, which is not counted itself; 0 gives `day`.

        Raises:
            ValueError: `count` is below 0; use `before`.
        """
        return _nth(self._worked_from(day, ONE_DAY), count) or day

    def before(self, day: date, count: int) -> date:
        """The working day number `count` before `day`, which is not counted itself; 0 gives `day`.

        Raises:
            ValueError: `count` is below 0; use `add`.
        """
        return _nth(self._worked_from(day, -ONE_DAY), count) or day

    def count_between(self, after: date, until: date) -> int:
        """How many working days follow `after`, up to and including `until`; 0 when `until` is not later.

        The inverse of `add`: `count_between(day, add(day, n)) == n`.
        """
        days = range(after.toordinal() + 1, until.toordinal() + 1)
        return sum(self.is_working(date.fromordinal(day)) for day in days)

    def _worked_from(self, day: date, step: timedelta) -> Iterator[date]:
        """The working days from `day`, which is left out, in steps of `step` (a day ahead or back)."""
        while True:
            day += step
            if self.is_working(day):
                yield day


def _nth(days: Iterator[date], count: int) -> date | None:
    """The day number `count` of `days`, counted from 1; None for 0."""
    if count < 0:
        raise ValueError(f"a number of working days is 0 or more, not {count}")
    day = None
    for _ in range(count):
        day = next(days)
    return day
