"""What is stored as structure, in words: rules, arithmetic, why a grade was missed."""

from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from django.utils import translation

from assessments.engine import Source, check, read_toml
from assessments.engine.applicability import ExclusionReason
from assessments.engine.methods import REGISTRY
from assessments.engine.plan import Effect, Kind, Policy
from assessments.engine.ranking import Missed
from assessments.engine.rating import Status
from assessments.engine.workings import OPERATIONS, Workings
from assessments.results.ranking_table import heat_level
from assessments.words.methods import best_first, method_words, number_words
from assessments.words.outcomes import absence_words, fallback_words, miss_words, standing_words
from assessments.words.plans import EFFECT_WORDS, KIND_WORDS, POLICY_WORDS, applies_words
from assessments.words.steps import arithmetic
from tests.assessments.conftest import TRIAL

PLANS = [TRIAL, *sorted(Path("tests/data/plans").glob("*.toml"))]


@pytest.fixture(autouse=True)
def english():
    """Sentences are compared in the language they are written in."""
    with translation.override("en"):
        yield


METHODS = {
    "ratio": ({"target": 100, "over": 1}, "Full points at 100; below it, in proportion."),
    "linear": ({"floor": 50, "target": 100}, "0 at 50, full points at 100, in a straight line between."),
    "band": (
        {"direction": "lower", "bands": [{"to": 5, "points": 20}, {"to": 10, "points": "16.5"}, {"points": 0}]},
        "Points by band: up to 5: 20; up to 10: 16.5; otherwise 0.",
    ),
    "step": (
        {"direction": "lower", "reference": 0, "unit": 1, "per": 2, "whole": False},
        "Full points up to 0; 2 less for each 1 above that. Never below 0.",
    ),
    "rank": (
        {"step": "0.05"},
        "Full points for first place in the class; 5% of them less for each place after it. Never below 0.",
    ),
    "rank_table": (
        {"table": [10, 8, 6]},
        "Points by place in the class: 10, 8, 6; the last of these for all later places.",
    ),
    "minmax": (
        {"low": "0.6"},
        "Full points for the best of the class, 60% of them for the last, in a straight line.",
    ),
    "best": ({"direction": "higher"}, "Full points for the best of the class; others in proportion to it."),
    "binary": ({"direction": "lower"}, "Full points for “no”, none for “yes”."),
    "tier": ({"tiers": {"none": 0, "complete": 10, "partial": 5}}, "Points by tier: complete 10; partial 5; none 0."),
    "panel": (
        {"scale": 100, "trim_from": 5},
        (
            "The mean of the judges' marks out of 100, converted to the full points; from 5 marks, one highest and one "
            "lowest drop out."
        ),
    ),
    "vote": (
        {"groups": {"public": 40, "members": 60}},
        (
            "The means of the voter groups out of 100, weighted and converted to the full points: members 60; "
            "public 40. The weight of a group without votes goes to the others."
        ),
    ),
    "external": ({"full": 120}, "The result of the other assessment, out of 120, in proportion."),
    "events": (
        {"levels": {"municipal": 1, "national": 3}, "cap": 4},
        "Points by level: national 3; municipal 1; a matter counts once, at its highest level. At most 4 together.",
    ),
}


@pytest.mark.parametrize("name", REGISTRY)
def test_every_method_has_its_rule_in_words(name):
    parameters, sentence = METHODS[name]
    assert method_words(name, parameters) == sentence


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_rule_of_the_examples_can_be_said(path):
    plan = check(Source(read_toml(path.read_bytes()).document)).plan
    for indicator in plan.indicators:
        parameters = indicator.rule.parameters
        assert method_words(parameters.name, parameters.document()).endswith(".")
        assert all(applies_words(plan, indicator))


@pytest.mark.parametrize(
    ("value", "words"),
    [("1200", "1,200"), ("0.50", "0.5"), ("200/3", "66.67"), ("-3", "−3"), ("0", "0"), ("12.125", "12.125")],
)
def test_numbers_are_written_as_people_write_them(value, words):
    assert number_words(value) == words


def test_tiers_and_levels_stand_best_first():
    assert best_first({"none": 0, "complete": "10.5", "partial": 5}) == ["complete", "partial", "none"]


def _work(*steps):
    """Steps as the engine writes them down: (operation, operands)."""
    paper = Workings()
    for operation, *operands in steps:
        getattr(paper, operation)(*operands)
    return paper.steps


