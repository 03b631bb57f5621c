"""Which numbers are asked a second time."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from teams.rules.plausibility import Doubt, doubt_about, is_unfinished

COUNTS = st.decimals(0, 10**6, places=2)


def about(before, percent, done=None, target=None):
    numbers = (None if number is None else Decimal(number) for number in (before, percent, done, target))
    return doubt_about(**dict(zip(("before", "percent", "done", "target"), numbers, strict=True)))


@pytest.mark.parametrize(
    ("numbers", "doubt"),
    [
        ((40, 70), None),
        ((40, "70.01"), Doubt(points=Decimal("30.01"))),
        ((90, 20), None),
        ((0, 100, 46, 46), Doubt(points=Decimal(100))),
        ((90, 100, 91, 46), None),
        ((90, 100, 92, 46), Doubt(times=Decimal(2))),
        ((0, 100, 9999, 46), Doubt(times=Decimal(9999) / 46)),
    ],
)
def test_a_jump_or_a_count_far_above_its_target_is_asked(numbers, doubt):
    assert about(*numbers) == doubt


@given(before=st.decimals(0, 100, places=2), percent=st.decimals(0, 100, places=2), done=COUNTS)
def test_what_is_near_the_last_number_and_the_target_is_not_asked(before, percent, done):
    target = done / Decimal("1.9") + 1
    assert bool(about(before, percent, done, target)) is (percent - before > 30)


@pytest.mark.parametrize(
    ("percent", "done", "target", "asked"),
    [
        ("99.99", None, None, True),
        ("100", None, None, False),
        ("86.67", "26", "30", True),
        ("100", "29999", "30000", True),
        ("100", "30", "30", False),
        ("100", "31", "30", False),
    ],
)
def test_a_close_out_below_the_target_is_asked(percent, done, target, asked):
    numbers = (None if number is None else Decimal(number) for number in (percent, done, target))
    assert is_unfinished(**dict(zip(("percent", "done", "target"), numbers, strict=True))) is asked
