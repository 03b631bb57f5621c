"""The office's verbs about reporting periods: generate them, set when they are due, close them."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import day_text, moment_text, names_text
from governance.people.models import CalendarDay, User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, record, save_version, verb

from ..models import PeriodLamp, ReportingPeriod, SpecialAction
from ..models.period import DAYS_IN_ORDER
from ..rules.periods import Period, Rhythm, periods
from ..states import OPEN_TASK_STATES, ReportState
from .due_moments import keep_due, without_calendar
from .period_ends import tasks_at_end


@verb(says=_("generated reporting periods"))
def generate_periods(
    action: SpecialAction, *, first: date, last: date, by: User, at: datetime
) -> list[ReportingPeriod]:
    """Generate the periods of the action's rhythm with a day from `first` to `last` (inclusive); return the new ones.

    Periods are never cut, and existing ones stay as they are. Each is due at 18:00 of the first working day after it
    ends (docs/rules.md#reporting-periods) by the present calendar; `without_calendar` tells which of them rest on none.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the days are not those of the action, all these periods exist, or one would overlap another.
    """
    require("generate_periods", by, action)
    action = locked(action)
    _check_stretch(action, first, last)
    wanted = {period.starts: period for period in periods(Rhythm(action.rhythm), first, last)}
    ends = [period.ends for period in wanted.values()]
    known = set(action.periods.filter(starts_on__in=wanted, ends_on__in=ends).values_list("starts_on", flat=True))
    fresh = [period for starts, period in wanted.items() if starts not in known]
    if not fresh:
        raise Invalid(fields={"last": _("These periods already exist. Choose later days.")})
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
    keep_due(made, by=by, at=at)
    change: dict[str, Any] = {"periods": [[row.starts_on, row.ends_on] for row in made]}
    if unknown := sorted({day_of(due_at).year for _period, due_at in without_calendar(made)}):
        change["without_calendar"] = unknown
    record("generate_periods", action, by=by, at=at, change=change)
    return made


@verb(says=_("set when reports are due"))
def set_period_due(
    period: ReportingPeriod, *, due_at: datetime, by: User, at: datetime, seen: int | None = None
) -> ReportingPeriod:
    """Set when the reports of a period are due; the moments before it stay on record.

    Reports submitted before keep their judgement as on time or late, and a past evening shows what was due then.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the period is closed.
        Invalid: the moment is before the period's last day.
        Stale: the period has changed since version `seen`.
    """
    require("set_period_due", by, period)
    period = locked(period, "action")
    check_due_settable(period)
    if day_of(due_at) < period.ends_on:
        raise Invalid(
            fields={
                "due_at": _("The period runs until %(day)s; its reports cannot be due before that.")
                % {"day": day_text(period.ends_on)}
            }
        )
    change = save_version(period, {"due_at": due_at}, seen=seen)
    if change:
        keep_due([period], by_hand=True, by=by, at=at)
        record("set_period_due", period, by=by, at=at, change=change)
    return period


def _check_stretch(action: SpecialAction, first: date, last: date) -> None:
    if last < first:
        raise Invalid(fields={"last": DAYS_IN_ORDER})
    outside = {
        name: _("The action runs from %(first)s to %(last)s.")
        % {"first": day_text(action.starts_on), "last": day_text(action.ends_on)}
        for name, day in (("first", first), ("last", last))
        if not action.starts_on <= day <= action.ends_on
    }
    if outside:
        raise Invalid(fields=outside)


def _check_free(action: SpecialAction, fresh: list[Period]) -> None:
    """No two periods of an action share a day; no portable constraint can express this (docs/rules.md#invariants)."""
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
                        "first": _("It overlaps with the period from %(first)s to %(last)s. Choose other days.")
                        % {"first": day_text(starts), "last": day_text(ends)}
                    }
                )


def check_due_settable(period: ReportingPeriod) -> None:
    """Refuse a period whose due time can no longer be changed.

    Raises:
        WrongState: it is closed.
    """
    if period.is_closed:
        raise WrongState(
            _("This period was closed on %(day)s, so its due time cannot be changed.")
            % {"day": day_text(period.closed_at)}
        )


@verb(says=_("closed a period"))
def close_period(period: ReportingPeriod, *, by: User, at: datetime) -> ReportingPeriod:
    """Close a period for good: it accepts no more reports, and the state of each open task is stored
    (docs/rules.md#closing-a-period).

    Stored for each task open on the last day: lamp, planned and actual percent as of that day. The due date is the one
    known that evening; the progress is the one accepted for this period, else for the latest before, else the one known
    that evening; the rule is the one then in force. A constant number of queries, rows in batches of 500.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is closed already, not yet due, or a submitted report is undecided.
    """
    require("close_period", by, period)
    period = locked(period, "action")
    for hindrance in hindrances(period, at=at):
        raise WrongState(hindrance)
    lamps = PeriodLamp.objects.bulk_create(_lamps(period, by=by, at=at), batch_size=500)
    save_version(period, {"closed_at": at, "closed_by": by})
    record("close_period", period, by=by, at=at, change={"closed_at": [None, at], "tasks": len(lamps)})
    return period


def hindrances(period: ReportingPeriod, *, at: datetime) -> list[str]:
    """What prevents closing `period` at the moment `at`; empty when nothing does."""
    if period.is_closed:
        return [_("This period was already closed on %(day)s.") % {"day": day_text(period.closed_at)}]
    found = []
    if at <= period.due_at:
        found.append(
            _("Reports are due by %(moment)s; the period can be closed after that.")
            % {"moment": moment_text(period.due_at)}
        )
    undecided = period.reports.filter(state=ReportState.SUBMITTED).order_by("team__order")
    teams = list(undecided.values_list("team__short_name", flat=True))
    if teams:
        found.append(
            _("The reports of these teams have not been reviewed: %(teams)s. Review them first.")
            % {"teams": names_text(teams)}
        )
    return found


def _lamps(period: ReportingPeriod, *, by: User, at: datetime) -> Iterator[PeriodLamp]:
    """The state of each task open on the last day, as rows to insert."""
    for each in tasks_at_end(period, Q(state__in=OPEN_TASK_STATES)):
        yield PeriodLamp(
            task_id=each.version.task_id,
            period=period,
            team_id=each.version.team_id,
            lamp=each.lamp,
            planned=each.planned,
            actual=each.version.percent,
            rule=each.rule,
            by=by,
            at=at,
        )
