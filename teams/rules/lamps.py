"""The lamp of a task (docs/rules.md#lamp), without Django.

The rule returns days: from when a task is blue, yellow and red if nothing changes. They are stored with the task and
with each version of it, so that the lamp of any day follows from its state and three comparisons, in Python and in SQL.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

from governance.people.working_days import WorkingDays

from .progress import PlannedStep, plan_line

ASKED = "close_out_requested"
CLOSED = "closed_out"
SUSPENDED = "suspended"
CANCELLED = "cancelled"
LIT_STATES = frozenset({"assigned", "acknowledged", "in_progress", ASKED})
"""The states in which the three days decide; in the others the state decides."""


class Lamp(StrEnum):
    """The five lamps, the most urgent first."""

    RED = "red"
    YELLOW = "yellow"
    BLUE = "blue"
    GREEN = "green"
    GREY = "grey"


class LampReason(StrEnum):
    """Why a lamp is what it is (docs/rules.md#terms); each reason belongs to one lamp."""

    lamp: Lamp

    def __new__(cls, code: str, lamp: Lamp) -> "LampReason":
        member = str.__new__(cls, code)
        member._value_ = code
        member.lamp = lamp
        return member

    OVERDUE = "overdue", Lamp.RED
    FAR_BEHIND = "far_behind", Lamp.RED
    BEHIND = "behind", Lamp.YELLOW
    CLOSED_LATE = "closed_late", Lamp.YELLOW
    NO_PROGRESS = "no_progress", Lamp.YELLOW
    DUE_SOON = "due_soon", Lamp.BLUE
    ON_PLAN = "on_plan", Lamp.GREEN
    CLOSED_OUT = "closed_out", Lamp.GREY
    SUSPENDED = "suspended", Lamp.GREY
    CANCELLED = "cancelled", Lamp.GREY


@dataclass(frozen=True, slots=True)
class Thresholds:
    """The limits of a special action for behind, far behind, due soon and no progress.

    `red_gap` and `yellow_gap` are points behind plan: red above the first, yellow from the second on. `blue_days` are
    working days before the due day, `stale_days` calendar days.

    Raises:
        ValueError: not 0 < yellow_gap < red_gap, or a number of days below 1.
    """

    red_gap: Decimal | int = 30
    yellow_gap: Decimal | int = 10
    blue_days: int = 5
    stale_days: int = 60

    def __post_init__(self) -> None:
        if not 0 < self.yellow_gap < self.red_gap:
            raise ValueError(f"0 < yellow gap < red gap does not hold for {self.yellow_gap} and {self.red_gap}")
        if min(self.blue_days, self.stale_days) < 1:
            raise ValueError(f"days are 1 or more, not {self.blue_days} and {self.stale_days}")


@dataclass(frozen=True, slots=True)
class LampDates:
    """The days from which a task is blue, yellow and red if nothing changes; None: never.

    The most urgent lamp whose day has come is the lamp, so the three need not be in order.
    """

    blue_from: date | None = None
    yellow_from: date | None = None
    red_from: date | None = None


def lamp_dates(
    *,
    start: date,
    due: date | None,
    milestones: Sequence[PlannedStep],
    percent: Decimal,
    progress_changed_on: date | None,
    working_days: WorkingDays,
    thresholds: Thresholds,
) -> LampDates:
    """The lamp dates of an open task whose close-out was not requested.

    `due` is None for an ongoing task; `milestones` are those not replaced; `percent` is the actual percent;
    `progress_changed_on` is the day on which percent or count last changed, None when they never did.

    - Red: the day after due, or the first day with a gap to plan above `red_gap`.
    - Yellow: the first day with a gap of `yellow_gap` or more. Without a plan line: `stale_days` after the last change,
      or after the start when there was none.
    - Blue: the working day `blue_days` before due, due not counted, but not before the start.

    Raises:
        ValueError: the task starts after it is due.
    """
    line = plan_line(start=start, due=due, milestones=milestones)
    if line is None:
        stale_from = (progress_changed_on or start) + timedelta(days=thresholds.stale_days)
        return LampDates(yellow_from=stale_from)
    behind_from = line.first_day_at(percent + thresholds.yellow_gap)
    far_behind_from = line.first_day_above(percent + thresholds.red_gap)
    if due is None:
        return LampDates(yellow_from=behind_from, red_from=far_behind_from)
    overdue_from = due + timedelta(days=1)
    return LampDates(
        blue_from=max(start, working_days.before(due, thresholds.blue_days)),
        yellow_from=behind_from,
        red_from=min(overdue_from, far_behind_from or overdue_from),
    )


def drop_after(dates: LampDates, day: date) -> LampDates:
    """The dates of a task whose close-out is requested on `day`: dates after `day` are dropped.

    If it is sent back, the task's dates are computed again.
    """
    return LampDates(*(_kept(lit, day) for lit in (dates.blue_from, dates.yellow_from, dates.red_from)))


def asked_late(*, asked_on: date, due: date | None) -> bool:
    """Whether the close-out was requested after the due day then in force: the day of the request decides."""
    return due is not None and asked_on > due


def closed_dates(*, late: bool, on: date) -> LampDates:
    """The dates of a task closed out on `on`: permanently yellow when it was requested late, otherwise none."""
    return LampDates(yellow_from=on if late else None)


def lamp_on(state: str, dates: LampDates, day: date) -> Lamp:
    """The lamp of a task on `day`, from its state and its dates as known that evening.

    Raises:
        ValueError: `state` is no state of a task.
    """
    if state == CLOSED:
        return Lamp.YELLOW if dates.yellow_from else Lamp.GREY
    if state in (SUSPENDED, CANCELLED):
        return Lamp.GREY
    if state not in LIT_STATES:
        raise ValueError(f"no state of a task: {state!r}")
    lit = ((dates.red_from, Lamp.RED), (dates.yellow_from, Lamp.YELLOW), (dates.blue_from, Lamp.BLUE))
    return next((lamp for since, lamp in lit if _kept(since, day)), Lamp.GREEN)


def reason_on(state: str, dates: LampDates, day: date, *, due: date | None, has_plan_line: bool) -> LampReason:
    """Why the task has its lamp on `day`; `reason_on(...).lamp` is `lamp_on(...)`.

    A task that was far behind and is past due is overdue. After the close-out request time no longer counts: the task
    stays far behind if it was far behind on that day.

    Raises:
        ValueError: `state` is no state of a task.
    """
    lamp = lamp_on(state, dates, day)
    if state == CLOSED:
        return LampReason.CLOSED_LATE if lamp is Lamp.YELLOW else LampReason.CLOSED_OUT
    if state in (SUSPENDED, CANCELLED):
        return LampReason.SUSPENDED if state == SUSPENDED else LampReason.CANCELLED
    if lamp is Lamp.RED:
        judged_on = dates.red_from if state == ASKED else day
        return (
            LampReason.OVERDUE
            if due is not None and judged_on is not None and judged_on > due
            else LampReason.FAR_BEHIND
        )
    if lamp is Lamp.YELLOW:
        return LampReason.BEHIND if has_plan_line else LampReason.NO_PROGRESS
    return LampReason.DUE_SOON if lamp is Lamp.BLUE else LampReason.ON_PLAN


def _kept(lit: date | None, day: date) -> date | None:
    """`lit` if it is not after `day`, otherwise None."""
    return lit if lit is not None and lit <= day else None
