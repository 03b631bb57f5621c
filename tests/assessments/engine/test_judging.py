"""From values to totals: applicability, substitution, dimensions, caps (docs/rules.md#applicability)."""

from decimal import Decimal
from fractions import Fraction

import pytest

from assessments.engine import Facts, Team, explain, rate, total
from tests.assessments.engine.made import by_team, column, document, facts_of, indicator, judged, only, plan_of, world

HALF = {"name": "ratio", "target": 100}


def two(**fields):
    """A plan of two indicators, 60 and 40 points; `fields` are those of the first."""
    return document(indicator("I1", 60, **fields), indicator("I2", 40))


def first(made, made_world, kind=None):
    """The one team's points of the first indicator, and its base."""
    line = only(made, made_world, kind)
    return line["indicators"].get("I1"), line["base"]


# what is missing


def test_a_missing_value_is_pending_unless_the_plan_says_otherwise():
    line = only(two(), world({"I2": {"a": 50}}))
    assert line["pending"] == ["I1"]
    assert line["indicators"] == {"I2": "20.00"}
    assert (line["base"], line["total"]) == ("50.00", "50.00")


@pytest.mark.parametrize(
    ("policy", "expected"),
    [("redistribute", (None, "50.00")), ("full", ("60.00", "80.00")), ("zero", ("0.00", "20.00"))],
)
@pytest.mark.parametrize("value", [None, "absent"])
def test_what_a_missing_value_brings(policy, expected, value):
    values = {"I1": {"a": value}, "I2": {"a": 50}}
    if value == "absent":
        del values["I1"]
    made_world = world(values)
    assert first(two(when_missing=policy), made_world) == expected
    assert "pending" not in only(two(when_missing=policy), made_world)


def test_pending_comes_in_plan_order():
    made = document(indicator("B", 60), indicator("A", 30), indicator("C", 10))
    assert only(made, world({"C": {"a": 1}}))["pending"] == ["B", "A"]


def test_full_is_without_over():
    made = two(when_missing="full", method={**HALF, "over": 2})
    assert first(made, world({"I2": {"a": 50}})) == ("60.00", "80.00")


def test_the_average_is_that_of_the_rounded_points_of_the_class():
    made = document(indicator("I1", 10, when_missing="average"), indicator("I2", 90), plan={"decimals": 1})
    values = {"I1": {"a": 12.5, "b": 12.5, "c": 14}, "I2": dict.fromkeys("abcde", 100)}
    lines = by_team(made, world(values, classes={"e": "other"}))
    assert [lines[team]["indicators"].get("I1") for team in "abcde"] == ["1.3", "1.3", "1.4", "1.3", None]


def test_the_average_leaves_out_those_who_were_given_their_points():
    """0 comes from the method and counts; the full points of whom the indicator does not concern do not."""
    made = two(when_missing="average", when_not_applicable="full", applies_to={"min_age_days": 90})
    values = {"I1": {"a": 0, "b": 50, "young": 100}, "I2": dict.fromkeys(("a", "b", "c", "young"), 100)}
    lines = by_team(made, world(values, ages={"young": 89}))
    assert lines["young"]["indicators"]["I1"] == "60.00"
    assert lines["c"]["indicators"]["I1"] == "15.00"


def test_the_average_counts_void_teams():
    made = two(when_missing="average") | {"vetoes": [{"code": "v", "effect": "void"}]}
    values = {"I1": {"a": 100, "b": 50}, "I2": dict.fromkeys("abc", 100)}
    assert by_team(made, world(values, vetoes={"v": {"b": None}}))["c"]["indicators"]["I1"] == "45.00"


def test_the_average_counts_those_whom_the_fallback_scored():
    method = {"name": "rank", "step": Decimal("0.5"), "fallback": HALF}
    made = two(when_missing="average", method=method) | {}
    made["plan"]["min_class"] = 3
    values = {"I1": {"a": 100, "b": 50}, "I2": dict.fromkeys("abc", 100)}
    assert by_team(made, world(values))["c"]["indicators"]["I1"] == "45.00"


