"""The bar of a task on the time axis: its span, its progress and its milestones."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from governance.charts.attributes import WHOLE, percent_text, place
from governance.charts.axis import TimeAxis

NARROWEST = 40
"""A bar is at least this wide (in hundredths of a percent), so that a task of one day is seen."""


class MilestoneState(StrEnum):
    """How a milestone is drawn."""

    DONE = "done"
    LATE = "late"
    OPEN = "open"


@dataclass(frozen=True, slots=True)
class MilestoneDay:
    """What the chart needs to know of a milestone: its due date and the day it was done."""

    due: date
    done_on: date | None = None

    def state_on(self, day: date) -> MilestoneState:
        """The state on the evening of `day`; late from the day after the due date."""
        if self.done_on is not None and self.done_on <= day:
            return MilestoneState.DONE
        return MilestoneState.LATE if self.due < day else MilestoneState.OPEN


@dataclass(frozen=True, slots=True)
class MilestoneMark:
    """A milestone on the axis."""

    x: str
    state: MilestoneState


@dataclass(frozen=True, slots=True)
class SpanBar:
    """A track from start to due with progress filled in from the left; both begin at `x`."""

    x: str
    width: str
    fill_width: str
    milestones: tuple[MilestoneMark, ...]


def span_bar(
    axis: TimeAxis,
    *,
    start: date,
    due: date | None,
    percent: Decimal,
    on: date,
    milestones: Iterable[MilestoneDay] = (),
) -> SpanBar | None:
    """The bar of a task as of the evening `on`; None when all of it is off the axis.

    An ongoing task (`due` is None) runs to the end of the axis. `percent` (0 to 100, two decimals) fills its share of
    the whole span. The parts of span and fill that are off the axis are cut; milestones off the axis are left out.
    """
    end = axis.last if due is None else due
    if end < axis.first or start > axis.last:
        return None
    done = place(int(100 * percent), WHOLE)
    left, right = axis.place(start), axis.place(end)
    filled = axis.place_between(start, end, done)
    if right - left < NARROWEST:
        left = min(left, WHOLE - NARROWEST)
        right = left + NARROWEST
        filled = left + place(NARROWEST * done, WHOLE * WHOLE)
    return SpanBar(
        x=percent_text(left),
        width=percent_text(right - left),
        fill_width=percent_text(filled - left),
        milestones=tuple(
            MilestoneMark(axis.x(milestone.due), milestone.state_on(on))
            for milestone in milestones
            if axis.holds(milestone.due)
        ),
    )
