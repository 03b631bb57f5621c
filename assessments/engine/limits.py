"""How much a plan may ask for: what validation accepts is what the tables of results can keep (docs/rules.md#plans).

A number of a result's line has at most `POINT_DIGITS` digits, `MOST_DECIMALS` of them after the point: as many as both
databases keep exactly. `MOST_POINTS` and `MOST_OVER` keep every total below that; see `tests/assessments`.
"""

MOST_DECIMALS = 6
"""Decimals of points."""
MOST_POINTS = 1_000_000
"""Base points, a cap, an indicator's own points, and all bonus or all deduction points of a class together."""
MOST_OVER = 100
"""How many times its full points an indicator may pay beyond its target."""
POINT_DIGITS = 15
"""Digits of a total: SQLite keeps no more exactly."""

MOST_DAYS = 100
"""Working days of a stage."""
FIGURES_DAYS, CHECKING_DAYS, PUBLICITY_DAYS = 5, 2, 5
"""Working days of the stages where the plan names none."""

CODE_LENGTH = 60
"""Characters of a code, a level, a kind of round."""
TITLE_LENGTH = 200
"""Characters of a title or a basis."""
VALUE_LENGTH = 40
"""Characters of a value as entered, so also of a tier."""