def test_an_average_may_be_above_the_full_points_by_over():
    made = two(when_missing="average", method={**HALF, "over": 2})
    values = {"I1": {"a": 150}, "I2": {"a": 100, "b": 100}}
    assert by_team(made, world(values))["b"]["indicators"]["I1"] == "90.00"


def test_an_average_over_nobody_is_redistributed():
    assert first(two(when_missing="average"), world({"I2": {"a": 50}})) == (None, "50.00")


def test_a_true_zero_is_a_value():
    assert first(two(), world({"I1": {"a": 0}, "I2": {"a": 50}})) == ("0.00", "20.00")


def test_a_value_of_a_team_that_the_indicator_does_not_concern_is_not_missing():
    made = two(applies_to={"classes": ["A"]}, when_not_applicable="zero", when_missing="full")
    assert first(made, world({"I2": {"a": 50}}, classes={"a": "B"})) == ("0.00", "20.00")
    assert first(made, world({"I2": {"a": 50}}, classes={"a": "A"})) == ("60.00", "80.00")


# whom an indicator concerns


@pytest.mark.parametrize(("age", "applies"), [(89, False), (90, True), (91, True), (None, True), (0, False)])
def test_the_least_age_is_included_and_an_unknown_age_applies(age, applies):
    made = two(applies_to={"min_age_days": 90})
    points, _ = first(made, world({"I1": {"a": 100}, "I2": {"a": 100}}, ages={"a": age}))
    assert points == ("60.00" if applies else None)


def test_an_indicator_may_concern_some_teams_and_some_classes():
    made = two(applies_to={"classes": ["A"], "teams": ["a", "b", "stranger"]})
    values = {"I1": dict.fromkeys("abc", 100), "I2": dict.fromkeys("abc", 100)}
    lines = by_team(made, world(values, classes={"a": "A", "b": "B", "c": "A"}))
    assert [lines[team]["indicators"].get("I1") for team in "abc"] == ["60.00", None, None]


def test_not_applicable_is_redistributed_unless_the_plan_says_otherwise():
    made_world = world({"I1": {"a": 0}, "I2": {"a": 50}})
    assert first(two(applies_to={"teams": []}), made_world) == (None, "50.00")
    assert first(two(applies_to={"teams": []}, when_not_applicable="full"), made_world) == ("60.00", "80.00")
    pending = only(two(applies_to={"teams": []}, when_not_applicable="pending"), made_world)
    assert (pending["pending"], pending["base"]) == (["I1"], "50.00")


def unless(wanted, found, method=None, **fields):
    """Points of an indicator that does not apply where S has the value `wanted`, once S is `found`."""
    switch = indicator("S", 1, method or HALF, when_missing="full", **fields)
    made = document(indicator("I1", 99, unless={"indicator": "S", "value": wanted}), switch)
    values = {"I1": {"a": 100}} | ({} if found is None else {"S": {"a": found}})
    return only(made, world(values))["indicators"].get("I1")


TIERS = {"name": "tier", "tiers": {"none": 0, "1.0": 1}}
BINARY = {"name": "binary"}


@pytest.mark.parametrize(
    ("wanted", "found", "method", "applies"),
    [
        (0, 0, None, False),
        (0, Decimal("0.00"), None, False),
        (Decimal("0.0"), 0, None, False),
        ("0", 0, None, False),
        (0, 1, None, True),
        (0, None, None, True),
        (Decimal("0.5"), Fraction(1, 2), None, False),
        (Decimal("0.3"), Fraction(1, 3), None, True),
        ("none", "none", TIERS, False),
        (" none ", "none", TIERS, False),
        ("none", "1.0", TIERS, True),
        (1, "1.0", TIERS, False),
        (True, "true", BINARY, False),
        (True, "是", BINARY, False),
        (False, "是", BINARY, True),
        (False, "否", BINARY, False),
        (0, "否", BINARY, False),
        (0, "0.0", BINARY, False),
        (1, "5", BINARY, False),
        (5, "0.1", BINARY, False),
        (Decimal("0.0"), "否", BINARY, False),
        (1, "0", BINARY, True),
        ("是", 1, BINARY, False),
        ("1", "true", BINARY, False),
        (True, Fraction(200, 3), BINARY, False),
        (False, Fraction(200, 3), BINARY, True),
        ("maybe", "是", BINARY, True),
        (True, 1, None, True),
    ],
)
def test_unless_another_indicator_has_a_value(wanted, found, method, applies):
    assert unless(wanted, found, method) == ("99.00" if applies else None)


