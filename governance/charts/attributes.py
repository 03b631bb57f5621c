"""Numbers as they stand in SVG attributes: short, exact, half up.

Places on a chart are counted in hundredths of a percent, so that what should meet meets: a milestone at the end of its
bar, the fill at today's line.
"""

WHOLE = 10_000
"""The full width of a chart, in hundredths of a percent."""


def place(part: int, whole: int) -> int:
    """Where `part` of `whole` lies, in hundredths of a percent: half up, kept on the chart. `whole` is above 0."""
    return min(max((2 * WHOLE * part + whole) // (2 * whole), 0), WHOLE)


def percent_text(hundredths: int) -> str:
    """A percentage as an attribute: 3967 is "39.67%", 8110 "81.1%", 10000 "100%"."""
    return f"{_short(hundredths, 2)}%"


def pixel_text(tenths: int) -> str:
    """A coordinate as an attribute: 60 is "6", 476 "47.6"."""
    return _short(tenths, 1)


def _short(number: int, decimals: int) -> str:
    """A whole number of the last decimal, 0 or more, as text without trailing zeros."""
    whole, rest = divmod(number, 10**decimals)
    return f"{whole}.{rest:0{decimals}}".rstrip("0").rstrip(".")
