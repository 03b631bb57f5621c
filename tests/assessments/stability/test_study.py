"""Draws of the weights: as the rules say it, the same for everybody, and no more than the document is read."""

import json
from decimal import Decimal
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.engine import canonical_json, check, read_toml, result_body
from assessments.engine.values import read_values
from assessments.stability import stability
from assessments.stability import study as study_module
from assessments.stability.model import Factors
from assessments.stability.study import draw_factors, ranks_of
from tests.assessments.engine.made import document, documents, facts_of, indicator, plan_of, world, worlds
from tests.assessments.stability.reference import ranks

thorough = settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
PLANS = Path(__file__).parents[2] / "data" / "plans"
SHA = "0badf00d" + "0" * 56
FIXED = [1.1042841482732717, 1.2295415011448176, 0.9122178427612835, 1.0204687930160852]
"""The first factors of SHA's seed."""


def stored(made, made_world, kind=None):
    """A result's document as it is read back."""
    return json.loads(canonical_json(result_body(made, facts_of(made_world), kind)))


def reference(made, body, digest, draws):
    """Class -> the ranks of its teams in every draw, by the slow rules."""
    codes = Factors.of(plan_of(made)).codes
    drawn = draw_factors(int(digest[:8], 16), draws, len(codes))
    factors = [dict(zip(codes, map(Fraction, row), strict=True)) for row in drawn.tolist()]
    return {
        class_code: [ranks(made, body, class_code, each) for each in factors] for class_code in body["outcome"]["sizes"]
    }


