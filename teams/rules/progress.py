"""Planned progress, the percent of a quantity, and pace, without Django (docs/rules.md#planned-progress,
docs/rules.md#quantity, docs/rules.md#pace).

Stored percents have two decimals, rounded half up. Comparisons never use rounded numbers: the plan line is exact, so
that a gap of 10 points is 10 and not 9.997.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import accumulate
from typing import NamedTuple

FULL = Decimal("100.00")


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A milestone for the plan line: its due date and its weight, 1 or more."""

    due: date
    weight: int = 1

    def __post_init__(self) -> None:
        if self.weight < 1:
            raise ValueError(f"the weight of a milestone is 1 or more, not {self.weight}")


@dataclass(frozen=True, slots=True)
class PlanLine:
    """The planned progress at the end of each day: 0 before the first day, linear between the days given.

    `days` ascend strictly and begin with the start day; `reached` is the weight planned to be done by the end of each,
    the last one being the whole. After the last day the line stays at 100.
    """

    days: tuple[date, ...]
    reached: tuple[int, ...]

    def planned_on(self, day: date) -> Fraction:
        """The planned percent at the end of `day`, exact."""
        done, whole = self._share_on(day)
        return Fraction(100 * done, whole)

    def percent_on(self, day: date) -> Decimal:
        """The planned percent at the end of `day`, rounded to two decimals."""
        return _percent(*self._share_on(day))

    def first_day_at(self, level: Decimal | int) -> date | None:
        """The first day from the start on with a planned percent of `level` or more; None when there is none."""
        return self._day(bisect_left(self._offsets, Fraction(level), key=self._planned_after))

    def first_day_above(self, level: Decimal | int) -> date | None:
        """The first day from the start on with a planned percent above `level`; None when there is none."""
        return self._day(bisect_right(self._offsets, Fraction(level), key=self._planned_after))

    @property
    def _offsets(self) -> range:
        """The days of the line, counted from its start."""
        return range((self.days[-1] - self.days[0]).days + 1)

    def _planned_after(self, offset: int) -> Fraction:
        return self.planned_on(self.days[0] + timedelta(days=offset))

    def _day(self, offset: int) -> date | None:
        """The day `offset` days after the start; None past the end of the line."""
        return self.days[0] + timedelta(days=offset) if offset in self._offsets else None

    def _share_on(self, day: date) -> tuple[int, int]:
        """The share planned to be done by the end of `day`, and the whole, both as whole numbers of the same unit."""
        corner = bisect_right(self.days, day)
        if corner == 0:
            return 0, 1
        if corner == len(self.days):
            return 1, 1
        span = (self.days[corner] - self.days[corner - 1]).days
        passed = (day - self.days[corner - 1]).days
        rise = self.reached[corner] - self.reached[corner - 1]
        return self.reached[corner - 1] * span + rise * passed, self.reached[-1] * span


def plan_line(*, start: date, due: date | None, milestones: Sequence[PlannedStep] = ()) -> PlanLine | None:
    """The plan line of a task; None for an ongoing one (`due` is None) without milestones.

    Without milestones: 0 at the end of the start day, 100 at the end of the due day. With milestones (those not
    replaced) it runs through the cumulated weight of each at its due day and is flat after the last; weights of a day
    add up. What is due on the start day or earlier is planned for the start day: start = due is 100 that day.

    Raises:
        ValueError: the task starts after it is due.
    """
    if due is not None and start > due:
        raise ValueError(f"a task starts on or before its due day, not on {start} for {due}")
    if not milestones:
        if due is None:
            return None
        milestones = (PlannedStep(due),)
    weights = {start: 0}
    for step in milestones:
        day = max(step.due, start)
        weights[day] = weights.get(day, 0) + step.weight
    days = sorted(weights)
    return PlanLine(tuple(days), tuple(accumulate(weights[day] for day in days)))


def percent_of_quantity(*, done: Decimal | int, target: Decimal | int) -> Decimal:
    """The percent for a count: 100 x done / target, rounded half up to two decimals, at most 100.

    Raises:
        ValueError: the target is not above 0, or the count is below 0.
    """
    if target <= 0 or done < 0:
        raise ValueError(f"a count is 0 or more of a target above 0, not {done} of {target}")
    (done_above, done_below), (target_above, target_below) = done.as_integer_ratio(), target.as_integer_ratio()
    return min(FULL, _percent(done_above * target_below, done_below * target_above))


@dataclass(frozen=True, slots=True)
class PacedTask:
    """The data of a task that the pace needs: its level (1 to 3), and its percents as stored.

    `planned` is None for a task without a plan line.
    """

    level: int
    percent: Decimal
    planned: Decimal | None
    cancelled: bool = False

    @property
    def counts(self) -> bool:
        """Whether the task is included in the pace."""
        return self.planned is not None and not self.cancelled


@dataclass(frozen=True, slots=True)
class Pace:
    """The pace of a team or action: two percents with two decimals, and the number of tasks in the mean."""

    percent: Decimal
    planned: Decimal
    tasks: int

    @property
    def gap(self) -> int:
        """Points behind plan between the percents as shown; 0 is on plan, negative ahead."""
        return shown_gap(self.percent, self.planned)


