"""Departments and townships from a workbook.

A row is known by its name. Only what is filled in is written: an empty cell leaves what stands, and so does a file that
lacks a row.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeVar

from django.utils.translation import gettext_lazy as _

from governance.formats import cells
from governance.formats.tables import ReadRow, SheetColumn
from governance.records.list_import import ListImport
from governance.records.verbs import inserted, revised

from .accounts import check_names, set_aliases
from .models import Department, Township

DEPARTMENT_COLUMNS = (
    SheetColumn(
        "name",
        ("单位名称", "单位全称", "全称", "部门名称", "机构名称", "单位", "部门", "name", "department"),
        "单位全称，不得重复",
        needed=True,
        most=60,
        width=28,
        example="县农业农村局",
    ),
    SheetColumn(
        "short_name", ("简称", "单位简称", "short name"), "会议和表格中使用的简称", most=40, example="农业农村局"
    ),
    SheetColumn(
        "aliases",
        ("别名", "其他名称", "曾用名", "aliases"),
        "台账中出现的其他写法，多个用“、”分隔；填写后以此为准",
        read=cells.texts,
        width=30,
        example="农业局、县农委",
    ),
    SheetColumn(
        "code",
        ("编码", "代码", "单位编码", "单位代码", "code"),
        "英文字母、数字和短横线；不填则自动编号",
        most=40,
        example="agriculture",
    ),
    SheetColumn(
        "order",
        ("排序", "顺序", "排序号", "次序", "order"),
        "正式文件中的次序，填整数；不填则排在最后",
        read=cells.whole_number,
        width=8,
        example="12",
    ),
)

TOWNSHIP_COLUMNS = (
    SheetColumn(
        "name",
        ("乡镇名称", "乡镇", "乡镇街道", "镇街", "街道", "名称", "单位名称", "单位", "name", "township"),
        "乡镇、街道全称，不得重复",
        needed=True,
        most=60,
        width=28,
        example="新城镇",
    ),
    SheetColumn(
        "code",
        ("编码", "代码", "乡镇编码", "乡镇代码", "区划代码", "行政区划代码", "code"),
        "英文字母、数字和短横线；不填则自动编号",
        most=40,
        example="xincheng",
    ),
    SheetColumn(
        "order",
        ("排序", "顺序", "排序号", "次序", "order"),
        "正式文件中的次序，填整数；不填则按表中顺序排在最后",
        read=cells.whole_number,
        width=8,
        example="1",
    ),
)


Place = TypeVar("Place", Department, Township)


class InOrder(Generic[Place]):
    """What rows with a name, a code and a place in the order of official documents have in common."""

    rule: ClassVar[str] = "keep_departments"
    key: ClassVar[Sequence[str]] = ("name",)
    model: ClassVar[Any]
    known: dict[str, Place]

    def begin(self, rows: Sequence[ReadRow]) -> None:
        """Every row is locked: names and codes are taken by any of them."""
        self.known = {row.name: row for row in self.model._default_manager.select_for_update(no_key=True)}
        self.last = max((row.order for row in self.known.values()), default=0)
        self.taken = {row.code for row in self.known.values()}

    def placed(self, fields: dict[str, Any]) -> dict[str, Any]:
        """The fields of a new row, with a code and a place where the file gives none."""
        self.last = max(self.last + 1, fields.get("order", 0))
        fields = {"code": free_code(self.model.__name__.lower(), self.taken), "order": self.last, **fields}
        self.taken.add(fields["code"])
        return fields


@dataclass(kw_only=True)
class DepartmentsImport(InOrder[Department], ListImport):
    """Departments with the names they go by."""

    kind = "departments"
    words = _("Departments")
    says = _("imported departments")
    model = Department
    columns = DEPARTMENT_COLUMNS

    def write_row(self, row: ReadRow) -> None:
        """Add a department, or change one."""
        fields = row.said("name", "short_name", "code", "order")
        aliases = set(row.values.get("aliases") or ())
        department = self.known.get(fields["name"])
        if department is None:
            fields = self.placed(fields)
            check_names(None, fields, aliases)
            made = inserted(Department(**fields))
            set_aliases(made, aliases)
            self.note(made.name, first_values(fields | {"aliases": aliases}), new=True)
            return
        aliases = aliases or set(department.aliases.values_list("text", flat=True))
        check_names(department, fields, aliases)
        self.note(department.name, revised(department, fields) | set_aliases(department, aliases))


@dataclass(kw_only=True)
class TownshipsImport(InOrder[Township], ListImport):
    """Townships in their order."""

    kind = "townships"
    words = _("Townships")
    says = _("imported townships")
    model = Township
    columns = TOWNSHIP_COLUMNS

    def write_row(self, row: ReadRow) -> None:
        """Add a township, or change one."""
        fields = row.said("name", "code", "order")
        township = self.known.get(fields["name"])
        if township is not None:
            self.note(township.name, revised(township, fields))
            return
        fields = self.placed(fields)
        self.note(inserted(Township(**fields)).name, first_values(fields), new=True)


def free_code(kind: str, taken: Collection[str]) -> str:
    """A code for a row that has none of its own."""
    number = len(taken) + 1
    while f"{kind}-{number}" in taken:
        number += 1
    return f"{kind}-{number}"


def first_values(fields: dict[str, Any]) -> dict[str, tuple[Any, Any]]:
    """What is noted of a new row: its values as changes from nothing, without what it is called."""
    return {key: ("", value) for key, value in fields.items() if value and key not in ("name", "username")}
