"""A plan is validated whole: every fault with its place, all in one go (docs/rules.md#plans)."""

from decimal import Decimal

import pytest

from assessments.engine import Source, check, read_toml
from assessments.engine.document import dump, load
from assessments.engine.entries import Doubt, EntryFault, doubt_about, read_entry, read_value
from assessments.engine.export import write_toml
from assessments.engine.faults import MESSAGES, Fault, nearest
from tests.assessments.engine.made import document, indicator

NAN, INFINITE = Decimal("NaN"), Decimal("Infinity")


def faults(made, **options):
    """The faults of a document in words, without the last full stop of their place."""
    return [str(fault) for fault in check(Source(made), **options).faults]


def warnings(made):
    verdict = check(Source(made))
    assert verdict.plan is not None
    return [str(warning) for warning in verdict.warnings]


def with_method(method, **fields):
    return document(indicator(method=method, **fields))


def changed(**fields):
    """The plainest plan with fields of its indicator changed; None takes a field away."""
    row = indicator() | fields
    return document({name: value for name, value in row.items() if value is not None})


RATIO = {"name": "ratio", "target": 100}


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"least": 0, "most": 100}, None),
        ({"least": Decimal("0.5")}, None),
        ({"least": 5, "most": 4}, "the minimum, 5, must not be above the maximum, 4"),
        ({"least": "0"}, "must be a number"),
        ({"most": 1, "method": {"name": "binary"}}, "can have a minimum and a maximum"),
        ({"most": 1, "source": "measure", "measure": "task_on_time_rate"}, "can have a minimum and a maximum"),
    ],
)
def test_the_values_of_an_indicator_can_be_bounded(fields, fault):
    made = document(indicator(**{"method": RATIO, **fields}))
    found = faults(made)
    assert (fault is None and not found) or fault in found[0]


def test_bounds_go_to_toml_and_back_and_what_lies_outside_is_asked():
    made = document(indicator(method=RATIO, least=0, most=Decimal("100.5")))
    again = read_toml(write_toml(made).encode()).document
    assert again == made
    assert load(dump(made)) == made
    [bounded] = check(Source(again)).whole().indicators
    assert (bounded.least, bounded.most) == (0, Decimal("100.5"))
    assert read_entry(bounded, "9500") == Decimal(9500)
    assert doubt_about(bounded, "100.5", last="100.5") is None
    assert doubt_about(bounded, "150") == Doubt(Decimal(150), most=Decimal("100.5"))


@pytest.mark.parametrize(
    ("method", "refused"),
    [
        (RATIO, True),
        ({"name": "step", "reference": 0, "unit": 1, "per": 2}, True),
        ({"name": "external", "full": 100}, True),
        ({"name": "linear", "floor": 0, "target": 100}, False),
        ({"name": "minmax"}, False),
    ],
)
def test_a_number_below_zero_is_refused_by_methods_that_take_none(method, refused):
    [one] = check(Source(document(indicator(method=method, least=5)))).whole().indicators
    assert read_value(one, "-1") == -1
    assert doubt_about(one, "-1") == Doubt(Decimal(-1), least=Decimal(5))
    if refused:
        with pytest.raises(EntryFault) as fault:
            read_entry(one, "-1")
        assert fault.value.code == "too_low"
    else:
        assert read_entry(one, "-1") == -1


@pytest.mark.parametrize(
    ("text", "last", "asked"),
    [
        ("199", "", None),
        ("200", "", Doubt(Decimal(200), times=Decimal(2))),
        ("-1", "", Doubt(Decimal(-1))),
        ("51", "100", None),
        ("50", "100", Doubt(Decimal(50), last=Decimal(100))),
        ("0", "0", None),
        ("90", "40", Doubt(Decimal(90), last=Decimal(40))),
    ],
)
def test_a_figure_far_from_its_rule_or_from_the_last_one_is_asked(text, last, asked):
    [one] = check(Source(document(indicator(method=RATIO)))).whole().indicators
    assert doubt_about(one, text, last=last) == asked


def test_the_plainest_plan():
    verdict = check(Source(document()))
    assert (verdict.faults, verdict.warnings) == ((), ())
    plan = verdict.plan
    assert (plan.code, plan.title, plan.title_zh, plan.basis, plan.base_points) == ("p", "Plan", "Plan", "", 100)
    assert (plan.bonus_cap, plan.deduction_cap, plan.bonus_above_base) == (None, None, False)
    assert (plan.min_class, plan.quota_rounding, plan.tie_break) == (0, "floor", ())
    assert (plan.publicity_days, plan.grade_min_age_days, plan.year) == (5, 0, None)
    assert (plan.classes, plan.grades, plan.vetoes) == ((), (), ())
    (one,) = plan.indicators
    assert (one.kind, one.dimension, one.source, one.measure) == ("base", "d", "data", "")
    assert (one.when_missing, one.when_not_applicable) == ("pending", "redistribute")
    assert (one.rounds, one.unless, one.rule.fallback) == (None, None, None)
    assert (one.applies_to.classes, one.applies_to.teams, one.applies_to.min_age_days) == (None, None, None)
    assert plan.indicator("I1") is one
    with pytest.raises(KeyError):
        plan.indicator("I2")


