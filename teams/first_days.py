"""By when a new team's first steps are due, and the rows that say so (docs/rules.md#new-teams)."""

from datetime import date, timedelta

from governance.clock import day_of
from governance.people.models import CalendarDay
from governance.records.verbs import inserted

from .models import FirstStep, ReportingPeriod, SpecialTeam
from .rhythm import Rhythm, period_of

DUE_AFTER = {FirstStep.Kind.MEMBERS: 7, FirstStep.Kind.PLAN: 15, FirstStep.Kind.TASKS: 20}
"""Days from establishment by which a step is due: people within a week, a plan in half a month, and five days more to
cut it into tasks. The first report is due when the team's first period is."""


def insert_first_steps(team: SpecialTeam) -> list[FirstStep]:
    """The first steps of a team whose row is locked or new."""
    days = {kind: team.established_on + timedelta(days=days) for kind, days in DUE_AFTER.items()}
    days[FirstStep.Kind.REPORT] = first_report_due(team)
    return [inserted(FirstStep(team=team, kind=kind, due_on=due_on)) for kind, due_on in days.items()]


def first_report_due(team: SpecialTeam) -> date:
    """The day on which the first report of a team is due: that of its first period, laid down already or to come."""
    first = (
        ReportingPeriod.objects.filter(action=team.action_id, ends_on__gte=team.established_on)
        .order_by("ends_on")
        .first()
    )
    if first is not None:
        return day_of(first.due_at)
    period = period_of(Rhythm(team.action.rhythm), team.established_on)
    return day_of(period.due_at(CalendarDay.objects.working_days()))
