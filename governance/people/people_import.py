"""Departments and people from a workbook, and the first passwords of those who were imported.

A row is known by its key (the name of a department, the account of a person). Only what is filled in is written: an
empty cell leaves what stands. Numbers that the file lacks stay.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from governance.formats import cells
from governance.formats.faults import CellReason, FormatError, gettext_noop
from governance.formats.tables import ReadRow, SheetColumn, yes_or_no
from governance.records.list_import import ListImport, RowFault
from governance.records.models import SavedUpload
from governance.records.refusals import WrongState
from governance.records.verbs import inserted, locked, record, revised, verb

from .accounts import check_names, check_own_access, set_aliases, set_roles
from .models import Department, User
from .models.user import mask_phone
from .passwords import first_password
from .permissions import require
from .roles import Role

ROLE_UNKNOWN = CellReason("role_unknown", gettext_noop("“%(text)s” is no role. The roles are: %(roles)s."))
DEPARTMENT_UNKNOWN = CellReason(
    "department_unknown", gettext_noop("There is no department “%(name)s”. Correct it or add it as an alias.")
)

ISSUED_AT_ONCE = 100
"""First passwords issued per request: hashing takes a third of a second each."""

_SEPARATORS = "、,，;；\n"


def _listed(value: cells.Value) -> list[str]:
    """The texts in a cell, in order and without duplicates."""
    text = cells.text(value)
    for separator in _SEPARATORS:
        text = text.replace(separator, "、")
    return list(dict.fromkeys(cells.line(part) for part in text.split("、") if cells.line(part)))


def role_names() -> dict[str, str]:
    """Every text that stands for a role, with its code: its Chinese and English names and the code itself."""
    names: dict[str, str] = {}
    for language in ("zh-hans", "en"):
        with override(language):
            names |= {cells.compact(str(role.label)): role.value for role in Role}
    return names | {role.value: role.value for role in Role}


def _roles(value: cells.Value) -> list[str]:
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


@dataclass(kw_only=True)
class DepartmentsImport(ListImport):
    """Departments with the names they go by."""

    kind = "departments"
    words = _("Departments")
    says = _("imported departments")
    rule = "keep_departments"
    model = Department
    columns = DEPARTMENT_COLUMNS
    key = ("name",)

    def begin(self, rows: Sequence[ReadRow]) -> None:
        """Every department is locked: names and codes are taken by any of them."""
        self.known = {department.name: department for department in Department.objects.select_for_update()}
        self.last = max((department.order for department in self.known.values()), default=0)
        self.taken = {department.code for department in self.known.values()}

    def write_row(self, row: ReadRow) -> None:
        """Add a department, or change one."""
        fields = row.said("name", "short_name", "code", "order")
        aliases = set(row.values.get("aliases") or ())
        department = self.known.get(fields["name"])
        if department is None:
            self.last = max(self.last + 1, fields.get("order", 0))
            fields = {"code": self._free_code(), "order": self.last, **fields}
            self.taken.add(fields["code"])
            check_names(None, fields, aliases)
            made = inserted(Department(**fields))
            set_aliases(made, aliases)
            self.note(made.name, _begins(fields | {"aliases": aliases}), new=True)
            return
        aliases = aliases or set(department.aliases.values_list("text", flat=True))
        check_names(department, fields, aliases)
        self.note(department.name, revised(department, fields) | set_aliases(department, aliases))

    def _free_code(self) -> str:
        """A code for a department that has none of its own."""
        number = len(self.taken) + 1
        while f"department-{number}" in self.taken:
            number += 1
        return f"department-{number}"


@dataclass(kw_only=True)
class PeopleImport(ListImport):
    """People, with and without an account; who shall sign in gets a first password afterwards, by `issue_passwords`."""

    kind = "people"
    words = _("People")
    says = _("imported people")
    rule = "keep_accounts"
    model = User
    columns = PEOPLE_COLUMNS
    key = ("username",)
    cells = {"is_active": "sign_in"}

    def begin(self, rows: Sequence[ReadRow]) -> None:
        """The accounts that the rows name, and the ids of those who wait for a first password."""
        self.departments = Department.objects.by_name()
        named = User.objects.filter(username__in=[row.values["username"] for row in rows])
        self.known = {user.username: user for user in named}
        self.awaited: list[int] = []
        self.kept = {"sign_in": self.awaited}

    def write_row(self, row: ReadRow) -> None:
        """Add a person, or change one."""
        fields = row.said("username", "name", "post", "phone", "email")
        if department := row.values.get("department"):
            if department not in self.departments:
                raise RowFault(row.fault(DEPARTMENT_UNKNOWN, "department", name=department))
            fields["department"] = self.departments[department]
        user = self.known.get(fields["username"])
        user = self._add(row, fields) if user is None else self._change(locked(user), row, fields)
        if row.values.get("sign_in") and not user.has_usable_password():
            self.awaited.append(user.pk)

    def _add(self, row: ReadRow, fields: dict[str, Any]) -> User:
        """Nobody signs in through it who has no password yet."""
        roles = row.values.get("roles")
        user = User(is_active=False, **fields)
        user.set_unusable_password()
        inserted(user)
        set_roles(user, roles or ())
        begins = _begins(fields | {"roles": roles, "is_active": row.values.get("sign_in")})
        self.note(f"{user.username} {user.name}", begins, new=True)
        return user

    def _change(self, user: User, row: ReadRow, fields: dict[str, Any]) -> User:
        roles, sign_in = row.values.get("roles"), row.values.get("sign_in")
        if sign_in is not None and user.has_usable_password():
            fields["is_active"] = sign_in
        check_own_access(user, self.by, roles or None, fields)
        change = revised(user, fields, exclude=("password",))
        held = sorted(user.groups.values_list("name", flat=True))
        if roles and roles != held:
            change["roles"] = [held, roles]
            set_roles(user, roles)
        if sign_in and not user.has_usable_password():
            change["is_active"] = [False, True]  # once the first password is issued
        self.note(f"{user.username} {user.name}", change)
        return user

    def shown(self, key: str, value: Any) -> Any:
        """A phone number without its middle; roles by their names."""
        if key == "phone":
            return mask_phone(value)
        if key == "roles":
            return format_lazy("、".join(["{}"] * len(value)), *(Role(code).label for code in value))
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return super().shown(key, value)


def _begins(fields: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What a new row begins with, beside what it is called."""
    return {key: ("", value) for key, value in fields.items() if value and key not in ("name", "username")}


@verb(says=_("gave out first passwords"))
def issue_passwords(upload: SavedUpload, *, by: User, at: datetime) -> list[tuple[User, str]]:
    """Give first passwords to the people of an imported file who need one; each is shown once, in the result.

    At most ISSUED_AT_ONCE; calling it again continues with the others.

    Raises:
        NotAllowed: `by` is no administrator.
        WrongState: nobody needs one any more.
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
    """The people of an imported file who shall sign in and have no password yet, by account."""
    keys = upload.read_outcome().get("sign_in", [])
    return User.objects.filter(pk__in=keys, password__startswith="!").order_by("username")