def test_everything_that_may_be_said():
    made = document(
        indicator(
            "I1", 60, {"name": "rank", "step": 1, "fallback": {"name": "ratio", "target": 5}},
            title_zh="一", department="D", evidence="E", rounds=["month"], when_missing="average",
            when_not_applicable="zero", applies_to={"classes": ["A"], "teams": ["x"], "min_age_days": 60},
            unless={"indicator": "I2", "value": 0},
        ),
        indicator("I2", 40, source="measure", measure="late"),
        indicator("P", 3, {"name": "events", "levels": {"a": 1}, "cap": 2}, kind="bonus", source="events"),
        plan={
            "title_zh": "方案", "basis": "No. 1", "decimals": 1, "bonus_cap": 0, "deduction_cap": 3,
            "bonus_above_base": True, "min_class": 4, "quota_rounding": "ceil", "tie_break": ["I1", "d", "deduction"],
            "publicity_days": 5, "grade_min_age_days": 60,
        },
        dimensions=[{"code": "d", "title": "D", "title_zh": "维", "points": 100}],
        year={"min_rounds": 3, "parts": [{"kind": "month", "title": "Months", "weight": 40}]},
        classes=[{"code": "A", "title": "Class A"}, {"code": "B"}],
        grades=[{"code": "g", "min": 90, "quota": Decimal("0.3")}, {"code": "h", "min": 0}],
        vetoes=[{"code": "v", "effect": "void", "basis": "No. 2"}],
    )  # fmt: skip
    verdict = check(Source(made), known_measures={"late"})
    assert not verdict.faults
    plan = verdict.plan
    assert (plan.title_zh, plan.basis, plan.decimals, plan.bonus_cap, plan.deduction_cap) == ("方案", "No. 1", 1, 0, 3)
    assert (plan.bonus_above_base, plan.min_class, plan.quota_rounding) == (True, 4, "ceil")
    assert (plan.tie_break, plan.publicity_days, plan.grade_min_age_days) == (("I1", "d", "deduction"), 5, 60)
    assert plan.year.min_rounds == 3
    assert [(part.code, part.title, part.weight) for part in plan.year.parts] == [("month", "Months", 40)]
    assert [(row.code, row.title, row.title_zh) for row in plan.classes] == [
        ("A", "Class A", "Class A"), ("B", "B", "B"),
    ]  # fmt: skip
    assert [(grade.code, grade.min, grade.quota) for grade in plan.grades] == [
        ("g", 90, Decimal("0.3")),
        ("h", 0, None),
    ]
    assert [(veto.code, veto.effect, veto.basis) for veto in plan.vetoes] == [("v", "void", "No. 2")]
    one, two, three = plan.indicators
    assert (one.title_zh, one.department, one.evidence, one.rounds) == ("一", "D", "E", ("month",))
    assert (one.when_missing, one.when_not_applicable) == ("average", "zero")
    assert (one.applies_to.classes, one.applies_to.teams, one.applies_to.min_age_days) == (("A",), ("x",), 60)
    assert (one.unless.indicator, one.unless.value) == ("I2", 0)
    assert (one.rule.parameters.name, one.rule.fallback.parameters.target) == ("rank", 5)
    assert two.measure == "late"
    assert (three.kind, three.dimension, three.rule.parameters.cap) == ("bonus", "", 2)
    assert plan.round_kinds() == ("month",)


def test_round_kinds_without_a_year_are_those_the_indicators_name():
    made = document(indicator("I1", 60, rounds=["x", "y"]), indicator("I2", 40, rounds=["y", "z"]))
    assert check(Source(made)).plan.round_kinds() == ("x", "y", "z")


SUM = "plan.base_points: the base points add up to 90, not 100"

