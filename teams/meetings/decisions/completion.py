"""When a decision is done for a team, and which due date is in force, without Django (docs/rules.md#decisions)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Done:
    """The day on which something was done, and when that was recorded."""

    on: date
    recorded_at: datetime


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of one task or problem of a decision: done or not; a cancelled or dropped one does not count."""

    done: Done | None
    counts: bool = True


@dataclass(frozen=True, slots=True)
class Granted:
    """An extension that was granted on a task which the decision created."""

    at: datetime
    due_on: date


def done_of(fates: Iterable[Fate], recorded: Done | None) -> Done | None:
    """When a decision was done for a team: the latest of its outcomes, None while one of them is not done.

    Where no outcome counts it is what the office recorded, if anything.
    """
    counting = [fate for fate in fates if fate.counts]
    if not counting:
        return recorded
    done = [fate.done for fate in counting if fate.done is not None]
    if len(done) < len(counting):
        return None
    return Done(max(each.on for each in done), max(each.recorded_at for each in done))


def due_in_force(due: date | None, *, adopted_at: datetime | None, granted: Iterable[Granted]) -> date | None:
    """The decision's due date, or the later one that was granted after its adoption; None where it has no date."""
    if due is None or adopted_at is None:
        return due
    return max([due, *(each.due_on for each in granted if each.at > adopted_at)])


def is_on_time(done: Done | None, due: date | None) -> bool | None:
    """Whether it was done by the date in force; None while it is not done, or without a date."""
    return None if done is None or due is None else done.on <= due
