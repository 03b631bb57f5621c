"""Verbs by which the office lays out reporting periods: generate them, say when they are due."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.writing import day_text
from governance.people.models import CalendarDay, User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, record, save_version, verb

from .models import ReportingPeriod, SpecialAction
from .rhythm import periods


@verb
def generate_periods(
    action: SpecialAction, *, first: date, last: date, by: User, at: datetime
) -> list[ReportingPeriod]:
    """Generate the periods of the action's rhythm that hold a day from `first` to `last`; answers with the new ones.

    Periods are never cut, those that exist stay as they are. Each is due at 18:00 of the first working day after it
    ends (docs/rules.md#reporting-periods), by the calendar as it is now.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the days are not those of the action, all these periods exist, or one would overlap another.
    """
    require("generate_periods", by, action)
    action = locked(action)
    _check_stretch(action, first, last)
    wanted = {period.starts: period for period in periods(action.rhythm, first, last)}
    known = set(
        action.periods.filter(starts_on__in=wanted, ends_on__in=_ends(wanted)).values_list("starts_on", flat=True)
    )
    fresh = [period for starts, period in wanted.items() if starts not in known]
    if not fresh:
        raise Invalid(fields={"last": _("These periods exist already. Choose later days.")})
    _check_free(action, fresh)
    working_days = CalendarDay.objects.working_days()
    made = ReportingPeriod.objects.bulk_create(
        [
            ReportingPeriod(
                action=action, starts_on=period.starts, ends_on=period.ends, due_at=period.due_at(working_days)
            )
            for period in fresh
        ]
    )
    record("generate_periods", action, by=by, at=at, change={"periods": [[row.starts_on, row.ends_on] for row in made]})
    return made


@verb
def set_period_due(
    period: ReportingPeriod, *, due_at: datetime, by: User, at: datetime, seen: int | None = None
) -> ReportingPeriod:
    """Say when the reports of a period are due. What was submitted before keeps what was judged of it then.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the period is closed.
        Invalid: the moment lies before the period's last day.
        Stale: the period has changed since version `seen`.
    """
    require("set_period_due", by, period)
    period = locked(period, "action")
    if period.is_closed:
        raise WrongState(
            _("This period was closed on %(day)s; its due time stays.") % {"day": day_text(period.closed_at)}
        )
    if day_of(due_at) < period.ends_on:
        raise Invalid(
            fields={
                "due_at": _("The period runs until %(day)s; its reports are due on that day or later.")
                % {"day": day_text(period.ends_on)}
            }
        )
    change = save_version(period, {"due_at": due_at}, seen=seen)
    if change:
        record("set_period_due", period, by=by, at=at, change=change)
    return period


def _check_stretch(action: SpecialAction, first: date, last: date) -> None:
    if last < first:
        raise Invalid(fields={"last": _("The last day comes after the first.")})
    outside = {
        name: _("The action runs from %(first)s to %(last)s.")
        % {"first": day_text(action.starts_on), "last": day_text(action.ends_on)}
        for name, day in (("first", first), ("last", last))
        if not action.starts_on <= day <= action.ends_on
    }
    if outside:
        raise Invalid(fields=outside)


def _check_free(action: SpecialAction, fresh: list) -> None:
    """No two periods of an action share a day: no constraint says that on both databases (docs/rules.md#invariants)."""
    days = list(
        action.periods.filter(starts_on__lte=fresh[-1].ends, ends_on__gte=fresh[0].starts).values_list(
            "starts_on", "ends_on"
        )
    )
    for period in fresh:
        for starts, ends in days:
            if starts <= period.ends and period.starts <= ends:
                raise Invalid(
                    fields={
                        "first": _("A period from %(first)s to %(last)s stands in the way. Choose other days.")
                        % {"first": day_text(starts), "last": day_text(ends)}
                    }
                )


def _ends(wanted: dict) -> list[date]:
    return [period.ends for period in wanted.values()]
