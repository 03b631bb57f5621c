"""What the teams did, as they reported it: counts and percents of each period, in words, late or returned.

Nothing here is a score, a lamp or a rank: those follow. A number is what the team says it has done so far.
"""

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NotRequired, TypedDict

PERIODS_FROM, PERIODS_TO = date(2026, 7, 1), date(2026, 10, 31)

# Counts that teams entered at the start of July in place of the ledger's rough percents: target, unit, count so far.
QUANTITIES = {
    2: (30, "个", 12),
    3: (12, "个", 3),
    4: (1200, "人次", 396),
    7: (2000, "个", 600),
    9: (40, "个", 14),
    13: (5, "个", 0),
    15: (20, "项", 4),
}

# On this morning everybody has read what had come until then.
READ_UP_TO = date(2026, 10, 22)

# By task: what each report says, from the period in the key on. Periods are counted from 1 July: 0 is 1 to 10 July.
PROGRESS: dict[int, dict[int, int]] = {
    2: dict(enumerate([13, 14, 15, 17, 18, 19, 21, 22, 25, 25, 26])),
    3: dict(enumerate([3, 4, 4, 4, 5, 5, 6, 6, 6, 7, 7])),
    4: dict(enumerate([440, 480, 520, 560, 620, 680, 740, 800, 860, 880, 900])),
    5: dict(enumerate([60, 65, 70, 80, 85, 90, 100])),
    6: dict(enumerate([62, 65, 68, 70, 73, 76, 78, 82, 86, 90])),
    7: dict(enumerate([660, 720, 800, 880, 960, 1040, 1130, 1240, 1380, 1440])),
    8: dict(enumerate([27, 29, 31, 33, 36, 38, 41, 44, 47, 52, 55])),
    9: dict(enumerate([15, 16, 17, 19, 21, 23, 25, 27, 30, 30, 32])),
    10: {7: 2, 8: 5, 9: 9, 10: 12},
    11: {7: 40, 8: 100},
    12: dict(enumerate([47, 50, 53, 56, 60, 64, 68, 72, 80, 83, 83])),
    13: dict.fromkeys(range(11), 0),
    14: dict(enumerate([85, 92, 100])),
    15: dict(enumerate([5, 6, 7, 8, 9, 9, 10, 11, 12, 12, 13])),
    16: {8: 24, 9: 66, 10: 74},
    17: {9: 5, 10: 5},
}

# What a report says beside the number; {more} and {now} are the change and the count so far.
TEXTS: dict[int, tuple[str, ...]] = {
    2: (
        "新增达标村{more}个，累计{now}个；股份合作社分红到户。",
        "帮扶单位到村对接项目，新增{more}个村收入过20万元。",
        "{now}个村完成经营性收入核算并张榜公示。",
    ),
    3: (
        "落地村企联建项目{more}个，累计{now}个；其余项目正在办理用地手续。",
        "与企业签订联建协议，累计落地{now}个。",
    ),
    4: (
        "举办村（社区）干部培训班1期，培训{more}人次，累计{now}人次。",
        "送教下乡到村，培训{more}人次；因农忙调整1期课程。",
    ),
    5: ("收集整理治理案例，完成书稿{now}%。", "组织党校教师审校书稿，完成{now}%。"),
    6: ("在职党员到社区报到服务，报到率{now}%；组织清洁家园活动。", "新增报到单位，报到率{now}%；建立服务积分台账。"),
    7: (
        "新办结微心愿{more}个，累计{now}个；城南社区结对单位增至15家。",
        "集中认领日办结微心愿{more}个，累计{now}个。",
    ),
    8: ("走廊路基推进，完成总工程量的{now}%。", "新城镇段拆除障碍物14处，3户协议已签；完成{now}%。"),
    9: ("完工验收{more}个村，累计{now}个。", "古城镇{more}个村完工验收，累计{now}个；因雨停工数日。"),
    10: ("新落实管理小区{more}个，累计{now}个，均已签订服务合同。",),
    11: ("起草行业党委组建方案，征求意见。", "物业行业党委挂牌成立，选配书记和委员。"),
    12: ("新建两新组织党支部，覆盖率{now}%。", "联合市场监管局摸排新增企业，覆盖率{now}%。"),
    14: ("完成{now}%的赋权事项评估。", "评估报告征求乡镇意见，完成{now}%。"),
    15: (
        "新上线“一件事”{more}项，累计{now}项；办理时限压缩一半。",
        "梳理表单，{now}项实现一张表单办理。",
    ),
    16: ("新完成{more}个村清查登记，累计{now}个；实物与账册逐一比对。",),
    17: ("摸清闲置校舍、厂房底数，盘活{now}%。",),
}


