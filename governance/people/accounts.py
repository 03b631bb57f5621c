"""Verbs about accounts, departments and the calendar; the admin site and the demo call the same."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.records.refusals import Invalid
from governance.records.verbs import locked, record, save_version, verb

from .models import CalendarDay, Department, DepartmentAlias, Township, User
from .permissions import require
from .roles import STAFF_ROLES, Role


@verb
def create_account(
    *,
    by: User | None,
    at: datetime,
    username: str,
    name: str,
    password: str | None,
    roles: Collection[str] = (),
    **fields,
) -> User:
    """Make a person; without a password they are named only and cannot sign in.

    `by` is None for the first administrator, made from the command line.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: the account name is taken or the password too weak.
    """
    if by is not None:
        require("keep_accounts", by)
    if User.objects.filter(username=username).exists():
        raise Invalid(fields={"username": _("This account name is taken.")})
    _check_password(password)
    user = User.objects.create_user(username, password, name=name, is_active=password is not None, **fields)
    _set_roles(user, roles)
    record("create_account", user, by=by, at=at, change={"username": username, "roles": sorted(roles)})
    return user


@verb
def change_account(user: User, *, by: User, at: datetime, roles: Collection[str] | None = None, **fields: Any) -> User:
    """Change a person's data, roles or whether they may sign in.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: administrators would shut themselves out.
    """
    require("keep_accounts", by)
    user = locked(user)
    if user == by and (fields.get("is_active") is False or (roles is not None and Role.ADMINISTRATOR not in roles)):
        raise Invalid(_("You cannot take your own access away; another administrator can."))
    change = save_version(user, fields)
    if roles is not None and set(roles) != set(user.groups.values_list("name", flat=True)):
        change["roles"] = [sorted(user.groups.values_list("name", flat=True)), sorted(roles)]
        _set_roles(user, roles)
    if change:
        record("change_account", user, by=by, at=at, change=change)
    return user


@verb
def change_password(user: User, *, by: User, at: datetime, password: str) -> User:
    """Give a person a new password: their own, or any as administrator.

    Raises:
        NotAllowed: `by` is neither the person nor an administrator.
        Invalid: the password is too weak.
    """
    if user != by:
        require("keep_accounts", by)
    _check_password(password, user)
    user = locked(user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record("change_password", user, by=by, at=at)
    return user


@verb
def save_department(
    department: Department | None,
    *,
    by: User,
    at: datetime,
    aliases: Collection[str] = (),
    seen: int | None = None,
    **fields: Any,
) -> Department:
    """Add a department or change one, with all its aliases.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: an alias belongs to another department.
        Stale: the department has changed since version `seen`.
    """
    require("keep_departments", by)
    taken = DepartmentAlias.objects.filter(text__in=aliases).exclude(department=department).first()
    if taken is not None:
        raise Invalid(
            fields={
                "aliases": _("“%(alias)s” is an alias of %(department)s.")
                % {"alias": taken.text, "department": taken.department}
            }
        )
    if department is None:
        department, change = Department.objects.create(**fields), dict(fields)
    else:
        department = locked(department)
        change = save_version(department, fields, seen=seen)
    before = {alias.text for alias in department.aliases.all()}
    if before != set(aliases):
        department.aliases.exclude(text__in=aliases).delete()
        DepartmentAlias.objects.bulk_create(
            [DepartmentAlias(department=department, text=text) for text in aliases if text not in before]
        )
        change["aliases"] = [sorted(before), sorted(aliases)]
    if change:
        record("save_department", department, by=by, at=at, change=change)
    return department


@verb
def save_township(
    township: Township | None, *, by: User, at: datetime, seen: int | None = None, **fields: Any
) -> Township:
    """Add a township or change one."""
    require("keep_departments", by)
    if township is None:
        township, change = Township.objects.create(**fields), dict(fields)
    else:
        township = locked(township)
        change = save_version(township, fields, seen=seen)
    if change:
        record("save_township", township, by=by, at=at, change=change)
    return township


@verb
def mark_day(*, on: date, works: bool, name: str, by: User, at: datetime) -> CalendarDay:
    """Say of one day whether it is worked; whoever keeps lamps computes them again (see `teams.recomputing`)."""
    require("keep_calendar", by)
    day, _created = CalendarDay.objects.update_or_create(on=on, defaults={"works": works, "name": name})
    record("mark_day", day, by=by, at=at, change={"works": works, "name": name})
    return day


def _check_password(password: str | None, user: User | None = None) -> None:
    if password is None:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(str(message) for message in error.messages)}) from error


def _set_roles(user: User, roles: Collection[str]) -> None:
    user.groups.set(Group.objects.filter(name__in=roles))
    user.__dict__.pop("roles", None)
    staff = bool(STAFF_ROLES & set(roles))
    if user.is_staff != staff:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])
