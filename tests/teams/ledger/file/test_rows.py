"""What a row says: each rule of the ledger on a row of its own."""

from decimal import Decimal

import pytest

from teams.ledger.file import read_ledger
from teams.ledger.file.columns import Field
from teams.ledger.file.states import says_closed_out
from teams.ledger.ledger_import import LENGTHS

from .books import HEADER, ROW, book, department_texts, places, read, row, saved, team_texts


def task_of(**changes):
    ledger = read([HEADER, row(**changes)])
    assert places(ledger) == []
    return ledger.tasks[0]


def notices_of(**changes):
    return [notice.notice.value for notice in read([HEADER, row(**changes)]).notices]


def error_of(**changes):
    ledger = read([HEADER, row(**changes)])
    assert ledger.tasks == []
    return places(ledger)


class TestState:
    @pytest.mark.parametrize(
        ("percent", "note", "state"),
        [
            ("0%", "", "assigned"),
            ("—", "未启动", "assigned"),
            (None, "", "assigned"),
            ("0.5%", "", "in_progress"),
            ("100%", "", "in_progress"),
            ("100%", "已销号", "closed_out"),
            ("100%", "已销号（6月28日）", "closed_out"),
            ("100%", "提前完成，已销号", "closed_out"),
            ("60%", "尚未销号", "in_progress"),
            ("60%", "部分已销号", "in_progress"),
            ("60%", "待销号", "in_progress"),
            ("100%", "全部已销号", "closed_out"),
            ("100%", "经县委组织部审核已销号", "closed_out"),
        ],
    )
    def test_the_note_closes_out_and_the_percent_tells_the_rest(self, percent, note, state):
        assert task_of(当前进度=percent, 备注=note).state == state

    def test_closed_out_in_english(self):
        assert says_closed_out("Closed out")
        assert not says_closed_out("not closed out")


class TestNotices:
    def test_a_count_of_twice_its_target_is_to_be_checked(self):
        header = [*HEADER, "目标值", "已完成"]
        for done, notices in (("91个", []), ("92个", ["far_above_target"])):
            ledger = read([header, [*row(当前进度=None, 备注="已销号"), "46个", done]])
            assert ([each.notice.value for each in ledger.notices], ledger.errors) == (notices, [])

    def test_full_percent_without_the_note_is_ready_to_close_out(self):
        assert notices_of(当前进度="100%") == ["ready_to_close_out"]
        assert notices_of(当前进度="100%", 备注="已销号") == []

    @pytest.mark.parametrize("nothing", ["/", "—", "", None])
    def test_no_due_date_is_ongoing_with_a_notice(self, nothing):
        assert task_of(完成时限=nothing).ongoing
        assert notices_of(完成时限=nothing) == ["no_due_date"]

    def test_ongoing_in_words_needs_no_notice(self):
        assert task_of(完成时限="长期坚持").ongoing
        assert notices_of(完成时限="长期坚持") == []

    def test_both_may_hold(self):
        assert notices_of(完成时限="/", 当前进度=1.0, 备注="") == []
        assert notices_of(完成时限="/", 当前进度="100%") == ["no_due_date", "ready_to_close_out"]


class TestLevel:
    @pytest.mark.parametrize(
        ("written", "level"),
        [
            ("一般", 1),
            ("重点", 2),
            ("重大", 3),
            ("重点任务", 2),
            ("重 大", 3),
            (None, 1),
            ("/", 1),
            (2, 2),
            ("Major", 3),
        ],
    )
    def test_levels(self, written, level):
        assert task_of(级别=written).words["level"] == level

    def test_without_the_column_it_is_ordinary_and_not_stated(self):
        at = HEADER.index("级别")
        task = read([[*HEADER[:at], *HEADER[at + 1 :]], [*ROW[:at], *ROW[at + 1 :]]]).tasks[0]
        assert task.words["level"] == 1
        assert Field.LEVEL not in task.stated


class TestStated:
    def test_an_empty_percent_says_nothing(self):
        assert Field.PERCENT not in task_of(当前进度=None).stated
        assert Field.PERCENT in task_of(当前进度="—").stated

    def test_an_empty_note_is_an_empty_note(self):
        assert Field.NOTE in task_of(备注=None).stated


