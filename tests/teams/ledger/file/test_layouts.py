"""Officials' sheets as they are: order, names and place of columns, merged cells, signatures, sheets per team."""

import random

import pytest

from teams.ledger.file.columns import COLUMN, COLUMNS, Field
from teams.ledger.file.headers import field_named

from .books import HEADER, ROW, book, places, read, row

ENGLISH = ["No.", "Special team", "Key task", "Expected result", "Departments", "Start", "Due date", "Progress (%)"]
ENGLISH += ["Level", "Notes"]


def as_read(rows):
    ledger = read(rows)
    assert places(ledger) == []
    return [task.as_dict() for task in ledger.tasks]


USUAL = as_read([HEADER, ROW])


@pytest.mark.parametrize("seed", range(8))
def test_columns_stand_in_any_order(seed):
    order = random.Random(seed).sample(range(len(HEADER)), len(HEADER))
    assert as_read([[HEADER[at] for at in order], [ROW[at] for at in order]]) == USUAL


@pytest.mark.parametrize(
    ("column", "name"),
    [(HEADER.index(usual), name) for usual in HEADER for name in COLUMN[field_named(usual)[0]].names],
)
def test_columns_are_known_by_every_synonym(column, name):
    header = [*HEADER]
    header[column] = name
    assert as_read([header, ROW]) == USUAL


@pytest.mark.parametrize(
    "name", ["序\u3000号", "序 号", "序\n号", "序号*", "序号：", "（序号）序号", "序号（必填）", "ＮＯ．"]
)
def test_names_of_columns_are_read_through_their_decoration(name):
    assert field_named(name)[0] is Field.NUMBER


def test_english_names():
    assert as_read([ENGLISH, [*ROW[:8], "Key", ""]]) == USUAL


def test_names_do_not_stand_for_two_fields():
    names = [name for column in COLUMNS for name in column.names]
    assert len(names) == len(set(names))


def test_lead_and_members_in_columns_of_their_own():
    header = ["序号", "专班", "重点任务", "牵头单位", "配合单位", "启动时间", "完成时间"]
    task = as_read([header, [1, "乡村振兴专班", "走廊", "县财政局", "县教育局、县公安局", "3.1", "年底前"]])[0]
    assert (task["lead_department"], task["member_departments"]) == ("县财政局", ["县教育局", "县公安局"])


def test_a_lead_beside_responsible_departments_makes_those_members():
    header = ["序号", "专班", "重点任务", "牵头单位", "责任单位", "成员单位", "启动时间", "完成时间"]
    departments = ["县财政局", "县财政局、县教育局", "县公安局"]
    task = as_read([header, [1, "乡村振兴专班", "走廊", *departments, "3.1", "年底前"]])[0]
    assert (task["lead_department"], task["member_departments"]) == ("县财政局", ["县教育局", "县公安局"])


def test_the_plainest_name_wins_where_two_columns_could_be_meant():
    header = ["序号", "任务编号", *HEADER[1:], "完成时间"]
    task = as_read([header, [99, 1, *ROW[1:], "尚未"]])
    assert task == USUAL


def test_a_name_given_to_two_columns_is_an_error_of_the_second():
    assert places(read([[*HEADER, "完成时限"], [*ROW, "年底"]])) == [("column_twice", "台账", 1, "K")]


def test_title_rows_blank_rows_and_columns_before_the_table():
    rows = [["附件1"], [], ["", "垣曲县重点任务台账"], ["填报单位：县委专项办", "", "", "填报时间：2026年6月30日"]]
    table = [["", "", *HEADER], [], ["", "", *ROW], [], ["", "", *row(序号=2)]]
    tasks = as_read([*rows, *table])
    assert [task["number"] for task in tasks] == ["1", "2"]


@pytest.mark.parametrize(
    "signature",
    [
        ["填表人：\u3000\u3000审核人："],
        ["制表：张三"],
        ["（公章）"],
        ["填表人：张三", "", "审核人：李四", "", "", "", "", "2026年6月30日"],
        ["", "", "", "", "", "", "", "填报日期：2026年6月30日"],
        ["合计", "", "", "", "", "", "", "60%"],
        ["注：本表一式三份"],
        [18],
    ],
)
def test_signatures_sums_and_prepared_numbers_are_passed_over(signature):
    assert as_read([HEADER, ROW, signature]) == USUAL


