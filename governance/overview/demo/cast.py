"""The people, departments and teams of the story; names are clearly invented."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TypedDict

from governance.people.roles import Role


class PlannedAction(TypedDict):
    """The fields with which the story opens a special action."""

    code: str
    title_zh: str
    title_en: str
    starts_on: date
    ends_on: date
    rhythm: str
    new_team_days: int


COUNTY = ("垣曲县", "Yuanqu County")

ACTION: PlannedAction = {
    "code": "governance-2026",
    "title_zh": "基层治理能力提升专项行动",
    "title_en": "Special action to improve grassroots governance capacity",
    "starts_on": date(2026, 3, 1),
    "ends_on": date(2026, 12, 31),
    "rhythm": "ten_day",
    "new_team_days": 60,
}

STAGES = [
    ("动员部署阶段", date(2026, 3, 1), date(2026, 6, 30)),
    ("集中攻坚阶段", date(2026, 7, 1), date(2026, 10, 31)),
    ("巩固提升阶段", date(2026, 11, 1), date(2026, 12, 31)),
]

GROUPS = [("经济资产工作组", "罗某某"), ("党建治理工作组", "程某某")]

# Holidays on weekdays, and weekend days that are worked, as the State Council arranged 2026.
HOLIDAYS = {
    "端午节": [date(2026, 6, 19)],
    "中秋节": [date(2026, 9, 25)],
    "国庆节": [date(2026, 10, day) for day in range(1, 8)],
}
WORKED = {"国庆节调休": [date(2026, 9, 20), date(2026, 10, 10)]}


@dataclass(frozen=True)
class Person:
    """An account of the demonstration."""

    username: str
    name: str
    post: str
    department: str = ""
    roles: tuple[str, ...] = ()
    phone: str = ""


ADMINISTRATOR = Person("admin", "管某某", "系统管理员", "县委组织部", (Role.ADMINISTRATOR,))

JUDGES_OF = {3: "县委党校", 6: "县住建局"}
"""Judges who belong to a department of a team, and skip it."""

STAFF = [
    Person("office", "周某某", "专项办主任", "县委组织部", (Role.SPECIAL_OFFICE,)),
    Person("office2", "吴某某", "专项办干事", "县委组织部", (Role.SPECIAL_OFFICE,)),
    Person("centre", "李某某", "考核中心主任", "县委办公室", (Role.ASSESSMENT_CENTRE,)),
    Person("centre2", "郑某某", "考核中心干事", "县委办公室", (Role.ASSESSMENT_CENTRE,)),
    Person("secretary", "秦某某", "会议秘书", "县委办公室", (Role.MEETING_SECRETARY,)),
    Person("leader", "田某某", "县委常委、组织部部长", "县委组织部", (Role.COUNTY_LEADER,)),
    Person("data", "舒某某", "统计员", "县统计局"),
    Person("data2", "农某某", "统计员", "县农业农村局"),
    Person("auditor", "申某某", "审计员", "县纪委监委", (Role.AUDITOR,)),
    *(
        Person(f"judge{number}", f"评委{mark}", "评委", JUDGES_OF.get(number, ""))
        for number, mark in enumerate("甲乙丙丁戊己庚", 1)
    ),
]


@dataclass(frozen=True)
class Team:
    """A special team of the story: who leads it, its people, its core figure."""

    code: str
    name: str
    short_name: str
    group: int
    founded: date
    lead: str
    members: tuple[str, ...]
    people: tuple[str, str, str]
    """Names of head, deputy and liaison."""
    figure: tuple[str, str, Decimal, str]
    """Core figure: name, unit, target of the year, who supplies it."""


FOUNDED = date(2026, 3, 1)

TEAMS = [
    Team(
        "village-economy",
        "发展壮大村级集体经济专班",
        "村集体经济专班",
        0,
        FOUNDED,
        "县委组织部",
        ("县农业农村局", "县财政局", "县工信局", "县乡村振兴局"),
        ("赵某某", "钱某某", "孙某某"),
        ("年收入20万元以上村", "个", Decimal(30), "县农业农村局"),
    ),
    Team(
        "theme-training",
        "基层治理主题培训专班",
        "主题培训专班",
        1,
        FOUNDED,
        "县委组织部",
        ("县委党校",),
        ("王某某", "冯某某", "陈某某"),
        ("培训人次", "人次", Decimal(1200), "县委党校"),
    ),
    Team(
        "member-service",
        "在职党员参与社区治理专班",
        "在职党员专班",
        1,
        FOUNDED,
        "县直工委",
        ("各社区",),
        ("褚某某", "卫某某", "蒋某某"),
        ("办结微心愿", "个", Decimal(2000), "县直工委"),
    ),
    Team(
        "rural-revitalization",
        "乡村振兴专班",
        "乡村振兴专班",
        0,
        FOUNDED,
        "县乡村振兴局",
        ("县委组织部", "县交通局", "县林业局"),
        ("沈某某", "韩某某", "杨某某"),
        ("完成“一宅变四园”村", "个", Decimal(40), "县乡村振兴局"),
    ),
    Team(
        "property-management",
        "提升社区物业管理能力专班",
        "社区物业专班",
        1,
        date(2026, 9, 16),
        "县住建局",
        ("各社区", "县房管中心"),
        ("朱某某", "尤某某", "许某某"),
        ("落实管理的小区", "个", Decimal(46), "县住建局"),
    ),
    Team(
        "urban-party-building",
        "城市党建（两新党建）提升专班",
        "城市党建专班",
        1,
        FOUNDED,
        "县委组织部",
        ("县委社会工作部", "县市场监管局", "县工商联"),
        ("何某某", "吕某某", "施某某"),
        ("两新组织覆盖率", "%", Decimal(95), "县委社会工作部"),
    ),
    Team(
        "system-reform",
        "体制机制改革专班",
        "体制机制改革专班",
        1,
        FOUNDED,
        "县委编办",
        ("县行政审批局", "县司法局"),
        ("张某某", "孔某某", "曹某某"),
        ("“一件事”联办事项", "项", Decimal(20), "县行政审批局"),
    ),
    Team(
        "asset-rectification",
        "深化乡镇、村（社区）固定资产管理集中整治专班",
        "固定资产整治专班",
        0,
        date(2026, 9, 18),
        "县农业农村局",
        ("县财政局", "县审计局"),
        ("严某某", "华某某", "金某某"),
        ("完成清查的村", "个", Decimal(188), "县审计局"),
    ),
]

TOWNSHIPS = [
    "新城镇",
    "历山镇",
    "古城镇",
    "王茅镇",
    "毛家镇",
    "蒲掌乡",
    "英言乡",
    "解峪乡",
    "华峰乡",
    "长直乡",
    "皋落乡",
]
