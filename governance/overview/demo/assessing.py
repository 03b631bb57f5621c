"""The trial round of the third quarter, by the verbs of the assessment centre."""


def assess(story) -> None:
    """Plan adopted, round opened, measures frozen, figures entered, scored, approved, published."""