@pytest.mark.parametrize(
    "title", ["联系服务群众：每月一次", "负责人培训：全覆盖", "单位共建：签约", "主要任务：示范", "总计"]
)
@pytest.mark.parametrize("first", ["重点任务", "备注"])
def test_a_numbered_row_is_a_task_though_it_begins_like_a_signature(first, title):
    header = [first, *(name for name in HEADER if name != first)]
    said = dict(zip(HEADER, row(**{first: title}), strict=True))
    assert read([header, [said[name] for name in header]]).tasks[0].number == 1


def test_a_header_printed_again_is_passed_over():
    tasks = as_read([HEADER, ROW, HEADER, row(序号=2)])
    assert [task["number"] for task in tasks] == ["1", "2"]


def test_a_header_of_two_rows():
    workbook = book(
        (
            "台账",
            [
                ["序号", "专班", "重点任务", "责任单位", None, "时间安排", None, "量化指标", None, None],
                [None, None, None, "牵头单位", "配合单位", "启动时间", "完成时限", "目标值", "单位", "已完成"],
                [1, "乡村振兴专班", "走廊", "县财政局", "县教育局", "3.1", "年底前", 12, "个", 7],
            ],
        )
    )
    for merged in ("A1:A2", "B1:B2", "C1:C2", "D1:E1", "F1:G1", "H1:J1"):
        workbook.active.merge_cells(merged)
    ledger = read(workbook)
    assert places(ledger) == []
    task = ledger.tasks[0]
    assert (task.lead_department, task.member_departments) == ("县财政局", ("县教育局",))
    assert (task.target, task.unit, task.done, str(task.percent)) == (12, "个", 7, "58.33")


def test_unknown_columns_are_passed_over():
    assert as_read([[*HEADER, "联系人"], [*ROW, "张三"]]) == USUAL


class TestMergedCells:
    def test_a_merged_team_holds_for_all_its_rows_and_no_longer(self):
        workbook = book(("台账", [HEADER, ROW, row(序号=2, 专班=None), row(序号=3, 专班=None)]))
        workbook.active.merge_cells("B2:B3")
        ledger = read(workbook)
        assert [(task.number, task.team) for task in ledger.tasks] == [(1, "乡村振兴专班"), (2, "乡村振兴专班")]
        assert places(ledger) == [("team_missing", "台账", 4, "B")]

    def test_a_wrong_merged_cell_is_one_error_of_its_first_row(self):
        workbook = book(("台账", [HEADER, row(专班="某专班"), row(序号=2, 专班=None)]))
        workbook.active.merge_cells("B2:B3")
        assert places(read(workbook)) == [("team_unknown", "台账", 2, "B")]

    def test_departments_and_dates_may_be_merged_too(self):
        workbook = book(("台账", [HEADER, ROW, row(序号=2, 责任单位=None, 完成时限=None)]))
        workbook.active.merge_cells("E2:E3")
        workbook.active.merge_cells("G2:G3")
        first, second = read(workbook).tasks
        assert (first.lead_department, first.due) == (second.lead_department, second.due)

    def test_a_blank_row_inside_a_merged_range_is_blank(self):
        workbook = book(("台账", [HEADER, ROW, [None] * 10, row(序号=2, 专班=None)]))
        workbook.active.merge_cells("B2:B4")
        assert [task.number for task in read(workbook).tasks] == [1, 2]


