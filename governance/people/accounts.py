"""Verbs about accounts, departments and the calendar, called by the admin site and the demo alike."""

import json
from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Any

from django.contrib.auth.models import Group
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.formats import cells
from governance.lists.text import Text
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.verbs import inserted, locked, record, revised, verb
from governance.records.words import FACT_READERS, FACT_WORDS

from .models import CalendarDay, Department, DepartmentAlias, Township, User
from .models.user import mask_phone
from .passwords import PASSWORD_FIELDS, first_password, give_password, set_password
from .permissions import require
from .roles import STAFF_ROLES, Role
from .sign_ins import close_sessions, forget_failures, named

ISSUED_AT_ONCE = 100
"""First passwords issued per request: hashing takes a third of a second each."""

for _name, _words in {"account": _("account"), "aliases": _("aliases"), "roles": _("roles")}.items():
    FACT_WORDS.register(_name, _words)
FACT_READERS.register("roles", lambda code: dict(Role.choices).get(code, code))


@verb(says=_("created an account"))
def create_account(
    *,
    by: User | None,
    at: datetime,
    username: str,
    name: str,
    password: str | None,
    own_password: bool = False,
    roles: Collection[str] = (),
    **fields: Any,
) -> User:
    """Create a person; without a password they are only named and cannot sign in.

    The password is void after 14 days and has to be changed at the first sign-in, unless it is the person's own. `by`
    is None for the first administrator, created from the command line.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: the account name is taken or the password too weak.
    """
    if by is not None:
        require("keep_accounts", by)
    user = User(username=username, name=cells.name(name), is_active=password is not None, **fields)
    if password is None:
        user.set_unusable_password()
    else:
        set_password(user, password, at=at, own=own_password or by is None)
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
    if "name" in fields:
        fields["name"] = cells.name(fields["name"])
    check_own_access(user, by, roles, fields)
    if fields.get("is_active") and not user.is_active and not user.has_usable_password():
        raise Invalid(fields={"is_active": _("Set a password first; without a password nobody can sign in.")})
    change = revised(user, fields, seen=seen, exclude=("password",))
    if "phone" in change:
        change["phone"] = [mask_phone(number) for number in change["phone"]]
    held = set(user.groups.values_list("name", flat=True))
    if roles is not None and set(roles) != held:
        change["roles"] = [sorted(held), sorted(roles)]
        set_roles(user, roles)
    if change.get("is_active") == [True, False]:
        close_sessions([user.pk])
    if change:
        record("change_account", user, by=by, at=at, change=change)
    return user


@verb(says=_("set a password"), saves=True)
def change_password(user: User, *, by: User, at: datetime, password: str, session_key: str | None = None) -> User:
    """Give a person a new password: their own, or as administrator one that they have to change within 14 days.

    It ends the person's sessions, except their own with the key `session_key`; a password from an administrator also
    lifts the locks.

    Raises:
        NotAllowed: `by` is neither the person nor an administrator.
        Invalid: the password is too weak, or the one that the person has already.
    """
    own = user == by
    if not own:
        require("keep_accounts", by)
    user = locked(user)
    if own and user.check_password(password):
        raise Invalid(fields={"password": _("This is your current password. Choose a different one.")})
    set_password(user, password, at=at, own=own)
    user.save(update_fields=PASSWORD_FIELDS)
    close_sessions([user.pk], but=session_key if own else None)
    if not own:
        forget_failures([user])
    record("change_password", user, by=by, at=at)
    return user