@dataclass(frozen=True)
class Turn:
    """What happened to a report that was not simply on time and accepted."""

    late_days: int = 0
    returned: str = ""
    reasons: dict[int, str] = field(default_factory=dict)
    missing: bool = False
    paper: str = ""
    """The document by which the office entered it on the team's behalf."""


AMENDED = "（按退回意见补充）"

TURNS: dict[tuple[str, int], Turn] = {
    ("village-economy", 3): Turn(returned="请补充联建企业名称。", reasons={3: "请补充：哪几家企业、哪几个村。"}),
    ("theme-training", 4): Turn(late_days=1),
    ("theme-training", 7): Turn(returned="请补充培训签到情况。", reasons={4: "请补充：每期参训人数和签到表。"}),
    ("member-service", 1): Turn(returned="请写清办结与认领的区别。", reasons={7: "请补充：办结数量，而不是认领数量。"}),
    ("member-service", 2): Turn(late_days=1),
    ("member-service", 5): Turn(late_days=2),
    ("member-service", 6): Turn(returned="报到不等于服务。", reasons={6: "请补充：报到后参加了哪些服务。"}),
    ("member-service", 8): Turn(late_days=1),
    ("rural-revitalization", 2): Turn(returned="请附工程量说明。", reasons={8: "请补充：分标段完成量。"}),
    ("property-management", 7): Turn(returned="是哪几个小区？", reasons={10: "请补充：落实管理的是哪几个小区。"}),
    ("urban-party-building", 0): Turn(returned="请写明新建支部名称。", reasons={12: "请补充：新建支部名称和时间。"}),
    ("urban-party-building", 3): Turn(late_days=1),
    ("urban-party-building", 5): Turn(
        returned="示范点为何没有进展？", reasons={13: "请补充：未启动的原因和启动时间。"}
    ),
    ("asset-rectification", 7): Turn(missing=True),
}

# The period that is due and not closed (11 to 20 October): who is where on 27 October.
LAST_DUE = 10
OVERDUE_TEAM = "member-service"
RETURNED_TEAM = ("property-management", "新增3个小区与社区台账不符。", {10: "请补充：12个小区逐一列出，并附服务合同。"})
WAITING_TEAMS = ("urban-party-building", "asset-rectification")

MATTERS: dict[tuple[str, int], tuple[tuple[str, str], ...]] = {
    ("rural-revitalization", 9): (("走廊三标段林地手续需尽快办理。", "县林业局"),),
    ("rural-revitalization", 10): (("走廊三标段林地手续仍未办结。", "县林业局"),),
    ("urban-party-building", 8): (("请提供三季度新登记企业名单。", "县市场监管局"),),
    ("asset-rectification", 9): (
        ("两个乡镇清查未启动，请督促。", "县农业农村局"),
        ("审计问题清单尚未移交。", "县审计局"),
    ),
    ("village-economy", 9): (("3个联建项目用地手续未办结。", "县自然资源局"),),
}

STEPS: dict[tuple[str, int], tuple[tuple[str, date], ...]] = {
    ("system-reform", 9): (
        ("合并“企业开办一件事”表单", date(2026, 10, 16)),
        ("完成2项事项系统联调", date(2026, 10, 20)),
    ),
    ("village-economy", 9): (("报送3个联建项目用地材料", date(2026, 10, 15)),),
    ("member-service", 9): (("补办未办结微心愿200个", date(2026, 10, 20)),),
    ("village-economy", 10): (
        ("再落地村企联建项目2个", date(2026, 11, 10)),
        ("完成4个薄弱村增收方案", date(2026, 11, 20)),
    ),
    ("theme-training", 10): (("秋收后补办培训2期", date(2026, 11, 15)),),
    ("rural-revitalization", 10): (
        ("完成古城镇4个村整治", date(2026, 11, 5)),
        ("三标段路基贯通", date(2026, 11, 20)),
    ),
    ("property-management", 10): (("再落实10个小区管理", date(2026, 11, 20)),),
    ("urban-party-building", 10): (("商圈楼宇示范点选址", date(2026, 11, 5)),),
    ("system-reform", 10): (("再上线“一件事”3项", date(2026, 11, 10)),),
    ("asset-rectification", 10): (("两个乡镇启动清查", date(2026, 10, 31)),),
}

