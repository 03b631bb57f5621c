"""Bars of ages on one scale of days: how long something has lasted, when it was due, when it rested."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.charts.attributes import percent_text, place

STEPS = 6
"""The parts of a scale."""

WIDTHS = (5, 10, 15, 30, 60, 90, 180)
"""The days that a part may have; more are whole years."""

YEAR = 365


@dataclass(frozen=True, slots=True)
class DayTick:
    """A number of days written at a place of the scale; `anchor` is its text-anchor."""

    x: str
    days: int
    anchor: str


@dataclass(frozen=True, slots=True)
class AgeGap:
    """The days on which something rested."""

    x: str
    width: str


@dataclass(frozen=True, slots=True)
class AgeBar:
    """A bar from the left; `tick` is the due day, None where there is none or it is off the scale."""

    width: str
    tick: str | None
    gaps: tuple[AgeGap, ...]


@dataclass(frozen=True, slots=True)
class DayScale:
    """A scale from 0 to `last` days."""

    step: int

    @classmethod
    def holding(cls, days: int) -> "DayScale":
        """The shortest scale that holds `days`."""
        fitting = [width for width in WIDTHS if width * STEPS >= days]
        return cls(fitting[0] if fitting else YEAR * -(-days // (YEAR * STEPS)))

    @property
    def last(self) -> int:
        """The days at its right end."""
        return self.step * STEPS

    @property
    def ticks(self) -> list[DayTick]:
        """The labels, the outermost written inwards."""
        anchors = {0: "start", STEPS: "end"}
        return [DayTick(self.x(n * self.step), n * self.step, anchors.get(n, "middle")) for n in range(STEPS + 1)]

    def x(self, days: int) -> str:
        """The place of a number of days; those off the scale are at its edge."""
        return percent_text(place(days, self.last))

    def bar(self, days: int, *, due: int | None = None, gaps: Sequence[tuple[int, int]] = ()) -> AgeBar:
        """The bar of `days`, with the due day and the gaps (first day, last day) counted from the same beginning."""
        return AgeBar(
            width=self.x(days),
            tick=None if due is None or not 0 <= due <= self.last else self.x(due),
            gaps=tuple(
                AgeGap(self.x(first), percent_text(place(last, self.last) - place(first, self.last)))
                for first, last in gaps
            ),
        )
