"""Verbs about who belongs to a team: its departments and its people, with dates (docs/rules.md#team-parts).

A part lasts from its first day up to, but not including, the day it ends: the day of a handover belongs to the
successor, and whoever has left sees nothing from that day on. No portable constraint can express that parts of one
department or person do not overlap, and that a team has one lead department and one head at a time
(docs/rules.md#invariants): it is checked here under the locked team, and again by `manage.py doctor`.
"""

from datetime import date, datetime
from typing import TypeVar

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import inserted, locked, record, tell, verb

from ..guards import open_team
from ..models import SpecialTeam, TeamDepartment, TeamMember
from ..models.dated_part import DatedPartQuerySet
from ..notices import TeamNotice
from .teams import check_day

Part = TypeVar("Part", TeamDepartment, TeamMember)


@verb(says=_("added a department to a team"))
def add_department(
    team: SpecialTeam,
    *,
    department: Department,
    joined_on: date,
    by: User,
    at: datetime,
    part: str = TeamDepartment.Part.MEMBER,
    left_on: date | None = None,
) -> TeamDepartment:
    """Add a department to a team; with `left_on` it has left again, and is entered afterwards.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed.
        Invalid: the department is, or another leads, in the team on one of these days; a day is in the future.
    """
    require("keep_teams", by)
    row = put_in(
        TeamDepartment(team=open_team(team), department=department, part=part, joined_on=joined_on, left_on=left_on), at
    )
    record("add_department", row, by=by, at=at, change=_as_change(row))
    return row


@verb(says=_("removed a department from a team"))
def end_department(row: TeamDepartment, *, left_on: date, by: User, at: datetime) -> TeamDepartment:
    """End a department's part in a team; a lead is not ended but handed over (`change_lead`).

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the part has ended already, or it is the lead.
        Invalid: the day is in the future or before the first.
    """
    require("keep_teams", by)
    open_team(row.team)
    row = locked(row, "team", "department")
    if row.part == TeamDepartment.Part.LEAD:
        raise WrongState(_("A team always has a lead department: name the new one, and the current one ends."))
    end_part(row, left_on, at)
    record("end_department", row, by=by, at=at, change={"left_on": [None, left_on]})
    return row


@verb(says=_("changed the lead department of a team"))
def change_lead(
    team: SpecialTeam, *, department: Department, on: date, stays: bool, by: User, at: datetime
) -> TeamDepartment:
    """Hand the lead of a team over to another department on the day `on`.

    A new lead that was a member ends that part; the old lead continues as a member if it `stays`.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed.
        Invalid: the department leads already; the day is in the future or before a part that it ends.
    """
    require("keep_teams", by)
    team = open_team(team)
    current = team.departments.current().select_related("department")
    lead = current.filter(part=TeamDepartment.Part.LEAD).first()
    if lead is not None and lead.department == department:
        raise Invalid(fields={"department": _("This department already leads the team.")})
    for row in current.filter(Q(part=TeamDepartment.Part.LEAD) | Q(department=department)):
        end_part(row, on, at, field="on")
    if lead is not None and stays:
        put_in(TeamDepartment(team=team, department=lead.department, joined_on=on), at)
    row = put_in(TeamDepartment(team=team, department=department, part=TeamDepartment.Part.LEAD, joined_on=on), at)
    was = lead.department if lead is not None else None
    record("change_lead", team, by=by, at=at, change={"lead_department": [was, department], "on": on, "stays": stays})
    return row


@verb(says=_("added a person to a team"))
def add_member(
    team: SpecialTeam,
    *,
    user: User,
    part: str,
    joined_on: date,
    by: User,
    at: datetime,
    left_on: date | None = None,
) -> TeamMember:
    """Add a person to a team as head, deputy, liaison or member, and notify them.

    With `left_on` the person has left again, and is entered afterwards; nobody is notified.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the team is closed.
        Invalid: the person is, or another is head, in the team on one of these days; a day is in the future.
    """
    require("keep_teams", by)
    row = put_in(TeamMember(team=open_team(team), user=user, part=part, joined_on=joined_on, left_on=left_on), at)
    record("add_member", row, by=by, at=at, change=_as_change(row))
    if row.is_current:
        tell_of_part(row, TeamNotice.TEAM_JOINED, at)
    return row


@verb(says=_("removed a person from a team"))
def end_member(row: TeamMember, *, left_on: date, by: User, at: datetime) -> TeamMember:
    """End a person's part in a team and notify them: they have no access from then on (docs/rules.md#visibility).

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the part has ended already, or the team is closed.
        Invalid: the day is in the future or before the first.
    """
    require("keep_teams", by)
    open_team(row.team)
    row = locked(row, "team", "user")
    end_part(row, left_on, at)
    record("end_member", row, by=by, at=at, change={"left_on": [None, left_on]})
    tell_of_part(row, TeamNotice.TEAM_LEFT, at)
    return row


@verb(says=_("changed a person's position in a team"))
def change_part(row: TeamMember, *, part: str, on: date, by: User, at: datetime) -> TeamMember:
    """Give a person another part in the same team from the day `on`, such as deputy instead of liaison.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the part has ended already, or the team is closed.
        Invalid: it is the part they have; another is head; the day is in the future or before the first.
    """
    require("keep_teams", by)
    open_team(row.team)
    row = locked(row, "team", "user")
    if row.part == part:
        raise Invalid(fields={"part": _("This person already has this position.")})
    end_part(row, on, at, field="on")
    new = put_in(TeamMember(team=row.team, user=row.user, part=part, joined_on=on), at)
    record("change_part", new, by=by, at=at, change={"part": [row.part, part], "on": on})
    return new


def put_in(row: Part, at: datetime) -> Part:
    """Insert a part that overlaps with no other of the same department or person, and with no other lead or head."""
    check_day(row.joined_on, at, "joined_on")
    if row.left_on is not None:
        check_day(row.left_on, at, "left_on")
    team_parts = type(row).objects.filter(team=row.team).between(row.joined_on, row.left_on)
    _refuse_rival(team_parts.filter(**{row.HOLDER: row.who}), _("%(who)s is in this team: %(days)s."))
    if row.part == row.ONE_AT_A_TIME:
        _refuse_rival(team_parts.filter(part=row.part), row.TAKEN)
    return inserted(row)


def _refuse_rival(rivals: DatedPartQuerySet, message: Text) -> None:
    rival = rivals.first()
    if rival is not None:
        raise Invalid(fields={"joined_on": message % {"who": rival.who, "days": rival.days}})


def check_current(row: TeamDepartment | TeamMember) -> None:
    """Refuse a part that has ended.

    Raises:
        WrongState: it has.
    """
    if not row.is_current:
        raise WrongState(_("This already ended on %(day)s.") % {"day": row.left_on})


def end_part(row: Part, on: date, at: datetime, *, field: str = "left_on") -> None:
    """Set the day on which a part ends."""
    check_current(row)
    check_day(on, at, field)
    if on < row.joined_on:
        raise Invalid(fields={field: _("It began on %(day)s and cannot end before that.") % {"day": row.joined_on}})
    row.left_on = on
    row.save(update_fields=["left_on"])


def _as_change(row: TeamDepartment | TeamMember) -> dict[str, object]:
    return {"part": row.part, "joined_on": row.joined_on, "left_on": row.left_on}


def tell_of_part(row: TeamMember, kind: TeamNotice, at: datetime) -> None:
    tell(
        [row.user],
        kind,
        key=f"{kind}-{row.pk}",
        url=row.team.get_absolute_url(),
        at=at,
        facts={"team": row.team.short_name},
    )
