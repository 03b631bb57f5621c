"""People from a workbook, and the first passwords of those who were imported.

A row is known by its account. Only what is filled in is written: an empty cell leaves what stands.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from governance.formats import cells
from governance.formats.departments import department_names
from governance.formats.faults import CellFault, CellReason, FormatError, gettext_noop
from governance.formats.tables import ReadRow, SheetColumn, yes_or_no
from governance.lists.text import names_text
from governance.records.list_import import ListImport
from governance.records.models import SavedUpload
from governance.records.verbs import inserted, locked, revised

from .accounts import ISSUED_AT_ONCE, check_own_access, set_roles, why_not_issued
from .departments_import import first_values
from .models import Department, User
from .models.user import mask_phone
from .roles import Role
from .sign_ins import close_sessions

ROLE_UNKNOWN = CellReason("role_unknown", gettext_noop("There is no role “%(text)s”. The roles are: %(roles)s."))


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
    for text in cells.texts(value):
        code = known.get(cells.compact(text))
        if code is None:
            with override("zh-hans"):
                raise FormatError(ROLE_UNKNOWN, text=text, roles=names_text(role.label for role in Role))
        found.append(code)
    return sorted(set(found))


PEOPLE_COLUMNS = (
    SheetColumn(
        "username",
        ("账号", "登录账号", "用户名", "登录名", "帐号", "登录帐号", "用户账号", "account", "username"),
        "登录用的账号，字母、数字和 @ . + - _，不得重复",
        needed=True,
        most=60,
        example="wangmou",
    ),
    SheetColumn(
        "name",
        ("姓名", "人员姓名", "人员", "联系人", "name"),
        "姓名；两字姓名之间的空格不计",
        read=cells.name,
        needed=True,
        most=60,
        width=12,
        example="王某",
    ),
    SheetColumn(
        "post",
        ("职务", "职务名称", "现任职务", "单位及职务", "职位", "岗位", "post"),
        "职务",
        most=80,
        example="农业农村局副局长",
    ),
    SheetColumn(
        "department",
        (
            "单位",
            "所在单位",
            "工作单位",
            "所属单位",
            "单位名称",
            "责任单位",
            "所在部门",
            "所属部门",
            "部门",
            "department",
        ),
        "单位全称、简称或别名，须已在系统中",
        example="县农业农村局",
    ),
    SheetColumn(
        "phone",
        (
            "电话",
            "手机",
            "手机号码",
            "手机号",
            "移动电话",
            "联系电话",
            "联系方式",
            "电话号码",
            "办公电话",
            "phone",
            "mobile",
        ),
        "仅本人和管理员可见全号",
        most=30,
        example="13800001234",
    ),
    SheetColumn(
        "email",
        ("邮箱", "电子邮箱", "电子邮件", "邮箱地址", "e-mail", "email"),
        "用于接收提醒，可不填",
        most=254,
        width=24,
        example="wang@example.gov.cn",
    ),
    SheetColumn(
        "roles",
        ("角色", "系统角色", "用户角色", "角色权限", "roles"),
        "专项办、考核中心、会议秘书、县领导、审计员、管理员；多个用“、”分隔；专班成员不用填",
        read=_roles,
        width=18,
        example="专项办",
    ),
    SheetColumn(
        "sign_in",
        ("可登录", "能否登录", "是否登录", "是否可登录", "是否能登录", "允许登录", "是否允许登录", "may sign in"),
        "填“是”则确认后可下载初始密码；填“否”或不填则仅登记姓名",
        read=yes_or_no,
        width=10,
        choices=("是", "否"),
        example="是",
    ),
)


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
        by_text = Department.objects.by_name()
        self.by_name = {department.name: department for department in by_text.values()}
        self.departments = department_names((text, department.name) for text, department in by_text.items())
        named = User.objects.filter(username__in={row.values["username"] for row in rows} - {None})
        self.known = {user.username: user for user in named}
        self.awaited: list[int] = []
        self.kept = {"sign_in": self.awaited}

    def faults_of(self, row: ReadRow) -> Iterator[CellFault]:
        """A department that is not known."""
        if department := row.values.get("department"):
            try:
                self.departments.find(department)
            except FormatError as fault:
                yield row.fault(fault.reason, "department", **fault.params)

    def write_row(self, row: ReadRow) -> None:
        """Add a person, or change one."""
        fields = row.said("username", "name", "post", "phone", "email")
        if department := row.values.get("department"):
            fields["department"] = self.by_name[self.departments.find(department)]
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
        change = first_values(fields | {"roles": roles, "is_active": row.values.get("sign_in")})
        self.note(f"{user.username} {user.name}", change, new=True)
        return user

    def _change(self, user: User, row: ReadRow, fields: dict[str, Any]) -> User:
        roles, sign_in = row.values.get("roles"), row.values.get("sign_in")
        if sign_in is not None and user.has_usable_password():
            fields["is_active"] = sign_in
        check_own_access(user, self.by, roles or None, fields)
        change = revised(user, fields, exclude=("password",))
        if change.get("is_active") == [True, False]:
            close_sessions([user.pk])
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


@dataclass(frozen=True)
class PasswordSheet:
    """People of an imported file whose first passwords stand in one sheet, and those of them who need one still."""

    number: int
    people: Sequence[User]
    waiting: Sequence[User]

    @property
    def repeats(self) -> int:
        """For how many the sheet was given out before."""
        return sum(user.has_usable_password() for user in self.waiting)

    @property
    def mark(self) -> str:
        """Changes when passwords of this sheet are given out."""
        return ".".join(str(user.version) for user in self.waiting)

    def asked(self, mark: str) -> Sequence[User]:
        """Those who are waiting, if they are still as the page with this mark showed them; otherwise nobody."""
        return self.waiting if mark == self.mark else []


def password_sheets(upload: SavedUpload) -> list[PasswordSheet]:
    """The people of an imported file who shall sign in, by account, in sheets of ISSUED_AT_ONCE.

    A sheet can be given out again until everybody in it has signed in and chosen a password.
    """
    keys = upload.read_outcome().get("sign_in", [])
    people = list(User.objects.filter(pk__in=keys).select_related("department").order_by("username"))
    sheets = [people[start : start + ISSUED_AT_ONCE] for start in range(0, len(people), ISSUED_AT_ONCE)]
    return [
        PasswordSheet(number, sheet, [user for user in sheet if not why_not_issued(user)])
        for number, sheet in enumerate(sheets, 1)
    ]