def test_unless_looks_at_the_value_whether_or_not_that_indicator_applies():
    assert unless(0, 0, applies_to={"teams": []}) is None
    assert unless(0, 0, rounds=[]) is None


def test_unless_is_asked_team_by_team():
    switch = indicator("S", 1, when_missing="full")
    made = document(indicator("I1", 99, unless={"indicator": "S", "value": 0}), switch)
    lines = by_team(made, world({"I1": {"a": 100, "b": 100, "c": 100}, "S": {"b": 0, "c": 5}}))
    assert [lines[team]["indicators"].get("I1") for team in "abc"] == ["99.00", None, "99.00"]


# rounds


def test_an_indicator_of_other_rounds_is_left_out_and_redistributed():
    made = two(rounds=["year_end"], when_not_applicable="zero", when_missing="full")
    made_world = world({"I1": {"a": 0}, "I2": {"a": 50}})
    assert first(made, made_world, "month") == (None, "50.00")
    assert first(made, made_world, "year_end") == ("0.00", "20.00")
    assert first(made, made_world) == ("0.00", "20.00")
    assert first(two(), made_world, "month") == ("0.00", "20.00")


# points by class


def by_class(**fields):
    """Two indicators that swap their points between the classes, and one that only B has."""
    return document(
        indicator("I1", points_by_class={"A": 60, "B": 30}, **fields),
        indicator("I2", points_by_class={"A": 40, "B": 60}),
        indicator("I3", points_by_class={"B": 10}),
    )


def test_points_may_differ_by_class():
    values = {code: {"a": 50, "b": 50} for code in ("I1", "I2", "I3")}
    lines = by_team(by_class(), world(values, classes={"a": "A", "b": "B"}))
    assert lines["a"]["indicators"] == {"I1": "30.00", "I2": "20.00"}
    assert lines["b"]["indicators"] == {"I1": "15.00", "I2": "30.00", "I3": "5.00"}
    assert lines["a"]["base"] == lines["b"]["base"] == "50.00"


def test_a_class_without_the_indicator_never_waits_for_it():
    lines = by_team(by_class(), world({"I1": {"a": 1, "b": 1}, "I2": {"a": 1, "b": 1}}, classes={"a": "A", "b": "B"}))
    assert "pending" not in lines["a"]
    assert lines["b"]["pending"] == ["I3"]


@pytest.mark.parametrize(
    ("method", "value"),
    [
        ({"name": "tier", "tiers": {"good": 50}}, "good"),
        ({"name": "band", "bands": [{"from": 1, "points": 50}, {"points": 0}]}, 1),
        ({"name": "rank_table", "table": [50, 0]}, 1),
    ],
)
def test_absolute_points_are_capped_at_the_class_own(method, value):
    made = by_class(method=method)
    values = {"I1": {"a": value, "b": value}, "I2": {"a": 1, "b": 1}, "I3": {"b": 1}}
    lines = by_team(made, world(values, classes={"a": "A", "b": "B"}))
    assert (lines["a"]["indicators"]["I1"], lines["b"]["indicators"]["I1"]) == ("50.00", "30.00")


def test_a_class_that_a_dimension_does_not_name_has_none_of_its_indicators():
    dimensions = [
        {"code": "d", "title": "D", "normalise": True, "points_by_class": {"A": 100, "B": 40}},
        {"code": "e", "title": "E", "normalise": True, "points_by_class": {"B": 60}},
    ]
    made = document(indicator("I1", 10), indicator("I2", 5, dimension="e"), dimensions=dimensions)
    values = {"I1": {"a": 50, "b": 50}, "I2": {"a": 100, "b": 100}}
    lines = by_team(made, world(values, classes={"a": "A", "b": "B"}))
    assert (lines["a"]["indicators"], lines["a"]["base"]) == ({"I1": "5.00"}, "50.00")
    assert (lines["b"]["indicators"], lines["b"]["base"]) == ({"I1": "5.00", "I2": "5.00"}, "80.00")


