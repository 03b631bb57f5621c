"""When the reports of a period are due: kept moment by moment, and following the calendar until they are due.

A due moment is computed from the calendar of the day on which the period is generated. When the calendar changes, the
office lets the periods that are not yet due follow it: what it set by hand stays (docs/rules.md#due-moments).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db.models import OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, moment_text
from governance.people.models import CalendarDay, User
from governance.people.permissions import require
from governance.records.refusals import Stale, WrongState
from governance.records.verbs import locked, record, save_version, verb

from ..guards import moment_after
from ..models import PeriodDue, ReportingPeriod, SpecialAction
from ..rules.periods import Period


class Stays(StrEnum):
    """Why a due moment that differs from the calendar's does not follow it."""

    BY_HAND = "by_hand"
    PASSED = "passed"

    @property
    def label(self) -> Text:
        """The reason as a sentence."""
        return _STAYS[self]


_STAYS = {
    Stays.BY_HAND: _("Unchanged: the office set it manually."),
    Stays.PASSED: _("Unchanged: according to the calendar it would already have passed."),
}


@dataclass(frozen=True, slots=True)
class DueMove:
    """A due moment that differs from the one by the present calendar, and why it stays, if it does."""

    period: ReportingPeriod
    was: datetime
    becomes: datetime
    stays: Stays | None


def due_moves(action: SpecialAction, *, at: datetime) -> list[DueMove]:
    """The periods not yet due whose moment is not the calendar's, earliest first: two queries."""
    return _moves(ReportingPeriod.objects.filter(action=action), at)


def _moves(periods: QuerySet[ReportingPeriod], at: datetime) -> list[DueMove]:
    last = PeriodDue.objects.filter(period=OuterRef("pk")).order_by("-number")
    rows = periods.filter(closed_at=None, due_at__gte=at).annotate(by_hand=Subquery(last.values("by_hand")[:1]))
    working_days = CalendarDay.objects.working_days()
    found = []
    for row in rows.order_by("starts_on"):
        becomes = Period(row.starts_on, row.ends_on).due_at(working_days)
        if becomes != row.due_at:
            stays = Stays.BY_HAND if row.by_hand else Stays.PASSED if becomes <= at else None
            found.append(DueMove(row, row.due_at, becomes, stays))
    return found


def moving(moves: Iterable[DueMove]) -> list[DueMove]:
    """Those that follow the calendar."""
    return [move for move in moves if move.stays is None]


def fingerprint(moves: Iterable[DueMove]) -> str:
    """What a page has shown of `moves`, to tell whether it is still so when the office confirms."""
    return " ".join(f"{move.period.pk}:{move.becomes.isoformat()}" for move in moving(moves))


@verb(says=_("changed due times to follow the calendar"))
def follow_calendar(action: SpecialAction, *, by: User, at: datetime, seen: str | None = None) -> list[DueMove]:
    """Move the due moments of the periods not yet due to those of the present calendar; return what moved.

    What the office set by hand stays, and so does what would have passed already. When the calendar is changed back,
    the same verb moves them back. `seen` is the fingerprint of the moves that the office was shown.

    Raises:
        NotAllowed: `by` is not of the special office.
        Stale: other moves than those of `seen` are to be made by now.
        WrongState: every due moment follows the calendar already.
    """
    require("follow_calendar", by, action)
    action = locked(action)
    moves = _moves(ReportingPeriod.objects.filter(action=action).select_for_update(no_key=True, of=("self",)), at)
    if seen is not None and seen != fingerprint(moves):
        raise Stale
    moves = moving(moves)
    if not moves:
        raise WrongState(_("Every due time that can follow the calendar already does."))
    for move in moves:
        save_version(move.period, {"due_at": move.becomes})
    keep_due([move.period for move in moves], by=by, at=at)
    change = {f"{move.period.starts_on}": [moment_text(move.was), moment_text(move.becomes)] for move in moves}
    record("follow_calendar", action, by=by, at=at, change=change)
    return moves


def keep_due(periods: Sequence[ReportingPeriod], *, by: User, at: datetime, by_hand: bool = False) -> None:
    """Insert the present due moment of each of these locked or new periods as the next of its history: two queries.

    Raises:
        ClockBehind: a due moment was set on a later day than that of `at`.
    """
    last = {row.period_id: row for row in PeriodDue.objects.filter(period__in=periods).order_by("period", "number")}
    PeriodDue.objects.bulk_create(
        [
            PeriodDue(
                period=period,
                number=former.number + 1 if former else 1,
                due_at=period.due_at,
                by_hand=by_hand,
                at=moment_after(former and former.at, at, period),
                by=by,
            )
            for period in periods
            for former in [last.get(period.pk)]
        ],
        batch_size=500,
    )


def without_calendar(periods: Iterable[ReportingPeriod | Period]) -> list[tuple[ReportingPeriod | Period, datetime]]:
    """The periods due in a year of which no holiday is known, with their moments: two queries at most.

    Such a moment goes by weekdays alone, so that it may fall on New Year's Day.
    """
    working_days, years = CalendarDay.objects.working_days(), CalendarDay.objects.years()
    due = [(each, each.due_at(working_days) if isinstance(each, Period) else each.due_at) for each in periods]
    return [(period, due_at) for period, due_at in due if day_of(due_at).year not in years]
