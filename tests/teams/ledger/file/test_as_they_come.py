"""Ledgers as counties keep them: headings, several headers, units, percents, layouts; each with what is right."""

from datetime import date
from decimal import Decimal
from time import process_time

import pytest

from governance.formats import coverage
from teams.ledger.file import read_ledger
from teams.ledger.ledger_import import LENGTHS

from .books import HEADER, ROW, book, department_texts, places, read, row, saved, team_texts

TEAMLESS = ["序号", "重点任务", "责任单位", "开始时间", "完成时限", "备注"]
RURAL, URBAN = "乡村振兴专班", "城市党建（两新党建）提升专班"


def task(number):
    return [number, f"任务{number}", "县委组织部", "3月", "10月底", ""]


def teams_of(*rows, name="总台账"):
    ledger = read(book((name, rows)))
    assert places(ledger) == []
    return [each.team for each in ledger.tasks]


class TestHeadings:
    @pytest.mark.parametrize(
        ("first", "second"),
        [
            ("一、乡村振兴专班", "二、城市党建专班"),
            ("一、乡村振兴专班（2项）", "二、城市党建专班（1项）"),
            ("一、乡村振兴专班（共12项任务）", "二、城市党建专班 共3项"),
            ("（一）乡村振兴专班重点任务", "（二）城市党建专班工作台账"),
            ("第一部分 乡村振兴专班", "第二部分 城市党建专班"),
            ("1.乡村振兴", "2.城市党建（两新党建）提升专班"),
            ("乡村振兴专班：", "城市党建专班："),
            ("牵头专班：乡村振兴专班", "牵头专班：城市党建专班"),
        ],
    )
    def test_a_heading_names_the_team_of_the_rows_below(self, first, second):
        assert teams_of(TEAMLESS, [first], task(1), [second], task(2)) == [RURAL, URBAN]

    @pytest.mark.parametrize("above", ["一、乡村振兴专班", "填报单位：乡村振兴专班", "乡村振兴专班台账"])
    def test_the_nearest_heading_wins_over_a_line_above_the_header(self, above):
        assert teams_of([above], TEAMLESS, task(1), ["二、城市党建专班"], task(2)) == [RURAL, URBAN]

    def test_and_over_the_name_of_the_sheet(self):
        assert teams_of(TEAMLESS, task(1), ["城市党建专班"], task(2), name="乡村振兴专班") == [RURAL, URBAN]

    def test_a_heading_above_each_of_two_headers(self):
        rows = [["一、乡村振兴专班"], TEAMLESS, task(1), ["二、城市党建专班"], TEAMLESS, task(2)]
        assert teams_of(*rows) == [RURAL, URBAN]

    def test_a_number_in_a_cell_of_its_own(self):
        assert teams_of(TEAMLESS, ["一", "乡村振兴专班"], task(1), ["（二）", "城市党建专班"], task(2)) == [
            RURAL,
            URBAN,
        ]

    @pytest.mark.parametrize(
        ("outer", "inner"),
        [
            ("一、乡村振兴专班", "（一）产业振兴"),
            ("乡村振兴专班", "一、产业振兴"),
            ("（一）乡村振兴专班", "1.产业振兴"),
        ],
    )
    def test_a_heading_within_a_heading_leaves_the_team(self, outer, inner):
        assert teams_of(TEAMLESS, [outer], [inner], task(1), ["产业振兴"], task(2)) == [RURAL, RURAL]

    @pytest.mark.parametrize("heading", ["二、其他工作", "二、城市党建设专班", "（一）某某专班"])
    def test_a_heading_of_the_same_rank_or_of_an_unknown_team_ends_it(self, heading):
        ledger = read(book(("总台账", [TEAMLESS, ["一、乡村振兴专班"], task(1), [heading], task(2), task(3)])))
        assert [error.code for error in ledger.errors] in (["heading_without_team"], ["heading_near"])
        assert (ledger.errors[0].row, ledger.errors[0].params["name"]) == (4, heading)
        assert [each.number for each in ledger.tasks] == [1]

    @pytest.mark.parametrize(
        "line",
        [
            "第1页，共2页",
            "第1页 共3页",
            "— 1 —",
            "1/3",
            "Page 1 of 3",
            "（续表）",
            "续上表",
            "共 3 页 第 1 页",
            "转下页",
        ],
    )
    @pytest.mark.parametrize("place", [0, 3])
    def test_a_page_line_is_no_heading(self, line, place):
        rows = [TEAMLESS, ["一、乡村振兴专班"], task(1), [*[""] * place, line], task(2)]
        ledger = read(book(("总台账", rows)))
        assert [each.team for each in ledger.tasks] == [RURAL, RURAL]
        assert ledger.coverage[0].skipped[coverage.ROWS_OF_PAGES] == [4]