class TestSheets:
    HEADER = [name for name in HEADER if name != "专班"]

    def teamless(self, number):
        return [number, *ROW[2:]]

    @pytest.mark.parametrize(
        ("name", "titles"),
        [
            ("乡村振兴专班", []),
            ("乡村振兴", []),
            ("4.乡村振兴专班", []),
            ("四、乡村振兴专班", []),
            ("rural-revitalization", []),
            ("Sheet1", [["垣曲县乡村振兴专班重点任务台账"]]),
            ("Sheet1", [["附件"], ["填报单位：乡村振兴专班", "", "", "填报时间：2026年6月30日"]]),
            ("Sheet1", [["填报单位（盖章）：乡村振兴专班  填报时间：2026年6月30日"]]),
            ("Sheet1", [["填报专班:乡村振兴"]]),
        ],
    )
    def test_the_team_comes_from_the_name_the_title_or_the_reporting_unit(self, name, titles):
        ledger = read(book((name, [*titles, self.HEADER, self.teamless(1)])))
        assert places(ledger) == []
        assert ledger.tasks[0].team == "乡村振兴专班"

    def test_one_sheet_per_team(self):
        teams = ["乡村振兴专班", "在职党员专班", "城市党建专班"]
        ledger = read(book(*((team, [self.HEADER, self.teamless(n)]) for n, team in enumerate(teams, start=1))))
        assert places(ledger) == []
        names = ["乡村振兴专班", "在职党员参与社区治理专班", "城市党建（两新党建）提升专班"]
        assert [task.team for task in ledger.tasks] == names
        assert [task.sheet for task in ledger.tasks] == teams

    def test_a_number_met_on_another_sheet_is_an_error_of_its_cell(self):
        names = ("乡村振兴专班", "在职党员专班")
        ledger = read(book(*((name, [self.HEADER, self.teamless(1)]) for name in names)))
        assert places(ledger) == [("double_number", "在职党员专班", 2, "A")]
        assert ledger.errors[0].params == {"number": 1, "row": 2, "sheet": "乡村振兴专班"}

    def test_a_sheet_without_team_is_one_error(self):
        ledger = read(book(("Sheet1", [self.HEADER, self.teamless(1), self.teamless(2)])))
        assert places(ledger) == [("column_missing", "Sheet1", 1, None)]

    def test_a_sheet_that_names_two_teams_is_an_error(self):
        ledger = read(book(("乡村振兴专班", [["在职党员专班台账"], self.HEADER, self.teamless(1)])))
        assert ("teams_disagree", "乡村振兴专班", 2, None) in places(ledger)
        assert not ledger.tasks

    def test_an_empty_team_column_leaves_the_team_of_the_sheet(self):
        assert read(book(("乡村振兴专班", [HEADER, row(专班=None)]))).tasks[0].team == "乡村振兴专班"

    def test_sections_name_the_team_of_the_rows_below(self):
        sections = [["一、乡村振兴专班"], self.teamless(1), ["二、在职党员专班"], self.teamless(2)]
        ledger = read(book(("台账", [self.HEADER, *sections])))
        assert places(ledger) == []
        assert [task.team for task in ledger.tasks] == ["乡村振兴专班", "在职党员参与社区治理专班"]

    def test_cover_pages_and_empty_sheets_are_passed_over(self):
        ledger = read(book(("封面", [["垣曲县"], ["台账"]]), ("台账", [HEADER, ROW]), ("空表", [])))
        assert places(ledger) == []
        assert len(ledger.tasks) == 1

    def test_a_table_without_a_header_is_an_error_beside_one_that_has_it(self):
        ledger = read(book(("台账", [HEADER, ROW]), ("另表", [["甲", "乙", "丙"], [1, 2, 3]])))
        assert places(ledger) == [("no_header", "另表", None, None)]


class TestNoLedger:
    @pytest.mark.parametrize("rows", [[], [["附件"]], [ROW], [["甲", "乙", "丙", "丁"], [1, 2, 3, 4]]])
    def test_no_header_row(self, rows):
        assert places(read([*rows])) == [("no_header", "台账", None, None)]

    def test_a_header_without_tasks(self):
        assert places(read([HEADER])) == [("no_tasks", None, None, None)]

    @pytest.mark.parametrize("name", ["序号", "重点任务", "责任单位", "完成时限"])
    def test_a_missing_column_is_named(self, name):
        at = HEADER.index(name)
        ledger = read([[*HEADER[:at], *HEADER[at + 1 :]], [*ROW[:at], *ROW[at + 1 :]]])
        assert places(ledger) == [("column_missing", "台账", 1, None)]
        assert name in ledger.errors[0].message

    def test_a_file_that_is_no_workbook(self, tmp_path):
        path = tmp_path / "ledger.xlsx"
        path.write_text("序号,任务")
        assert places(read(path)) == [("not_xlsx", None, None, None)]
        assert places(read(tmp_path)) == [("file_unreadable", None, None, None)]
        assert places(read(tmp_path / "none.xlsx")) == [("file_missing", None, None, None)]
