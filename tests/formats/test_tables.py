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
    return read_table(table(*rows), COLUMNS, key=lambda row: row.values["name"], year=2026)


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
        ([["排序", "开放"], [1, "是"]], "no_table", ""),
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
    assert places(read_table(content, COLUMNS, key=str, year=2026)[1]) == [("no_rows", "")]
    workbook = openpyxl.load_workbook(content)
    assert workbook.sheetnames == ["名册", "填写说明"]
    assert [cell.value for cell in workbook["填写说明"][3]] == ["名称", "必填", "全称", None]
    assert workbook["名册"].data_validations.dataValidation[0].formula1 == '"是,否"'
