"""Exact numbers: reading, rounding once and half up, writing (docs/rules.md#exact-numbers)."""

from decimal import Decimal, Inexact, localcontext
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine.arithmetic import (
    DECIMALS,
    EXACT,
    NotANumber,
    bounded,
    number_text,
    quantum,
    read_number,
    round_column,
    round_half_up,
    round_up,
)


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", "12"), ("-0.5", "-0.5"), ("+3", "3"), (".5", "0.5"), ("5.", "5"), ("1e2", "100"), ("25E-1", "2.5")],
)
def test_plain_numbers_are_read(text, number):
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize(
    "text",
    [
        *("", "NaN", "inf", "-Infinity", "sNaN", "1,000", "1_000", "85%", "８０", "0x10", "1 2", " 1", "1e9999", "--1"),
        *(".", "1" * 16, "0." + "1" * 31, "1e15", "1e-31", "1e"),
    ],
)
def test_everything_else_is_no_number(text):
    with pytest.raises(NotANumber):
        read_number(text)


@pytest.mark.parametrize("text", ["9" * 15 + "." + "9" * 30, "0.6666666666666666", "0.30000000000000004"])
def test_fifteen_digits_before_and_thirty_after_the_point_are_read(text):
    assert str(read_number(text)) == text


def test_minus_zero_is_zero():
    assert str(read_number("-0.0")) == "0.0"
    assert str(bounded(Decimal("-0"))) == "0"
    assert str(bounded(Decimal("-1"))) == "-1"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_a_number_is_finite(number):
    with pytest.raises(NotANumber):
        bounded(Decimal(number))


@pytest.mark.parametrize(
    ("number", "decimals", "text"),
    [
        (Decimal("89.955"), 2, "89.96"),
        (Decimal("89.9549999999"), 2, "89.95"),
        (Fraction(15, 24), 2, "0.63"),
        (Fraction(1, 3), 2, "0.33"),
        (Fraction(2, 3), 0, "1"),
        (Fraction(1, 2), 0, "1"),
        (Decimal("0.5"), 0, "1"),
        (Decimal("2.5"), 0, "3"),
        (Decimal(7), 3, "7.000"),
        (Fraction(7), 3, "7.000"),
        (Fraction(1, 200), 2, "0.01"),
    ],
)
def test_rounding_is_half_up(number, decimals, text):
    assert str(round_half_up(number, decimals)) == text
    assert [str(one) for one in round_column([number], decimals)] == [text]


def test_an_empty_column_stays_empty():
    assert round_column([], 2) == []


def test_the_last_place():
    assert (str(quantum(2)), str(quantum(0))) == ("0.01", "1")


@given(st.integers(0, 10**20), st.integers(1, 10**20), st.integers(0, 6))
def test_a_quotient_is_rounded_once(number, divisor, decimals):
    """Dividing decimals and then rounding gives what rounding the exact fraction gives."""
    quotient = DECIMALS.divide(Decimal(number), Decimal(divisor))
    assert round_half_up(quotient, decimals) == round_half_up(Fraction(number, divisor), decimals)


def test_a_quotient_just_below_a_half_is_not_rounded_twice():
    below = DECIMALS.divide(Decimal(10**40 - 1), Decimal(2 * 10**40))  # 0.4999... with forty nines
    assert round_half_up(below, 0) == 0
    longer = DECIMALS.divide(Decimal(10**80 - 1), Decimal(2 * 10**80))  # more nines than are kept
    assert round_half_up(longer, 0) == 0


def test_a_product_never_loses_a_digit_in_silence():
    with localcontext(EXACT):
        assert Decimal(10**40 + 1) * Decimal(10**20) == Decimal(10**60 + 10**20)
        with pytest.raises(Inexact):
            Decimal(10**40 + 1) * Decimal(10**40 + 1)


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(193, 8), "24.125"),
        (Fraction(25, 3), "25/3"),
        (Fraction(-1, 6), "-1/6"),
        (Fraction(-1, 8), "-0.125"),
        (Fraction(7), "7"),
        (Fraction(1, 10**12), "0.000000000001"),
        (Fraction(1, 5), "0.2"),
        (Fraction(3, 40), "0.075"),
        (Decimal("2.50"), "2.50"),
        (Decimal("1E+2"), "100"),
        (Decimal("1E-9"), "0.000000001"),
        (7, "7"),
    ],
)
def test_numbers_are_written_exactly(number, text):
    assert number_text(number) == text


@given(st.fractions())
def test_a_written_number_is_the_number(number):
    assert Fraction(number_text(number)) == number


@pytest.mark.parametrize(("number", "up"), [("7/2", 4), ("3", 3), ("0", 0), ("1/100", 1), ("-7/2", -3)])
def test_rounding_up(number, up):
    assert round_up(Fraction(number)) == up
