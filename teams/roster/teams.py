"""Verbs about the action (its dates, stages and working groups) and its teams with their core figures.

All of them belong to the special office (docs/rules.md#roles). For the people of a team see `members.py`.
"""

from datetime import date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance.clock import day_of
from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, revised, verb

from ..guards import open_team
from ..models import (
    CoreFigure,
    LampRule,
    ReportingPeriod,
    SpecialAction,
    SpecialTeam,
    Stage,
    TeamDepartment,
    WorkingGroup,
)
from .first_steps import insert_first_steps

Row = TypeVar("Row", Stage, WorkingGroup, CoreFigure)

TAKEN_CODES = frozenset({"new"})
"""Codes with another meaning in the address of a team's page."""


@verb(says=_("saved the action"))
def save_action(
    action: SpecialAction | None, *, by: User, at: datetime, seen: int | None = None, **fields: Any
) -> SpecialAction:
    """Open an action, with its first lamp rule, or change one; `fields` are those of `SpecialAction`.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: a code is taken, a stage is outside the dates, or the rhythm changes although there are periods.
        Stale: the action has changed since version `seen`.
    """
    require("keep_teams", by)
    if action is None:
        action, change = inserted(SpecialAction(**fields)), fields
        inserted(LampRule(action=action, number=1, at=at, by=by))
    else:
        action = locked(action)
        _check_rhythm(action, fields.get("rhythm", action.rhythm))
        _check_stages_inside(action, fields.get("starts_on", action.starts_on), fields.get("ends_on", action.ends_on))
        change = revised(action, fields, seen=seen)
    if change:
        record("save_action", action, by=by, at=at, change=change)
    return action


@verb(says=_("saved a stage"))
def save_stage(
    stage: Stage | None, *, action: SpecialAction, by: User, at: datetime, seen: int | None = None, **fields: Any
) -> Stage:
    """Add or change a stage of an action; `fields` are order, title, starts_on, ends_on.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the position is taken, or the days are not those of the action.
        Stale: the stage has changed since version `seen`.
    """
    require("keep_teams", by)
    action = locked(action)
    candidate = stage or Stage()
    _check_inside(action, fields.get("starts_on", candidate.starts_on), fields.get("ends_on", candidate.ends_on))
    return _saved("save_stage", stage, Stage, {"action": action}, fields, seen=seen, by=by, at=at)


@verb(says=_("saved a working group"))
def save_group(
    group: WorkingGroup | None,
    *,
    action: SpecialAction,
    by: User,
    at: datetime,
    seen: int | None = None,
    **fields: Any,
) -> WorkingGroup:
    """Add or change a working group of an action; `fields` are title, head_name, order.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the action has a group of that title.
        Stale: the group has changed since version `seen`.
    """
    require("keep_teams", by)
    return _saved("save_group", group, WorkingGroup, {"action": locked(action)}, fields, seen=seen, by=by, at=at)


@verb(says=_("set up a team"))
def found_team(
    *, action: SpecialAction, lead_department: Department, by: User, at: datetime, **fields: Any
) -> SpecialTeam:
    """Found a team with its lead department, which leads from the day of establishment; its first steps get dates.
    It owes reports for the periods that have not ended yet.

    `fields` are code, name, short_name, order, established_on and, where there is one, group.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the code, the name or the position in the document is taken, or the day is in the future.
    """
    require("keep_teams", by)
    action = locked(action)
    _check_code(fields["code"])
    _check_group(fields.get("group"), action)
    check_day(fields["established_on"], at, "established_on")
    team = inserted(SpecialTeam(action=action, entered_on=day_of(at), **fields))
    inserted(
        TeamDepartment(
            team=team, department=lead_department, part=TeamDepartment.Part.LEAD, joined_on=team.established_on
        )
    )
    insert_first_steps(team)
    record("found_team", team, by=by, at=at, change={**fields, "lead_department": lead_department})
    return team


@verb(says=_("changed a team"), saves=True)
def change_team(team: SpecialTeam, *, by: User, at: datetime, seen: int | None = None, **fields: Any) -> SpecialTeam:
    """Change a team's names, position, group or day of establishment.

    Raises:
        NotAllowed: `by` is not of the special office.
        Invalid: the code, the name or the position in the document is taken, or the day is in the future.
        Stale: the team has changed since version `seen`.
    """
    require("keep_teams", by)
    team = locked(team)
    _check_code(fields.get("code", team.code))
    _check_group(fields.get("group"), team.action)
    check_day(fields.get("established_on", team.established_on), at, "established_on")
    change = revised(team, fields, seen=seen)
    if change:
        record("change_team", team, by=by, at=at, change=change)
    return team


