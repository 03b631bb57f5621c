"""Plain lists: the header found by its names, each fault in its cell, the empty workbook that reads back."""

from io import BytesIO

import openpyxl
import pytest

from governance.formats import cells
from governance.formats.layout import laid_out
from governance.formats.tables import SheetColumn, empty_table, read_table, yes_or_no
from tests.tables import table

COLUMNS = (
    SheetColumn("name", ("名称", "name"), "全称", needed=True, most=5),
    SheetColumn("order", ("排序",), "整数", read=cells.whole_number),
    SheetColumn("open", ("开放",), "是或否", read=yes_or_no, choices=("是", "否")),
)


def read(*rows):
    found = read_table(table(*rows), COLUMNS, key=("name",), year=2026)
    return found.rows, found.faults


def places(faults):
    return [(fault.code, fault.place) for fault in faults]


def test_columns_stand_in_any_order_under_title_rows():
    rows, faults = read(["登记表"], [], ["排序", "备注", " Name "], ["3", "x", "甲局"], [], [None, None, "乙局"])
    assert [(row.number, row.values) for row in rows] == [
        (4, {"order": 3, "name": "甲局"}),
        (6, {"order": None, "name": "乙局"}),
    ]
    assert faults == []


def test_only_what_is_filled_in_is_said():
    rows, _ = read(["名称", "排序"], ["甲局", None])
    assert rows[0].said("name", "order", "open") == {"name": "甲局"}


@pytest.mark.parametrize(
    ("rows", "code", "place"),
    [
        ([["排序", "开放"], [1, "是"]], "table_column_missing", "表!1"),
        ([["排序", "备注"], [1, "是"]], "no_table", ""),
        ([["名称", "排序"]], "no_rows", ""),
        ([["名称", "名称"], ["甲", "乙"]], "name_twice", "表!B1"),
        ([["名称", "排序"], [None, 2]], "cell_missing", "表!A2"),
        ([["名称", "排序"], ["甲", "x"]], "number_unreadable", "表!B2"),
        ([["名称", "开放"], ["甲", "也许"]], "neither_yes_nor_no", "表!B2"),
        ([["名称"], ["一二三四五六"]], "too_long", "表!A2"),
        ([["名称"], ["甲"], ["甲"]], "row_twice", "表!A3"),
    ],
)
def test_each_fault_names_its_cell(rows, code, place):
    assert places(read(*rows)[1]) == [(code, place)]


def test_every_fault_is_named_at_once():
    _, faults = read(["名称", "排序", "开放"], [None, "x", "也许"], ["甲", "y", None])
    assert len(faults) == 4


def test_the_empty_workbook_is_a_table_without_rows_and_explains_itself():
    content = BytesIO(b"".join(laid_out(*empty_table("名册", "单位名册", COLUMNS))))
    assert places(read_table(content, COLUMNS, key=("name",), year=2026).faults) == [("no_rows", "")]
    workbook = openpyxl.load_workbook(content)
    assert workbook.sheetnames == ["名册", "填写说明"]
    assert [cell.value for cell in workbook["填写说明"][3]] == ["名称", "必填", "全称", None]
    assert workbook["名册"].data_validations.dataValidation[0].formula1 == '"是,否"'


class TestWhatWasRead:
    """Nothing of a file is left out without a word."""

    def covered(self, workbook):
        content = BytesIO()
        workbook.save(content)
        return read_table(content, COLUMNS, key=("name",), year=2026)

    def test_columns_are_told_with_what_they_were_read_as(self):
        (sheet,) = read_table(
            table(["名称（必填）", "排序", "备注"], ["甲局", 1, "新"]), COLUMNS, key=("name",), year=2026
        ).coverage
        assert [(column.letter, column.name, column.read_as) for column in sheet.columns] == [
            ("A", "名称（必填）", "name"),
            ("B", "排序", "order"),
            ("C", "备注", ""),
        ]
        assert sheet.rows == 1
        assert [note.code for note in sheet.notes] == ["column_unread"]

    def test_of_two_names_of_a_column_the_first_counts_and_the_other_is_told(self):
        found = read_table(table(["name", "名称"], ["A", "甲局"]), COLUMNS, key=("name",), year=2026)
        assert ([row.values["name"] for row in found.rows], found.faults) == (["甲局"], [])
        assert [(column.letter, column.name) for column in found.coverage[0].unread] == [("A", "name")]

    def test_rows_and_sheets_that_are_hidden_or_not_read_are_told(self):
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        for row in (["名称", "排序"], ["甲局", 1], ["名称", "排序"], ["乙局", 2, "旁注"], [None, None, "表外"]):
            sheet.append(row)
        sheet.row_dimensions[2].hidden = True
        sheet.column_dimensions["B"].hidden = True
        workbook.create_sheet("封面").append(["登记表"])
        hidden = workbook.create_sheet("旧表")
        hidden.append(["名称"])
        hidden.sheet_state = "hidden"
        found = self.covered(workbook)
        assert [row.values["name"] for row in found.rows] == ["甲局", "乙局"]
        assert [(note.code, note.place) for each in found.coverage for note in each.notes] == [
            ("column_unnamed", "Sheet!C"),
            ("column_hidden", "Sheet!B1"),
            ("rows_hidden", "Sheet"),
            ("rows_of_header", "Sheet"),
            ("rows_outside", "Sheet"),
            ("sheet_without_table", "封面"),
            ("sheet_hidden", "旧表"),
        ]

    def test_without_a_needed_column_the_other_faults_are_told_too(self):
        _, faults = read(["排序", "开放"], ["x", "也许"])
        assert places(faults) == [
            ("table_column_missing", "表!1"),
            ("number_unreadable", "表!A2"),
            ("neither_yes_nor_no", "表!B2"),
        ]

    def test_a_sheet_that_is_no_table_beside_one_that_is_stops_nothing(self):
        workbook = openpyxl.Workbook()
        workbook.active.append(["排序", "开放"])
        workbook.create_sheet("名册").append(["名称"])
        workbook["名册"].append(["甲局"])
        found = self.covered(workbook)
        assert ([row.sheet for row in found.rows], found.faults) == (["名册"], [])
        assert found.coverage[0].absent.code == "sheet_without_table"