FAULTS = [
    # the plan's own fields
    ({"plan": {}}, ["plan: code is missing", "plan: base_points is missing"]),
    (document() | {"plan": 5}, ["plan: must be a table", "plan: code is missing", "plan: base_points is missing"]),
    (document(plan={"code": " "}), ["plan.code: must not be blank", "plan.code: ' ' is a reserved word"]),
    (document(plan={"code": 5}), ["plan.code: must be text"]),
    (document(plan={"title": 5}), ["plan.title: must be text"]),
    (document(plan={"base_points": 0}), ["plan.base_points: must be above 0, not 0"]),
    (document(plan={"base_points": "100"}), ["plan.base_points: must be a number, not '100'"]),
    (document(plan={"base_points": True}), ["plan.base_points: must be a number, not true"]),
    (document(plan={"base_points": NAN}), ["plan.base_points: must be a number, not NaN"]),
    (document(plan={"base_points": INFINITE}), ["plan.base_points: must be a number, not Infinity"]),
    (document(plan={"base_points": 10**15}), ["plan.base_points: must be a number, not 1000000000000000"]),
    (document(plan={"decimals": 7}), ["plan.decimals: must be 6 or less, not 7"]),
    (document(plan={"decimals": -1}), ["plan.decimals: must be 0 or more, not -1"]),
    (document(plan={"decimals": Decimal("2.0")}), ["plan.decimals: must be a whole number, not 2.0"]),
    (document(plan={"decimals": False}), ["plan.decimals: must be a whole number, not false"]),
    (document(plan={"bonus_cap": -1}), ["plan.bonus_cap: must be 0 or more, not -1"]),
    (document(plan={"deduction_cap": -1}), ["plan.deduction_cap: must be 0 or more, not -1"]),
    (document(plan={"bonus_above_base": 1}), ["plan.bonus_above_base: must be true or false"]),
    (document(plan={"min_class": -1}), ["plan.min_class: must be 0 or more, not -1"]),
    (document(plan={"publicity_days": -1}), ["plan.publicity_days: must be 0 or more, not -1"]),
    (document(plan={"grade_min_age_days": -1}), ["plan.grade_min_age_days: must be 0 or more, not -1"]),
    (
        document(plan={"quota_rounding": "up"}),
        ["plan.quota_rounding: must be one of floor, half_up, ceil, not 'up'"],
    ),
    (document(plan={"tie_break": "I1"}), ["plan.tie_break: must be a list"]),
    (document(plan={"tie_break": [5]}), ["plan.tie_break: must be text"]),
    (document(plan={"bonus_gap": 1}), ["plan.bonus_gap: unknown field bonus_gap; perhaps: bonus_cap"]),
    (document() | {"grade": []}, ["grade: unknown field grade; perhaps: grades"]),
    (document() | {"grades": {"code": "g"}}, ["grades: must be a list of tables"]),
    (document() | {"grades": ["g"]}, ["grades: must be a list of tables"]),
    # sums
    (changed(points=90), [SUM]),
    (changed(points=Decimal("99.999999")), ["plan.base_points: the base points add up to 99.999999, not 100"]),
    (
        document(indicator(points_by_class={"A": 100, "B": 90}), indicator("I2", points_by_class={"C": 100})),
        ["plan.base_points: the base points of class B add up to 90, not 100"],
    ),
    (
        document(indicator(), dimensions=[{"code": "d", "normalise": True, "points": 90}]),
        [SUM],
    ),
    (
        document(indicator(), dimensions=[{"code": "d", "points": 90}]),
        ["dimensions d: the points of the indicators add up to 100, but the dimension has 90"],
    ),
    (
        document(indicator(), dimensions=[{"code": "d", "normalise": True}]),
        ["dimensions d: points is missing"],
    ),
    (document(indicator(kind="bonus")), ["indicators: the plan has no base indicator"]),
    # codes
    (document(indicator(points=50), indicator(points=50)), ["indicators I1, code: 'I1' is used twice"]),
    (
        document(indicator(), vetoes=[{"code": "I1", "effect": "void"}]),
        ["vetoes I1, code: 'I1' is used twice"],
    ),
    (document(indicator("d")), ["indicators d, code: 'd' is used twice"]),
    (
        document(classes=[{"code": "A"}, {"code": "A"}]),
        ["classes A, code: 'A' is used twice"],
    ),
    (
        document(grades=[{"code": "g", "min": 5}, {"code": "g", "min": 0}]),
        ["grades g, code: 'g' is used twice"],
    ),
    (
        document(year={"parts": [{"kind": "m", "weight": 1}, {"kind": "m", "weight": 1}]}),
        ["year.parts[2].kind: 'm' is used twice"],
    ),
    (document(indicator("@x")), ["indicators @x, code: '@x' is a reserved word"]),
    (document(indicator(" x")), ["indicators  x, code: ' x' is a reserved word"]),
    (document(indicator("deduction")), ["indicators deduction, code: 'deduction' is a reserved word"]),
    # the rows of the other lists
    (document(year={"parts": [{"kind": "m", "weight": 0}]}), ["year.parts[1].weight: must be above 0, not 0"]),
    (document(year={"parts": [{"weight": 1}]}), ["year.parts[1]: kind is missing"]),
    (document(year={"min_rounds": -1}), ["year.min_rounds: must be 0 or more, not -1"]),
    (document(year={"part": []}), ["year.part: unknown field part; perhaps: parts"]),
    (document(year={"parts": [{"kind": "m", "weight": 1, "x": 1}]}), None),
    (document(classes=[{"title": "A"}]), ["classes[1]: code is missing"]),
    (document(classes=[{"code": "A", "x": 1}]), None),
    (document(grades=[{"code": "g"}]), ["grades g: min is missing"]),
    (document(grades=[{"code": "g", "min": -1}]), ["grades g, min: must be 0 or more, not -1"]),
    (document(grades=[{"code": "g", "min": 0, "x": 1}]), None),
    (
        document(grades=[{"code": "g", "min": 0, "quota": 30}]),
        ["grades g, quota: must be 1 or less, not 30"],
    ),
    (
        document(grades=[{"code": "g", "min": 0, "quota": Decimal("-0.1")}]),
        ["grades g, quota: must be 0 or more, not -0.1"],
    ),
    (
        document(grades=[{"code": "g", "min": 60}, {"code": "h", "min": 60}, {"code": "i", "min": 70}]),
        [
            "grades h, min: grades go from best to last: 60 is not below 60",
            "grades i, min: grades go from best to last: 70 is not below 60",
        ],
    ),
    (
        document(vetoes=[{"code": "v", "effect": "ban"}]),
        ["vetoes v, effect: must be one of void, no_top_grade, not 'ban'"],
    ),
    (document(vetoes=[{"code": "v"}]), ["vetoes v: effect is missing"]),
    (document(vetoes=[{"code": "v", "effect": "void", "x": 1}]), None),
    (document(dimensions=[{"code": "d", "x": 1}]), None),
    (document(dimensions=[{"code": "d", "normalise": "yes"}]), ["dimensions d, normalise: must be true or false"]),
    # indicators
    (changed(code=None), ["indicators[1]: code is missing"]),
    (changed(dimension=None), ["indicators I1: dimension is missing"]),
    (changed(dimension="e"), ["indicators I1, dimension: unknown dimension 'e'; perhaps: d"]),
    (
        document(indicator(), indicator("P", 5, kind="bonus") | {"dimension": "e"}),
        ["indicators P, dimension: unknown dimension 'e'; perhaps: d"],
    ),
    (
        document(indicator(), indicator("P", 5, kind="extra")),
        ["indicators P, kind: must be one of base, bonus, deduction, not 'extra'"],
    ),
    (changed(points=None), ["indicators I1: points is missing"]),
    (changed(points=0), ["indicators I1, points: must be above 0, not 0"]),
    (changed(points=-5), ["indicators I1, points: must be above 0, not -5"]),
    (
        changed(points_by_class={"A": 100}),
        ["indicators I1, points_by_class: points and points_by_class exclude each other"],
    ),
    (
        document(indicator(points_by_class={"A": 0})),
        ["indicators I1, points_by_class.A: must be above 0, not 0"],
    ),
    (document(indicator(points_by_class={})), ["indicators I1, points_by_class: must not be empty"]),
    (
        document(indicator(points_by_class=[1])),
        ["indicators I1, points_by_class: must be a table in which every name stands once and none is blank"],
    ),
    (changed(source=None), ["indicators I1: source is missing"]),
    (
        changed(source="datum"),
        ["indicators I1, source: must be one of measure, data, panel, events, not 'datum'"],
    ),
    (changed(source="measure"), ["indicators I1: measure is missing"]),
    (
        changed(measure="late"),
        ["indicators I1, measure: only an indicator with source measure names a measure"],
    ),
    (changed(method=None), ["indicators I1: method is missing"]),
    (changed(method="ratio"), ["indicators I1, method: must be a table", "indicators I1, method: name is missing"]),
    (changed(when_missing="skip"), None),
    (changed(when_not_applicable="skip"), None),
    (changed(point=5), ["indicators I1, point: unknown field point; perhaps: points"]),
    (changed(rounds="month"), ["indicators I1, rounds: must be a list"]),
    (
        document(indicator(rounds=["moth"]), year={"parts": [{"kind": "month", "weight": 1}]}),
        ["indicators I1, rounds: unknown round kind 'moth'; perhaps: month"],
    ),
    (changed(applies_to=5), ["indicators I1, applies_to: must be a table"]),
    (changed(applies_to={"min_age": 5}), None),
    (
        changed(applies_to={"min_age_days": -1}),
        ["indicators I1, applies_to.min_age_days: must be 0 or more, not -1"],
    ),
    (
        changed(applies_to={"classes": "A"}),
        ["indicators I1, applies_to.classes: must be a list"],
    ),
    (
        document(indicator(applies_to={"classes": ["A", "C"]}), classes=[{"code": "A"}]),
        ["indicators I1, applies_to.classes: unknown class 'C'; perhaps: A"],
    ),
    (
        document(indicator(points_by_class={"A": 100, "C": 100}), classes=[{"code": "A"}]),
        ["indicators I1, points_by_class: unknown class 'C'; perhaps: A"],
    ),
    (
        document(
            indicator(),
            classes=[{"code": "A"}],
            dimensions=[{"code": "d", "points_by_class": {"A": 100, "C": 100}}],
        ),
        ["dimensions d, points_by_class: unknown class 'C'; perhaps: A"],
    ),
    (
        changed(unless=5),
        [
            "indicators I1, unless: must be a table",
            "indicators I1, unless: indicator is missing",
            "indicators I1, unless: value is missing",
        ],
    ),
    (
        changed(unless={"indicator": "I2", "value": 0}),
        ["indicators I1, unless.indicator: unknown indicator 'I2'; perhaps: I1"],
    ),
    (
        changed(unless={"indicator": "I1", "value": 0}),
        ["indicators I1, unless.indicator: an indicator cannot depend on itself"],
    ),
    (changed(unless={"value": 0}), ["indicators I1, unless: indicator is missing"]),
    (
        document(indicator("I1", 60), indicator("I2", 40, unless={"indicator": "I1"})),
        ["indicators I2, unless: value is missing"],
    ),
    (
        document(indicator("I1", 60), indicator("I2", 40, unless={"indicator": "I1", "value": [1]})),
        ["indicators I2, unless.value: must be a number, not [1]"],
    ),
    (
        document(indicator("I1", 60), indicator("I2", 40, unless={"indicator": "I1", "value": 0, "x": 1})),
        None,
    ),
    (
        document(
            indicator("I1", 60, {"name": "panel", "scale": 10}, source="panel"),
            indicator("I2", 40, unless={"indicator": "I1", "value": 0}),
        ),
        ["indicators I2, unless.indicator: 'I1' has no single value"],
    ),
    # tie_break
    (
        document(indicator(), indicator("P", 5, kind="bonus"), plan={"tie_break": ["I1", "P", "dedcution"]}),
        [
            (
                "plan.tie_break[2]: unknown 'P': a tie is broken by a base indicator, a dimension or deduction;"
                " perhaps: deduction, I1, d"
            ),
            (
                "plan.tie_break[3]: unknown 'dedcution': a tie is broken by a base indicator, a dimension or deduction;"
                " perhaps: deduction"
            ),
        ],
    ),
    # methods
    (with_method({"name": "ratoi"}), ["indicators I1, method.name: unknown method 'ratoi'; perhaps: ratio"]),
    (with_method({"name": ""}), ["indicators I1, method.name: must not be blank"]),
    (with_method({"target": 5}), ["indicators I1, method: name is missing"]),
    (
        with_method({"name": "ratio", "target": 5}, source="panel"),
        ["indicators I1, method.name: method ratio does not fit source panel"],
    ),
    (
        with_method({"name": "panel", "scale": 5}, source="events"),
        ["indicators I1, method.name: method panel does not fit source events"],
    ),
    (
        with_method({"name": "vote", "groups": {"a": 1}}),
        ["indicators I1, method.name: method vote does not fit source data"],
    ),
    (
        with_method({"name": "events", "levels": {"a": 1}}, source="measure", measure="m"),
        ["indicators I1, method.name: method events does not fit source measure"],
    ),
    (with_method({"name": "ratio"}), ["indicators I1, method: target is missing"]),
    (
        with_method({"name": "ratio", "target": 0}),
        ["indicators I1, method.target: must be above 0, not 0"],
    ),
    (
        with_method({"name": "ratio", "target": "teams"}),
        ['indicators I1, method.target: must be a number or "team"'],
    ),
    (
        with_method({"name": "ratio", "target": 5, "over": Decimal("0.9")}),
        ["indicators I1, method.over: must be 1 or more, not 0.9"],
    ),
    (
        with_method({"name": "ratio", "target": 5, "direction": "down"}),
        ["indicators I1, method.direction: must be one of higher, lower, not 'down'"],
    ),
    (
        with_method({"name": "ratio", "target": 5, "floor": 1}),
        ["indicators I1, method.floor: unknown field floor; perhaps: name, direction, target, over"],
    ),
    (
        with_method({"name": "ratio", "target": 5, "fallback": {"name": "ratio", "target": 5}}),
        ["indicators I1, method.fallback: unknown field fallback; perhaps: name, direction, target, over"],
    ),
    (
        with_method({"name": "linear", "floor": 5, "target": 5}),
        ["indicators I1, method.floor: floor and target must differ"],
    ),
    (
        with_method({"name": "linear", "floor": 0, "target": 5, "direction": "lower"}),
        ["indicators I1, method.floor: floor and target contradict direction lower"],
    ),
    (
        with_method({"name": "linear", "floor": 5, "target": 0, "direction": "higher"}),
        ["indicators I1, method.floor: floor and target contradict direction higher"],
    ),
    (
        with_method({"name": "step", "reference": 0, "unit": 0, "per": 0, "whole": 1}),
        [
            "indicators I1, method.unit: must be above 0, not 0",
            "indicators I1, method.per: must be above 0, not 0",
            "indicators I1, method.whole: must be true or false",
        ],
    ),
    (with_method({"name": "rank", "step": 0}), ["indicators I1, method.step: must be above 0, not 0"]),
    (with_method({"name": "rank_table", "table": []}), ["indicators I1, method.table: must not be empty"]),
    (with_method({"name": "rank_table", "table": 5}), ["indicators I1, method.table: must be a list"]),
    (
        with_method({"name": "rank_table", "table": [5, "3", -1]}),
        [
            "indicators I1, method.table[2]: must be a number, not '3'",
            "indicators I1, method.table[3]: must be 0 or more, not -1",
        ],
    ),
    (with_method({"name": "minmax", "low": 2}), ["indicators I1, method.low: must be 1 or less, not 2"]),
    (with_method({"name": "minmax", "low": -1}), ["indicators I1, method.low: must be 0 or more, not -1"]),
    (with_method({"name": "external", "full": 0}), ["indicators I1, method.full: must be above 0, not 0"]),
    (with_method({"name": "external", "full": 5, "direction": "lower"}), None),
    (with_method({"name": "tier", "tiers": {}}), ["indicators I1, method.tiers: must not be empty"]),
    (
        with_method({"name": "tier", "tiers": {"good": "x", "bad": -1}}),
        [
            "indicators I1, method.tiers.good: must be a number, not 'x'",
            "indicators I1, method.tiers.bad: must be 0 or more, not -1",
        ],
    ),
    (
        with_method({"name": "panel", "scale": 0, "trim_from": 2}, source="panel"),
        [
            "indicators I1, method.scale: must be above 0, not 0",
            "indicators I1, method.trim_from: must be 3 or more, not 2",
        ],
    ),
    (
        with_method({"name": "vote", "groups": {"a": 0}}, source="panel"),
        ["indicators I1, method.groups.a: must be above 0, not 0"],
    ),
    (
        with_method({"name": "events", "levels": {"a": -1}, "cap": -1}, source="events"),
        [
            "indicators I1, method.levels.a: must be 0 or more, not -1",
            "indicators I1, method.cap: must be 0 or more, not -1",
        ],
    ),
]