class TestHeaders:
    def test_another_header_holds_for_the_rows_below_it(self):
        wider = [*TEAMLESS[:5], "当前进度", "备注"]
        rows = [TEAMLESS, ["一、乡村振兴专班"], [*task(1)[:5], "无"], ["二、城市党建专班"], wider]
        ledger = read(book(("总台账", [*rows, [*task(2)[:5], "60%", "已对接"]])))
        assert places(ledger) == []
        assert [(str(each.percent), each.note) for each in ledger.tasks] == [("0", "无"), ("60.00", "已对接")]

    def test_columns_may_change_places(self):
        swapped = [TEAMLESS[0], TEAMLESS[2], TEAMLESS[1], *TEAMLESS[3:]]
        other = [2, "县财政局", "任务2", "3月", "10月底", ""]
        ledger = read(book((RURAL, [TEAMLESS, task(1), swapped, other])))
        assert [(each.title, each.lead_department) for each in ledger.tasks] == [
            ("任务1", "县委组织部"),
            ("任务2", "县财政局"),
        ]

    def test_a_header_of_two_rows_further_down(self):
        second = [["序号", "重点任务", "责任单位", None, "完成时限"], [None, None, "牵头单位", "配合单位", None]]
        rows = [TEAMLESS, task(1), *second, [2, "任务2", "县财政局", "县教育局", "10月底"]]
        assert [each.member_departments for each in read(book((RURAL, rows))).tasks] == [(), ("县教育局",)]

    def test_what_a_later_header_lacks_is_an_error_of_it(self):
        ledger = read(book((RURAL, [TEAMLESS, task(1), ["序号", "重点任务", "责任单位"], [2, "任务2", "县财政局"]])))
        assert places(ledger) == [("column_missing", RURAL, 3, None)]

    def test_all_faults_come_at_once_though_a_column_is_missing(self):
        header = [name for name in HEADER if name != "完成时限"]
        wrong = [
            value for name, value in zip(HEADER, row(专班="某专班", 当前进度="150%"), strict=True) if name != "完成时限"
        ]
        assert [place[0] for place in places(read([header, wrong]))] == [
            "column_missing",
            "team_unknown",
            "percent_out_of_range",
        ]

    def test_letter_case_of_names_makes_no_difference(self):
        header = ["NO.", "TEAM", "Task Title", "DEPARTMENTS", "start DATE", "DUE"]
        assert places(read([header, [1, RURAL, "走廊", "县财政局", "3.1", "年底"]])) == []


