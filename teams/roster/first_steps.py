"""Verbs of a new team's first days: its dated first steps are laid down, their days moved, its plan handed in.

People, tasks and report need no verb of their own: they are seen to be done from what is there (`first_steps`).
"""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats.files import CheckedFile
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.storing import store_upload
from governance.records.verbs import locked, record, revised, save_version, verb

from ..first_days import insert_first_steps
from ..models import FirstStep, SpecialTeam
from .teams import open_team


@verb
def lay_first_steps(team: SpecialTeam, *, by: User, at: datetime) -> list[FirstStep]:
    """Lay down the first steps of a team that was founded before there were any.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed, no longer new, or has its first steps.
    """
    require("keep_teams", by)
    team = open_team(team)
    if not team.is_new(day_of(at), team.action.new_team_days):
        raise WrongState(_("This team is no longer new."))
    if FirstStep.objects.filter(team=team).exists():
        raise WrongState(_("This team has its first steps already."))
    steps = insert_first_steps(team)
    record("lay_first_steps", team, by=by, at=at, change={"count": len(steps)})
    return steps


@verb
def move_first_step(step: FirstStep, *, due_on: date, by: User, at: datetime, seen: int | None = None) -> FirstStep:
    """Give a first step another day.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed.
        Invalid: the day lies before the team was established.
        Stale: the step has changed since version `seen`.
    """
    require("keep_teams", by)
    team = open_team(step.team)
    step = locked(step)
    if due_on < team.established_on:
        raise Invalid(fields={"due_on": _("The day lies before the team was established.")})
    change = revised(step, {"due_on": due_on}, seen=seen)
    if change:
        record("move_first_step", step, by=by, at=at, change=change)
    return step


@verb
def hand_in_plan(team: SpecialTeam, file: CheckedFile, *, by: User, at: datetime) -> FirstStep:
    """Hand in a new team's work plan, a checked upload; a better one may replace it, the first day stands.

    Raises:
        NotAllowed: `by` works neither on the team's papers nor in the special office.
        WrongState: the team is closed, or has no first steps.
    """
    require("hand_in_plan", by, team)
    team = open_team(team)
    step = FirstStep.objects.select_for_update().filter(team=team, kind=FirstStep.Kind.PLAN).first()
    if step is None:
        raise WrongState(_("This team has no first steps; the special office lays them down."))
    stored = store_upload(file, by=by, at=at)
    save_version(step, {"done_on": step.done_on or day_of(at), "file": stored})
    record("hand_in_plan", step, by=by, at=at, change={"file": stored, "sha256": stored.sha256})
    return step