@verb(says=_("closed a team"))
def close_team(team: SpecialTeam, *, on: date, by: User, at: datetime, seen: int | None = None) -> SpecialTeam:
    """Close a team after its last day, `on`. Its people stay named and can still do what it owes.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed already, or has open tasks.
        Invalid: `on` is before the team was established or after today.
        Stale: the team has changed since version `seen`.
    """
    require("keep_teams", by)
    team = open_team(team)
    check_tasks_ended(team)
    check_day(on, at, "closed_on")
    record("close_team", team, by=by, at=at, change=revised(team, {"closed_on": on}, seen=seen))
    return team


def check_tasks_ended(team: SpecialTeam) -> None:
    """Refuse a team that has open tasks.

    Raises:
        WrongState: it has.
    """
    left = team.tasks.open().count()
    if left:
        raise WrongState(
            ngettext(
                "%(count)s task of this team is open. Close it out or cancel it first.",
                "%(count)s tasks of this team are open. Close them out or cancel them first.",
                left,
            )
            % {"count": left}
        )


@verb(says=_("saved a core figure"))
def save_core_figure(
    figure: CoreFigure | None,
    *,
    team: SpecialTeam,
    by: User,
    at: datetime,
    seen: int | None = None,
    **fields: str | Decimal | Department,
) -> CoreFigure:
    """Add or change a core figure of a team; `fields` are name, unit, target (of the year), department.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed.
        Invalid: the team has a figure of that name, or the target is 0 or less.
        Stale: the figure has changed since version `seen`.
    """
    require("keep_teams", by)
    return _saved("save_core_figure", figure, CoreFigure, {"team": open_team(team)}, fields, seen=seen, by=by, at=at)


def _saved(
    verb_name: str,
    row: Row | None,
    kind: type[Row],
    of: dict[str, SpecialAction | SpecialTeam],
    fields: dict[str, Any],
    *,
    seen: int | None,
    by: User,
    at: datetime,
) -> Row:
    """Insert or change a row that belongs to `of`, which is locked; recorded if something changed.

    Raises:
        WrongState: the row belongs to something else.
    """
    if row is None:
        row, change = inserted(kind(**of, **fields)), fields
    else:
        row = locked(row)
        if any(getattr(row, f"{name}_id") != whole.pk for name, whole in of.items()):
            raise WrongState
        change = revised(row, fields, seen=seen)
    if change:
        record(verb_name, row, by=by, at=at, change=change)
    return row


def check_day(day: date, at: datetime, field: str) -> None:
    """Raise Invalid if `day` is in the future."""
    if day > day_of(at):
        raise Invalid(fields={field: _("This day is in the future. Enter it when it has come.")})


def _check_inside(action: SpecialAction, first: date, last: date) -> None:
    if first < action.starts_on or last > action.ends_on:
        message = _("The days must be within the action: %(first)s to %(last)s.")
        days = {"first": action.starts_on, "last": action.ends_on}
        raise Invalid(fields={"starts_on" if first < action.starts_on else "ends_on": message % days})


def _check_group(group: WorkingGroup | None, action: SpecialAction) -> None:
    if group is not None and group.action_id != action.pk:
        raise Invalid(fields={"group": _("This working group belongs to another action.")})


def _check_stages_inside(action: SpecialAction, first: date, last: date) -> None:
    outside: QuerySet[Stage] = action.stages.all()
    for stage in outside:
        if stage.starts_on < first or stage.ends_on > last:
            field = "starts_on" if stage.starts_on < first else "ends_on"
            raise Invalid(fields={field: _("The stage “%(stage)s” would be outside it.") % {"stage": stage}})


def _check_rhythm(action: SpecialAction, rhythm: str) -> None:
    if rhythm != action.rhythm and ReportingPeriod.objects.filter(action=action).exists():
        raise Invalid(fields={"rhythm": _("Reporting periods already exist, so the rhythm can no longer be changed.")})


def _check_code(code: str) -> None:
    if code in TAKEN_CODES:
        raise Invalid(fields={"code": _("This code is used by an address of the site. Choose another.")})