class TestUnits:
    HEADER = [*HEADER, "目标值", "已完成"]

    def counted(self, target, done, *, header=None, unit=None, lines=()):
        cells = [*row(当前进度=None), target, done]
        names = header or self.HEADER
        if unit is not None:
            names, cells = [*names, "单位"], [*cells, unit]
        return read([*lines, names, cells])

    @pytest.mark.parametrize(
        ("target", "done", "right"),
        [
            ("1亿元", "3500万元", ("1", "亿元", "0.35", "35")),
            ("1亿元", "3512万元", ("10000", "万元", "3512", "35.12")),
            ("10公里", "3500米", ("10", "公里", "3.5", "35")),
            ("10千米", "3.5公里", ("10", "千米", "3.5", "35")),
            ("1万人次", "3500人次", ("1", "万人次", "0.35", "35")),
            ("2公顷", "15亩", ("2", "公顷", "1", "50")),
            ("2万平方米", "5000㎡", ("2", "万平方米", "0.5", "25")),
            ("1万户", "2500户", ("1", "万户", "0.25", "25")),
            ("30个", "12家", ("30", "个", "12", "40")),
            ("30人", "12名", ("30", "人", "12", "40")),
            ("2吨", "500公斤", ("2", "吨", "0.5", "25")),
            ("30个以上", "12个", ("30", "个", "12", "40")),
            (30, "12个", ("30", "个", "12", "40")),
        ],
    )
    def test_units_that_measure_the_same_are_converted(self, target, done, right):
        ledger = self.counted(target, done)
        assert places(ledger) == []
        told = ledger.tasks[0].as_dict()
        assert (told["target"], told["unit"], told["done"], told["percent"]) == right

    @pytest.mark.parametrize(
        ("target", "done"),
        [("30亩", "12个"), ("30户", "12人"), ("30人", "12人次"), ("10公里", "3500平方米"), ("5项", "2家")],
    )
    def test_units_that_do_not_are_an_error_of_the_cell(self, target, done):
        assert places(self.counted(target, done)) == [("units_differ", "台账", 2, "L")]

    def test_a_unit_of_its_own_column_is_that_of_the_task(self):
        told = self.counted("1亿元", "3500万元", unit="万元").tasks[0].as_dict()
        assert (told["target"], told["unit"], told["done"], told["percent"]) == ("10000", "万元", "3500", "35")
        assert places(self.counted("30亩", "12亩", unit="个"))[0] == ("units_differ", "台账", 2, "K")

    @pytest.mark.parametrize(
        "names", [("目标值（亩）", "已完成（亩）"), ("目标值(单位：亩)", "已完成"), ("目标值", "已完成[亩]")]
    )
    def test_a_unit_in_the_name_of_a_column(self, names):
        told = self.counted(300, 120, header=[*HEADER, *names]).tasks[0].as_dict()
        assert (told["unit"], told["percent"]) == ("亩", "40")

    def test_names_of_columns_that_differ_in_scale(self):
        told = self.counted(1, 3500, header=[*HEADER, "目标值（亿元）", "已完成（万元）"]).tasks[0].as_dict()
        assert (told["unit"], told["done"], told["percent"]) == ("亿元", "0.35", "35")

    @pytest.mark.parametrize("line", ["单位：万元", "（单位：万元）", "金额单位：万元"])
    def test_a_unit_of_the_whole_table(self, line):
        told = self.counted("1亿元", 3500, lines=[["", "", line]]).tasks[0].as_dict()
        assert (told["target"], told["unit"], told["done"]) == ("10000", "万元", "3500")

    def test_a_bare_scale_takes_the_noun_of_the_column(self):
        told = self.counted("1亿", "3500万", header=[*HEADER, "目标值（元）", "已完成（元）"]).tasks[0].as_dict()
        assert (told["unit"], told["done"], told["percent"]) == ("亿元", "0.35", "35")

    def test_units_and_percents_in_the_number_format(self):
        workbook = book(
            ("台账", [self.HEADER, [*row(当前进度=None), 30, 12], [*row(序号=2, 当前进度=None), 0.95, 0.19]])
        )
        for place, code in (("K2", '0"个"'), ("L2", '0"个"'), ("K3", "0%"), ("L3", "0%")):
            workbook.active[place].number_format = code
        first, second = read(workbook).tasks
        assert (first.unit, first.percent, second.target, second.unit, second.percent) == ("个", 40, 95, "%", 20)

    def test_a_unit_that_is_too_long_is_an_error_wherever_it_stands(self):
        assert places(self.counted("30" + "字" * 21, 1)) == [("text_too_long", "台账", 2, "K")]


class TestPercents:
    def percents(self, name, *values):
        header = [name if each == "当前进度" else each for each in HEADER]
        rows = [
            [n if at == 0 else value if at == 7 else ROW[at] for at in range(len(ROW))]
            for n, value in enumerate(values, 1)
        ]
        return read([header, *rows])

    @pytest.mark.parametrize("name", ["当前进度（%）", "完成率(%)", "进度%", "Progress (%)"])
    def test_the_sign_in_the_name_of_the_column(self, name):
        ledger = self.percents(name, 0.5, 1, 60, "70%", "0.8%")
        assert places(ledger) == []
        assert [str(each.percent) for each in ledger.tasks] == ["0.50", "1.00", "60.00", "70.00", "0.80"]

    def test_a_column_with_the_sign_that_holds_only_shares_is_asked_about(self):
        ledger = self.percents("当前进度（%）", 0.5, 1, "0%")
        assert places(ledger) == [("percent_or_share", "台账", 2, "H"), ("percent_or_share", "台账", 3, "H")]

    def test_a_number_formatted_as_percent_is_a_share_under_any_name(self):
        workbook = book(
            ("台账", [[*HEADER[:7], "当前进度（%）", *HEADER[8:]], row(当前进度=0.5), row(序号=2, 当前进度=1)])
        )
        workbook.active["H2"].number_format, workbook.active["H3"].number_format = "0%", '0"%"'
        assert [str(each.percent) for each in read(workbook).tasks] == ["50.00", "1.00"]

    def test_the_noise_of_binary_numbers_is_not_read(self):
        workbook = book(("台账", [HEADER, row(序号=102.99999999999999, 当前进度=1.0000000000000002)]))
        workbook.active["H2"].number_format = "0%"
        (read_task,) = read(workbook).tasks
        assert (read_task.number, read_task.percent) == (103, 100)


