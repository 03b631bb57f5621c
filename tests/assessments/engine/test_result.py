"""Explanations, reckonings and the result body, verified by scoring again (docs/rules.md#verification)."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from assessments.engine import (
    ENGINE_VERSION,
    Event,
    Facts,
    Mark,
    Team,
    Vote,
    canonical_json,
    explain,
    rate,
    read_toml,
    recompute,
    rescore,
    result_body,
    verify,
)
from assessments.engine.explanation import ExplanationDiffers
from assessments.engine.result import Difference, differences, facts_as_data, facts_from_data
from assessments.engine.validation import PlanHasFaults, check, read_parameters
from assessments.engine.values import read_values
from assessments.engine.workings import Workings, replay
from tests.assessments.engine.made import document, facts_of, indicator, plan_of, world

PLANS = Path(__file__).parents[2] / "data" / "plans"


def explained(made, made_world, team="a", kind=None):
    """The explanations of one team."""
    facts = facts_of(made_world)
    body = result_body(made, facts, kind)
    (found,) = [line for line in body["outcome"]["teams"] if line["team"] == team]
    return found["explanations"]


def one(method, value=None, full=100, **columns):
    """The explanation of the only indicator, worth `full`; columns other than values are given by name."""
    fields = {"source": columns.pop("source")} if "source" in columns else {}
    rest = [] if full == 100 else [indicator("REST", 100 - full, when_missing="full")]
    made = document(indicator("I1", full, method, **fields), *rest, plan=columns.pop("plan", {}))
    values = {} if value is None else {"I1": value if isinstance(value, dict) else {"a": value}}
    return explained(made, world(values, **columns))["I1"]


def steps(explanation):
    """Steps as text: "multiply 25 96.5 = 2412.5"."""
    return [" ".join([step["op"], *step["of"], "=", step["is"]]) for step in explanation["steps"]]


def test_an_explanation_says_everything():
    assert one({"name": "ratio", "target": 100}, Decimal("96.5"), 25) == {
        "indicator": "I1",
        "kind": "base",
        "full": "25",
        "decimals": 2,
        "status": "scored",
        "policy": None,
        "reason": None,
        "method": {"name": "ratio", "parameters": {"direction": "higher", "target": 100, "over": 1}},
        "fallback": None,
        "inputs": {"value": "96.5"},
        "steps": [
            {"op": "multiply", "of": ["25", "1"], "is": "25"},
            {"op": "multiply", "of": ["25", "96.5"], "is": "2412.5"},
            {"op": "divide", "of": ["2412.5", "100"], "is": "24.125"},
            {"op": "at_most", "of": ["24.125", "25"], "is": "24.125"},
            {"op": "at_least", "of": ["24.125", "0"], "is": "24.125"},
            {"op": "round", "of": ["24.125", "2"], "is": "24.13"},
        ],
        "unrounded": "24.125",
        "points": "24.13",
    }


LOWER = {"direction": "lower"}
VALUES = {"a": 4, "b": 8, "c": 2}


@pytest.mark.parametrize(
    ("method", "value", "inputs", "expected"),
    [
        (
            {"name": "ratio", "target": 3, **LOWER, "over": 2}, 4, {"value": "4"},
            ["multiply 10 2 = 20", "multiply 10 3 = 30", "divide 30 4 = 7.5", "at_most 7.5 20 = 7.5",
             "at_least 7.5 0 = 7.5", "round 7.5 2 = 7.5"],
        ),
        (
            {"name": "ratio", "target": 3, **LOWER}, 0, {"value": "0"},
            ["multiply 10 1 = 10", "take 10 = 10", "round 10 2 = 10"],
        ),
        (
            {"name": "linear", "floor": 50, "target": 100}, Fraction(200, 3), {"value": "200/3"},
            ["subtract 200/3 50 = 50/3", "subtract 100 50 = 50", "multiply 10 50/3 = 500/3",
             "divide 500/3 50 = 10/3", "at_least 10/3 0 = 10/3", "at_most 10/3 10 = 10/3", "round 10/3 2 = 3.33"],
        ),
        (
            {"name": "linear", "floor": 100, "target": 50}, 75, {"value": "75"},
            ["subtract 100 75 = 25", "subtract 100 50 = 50", "multiply 10 25 = 250", "divide 250 50 = 5",
             "at_least 5 0 = 5", "at_most 5 10 = 5", "round 5 2 = 5"],
        ),
        (
            {"name": "band", "bands": [{"from": 9, "points": 9}, {"from": 4, "points": 6}, {"points": 1}]}, 4,
            {"value": "4"}, ["take 6 = 6", "at_most 6 10 = 6", "round 6 2 = 6"],
        ),
        (
            {"name": "band", "bands": [{"from": 9, "points": 9}, {"points": 1}]}, 4,
            {"value": "4"}, ["take 1 = 1", "at_most 1 10 = 1", "round 1 2 = 1"],
        ),
        (
            {"name": "band", **LOWER, "bands": [{"to": 3, "points": 9}, {"to": 4, "points": 11}, {"points": 1}]}, 4,
            {"value": "4"}, ["take 11 = 11", "at_most 11 10 = 10", "round 10 2 = 10"],
        ),
        (
            {"name": "step", "reference": 9, "unit": 2, "per": 1}, 4, {"value": "4"},
            ["subtract 9 4 = 5", "at_least 5 0 = 5", "multiply 1 5 = 5", "divide 5 2 = 2.5", "subtract 10 2.5 = 7.5",
             "at_least 7.5 0 = 7.5", "round 7.5 2 = 7.5"],
        ),
        (
            {"name": "step", "reference": 1, "unit": 2, "per": 4, "whole": True, **LOWER}, 4, {"value": "4"},
            ["subtract 4 1 = 3", "at_least 3 0 = 3", "divide 3 2 = 1.5", "round_up 1.5 = 2", "multiply 4 2 = 8",
             "subtract 10 8 = 2", "at_least 2 0 = 2", "round 2 2 = 2"],
        ),
        (
            {"name": "external", "full": 8}, 4, {"value": "4"},
            ["multiply 10 4 = 40", "divide 40 8 = 5", "at_least 5 0 = 5", "at_most 5 10 = 5", "round 5 2 = 5"],
        ),
        (
            {"name": "rank", "step": Decimal("0.3")}, VALUES, {"value": "4", "place": 2, "compared": 3},
            ["subtract 2 1 = 1", "multiply 0.3 1 = 0.3", "subtract 1 0.3 = 0.7", "at_least 0.7 0 = 0.7",
             "multiply 10 0.7 = 7", "round 7 2 = 7"],
        ),
        (
            {"name": "rank", "step": Decimal("0.3"), **LOWER}, {"a": 8, "b": 4, "c": 2, "d": 8},
            {"value": "8", "place": 3, "compared": 4},
            ["subtract 3 1 = 2", "multiply 0.3 2 = 0.6", "subtract 1 0.6 = 0.4", "at_least 0.4 0 = 0.4",
             "multiply 10 0.4 = 4", "round 4 2 = 4"],
        ),
        (
            {"name": "rank_table", "table": [12, 3]}, {"a": 2, "b": 4, "c": 8},
            {"value": "2", "place": 3, "compared": 3}, ["take 3 = 3", "at_most 3 10 = 3", "round 3 2 = 3"],
        ),
        (
            {"name": "rank_table", "table": [12, 3]}, 2, {"value": "2", "place": 1, "compared": 1},
            ["take 12 = 12", "at_most 12 10 = 10", "round 10 2 = 10"],
        ),
        (
            {"name": "minmax", "low": Decimal("0.4")}, VALUES,
            {"value": "4", "least": "2", "greatest": "8", "compared": 3},
            ["subtract 8 2 = 6", "subtract 4 2 = 2", "subtract 1 0.4 = 0.6", "multiply 0.6 2 = 1.2",
             "divide 1.2 6 = 0.2", "add 0.4 0.2 = 0.6", "multiply 10 0.6 = 6", "round 6 2 = 6"],
        ),
        (
            {"name": "minmax", **LOWER}, VALUES, {"value": "4", "least": "2", "greatest": "8", "compared": 3},
            ["subtract 8 2 = 6", "subtract 8 4 = 4", "subtract 1 0 = 1", "multiply 1 4 = 4", "divide 4 6 = 2/3",
             "add 0 2/3 = 2/3", "multiply 10 2/3 = 20/3", "round 20/3 2 = 6.67"],
        ),
        (
            {"name": "minmax"}, 4, {"value": "4", "least": "4", "greatest": "4", "compared": 1},
            ["subtract 4 4 = 0", "take 10 = 10", "round 10 2 = 10"],
        ),
        (
            {"name": "best"}, VALUES, {"value": "4", "best": "8", "compared": 3},
            ["multiply 10 4 = 40", "divide 40 8 = 5", "at_least 5 0 = 5", "round 5 2 = 5"],
        ),
        (
            {"name": "best", **LOWER}, VALUES, {"value": "4", "best": "2", "compared": 3},
            ["multiply 10 2 = 20", "divide 20 4 = 5", "at_least 5 0 = 5", "round 5 2 = 5"],
        ),
        (
            {"name": "best", **LOWER}, {"a": 4, "b": 8}, {"value": "4", "best": "4", "compared": 2},
            ["take 10 = 10", "round 10 2 = 10"],
        ),
        (
            {"name": "best"}, {"a": 0, "b": -8}, {"value": "0", "best": "0", "compared": 2},
            ["take 0 = 0", "round 0 2 = 0"],
        ),
        ({"name": "binary"}, "是", {"value": "是"}, ["take 10 = 10", "round 10 2 = 10"]),
        ({"name": "binary", **LOWER}, True, {"value": "true"}, ["take 0 = 0", "round 0 2 = 0"]),
        (
            {"name": "tier", "tiers": {"good": 12}}, "good", {"value": "good"},
            ["take 12 = 12", "at_most 12 10 = 10", "round 10 2 = 10"],
        ),
    ],
)  # fmt: skip
def test_the_steps_of_a_method(method, value, inputs, expected):
    explanation = one(method, value, 10)
    assert explanation["inputs"] == inputs
    assert steps(explanation) == expected


def test_the_steps_of_an_own_target():
    explanation = one({"name": "ratio", "target": "team"}, 3, targets={"I1": {"a": Decimal(4)}})
    assert explanation["inputs"] == {"value": "3", "target": "4"}
    assert explanation["method"]["parameters"]["target"] == "team"
    assert steps(explanation)[:3] == ["multiply 100 1 = 100", "multiply 100 3 = 300", "divide 300 4 = 75"]


def test_the_steps_of_a_panel():
    marks = [Decimal(mark) for mark in (70, 90, 60, 80)]
    explanation = one({"name": "panel", "scale": 100, "trim_from": 4}, source="panel", marks={"I1": {"a": marks}})
    assert explanation["inputs"]["marks"][1] == {"value": "90", "judge": ""}
    assert explanation["method"]["parameters"] == {"scale": 100, "trim_from": 4, "moderate_over": "0.2"}
    assert steps(explanation) == [
        "add 70 80 = 150", "multiply 100 150 = 15000", "multiply 2 100 = 200", "divide 15000 200 = 75",
        "round 75 2 = 75",
    ]  # fmt: skip


def test_the_steps_of_a_vote():
    votes = [("m", Decimal(80)), ("l", Decimal(60)), ("m", Decimal(90))]
    method = {"name": "vote", "groups": {"m": 2, "s": 5, "l": Decimal("1.5")}}
    explanation = one(method, source="panel", votes={"I1": {"a": votes}})
    assert explanation["inputs"]["votes"][0] == {"value": "80", "group": "m", "judge": ""}
    assert explanation["method"]["parameters"] == {"groups": {"m": 2, "s": 5, "l": "1.5"}}
    assert steps(explanation) == [
        "add 60 = 60", "divide 60 1 = 60", "multiply 1.5 60 = 90",
        "add 80 90 = 170", "divide 170 2 = 85", "multiply 2 85 = 170",
        "add 90 170 = 260", "add 1.5 2 = 3.5", "divide 260 3.5 = 520/7",
        "multiply 100 520/7 = 52000/7", "divide 52000/7 100 = 520/7", "round 520/7 2 = 74.29",
    ]  # fmt: skip


def test_the_steps_of_events():
    happened = [("top", "x", True, ""), ("low", "x", True, ""), ("low", "", True, ""), ("top", "", False, ""),
                ("top", "y", True, "low")]  # fmt: skip
    method = {"name": "events", "levels": {"top": 50, "low": 20}, "cap": 90}
    explanation = one(method, source="events", events={"I1": {"a": happened}})
    assert explanation["inputs"]["events"][4] == {"level": "top", "matter": "y", "counted": True, "paid": "low"}
    assert steps(explanation) == [
        "take 50 = 50", "take 20 = 20", "take 20 = 20", "subtract 50 20 = 30", "at_least 30 0 = 30",
        "add 50 20 30 = 100", "at_most 100 90 = 90", "at_most 90 100 = 90", "round 90 2 = 90",
    ]  # fmt: skip


def test_a_bonus_stops_at_its_points_in_a_step():
    made = document(indicator(), indicator("P", 3, {"name": "ratio", "target": 1, "over": 2}, kind="bonus"))
    assert steps(explained(made, world({"I1": {"a": 1}, "P": {"a": 5}}))["P"])[-2:] == [
        "at_most 6 3 = 3",
        "round 3 2 = 3",
    ]


def test_a_fallback_says_in_whose_place_it_stands():
    method = {"name": "rank", "step": 1, **LOWER, "fallback": {"name": "ratio", "target": "team"}}
    explanation = one(method, {"a": 5, "b": 5}, plan={"min_class": 3}, targets={"I1": {"a": Decimal(4)}})
    assert explanation["fallback"] == {"instead_of": "rank", "compared": 2, "min_class": 3}
    assert explanation["method"] == {"name": "ratio", "parameters": {"direction": "lower", "target": "team", "over": 1}}
    assert explanation["points"] == "80.00"
    assert one(method, {"a": 5, "b": 4, "c": 6}, plan={"min_class": 3})["fallback"] is None


def reasons(made_world, kind=None, **fields):
    """(status, policy, reason, points) of the first of two indicators."""
    made = document(indicator("I1", 60, **fields), indicator("I2", 40))
    explanation = explained(made, made_world, kind=kind)["I1"]
    assert explanation["inputs"] == {} or explanation["status"] == "average"
    return explanation["status"], explanation["policy"], explanation["reason"], explanation["points"]


def test_every_reason_is_named():
    base = world({"I1": {"a": 5}, "I2": {"a": 5}}, ages={"a": 10}, classes={"a": "A"})
    assert reasons(base, "month", rounds=["year"]) == (
        "left_out", None, {"code": "round", "round": "month", "rounds": ["year"]}, None,
    )  # fmt: skip
    assert reasons(base, applies_to={"classes": ["B"]}) == (
        "left_out", "redistribute", {"code": "class", "class": "A", "classes": ["B"]}, None,
    )  # fmt: skip
    assert reasons(base, applies_to={"teams": ["b"]}, when_not_applicable="zero") == (
        "zero", "zero", {"code": "team", "team": "a"}, "0.00",
    )  # fmt: skip
    assert reasons(base, applies_to={"min_age_days": 60}, when_not_applicable="full") == (
        "full", "full", {"code": "age", "age_days": 10, "min_age_days": 60}, "60.00",
    )  # fmt: skip
    assert reasons(base, unless={"indicator": "I2", "value": Decimal("5.0")}, when_not_applicable="pending") == (
        "pending", "pending", {"code": "unless", "indicator": "I2", "value": "5.0", "found": "5"}, None,
    )  # fmt: skip
    missing = world({"I2": {"a": 5}})
    assert reasons(missing) == ("pending", "pending", {"code": "no_value"}, None)
    assert reasons(missing, when_missing="average") == ("left_out", "average", {"code": "no_value"}, None)
    assert reasons(base, method={"name": "ratio", "target": "team"}, when_missing="redistribute") == (
        "left_out", "redistribute", {"code": "no_target"}, None,
    )  # fmt: skip


def test_an_average_says_over_how_many_it_was_taken():
    made = document(indicator("I1", 60, when_missing="average"), indicator("I2", 40))
    explanation = explained(made, world({"I1": {"b": 50, "c": 75}, "I2": dict.fromkeys("abc", 5)}))["I1"]
    assert (explanation["status"], explanation["policy"]) == ("average", "average")
    assert explanation["inputs"] == {"sum": "75.00", "count": 2}
    assert steps(explanation) == ["divide 75 2 = 37.5", "round 37.5 2 = 37.5"]
    assert explanation["unrounded"] == "37.5"


def test_substituted_points_have_their_steps():
    base = world({"I2": {"a": 5}})
    full = explained(document(indicator("I1", 60, when_missing="full"), indicator("I2", 40)), base)["I1"]
    assert steps(full) == ["take 60 = 60", "round 60 2 = 60"]
    zero = explained(document(indicator("I1", 60, when_missing="zero"), indicator("I2", 40)), base)["I1"]
    assert (steps(zero), zero["unrounded"]) == (["take 0 = 0", "round 0 2 = 0"], "0")
    pending = explained(document(indicator("I1", 60), indicator("I2", 40)), base)["I1"]
    assert (pending["steps"], pending["unrounded"]) == ([], None)


def test_a_class_without_the_indicator_has_no_explanation():
    made = document(indicator(points_by_class={"A": 60, "B": 100}), indicator("I2", points_by_class={"A": 40}))
    made_world = world({"I1": {"a": 5, "b": 5}, "I2": {"a": 5}}, classes={"a": "A", "b": "B"})
    assert list(explained(made, made_world, "a")) == ["I1", "I2"]
    assert list(explained(made, made_world, "b")) == ["I1"]


def test_an_explanation_that_does_not_lead_to_the_points_is_refused():
    plan, facts = plan_of(document()), facts_of(world({"I1": {"a": 50}}))
    points = rate(plan, facts)
    points.columns["I1"].points[0] = Decimal("50.01")
    with pytest.raises(ExplanationDiffers, match=r"I1: 50\.00 is not 50\.01"):
        explain(plan, facts, points, plan.indicator("I1"), 0)


def test_parameters_that_were_not_written_by_the_engine_are_refused():
    with pytest.raises(ValueError, match="no parameters of method ratio"):
        read_parameters("ratio", {"target": 0})
    with pytest.raises(ValueError, match="no parameters of method linear"):
        read_parameters("linear", {"floor": 5, "target": 5})
    with pytest.raises(ValueError, match="no parameters of method xx"):
        read_parameters("xx", {})


def test_workings_are_replayed():
    workings = Workings()
    workings.divide(workings.add(1, 2), 7)
    workings.subtract(9, 1, 2)
    assert [step["is"] for step in workings.steps] == ["3", "3/7", "6"]
    assert replay(workings.steps) is None
    workings.steps[1]["is"] = "4/7"
    assert replay(workings.steps) == 1


# the reckoning


def reckoning():
    made = document(
        indicator("I1", 3, when_missing="redistribute"),
        indicator("I2", 6),
        indicator("I3", 30, dimension="e"),
        indicator("I4", 10, dimension="f", when_missing="redistribute"),
        indicator("P", 5, kind="bonus"),
        indicator("Q", 5, kind="bonus", when_missing="redistribute"),
        indicator("M", 5, kind="deduction"),
        dimensions=[{"code": "d", "normalise": True, "points": 60}, {"code": "e"}, {"code": "f"}],
        grades=[{"code": "top", "min": 90}, {"code": "low", "min": 0}],
        vetoes=[{"code": "bar", "effect": "no_top_grade"}],
        plan={"bonus_cap": 4, "tie_break": ["I2", "deduction"]},
    )
    values = {"I2": dict.fromkeys("ab", Fraction(100, 3)), "I3": dict.fromkeys("ab", 50)}
    values |= {"P": dict.fromkeys("ab", 100), "M": dict.fromkeys("ab", 20)}
    body = result_body(made, facts_of(world(values, vetoes={"bar": {"a": None}})))
    return body["outcome"]["teams"][0]


def test_a_reckoning_says_everything():
    team = reckoning()
    told = team["reckoning"]

    def summed(steps_, unrounded, points):
        return {"steps": steps_, "unrounded": unrounded, "points": points}

    def step(op, *of, to):
        return {"op": op, "of": list(of), "is": to}

    assert told["dimensions"] == [
        {
            "dimension": "d", "normalise": True, "worth": "60", "full": "6", "points": {"I2": "2.00"},
            "subtotal": summed(
                [step("add", "2", to="2"), step("multiply", "60", "2", to="120"), step("divide", "120", "6", to="20"),
                 step("round", "20", "2", to="20")], "20", "20.00",
            ),
        },
        {
            "dimension": "e", "normalise": False, "worth": "30", "full": "30", "points": {"I3": "15.00"},
            "subtotal": summed([step("add", "15", to="15"), step("round", "15", "2", to="15")], "15", "15.00"),
        },
    ]  # fmt: skip
    assert told["base"] == summed(
        [step("add", "20", "15", to="35"), step("add", "60", "30", to="90"),
         step("multiply", "35", "100", to="3500"), step("divide", "3500", "90", to="350/9"),
         step("round", "350/9", "2", to="38.89")], "350/9", "38.89",
    )  # fmt: skip
    assert told["bonus"] == {
        "points": {"P": "5.00"}, "cap": "4",
        "sum": summed([step("add", "5", to="5"), step("at_most", "5", "4", to="4"), step("round", "4", "2", to="4")],
                      "4", "4.00"),
    }  # fmt: skip
    assert told["deduction"] == {
        "points": {"M": "1.00"}, "cap": None,
        "sum": summed([step("add", "1", to="1"), step("round", "1", "2", to="1")], "1", "1.00"),
    }  # fmt: skip
    assert told["total"] == summed(
        [step("add", "38.89", "4", to="42.89"), step("subtract", "42.89", "1", to="41.89"),
         step("at_least", "41.89", "0", to="41.89"), step("at_most", "41.89", "100", to="41.89"),
         step("round", "41.89", "2", to="41.89")], "41.89", "41.89",
    )  # fmt: skip
    assert told["rank"] == {
        "class": "all", "size": 2, "rank": 1, "tied_with": ["b"], "ties": {"I2": "2.00", "deduction": "1.00"},
        "vetoes": ["bar"],
    }  # fmt: skip
    assert told["grade"] == {
        "grade": "low", "missed": [{"grade": "top", "reason": "below", "total": "41.89", "min": "90"}],
    }  # fmt: skip
    assert (told["decimals"], told["base_points"], told["bonus_above_base"]) == (2, "100", False)
    assert team["subtotals"] == {"d": "20.00", "e": "15.00"}
    named = ("team", "class", "base", "bonus", "deduction", "total", "rank", "grade", "pending")
    assert [team[name] for name in named] == ["a", "all", "38.89", "4.00", "1.00", "41.89", 1, "low", []]


def test_a_total_above_the_base_has_no_ceiling_step():
    made = document(plan={"bonus_above_base": True})
    told = result_body(made, facts_of(world({"I1": {"a": 5}})))["outcome"]["teams"][0]["reckoning"]
    assert [step["op"] for step in told["total"]["steps"]] == ["add", "subtract", "at_least", "round"]


def test_a_team_without_a_base_has_a_reckoning_without_one():
    body = result_body(document(), facts_of(world({"I1": {"a": None, "b": None, "c": 1}})))
    for team in body["outcome"]["teams"][1:]:
        told = team["reckoning"]
        assert (told["base"], told["total"], told["dimensions"]) == (None, None, [])
        assert (told["rank"]["rank"], told["rank"]["tied_with"]) == (None, [])
        assert team["pending"] == ["I1"]


def test_those_of_another_class_share_no_rank():
    made_world = world({"I1": {"a": 5, "b": 5}}, classes={"a": "A", "b": "B"})
    body = result_body(document(), facts_of(made_world))
    assert [team["reckoning"]["rank"]["tied_with"] for team in body["outcome"]["teams"]] == [[], []]


# the body


def example():
    source = read_toml((PLANS / "yuanqu-2026.toml").read_bytes())
    plan = check(source).plan
    facts = read_values((PLANS / "yuanqu-2026.values.csv").read_bytes(), plan).facts
    return source.document, facts


@pytest.fixture(scope="module")
def body():
    return result_body(*example())


@pytest.fixture(scope="module")
def text(body):
    return canonical_json(body)


def test_the_example_verifies(body, text):
    assert (body["engine"], body["round"]) == (ENGINE_VERSION, None)
    assert set(body) == {"engine", "round", "plan", "facts", "outcome"}
    assert body["outcome"]["sizes"] == {"A": 3, "B": 5}
    assert verify(text) == []
    assert rescore(json.loads(text)) == []
    expected = json.loads((PLANS / "yuanqu-2026.expected.json").read_text(encoding="utf-8"))
    for team, line in zip(body["outcome"]["teams"], expected["teams"], strict=True):
        assert team["points"] == line["indicators"]
        assert [team[name] for name in ("team", "total", "rank", "grade")] == [
            line[name] for name in ("team", "total", "rank", "grade")
        ]


def test_every_point_of_the_example_stands_alone(body):
    for team in body["outcome"]["teams"]:
        for code, explanation in team["explanations"].items():
            assert recompute(explanation)["points"] == team["points"][code]


def test_a_round_of_a_kind_verifies():
    document_, facts = example()
    of_month = canonical_json(result_body(document_, facts, "month"))
    assert verify(of_month) == []
    assert verify(of_month.replace('"round":"month"', '"round":null')) != []


def altered(text, old, new):
    assert old in text
    return [str(difference) for difference in verify(text.replace(old, new, 1))]


def test_an_altered_value_is_named(text):
    found = altered(text, '"village-economy":"96.5"', '"village-economy":"96.4"')
    assert 'outcome.teams[village-economy].points.A4: stored "24.13", recomputed "24.10"' in found
    assert 'outcome.teams[village-economy].total: stored "98.30", recomputed "98.27"' in found
    assert not any(path.startswith("facts") for path in found)


def test_an_altered_point_rank_grade_or_step_is_named(text):
    assert altered(text, '"rank":1,"reckoning"', '"rank":2,"reckoning"') == [
        "outcome.teams[rural-revitalization].rank: stored 2, recomputed 1"
    ]
    assert altered(text, '"grade":"excellent","pending"', '"grade":"good","pending"') == [
        'outcome.teams[rural-revitalization].grade: stored "good", recomputed "excellent"'
    ]
    assert altered(text, '"is":"24.125"', '"is":"24.126"') == [
        'outcome.teams[village-economy].explanations.A4.steps[2].is: stored "24.126", recomputed "24.125"'
    ]


def with_plan(text, old, new):
    """The text with its plan altered; the outcome repeats some of the same words."""
    place = text.index(',"plan":{"classes":')
    assert old in text[place:]
    return text[:place] + text[place:].replace(old, new)


def test_an_altered_plan_is_named(text):
    found = verify(with_plan(text, '"complete":4', '"complete":3'))
    assert any(".points.A1: stored" in str(difference) for difference in found)
    (broken,) = verify(with_plan(text, '"base_points":100', '"base_points":90'))
    assert broken.path == "body"
    assert broken.stored == "PlanHasFaults: plan.base_points: the base points add up to 100, not 90"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"96.5"', '"x"'),
        ('"96.5"', '"1/0"'),
        ('"96.5"', "null"),
        ('"A1":{"asset-rectification":"none"', '"A1":{"asset-rectification":"gone"'),
        ('"A1":{"asset-rectification":"none"', '"A1":{"stranger":"none"'),
        ('"age_days":75', '"age":75'),
        ('"level":"national"', '"level":"cosmic"'),
        ('"plan":{', '"plan":[],"plan2":{'),
        ('"facts":{', '"facts":5,"facts2":{'),
    ],
)
def test_a_body_that_cannot_be_judged_is_a_difference_and_no_traceback(text, old, new):
    assert altered(text, old, new)


def test_what_is_no_body_is_a_difference(text):
    assert verify("{")[0].path == "body"
    assert verify("[]") == [Difference("body", "not an object", None)]
    assert verify("{}")[0].path == "body"
    assert verify('{"engine":0.5}')[0].stored == "float has no canonical form"
    assert verify("[" * 100000)[0].path == "body"
    assert verify(text + "\n") == [Difference("text", "not canonical", None)]
    assert verify(text.replace('"engine":"1",', '"engine": "1",')) == [Difference("text", "not canonical", None)]


def test_the_difference_of_a_body_that_cannot_be_judged_says_why(body):
    strange = body | {"facts": body["facts"] | {"teams": []}}
    (found,) = rescore(strange)
    assert (found.path, found.recomputed) == ("body", None)
    assert found.stored.startswith("ValueError: not among the teams: asset-rectification, member-service")


def test_an_older_engine_version_is_no_difference(text):
    assert verify(text.replace('"engine":"1"', '"engine":"0"')) == []


def test_a_body_of_a_faulty_plan_is_refused():
    made = document(indicator(points=90), plan={"decimals": 9})
    faults = r"^plan\.decimals: must be 6 or less, not 9; plan\.base_points: the base points add up to 90, not 100$"
    with pytest.raises(PlanHasFaults, match=faults):
        result_body(made, facts_of(world({"I1": {"a": 1}})))


def test_facts_go_through_the_body_without_loss():
    made = document(
        indicator("N", 20),
        indicator("T", 20, {"name": "tier", "tiers": {"1.0": 1}}),
        indicator("O", 20, {"name": "ratio", "target": "team"}),
        indicator("P", 20, {"name": "panel", "scale": 10}, source="panel"),
        indicator("V", 10, {"name": "vote", "groups": {"m": 1}}, source="panel"),
        indicator("E", 10, {"name": "events", "levels": {"top": 3}}, source="events"),
        vetoes=[{"code": "v", "effect": "void"}],
    )
    facts = Facts.gather(
        [Team("a", "A", 5), Team("b", "A")],
        values={"N": {"a": Fraction(200, 3), "b": Decimal("0.50")}, "T": {"a": "1.0"}, "O": {"a": 3, "b": None}},
        targets={"O": {"a": 4, "b": 0}},
        marks={"P": {"a": [Mark(Decimal("7.5"), "j")], "b": []}},
        votes={"V": {"b": [Vote(Decimal(90), "m", "k")]}},
        events={"E": {"a": [Event("top", "x", False, "top")], "b": []}},
        vetoes={"v": {"b": {"document": "No. 5"}}},
        provenance={"N": {"a": {"rows": [{"title": "任务", "on": "2026-10-01"}], "share": Decimal("0.5")}}},
    )
    data = facts_as_data(facts)
    assert data == {
        "teams": [{"team": "a", "class": "A", "age_days": 5}, {"team": "b", "class": "A", "age_days": None}],
        "values": {"N": {"a": "200/3", "b": "0.50"}, "T": {"a": "1.0"}, "O": {"a": "3"}},
        "targets": {"O": {"a": "4"}},
        "marks": {"P": {"a": [{"value": "7.5", "judge": "j"}]}},
        "votes": {"V": {"b": [{"value": "90", "group": "m", "judge": "k"}]}},
        "events": {"E": {"a": [{"level": "top", "matter": "x", "counted": False, "paid": "top"}]}},
        "vetoes": {"v": {"b": {"document": "No. 5"}}},
        "provenance": {"N": {"a": {"rows": [{"title": "任务", "on": "2026-10-01"}], "share": "0.5"}}},
    }
    again = facts_from_data(data, plan_of(made))
    assert (again.teams, again.values, again.targets) == (facts.teams, facts.values, facts.targets)
    assert (again.marks, again.votes, again.events, again.vetoes) == (
        facts.marks,
        facts.votes,
        facts.events,
        facts.vetoes,
    )
    assert facts_as_data(again) == data
    assert verify(canonical_json(result_body(made, facts))) == []


@pytest.mark.parametrize(
    ("stored", "recomputed", "paths"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": 2}, ["a"]),
        ({"a": 1}, {}, ["a"]),
        ({}, {"b": {"c": 1}}, ["b"]),
        ({"a": {"b": [1, 2]}}, {"a": {"b": [1, 3]}}, ["a.b[1]"]),
        ([1], [1, 2], [""]),
        ({"a": [1]}, {"a": {"0": 1}}, ["a"]),
        ([{"team": "x", "n": 1}], [{"team": "x", "n": 2}], ["[x].n"]),
        ([{"dimension": "d", "n": 1}], [{"dimension": "d", "n": 2}], ["[d].n"]),
        ([{"n": 1}], [{"n": 2}], ["[0].n"]),
        ({"a": 1}, {"a": True}, ["a"]),
        ({"a": None}, {"a": ""}, ["a"]),
    ],
)
def test_differences_are_named_by_their_path(stored, recomputed, paths):
    assert [difference.path for difference in differences(stored, recomputed)] == paths
