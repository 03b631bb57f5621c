"""Ranks that a team has in many draws: a dot, a bar, and how often each place."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from governance.charts.attributes import WHOLE, percent_text, place

MOST_TICKS = 10
MOST_COLUMNS = 60
"""Places up to which columns are drawn; on a longer axis they are thinner than a line, and hundreds of a team."""
COLUMN = 60
"""Percent of a place's width that its column takes."""


@dataclass(frozen=True, slots=True)
class PlaceColumn:
    """How often a team has one place: a column that stands on the line."""

    x: str
    width: str
    y: str
    height: str


@dataclass(frozen=True, slots=True)
class Spread:
    """The dot of the median, the bar from the low to the high percentile, and a column for each place if they fit."""

    dot: str
    x: str
    width: str
    columns: tuple[PlaceColumn, ...]


@dataclass(frozen=True, slots=True)
class PlaceTick:
    """A place named above the chart."""

    x: str
    place: int


@dataclass(frozen=True)
class PlaceAxis:
    """The places 1 to `last`, evenly from left to right, each in the middle of its own width."""

    last: int

    def at(self, rank: int) -> int:
        """The middle of a place, in hundredths of a percent."""
        return place(2 * rank - 1, 2 * self.last)

    @cached_property
    def ticks(self) -> tuple[PlaceTick, ...]:
        """Every place, or on a long axis every so many, the first always."""
        step = -(-self.last // MOST_TICKS)
        return tuple(PlaceTick(percent_text(self.at(rank)), rank) for rank in range(1, self.last + 1, step))

    @property
    def has_columns(self) -> bool:
        """Whether there is room for columns."""
        return self.last <= MOST_COLUMNS

    def spread(self, *, low: int, median: int, high: int, places: Iterable[tuple[int, int]], draws: int) -> Spread:
        """A team's ranks: percentiles, and (place, draws in it) of all `draws`."""
        width = WHOLE * COLUMN // (100 * self.last)
        left = self.at(low)
        return Spread(
            dot=percent_text(self.at(median)),
            x=percent_text(left),
            width=percent_text(self.at(high) - left),
            columns=tuple(
                PlaceColumn(
                    percent_text(self.at(rank) - width // 2),
                    percent_text(width),
                    percent_text(WHOLE - place(count, draws)),
                    percent_text(place(count, draws)),
                )
                for rank, count in (places if self.has_columns else ())
            ),
        )
