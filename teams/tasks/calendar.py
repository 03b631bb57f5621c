"""The days off and the worked weekends of a year, entered at once; the lamps follow (docs/rules.md#calendar)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.formats.holidays import NamedDay
from governance.people.models import CalendarDay, User
from governance.people.permissions import require
from governance.people.working_days import SATURDAY
from governance.records.dry_runs import fingerprint_of
from governance.records.refusals import Stale, WrongState
from governance.records.verbs import locked, record, verb

from ..models import SpecialAction
from .lamp_rules import relight


@dataclass(frozen=True, slots=True)
class DayMove:
    """A day that is marked, or marked otherwise; `was` is None for one that was not marked."""

    on: date
    was: CalendarDay | None
    works: bool
    name: str


@dataclass
class CalendarMoves:
    """What a list of days does to the calendar.

    `same` counts days that are marked so already, `plain` those that are so by their day of the week; `stays` are days
    of the year that are marked and not on the list.
    """

    moves: list[DayMove] = field(default_factory=list)
    same: int = 0
    plain: int = 0
    stays: Sequence[CalendarDay] = ()

    @property
    def fingerprint(self) -> str:
        """Of the moves that were shown, to tell whether they are still to be made."""
        moves = [[move.on, move.was and [move.was.works, move.was.name], move.works, move.name] for move in self.moves]
        return fingerprint_of(moves)


def calendar_moves(days: Iterable[NamedDay], *, year: int) -> CalendarMoves:
    """What `days` would do to the calendar of `year`: one query, writes nothing."""
    named = {day.on: day for day in days}
    years = {year} | {on.year for on in named}
    stored = {row.on: row for row in CalendarDay.objects.filter(on__year__in=sorted(years))}
    found = CalendarMoves(stays=[row for on, row in stored.items() if on.year == year and on not in named])
    for on, day in sorted(named.items()):
        row = stored.get(on)
        if row is None and day.works == (on.weekday() < SATURDAY):
            found.plain += 1
        elif row is not None and row.works == day.works and day.name in ("", row.name):
            found.same += 1
        else:
            found.moves.append(DayMove(on, row, day.works, day.name or (row.name if row else "")))
    return found


@verb(says=_("entered the calendar of a year"))
def enter_calendar(
    days: Sequence[NamedDay], *, year: int, by: User, at: datetime, seen: str | None = None
) -> CalendarMoves:
    """Mark the days of a year and recompute the lamp dates of all actions' open tasks.

    Days that are marked and not among `days` stay; due moments of periods stay until the office lets them follow.
    `seen` is the fingerprint of the moves that were shown.

    Raises:
        NotAllowed: `by` is no administrator.
        Stale: other moves than those of `seen` are to be made by now.
        WrongState: every day is marked so already.
    """
    require("keep_calendar", by)
    actions = [locked(action) for action in SpecialAction.objects.order_by("pk")]
    found = calendar_moves(days, year=year)
    if seen is not None and seen != found.fingerprint:
        raise Stale
    if not found.moves:
        raise WrongState(_("The calendar already contains all of this, so there is nothing to save."))
    for move in found.moves:
        CalendarDay.objects.update_or_create(on=move.on, defaults={"works": move.works, "name": move.name})
    relit = sum(relight(action, cause="keep_calendar", by=by, at=at) for action in actions)
    change = {move.on.isoformat(): [day_mark(move.was), day_mark(move)] for move in found.moves}
    record("enter_calendar", None, by=by, at=at, change=change | {"year": year, "tasks": relit})
    return found


def day_mark(day: CalendarDay | DayMove | None) -> str:
    """A day in an event, as calendars print it: "休 国庆节", "班 国庆节"; "" for one that is not marked."""
    return "" if day is None else f"{'班' if day.works else '休'} {day.name}".strip()
