"""Units of quantities: what measures the same, and how many of one make another."""

from decimal import Decimal

import pytest

from governance.formats.units import converted, is_exact, is_unit, of, unit_named


@pytest.mark.parametrize(
    ("number", "unit", "into", "right"),
    [
        ("3500", "万元", "亿元", "0.35"),
        ("1", "亿元", "元", "100000000"),
        ("2", "千万元", "万元", "2000"),
        ("3.5", "公里", "米", "3500"),
        ("3", "千米", "公里", "3"),
        ("1", "公顷", "亩", "15"),
        ("1", "平方公里", "公顷", "100"),
        ("1.2", "万平方米", "㎡", "12000"),
        ("1.5", "万人次", "人次", "15000"),
        ("12", "名", "人", "12"),
        ("12", "家", "个", "12"),
        ("2", "万户", "户", "20000"),
        ("500", "公斤", "吨", "0.5"),
        ("3", "万株", "株", "30000"),
        ("101", "平方米", "亩", "0.15"),
    ],
)
def test_a_quantity_in_another_unit(number, unit, into, right):
    one, other = unit_named(unit), unit_named(into)
    assert one.measures_as(other)
    assert converted(Decimal(number), one, other) == Decimal(right)
    assert is_exact(Decimal(number), one, other) == (unit != "平方米")


@pytest.mark.parametrize(
    ("unit", "other"),
    [
        ("亩", "个"),
        ("人", "人次"),
        ("户", "人"),
        ("家", "项"),
        ("元", "米"),
        ("株", "棵"),
        ("万", "元"),
        ("米", "平方米"),
        ("个村", "个社区"),
        ("名党员", "家"),
    ],
)
def test_what_does_not_measure_the_same(unit, other):
    assert not unit_named(unit).measures_as(unit_named(other))


def test_a_bare_scale_takes_a_noun():
    assert of(unit_named("万"), unit_named("亿元")).written == "万元"


@pytest.mark.parametrize(
    ("written", "known"), [("万元", True), ("亩", True), ("万", True), ("县财政局", False), ("", False)]
)
def test_a_known_unit(written, known):
    assert is_unit(written) is known