@pytest.mark.parametrize(
    ("steps", "lines"),
    [
        (
            [("multiply", 25, 3), ("divide", 75, 4), ("at_most", Fraction(75, 4), 25), ("round", Fraction(75, 4), 2)],
            ["25 × 3 ÷ 4 = 18.75"],
        ),
        ([("multiply", 10, 2), ("divide", 20, 3), ("round", Fraction(20, 3), 2)], ["10 × 2 ÷ 3 ≈ 6.67"]),
        (
            [("multiply", 25, 30), ("divide", 750, 24), ("at_most", Fraction(125, 4), 25), ("round", Fraction(25), 2)],
            ["25 × 30 ÷ 24 = 31.25", "31.25, not above 25 = 25.00"],
        ),
        (
            [("subtract", 2, 0), ("multiply", 2, 2), ("divide", 4, 1), ("subtract", 8, 4), ("round", Fraction(4), 2)],
            ["(2 − 0) × 2 = 4", "8 − 4 = 4.00"],
        ),
        ([("add",), ("at_most", Fraction(0), 4), ("round", Fraction(0), 2)], ["0.00"]),
        ([("take", 11), ("round", Fraction(11), 2)], ["11.00"]),
        (
            [("subtract", 0, 5), ("at_least", Fraction(-5), 0), ("round", Fraction(0), 1)],
            ["0 − 5 = -5", "-5, not below 0 = 0.0"],
        ),
        ([("divide", 5, Fraction(20, 3)), ("round", Fraction(3, 4), 0)], ["5 ÷ (20/3) ≈ 1"]),
        ([("add", 6, 4), ("multiply", 10, 3), ("round", Fraction(30), 2)], ["(6 + 4) × 3 = 30.00"]),
        ([("round_up", Fraction(5, 2)), ("round", Fraction(3), 2)], ["2.5 rounded up = 3.00"]),
    ],
)
def test_arithmetic_reads_as_it_is_written_by_hand(steps, lines):
    assert arithmetic(_work(*steps)) == lines


def test_every_operation_can_be_written():
    for operation in OPERATIONS:
        operands = (Fraction(5, 2),) if operation in ("take", "round_up") else (Fraction(5, 2), 1)
        assert arithmetic(_work((operation, *operands), ("round", Fraction(5, 2), 1)))


def _explanation(status, reason, **inputs):
    return {"status": status, "reason": reason, "inputs": inputs}


def test_what_took_the_place_of_the_method_is_said_with_its_reason():
    young = {"code": "age", "age_days": 14, "min_age_days": 60}
    assert standing_words(_explanation("scored", None)) == ""
    assert standing_words(_explanation("average", young, sum="35", count=2)) == (
        "The team is 14 days old; the indicator applies from 60 days. The mean of the class is used (2 teams scored)."
    )
    assert standing_words(_explanation("left_out", {"code": "no_value"})) == (
        "There is no value. Left out; its points are shared among the other indicators."
    )


def test_every_reason_and_every_status_has_words():
    facts = {"age_days": 1, "min_age_days": 2, "indicator": "A1", "found": "none"}
    facts["basis"] = {"document": "1号", "reason": "无数据"}
    for reason in ExclusionReason:
        for status in set(Status) - {Status.SCORED, Status.ABSENT}:
            words = standing_words(_explanation(status, {"code": reason.value, **facts}, count=1))
            assert len(words) > 20
    assert set(KIND_WORDS) == set(Kind)
    assert set(POLICY_WORDS) == set(Policy)
    assert set(EFFECT_WORDS) == set(Effect)


def test_no_value_is_not_the_same_as_not_applicable():
    assert absence_words(_explanation("left_out", {"code": "no_value"})) == "no value"
    assert absence_words(_explanation("left_out", {"code": "no_target"})) == "no value"
    assert absence_words(_explanation("left_out", {"code": "age"})) == "not applicable"
    assert absence_words(_explanation("left_out", {"code": "left_out"})) == "left out"


def test_the_fallback_says_how_many_could_be_compared():
    words = fallback_words({"instead_of": "rank", "compared": 3, "min_class": 4})
    assert words == "Only 3 teams could be compared, but 4 are needed, so the other rule applies."


@pytest.mark.parametrize(
    ("miss", "words"),
    [
        ({"reason": "below", "total": "89.96", "min": "90"}, "89.96 is below 90 by 0.04 points."),
        ({"reason": "full", "places": 1, "left": 0, "tied": 1}, "89.96 is enough, but the class has only 1 place."),
        (
            {"reason": "full", "places": 2, "left": 1, "tied": 2},
            "89.96 is enough, but 2 teams are tied and 1 places are left: all of them get the grade or none.",
        ),
        (
            {"reason": "closed", "places": 1, "rank": 2},
            "89.96 is enough, but the class has 1 places and the grade ended at rank 2.",
        ),
        ({"reason": "barred", "vetoes": ["false-data"]}, "Barred from the top grade: Data falsified."),
        ({"reason": "void", "vetoes": ["x"]}, "The result is void (x), so the lowest grade applies."),
        (
            {"reason": "too_young", "age_days": 14, "min_age_days": 60},
            "Scored and ranked, but not graded: the team is 14 days old, and grades start at 60 days.",
        ),
        (
            {"reason": "too_few_rounds", "rounds": 1, "min_rounds": 3},
            "Scored, but not graded: 1 rounds taken part in; 3 are needed.",
        ),
        ({"reason": "no_base"}, "There was nothing to score."),
    ],
)
def test_why_a_grade_was_missed(miss, words):
    assert miss_words({"grade": "excellent", **miss}, "89.96", {"false-data": "Data falsified"}) == words


def test_every_way_to_miss_a_grade_is_in_the_table_above():
    table = test_why_a_grade_was_missed.pytestmark[0].args[1]
    assert {miss["reason"] for miss, _ in table} == set(Missed)


@pytest.mark.parametrize(("points", "level"), [("10", 5), ("9.5", 5), ("9.49", 4), ("7", 3), ("5", 2), ("0", 1)])
def test_the_warmth_of_a_cell_is_the_share_of_its_full_points(points, level):
    assert heat_level(Decimal(points), Decimal(10)) == level
