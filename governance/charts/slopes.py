"""Two orders of the same things side by side: a line joins each thing's two places, in pixels from the top."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

ROW = 32
"""The height of a place."""


@dataclass(frozen=True, slots=True)
class Slope:
    """The line of one thing, from its place on the left to that on the right."""

    left: str
    right: str
    is_moved: bool


@dataclass(frozen=True, slots=True)
class Slopes:
    """One line a thing, in the order on the left."""

    height: int
    lines: tuple[Slope, ...]


def slopes(before: Sequence[Hashable], after: Sequence[Hashable]) -> Slopes:
    """The lines between two orders of the same things. Raises KeyError where one is missing in `after`."""
    places = {thing: index for index, thing in enumerate(after)}
    lines = tuple(
        Slope(_middle(index), _middle(places[thing]), places[thing] != index) for index, thing in enumerate(before)
    )
    return Slopes(ROW * len(before), lines)


def _middle(index: int) -> str:
    return str(ROW * index + ROW // 2)
