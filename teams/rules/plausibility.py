"""Whether a reported number or a close-out is asked a second time, without Django (docs/rules.md#a-second-look)."""

from dataclasses import dataclass
from decimal import Decimal

from .progress import FULL

TIMES_TARGET = 2
"""A count of this many times its target, or more, is asked."""

JUMP_POINTS = 30
"""Progress that has grown by more percentage points than this since it was last accepted is asked."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """Why a number is asked: how many times the target it is, or how many points it has grown; the other is None."""

    times: Decimal | None = None
    points: Decimal | None = None


def times_target(done: Decimal, target: Decimal | None) -> Decimal | None:
    """How many times its target a count is that is asked; None where it is plausible or has no target above 0."""
    return done / target if target and target > 0 and done >= TIMES_TARGET * target else None


def doubt_about(
    *, before: Decimal, percent: Decimal, done: Decimal | None = None, target: Decimal | None = None
) -> Doubt | None:
    """Why progress of `percent` after `before` is asked, or None; with a quantity, `done` of `target`, above 0."""
    if done is not None and (times := times_target(done, target)):
        return Doubt(times=times)
    if percent - before > JUMP_POINTS:
        return Doubt(points=percent - before)
    return None


def is_unfinished(*, percent: Decimal, done: Decimal | None = None, target: Decimal | None = None) -> bool:
    """Whether a close-out is asked a second time: `done` is below `target`, or `percent` below 100."""
    return percent < FULL if done is None or target is None else done < target
