"""Files that somebody has tried and not yet confirmed, for the screens that show it."""

from io import BytesIO

import openpyxl

from assessments.models import AssessmentRound
from governance.clock import now, today
from governance.people.models import User
from governance.people.people_import import PeopleImport
from governance.records.models import StoredFile
from governance.records.tried_uploads import keep_tried
from teams.ledger.export import ledger_chunks
from teams.models import ReportingPeriod, SpecialAction, SpecialTeam
from teams.reports.workbook import report_chunks
from teams.reports.workbook_columns import ROWS
from tests.tables import table


def tried(content: BytesIO, *, name: str, kind: str, rule: str, user: str, row=None) -> tuple:
    """The arguments of the dry run of a file that `user` has uploaded."""
    by = User.objects.get(username=user)
    return (keep_tried(content, name=name, kind=kind, rule=rule, row=row, by=by, at=now()).pk,)


def report() -> tuple:
    """A team's report as a workbook, filled in by hand and uploaded by the office."""
    team = SpecialTeam.objects.get(code="member-service")
    period = ReportingPeriod.objects.get(starts_on="2026-10-11")
    workbook = openpyxl.load_workbook(BytesIO(b"".join(report_chunks(team, period, on=today()))))
    sheet = workbook[ROWS.name]
    names = {cell.value: cell.column for row in sheet.iter_rows(max_row=4) for cell in row if cell.value}
    sheet.cell(4, names["工作进展及成效"]).value = "新认领微心愿60个，已办结41个。"
    file = BytesIO()
    workbook.save(file)
    about = {"kind": "report", "rule": "enter_report_on_paper", "user": "office", "row": team}
    return team.code, "2026-10-11", *tried(file, name="在职党员专班报告.xlsx", **about)


def ledger() -> tuple:
    """The ledger as it stands with a title, a result and the progress of a reported task edited, by the office."""
    action = SpecialAction.objects.get()
    workbook = openpyxl.load_workbook(BytesIO(b"".join(ledger_chunks(action, year=2026, on=today()))))
    sheet = workbook.active
    for row in sheet.iter_rows(min_row=4):
        if row[0].value == 10:
            row[2].value, row[11].value = "无物业小区全部清零", 12
        elif row[0].value == 8:
            row[3].value = "12月20日前建成1条走廊"
    file = BytesIO()
    workbook.save(file)
    return tried(file, name="台账2026-10修订.xlsx", kind="ledger", rule="import_ledger", user="office", row=action)


def tally() -> tuple:
    """What the county departments voted, counted again: one number differs."""
    round = AssessmentRound.objects.get(plan__plan__code="mutual-review-2026")
    rows = [
        ["指标", "专班", "选项", "票数"],
        ["V1", "村集体经济专班", "满意", 21],
        ["V2", "主题培训专班", "基本满意", 4],
    ]
    about = {"kind": "tally", "rule": "enter_tally", "user": "centre", "row": round}
    return round.pk, 3, *tried(table(*rows), name="计票结果.xlsx", **about)


def departments() -> tuple:
    """One department that is new and one that gets another short name."""
    rows = [["单位名称", "简称", "别名"], ["县卫生健康局", "卫健局", "卫计局"], ["县财政局", "财政", None]]
    return tried(table(*rows), name="单位名册.xlsx", kind="departments", rule="keep_departments", user="admin")


def townships() -> tuple:
    """A township that is new, with a column that is not read."""
    rows = [["序号", "乡镇名称", "面积（平方公里）"], [1, "云上乡", 86]]
    return tried(table(*rows), name="乡镇名册.xlsx", kind="townships", rule="keep_departments", user="admin")


PEOPLE = [
    ["账号", "姓名", "职务", "单位", "电话", "角色", "可登录"],
    ["xinmou", "辛某某", "股长", "县财政局", "13900001234", "专项办", "是"],
    ["yumou", "于某某", "干部", "县财政局", None, None, None],
]


def people() -> tuple:
    """Two people who are new."""
    return tried(table(*PEOPLE), name="人员名册.xlsx", kind="people", rule="keep_accounts", user="admin")


def imported_people() -> tuple:
    """The same, carried out: one of them waits for a first password."""
    (pk,) = people()
    by, content = User.objects.get(username="admin"), table(*PEOPLE)
    run = PeopleImport(by=by, at=now())
    seen = run.try_file(content).fingerprint
    run.carry_out(table(*PEOPLE), tried=StoredFile.objects.get(pk=pk), seen=seen)
    return (pk,)


def members() -> tuple:
    """Somebody joins a team."""
    rows = [["专班", "账号或姓名", "职责", "加入日期"], ["乡村振兴专班", "land", "成员", "2026-10-20"]]
    return tried(table(*rows), name="专班人员.xlsx", kind="members", rule="keep_teams", user="office")


def milestones() -> tuple:
    """Two milestones for the corridor."""
    rows = [["任务编号", "节点", "完成时限"], [8, "标线施划", "2026-12-05"], [8, "竣工验收", "2026-12-18"]]
    return tried(table(*rows), name="任务节点.xlsx", kind="milestones", rule="plan_milestones", user="office")
