"""The prominent problems of the story: where each was found, what the office found out, and what the teams did."""

from dataclasses import dataclass
from datetime import date

from teams.meetings.models import Problem

from .pictures import Picture

Moment = tuple[date, int, int]

FIRMS = "村企联建企业底数不清"
REGISTERED = "报到不服务，“双报到”流于登记"
SIGNED_IN = "培训签到不规范，参训人数对不上"
TWO_FORMS = "“一件事”线上线下两头录入"
LAND = "联建项目用地手续办理慢"
STALE_POINTS = "商圈楼宇示范点5月以来没有进展"
LEDGERS = "村级资产台账与实物不符"
REGISTERS = "乡镇资产登记账实不符"
HARVEST = "农忙时节培训课程少"
HANDOVER = "小区物业移交资料不全"
AUDIT_LIST = "审计问题清单迟迟没有移交"
WISHES = "微心愿重复登记、未办先销"


@dataclass(frozen=True)
class Solution:
    """What is found out about a problem: why it exists, who leads, by when, and when it counts as solved."""

    problem: str
    lead: str
    due_on: date
    cause: str
    solved_when: str
    severity: int = Problem.Severity.ORDINARY


@dataclass(frozen=True)
class Raised:
    """A problem as it was raised: by whom, for which teams, where it was found."""

    title: str
    by: str
    teams: tuple[str, ...]
    at: Moment
    found_by: str
    found_on: date
    text: str = ""
    row: tuple[int, int] | None = None
    """Task and period of the row of a report."""
    matter: str = ""
    """The beginning of a matter for coordination."""
    picture: Picture | None = None


RAISED = [
    Raised(
        FIRMS,
        "office2",
        ("village-economy",),
        (date(2026, 8, 12), 16, 0),
        Problem.FoundBy.REPORT,
        date(2026, 8, 12),
        "报告只写项目数，没有企业和村的名称。",
        row=(3, 3),
    ),
    Raised(
        REGISTERED,
        "office2",
        ("member-service",),
        (date(2026, 9, 11), 16, 0),
        Problem.FoundBy.REPORT,
        date(2026, 9, 11),
        "报到率高，服务记录少。",
        row=(6, 6),
    ),
    Raised(
        SIGNED_IN,
        "office2",
        ("theme-training",),
        (date(2026, 9, 22), 16, 0),
        Problem.FoundBy.REPORT,
        date(2026, 9, 21),
        "签到表和上报人次不一致。",
        row=(4, 7),
    ),
    Raised(
        TWO_FORMS,
        "liaison-system-reform",
        ("system-reform",),
        (date(2026, 9, 24), 10, 0),
        Problem.FoundBy.PEOPLE,
        date(2026, 9, 23),
        "办事群众反映：线上填过的信息，窗口还要再填一遍。",
        picture=Picture("两头填表.jpg", "paper", date(2026, 9, 23), 7),
    ),
    Raised(
        LAND,
        "liaison-village-economy",
        ("village-economy",),
        (date(2026, 10, 13), 10, 30),
        Problem.FoundBy.REPORT,
        date(2026, 10, 12),
        "3个联建项目等用地手续，企业已进场两次。",
        matter="3个联建项目用地手续未办结",
    ),
    Raised(
        STALE_POINTS,
        "office2",
        ("urban-party-building",),
        (date(2026, 10, 13), 11, 0),
        Problem.FoundBy.REPORT,
        date(2026, 10, 12),
        "连续多期报告没有变化。",
        row=(13, 9),
    ),
    Raised(
        LEDGERS,
        "head-village-economy",
        ("village-economy",),
        (date(2026, 10, 14), 9, 30),
        Problem.FoundBy.CHECK,
        date(2026, 10, 9),
        "抽查3个村，集体经济台账与实物不符。",
        picture=Picture("台账.jpg", "paper", date(2026, 10, 9), 2),
    ),
    Raised(
        HARVEST,
        "liaison-theme-training",
        ("theme-training",),
        (date(2026, 10, 14), 15, 0),
        Problem.FoundBy.OTHER,
        date(2026, 10, 14),
        "秋收期间干部抽不出时间。",
    ),
    Raised(
        REGISTERS,
        "liaison-asset-rectification",
        ("asset-rectification",),
        (date(2026, 10, 15), 10, 0),
        Problem.FoundBy.CHECK,
        date(2026, 10, 13),
        "清查发现4个村账面资产找不到实物。",
        picture=Picture("清查登记.jpg", "houses", date(2026, 10, 13), 6),
    ),
    Raised(
        HANDOVER,
        "office",
        ("property-management",),
        (date(2026, 10, 22), 9, 30),
        Problem.FoundBy.MEETING,
        date(2026, 10, 20),
        "推进会上提出：老旧小区图纸和维修记录缺失。",
    ),
    Raised(
        AUDIT_LIST,
        "head-asset-rectification",
        ("asset-rectification",),
        (date(2026, 10, 23), 15, 30),
        Problem.FoundBy.REPORT,
        date(2026, 10, 12),
        "清单不到，无法逐条比对。",
        matter="审计问题清单尚未移交",
    ),
    Raised(
        WISHES,
        "office2",
        ("member-service",),
        (date(2026, 10, 26), 16, 30),
        Problem.FoundBy.CHECK,
        date(2026, 10, 23),
        "电话回访20件，3件重复登记，2件没有办就销号。",
    ),
]
"""In the order of their numbers."""