@pytest.mark.parametrize(("made", "expected"), FAULTS)
def test_a_fault_is_named_with_its_place(made, expected):
    found = faults(made)
    if expected is None:
        assert len(found) == 1
        assert "unknown field" in found[0] or "must be one of" in found[0] or "must be a table" in found[0]
    elif "plan" in made and made["plan"] == {}:
        assert found[:2] == expected
    else:
        assert found == expected
    assert check(Source(made)).plan is None


def bands(*rows, direction=None):
    method = {"name": "band", "bands": [dict(row) for row in rows]}
    return faults(with_method(method | ({"direction": direction} if direction else {})))


def test_bands_are_ordered_and_end_with_a_catch_all():
    place = "indicators I1, method.bands"
    last = {"points": 0}
    assert bands({"from": 9, "points": 5}, {"from": 8, "points": 3}, last) == []
    assert bands({"to": 8, "points": 5}, {"to": 9, "points": 3}, last, direction="lower") == []
    assert bands(last) == []
    assert bands() == [f"{place}: must not be empty"]
    assert bands({"from": 8, "points": 5}, {"from": 9, "points": 3}, last) == [
        f"{place}[2].from: bands must go from best to last: 9 after 8"
    ]
    assert bands({"from": 8, "points": 5}, {"from": 8, "points": 3}, last) == [
        f"{place}[2].from: bands must go from best to last: 8 after 8"
    ]
    assert bands({"to": 9, "points": 5}, {"to": 8, "points": 3}, last, direction="lower") == [
        f"{place}[2].to: bands must go from best to last: 8 after 9"
    ]
    assert bands({"to": 8, "points": 5}, {"to": 8, "points": 3}, last, direction="lower") == [
        f"{place}[2].to: bands must go from best to last: 8 after 8"
    ]
    assert bands({"from": 8, "points": 5}) == [f"{place}[1].from: the last band must be a catch-all, without from"]
    assert bands({"points": 5}, last) == [f"{place}[1]: every band but the last needs from"]
    assert bands({"to": 5, "points": 5}, last) == [f"{place}[1].to: a band of this direction has from, not to"]
    assert bands({"from": 5, "points": 5}, last, direction="lower") == [
        f"{place}[1].from: a band of this direction has to, not from"
    ]
    assert bands({"from": 5}, {"points": -1, "x": 1}) == [
        f"{place}[1]: points is missing",
        f"{place}[2].points: must be 0 or more, not -1",
        f"{place}[2].x: unknown field x; perhaps: points",
    ]
    assert bands({"from": "a", "points": 1}, {"from": 5, "points": 1}, last) == [
        f"{place}[1].from: must be a number, not 'a'"
    ]
    assert faults(with_method({"name": "band", "bands": 5})) == [f"{place}: must be a list"]
    assert faults(with_method({"name": "band", "bands": [5]})) == [f"{place}: must be a list of tables"]
    assert faults(with_method({"name": "band"})) == ["indicators I1, method: bands is missing"]


