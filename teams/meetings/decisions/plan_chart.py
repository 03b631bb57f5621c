"""The strip of a planned task: its plan line, and its lamps if nothing is ever done."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import pairwise

from governance.charts.attributes import WHOLE, percent_text, pixel_text
from governance.charts.axis import TimeAxis
from governance.clock import day_of
from teams.rules.lamps import Lamp

from .forecast import FirstReport, Forecast

BOTTOM, HEIGHT = 780, 560
"""Where 0 percent lies and how far 100 percent lies above it, in tenths of a pixel."""
EDGE = 1800
"""Nearer to an edge than this (in hundredths of a percent) the words of a mark are written inwards."""


@dataclass(frozen=True, slots=True)
class Corner:
    """A point of the plan line."""

    x: str
    y: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of days with one lamp."""

    lamp: str
    x: str
    width: str


@dataclass(frozen=True, slots=True)
class Flag:
    """A day with a mark; `anchor` keeps its words on the drawing."""

    lamp: str
    day: date
    x: str
    anchor: str


@dataclass(frozen=True)
class PlanChart:
    """What the template draws."""

    line: list[tuple[Corner, Corner]]
    corners: list[Corner]
    stretches: list[Stretch]
    flags: list[Flag]
    report: Flag | None


def plan_chart(plan: Forecast, first: FirstReport) -> PlanChart | None:
    """The drawing of a planned task; None for one that has no plan line or lasts a single day."""
    if not plan.corners or plan.due_on is None or plan.due_on <= plan.start_on:
        return None
    axis = TimeAxis(plan.start_on, max(plan.due_on, plan.corners[-1][0]))
    corners = [Corner(axis.x(day), _height(percent)) for day, percent in plan.corners]
    lit = list(_lamps(plan, axis))
    return PlanChart(
        line=list(pairwise(corners)),
        corners=corners[1:],
        stretches=[
            Stretch(lamp, axis.x(since), percent_text(axis.place(until) - axis.place(since)))
            for lamp, since, until in lit
            if axis.place(until) > axis.place(since)
        ],
        flags=[_flag(lamp, since, axis) for lamp, since, _until in lit[1:] if axis.holds(since)],
        report=_flag("", reported_on, axis) if axis.holds(reported_on := day_of(first.due_at)) else None,
    )


def _lamps(plan: Forecast, axis: TimeAxis) -> Iterator[tuple[str, date, date]]:
    """The lamps from the start to the end of the drawing: (lamp, since, until)."""
    turns = [(Lamp.GREEN, plan.start_on)]
    turns += [(lamp, day) for lamp, day in ((Lamp.YELLOW, plan.yellow_on), (Lamp.RED, plan.red_on)) if day is not None]
    turns = [(lamp, min(day, axis.last)) for lamp, day in turns]
    ends = [day for _lamp, day in turns[1:]] + [axis.last]
    for (lamp, since), until in zip(turns, ends, strict=True):
        yield lamp.value, since, until


def _flag(lamp: str, day: date, axis: TimeAxis) -> Flag:
    at = axis.place(day)
    anchor = "start" if at < EDGE else "end" if at > WHOLE - EDGE else "middle"
    return Flag(lamp, day, percent_text(at), anchor)


def _height(percent: Decimal) -> str:
    return pixel_text(BOTTOM - int(percent * HEIGHT / 100))
