"""The strip that shows pace everywhere: actual progress is a bar, planned progress is a tick."""

from dataclasses import dataclass
from decimal import Decimal

from governance.charts.attributes import percent_text, place


@dataclass(frozen=True, slots=True)
class Strip:
    """The width of the bar and the position of the tick; None where there is no value: nothing is drawn (never 0)."""

    width: str | None
    tick: str | None


def pace_strip(percent: Decimal | int | None, planned: Decimal | int | None = None) -> Strip:
    """Progress against planned progress; both percents of 0 to 100, values outside are drawn at the edge."""
    return score_strip(percent, Decimal(100), planned)


def score_strip(points: Decimal | int | None, full: Decimal, mean: Decimal | int | None = None) -> Strip:
    """Points out of `full` points, with the class mean as the tick; an empty strip where no points can be reached."""
    if full <= 0:
        return Strip(None, None)
    return Strip(_share(points, full), _share(mean, full))


def _share(part: Decimal | int | None, whole: Decimal) -> str | None:
    """`part` of `whole` as an attribute."""
    if part is None:
        return None
    (part_above, part_below), (whole_above, whole_below) = part.as_integer_ratio(), whole.as_integer_ratio()
    return percent_text(place(part_above * whole_below, part_below * whole_above))
