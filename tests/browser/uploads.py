"""Files that somebody has tried and not yet confirmed, for the screens that show it."""

from io import BytesIO

import openpyxl

from governance.clock import now, today
from governance.overview.demo.telling import DATA
from governance.people.models import User
from governance.records.uploading import keep_tried
from teams.models import ReportingPeriod, SpecialAction, SpecialTeam
from teams.report_sheet import ROWS
from teams.report_workbook import report_chunks


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
    sheet.cell(4, names["做了什么、见到什么成效"]).value = "新认领微心愿60个，已办结41个。"
    file = BytesIO()
    workbook.save(file)
    about = {"kind": "report", "rule": "enter_report_on_paper", "user": "office", "row": team}
    return team.code, "2026-10-11", *tried(file, name="在职党员专班报告.xlsx", **about)


def ledger() -> tuple:
    """The October ledger with some cells edited, uploaded by the office."""
    workbook = openpyxl.load_workbook(DATA / "task-ledger-2026-10.xlsx")
    sheet = workbook.active
    for row in sheet.iter_rows(min_row=5, max_row=8):
        for cell in row:
            if cell.column == 3 and isinstance(cell.value, str):
                cell.value = f"{cell.value}（修订）"
    file = BytesIO()
    workbook.save(file)
    action = SpecialAction.objects.get()
    return tried(file, name="台账2026-10修订.xlsx", kind="ledger", rule="import_ledger", user="office", row=action)
