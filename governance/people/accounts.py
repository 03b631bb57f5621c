"""Verbs about accounts, departments and the calendar, called by the admin site and the demo alike."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.records.refusals import Invalid, NotAllowed
from governance.records.verbs import inserted, locked, record, revised, verb
from governance.records.words import FACT_WORDS

from .models import CalendarDay, Department, DepartmentAlias, Township, User
from .models.user import mask_phone
from .permissions import require
from .roles import STAFF_ROLES, Role

for _name, _words in {"account": _("account"), "aliases": _("aliases"), "roles": _("roles")}.items():
    FACT_WORDS.register(_name, _words)


@verb(says=_("made an account"))
def create_account(
    *,
    by: User | None,
    at: datetime,
    username: str,
    name: str,
    password: str | None,
    roles: Collection[str] = (),
    **fields: Any,
) -> User:
    """Create a person; without a password they are only named and cannot sign in.

    `by` is None for the first administrator, created from the command line.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: the account name is taken or the password too weak.
    """
    if by is not None:
        require("keep_accounts", by)
    user = User(username=username, name=name, is_active=password is not None, **fields)
    _check_password(password, user)
    user.set_password(password)
    inserted(user)
    set_roles(user, roles)
    record("create_account", user, by=by, at=at, change={"username": username, "roles": sorted(roles)})
    return user


@verb(says=_("changed an account"))
def change_account(
    user: User,
    *,
    by: User,
    at: datetime,
    roles: Collection[str] | None = None,
    seen: int | None = None,
    **fields: Any,
) -> User:
    """Change a person's data, their roles or whether they may sign in.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: the account name is taken; administrators would lock themselves out; a person without a password could
            sign in.
        Stale: the account has changed since version `seen`.
    """
    require("keep_accounts", by)
    user = locked(user)
    check_own_access(user, by, roles, fields)
    if fields.get("is_active") and not user.is_active and not user.has_usable_password():
        raise Invalid(fields={"is_active": _("Set a password first; without one nobody can sign in.")})
    change = revised(user, fields, seen=seen, exclude=("password",))
    if "phone" in change:
        change["phone"] = [mask_phone(number) for number in change["phone"]]
    held = set(user.groups.values_list("name", flat=True))
    if roles is not None and set(roles) != held:
        change["roles"] = [sorted(held), sorted(roles)]
        set_roles(user, roles)
    if change:
        record("change_account", user, by=by, at=at, change=change)
    return user


@verb(says=_("set a password"))
def change_password(user: User, *, by: User, at: datetime, password: str) -> User:
    """Give a person a new password: their own, or any as administrator.

    It ends the person's other sessions.

    Raises:
        NotAllowed: `by` is neither the person nor an administrator.
        Invalid: the password is too weak.
    """
    if user != by:
        require("keep_accounts", by)
    user = locked(user)
    _check_password(password, user)
    user.set_password(password)
    user.save(update_fields=["password"])
    record("change_password", user, by=by, at=at)
    return user


@verb(says=_("changed the own e-mail address"))
def change_mail(user: User, *, by: User, at: datetime, email: str) -> User:
    """Set the e-mail address for one's own notices; empty: no mail.

    Raises:
        NotAllowed: it is somebody else's; an administrator uses `change_account`.
        Invalid: it is no e-mail address.
    """
    if user != by:
        raise NotAllowed
    user = locked(user)
    change = revised(user, {"email": email}, exclude=("password",))
    if change:
        record("change_mail", user, by=by, at=at, change=change)
    return user


@verb(says=_("signed in"))
def sign_in(user: User, *, at: datetime) -> None:
    """Record in the audit log that a person signed in."""
    record("sign_in", user, by=user, at=at)


@verb(says=_("signed out"))
def sign_out(user: User, *, at: datetime) -> None:
    """Record in the audit log that a person signed out."""
    record("sign_out", user, by=user, at=at)


@verb(says=_("account locked after wrong passwords"))
def lock_out(account: str, *, at: datetime) -> None:
    """Record in the audit log that an account was locked for one network address; the event names no person."""
    record("lock_out", None, by=None, at=at, change={"account": account})


@verb(says=_("saved a department"))
def save_department(
    department: Department | None,
    *,
    by: User,
    at: datetime,
    aliases: Collection[str] = (),
    seen: int | None = None,
    **fields: Any,
) -> Department:
    """Add or change a department with all its aliases; `fields` are code, name, short_name, order.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: the code or name is taken, or an alias names another department.
        Stale: the department has changed since version `seen`.
    """
    require("keep_departments", by)
    aliases = {text.strip() for text in aliases} - {""}
    check_names(department, fields, aliases)
    if department is None:
        department, change = inserted(Department(**fields)), dict(fields)
    else:
        department = locked(department)
        change = revised(department, fields, seen=seen)
    change |= set_aliases(department, aliases)
    if change:
        record("save_department", department, by=by, at=at, change=change)
    return department


@verb(says=_("saved a township"))
def save_township(
    township: Township | None, *, by: User, at: datetime, seen: int | None = None, **fields: Any
) -> Township:
    """Add or change a township; `fields` are code, name, order.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: the code or name is taken.
        Stale: the township has changed since version `seen`.
    """
    require("keep_departments", by)
    if township is None:
        township, change = inserted(Township(**fields)), fields
    else:
        township = locked(township)
        change = revised(township, fields, seen=seen)
    if change:
        record("save_township", township, by=by, at=at, change=change)
    return township


@verb(says=_("marked a day in the calendar"))
def mark_day(*, on: date, works: bool, name: str, by: User, at: datetime) -> CalendarDay:
    """Mark a day as a working day or a day off. `teams`, which imports this app, recomputes the lamps.

    Raises:
        NotAllowed: `by` is no administrator.
    """
    require("keep_calendar", by)
    day = CalendarDay.objects.select_for_update().filter(on=on).first()
    was = {} if day is None else {"works": day.works, "name": day.name}
    now = {"works": works, "name": name}
    change = {key: [was.get(key), value] for key, value in now.items() if was.get(key) != value}
    if change or day is None:
        day, _created = CalendarDay.objects.update_or_create(on=on, defaults=now)
        record("mark_day", day, by=by, at=at, change=change)
    return day


def check_own_access(user: User, by: User, roles: Collection[str] | None, fields: dict[str, Any]) -> None:
    """Administrators cannot remove their own role or access; only another administrator can."""
    if user != by:
        return
    message = _("You cannot take your own access away; another administrator can.")
    if fields.get("is_active") is False:
        raise Invalid(fields={"is_active": message})
    if roles is not None and Role.ADMINISTRATOR not in roles:
        raise Invalid(fields={"roles": message})


def check_names(department: Department | None, fields: dict[str, Any], aliases: set[str]) -> None:
    """A name may belong to one department only, so that a cell of a ledger is unambiguous."""
    main = {name: fields.get(name, getattr(department, name, "")) for name in ("name", "short_name")}
    names = {*main.values(), *aliases} - {""}
    others = Department.objects.exclude(pk=getattr(department, "pk", None) or 0).prefetch_related("aliases")
    taken = Q(name__in=names) | Q(short_name__in=names) | Q(aliases__text__in=names)
    for other in others.filter(taken).distinct():
        known = {other.name, other.short_name, *(alias.text for alias in other.aliases.all())}
        text = min(names & known)
        field = next((name for name, value in main.items() if value == text), "aliases")
        raise Invalid(
            fields={field: _("“%(name)s” already stands for %(department)s.") % {"name": text, "department": other}}
        )


def set_aliases(department: Department, aliases: set[str]) -> dict[str, list[list[str]]]:
    """Make `aliases` those of the department and return what changed."""
    before = set(department.aliases.values_list("text", flat=True))
    if before == aliases:
        return {}
    department.aliases.filter(text__in=before - aliases).delete()
    for text in sorted(aliases - before):
        inserted(DepartmentAlias(department=department, text=text))
    return {"aliases": [sorted(before), sorted(aliases)]}


def _check_password(password: str | None, user: User | None = None) -> None:
    if password is None:
        return
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise Invalid(fields={"password": " ".join(str(message) for message in error.messages)}) from error


def set_roles(user: User, roles: Collection[str]) -> None:
    user.groups.set(Group.objects.filter(name__in=roles))
    user.__dict__.pop("roles", None)
    staff = bool(STAFF_ROLES & set(roles))
    if user.is_staff != staff:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])