# relative methods


def relative(count, min_class, **fields):
    method = {"name": "rank", "step": Decimal("0.1"), **fields}
    made = document(indicator("I1", 10, method), indicator("I2", 90))
    made["plan"]["min_class"] = min_class
    teams = [f"t{number}" for number in range(count)]
    values = {"I1": {team: 50 - number for number, team in enumerate(teams)}, "I2": dict.fromkeys(teams, 100)}
    return [line["indicators"]["I1"] for line in judged(made, world(values))["teams"]]


def test_a_small_class_takes_the_fallback():
    assert relative(2, 3, fallback=HALF) == ["5.00", "4.90"]
    assert relative(3, 3, fallback=HALF) == ["10.00", "9.00", "8.00"]
    assert relative(1, 0, fallback=HALF) == ["10.00"]
    assert relative(2, 3) == ["10.00", "9.00"]


def test_a_fallback_inherits_the_direction_and_nothing_else():
    band = {"name": "band", "bands": [{"to": 49, "points": 7}, {"points": 2}]}
    assert relative(2, 3, direction="lower", fallback=band) == ["7.00", "2.00"]
    linear = {"name": "linear", "floor": 100, "target": 0}
    assert relative(1, 3, direction="lower", fallback=linear) == ["5.00"]
    own = {"name": "ratio", "target": 25, "direction": "lower"}
    assert relative(1, 3, fallback=own) == ["5.00"]


def test_those_compared_are_of_the_class_concerned_and_have_a_value():
    method = {"name": "rank", "step": Decimal("0.1"), "fallback": HALF}
    made = document(
        indicator("I1", 10, method, applies_to={"min_age_days": 60}, when_missing="zero"), indicator("I2", 90)
    )
    made["plan"]["min_class"] = 3
    made["vetoes"] = [{"code": "v", "effect": "void"}]
    values = {
        "I1": {"a": 50, "b": 40, "void": 60, "young": 70, "other": 80},
        "I2": dict.fromkeys(("a", "b", "void", "young", "other", "silent"), 100),
    }
    made_world = world(values, {"other": "B"}, {"young": 59}, vetoes={"v": {"void": None}})
    lines = by_team(made, made_world)
    points = {team: line["indicators"].get("I1") for team, line in lines.items()}
    assert points == {
        "void": "10.00", "a": "9.00", "b": "8.00", "young": None, "silent": "0.00", "other": "8.00",
    }  # fmt: skip


def test_a_fallback_against_own_targets_asks_for_them():
    method = {"name": "best", "fallback": {"name": "ratio", "target": "team"}}
    made = document(indicator("I1", 10, method), indicator("I2", 90), plan={"min_class": 3})
    made_world = world({"I1": {"a": 5, "b": 5}, "I2": {"a": 1, "b": 1}}, targets={"I1": {"a": Decimal(10)}})
    lines = by_team(made, made_world)
    assert (lines["a"]["indicators"]["I1"], lines["b"]["pending"]) == ("5.00", ["I1"])


# dimensions and the base


def normalised(worth=(60, 40), points=(10, 20, 5)):
    dimensions = [
        {"code": "d", "title": "D", "normalise": True, "points": worth[0]},
        {"code": "e", "title": "E", "normalise": True, "points": worth[1]},
    ]
    skip = {"when_missing": "redistribute"}
    return document(
        indicator("I1", points[0], **skip),
        indicator("I2", points[1], **skip),
        indicator("I3", points[2], dimension="e", **skip),
        dimensions=dimensions,
    )


def subtotals(made, made_world):
    plan, facts = plan_of(made), facts_of(made_world)
    (line,) = total(plan, rate(plan, facts), facts).lines
    return {code: str(subtotal.points) for code, subtotal in line.subtotals.items()}, str(line.base)