def fallback(fallback, name="rank", **fields):
    extra = {"step": 1} if name == "rank" else {}
    return faults(with_method({"name": name, **extra, **fields, "fallback": fallback}))


def test_a_fallback_compares_nobody_and_is_read_like_any_method():
    place = "indicators I1, method.fallback"
    assert fallback({"name": "ratio", "target": 5}) == []
    assert fallback({"name": "binary"}) == []
    assert fallback({"name": "best"}) == [f"{place}.name: method best cannot be a fallback"]
    assert fallback({"name": "tier", "tiers": {"a": 1}}) == [f"{place}.name: method tier cannot be a fallback"]
    assert fallback({"name": "panel", "scale": 1}) == [f"{place}.name: method panel cannot be a fallback"]
    assert fallback({"name": "xx"}) == [
        f"{place}.name: unknown method 'xx'; perhaps: band, binary, ratio, linear, step, external"
    ]
    assert fallback({}) == [f"{place}: name is missing"]
    assert fallback({"name": "ratio", "target": 0}) == [f"{place}.target: must be above 0, not 0"]
    assert fallback({"name": "ratio", "target": 5, "x": 1}) == [
        f"{place}.x: unknown field x; perhaps: name, direction, target, over"
    ]
    assert fallback({"name": "linear", "floor": 0, "target": 5}, direction="lower") == [
        f"{place}.floor: floor and target contradict direction lower"
    ]
    assert fallback({"name": "external", "full": 5}, direction="lower") == []
    assert fallback(5) == [f"{place}: must be a table", f"{place}: name is missing"]


