"""Weekly, ten-day and monthly reporting periods, without Django (docs/rules.md#reporting-periods)."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from governance.people.working_days import WorkingDays

SHANGHAI = ZoneInfo("Asia/Shanghai")
DUE_TIME = time(18, 0, tzinfo=SHANGHAI)
SECOND_PART, THIRD_PART = 11, 21
"""The days of the month on which its second and third ten days begin (中旬, 下旬)."""
DAYS_OF_A_WEEK = 7
SHORTEST_MONTH = 28


class Rhythm(StrEnum):
    """How often an action reports; one rhythm per action."""

    WEEKLY = "weekly"
    TEN_DAY = "ten_day"
    MONTHLY = "monthly"


@dataclass(frozen=True, slots=True)
class PeriodName:
    """The name of a period, in numbers; pages show it as text ("mid-October 2026", "10月中旬").

    weekly: the ISO year and `part`, the ISO week 1 to 53, no month. ten_day: year, month and `part` 1 to 3 (上旬, 中旬,
    下旬). monthly: year and month, no part.
    """

    rhythm: Rhythm
    year: int
    month: int | None = None
    part: int | None = None


@dataclass(frozen=True, slots=True)
class Period:
    """The days, first and last included, for which the teams of an action report once."""

    starts: date
    ends: date

    @property
    def name(self) -> PeriodName:
        """The name; the rhythm follows from the length, so that a stored row needs nothing else."""
        days = (self.ends - self.starts).days + 1
        if days == DAYS_OF_A_WEEK:
            iso = self.starts.isocalendar()
            return PeriodName(Rhythm.WEEKLY, iso.year, part=iso.week)
        if days < SHORTEST_MONTH:
            return PeriodName(Rhythm.TEN_DAY, self.starts.year, self.starts.month, _part_of_month(self.starts))
        return PeriodName(Rhythm.MONTHLY, self.starts.year, self.starts.month)

    def due_at(self, working_days: WorkingDays) -> datetime:
        """The default due moment of its report: 18:00 of the first working day after it ends."""
        return datetime.combine(working_days.next_working_day(self.ends), DUE_TIME)


def period_of(rhythm: Rhythm, day: date) -> Period:
    """The period of `rhythm` that contains `day`.

    Raises:
        ValueError: there is no such rhythm.
    """
    match Rhythm(rhythm):
        case Rhythm.WEEKLY:
            monday = day - timedelta(days=day.weekday())
            return Period(monday, monday + timedelta(days=DAYS_OF_A_WEEK - 1))
        case Rhythm.TEN_DAY:
            return _ten_days_of(day)
        case Rhythm.MONTHLY:
            return Period(day.replace(day=1), _month_end(day))


def periods(rhythm: Rhythm, first: date, last: date) -> Iterator[Period]:
    """The whole periods with a day from `first` to `last`, both inclusive; none when `last` is before `first`."""
    while first <= last:
        period = period_of(rhythm, first)
        yield period
        first = period.ends + timedelta(days=1)


def _ten_days_of(day: date) -> Period:
    """The ten days that contain `day`; the last ones of a month are 8 to 11 days."""
    first = (1, SECOND_PART, THIRD_PART)[_part_of_month(day) - 1]
    starts = day.replace(day=first)
    ends = _month_end(day) if first == THIRD_PART else starts + timedelta(days=9)
    return Period(starts, ends)


def _part_of_month(day: date) -> int:
    """1, 2 or 3: early, middle or late in the month."""
    return 1 + (day.day >= SECOND_PART) + (day.day >= THIRD_PART)


def _month_end(day: date) -> date:
    """The last day of the month of `day`."""
    return day.replace(day=monthrange(day.year, day.month)[1])
