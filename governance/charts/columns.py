"""Columns side by side, one a month, with a limit across."""

from collections.abc import Sequence
from dataclasses import dataclass

from governance.charts.attributes import WHOLE, percent_text, place

GAP = 25
"""Percent of a column's place that stays free."""


@dataclass(frozen=True, slots=True)
class ChartColumn:
    """One column: its left edge, width, top and height, and its middle for a label."""

    x: str
    width: str
    y: str
    height: str
    middle: str


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns and the position of the limit; None where there is no limit."""

    columns: tuple[ChartColumn, ...]
    limit: str | None


def columns_of(values: Sequence[int], *, limit: int | None = None) -> Columns:
    """Columns of whole numbers, 0 or more, that fill the drawing; the highest value or the limit reaches the top."""
    top = max([*values, limit or 0, 1])
    count = max(len(values), 1)
    step = WHOLE // count
    width = step * (100 - GAP) // 100
    drawn = []
    for index, value in enumerate(values):
        height = place(value, top)
        left = place(index, count) + (step - width) // 2
        drawn.append(
            ChartColumn(
                percent_text(left),
                percent_text(width),
                percent_text(WHOLE - height),
                percent_text(height),
                percent_text(left + width // 2),
            )
        )
    return Columns(tuple(drawn), None if limit is None else percent_text(WHOLE - place(limit, top)))
