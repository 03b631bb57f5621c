"""What is pasted from a spreadsheet is read line by line; a line that cannot be read says why."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from governance.formats.faults import CellReason
from governance.formats.names import KnownNames, NameFaults
from teams.rules.pasted_milestones import pasted_counts, pasted_steps

TOWNS = KnownNames(
    [("城关镇", "城关镇"), ("城关", "城关镇"), ("河东乡", "河东乡")],
    NameFaults(CellReason("unknown", "%(name)s"), CellReason("near", "%(name)s"), CellReason("ambiguous", "%(name)s")),
)


def steps(text):
    return [(step.title, step.due_on, step.weight) for step in pasted_steps(text, year=2026)]


def faults(text):
    return [(step.number, step.fault.code) for step in pasted_steps(text, year=2026) if step.fault]


class TestSteps:
    """pasted_steps."""

    def test_a_block_of_cells(self):
        text = "完成选址\t2026-06-30\t2\r\n主体封顶\t10月底前\r\n\r\n竣工验收\t2027/1/15\t1\r\n"
        assert steps(text) == [
            ("完成选址", date(2026, 6, 30), 2),
            ("主体封顶", date(2026, 10, 31), 1),
            ("竣工验收", date(2027, 1, 15), 1),
        ]

    @pytest.mark.parametrize("gap", ["\t", " | ", "  ", "　", "|"])
    def test_cells_are_parted_by_tab_stroke_or_wide_space(self, gap):
        assert steps(f"封 顶{gap}6月30日{gap}3") == [("封 顶", date(2026, 6, 30), 3)]

    def test_a_header_and_serial_numbers_are_left_out(self):
        text = "序号\t节点\t完成时间\t权重\n1\t选址\t6.30\t1\n2\t封顶\t9月上旬\t2"
        assert steps(text) == [("选址", date(2026, 6, 30), 1), ("封顶", date(2026, 9, 10), 2)]

    def test_each_line_that_cannot_be_read_says_why_and_where(self):
        text = "\n选址\t6月31日\n封顶\n\t6月1日\n竣工\t很快\n验收\t6月1日\t零\n移交\t6月1日\t101\n归档\t6月1日\t1\t备注"
        assert faults(text) == [
            (2, "date_impossible"),
            (3, "date_missing"),
            (4, "title_missing"),
            (5, "date_unreadable"),
            (6, "number_unreadable"),
            (7, "weight_too_large"),
            (8, "too_many_cells"),
        ]
        assert faults(f"{'题' * 201}\t6月1日") == [(1, "title_too_long")]

    def test_nothing_is_nothing(self):
        assert steps(" \n\t\n") == []

    @given(st.text(max_size=300))
    def test_whatever_is_pasted_is_read_or_refused(self, text):
        for step in pasted_steps(text, year=2026):
            assert (step.fault is None) == (bool(step.title) and step.due_on is not None and step.weight >= 1)


class TestCounts:
    """pasted_counts."""

    def counts(self, text, most=2):
        return [
            (row.number, row.township, row.numbers, row.fault and row.fault.code)
            for row in pasted_counts(text, TOWNS, most=most)
            if not row.totals
        ]

    def test_names_with_their_numbers(self):
        text = "乡镇\t目标\t完成\n城关\t1,200\t30\n河东乡\t—\t\n合计\t1,200\t30"
        assert self.counts(text) == [
            (2, "城关镇", (Decimal(1200), Decimal(30)), None),
            (3, "河东乡", (Decimal(0), Decimal(0)), None),
        ]

    @pytest.mark.parametrize("serials", ["1 2 3", "1. 2. 3.", "1、 2、 3、"])
    def test_a_column_of_serial_numbers_is_left_out(self, serials):
        one, two, three = serials.split()
        text = f"序号\t乡镇\t目标\t完成\n{one}\t城关镇\t11\t5\n{two}\t河东 乡\t4\t1\n{three}\t合计\t15\t6"
        text += "\n\t合计（个）\t15\t6"
        assert self.counts(text) == [
            (2, "城关镇", (Decimal(11), Decimal(5)), None),
            (3, "河东乡", (Decimal(4), Decimal(1)), None),
        ]
        assert [row.number for row in pasted_counts(text, TOWNS, most=2) if row.totals] == [4, 5]

    def test_a_line_of_a_serial_number_and_a_name_alone_lacks_its_numbers(self):
        assert self.counts("1\t城关镇") == [(1, "城关镇", (), "numbers_missing")]

    def test_what_cannot_be_read_says_why(self):
        text = "河西乡\t1\n城关\t-1\n城关\t三十\n城关\n城关\t1\t2\t3"
        assert [(number, code) for number, _name, _numbers, code in self.counts(text)] == [
            (1, "near"),
            (2, "quantity_negative"),
            (3, "quantity_unreadable"),
            (4, "numbers_missing"),
            (5, "too_many_cells"),
        ]