def test_a_measure_without_a_source_that_exists_makes_adoption_fail():
    made = changed(source="measure", measure="reports_lat")
    assert faults(made) == []
    assert faults(made, known_measures={"reports_late"}) == [
        "indicators I1, measure: there is no measure 'reports_lat'; perhaps: reports_late"
    ]
    assert faults(made, known_measures=set()) == [
        "indicators I1, measure: there is no measure 'reports_lat'; perhaps: -"
    ]
    assert faults(document(), known_measures=set()) == []


def test_classes_of_the_values_are_checked_where_the_plan_declares_none():
    made = document(indicator(points_by_class={"A": 100}))
    assert faults(made) == []
    assert faults(made, classes=["A"]) == []
    assert faults(made, classes=["A", "B"]) == ["plan.base_points: the base points of class B add up to 0, not 100"]
    declared = made | {"classes": [{"code": "A"}]}
    assert faults(declared, classes=["B"]) == []


def test_a_sum_that_is_the_same_for_all_classes_is_one_fault():
    assert faults(document(indicator(points=90)), classes=["A", "B"]) == [SUM]
    assert faults(document(indicator(points=90), classes=[{"code": "A"}, {"code": "B"}])) == [SUM]
    by_class = indicator("I2", points_by_class={"A": 10, "B": 20})
    assert faults(document(indicator(points=80), by_class, classes=[{"code": "A"}, {"code": "B"}])) == [
        "plan.base_points: the base points of class A add up to 90, not 100"
    ]


