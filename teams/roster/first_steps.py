"""The first steps of a new team (docs/rules.md#new-teams): set their dates, move them, submit the work plan.

People, tasks and report need no verb of their own: the data shows whether they are done (`beginnings`).
"""

from datetime import date, datetime, timedelta

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.people.models import CalendarDay, User
from governance.people.permissions import require
from governance.records.file_store import store_upload
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, revised, save_version, verb

from ..guards import open_team
from ..models import FirstStep, ReportingPeriod, SpecialTeam
from ..rules.periods import Rhythm, period_of


@verb(says=_("set the first steps of a new team"))
def lay_first_steps(team: SpecialTeam, *, by: User, at: datetime) -> list[FirstStep]:
    """Set the first steps of a team that was founded before first steps existed.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed, no longer new, or has its first steps.
    """
    require("keep_teams", by)
    team = open_team(team)
    if not team.is_new(day_of(at), team.action.new_team_days):
        raise WrongState(_("This team is no longer new."))
    if FirstStep.objects.filter(team=team).exists():
        raise WrongState(_("This team already has its first steps."))
    steps = insert_first_steps(team)
    record("lay_first_steps", team, by=by, at=at, change={"count": len(steps)})
    return steps


@verb(says=_("changed the date of a first step"))
def move_first_step(step: FirstStep, *, due_on: date, by: User, at: datetime, seen: int | None = None) -> FirstStep:
    """Move a first step to another day.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed.
        Invalid: the day is before the team was established.
        Stale: the step has changed since version `seen`.
    """
    require("keep_teams", by)
    team = open_team(step.team)
    step = locked(step)
    if due_on < team.established_on:
        raise Invalid(fields={"due_on": _("The day is before the team was established.")})
    change = revised(step, {"due_on": due_on}, seen=seen)
    if change:
        record("move_first_step", step, by=by, at=at, change=change)
    return step


@verb(says=_("submitted the work plan of a team"))
def hand_in_plan(team: SpecialTeam, file: CheckedFile, *, by: User, at: datetime) -> FirstStep:
    """Submit a new team's work plan, a checked upload; a later one may replace it, and the first day counts.

    Raises:
        NotAllowed: `by` neither drafts for the team nor is of the special office.
        WrongState: the team is closed, or has no first steps.
    """
    require("hand_in_plan", by, team)
    team = open_team(team)
    step = FirstStep.objects.select_for_update(no_key=True).filter(team=team, kind=FirstStep.Kind.PLAN).first()
    if step is None:
        raise WrongState(_("This team has no first steps yet; the special office sets them."))
    stored = store_upload(file, by=by, at=at)
    save_version(step, {"done_on": step.done_on or day_of(at), "file": stored})
    record("hand_in_plan", step, by=by, at=at, change={"sha256": stored.sha256})
    return step


DUE_AFTER = {FirstStep.Kind.MEMBERS: 7, FirstStep.Kind.PLAN: 15, FirstStep.Kind.TASKS: 20}
"""Days from establishment to the due date of a step: people within a week, a plan within half a month, and five
more days to split it into tasks. The first report is due when the team's first period is."""


def insert_first_steps(team: SpecialTeam) -> list[FirstStep]:
    """Insert the first steps of a team whose row is locked or new."""
    days = {kind: team.established_on + timedelta(days=days) for kind, days in DUE_AFTER.items()}
    days[FirstStep.Kind.REPORT] = first_report_due(team)
    return [inserted(FirstStep(team=team, kind=kind, due_on=due_on)) for kind, due_on in days.items()]


def first_report_due(team: SpecialTeam) -> date:
    """The day on which the first report of a team is due: that of its first period, whether or not it exists yet."""
    first_day = max(team.established_on, team.entered_on or team.established_on)
    first = ReportingPeriod.objects.filter(action=team.action_id, ends_on__gte=first_day).order_by("ends_on").first()
    if first is not None:
        return day_of(first.due_at)
    period = period_of(Rhythm(team.action.rhythm), first_day)
    return day_of(period.due_at(CalendarDay.objects.working_days()))
