"""The monthly rounds of the county's plan: what departments handed in on paper, what was filed, who appealed."""

from dataclasses import dataclass
from datetime import date

from assessments.figures.entry import Entry

from .script import CLASSES, PLAN_TIERS

MONTHLY_FIGURES: dict[str, dict[int, tuple[str, str]]] = {
    "village-economy": {7: ("18", "18"), 8: ("22", "21"), 9: ("25", "24")},
    "theme-training": {7: ("560", "560"), 8: ("720", "720"), 9: ("900", "900")},
    "member-service": {7: ("800", "1000"), 8: ("1040", "1350"), 9: ("1380", "1700")},
    "rural-revitalization": {7: ("19", "24"), 8: ("25", "32"), 9: ("30", "40")},
    "property-management": {9: ("5", "6")},
    "urban-party-building": {7: ("68", "70"), 8: ("75", "78"), 9: ("80", "85")},
    "system-reform": {7: ("7", "7"), 8: ("8", "9"), 9: ("11", "14")},
    "asset-rectification": {9: ("14", "20")},
}
"""Core figure and its target at the end of each month, by team."""
WITHOUT_MEETING = {
    ("member-service", 7),
    ("member-service", 9),
    ("urban-party-building", 8),
    ("urban-party-building", 9),
}
"""Team and month in which its head held no dispatch meeting."""
DIVISION_WITHDRAWN = ("urban-party-building", 9)
"""The division of labour of the demonstration points was withdrawn in September, and no other issued."""


def county_figures(month: int) -> dict[str, tuple[str, str, dict[str, Entry]]]:
    """Of each indicator that departments supply: document, basis, and the entry by team."""
    office = f"县专项办函〔2026〕{month}号"
    return {
        "A1": (
            office,
            "已印发的实施方案和任务分工",
            {code: Entry("partial" if (code, month) == DIVISION_WITHDRAWN else PLAN_TIERS[code]) for code in CLASSES},
        ),
        "A2": (
            office,
            "调度会议记录",
            {
                code: Entry(none, confirmed=none)
                for code in CLASSES
                for none in [str(int((code, month) in WITHOUT_MEETING))]
            },
        ),
        "A7": (
            f"县统计局函〔2026〕{month + 5}号",
            "核心指标统计表（盖章）",
            {code: Entry(*months[month]) for code, months in MONTHLY_FIGURES.items() if month in months},
        ),
    }


@dataclass(frozen=True)
class CountyEvent:
    """What was filed for a team under the county's plan: an indicator with its level, or a veto."""

    team: str
    code: str
    level: str
    matter: str
    document: str
    issuer: str
    on: date
    filed_on: date
    basis: str = "原文附后"


COUNTY_EVENTS = [
    CountyEvent(
        "system-reform",
        "B2",
        "county",
        "“企业开办一件事”一张表单",
        "县委改革办〔2026〕5号",
        "县委改革办",
        date(2026, 8, 20),
        date(2026, 9, 4),
    ),
    CountyEvent(
        "theme-training",
        "B2",
        "county",
        "治理教材送教下乡",
        "县委组织部〔2026〕31号",
        "县委组织部",
        date(2026, 9, 18),
        date(2026, 10, 9),
    ),
    CountyEvent(
        "village-economy",
        "B1",
        "provincial",
        "村集体经济股份合作试点",
        "省农改办〔2026〕11号",
        "省农改办",
        date(2026, 9, 7),
        date(2026, 10, 9),
    ),
    CountyEvent(
        "rural-revitalization",
        "B1",
        "municipal",
        "党建引领乡村振兴示范走廊试点",
        "市委办〔2026〕27号",
        "市委办",
        date(2026, 9, 16),
        date(2026, 10, 9),
    ),
    CountyEvent(
        "system-reform",
        "B2",
        "municipal",
        "“企业开办一件事”一张表单",
        "市委改革办〔2026〕14号",
        "市委改革办",
        date(2026, 9, 22),
        date(2026, 10, 9),
    ),
    CountyEvent(
        "member-service",
        "D1",
        "county",
        "进展报告多次迟报",
        "县专项办通报〔2026〕4号",
        "县专项办",
        date(2026, 9, 24),
        date(2026, 10, 9),
    ),
    CountyEvent(
        "member-service",
        "false-data",
        "",
        "一项微心愿销号不实",
        "县专项办核查〔2026〕2号",
        "县专项办",
        date(2026, 9, 28),
        date(2026, 10, 9),
        "抽查发现，当事单位已确认",
    ),
]
"""In the order in which they were filed."""
COUNTY_DOCUMENTS = {7: (5, 1), 8: (7, 2), 9: (10, 4)}
"""Month -> the numbers of the approval, and of the notice and the circular."""
NEXT_YEAR = [
    ("publicity_days = 5", "publicity_days = 7"),
    ("deduction_cap = 10", "deduction_cap = 8"),
    ("min = 90", "min = 92"),
]
"""Where the draft of the next year's plan differs."""


@dataclass(frozen=True)
class TeamAppeal:
    """An appeal in the public notice of a month, and what the centre decided; `basis` only where it was allowed."""

    team: str
    month: int
    matter: str
    fact: str
    wrong: str
    reason: str
    wanted: str
    filed_on: date
    decided_on: date | None = None
    answer: str = ""
    basis: str = ""


APPEALS = [
    TeamAppeal(
        "theme-training",
        8,
        "indicator",
        "A9",
        "8月中旬报告记为迟报1次",
        "当日网络中断，已按时限报送纸质件，县委办有收文登记。",
        "迟报0次",
        filed_on=date(2026, 9, 24),
        decided_on=date(2026, 10, 8),
        answer="收文登记载明纸质件在时限内收到，网络中断属实，该期不计迟报。",
        basis="县委办收文登记；电信公司故障说明",
    ),
    TeamAppeal(
        "urban-party-building",
        8,
        "indicator",
        "A9",
        "8月上旬报告记为迟报1次",
        "经办人员外出学习，次日上午即已补报。",
        "迟报0次",
        filed_on=date(2026, 9, 28),
        decided_on=date(2026, 9, 29),
        answer="方案规定以系统提交时间为准，经办人员外出不是不可抗力，副组长可以代报，维持迟报1次。",
    ),
    TeamAppeal(
        "member-service",
        9,
        "veto",
        "false-data",
        "不应认定为弄虚作假",
        "销号时居民已口头确认，回访时因临时停水另有诉求，属于工作不细，不是虚报。",
        "撤销一票否决事项",
        filed_on=date(2026, 10, 26),
    ),
]
"""In the order in which they were filed."""
