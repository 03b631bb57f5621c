"""The strip of pace: actual is a bar, planned is a tick."""

from decimal import Decimal

import pytest

from governance.charts import Strip, pace_strip, score_strip


@pytest.mark.parametrize(
    ("percent", "planned", "strip"),
    [
        ("65", "85", Strip("65%", "85%")),
        ("58.33", "98.2", Strip("58.33%", "98.2%")),
        ("0", "0", Strip("0%", "0%")),
        ("100.00", "120", Strip("100%", "100%")),
    ],
)
def test_a_bar_and_a_tick(percent, planned, strip):
    assert pace_strip(Decimal(percent), Decimal(planned)) == strip


def test_without_a_plan_there_is_no_tick():
    assert pace_strip(Decimal("5")) == Strip("5%", None)


def test_missing_is_not_drawn_as_0():
    assert pace_strip(None, Decimal(50)) == Strip(None, "50%")


def test_points_are_drawn_of_their_full_points():
    assert score_strip(Decimal("2.50"), Decimal("3"), Decimal("2.7")) == Strip("83.33%", "90%")
    assert score_strip(Decimal("3.1"), Decimal("3")) == Strip("100%", None)


@pytest.mark.parametrize("full", ["0", "-1"])
def test_no_points_to_reach_draw_nothing(full):
    assert score_strip(Decimal(1), Decimal(full), Decimal(1)) == Strip(None, None)