class TestClosedOut:
    HEADER = [*HEADER, "是否销号"]

    @pytest.mark.parametrize(
        ("said", "state"),
        [
            ("是", "closed_out"),
            ("√", "closed_out"),
            ("已销号", "closed_out"),
            ("已于6月28日销号", "closed_out"),
            ("否", "in_progress"),
            ("未销号", "in_progress"),
            ("部分销号", "in_progress"),
            ("正在推进", "in_progress"),
            (None, "in_progress"),
            ("/", "in_progress"),
        ],
    )
    def test_a_column_of_its_own_says_it(self, said, state):
        ledger = read([self.HEADER, [*row(当前进度="100%"), said]])
        assert places(ledger) == []
        assert ledger.tasks[0].state == state

    def test_what_it_says_must_be_clear_and_agree_with_the_note(self):
        assert places(read([self.HEADER, [*row(), "明天"]])) == [("closed_unreadable", "台账", 2, "K")]
        contrary = [*row(当前进度="100%", 备注="已销号"), "否"]
        assert places(read([self.HEADER, contrary])) == [("states_disagree", "台账", 2, "K")]

    def test_without_a_progress_what_is_closed_out_is_done(self):
        assert read([HEADER, row(当前进度=None, 备注="已销号")]).tasks[0].percent == 100

    @pytest.mark.parametrize(
        "note",
        [
            "前3项已销号，其余推进中",
            "3个子项已销号2个",
            "其中5个村已销号",
            "第一批已销号",
            "已销号（2/3）",
            "大部分已销号",
            "已申请销号",
            "子任务1已销号",
            "已销号80%",
            "三项中的两项已销号",
        ],
    )
    def test_a_part_that_is_closed_out_does_not_close_the_task(self, note):
        assert read([HEADER, row(备注=note)]).tasks[0].state == "in_progress"

    @pytest.mark.parametrize(
        "note",
        [
            "已销号",
            "2026年6月28日已销号",
            "3项全部已销号",
            "3个子项均已销号",
            "任务完成，经验收已销号。",
            "已办结并销号",
            "已于6月28日销号",
        ],
    )
    def test_the_whole_that_is_closed_out_does(self, note):
        assert read([HEADER, row(当前进度="100%", 备注=note)]).tasks[0].state == "closed_out"