def test_a_normalised_dimension_is_worth_its_own_points():
    made_world = world({"I1": {"a": 50}, "I2": {"a": 100}, "I3": {"a": 33}})
    assert subtotals(normalised(), made_world) == ({"d": "50.00", "e": "13.20"}, "63.20")


def test_a_subtotal_is_rounded_and_the_base_adds_the_subtotals():
    """40 x 1.65 / 5 = 13.2 and 60 x 25 / 30 = 50; with 7 of 9 points: 60 x 7 / 9 = 46.67."""
    made = normalised(points=(3, 6, 5))
    made_world = world({"I1": {"a": Fraction(100, 3)}, "I2": {"a": 100}, "I3": {"a": 100}})
    assert subtotals(made, made_world) == ({"d": "46.67", "e": "40.00"}, "86.67")


def test_a_normalised_dimension_shares_its_points_among_those_that_apply():
    made_world = world({"I1": {"a": 50}, "I3": {"a": 100}})
    assert subtotals(normalised(), made_world) == ({"d": "30.00", "e": "40.00"}, "70.00")


def test_a_dimension_of_which_nothing_applies_is_redistributed():
    assert subtotals(normalised(), world({"I1": {"a": 50}, "I2": {"a": 50}})) == ({"d": "30.00"}, "50.00")


def test_a_plain_dimension_adds_its_rounded_points():
    made = document(indicator("I1", 50), indicator("I2", 50), plan={"decimals": 1})
    made_world = world({"I1": {"a": Decimal("0.9")}, "I2": {"a": Decimal("0.9")}})  # 0.45 each
    assert subtotals(made, made_world) == ({"d": "1.0"}, "1.0")


def test_the_base_redistributes_what_is_left_out():
    """20 of 40 points are 50 of 100; 1 of 3 of 30 points is rounded once."""
    made = document(indicator("I1", 70, when_missing="redistribute"), indicator("I2", 30))
    assert only(made, world({"I2": {"a": Fraction(100, 3)}}))["base"] == "33.33"


def test_base_points_need_not_be_a_hundred():
    made = document(indicator("I1", 30, when_missing="redistribute"), indicator("I2", 20), plan={"base_points": 50})
    assert only(made, world({"I2": {"a": 50}}))["base"] == "25.00"


# bonus, deduction, total


def with_extras(plan=None, bonus=8, deduction=8):
    return document(
        indicator("I1"),
        indicator("P", bonus, kind="bonus", when_missing="redistribute"),
        indicator("Q", bonus, kind="bonus", when_missing="zero"),
        indicator("M", deduction, kind="deduction", when_missing="zero"),
        plan=plan or {},
    )


def extras(plan, base, bonus, deduction):
    made_world = world({"I1": {"a": base}, "P": {"a": bonus}, "M": {"a": deduction}})
    line = only(with_extras(plan), made_world)
    return line["bonus"], line["deduction"], line["total"]


@pytest.mark.parametrize(
    ("plan", "given", "expected"),
    [
        ({}, (50, 100, 50), ("8.00", "4.00", "54.00")),
        ({"bonus_cap": 5, "deduction_cap": 3}, (50, 100, 50), ("5.00", "3.00", "52.00")),
        ({"bonus_cap": 0, "deduction_cap": 0}, (50, 100, 50), ("0.00", "0.00", "50.00")),
        ({}, (5, 0, 100), ("0.00", "8.00", "0.00")),
        ({}, (98, 100, 25), ("8.00", "2.00", "100.00")),
        ({"bonus_above_base": True}, (98, 100, 25), ("8.00", "2.00", "104.00")),
        ({"bonus_above_base": True}, (98, None, 0), ("0.00", "0.00", "98.00")),
    ],
)
def test_the_total(plan, given, expected):
    assert extras(plan, *given) == expected


def test_bonuses_add_up_before_their_cap():
    made_world = world({"I1": {"a": 50}, "P": {"a": 50}, "Q": {"a": 75}})
    assert only(with_extras({"bonus_cap": 9}), made_world)["bonus"] == "9.00"
    assert only(with_extras(), made_world)["bonus"] == "10.00"


