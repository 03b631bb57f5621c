"""What validation accepts can be scored, kept, explained and verified; what cannot is refused with its place."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from assessments.engine import Source, canonical_json, check, dump, recompute, result_body, verify
from assessments.engine.limits import CODE_LENGTH, MOST_DECIMALS, MOST_OVER, MOST_POINTS, TITLE_LENGTH, VALUE_LENGTH
from assessments.models import Indicator, ResultLine
from assessments.plans.plans import indicator_columns
from assessments.results.scoring import line_columns
from tests.assessments.engine.made import document, documents, facts_of, indicator, world, worlds


def enlarged(made, factor):
    """The document with all its points times `factor`."""
    made["plan"]["base_points"] *= factor
    for row in [*made["dimensions"], *made["indicators"]]:
        if "points" in row:
            row["points"] *= factor
        if "points_by_class" in row:
            row["points_by_class"] = {code: own * factor for code, own in row["points_by_class"].items()}
    return made


@st.composite
def measured(draw, made):
    """The document with some indicators computed from the work, and facts with fractions for them."""
    for row in made["indicators"]:
        if row["source"] == "data" and draw(st.booleans()):
            row |= {"source": "measure", "measure": "work"}
    facts = draw(worlds(made))
    for row in made["indicators"]:
        if row["source"] == "measure":
            rates = st.one_of(st.none(), st.fractions(0, 100, max_denominator=7))
            facts.values[row["code"]] = {team[0]: draw(rates) for team in facts.teams}
    return made, facts


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much], deadline=None)
@given(st.data())
def test_any_plan_that_is_accepted_can_be_scored_kept_explained_and_verified(data):
    made = enlarged(data.draw(documents()), data.draw(st.sampled_from([1, 100, 10_000])))
    made["plan"]["decimals"] = data.draw(st.integers(0, MOST_DECIMALS))
    made, facts = data.draw(measured(made))
    verdict = check(Source(made), known_measures={"work"})
    assume(verdict.plan is not None)
    body = result_body(made, facts_of(facts), data.draw(st.sampled_from([None, "month"])))
    for order, line in enumerate(body["outcome"]["teams"], start=1):
        kept = ResultLine(**line_columns(line, order))
        absent = [name for name in ("base", "total", "rank") if line[name] is None]
        kept.clean_fields(exclude=["result", "team", "by", "at", *absent])
        for name in ("base", "bonus", "deduction", "total"):
            assert line[name] is None or getattr(kept, name) == Decimal(line[name])
        assert all(recompute(one) == one for one in line["explanations"].values())
    for columns in indicator_columns(verdict.plan):
        Indicator(**columns).clean_fields(exclude=["plan", "by", "at"])
    assert verify(canonical_json(body)) == []
    assert dump(made)


@pytest.mark.parametrize(
    ("made", "fault"),
    [
        (
            document(indicator("I1", MOST_POINTS + 1), plan={"base_points": MOST_POINTS + 1}),
            "plan.base_points: must be 1000000 or less, not 1000001",
        ),
        (document(plan={"bonus_cap": 2 * MOST_POINTS}), "plan.bonus_cap: must be 1000000 or less, not 2000000"),
        (
            document(
                indicator("I1", 100),
                *(
                    indicator(code, 600_000, {"name": "events", "levels": {"a": 1}}, kind="bonus", source="events")
                    for code in ("P1", "P2")
                ),
            ),
            "indicators: the points of all indicators of kind bonus add up to 1200000, more than 1000000",
        ),
        (
            document(indicator("I1", 100, {"name": "ratio", "target": 1, "over": MOST_OVER + 1})),
            "indicators I1, method.over: must be 100 or less, not 101",
        ),
        (document(plan={"decimals": MOST_DECIMALS + 1}), "plan.decimals: must be 6 or less, not 7"),
        (
            document(plan={"title": "x" * (TITLE_LENGTH + 1)}),
            "plan.title: must be at most 200 characters long, not 201",
        ),
        (
            document(grades=[{"code": "g" * (CODE_LENGTH + 1), "min": 0}]),
            f"grades {'g' * 61}, code: must be at most 60 characters long, not 61",
        ),
        (
            document(indicator("I1", 100, {"name": "tier", "tiers": {"t" * (VALUE_LENGTH + 1): 1}})),
            f"indicators I1, method.tiers.{'t' * 41}: must be at most 40 characters long, not 41",
        ),
        (
            document(indicator("I1", 100, rounds=["k" * (CODE_LENGTH + 1)])),
            "indicators I1, rounds: must be at most 60 characters long, not 61",
        ),
        (
            document(indicator("I1", 100, {"name": "tier", "tiers": {"a": 1}}, source="measure", measure="work")),
            "indicators I1, method.name: a measure gives a number, which the method tier cannot use",
        ),
    ],
)
def test_what_cannot_be_kept_is_refused_with_its_place(made, fault):
    faults = [str(one) for one in check(Source(made), known_measures={"work"}).faults]
    assert fault in faults


def test_the_limits_themselves_are_accepted():
    over = {"name": "ratio", "target": 1, "over": MOST_OVER}
    made = document(indicator("I1", MOST_POINTS, over), plan={"base_points": MOST_POINTS, "decimals": MOST_DECIMALS})
    assert check(Source(made)).faults == ()


@pytest.mark.parametrize(
    ("method", "value", "warned"),
    [
        ({"name": "binary"}, "maybe", True),
        ({"name": "binary"}, "否", False),
        ({"name": "binary"}, 5, False),
        ({"name": "tier", "tiers": {"good": 1, "none": 0}}, "bad", True),
        ({"name": "tier", "tiers": {"good": 1, "none": 0}}, "none", False),
        (None, "soon", True),
        (None, True, True),
        (None, "5", False),
    ],
)
def test_an_exception_that_never_arises_is_pointed_out(method, value, warned):
    method = method or {"name": "ratio", "target": 5}
    made = document(indicator("I1", 99, unless={"indicator": "S", "value": value}), indicator("S", 1, method))
    found = [warning.code for warning in check(Source(made)).warnings]
    assert ("unless_never" in found) is warned


def test_a_kind_of_round_without_a_base_is_pointed_out():
    year = {"parts": [{"kind": "month", "weight": 40}, {"kind": "year_end", "weight": 60}]}
    made = document(indicator("I1", 100, rounds=["year_end"]), year=year)
    assert [str(one) for one in check(Source(made)).warnings] == [
        "year.parts[1]: no base indicator is scored in rounds of kind 'month', so no team would have a total"
    ]


@pytest.mark.parametrize(
    "method",
    [
        {"name": "best", "fallback": {"name": "binary"}},
        {"name": "binary"},
        {"name": "binary", "direction": "lower"},
    ],
)
def test_a_measured_rate_of_two_thirds_can_be_read_as_yes_or_no(method):
    """200/3 is stored as a fraction and is true: scored, explained and verified again."""
    made = document(indicator("I1", 100, method, source="measure", measure="work"), plan={"min_class": 4})
    values = {"I1": {"a": Fraction(200, 3), "b": Fraction(0)}}
    body = result_body(made, facts_of(world(values)), None)
    printed = {team["team"]: team["points"]["I1"] for team in body["outcome"]["teams"]}
    yes, no = ("0.00", "100.00") if method.get("direction") == "lower" else ("100.00", "0.00")
    assert printed == {"a": yes, "b": no}
    assert verify(canonical_json(body)) == []
