"""The workbook of a report as teams fill it in: other names of sheets and columns, and what was not read of it."""

import io
from decimal import Decimal

import pytest
from openpyxl import Workbook, load_workbook

from teams.reports.workbook import report_chunks
from teams.reports.workbook_import import try_report
from tests.teams.sample_reports import DRAFTED, SUBMITTED

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("english", "road", "yards")]


def tried(team, period, book):
    content = io.BytesIO()
    book.save(content)
    content.seek(0)
    return try_report(team, period, content, at=SUBMITTED)


def a_book(**sheets):
    """A workbook with these sheets, each a list of rows."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return book


def test_sheets_and_columns_are_known_by_other_names(team, period, road):
    book = a_book(
        工作进展=[
            ["编号", "任务名称", "当前进度（%）", "进展情况", "责任人"],
            [f"2026-{road.number}", road.title, 0.9, "路基贯通", "张三"],
        ],
        下一步打算=[["序号", "下一步工作", "完成时间"], [1, "三标段开工", "2026-11-05"]],
        需协调解决的问题=[["问题", "责任单位"], ["林地手续", None]],
    )
    found = tried(team, period, book)
    assert found.dry_run.faults == []
    assert [(row.percent, row.text) for row in found.rows] == [(Decimal("0.90"), "路基贯通")]
    assert [step.text for step in found.steps] == ["三标段开工"]
    assert [matter.text for matter in found.matters] == ["林地手续"]
    assert found.dry_run.told_notes == [
        ("工作进展!E1", "The column “责任人” was not read."),
        ("下一步打算!A1", "The column “序号” was not read."),
    ]


def test_other_sheets_and_what_is_hidden_are_told(team, period):
    book = load_workbook(io.BytesIO(b"".join(report_chunks(team, period, on=DRAFTED.date()))))
    book.create_sheet("领导批示").append(["批示"])
    book.create_sheet("下一步打算").append(["打算"])
    book.create_sheet("底稿").sheet_state = "hidden"
    rows = book["进展情况"]
    rows.row_dimensions[rows.max_row].hidden = True
    found = tried(team, period, book)
    other = "The sheet was not read because it is not one of 进展情况, 需协调事项, 下步打算 and 上期打算落实情况."
    assert found.dry_run.told_notes == [
        ("进展情况", f"Hidden rows were read like the others: {rows.max_row}."),
        ("领导批示", other),
        ("下一步打算", other),
        ("底稿", "The sheet is hidden and was not read. Unhide it if it belongs to the table."),
    ]


def test_what_a_report_does_not_change_is_told_and_stays(team, period, road):
    book = load_workbook(io.BytesIO(b"".join(report_chunks(team, period, on=DRAFTED.date()))))
    sheet = book["进展情况"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == road.title]
    cell.value = "另一件事"
    found = tried(team, period, book)
    assert (found.writes, found.dry_run.faults) == (False, [])
    assert [(remark.about, str(remark.sentence)) for remark in found.dry_run.untouched] == [
        (
            str(road),
            f"“重点任务” cannot be changed by a report: it stays “{road.title}”, although the file says “另一件事”",
        ),
    ]


def test_a_name_that_stands_twice_is_a_fault_and_of_two_names_the_first_counts(team, period, road):
    rows = [
        ["编号", "进展情况", "完成进度", "完成进度", "工作进展及成效"],
        [f"2026-{road.number}", "a", 10, 20, "b"],
    ]
    found = tried(team, period, a_book(进展情况=rows))
    assert [(fault.code, fault.place) for fault in found.dry_run.faults] == [("report_column_twice", "进展情况!D1")]
    found = tried(team, period, a_book(进展情况=[[row[0], row[1], row[4]] for row in rows]))
    assert [row.text for row in found.rows] == ["b"]
    assert found.dry_run.told_notes == [("进展情况!B1", "The column “进展情况” was not read.")]