class TestErrors:
    def test_every_cell_that_is_wrong_is_named_at_once(self):
        wrong = row(
            序号="甲",
            专班="某专班",
            责任单位="某某局、外星局",
            开始时间=6.3,
            完成时限="2月30日",
            当前进度=1,
            级别="特级",
        )
        assert places(read([HEADER, wrong, row(序号=2), row(序号=3, 当前进度="150%")])) == [
            ("number_unreadable", "台账", 2, "A"),
            ("team_unknown", "台账", 2, "B"),
            ("department_unknown", "台账", 2, "E"),
            ("department_unknown", "台账", 2, "E"),
            ("date_is_number", "台账", 2, "F"),
            ("date_impossible", "台账", 2, "G"),
            ("percent_of_one", "台账", 2, "H"),
            ("level_unknown", "台账", 2, "I"),
            ("percent_out_of_range", "台账", 4, "H"),
        ]

    def test_a_row_without_title_is_an_error_of_the_title(self):
        assert error_of(重点任务=None) == [("title_missing", "台账", 2, "C")]
        assert error_of(序号=None, 重点任务=None) == [("title_missing", "台账", 2, "C")]

    def test_a_row_without_number_is_an_error_of_the_number(self):
        assert error_of(序号=None) == [("number_missing", "台账", 2, "A")]

    def test_a_number_met_twice_is_an_error_of_the_second(self):
        ledger = read([HEADER, ROW, row(序号=" １ ")])
        assert places(ledger) == [("double_number", "台账", 3, "A")]

    def test_the_lead_must_be_there(self):
        assert error_of(责任单位="/") == [("department_missing", "台账", 2, "E")]

    def test_a_near_name_is_suggested(self):
        ledger = read([HEADER, row(责任单位="县财证局", 专班="乡村振行专班")])
        assert places(ledger) == [("team_near", "台账", 2, "B"), ("department_near", "台账", 2, "E")]
        assert "乡村振兴专班" in ledger.errors[0].message
        assert "县财政局" in ledger.errors[1].message

    def test_the_start_must_be_there(self):
        assert error_of(开始时间="/") == [("date_missing", "台账", 2, "F")]

    def test_due_before_start_is_an_error_of_the_due_date(self):
        assert error_of(开始时间="2026-05-01", 完成时限="4月底前") == [("due_before_start", "台账", 2, "G")]
        assert task_of(开始时间="2026-05-01", 完成时限="2026-05-01").due.isoformat() == "2026-05-01"

    @pytest.mark.parametrize(
        ("name", "letter", "longest"), [("重点任务", "C", 200), ("工作目标", "D", 500), ("备注", "J", 500)]
    )
    def test_a_text_that_cannot_be_kept_is_an_error(self, name, letter, longest):
        task_of(**{name: "字" * longest})
        assert error_of(**{name: "字" * (longest + 1)}) == [("text_too_long", "台账", 2, letter)]

    def test_a_formula_without_value_and_an_error_value_name_their_cells(self):
        assert error_of(重点任务="=A1") == [("formula_without_value", "台账", 2, "C")]
        assert error_of(工作目标="#REF!") == [("cell_error", "台账", 2, "D")]


class TestQuantity:
    HEADER = [*HEADER, "目标值", "单位", "已完成"]

    def read(self, target, unit, done, **changes):
        return read([self.HEADER, [*row(**changes), target, unit, done]])

    def test_the_percent_follows_from_the_count(self):
        task = self.read(12, "个", 7, 当前进度=None).tasks[0]
        assert (task.target, task.unit, task.done, task.percent) == (12, "个", 7, Decimal("58.33"))
        assert task.state == "in_progress"
        assert task.stated >= {Field.TARGET, Field.UNIT, Field.DONE, Field.PERCENT}

    def test_the_count_wins_over_a_rough_percent(self):
        assert self.read(12, "个", 7, 当前进度="60%").tasks[0].percent == Decimal("58.33")

    def test_more_than_the_target_is_full(self):
        ledger = self.read(12, "个", 15)
        assert ledger.tasks[0].percent == 100
        assert [notice.notice.value for notice in ledger.notices] == ["ready_to_close_out"]

    def test_a_unit_may_stand_behind_the_target(self):
        task = self.read("1,200人次", None, "９００").tasks[0]
        assert (task.target, task.unit, task.done, task.percent) == (1200, "人次", 900, 75)

    def test_without_a_target_there_is_no_quantity(self):
        task = self.read("/", "个", None).tasks[0]
        assert (task.target, task.unit, task.done, task.percent) == (None, "", None, 25)

    def test_nothing_done_yet(self):
        task = self.read(12, "个", None, 当前进度=None).tasks[0]
        assert (task.done, task.percent, task.state) == (0, 0, "assigned")

    @pytest.mark.parametrize(
        ("target", "done", "code", "letter"),
        [
            (0, 0, "target_not_positive", "K"),
            (-1, 0, "quantity_negative", "K"),
            ("若干", 0, "quantity_unreadable", "K"),
            (12, -1, "quantity_negative", "M"),
            (12, "一半", "quantity_unreadable", "M"),
            (None, 7, "done_without_target", "K"),
            (12, None, "done_missing", "M"),
        ],
    )
    def test_a_wrong_quantity_names_its_cell(self, target, done, code, letter):
        assert (code, "台账", 2, letter) in places(self.read(target, "个", done))

    def test_a_unit_too_long(self):
        assert places(self.read(12, "字" * 21, 7)) == [("text_too_long", "台账", 2, "L")]


def test_texts_are_kept_as_written():
    task = task_of(重点任务=" “一宅变四园”整治\n（试点） ", 工作目标="一、摸底\n二、整治", 备注="'=1+1")
    assert task.title == "“一宅变四园”整治（试点）"
    assert task.words["expected_result"] == "一、摸底\n二、整治"
    assert task.note == "=1+1"


def test_a_percent_formatted_number():
    workbook = book(("台账", [HEADER, row(当前进度=1)]))
    workbook.active["H2"].number_format = "0%"
    assert read(workbook).tasks[0].percent == 100


def test_a_date_without_a_year_falls_in_the_year_asked_for():
    task = read([HEADER, row(开始时间="3.1", 完成时限="年底前")], year=2027).tasks[0]
    assert (task.start.isoformat(), task.due.isoformat()) == ("2027-03-01", "2027-12-31")


def test_progress_is_told_row_by_row():
    told = []
    read_ledger(
        saved(book(("台账", [HEADER, ROW, row(序号=2)]))),
        year=2026,
        departments=department_texts(),
        teams=team_texts(),
        lengths=LENGTHS,
        progress=lambda done, total: told.append((done, total)),
    )
    assert told == [(2, 3), (3, 3)]
