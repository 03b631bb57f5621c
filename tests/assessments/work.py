"""Work done for the tests of measures and rounds: tasks that move, periods that close, reports that come in."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from governance.clock import at_time, end_of
from governance.people.models import User
from governance.records.verbs import canonical
from teams.models import (
    CloseOut,
    PeriodLamp,
    ProgressReport,
    ReportDecision,
    ReportingPeriod,
    ReportSubmission,
    SpecialAction,
    SpecialTeam,
    Task,
)
from teams.rules.lamps import Lamp
from teams.tasks import changes
from tests import factories

FIRST = date(2026, 7, 1)
LAST = date(2026, 9, 30)
CUT_OFF = datetime.combine(date(2026, 10, 16), datetime.min.time(), at_time(LAST, 0).tzinfo)
PERIODS = ((date(2026, 7, 31), date(2026, 8, 3)), (date(2026, 8, 31), date(2026, 9, 1)), (LAST, date(2026, 10, 8)))
"""The last day of each month of the quarter and the day its report is due."""


def move(task: Task, *, at: datetime, **fields: Any) -> Task:
    """Write `fields` to the task the way verbs do, recorded at `at`."""
    task = Task.objects.get(pk=task.pk)
    lamp_context = changes.LampContext.of(task.action)
    changes.write_changes([changes.Change(task, fields)], cause="test", by=None, at=at, lamp_context=lamp_context)
    return task


def close_out(
    task: Task, *, asked: date, accepted: bool | None = True, decided: date | None = None, asker: User, checker: User
) -> CloseOut:
    """Ask for the close-out of a task on `asked`; decided on `decided`, the same day unless said otherwise."""
    move(task, at=at_time(asked, 9), state="close_out_requested", asked_on=asked)
    decided_at = None if accepted is None else at_time(decided or asked, 15)
    if accepted:
        move(task, at=decided_at, state="closed_out", closed_on=decided_at.date())
    elif accepted is False:
        move(task, at=decided_at, state="in_progress", asked_on=None)
    return CloseOut.objects.create(
        task=task,
        number=task.close_outs.count() + 1,
        due_on=task.due_on,
        asked_by=asker,
        asked_at=at_time(asked, 9),
        asked_on=asked,
        accepted=accepted,
        decided_by=None if accepted is None else checker,
        decided_at=decided_at,
    )


def open_periods(action: SpecialAction) -> list[ReportingPeriod]:
    """The three months of the quarter."""
    return [
        factories.PeriodFactory(action=action, starts_on=ends.replace(day=1), ends_on=ends, due_at=at_time(due, 18))
        for ends, due in PERIODS
    ]


def close_period(period: ReportingPeriod, *, at: datetime | None = None) -> None:
    """Close a period and keep how each open task stood on its last day."""
    at = at or period.due_at + timedelta(hours=1)
    ReportingPeriod.objects.filter(pk=period.pk).update(closed_at=at)
    rule = period.action.lamp_rules.first()
    for task in Task.objects.filter(action=period.action).open():
        keep_lamp(task, period, rule=rule, at=at)


def keep_lamp(
    task: Task,
    period: ReportingPeriod,
    *,
    lamp: str = Lamp.GREEN,
    planned: Decimal | None = Decimal(50),
    actual: Decimal = Decimal(40),
    rule: Any = None,
    at: datetime | None = None,
) -> PeriodLamp:
    """Keep how a task stood at a period's end."""
    return PeriodLamp.objects.create(
        task=task,
        period=period,
        team=task.team,
        lamp=lamp,
        planned=planned,
        actual=actual,
        rule=rule or period.action.lamp_rules.first(),
        at=at or period.due_at + timedelta(hours=1),
    )


def submit(period: ReportingPeriod, team: SpecialTeam, *, at: datetime | None = None) -> ReportSubmission:
    """Submit the team's report, an hour before it is due unless said otherwise."""
    at = at or period.due_at - timedelta(hours=1)
    first = {"state": "submitted", "first_submitted_at": at, "submitted_at": at, "on_time": at <= period.due_at}
    report, _ = ProgressReport.objects.get_or_create(period=period, team=team, defaults=first)
    return ReportSubmission.objects.create(
        report=report,
        number=report.submissions.count() + 1,
        on_time=report.on_time,
        document=canonical({}),
        sha256="0" * 64,
        at=at,
    )


def decide(submission: ReportSubmission, *, accepted: bool, at: datetime | None = None) -> ReportDecision:
    """Accept or return a submission, an hour after it came unless said otherwise."""
    at = at or submission.at + timedelta(hours=1)
    return ReportDecision.objects.create(
        submission=submission,
        accepted=accepted,
        reason="" if accepted else "请补充",
        resubmit_by=None if accepted else at.date() + timedelta(days=2),
        at=at,
    )


def evening(day: date) -> datetime:
    """The last moment of a day."""
    return end_of(day) - timedelta(minutes=1)
