"""What a task would bring that a decision is about to create: its lamps if nothing is done, and its first report."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from governance.clock import day_of
from governance.people.models import CalendarDay
from teams.models import ReportingPeriod, SpecialAction
from teams.rules.lamps import LampDates, lamp_dates
from teams.rules.periods import Rhythm, period_of
from teams.rules.progress import PlannedStep, plan_line
from teams.tasks.changes import LampContext
from teams.words import period_name

from .work import PlannedTask


@dataclass(frozen=True)
class FirstReport:
    """The first period for which a task given today owes a row."""

    starts_on: date
    ends_on: date
    due_at: datetime
    is_last_day: bool
    """Whether the task is given on the period's last day, so that the row is owed at once."""

    @property
    def period(self) -> str:
        """Its name in the reader's language."""
        return period_name(self.starts_on, self.ends_on)


@dataclass(frozen=True)
class Forecast:
    """A planned task if nothing is ever reported: the days from which it is yellow and red."""

    start_on: date
    due_on: date | None
    dates: LampDates
    corners: Sequence[tuple[date, Decimal]]
    """Days at which the plan line turns, with the planned percent."""

    @property
    def yellow_on(self) -> date | None:
        """The first yellow day, unless it is red by then."""
        lit, red = self.dates.yellow_from, self.dates.red_from
        return lit if lit is not None and (red is None or lit < red) else None

    @property
    def red_on(self) -> date | None:
        """The first red day."""
        return self.dates.red_from


def forecast(plan: PlannedTask, context: LampContext) -> Forecast | None:
    """The lamps of a planned task without progress; None where its dates do not fit together."""
    if plan.due_on is not None and plan.due_on < plan.start_on:
        return None
    steps = [PlannedStep(due=each.due_on, weight=each.weight) for each in plan.milestones]
    dates = lamp_dates(
        start=plan.start_on,
        due=plan.due_on,
        milestones=steps,
        percent=Decimal(0),
        progress_changed_on=None,
        working_days=context.working_days,
        thresholds=context.thresholds,
    )
    line = plan_line(start=plan.start_on, due=plan.due_on, milestones=steps)
    corners = [(day, line.percent_on(day)) for day in line.days] if line is not None else []
    return Forecast(plan.start_on, plan.due_on, dates, corners)


def first_report(action: SpecialAction, *, on: date) -> FirstReport:
    """The first report that a task given on `on` owes a row: that of the period which is not over yet."""
    found = ReportingPeriod.objects.filter(action=action, ends_on__gte=on).order_by("ends_on").first()
    if found is not None:
        return FirstReport(found.starts_on, found.ends_on, found.due_at, found.ends_on == on)
    period = period_of(Rhythm(action.rhythm), on)
    return FirstReport(period.starts, period.ends, period.due_at(CalendarDay.objects.working_days()), period.ends == on)


TERM = 2
"""Working days within which the office turns an adopted decision into work."""


def work_due_on(adopted_at: datetime) -> date:
    """The day by which an adopted decision is to be turned into work."""
    return CalendarDay.objects.working_days().add(day_of(adopted_at), TERM)
