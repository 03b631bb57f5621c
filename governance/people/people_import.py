"""Departments and people from a workbook: tried first, then all or nothing, one audit event for the whole file.

A row is known by its key (the name of a department, the account of a person). Only what is filled in is written: an
empty cell leaves what stands. Numbers that the file lacks stay. The dry run does the deed and undoes it, so it says
exactly what the confirmation will do.
"""

from datetime import datetime
from typing import IO, Any

from django.db.models import Model
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from governance.formats import cells
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.tables import ReadRow, SheetColumn, read_table, yes_or_no
from governance.records.dry_runs import DryRun, FieldChange, RowChange, refusals_noted, rehearsed
from governance.records.file_store import save_upload
from governance.records.models import SavedUpload, StoredFile
from governance.records.refusals import WrongState
from governance.records.tried_uploads import claim
from governance.records.values import field_name, shown
from governance.records.verbs import inserted, locked, record, revised, verb
from governance.records.words import upload_kind

from .accounts import check_names, check_own_access, set_aliases, set_roles
from .models import Department, User
from .models.user import mask_phone
from .passwords import first_password
from .permissions import require
from .roles import Role

DEPARTMENTS_UPLOAD = upload_kind("departments", _("Departments"))
PEOPLE_UPLOAD = upload_kind("people", _("People"))

ROLE_UNKNOWN = CellReason("role_unknown", gettext_noop("“%(text)s” is no role. The roles are: %(roles)s."))
DEPARTMENT_UNKNOWN = CellReason(
    "department_unknown", gettext_noop("There is no department “%(name)s”. Correct it or add it as an alias.")
)

ISSUED_AT_ONCE = 100
"""First passwords given out with one press: hashing them takes a third of a second each."""

_SEPARATORS = "、,，;；\n"


def _listed(value: cells.Value) -> list[str]:
    """The texts of a cell, each once, in order."""
    text = cells.text(value)
    for separator in _SEPARATORS:
        text = text.replace(separator, "、")
    return list(dict.fromkeys(cells.line(part) for part in text.split("、") if cells.line(part)))


def role_names() -> dict[str, str]:
    """Every text that stands for a role, with its code: its Chinese and English names and the code."""
    names: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            names |= {cells.compact(str(role.label)): role.value for role in Role}
    return names | {role.value: role.value for role in Role}


def _roles(value: cells.Value) -> list[str]:
    """The codes of the roles that a cell names."""
    known = role_names()
    found = []
    for text in _listed(value):
        code = known.get(cells.compact(text))
        if code is None:
            with override("zh-hans"):
                raise FormatError(ROLE_UNKNOWN, text=text, roles="、".join(str(role.label) for role in Role))
        found.append(code)
    return sorted(set(found))


DEPARTMENT_COLUMNS = (
    SheetColumn(
        "name",
        ("单位名称", "全称", "单位", "name", "department"),
        "单位全称，不得重复",
        needed=True,
        most=60,
        width=28,
        example="县农业农村局",
    ),
    SheetColumn("short_name", ("简称", "short name"), "会议和表格中使用的简称", most=40, example="农业农村局"),
    SheetColumn(
        "aliases",
        ("别名", "曾用名", "aliases"),
        "台账中出现的其他写法，多个用“、”分隔；填写后以此为准",
        read=_listed,
        width=30,
        example="农业局、县农委",
    ),
    SheetColumn(
        "code", ("编码", "代码", "code"), "英文字母、数字和短横线；不填则自动编号", most=40, example="agriculture"
    ),
    SheetColumn(
        "order",
        ("排序", "顺序", "order"),
        "正式文件中的次序，填整数；不填则排在最后",
        read=cells.whole_number,
        width=8,
        example="12",
    ),
)

PEOPLE_COLUMNS = (
    SheetColumn(
        "username",
        ("账号", "登录账号", "account", "username"),
        "登录用的账号，字母、数字和 @ . + - _，不得重复",
        needed=True,
        most=60,
        example="wangmou",
    ),
    SheetColumn("name", ("姓名", "name"), "姓名", needed=True, most=60, width=12, example="王某"),
    SheetColumn("post", ("职务", "post"), "职务", most=80, example="农业农村局副局长"),
    SheetColumn(
        "department", ("单位", "所在单位", "department"), "单位全称、简称或别名，须已在系统中", example="县农业农村局"
    ),
    SheetColumn(
        "phone", ("电话", "手机", "联系电话", "phone"), "仅本人和管理员可见全号", most=30, example="13800001234"
    ),
    SheetColumn(
        "email",
        ("邮箱", "电子邮箱", "e-mail", "email"),
        "用于接收提醒，可不填",
        most=254,
        width=24,
        example="wang@example.gov.cn",
    ),
    SheetColumn(
        "roles",
        ("角色", "roles"),
        "专项办、考核中心、会议秘书、县领导、审计员、管理员；多个用“、”分隔；专班成员不用填",
        read=_roles,
        width=18,
        example="专项办",
    ),
    SheetColumn(
        "sign_in",
        ("可登录", "是否登录", "may sign in"),
        "填“是”则确认后可下载初始密码；填“否”或不填则仅登记姓名",
        read=yes_or_no,
        width=10,
        choices=("是", "否"),
        example="是",
    ),
)