SERIOUS = Problem.Severity.SERIOUS

ANALYSED: list[tuple[Moment, Solution]] = [
    (
        (date(2026, 8, 14), 10, 0),
        Solution(
            FIRMS, "village-economy", date(2026, 8, 31), "没有统一的项目登记表。", "12个项目的企业、村、地块逐一列明。"
        ),
    ),
    (
        (date(2026, 9, 14), 10, 0),
        Solution(
            REGISTERED,
            "member-service",
            date(2026, 9, 30),
            "只统计报到，不统计服务。",
            "每名报到党员至少参加1次服务，有记录、有照片。",
            SERIOUS,
        ),
    ),
    (
        (date(2026, 9, 24), 15, 0),
        Solution(
            SIGNED_IN, "theme-training", date(2026, 10, 15), "各期签到由乡镇自行设计。", "统一签到表，人次与签到一致。"
        ),
    ),
    (
        (date(2026, 9, 28), 10, 0),
        Solution(
            TWO_FORMS,
            "system-reform",
            date(2026, 10, 30),
            "综合窗口系统没有读取线上申报数据的接口。",
            "已上线事项线上申报后窗口不再录入。",
        ),
    ),
    (
        (date(2026, 10, 14), 16, 0),
        Solution(
            LAND,
            "village-economy",
            date(2026, 10, 23),
            "地块性质调整没有和规划修编同步。",
            "3个项目用地手续全部受理并明确办结日期。",
            SERIOUS,
        ),
    ),
    (
        (date(2026, 10, 26), 17, 0),
        Solution(
            HANDOVER,
            "property-management",
            date(2026, 12, 4),
            "原产权单位改制后资料散失。",
            "46个小区建立移交清单，缺项逐一补测。",
        ),
    ),
]
"""The problems that the office analysed at its desk; two more were analysed by decisions of the promotion meeting."""

TAKEN_UP: list[tuple[Moment, str, str, str]] = [
    ((date(2026, 8, 17), 9, 30), FIRMS, "deputy-village-economy", "由县工信局逐企核对。"),
    ((date(2026, 9, 15), 9, 30), REGISTERED, "head-member-service", "各社区补建服务台账。"),
    ((date(2026, 9, 28), 9, 30), SIGNED_IN, "head-theme-training", "党校统一印制签到表。"),
    ((date(2026, 9, 29), 16, 0), TWO_FORMS, "head-system-reform", "行政审批局与市级平台对接接口。"),
    ((date(2026, 10, 15), 9, 30), LAND, "head-village-economy", "专人到县自然资源局跟办。"),
    ((date(2026, 10, 22), 16, 0), STALE_POINTS, "head-urban-party-building", "联合市场监管局逐处看场地。"),
    ((date(2026, 10, 22), 16, 30), LEDGERS, "head-asset-rectification", "两个专班合编工作组，先查20个村。"),
]

RESOLVED: list[tuple[Moment, str, str, str, Picture]] = [
    (
        (date(2026, 8, 28), 10, 0),
        FIRMS,
        "head-village-economy",
        "12个项目的企业、村、地块已列表公示。",
        Picture("项目登记表.jpg", "paper", date(2026, 8, 27), 4),
    ),
    (
        (date(2026, 9, 24), 16, 0),
        REGISTERED,
        "head-member-service",
        "各社区建立服务积分台账，本月服务记录已补齐。",
        Picture("服务台账.jpg", "paper", date(2026, 9, 24), 8),
    ),
    (
        (date(2026, 9, 29), 16, 0),
        SIGNED_IN,
        "head-theme-training",
        "统一签到表已启用。",
        Picture("签到表.jpg", "paper", date(2026, 9, 29), 9),
    ),
    (
        (date(2026, 10, 9), 10, 0),
        SIGNED_IN,
        "head-theme-training",
        "前四期签到逐人核对，上报人次已更正说明。",
        Picture("核对表.jpg", "paper", date(2026, 10, 8), 10),
    ),
    (
        (date(2026, 10, 26), 15, 30),
        TWO_FORMS,
        "head-system-reform",
        "窗口系统已能读取线上申报数据，试运行一周未再重复录入。",
        Picture("窗口.jpg", "houses", date(2026, 10, 23), 11),
    ),
]