LAYOUTS = {
    "总台账": (
        [
            "序号",
            "专班名称",
            "重点任务",
            "目标要求",
            "牵头单位",
            "配合单位",
            "启动时间",
            "完成时限",
            "当前进度",
            "责任人",
            "备注",
        ],
        [1, RURAL, "修缮渠道", "20公里", "县农业农村局", "县财政局", "3月", "10月底前", "50%", "张三", ""],
    ),
    "分专班": (
        ["序号", "工作任务", "工作目标", "责任单位", "开始时间", "完成时间", "进展情况"],
        [1, "修缮渠道", "20公里", "县农业农村局、县财政局", "3月", "10月31日", "推进中"],
    ),
    "任务清单（责任分工表）": (
        ["序号", "重点任务", "具体举措", "牵头领导", "牵头单位", "责任单位", "完成时限"],
        [1, "修缮渠道", "分三段施工", "李四", "县农业农村局", "县财政局", "2026年10月底前"],
    ),
    "督查督办表": (
        ["督办编号", "督办事项", "承办部门", "协办部门", "交办时间", "办理时限", "督办级别", "办理情况", "是否办结"],
        [1, "修缮渠道", "县农业农村局", "县财政局", "2026-03-01", "2026-10-31 18:00", "重点", "正在办理", "否"],
    ),
    "重点工作推进计划": (
        ["序号", "任务内容", "责任单位", "完成时限"],
        [1, "修缮渠道", "县农业农村局、县财政局", "10月底前"],
    ),
    "销号台账": (
        ["编号", "存在问题", "整改措施", "整改责任单位", "协助单位", "整改时限", "是否销号", "销号时间"],
        [1, "修缮渠道", "分三段施工", "县农业农村局", "县财政局", "10月底", "否", ""],
    ),
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_layouts_in_use(layout):
    header, cells = LAYOUTS[layout]
    workbook = book((RURAL, [[layout], header, cells]))
    ledger = read_with_start(workbook, date(2026, 3, 1))
    assert places(ledger) == []
    told = ledger.tasks[0].as_dict()
    assert (told["title"], told["lead_department"], told["member_departments"]) == (
        "修缮渠道",
        "县农业农村局",
        ["县财政局"],
    )
    assert (told["team"], told["start"], told["due"]) == (RURAL, "2026-03-01", "2026-10-31")


def read_with_start(workbook, start):
    about = {"departments": department_texts(), "teams": team_texts(), "lengths": LENGTHS}
    return read_ledger(saved(workbook), year=2026, start=start, **about)


def test_a_start_given_once_holds_only_where_the_sheet_has_no_column_for_it():
    startless = [name for name in HEADER if name != "开始时间"]
    other = [value for name, value in zip(HEADER, row(序号=2), strict=True) if name != "开始时间"]
    workbook = book(("甲", [HEADER, ROW]), ("乙", [startless, other]))
    assert [each.start for each in read(workbook).tasks] == [date(2026, 3, 1), None]
    given = read_with_start(workbook, date(2026, 5, 1))
    assert [each.start for each in given.tasks] == [date(2026, 3, 1), date(2026, 5, 1)]
    assert places(read_with_start(workbook, date(2027, 1, 1))) == [("due_before_start", "乙", 2, "F")]


class TestCoverage:
    def test_what_was_read_and_what_was_not(self):
        header = [*HEADER, "责任人", "是否销号"]
        rows = [
            ["台账"],
            header,
            [*ROW, "张三", "", "注意"],
            ["第1页 共1页"],
            ["填表人：李四"],
            ["", *[""] * 12, "旁注"],
        ]
        workbook = book(("台账", rows), ("封面", [["垣曲县"]]), ("选项", [["甲"]]))
        workbook["选项"].sheet_state = "hidden"
        workbook["台账"].column_dimensions["J"].hidden = True
        workbook["台账"].row_dimensions[3].hidden = True
        ledger = read(workbook)
        assert places(ledger) == []
        told = ledger.as_dict()["sheets"]
        assert [(each["sheet"], each["rows"], len(each["read"])) for each in told] == [
            ("台账", 1, 11),
            ("封面", 0, 0),
            ("选项", 0, 0),
        ]
        assert told[0]["read"][0] == {"column": "A", "name": "序号", "as": "number"}
        assert told[0]["not_read"] == [{"column": "K", "name": "责任人"}]
        notes = {note.code: (note.column, note.params) for sheet in ledger.coverage for note in sheet.notes}
        assert notes == {
            "column_unread": ("K", {"name": "责任人"}),
            "column_unnamed": ("M", {"rows": ("3",)}),
            "column_hidden": ("J", {"name": "备注"}),
            "rows_hidden": (None, {"rows": ("3",)}),
            "rows_of_pages": (None, {"rows": ("4",)}),
            "rows_of_signatures": (None, {"rows": ("5",)}),
            "rows_outside": (None, {"rows": ("6",)}),
            "sheet_without_table": (None, {}),
            "sheet_hidden": (None, {}),
        }

    def test_rows_that_a_filter_hides_are_read_and_named(self):
        workbook = book(("台账", [HEADER, ROW, row(序号=2), row(序号=3), row(序号=4)]))
        workbook.active.auto_filter.ref = "A1:J5"
        workbook.active.auto_filter.add_filter_column(0, ["1"])
        for number in (3, 4):
            workbook.active.row_dimensions[number].hidden = True
        ledger = read(workbook)
        assert len(ledger.tasks) == 4
        assert [(note.code, note.params) for note in ledger.coverage[0].notes] == [
            ("rows_filtered", {"rows": ("3-4",)})
        ]

    def test_a_column_that_a_plainer_name_outdoes_is_named(self):
        ledger = read([[*HEADER, "完成时间"], [*ROW, "尚未"]])
        assert [each.name for each in ledger.coverage[0].unread] == ["完成时间"]


def test_a_quantity_is_stored_with_two_decimals():
    assert read([[*HEADER, "目标值", "已完成"], [*row(当前进度=None), 1.005, "0.5"]]).tasks[0].target == Decimal("1.01")


@pytest.mark.parametrize("text", ["1" * 32_000, "一、" * 16_000, "（2项" * 8_000, "-" * 32_000, "填报单位：" * 6_000])
def test_a_long_text_takes_no_longer_than_it_is(text):
    """As a heading and as a task: a cell holds 32,767 characters, a workbook of 5 KB one such cell and more."""
    began = process_time()
    for lines in ([HEADER, ROW, [text]], [HEADER, [text] * len(HEADER)]):
        assert read(lines).coverage != []
    assert process_time() - began < 2
