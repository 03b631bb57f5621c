"""The small charts of the last periods in the tiles of the wall chart, each with its numbers in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext as _

from governance.charts import Columns, CurveLine, columns_of
from governance.charts.attributes import WHOLE, percent_text, pixel_text, place
from governance.lists.text import count_text, names_text, short_date

from .trends import TrendPoint

HEIGHT = 360
"""Of the line, in tenths of a pixel; the marks at its edges need some room around it."""
LEAST = 10
"""Points that the line's scale spans at least, so that a gap of one point is no precipice."""


@dataclass(frozen=True)
class GapLine:
    """Points behind plan from evening to evening; the axis is the plan."""

    stretches: Sequence[CurveLine]
    """From one evening to the next."""
    x: str
    y: str
    """Of the last evening."""
    axis: str
    words: str


@dataclass(frozen=True)
class Bars:
    """A number for each evening."""

    drawn: Columns
    words: str


def gap_line(points: Sequence[TrendPoint]) -> GapLine | None:
    """The line of the gap; None where fewer than two evenings have one."""
    gaps = [(index, point.gap) for index, point in enumerate(points) if point.gap is not None]
    if len(gaps) < 2:
        return None
    top = min(0, *(gap for _index, gap in gaps))
    span = max(LEAST, *(gap - top for _index, gap in gaps))

    def x(index: int) -> str:
        return percent_text(place(2 * index + 1, 2 * len(points)))

    def y(gap: int) -> str:
        return pixel_text(20 + place(gap - top, span) * HEIGHT // WHOLE)

    ends = [(x(index), y(gap)) for index, gap in gaps]
    told = [(points[index], -gap) for index, gap in gaps]
    return GapLine(
        [CurveLine(*before, *after) for before, after in pairwise(ends)],
        *ends[-1],
        axis=y(0),
        words=_("Points against plan: %(numbers)s") % {"numbers": _numbers(told)},
    )


def red_bars(points: Sequence[TrendPoint]) -> Bars:
    """The number of red tasks."""
    words = _("Red tasks: %(numbers)s") % {"numbers": _numbers((point, point.red) for point in points)}
    return Bars(columns_of([point.red for point in points]), words)


def late_bars(points: Sequence[TrendPoint], late: Sequence[int]) -> Bars:
    """The number of teams that did not report in time."""
    words = _("Teams that did not report in time: %(numbers)s") % {"numbers": _numbers(zip(points, late, strict=True))}
    return Bars(columns_of(late), words)


def _numbers(told: Iterable[tuple[TrendPoint, int]]) -> str:
    return names_text(f"{short_date(point.on)} {count_text(number)}" for point, number in told)