@verb(says=_("issued first passwords"))
def issue_passwords(people: Collection[User], *, by: User, at: datetime) -> list[tuple[User, str]]:
    """Give first passwords to people who do not have one of their own; each is shown once, in the result.

    It can be repeated until a person has chosen a password: the earlier one is void then. Who was only named may sign
    in from now on. At most ISSUED_AT_ONCE people.

    Raises:
        NotAllowed: `by` is no administrator.
        WrongState: one of them has a password of their own, their access was taken away, or somebody gave out
            passwords since `people` were read.
    """
    require("keep_accounts", by)
    seen = {user.pk: user.version for user in people}
    rows = _locked_people(seen)
    if not rows or any(user.version != seen[user.pk] for user in rows):
        raise WrongState(
            _(
                "Passwords were issued a moment ago. If that sheet has arrived, use it; if not, issue them "
                "again, which makes the earlier ones void."
            )
        )
    for user in rows:
        if reason := why_not_issued(user):
            raise WrongState(_("%(person)s: %(reason)s") % {"person": user, "reason": reason})
    issued = []
    for user in sorted(rows, key=lambda user: user.username):
        password = first_password()
        give_password(user, password, at=at)
        user.is_active = True
        user.version += 1
        user.save(update_fields=[*PASSWORD_FIELDS, "is_active", "version"])
        issued.append((user, password))
    close_sessions([user.pk for user in rows])
    forget_failures(rows)
    record("issue_passwords", None, by=by, at=at, change={"accounts": named(rows), "count": len(rows)})
    return issued


def why_not_issued(user: User) -> Text:
    """Why a person gets no first password, as a sentence; empty where they get one."""
    if user.has_usable_password() and user.last_login is not None and user.password_void_at is None:
        return _("has already set a password; if it is forgotten, reset it on the account's page.")
    if user.has_usable_password() and not user.is_active:
        return _("can no longer sign in; restore access on the account's page first.")
    return ""


@verb(says=_("revoked access"))
def deactivate_people(people: Collection[User], *, by: User, at: datetime) -> AuditEvent:
    """Take access away from people and end their sessions; returns the event, by which it can be undone.

    Raises:
        NotAllowed: `by` is no administrator.
        Invalid: one of them is `by`.
        WrongState: one of them may not sign in anyway.
    """
    require("keep_accounts", by)
    rows = _locked_people(user.pk for user in people)
    for user in rows:
        check_own_access(user, by, None, {"is_active": False})
        if not user.is_active:
            raise WrongState(_("%(person)s already has no access.") % {"person": user})
    _activate(rows, False)
    close_sessions([user.pk for user in rows])
    kept = {str(user.pk): user.version for user in rows}
    return record("deactivate_people", None, by=by, at=at, change={"accounts": named(rows), "_versions": kept})


@verb(says=_("restored access"))
def undo_deactivation(event: AuditEvent, *, by: User, at: datetime) -> int:
    """Give access back to the people of a `deactivate_people`; return how many.

    Raises:
        NotAllowed: somebody else took it away, or `by` is no administrator any more.
        WrongState: one of the accounts has changed since; nothing is undone.
    """
    require("keep_accounts", by)
    if event.by_id != by.pk or event.verb != "deactivate_people":
        raise NotAllowed
    versions = {int(key): version for key, version in json.loads(event.change)["_versions"].items()}
    rows = _locked_people(versions)
    if any(user.version != versions[user.pk] for user in rows):
        raise WrongState(_("Nothing was undone: some of these accounts have been changed since."))
    _activate(rows, True)
    record("undo_deactivation", None, by=by, at=at, change={"accounts": named(rows), "count": len(rows)})
    return len(rows)


def _locked_people(keys: Iterable[int]) -> list[User]:
    """The people with these keys, locked in the order of keys."""
    return list(User.objects.select_for_update(no_key=True).filter(pk__in=list(keys)).order_by("pk"))


def _activate(people: Collection[User], is_active: bool) -> None:
    for user in people:
        user.is_active = is_active
        user.version += 1
        user.save(update_fields=["is_active", "version"])


@verb(says=_("changed their e-mail address"), saves=True)
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
    day = CalendarDay.objects.select_for_update(no_key=True).filter(on=on).first()
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
    message = _("You cannot remove your own access. Another administrator can.")
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
            fields={field: _("“%(name)s” is already an alias of %(department)s.") % {"name": text, "department": other}}
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


def set_roles(user: User, roles: Collection[str]) -> None:
    user.groups.set(Group.objects.filter(name__in=roles))
    user.__dict__.pop("roles", None)
    staff = bool(STAFF_ROLES & set(roles))
    if user.is_staff != staff:
        user.is_staff = staff
        user.save(update_fields=["is_staff"])