# Departments ---------------------------------------------------------------------------------------------------------
def try_departments(content: IO[bytes], *, by: User, at: datetime) -> DryRun:
    """What the file would do to the departments; writes nothing."""
    require("keep_departments", by)
    rows, faults = read_table(content, DEPARTMENT_COLUMNS, key=lambda row: row.values["name"])
    return rehearsed(lambda: _write_departments(rows, faults))


@verb(says=_("imported departments"))
def import_departments(content: IO[bytes], *, tried: StoredFile, seen: str, by: User, at: datetime) -> SavedUpload:
    """Carry a tried file of departments out.

    Raises:
        NotAllowed: `by` is no administrator.
        CarriedOut: it was carried out before.
        FileRefused, MovedOn: it has faults now, or would do something else than was seen; nothing is written.
    """
    require("keep_departments", by)
    file = claim(tried)
    rows, faults = read_table(content, DEPARTMENT_COLUMNS, key=lambda row: row.values["name"])
    found = _write_departments(rows, faults)
    found.check(seen)
    return _kept(file, DEPARTMENTS_UPLOAD, found, "import_departments", by, at)


def _write_departments(rows: list[ReadRow], faults: list[CellFault]) -> DryRun:
    """Write them row by row; a row that is refused is a fault, and the rows after it are looked at all the same."""
    found = DryRun(read=len(rows), faults=faults)
    known = {department.name: department for department in Department.objects.select_for_update()}
    last = max((department.order for department in known.values()), default=0)
    taken = {department.code for department in known.values()}
    for row in rows:
        fields = row.said("name", "short_name", "code", "order")
        aliases = set(row.values.get("aliases") or ())
        department = known.get(fields["name"])
        with refusals_noted(faults, row, {}):
            if department is None:
                last = max(last + 1, fields.get("order", 0))
                fields = {"code": _free_code(taken), "order": last} | fields
                taken.add(fields["code"])
                check_names(None, fields, aliases)
                made = inserted(Department(**fields))
                set_aliases(made, aliases)
                found.added.append(RowChange(made.name, _new(Department, fields, aliases=aliases)))
                continue
            before = set(department.aliases.values_list("text", flat=True))
            aliases = aliases or before
            check_names(department, fields, aliases)
            change = revised(department, fields) | set_aliases(department, aliases)
            _note(found, department.name, Department, change)
    return found


def _free_code(taken: set[str]) -> str:
    """A code for a department that has none of its own."""
    number = len(taken) + 1
    while f"department-{number}" in taken:
        number += 1
    return f"department-{number}"


# People --------------------------------------------------------------------------------------------------------------
def try_people(content: IO[bytes], *, by: User, at: datetime) -> DryRun:
    """What the file would do to the accounts; writes nothing."""
    require("keep_accounts", by)
    rows, faults = read_table(content, PEOPLE_COLUMNS, key=lambda row: row.values["username"])
    return rehearsed(lambda: _write_people(rows, faults, by)[0])


@verb(says=_("imported people"))
def import_people(content: IO[bytes], *, tried: StoredFile, seen: str, by: User, at: datetime) -> SavedUpload:
    """Carry a tried file of people out; who shall sign in gets a first password afterwards, by `issue_passwords`.

    Raises:
        NotAllowed: `by` is no administrator.
        CarriedOut: it was carried out before.
        FileRefused, MovedOn: it has faults now, or would do something else than was seen; nothing is written.
    """
    require("keep_accounts", by)
    file = claim(tried)
    rows, faults = read_table(content, PEOPLE_COLUMNS, key=lambda row: row.values["username"])
    found, awaited = _write_people(rows, faults, by)
    found.check(seen)
    return _kept(file, PEOPLE_UPLOAD, found, "import_people", by, at, sign_in=awaited)