def test_a_sum_is_exact_however_many_decimals_its_points_have():
    """Three thirds of 30 decimals are not 100, though the usual 28 digits of a sum say so."""
    third = Decimal("33." + "3" * 30)
    made = document(*(indicator(code, third) for code in ("I1", "I2", "I3")))
    assert faults(made) == [f"plan.base_points: the base points add up to 99.{'9' * 30}, not 100"]


def test_a_sum_is_not_checked_while_its_parts_cannot_be_read():
    made = document(indicator("I1", 50), indicator("I2", "x"))
    assert faults(made) == ["indicators I2, points: must be a number, not 'x'"]
    made = document(indicator("I1", 50), indicator("I2", 50), indicator("I3", 5, dimension="x"))
    assert faults(made) == ["indicators I3, dimension: unknown dimension 'x'; perhaps: d"]


def test_a_missing_plan_table_is_one_fault():
    made = document()
    del made["plan"]
    assert faults(made) == ["plan is missing"]
    assert "plan is missing" in faults({})


# warnings


def test_a_dimension_worth_more_than_its_indicators_magnifies_rounding():
    def made(points):
        return document(indicator(points=points), dimensions=[{"code": "d", "normalise": True, "points": 100}])

    assert warnings(made(99)) == [
        "dimensions d: the dimension is worth 100, more than the 99 of its indicators, which magnifies rounding"
    ]
    assert warnings(made(100)) == warnings(made(101)) == []


def test_the_warning_is_given_class_by_class():
    by_class = {"A": 100, "B": 100, "C": 100}
    made = document(
        indicator(points_by_class={"A": 100, "B": 50, "C": 100}),
        dimensions=[{"code": "d", "normalise": True, "points_by_class": by_class}],
    )
    assert len(warnings(made)) == 1


