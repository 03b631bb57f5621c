"""Tables out: neutral, complete, one row at a time."""

import csv
from datetime import UTC, date, datetime
from decimal import Decimal
from io import BytesIO, StringIO

import openpyxl

from governance.formats.exports import csv_lines, xlsx_chunks

HEADER = ["序号", "任务", "进度", "完成时限"]
ROWS = [
    (1, "=cmd|' /C calc'!A0", Decimal("72.50"), date(2026, 10, 31)),
    (2, "+1", Decimal("-1"), None),
    (3, '普通, "引号"\n换行', None, datetime(2026, 10, 31, 18, 0, tzinfo=UTC)),
]


def test_csv_is_utf8_for_excel_and_neutral():
    lines = list(csv_lines(HEADER, ROWS))
    assert lines[0].startswith("\ufeff序号")
    assert list(csv.reader(StringIO("".join(lines)[1:]))) == [
        HEADER,
        ["1", "'=cmd|' /C calc'!A0", "72.50", "2026-10-31"],
        ["2", "'+1", "-1", ""],
        ["3", '普通, "引号"\n换行', "", "2026-10-31 18:00"],
    ]


def test_csv_takes_one_row_at_a_time():
    taken = []
    lines = csv_lines(HEADER, (taken.append(row) or row for row in ROWS))
    next(lines)
    assert not taken
    next(lines)
    assert len(taken) == 1


def test_xlsx_keeps_numbers_and_dates_and_is_neutral():
    file = BytesIO(b"".join(xlsx_chunks(HEADER, ROWS, title="台账[1]/2026", widths=[6, 40])))
    sheet = openpyxl.load_workbook(file).active
    assert sheet.title == "台账 1  2026"
    assert sheet.freeze_panes == "A2"
    values = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert values[0] == HEADER
    assert values[1] == [1, "'=cmd|' /C calc'!A0", 72.5, datetime(2026, 10, 31)]
    assert values[2] == [2, "'+1", -1, None]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "n", "d"}


def test_characters_that_no_workbook_can_hold_are_left_out():
    file = BytesIO(b"".join(xlsx_chunks(["a"], [["铃\x07声"]], title="x")))
    assert openpyxl.load_workbook(file).active["A2"].value == "铃声"
    assert list(csv_lines(["a"], [["铃\x07声"]]))[1] == "铃声\r\n"
