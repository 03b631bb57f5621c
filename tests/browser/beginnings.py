"""A county at the start of September: two teams, their people, a ledger as the office keeps it; nothing done yet."""

from datetime import date
from pathlib import Path

import openpyxl
from django.core.management import call_command

from governance.clock import at_time
from governance.people.accounts import create_account, save_department
from governance.people.models import User
from governance.people.roles import Role
from teams.reports.periods import generate_periods
from teams.roster.members import add_member
from teams.roster.teams import found_team, save_action

PASSWORD = "Lantern-ferry-27"
ACTION = "governance"
FOUNDED = date(2026, 3, 1)
SEPTEMBER = (date(2026, 9, 1), date(2026, 9, 30))

LEDGER = [
    ["重点任务台账"],
    ["序号", "专班", "重点任务", "工作目标", "责任单位", "开始时间", "完成时限", "当前进度", "级别", "备注"],
    [
        1,
        "村集体经济专班",
        "培育示范村",
        "达到30个",
        "县农业农村局（牵头）、县财政局",
        "3.1",
        "12月底前",
        "85%",
        "重点",
        None,
    ],
    [2, None, "实施村企联建项目", "项目落地", "县农业农村局", "2026-03-20", "9月底前", "60", "一般", None],
    [
        3,
        "主题培训专班",
        "举办主题培训",
        "轮训1200人次",
        "县委党校",
        "2026年3月1日",
        "2026年11月30日",
        "７５％",
        "重点",
        None,
    ],
]
TEAMS = [
    ("village-economy", "发展壮大村级集体经济专班", "村集体经济专班", "县农业农村局"),
    ("theme-training", "基层治理主题培训专班", "主题培训专班", "县委党校"),
]
STAFF = [
    ("office", "周某某", Role.SPECIAL_OFFICE),
    ("centre", "李某某", Role.ASSESSMENT_CENTRE),
    ("centre2", "郑某某", Role.ASSESSMENT_CENTRE),
]


def found_county() -> None:
    """Accounts, departments, the action with its teams and people, and the period of September."""
    at = at_time(FOUNDED, 9)
    admin = create_account(
        by=None, at=at, username="admin", name="管某某", password=PASSWORD, roles=[Role.ADMINISTRATOR]
    )
    for username, name, role in STAFF:
        create_account(
            by=admin, at=at, username=username, name=name, password=PASSWORD, own_password=True, roles=[role]
        )
    departments = {
        name: save_department(None, by=admin, at=at, code=f"department-{order}", name=name, order=order)
        for order, name in enumerate(["县农业农村局", "县委党校", "县财政局"], 1)
    }
    office = User.objects.get(username="office")
    action = save_action(
        None,
        by=office,
        at=at,
        code=ACTION,
        title_zh="基层治理能力提升专项行动",
        title_en="Special action for grassroots governance",
        starts_on=FOUNDED,
        ends_on=date(2026, 12, 31),
        rhythm="monthly",
        new_team_days=60,
    )
    for order, (code, name, short_name, lead) in enumerate(TEAMS, 1):
        team = found_team(
            action=action,
            lead_department=departments[lead],
            by=office,
            at=at,
            code=code,
            name=name,
            short_name=short_name,
            order=order,
            established_on=FOUNDED,
        )
        for part, person in [("head", "组长"), ("liaison", "联络员")]:
            user = create_account(
                by=admin, at=at, username=f"{part}-{code}", name=f"某{person}", password=PASSWORD, own_password=True
            )
            add_member(team, user=user, part=part, joined_on=FOUNDED, by=office, at=at)
    generate_periods(action, first=SEPTEMBER[0], last=SEPTEMBER[1], by=office, at=at_time(SEPTEMBER[0], 9))


def import_ledger(folder: Path) -> None:
    """The office's workbook comes in by the command."""
    book = openpyxl.Workbook()
    for row in LEDGER:
        book.active.append(row)
    book.active.merge_cells("B3:B4")
    path = folder / "ledger.xlsx"
    book.save(path)
    call_command("import_tasks", str(path), action=ACTION, year=2026, by="office", verbosity=0)
