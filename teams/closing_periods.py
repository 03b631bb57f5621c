"""The verb that closes a reporting period and keeps how each open task stood (docs/rules.md#closing-a-period)."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Subquery
from django.utils.translation import gettext_lazy as _

from governance.clock import end_of
from governance.lists.writing import day_text, moment_text
from governance.people.models import CalendarDay, User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.verbs import locked, record, save_version, verb

from .keeping import Lighting, dates_for, milestones_in, steps_of
from .lamps import lamp_on
from .models import LampRule, PeriodLamp, ReportingPeriod, TaskVersion
from .owed import accepted_entries
from .planning import percent_of_quantity, plan_line
from .states import OPEN_TASK_STATES, ReportState


@verb
def close_period(period: ReportingPeriod, *, by: User, at: datetime) -> ReportingPeriod:
    """Close a period for good: it takes no more reports, and how each open task stood is kept.

    Kept for each task open on the last day: lamp, planned and actual percent as of that day. The due date is the one
    known that evening; the progress is what was accepted for this period, else for the latest before, else what was
    known that evening; the rule is the one then in force. A constant number of queries, rows in batches of 500.

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
    """What stands in the way of closing `period` at the moment `at`; empty when nothing does."""
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
    """How each task open on the last day stood, as rows to insert."""
    lighting = _lighting_on(period)
    for version in _versions_on(period):
        milestones = milestones_in(version)
        _lay_progress(version, period)
        line = plan_line(start=version.start_on, due=version.due_on, milestones=steps_of(milestones))
        yield PeriodLamp(
            task_id=version.task_id,
            period=period,
            team_id=version.team_id,
            lamp=lamp_on(version.state, dates_for(version, milestones, lighting), period.ends_on),
            planned=None if line is None else line.percent_on(period.ends_on),
            actual=version.percent,
            rule=lighting.rule,
            by=by,
            at=at,
        )


def _versions_on(period: ReportingPeriod) -> list[TaskVersion]:
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


def _lay_progress(version: TaskVersion, period: ReportingPeriod) -> None:
    """Put the accepted progress in the place of what the version, which stays unsaved, knew."""
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


def _lighting_on(period: ReportingPeriod) -> Lighting:
    """The rule in force on the last day (the first one where none was yet) and the calendar: two queries."""
    rules = list(LampRule.objects.filter(action=period.action).order_by("number"))
    if not rules:
        raise LookupError(f"{period.action.code} has no lamp rule")
    in_force = [rule for rule in rules if rule.at < end_of(period.ends_on)]
    rule = in_force[-1] if in_force else rules[0]
    return Lighting(rule, rule.thresholds, CalendarDay.objects.working_days())