# What became of a next step, by its text; done where nothing is said.
FOLLOWED = {"完成2项事项系统联调": ("partly", "1项待市级接口开放。")}

# Whose reports were accepted without anybody opening them.
UNREAD_TEAM = "theme-training"


class UnfinishedDraft(TypedDict):
    """One row of a report that nobody has submitted."""

    team: str
    period: int
    task: int
    percent: int
    text: str


# The draft that the late team has begun and not finished.
UNFINISHED: UnfinishedDraft = {
    "team": OVERDUE_TEAM,
    "period": LAST_DUE,
    "task": 6,
    "percent": 92,
    "text": "新增报到党员41名，报到率92%。",
}
OPEN_DRAFTS = {
    "system-reform": (15, 14, "“企业开办一件事”开始试运行。"),
    "village-economy": (2, 27, "皋落乡新增达标村1个。"),
}


@dataclass(frozen=True)
class NewTask:
    """A task that the office gave a new team by hand."""

    number: int
    team: str
    given_on: date
    title: str
    expected_result: str
    lead: str
    joint: tuple[str, ...]
    start_on: date
    due_on: date | None
    level: int
    quantity: tuple[int, str] | None = None
    milestones: tuple[tuple[str, date, int], ...] = ()


NEW_TASKS = [
    NewTask(
        10,
        "property-management",
        date(2026, 9, 16),
        "无物业小区清零",
        "46个小区全部落实管理",
        "县住建局",
        ("各社区", "县房管中心"),
        date(2026, 9, 20),
        date(2026, 12, 31),
        2,
        (46, "个"),
        (
            ("第一批小区", date(2026, 10, 31), 1),
            ("第二批小区", date(2026, 11, 30), 1),
            ("全部小区", date(2026, 12, 31), 1),
        ),
    ),
    NewTask(
        11,
        "property-management",
        date(2026, 9, 16),
        "组建物业行业党委",
        "9月底前成立",
        "县住建局",
        (),
        date(2026, 9, 16),
        date(2026, 9, 30),
        1,
    ),
    NewTask(
        16,
        "asset-rectification",
        date(2026, 9, 18),
        "乡镇、村固定资产清查登记",
        "清查覆盖率100%",
        "县农业农村局",
        ("县财政局", "县审计局"),
        date(2026, 9, 18),
        date(2026, 11, 30),
        2,
        (188, "个"),
        (("半数村完成", date(2026, 10, 24), 1), ("全部村完成", date(2026, 11, 30), 1)),
    ),
    NewTask(
        17,
        "asset-rectification",
        date(2026, 10, 8),
        "闲置资产盘活",
        "盘活率50%",
        "县农业农村局",
        (),
        date(2026, 10, 8),
        None,
        1,
    ),
]


@dataclass(frozen=True)
class ClosingOut:
    """A task that a head asked to close out, and the office's check."""

    number: int
    team: str
    asked_on: date
    checked_on: date
    statement: str
    answer: str


CLOSE_OUTS = [
    ClosingOut(
        14,
        "system-reform",
        date(2026, 7, 29),
        date(2026, 8, 5),
        "评估报告已形成并报县委编委会。",
        "报告齐全，同意销号。",
    ),
    ClosingOut(
        5,
        "theme-training",
        date(2026, 9, 10),
        date(2026, 9, 14),
        "教材已印发到村，因审校延后10天。",
        "已抽查6个村，同意销号。",
    ),
    ClosingOut(
        11,
        "property-management",
        date(2026, 9, 30),
        date(2026, 10, 9),
        "物业行业党委第14天挂牌成立，班子配齐。",
        "批复文件齐全，同意销号。",
    ),
]


class AskedExtension(TypedDict):
    """A new due date that a head asked for, and the office's decision where it was made."""

    number: int
    team: str
    asked_on: date
    decided_on: NotRequired[date]
    new_due_on: date
    reason: str
    answer: NotRequired[str]