def percentile(found, percent):
    """The first place by which that share of the draws is reached."""
    return sorted(found)[max(-(-len(found) * percent // 100), 1) - 1]


@thorough
@given(st.data())
def test_it_says_what_the_rules_say_one_draw_at_a_time(data):
    made = data.draw(documents())
    body = stored(made, data.draw(worlds(made)), data.draw(st.sampled_from([None, "month"])))
    digest = f"{data.draw(st.integers(0, 2**32 - 1)):08x}" + "0" * 56
    slow, found = reference(made, body, digest, 12), stability(body, digest, 12)
    printed = {team["team"]: team["rank"] for team in body["outcome"]["teams"]}
    classes = {code: each for code, each in slow.items() if len(each[0]) > 1}
    assert [one.class_code for one in found.classes] == list(classes)
    assert found.kept == sum(
        all(draw[team] == printed[team] for each in classes.values() for draw in [each[number]] for team in draw)
        for number in range(12)
    )
    for one in found.classes:
        each = classes[one.class_code]
        for team in one.teams:
            places = [draw[team.team] for draw in each]
            assert dict(team.places) == {place: places.count(place) for place in set(places)}
            assert [team.low, team.median, team.high] == [percentile(places, percent) for percent in (5, 50, 95)]
        close = {
            (higher, lower): share
            for higher in each[0]
            for lower in each[0]
            if 0 < printed[lower] - printed[higher] <= 3
            and (share := sum(Fraction((d[lower] < d[higher]) * 2 + (d[lower] == d[higher]), 2) for d in each)) > 1.2
        }
        assert {(pair.higher, pair.lower): pair.reversed for pair in one.close} == close


@thorough
@given(st.data())
def test_without_noise_the_ranks_are_the_printed_ones_unless_rounding_says_otherwise(data):
    """The page says so where they are not; nothing but rounding can do that: the exact rules agree with the floats."""
    made = data.draw(documents())
    body = stored(made, data.draw(worlds(made)))
    ones = dict.fromkeys(Factors.of(plan_of(made)).codes, Fraction(1))
    printed = {team["team"]: team["rank"] for team in body["outcome"]["teams"]}
    for one in stability(body, SHA, 1).classes:
        exact = ranks(made, body, one.class_code, ones)
        assert one.as_printed == all(printed[team] == rank for team, rank in exact.items())


def two_dimensions(**plan):
    """A of 60 in one dimension, B of 30 and C of 10 in another."""
    return document(
        indicator("A", 60),
        indicator("B", 30, dimension="e"),
        indicator("C", 10, dimension="e"),
        dimensions=[{"code": "d", "title": "D"}, {"code": "e", "title": "E"}],
        plan=plan,
    )


def test_equal_shares_never_move():
    body = stored(two_dimensions(), world({code: {"x": 80, "y": 60} for code in "ABC"}))
    (found,) = stability(body, SHA, 400).classes
    assert [(team.team, team.places) for team in found.teams] == [("x", ((1, 400),)), ("y", ((2, 400),))]
    assert found.close == ()
    assert {one.ranks for one in found.influences} == {0.0}
    assert stability(body, SHA, 400).kept == 400


def test_what_weighs_against_each_other_is_too_close_to_call():
    """x leads by 0.1 where it is good: the order hangs on the weights of the dimensions alone."""
    body = stored(
        two_dimensions(), world({"A": {"x": 100, "y": 60.1}, "B": {"x": 40, "y": 100}, "C": {"x": 40, "y": 99.2}})
    )
    found = stability(body, SHA, 2000)
    (pair,) = found.classes[0].close
    assert (pair.higher, pair.lower) == ("x", "y")
    assert 700 < pair.reversed < 1200
    assert found.close_pair("y", "x") == pair
    assert found.close_pair("x", "z") is None
    assert [team.median for team in found.classes[0].teams] == [1, 2]
    assert [(team.low, team.high) for team in found.classes[0].teams] == [(1, 2), (1, 2)]
    strongest = found.classes[0].influences[:2]
    assert {one.code for one in strongest} == {"d", "e"}
    assert all(one.is_dimension for one in strongest)


def test_an_indicator_alone_is_shown_as_its_dimension():
    body = stored(two_dimensions(), world({code: {"x": 80, "y": 60} for code in "ABC"}))
    (found,) = stability(body, SHA, 40).classes
    assert {(one.code, one.is_dimension) for one in found.influences} == {
        ("d", True),
        ("e", True),
        ("B", False),
        ("C", False),
    }


def test_a_dimension_alone_moves_nothing_and_is_not_shown():
    made = document(indicator("A", 60), indicator("B", 40))
    (found,) = stability(stored(made, world({"A": {"x": 1, "y": 2}, "B": {"x": 2, "y": 1}})), SHA, 40).classes
    assert {one.code for one in found.influences} == {"A", "B"}


def test_void_teams_stay_behind_and_teams_without_a_total_are_left_out():
    made = two_dimensions()
    made["vetoes"] = [{"code": "out", "title": "Out", "effect": "void"}]
    made_world = world(
        {code: {"x": 50, "y": 60, "best": 100} for code in "ABC"}, ages={"none": 10}, vetoes={"out": ["best"]}
    )
    for row in made["indicators"]:
        row["when_missing"] = "redistribute"
    (found,) = stability(stored(made, made_world), SHA, 100).classes
    assert [(team.team, team.places) for team in found.teams] == [
        ("y", ((1, 100),)),
        ("x", ((2, 100),)),
        ("best", ((3, 100),)),
    ]


def test_ties_are_broken_as_printed_and_printed_ties_are_not_named():
    values = {code: {"x": 80, "y": 80, "z": 80} for code in "ABC"}
    (shared,) = stability(stored(two_dimensions(), world(values)), SHA, 50).classes
    assert [(team.rank, team.places) for team in shared.teams] == [(1, ((1, 50),))] * 3
    assert shared.close == ()
    made = two_dimensions(tie_break=["C"])
    for row in made["indicators"]:
        row["method"] = {"name": "ratio", "target": 50, "over": 2}
    values["C"]["y"] = 81  # all are at the limit of 100, and y has more of C
    (broken,) = stability(stored(made, world(values)), SHA, 50).classes
    assert [(team.team, team.places) for team in broken.teams] == [
        ("y", ((1, 50),)),
        ("x", ((2, 50),)),
        ("z", ((2, 50),)),
    ]


def test_a_tie_in_a_draw_counts_half():
    """80.8 and 80.4 are printed as 81 and 80; in many draws both round to the same, in none is y before x."""
    made = document(
        indicator("A", 60),
        indicator("B", 70, dimension="e"),
        indicator("C", 30, dimension="e"),
        dimensions=[{"code": "d", "title": "D"}, {"code": "e", "title": "E", "normalise": True, "points": 40}],
        plan={"decimals": 0},
    )
    body = stored(made, world({"A": {"x": 80, "y": 80}, "B": {"x": 85.71, "y": 85.71}, "C": {"x": 73.33, "y": 70}}))
    assert [team["total"] for team in body["outcome"]["teams"]] == ["81", "80"]
    (found,) = stability(body, SHA, 400).classes
    assert set(dict(found.teams[0].places)) == {1}
    tied = dict(found.teams[1].places)[1]
    assert [pair.reversed for pair in found.close] == [Fraction(tied, 2)]


def test_a_class_of_one_is_left_out():
    found = stability(stored(two_dimensions(), world({code: {"x": 80} for code in "ABC"})), SHA, 50)
    assert (found.classes, found.kept) == ((), 50)


def test_the_hash_alone_decides_the_draws():
    body = stored(two_dimensions(), world({"A": {"x": 90, "y": 60}, "B": {"x": 40, "y": 90}, "C": {"x": 10, "y": 90}}))
    first, again, other = (stability(body, sha, 500) for sha in (SHA, SHA[:8] + "f" * 56, "1" * 64))
    assert first == again
    assert first.seed == 0x0BADF00D
    assert first.classes != other.classes


def test_the_factors_of_a_seed_never_change():
    """The raw numbers of PCG64: what a page said once it says for good."""
    drawn = draw_factors(0x0BADF00D, 2, 2).ravel().tolist()
    assert drawn == pytest.approx(FIXED, abs=1e-15)
    many = draw_factors(1, 1000, 3)
    assert 0.75 <= many.min() < 0.76
    assert 1.24 < many.max() < 1.25


@pytest.mark.parametrize("portion", [1, 7, 10**9])
def test_portions_change_nothing(monkeypatch, portion):
    body = stored(two_dimensions(), world({"A": {"x": 90, "y": 60}, "B": {"x": 40, "y": 90}, "C": {"x": 10, "y": 90}}))
    whole = stability(body, SHA, 100)
    monkeypatch.setattr(study_module, "PORTION", portion)
    assert stability(body, SHA, 100) == whole


def test_ranks_leave_out_what_a_tie_takes():
    assert ranks_of(study_module.np.array([[5, 9, 5, 1], [1, 2, 3, 4]])).tolist() == [[2, 1, 2, 4], [4, 3, 2, 1]]


def test_points_beyond_full_and_limits_hold_in_every_draw():
    made = two_dimensions(bonus_above_base=False)
    for row in made["indicators"]:
        row["method"] = {"name": "ratio", "target": 100, "over": Decimal("1.2")}
    body = stored(made, world({code: {"x": 130, "y": 110} for code in "ABC"}))
    (found,) = stability(body, SHA, 50).classes
    assert [(team.rank, team.places) for team in found.teams] == [(1, ((1, 50),))] * 2


def test_the_county_plans_figures_are_the_same_on_every_machine():
    """The example of the plan of 2026: whatever the database and the version of numpy, these are its figures."""
    source = read_toml((PLANS / "yuanqu-2026.toml").read_bytes())
    facts = read_values((PLANS / "yuanqu-2026.values.csv").read_bytes(), check(source).plan).facts
    text = canonical_json(result_body(source.document, facts))
    found = stability(json.loads(text), sha256(text.encode()).hexdigest())
    assert (f"{found.seed:08x}", found.kept) == ("182e23ff", 9903)
    assert {team.team: team.places for one in found.classes for team in one.teams if len(team.places) > 1} == {
        "theme-training": ((2, 9903), (3, 97)),
        "member-service": ((2, 97), (3, 9903)),
    }
    assert [pair for one in found.classes for pair in one.close] == []