def test_a_class_without_the_dimension_hides_no_warning():
    worth = {"code": "d", "normalise": True, "points_by_class": {"B": 100}}
    other = {"code": "e", "points_by_class": {"A": 100}}
    made = document(
        indicator(points_by_class={"A": 50, "B": 50}), indicator("I2", dimension="e"), dimensions=[worth, other]
    )
    made["classes"] = [{"code": "A"}, {"code": "B"}]
    assert len(warnings(made)) == 1


def test_a_dimension_without_indicators_is_doubtful():
    made = document(indicator(), indicator("P", 5, kind="bonus") | {"dimension": "e"})
    made["dimensions"].append({"code": "e"})
    assert warnings(made) == ["dimensions e: no indicator belongs to the dimension"]


def test_points_that_cannot_be_had_or_that_rise_are_doubtful():
    place = "indicators I1, method: "
    tiers = {"name": "tier", "tiers": {"a": 50, "b": 101, "c": 100}}
    assert warnings(with_method(tiers)) == [f"{place}101 is above the indicator's 100 points and is capped"]
    table = {"name": "rank_table", "table": [50, 100, 100]}
    assert warnings(with_method(table)) == [f"{place}100 after 50: a worse result gives more points"]
    bands = {"name": "band", "bands": [{"from": 5, "points": 1}, {"points": 2}]}
    assert warnings(with_method(bands)) == [f"{place}2 after 1: a worse result gives more points"]
    made = document(indicator(points_by_class={"A": 100, "B": 100}, method={"name": "rank_table", "table": [101]}))
    assert len(warnings(made)) == 1


# places


def test_faults_come_in_the_order_of_the_file_with_line_and_column():
    toml = b"""\
[plan]
code = "p"
base_points = 100
decimals = 9

[[indicators]]
code = "I1"
dimension = "d"
points = 100
source = "data"
method = { name = "ratio", target = 0 }

[[dimensions]]
title = "D"
"""
    verdict = check(read_toml(toml))
    assert [fault.in_file("p.toml") for fault in verdict.faults] == [
        "p.toml, line 4, column 1: plan.decimals: must be 6 or less, not 9",
        "p.toml, line 8, column 1: indicators I1, dimension: unknown dimension 'd'; perhaps: -",
        "p.toml, line 11, column 28: indicators I1, method.target: must be above 0, not 0",
        "p.toml, line 13, column 1: dimensions[1]: code is missing",
    ]


def test_warnings_have_places_too():
    toml = b"""\
[plan]
code = "p"
base_points = 5
[[dimensions]]
code = "d"
normalise = true
points = 5
[[indicators]]
code = "I1"
dimension = "d"
points = 4
source = "data"
method = { name = "tier", tiers = { a = 5 } }
"""
    assert [(warning.line, warning.column) for warning in check(read_toml(toml)).warnings] == [(4, 1), (13, 1)]


def test_a_fault_without_a_file_says_where_in_the_document():
    assert Fault("blank", path=("plan", "code")).in_file("plan 3") == "plan 3: plan.code: must not be blank"
    assert Fault("empty_file").in_file("x.csv") == "x.csv: the file is empty"
    unreadable = Fault("unreadable", {"reason": "Is a directory"})
    assert unreadable.in_file("x") == "x: the file cannot be read: Is a directory"
    cell = Fault("blank_cell", field="team", line=3, column=1)
    assert cell.in_file("x.csv") == "x.csv, line 3, column 1 (team): the cell is blank"
    assert (str(cell), cell.message, cell.template) == (
        "team: the cell is blank",
        "the cell is blank",
        "the cell is blank",
    )


@pytest.mark.parametrize(
    ("path", "subject", "place"),
    [
        ((), "", ""),
        (("plan",), "", "plan"),
        (("year", "parts", 1, "weight"), "", "year.parts[2].weight"),
        (("indicators", 0), "", "indicators[1]"),
        (("indicators", 0), "A", "indicators A"),
        (("indicators", 0, "method", "bands", 2, "from"), "A", "indicators A, method.bands[3].from"),
    ],
)
def test_places_are_written_for_people(path, subject, place):
    assert Fault("blank", path=path, subject=subject).place == place


def test_the_nearest_words():
    assert nearest("taget", ["target", "over"]) == "target"
    assert nearest("zzz", ["a", "b", "c", "d", "e", "f"]) == "a, b, c, d, e, f"
    assert nearest("zzz", [f"measure_{number}" for number in range(13)]) == "-"
    assert nearest("closed_out", [*"abcdefgh", "close_out_on_time_rate", "reports_late"]) == "close_out_on_time_rate"
    assert nearest("zzz", []) == "-"
    assert nearest("aaa", ["aab", "aac", "aad"]) == "aad, aac"


def test_every_message_is_a_template_without_a_full_stop():
    assert all(message and not message.endswith(".") for message in MESSAGES.values())