EXTENSION: AskedExtension = {
    "number": 3,
    "team": "village-economy",
    "asked_on": date(2026, 10, 12),
    "decided_on": date(2026, 10, 22),
    "new_due_on": date(2026, 12, 31),
    "reason": "5个项目用地手续在批，企业承诺12月底前开工。",
    "answer": "推进会研究同意，红灯记录保留。",
}
ASKED_EXTENSION: AskedExtension = {
    "number": 4,
    "team": "theme-training",
    "asked_on": date(2026, 10, 26),
    "new_due_on": date(2026, 12, 15),
    "reason": "秋收期间课程推迟，最后两期移至12月上旬。",
}

# The trial round of the third quarter: what the centre entered from papers.
CLASSES = {
    "village-economy": "A",
    "theme-training": "B",
    "member-service": "B",
    "rural-revitalization": "A",
    "property-management": "B",
    "urban-party-building": "B",
    "system-reform": "B",
    "asset-rectification": "A",
}
PLAN_TIERS = {
    "village-economy": "complete",
    "theme-training": "complete",
    "member-service": "partial",
    "rural-revitalization": "complete",
    "property-management": "complete",
    "urban-party-building": "complete",
    "system-reform": "complete",
    "asset-rectification": "partial",
}
QUARTER_FIGURES = {
    "village-economy": (Decimal(25), Decimal(24)),
    "theme-training": (Decimal(860), Decimal(900)),
    "member-service": (Decimal(1380), Decimal(1700)),
    "rural-revitalization": (Decimal(30), Decimal(40)),
    "property-management": (None, Decimal(6)),
    "urban-party-building": (Decimal(80), Decimal(85)),
    "system-reform": (Decimal(12), Decimal(14)),
    "asset-rectification": (None, Decimal(20)),
}
SUPPLIED = "village-economy"
SUPPLIED_BY = ("县农业农村局函〔2026〕9号", "三季度村集体经济统计表（盖章）")
"""The team whose core figure its department confirms itself, and on what."""
EVENTS = [
    ("village-economy", "P1", "provincial", "村集体经济股份合作试点", "省农改办〔2026〕11号", "省农改办", 7),
    ("rural-revitalization", "P1", "municipal", "党建引领乡村振兴示范走廊试点", "市委办〔2026〕27号", "市委办", 16),
    ("member-service", "P2", "county", "进展报告多次迟报", "县专项办通报〔2026〕4号", "县专项办", 24),
]
"""Team, indicator, level, matter, document, issuer, and the day of September; the head files a bonus."""
VETOES = [("member-service", "false-data", "一项微心愿销号不实", "县专项办核查〔2026〕2号", 28)]

CONTEST_FIGURES = {
    "C2": ("县统计局函〔2026〕19号", ("83.3", "71.7", "69.0", "75.0", "58.0", "84.2", "60.0", "62.0")),
    "C3": ("县统计局函〔2026〕19号", ("12.5", "8.0", "6.4", "10.0", "", "9.1", "5.2", "")),
    "C5": ("县核查组〔2026〕6号", ("14", "12", "9", "15", "8", "13", "12", "10")),
    "C6": ("县调查队函〔2026〕11号", ("95.2", "91.0", "88.6", "93.4", "82.1", "90.5", "89.9", "84.0")),
}
"""What departments supplied for the contest: document and values in document order; "" where nobody owes one."""
CONTEST_MARKS = {
    1: (date(2026, 10, 21), ("92.0", "85.0", "76.5", "89.0", "80.0", "84.0", "88.5", "79.0")),
    2: (date(2026, 10, 21), ("90.5", "88.0", "78.0", "86.5", "82.0", "85.5", "90.0", "81.5")),
    3: (date(2026, 10, 22), ("93.5", "", "74.0", "90.0", "78.5", "82.0", "87.0", "77.0")),
    4: (date(2026, 10, 22), ("88.0", "84.5", "80.5", "85.0", "83.0", "86.0", "86.0", "82.0")),
    5: (date(2026, 10, 23), ("91.0", "86.5", "75.0", "87.5", "79.0", "83.5", "89.5", "78.5")),
    6: (date(2026, 10, 26), ("93.0", "86.5", "74.0", "88.5", "", "83.0", "90.0")),
    7: (date(2026, 10, 26), ()),
}
"""Judge -> day and marks in document order; "" where the judge skips the team."""
CONTEST_SIGNED = (1, 2, 3, 4, 5)
"""The judges who have signed."""