def _write_people(rows: list[ReadRow], faults: list[CellFault], by: User) -> tuple[DryRun, list[int]]:
    """Write them row by row; answers the ids of those who wait for a first password as well."""
    found, awaited = DryRun(read=len(rows), faults=faults), []
    departments = Department.objects.by_name()
    known = {user.username: user for user in User.objects.filter(username__in=[r.values["username"] for r in rows])}
    for row in rows:
        fields = row.said("username", "name", "post", "phone", "email")
        if department := row.values.get("department"):
            fields["department"] = departments.get(department)
            if fields["department"] is None:
                faults.append(row.fault(DEPARTMENT_UNKNOWN, "department", name=department))
                continue
        with refusals_noted(faults, row, {"is_active": "sign_in"}):
            user = _write_person(found, known.get(fields["username"]), row, fields, by)
            if row.values.get("sign_in") and not user.has_usable_password():
                awaited.append(user.pk)
    return found, awaited


def _write_person(found: DryRun, user: User | None, row: ReadRow, fields: dict[str, Any], by: User) -> User:
    """Write one person; nobody signs in through it who has no password yet."""
    roles = row.values.get("roles")
    if user is None:
        user = User(is_active=False, **fields)
        user.set_unusable_password()
        inserted(user)
        set_roles(user, roles or ())
        more = {"roles": roles, "is_active": row.values.get("sign_in")}
        found.added.append(RowChange(f"{user.username} {user.name}", _new(User, fields, **more)))
        return user
    user = locked(user)
    if row.values.get("sign_in") is not None and user.has_usable_password():
        fields["is_active"] = row.values["sign_in"]
    check_own_access(user, by, roles or None, fields)
    change = revised(user, fields, exclude=("password",))
    held = sorted(user.groups.values_list("name", flat=True))
    if roles and roles != held:
        change["roles"] = [held, roles]
        set_roles(user, roles)
    if row.values.get("sign_in") and not user.has_usable_password():
        change["is_active"] = [False, True]  # once the first password is issued
    _note(found, f"{user.username} {user.name}", User, change)
    return user


@verb(says=_("gave out first passwords"))
def issue_passwords(upload: SavedUpload, *, by: User, at: datetime) -> list[tuple[User, str]]:
    """Give first passwords to those of an imported file who shall sign in and have none; each is told once, here.

    At most ISSUED_AT_ONCE; called again it goes on with the others.

    Raises:
        NotAllowed: `by` is no administrator.
        WrongState: nobody is left who waits for one.
    """
    require("keep_accounts", by)
    upload = locked(upload)
    waiting = list(awaiting_passwords(upload).select_for_update()[:ISSUED_AT_ONCE])
    if not waiting:
        raise WrongState(_("Every first password has been given out. Who lost theirs gets a new one on their account."))
    issued = []
    for user in waiting:
        password = first_password()
        user.set_password(password)
        user.is_active = True
        user.version += 1
        user.save(update_fields=["password", "is_active", "version"])
        issued.append((user, password))
    record("issue_passwords", upload.file, by=by, at=at, change={"count": len(issued)})
    return issued


def awaiting_passwords(upload: SavedUpload) -> Any:
    """Those of an imported file who shall sign in and have no password yet, by account."""
    keys = upload.read_outcome().get("sign_in", [])
    return User.objects.filter(pk__in=keys, password__startswith="!").order_by("username")


# What both do ------------------------------------------------------------------------------------------------------
def _kept(file: StoredFile, kind: str, found: DryRun, name: str, by: User, at: datetime, **more: Any) -> SavedUpload:
    """Note what came of a file, and write the one audit event of its verb."""
    counts = {"added": len(found.added), "changed": len(found.changed), "unchanged": found.unchanged}
    record(name, file, by=by, at=at, change={"file": file.name, "sha256": file.sha256} | counts)
    return save_upload(file, kind, counts | more, by=by, at=at)


def _note(found: DryRun, about: str, model: type, change: dict[str, list[Any]]) -> None:
    """Note what was written to a known row, or that nothing was."""
    if not change:
        found.unchanged += 1
        return
    fields = [FieldChange(_name(model, key), *(_shown(key, value) for value in pair)) for key, pair in change.items()]
    found.changed.append(RowChange(about, fields))


def _new(model: type[Model], fields: dict[str, Any], **more: Any) -> list[FieldChange]:
    """What a new row begins with, beside what it is called."""
    said = {key: value for key, value in (fields | more).items() if value and key not in ("name", "username")}
    return [FieldChange(_name(model, key), "", _shown(key, value)) for key, value in said.items()]


def _name(model: type[Model], key: str) -> Any:
    named = {"aliases": _("aliases"), "roles": _("roles")}
    return named.get(key) or field_name(model, key)


def _shown(key: str, value: Any) -> Any:
    """A value in words; a phone number without its middle."""
    if key == "phone":
        return mask_phone(value)
    if key == "roles":
        return format_lazy("、".join(["{}"] * len(value)), *(Role(code).label for code in value))
    if isinstance(value, list | set | tuple):
        return "、".join(sorted(value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return shown(value)