def test_a_bonus_left_out_is_0_and_not_printed():
    line = only(with_extras(), world({"I1": {"a": 50}}))
    assert line["indicators"] == {"I1": "50.00", "Q": "0.00", "M": "0.00"}
    assert line["bonus"] == "0.00"


def test_the_base_itself_is_not_capped_the_total_is():
    made = document(indicator(method={**HALF, "over": 2}))
    line = only(made, world({"I1": {"a": 150}}))
    assert (line["base"], line["total"]) == ("150.00", "100.00")


def test_a_team_without_a_base_has_no_total_and_keeps_its_bonus():
    line = only(with_extras(), world({"P": {"a": 100}}))
    assert line["pending"] == ["I1"]
    assert (line["base"], line["total"], line["rank"], line["grade"]) == (None, None, None, None)
    assert (line["bonus"], line["deduction"]) == ("8.00", "0.00")


def test_a_base_of_zero_is_a_base():
    line = only(document(), world({"I1": {"a": 0}}))
    assert (line["base"], line["total"], line["rank"]) == ("0.00", "0.00", 1)


def test_no_decimals():
    line = only(document(plan={"decimals": 0}), world({"I1": {"a": Decimal("66.5")}}))
    assert (line["indicators"]["I1"], line["total"]) == ("67", "67")


# what is kept beside


def test_unrounded_values_are_kept_beside():
    made = document(indicator("I1", 70, when_missing="redistribute"), indicator("I2", 30))
    plan, facts = plan_of(made), facts_of(world({"I2": {"a": Fraction(100, 3), "b": Decimal("33.335")}}))
    points = rate(plan, facts)
    assert points.columns["I2"].unrounded == [Fraction(10), Fraction(20001, 2000)]
    standing = total(plan, points, facts)
    assert standing.line("a").unrounded_base == Fraction(100, 3)
    assert str(standing.line("b").points["I2"]) == "10.00"


def test_substituted_points_are_kept_unrounded_too():
    policies = {"F": "full", "Z": "zero", "V": "average"}
    rows = [indicator(code, 20, when_missing=policy) for code, policy in policies.items()]
    plan = plan_of(document(*rows, indicator("I", 40), plan={"decimals": 0}))
    values = {"V": {"b": Decimal("2.5")}, "I": {"a": 100, "b": 100}}
    columns = rate(plan, facts_of(world(values, ages={"a": None}))).columns
    assert [columns[code].unrounded[1] for code in policies] == [20, 0, 1]
    assert [str(columns[code].points[1]) for code in policies] == ["20", "0", "1"]


def test_the_total_before_its_limits_is_kept_beside():
    plan, facts = plan_of(with_extras()), facts_of(world({"I1": {"a": 2}, "M": {"a": 100}}))
    line = total(plan, rate(plan, facts), facts).line("a")
    assert (str(line.unlimited_total), str(line.total)) == ("-6.00", "0.00")
    assert (str(line.deduction.earned), str(line.deduction.points)) == ("8.00", "8.00")


# facts


def test_facts_refuse_floats_and_strangers():
    with pytest.raises(TypeError, match=r"0\.1 is neither text nor an exact number"):
        Facts.gather([Team("a")], values={"I1": {"a": 0.1}})
    with pytest.raises(ValueError, match="not among the teams: b, c"):
        Facts.gather([Team("a")], values={"I1": {"c": 1, "b": 1}})


def test_a_class_that_the_plan_does_not_know_has_no_points():
    plan = plan_of(by_class())
    facts = Facts.gather([Team("a", "C")], values={"I1": {"a": 1}})
    (line,) = total(plan, rate(plan, facts), facts).lines
    assert (line.points, line.base, line.pending) == ({}, None, ())


def test_numbers_too_long_for_decimals_are_still_exact():
    """A step's product of four long numbers does not fit 64 digits; fractions take over."""
    long = Decimal("1.000000000000001")
    rule = {"name": "step", "reference": 100, "unit": 1, "per": long}
    over = {"name": "ratio", "target": long, "over": Decimal("99.999999999999999999999999999999")}
    made = document(
        indicator("I1", 60, rule), indicator("I2", 39, over), indicator("I3", 1, {"name": "minmax", "low": long - 1})
    )
    made_world = world({"I1": {"a": long}, "I2": {"a": long / 2}, "I3": {"a": long, "b": 3 * long}})
    line = by_team(made, made_world)["a"]
    assert line["indicators"] == {"I1": "0.00", "I2": "19.50", "I3": "0.00"}


