"""Faults of other systems that must not be ours (docs/rules.md#scoring-faults)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from tests.assessments.engine.made import by_team, column, document, indicator, judged, only, points, world
from tests.assessments.engine.test_ranking import plan, ranked
from tests.assessments.engine.test_validation import faults

RATIO = {"name": "ratio", "target": 100}


def test_missing_is_never_zero():
    made = document(indicator("I1", 50), indicator("I2", 50, when_missing="average"))
    lines = by_team(made, world({"I1": dict.fromkeys("abc", 80), "I2": {"a": 100, "b": 50}}))
    assert lines["c"]["indicators"]["I2"] == "37.50"
    assert "I2" not in only(document(indicator("I1", 50), indicator("I2", 50)), world({"I1": {"a": 80}}))["indicators"]


def test_a_team_without_marks_is_neither_shown_as_0_nor_averaged_in():
    panel = {"name": "panel", "scale": 100}
    made = document(indicator("I1", 100, panel, source="panel", when_missing="average"))
    lines = by_team(made, world(marks={"I1": {"a": [Decimal(80)], "b": [Decimal(60)], "c": []}}))
    assert lines["c"]["indicators"]["I1"] == "70.00"
    alone = document(indicator("I1", 100, panel, source="panel"))
    line = only(alone, world(marks={"I1": {"a": []}}))
    assert (line["indicators"], line["total"], line["pending"]) == ({}, None, ["I1"])


def test_a_true_zero_is_zero():
    assert points(RATIO, 0) == "0.00"
    made = document(indicator("I1", 50, when_missing="full"), indicator("I2", 50))
    assert only(made, world({"I1": {"a": 0}, "I2": {"a": 100}}))["total"] == "50.00"
    panel = document(indicator("I1", 100, {"name": "panel", "scale": 100}, source="panel", when_missing="full"))
    assert only(panel, world(marks={"I1": {"a": [Decimal(0)]}}))["total"] == "0.00"


def test_a_weight_of_0_is_refused_and_never_replaced():
    assert faults(document(indicator("I1", 100), indicator("I2", 0))) == [
        "indicators I2, points: must be above 0, not 0"
    ]
    groups = {"name": "vote", "groups": {"a": 1, "b": 0}}
    assert faults(document(indicator(method=groups, source="panel"))) == [
        "indicators I1, method.groups.b: must be above 0, not 0"
    ]
    assert faults(document(year={"parts": [{"kind": "m", "weight": 0}]})) == [
        "year.parts[1].weight: must be above 0, not 0"
    ]


def test_a_cap_a_tier_and_a_level_of_0_stay_0():
    bonus = indicator("P", 5, kind="bonus")
    assert (
        only(document(indicator(), bonus, plan={"bonus_cap": 0}), world({"I1": {"a": 50}, "P": {"a": 100}}))["bonus"]
        == "0.00"
    )
    assert points({"name": "tier", "tiers": {"good": 10, "none": 0}}, "none") == "0.00"


@pytest.mark.parametrize("sum_", ["99.999999999999", "100.000000000001"])
def test_weights_are_checked_exactly(sum_):
    made = document(indicator("I1", 50), indicator("I2", Decimal(sum_) - 50))
    assert faults(made) == [f"plan.base_points: the base points add up to {sum_}, not 100"]
    thirds = [indicator(f"I{number}", Decimal("0.1")) for number in range(10)]
    assert faults(document(*thirds, plan={"base_points": 1})) == []


@pytest.mark.parametrize(
    "method",
    [
        {"name": "ratio", "target": 5},
        {"name": "linear", "floor": 10, "target": 0},
        {"name": "band", "bands": [{"to": 0, "points": 10}, {"points": 0}]},
        {"name": "step", "reference": 0, "unit": 1, "per": 1},
        {"name": "rank", "step": Decimal("0.5")},
        {"name": "rank_table", "table": [10, 5]},
        {"name": "minmax"},
        {"name": "best"},
    ],
    ids=lambda method: method["name"],
)
def test_lower_is_better_reaches_full_points(method):
    assert column({**method, "direction": "lower"}, [0, 10])[0] == "10.00"


def test_a_cap_caps():
    made = document(indicator(), indicator("P", 5, kind="bonus"), indicator("M", 5, kind="deduction"),
                    plan={"bonus_cap": 2, "deduction_cap": 1})  # fmt: skip
    line = only(made, world({"I1": {"a": 50}, "P": {"a": 100}, "M": {"a": 100}}))
    assert (line["bonus"], line["deduction"], line["total"]) == ("2.00", "1.00", "51.00")


def test_89_96_is_89_96_and_below_90():
    assert ranked(plan(), {"a": Decimal("89.96")}) == [("a", 1, "mid")]
    assert only(document(), world({"I1": {"a": Decimal("89.96")}}))["total"] == "89.96"
    one_decimal = document(plan={"decimals": 1}, grades=plan()["grades"])
    line = only(one_decimal, world({"I1": {"a": Decimal("89.96")}}))
    assert (line["total"], line["grade"]) == ("90.0", "top")


def test_3_times_5_over_24_is_0_63():
    made = document(indicator("I1", 5, {"name": "ratio", "target": 24}), indicator("I2", 95))
    assert only(made, world({"I1": {"a": 3}, "I2": {"a": 1}}))["indicators"]["I1"] == "0.63"
    share = document(indicator("I1", 3, {"name": "ratio", "target": 1}), indicator("I2", 97))
    assert only(share, world({"I1": {"a": Fraction(5, 24)}, "I2": {"a": 1}}))["indicators"]["I1"] == "0.63"


def test_ties_share_a_rank():
    assert [rank for _, rank, _ in ranked(plan(), {"a": 80, "b": 80, "c": 80, "d": 79})] == [1, 1, 1, 4]


def test_marks_that_were_withdrawn_leave_no_trace():
    """What is not among the facts cannot count: a panel with one mark less is the panel of the others."""
    panel = {"name": "panel", "scale": 100}
    made = document(indicator("I1", 100, panel, source="panel"))
    with_all = world(marks={"I1": {"a": [Decimal(mark) for mark in (10, 70, 80, 90, 100)]}})
    without = world(marks={"I1": {"a": [Decimal(mark) for mark in (70, 80, 90, 100)]}})
    assert (only(made, with_all)["total"], only(made, without)["total"]) == ("80.00", "85.00")


def test_a_lower_team_never_overtakes_a_higher_one_in_grade():
    made = plan((0.5, None, None))
    lines = ranked(made, {"a": 96, "b": 95, "c": 95, "d": 94})
    assert [grade for _, _, grade in lines] == ["top", "mid", "mid", "mid"]


def test_judging_changes_nothing_that_went_in():
    made, made_world = document(), world({"I1": {"a": 50, "b": None}})
    before = judged(made, made_world)
    assert judged(made, made_world) == before
    assert made == document()
