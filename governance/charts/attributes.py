"""Numbers for SVG attributes: short, exact, rounded half up.

Positions are counted in hundredths of a percent, so that marks for the same day line up exactly: a milestone with the
end of its bar, the fill with today's line.
"""

WHOLE = 10_000
"""The full width of a chart, in hundredths of a percent."""


def place(part: int, whole: int) -> int:
    """The position of `part` in `whole` (above 0), in hundredths of a percent: half up, clamped to the chart."""
    return min(max((2 * WHOLE * part + whole) // (2 * whole), 0), WHOLE)


def percent_text(hundredths: int) -> str:
    """A percentage as an attribute: 3967 is "39.67%", 8110 "81.1%", 10000 "100%"."""
    return f"{_short(hundredths, 2)}%"


def pixel_text(tenths: int) -> str:
    """A coordinate as an attribute: 60 is "6", 476 "47.6"."""
    return _short(tenths, 1)


def _short(number: int, decimals: int) -> str:
    """`number`, 0 or more, as text without trailing zeros; its last digit is the last decimal."""
    whole, rest = divmod(number, 10**decimals)
    return f"{whole}.{rest:0{decimals}}".rstrip("0").rstrip(".")