def test_the_first_reason_for_which_an_indicator_does_not_apply_is_the_one_that_is_said():
    """In the order of the plan: rounds, then classes, teams, age, and `unless` last."""
    applies = {"classes": ["B"], "teams": ["b"], "min_age_days": 60}
    reasons = ["round", "class", "team", "age", "unless", None]
    lifted = [
        {},
        {"rounds": None},
        {"classes": None},
        {"teams": None},
        {"min_age_days": None},
        {"unless": None},
    ]
    found = []
    fields = {"rounds": [], "unless": {"indicator": "S", "value": 1}}
    for change in lifted:
        for name in change:
            applies.pop(name, None)
            fields.pop(name, None)
        given = fields | ({"applies_to": dict(applies)} if applies else {})
        made = plan_of(document(indicator("I1", 99, **given), indicator("S", 1)))
        facts = Facts.gather([Team("a", "A", 59)], values={"I1": {"a": 100}, "S": {"a": 1}})
        found.append(rate(made, facts, "month").columns["I1"].reason[0])
    assert found == reasons


@pytest.mark.parametrize("values", [[4, 3, 2, 1], [Fraction(4, 3), Fraction(3, 3), Fraction(2, 3), Fraction(1, 3)]])
def test_a_place_far_behind_never_gives_less_than_nothing(values):
    """A step of 0.4: the fourth place is 0, not minus 2, with decimals and with fractions, also step by step."""
    assert column({"name": "rank", "step": Decimal("0.4")}, values) == ["10.00", "6.00", "2.00", "0.00"]
    explained = plan_of(document(indicator("I1", 100, {"name": "rank", "step": Decimal("0.4")})))
    facts = Facts.gather(
        [Team(f"t{place}", "all") for place in range(4)],
        values={"I1": {f"t{place}": value for place, value in enumerate(values)}},
    )
    last = explain(explained, facts, rate(explained, facts), explained.indicators[0], 3)
    assert (last["unrounded"], last["points"]) == ("0", "0.00")


def test_what_is_left_out_is_redistributed_whatever_the_plan_says_of_a_missing_value():
    """50 of 50 points that apply: the base is whole, where a missing value would be 0, full, averaged or pending."""
    for policy in ("redistribute", "average", "full", "zero", "pending"):
        made = document(indicator("I1", 50), indicator("I2", 50, when_missing=policy))
        lines = by_team(made, world({"I1": {"a": 50, "b": 50}, "I2": {"b": 80}}, left_out={"I2": {"a": {}}}))
        assert (lines["a"]["base"], lines["a"]["indicators"]) == ("50.00", {"I1": "25.00"})
        assert lines["b"]["base"] == "65.00"
        assert "pending" not in lines["a"]


def test_a_team_that_is_left_out_is_compared_with_nobody_and_averaged_by_nobody():
    made = document(indicator("I1", 100, {"name": "best"}, when_missing="average"))
    values = {"I1": {"a": 100, "b": 50, "c": 25}}
    lines = by_team(made, world(values, ages={"d": 1}, left_out={"I1": {"a": {}}}))
    assert lines["b"]["indicators"]["I1"] == "100.00", "a's 100 is not the best"
    assert lines["c"]["indicators"]["I1"] == "50.00"
    assert lines["d"]["indicators"]["I1"] == "75.00", "the mean of b and c"
    assert lines["a"]["base"] is None


def test_what_does_not_apply_is_not_left_out():
    made = document(
        indicator("I1", 50),
        indicator("I2", 50, applies_to={"min_age_days": 60}, when_not_applicable="full"),
    )
    line = only(made, world({"I1": {"a": 100}}, ages={"a": 10}, left_out={"I2": {"a": {}}}))
    assert line["base"] == "100.00"