def shown_percent(percent: Decimal) -> int:
    """A percent of 0 or more as it is shown: whole, rounded half up."""
    return int(percent.quantize(Decimal(1), ROUND_HALF_UP))


def shown_gap(percent: Decimal, planned: Decimal) -> int:
    """Points behind plan between two percents as they are shown, so that what is read adds up; negative when ahead.

    Only lamps and measures use the exact gap (docs/rules.md#pace).
    """
    return shown_percent(planned) - shown_percent(percent)


class PaceSums(NamedTuple):
    """What a pace is computed from: sums over the tasks that count, which can be added up team by team."""

    tasks: int
    weight: int
    """The levels."""
    percent: Decimal
    planned: Decimal
    """Both percents times the level."""

    @property
    def pace(self) -> Pace | None:
        """The means weighted by level; None when no task counts."""
        if not self.tasks:
            return None
        return Pace(_mean(self.percent, self.weight), _mean(self.planned, self.weight), self.tasks)


NO_SUMS = PaceSums(0, 0, Decimal(0), Decimal(0))


def sums_of(tasks: Iterable[PacedTask]) -> PaceSums:
    """The sums over those of the tasks that count."""
    count, weight, percent, planned = NO_SUMS
    for task in tasks:
        if task.planned is not None and not task.cancelled:
            count += 1
            weight += task.level
            percent += task.level * task.percent
            planned += task.level * task.planned
    return PaceSums(count, weight, percent, planned)


def added_up(sums: Iterable[PaceSums]) -> PaceSums:
    """The sums over tasks that are in one of these each."""
    tasks, weight, percent, planned = zip(NO_SUMS, *sums, strict=True)
    return PaceSums(sum(tasks), sum(weight), sum(percent, Decimal(0)), sum(planned, Decimal(0)))


def pace(tasks: Iterable[PacedTask]) -> Pace | None:
    """The mean of percent and of planned percent, weighted by level; None when no task counts.

    The means use the percents as stored and shown, so that anyone can recompute them from the list.
    """
    return sums_of(tasks).pace


@dataclass(frozen=True, slots=True)
class PaceChange:
    """From an earlier pace to the present one, in points as shown, and what other tasks and levels did to it.

    `added` and `gone` tasks count in one of the two only; `levels` is the number of tasks whose level changed.
    `percent_by_tasks` and `planned_by_tasks` are the part of the change that is not progress or passing time: without
    it the same tasks would have moved the two percents by the rest.
    """

    before: Pace
    now: Pace
    added: int
    gone: int
    levels: int
    percent_by_tasks: int
    planned_by_tasks: int

    @property
    def narrowed(self) -> int:
        """Points by which the shown gap is smaller now; negative when it has widened."""
        return self.before.gap - self.now.gap

    @property
    def is_by_tasks(self) -> bool:
        """Whether other tasks or levels moved what is shown."""
        return bool(self.percent_by_tasks or self.planned_by_tasks)


class ChangeSums(NamedTuple):
    """What a change of the pace is computed from, which can be added up team by team as well."""

    before: PaceSums
    now: PaceSums
    start: PaceSums
    """The tasks of both, before, with the levels of now: from here to `end` it is progress and time."""
    end: PaceSums
    levels: int

    @property
    def change(self) -> PaceChange | None:
        """The change; None where either moment has no pace."""
        first, last, start, end = (sums.pace for sums in self[:4])
        if first is None or last is None:
            return None
        percent, planned = (
            shown_percent(getattr(last, name))
            - shown_percent(getattr(first, name))
            - (shown_percent(getattr(end, name)) - shown_percent(getattr(start, name)) if start and end else 0)
            for name in ("percent", "planned")
        )
        return PaceChange(
            before=first,
            now=last,
            added=self.now.tasks - self.end.tasks,
            gone=self.before.tasks - self.start.tasks,
            levels=self.levels,
            percent_by_tasks=percent,
            planned_by_tasks=planned,
        )


def change_sums(before: Mapping[int, PacedTask], now: Mapping[int, PacedTask]) -> ChangeSums:
    """The sums over tasks by their keys at two moments."""
    before = {key: task for key, task in before.items() if task.counts}
    now = {key: task for key, task in now.items() if task.counts}
    same = before.keys() & now.keys()
    return ChangeSums(
        before=sums_of(before.values()),
        now=sums_of(now.values()),
        start=sums_of(replace(before[key], level=now[key].level) for key in same),
        end=sums_of(now[key] for key in same),
        levels=sum(before[key].level != now[key].level for key in same),
    )


def changes_added_up(changes: Iterable[ChangeSums]) -> ChangeSums:
    """The sums over tasks that are in one of these each."""
    found = list(changes)
    return ChangeSums(
        added_up(each.before for each in found),
        added_up(each.now for each in found),
        added_up(each.start for each in found),
        added_up(each.end for each in found),
        sum(each.levels for each in found),
    )


def _mean(total: Decimal, weight: int) -> Decimal:
    """A weighted sum of percents divided by its weight, half up to two decimals."""
    part, whole = total.as_integer_ratio()
    return _percent(part, 100 * whole * weight)


def _percent(part: int, whole: int) -> Decimal:
    """100 x part / whole, half up to two decimals."""
    hundredths = (20_000 * part + whole) // (2 * whole)
    return Decimal(hundredths).scaleb(-2)
