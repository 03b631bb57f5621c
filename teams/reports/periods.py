"""The office's verbs about reporting periods: generate them, set when they are due, close them."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of, end_of
from governance.lists.text import day_text, moment_text
from governance.people.models import CalendarDay, User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, record, save_version, verb

from ..models import LampRule, PeriodLamp, ReportingPeriod, SpecialAction, TaskVersion
from ..models.period import DAYS_IN_ORDER
from ..rules.lamps import lamp_on
from ..rules.periods import Rhythm, periods
from ..rules.progress import percent_of_quantity, plan_line
from ..states import OPEN_TASK_STATES, ReportState
from ..tasks.changes import LampContext, dates_for, milestones_in, steps_of
from .owed_rows import accepted_entries

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Accepted(TypedDict):
    """What accepted reports said last of a task: its percent, its count, and the last day they speak of."""

    accepted_percent: Decimal | None
    accepted_done: Decimal | None
    accepted_for: date | None


@verb(says=_("generated reporting periods"))
def generate_periods(
    action: SpecialAction, *, first: date, last: date, by: User, at: datetime
) -> list[ReportingPeriod]:
    """Generate the periods of the action's rhythm with a day from `first` to `last` (inclusive); return the new ones.

    Periods are never cut, and existing ones stay as they are. Each is due at 18:00 of the first working day after it
    ends (docs/rules.md#reporting-periods), by the present calendar.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the days are not those of the action, all these periods exist, or one would overlap another.
    """
    require("generate_periods", by, action)
    action = locked(action)
    _check_stretch(action, first, last)
    wanted = {period.starts: period for period in periods(Rhythm(action.rhythm), first, last)}
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


@verb(says=_("set when a period is due"))
def set_period_due(
    period: ReportingPeriod, *, due_at: datetime, by: User, at: datetime, seen: int | None = None
) -> ReportingPeriod:
    """Set when the reports of a period are due. Reports submitted before keep their judgement as on time or late.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the period is closed.
        Invalid: the moment is before the period's last day.
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
        raise Invalid(fields={"last": DAYS_IN_ORDER})
    outside = {
        name: _("The action runs from %(first)s to %(last)s.")
        % {"first": day_text(action.starts_on), "last": day_text(action.ends_on)}
        for name, day in (("first", first), ("last", last))
        if not action.starts_on <= day <= action.ends_on
    }
    if outside:
        raise Invalid(fields=outside)


def _check_free(action: SpecialAction, fresh: list) -> None:
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
                        "first": _("A period from %(first)s to %(last)s stands in the way. Choose other days.")
                        % {"first": day_text(starts), "last": day_text(ends)}
                    }
                )


def _ends(wanted: dict) -> list[date]:
    return [period.ends for period in wanted.values()]


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
        return [_("This period was closed on %(day)s already.") % {"day": day_text(period.closed_at)}]
    found = []
    if at <= period.due_at:
        found.append(
            _("Reports are due until %(moment)s; the period can be closed after that.")
            % {"moment": moment_text(period.due_at)}
        )
    undecided = period.reports.filter(state=ReportState.SUBMITTED).order_by("team__order")
    teams = list(undecided.values_list("team__short_name", flat=True))
    if teams:
        found.append(
            _("These reports wait for a decision: %(teams)s. Review them first.") % {"teams": "、".join(teams)}
        )
    return found


def _lamps(period: ReportingPeriod, *, by: User, at: datetime) -> Iterator[PeriodLamp]:
    """The state of each task open on the last day, as rows to insert."""
    lamp_context = _lamp_context_on(period)
    for version in _versions_on(period):
        milestones = milestones_in(version)
        _lay_progress(version, period)
        line = plan_line(start=version.start_on, due=version.due_on, milestones=steps_of(milestones))
        yield PeriodLamp(
            task_id=version.task_id,
            period=period,
            team_id=version.team_id,
            lamp=lamp_on(version.state, dates_for(version, milestones, lamp_context), period.ends_on),
            planned=None if line is None else line.percent_on(period.ends_on),
            actual=version.percent,
            rule=lamp_context.rule,
            by=by,
            at=at,
        )


def _versions_on(period: ReportingPeriod) -> "list[WithAnnotations[TaskVersion, Accepted]]":
    """The tasks open on the last day as known that evening, with the progress accepted until then: one query."""
    accepted = accepted_entries("task_id").filter(submission__report__period__starts_on__lte=period.starts_on)
    return list(
        TaskVersion.objects.as_known_before(end_of(period.ends_on))
        .filter(task__action=period.action, state__in=OPEN_TASK_STATES)
        .annotate(
            accepted_percent=Subquery(accepted.values("percent")[:1]),
            accepted_done=Subquery(accepted.values("done")[:1]),
            accepted_for=Subquery(accepted.values("submission__report__period__ends_on")[:1]),
        )
        .order_by("task")
    )


def _lay_progress(version: "WithAnnotations[TaskVersion, Accepted]", period: ReportingPeriod) -> None:
    """Replace the version's progress by the accepted one; the version stays unsaved."""
    if version.accepted_percent is None:
        return
    known = (version.percent, version.done)
    if version.target is None:
        version.percent = version.accepted_percent
    elif version.accepted_done is not None:
        version.done = version.accepted_done
        version.percent = percent_of_quantity(done=version.done, target=version.target)
    if (version.percent, version.done) != known:
        version.progressed_on = max(filter(None, (version.progressed_on, version.accepted_for)))


def _lamp_context_on(period: ReportingPeriod) -> LampContext:
    """The rule in force on the last day (the first one where none was yet) and the calendar: two queries."""
    rules = list(LampRule.objects.filter(action=period.action).order_by("number"))
    if not rules:
        raise LookupError(f"{period.action.code} has no lamp rule")
    in_force = [rule for rule in rules if rule.at < end_of(period.ends_on)]
    rule = in_force[-1] if in_force else rules[0]
    return LampContext(rule, rule.thresholds, CalendarDay.objects.working_days())
