"""The strip that stands for pace everywhere: actual is a bar, planned is a tick."""

from dataclasses import dataclass
from decimal import Decimal

from governance.charts.attributes import percent_text, place


@dataclass(frozen=True, slots=True)
class Strip:
    """The width of the bar and the place of the tick; None for what there is not, which is not drawn (and never 0)."""

    width: str | None
    tick: str | None


def pace_strip(percent: Decimal | int | None, planned: Decimal | int | None = None) -> Strip:
    """Progress over planned progress; both percents of 0 to 100, what lies outside is drawn at the edge."""
    return score_strip(percent, Decimal(100), planned)


def score_strip(points: Decimal | int | None, full: Decimal, mean: Decimal | int | None = None) -> Strip:
    """Points of `full` points, with the mean of the class as the tick; nothing where there are no points to reach."""
    if full <= 0:
        return Strip(None, None)
    return Strip(_share(points, full), _share(mean, full))


def _share(part: Decimal | int | None, whole: Decimal) -> str | None:
    """`part` of `whole` as an attribute."""
    if part is None:
        return None
    (part_above, part_below), (whole_above, whole_below) = part.as_integer_ratio(), whole.as_integer_ratio()
    return percent_text(place(part_above * whole_below, part_below * whole_above))
