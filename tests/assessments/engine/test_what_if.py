"""What-if: a copy of the plan with other weights is scored as a plan written that way would be."""

from copy import deepcopy
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from assessments.engine import Event, Facts, Team, rate, result_body, total
from assessments.engine.trial import as_data
from assessments.engine.what_if import Slot, attempt, changed_document, draft_of, moves, slots
from tests.assessments.engine.made import document, documents, facts_of, indicator, indicators, plan_of, small, worlds

HALF = Decimal("0.5")
thorough = hypothesis_settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def settings(made, **changes):
    """Changes by key, as `attempt` takes them."""
    known = {slot.key: slot for slot in slots(plan_of(made))}
    return {known[key.replace("__", ":")]: setting for key, setting in changes.items()}


def tried(made, facts, kind=None, **changes):
    """What the changed plan says of the facts, as `try_plan --json` would print it."""
    found = attempt(made, plan_of(made), facts, settings(made, **changes))
    assert found.plan is not None, [str(fault) for _, fault in found.faults]
    return as_data(total(found.plan, rate(found.plan, facts, kind), facts))


def faults(made, facts, **changes):
    """(key, code) of each fault."""
    found = attempt(made, plan_of(made), facts, settings(made, **changes))
    assert (found.plan is None) is bool(found.faults)
    return [(key, fault.code) for key, fault in found.faults]


@thorough
@given(st.data())
def test_without_a_change_nobody_moves(data):
    made = data.draw(documents())
    facts = facts_of(data.draw(worlds(made)))
    kind = data.draw(st.sampled_from([None, "month", "year_end"]))
    plan = plan_of(made)
    body = result_body(made, facts, kind)
    assert attempt(made, plan, facts, {}).plan is plan
    unchanged = {slot: slot.setting for slot in slots(plan)}
    for changes in ({}, unchanged):
        found = attempt(made, plan, facts, changes)
        assert found.plan is not None
        for move in moves(body, found.plan, facts):
            assert move.before == move.after
            assert not any(move.changes.values())
            assert move.cause is None


def scaled(method, factor):
    """A method written by hand for `factor` times its points; events never scale."""
    made = deepcopy(method)
    if made["name"] == "events":
        return made
    if "bands" in made:
        made["bands"] = [{**band, "points": band["points"] * factor} for band in made["bands"]]
    if "tiers" in made:
        made["tiers"] = {name: points * factor for name, points in made["tiers"].items()}
    if "table" in made:
        made["table"] = [points * factor for points in made["table"]]
    if "per" in made:
        made["per"] *= factor
    if "fallback" in made:
        made["fallback"] = scaled(made["fallback"], factor)
    return made


@thorough
@given(st.data())
def test_a_changed_weight_is_a_plan_written_with_that_weight(data):
    """By the road of try_plan: the points move from one indicator to another, in two classes differently."""
    classes = ["A", "B"]
    pair = [data.draw(indicators(code, "base", classes)) | {"dimension": "d"} for code in ("more", "less")]
    bonus = data.draw(indicators("extra", "bonus", classes)) | {"points": data.draw(small)}
    points = data.draw(small)
    rest = indicator("rest", 100 - 2 * points)
    plain = data.draw(st.booleans())
    worth = {"points": points} if plain else {"points_by_class": {"A": points, "B": points}}
    made = document(*(row | worth for row in pair), rest, bonus, classes=[{"code": code} for code in classes])
    made["plan"]["tie_break"] = ["more"]
    facts = facts_of(data.draw(worlds(made | {"vetoes": []})))
    changes = {"extra": bonus["points"] * 2}
    by_hand = deepcopy(made)
    for row, factor in zip(by_hand["indicators"], (3 * HALF, HALF, 1, 2), strict=True):
        row["method"] = scaled(row["method"], factor)
        if row["code"] in ("more", "less"):
            part = points * factor
            row |= {"points": part} if plain else {"points_by_class": {"A": part, "B": part}}
            changes |= {row["code"]: part} if plain else {f"{row['code']}__{name}": part for name in classes}
        if row["code"] == "extra":
            row["points"] *= 2
    plan = plan_of(by_hand)
    assert tried(made, facts, **changes) == as_data(total(plan, rate(plan, facts), facts))


def plan_of_two(**fields):
    """A at 15 by bands, B at 85; the bands cannot be scaled to 20 in decimals."""
    bands = [{"from": 90, "points": 15}, {"from": 60, "points": 10}, {"points": 0}]
    return document(
        indicator("A", 15, {"name": "band", "bands": bands}, **fields),
        indicator("B", 85, {"name": "step", "reference": 100, "unit": 1, "per": 1}),
    )


def facts_of_values(**values):
    teams = dict.fromkeys(team for row in values.values() for team in row)
    return Facts.gather([Team(team) for team in teams], values=values)


def points_of(found, team="t"):
    return next(line for line in found["teams"] if line["team"] == team)["indicators"]


def test_bands_and_steps_move_in_proportion_exactly():
    """10 of 15 is 40/3 of 20; 1 a unit of 85 is 80/85 of 80, so 10 units short leave 80 x 75 / 85."""
    facts = facts_of_values(A={"t": Decimal(60)}, B={"t": Decimal(90)})
    assert points_of(tried(plan_of_two(), facts, A=Decimal(20), B=Decimal(80))) == {"A": "13.33", "B": "70.59"}


def test_a_half_is_rounded_up_after_scaling_never_before():
    """1/3 of 0.015 is exactly half a cent."""
    bands = [{"from": 1, "points": Decimal("0.015")}, {"points": 0}]
    made = document(indicator("A", 3, {"name": "band", "bands": bands}), indicator("B", 97))
    facts = facts_of_values(A={"t": Decimal(1)}, B={"t": Decimal(1)})
    assert points_of(tried(made, facts, A=Decimal(1), B=Decimal(99)))["A"] == "0.01"


def test_events_never_scale_but_their_points_cap():
    made = document(
        indicator("A"), indicator("X", 4, {"name": "events", "levels": {"top": 3}}, kind="bonus", source="events")
    )
    facts = Facts.gather(
        [Team("t")], values={"A": {"t": Decimal(50)}}, events={"X": {"t": [Event("top", "one"), Event("top", "two")]}}
    )
    for points, bonus in ((4, "4.00"), (8, "6.00"), (2, "2.00")):
        assert tried(made, facts, X=Decimal(points))["teams"][0]["bonus"] == bonus


def test_a_parameter_a_cap_and_the_limit_are_tried():
    made = document(
        indicator("A"),
        indicator("X", 9, {"name": "external", "full": 10}, kind="bonus"),
        plan={"bonus_cap": 3},
    )
    facts = facts_of_values(A={"t": Decimal(80)}, X={"t": Decimal(10)})

    def shown(**changes):
        return tried(made, facts, **changes)["teams"][0]["total"]

    assert shown() == "83.00"
    assert shown(A____target=Decimal(160)) == "53.00"
    assert shown(__bonus_cap=Decimal(5)) == "85.00"
    assert shown(__bonus_cap=None) == "89.00"
    assert shown(A____target=Decimal(80)) == "100.00"
    assert shown(A____target=Decimal(80), __bonus_above_base=True) == "103.00"


def test_zero_takes_an_indicator_out_wherever_it_is_named():
    made = document(
        indicator("A", 40, dimension="a"),
        indicator("B", 60, unless={"indicator": "A", "value": 5}),
        indicator("X", 3, {"name": "external", "full": 3}, kind="bonus") | {"dimension": "a"},
        dimensions=[{"code": "a", "points": 40}, {"code": "d", "points": 60}],
        plan={"tie_break": ["A", "a", "B"]},
    )
    changed = changed_document(made, settings(made, A=Decimal(0), B=Decimal(100)))
    assert [row["code"] for row in changed["indicators"]] == ["B", "X"]
    assert [row["code"] for row in changed["dimensions"]] == ["d"]
    assert changed["plan"]["tie_break"] == ["B"]
    facts = facts_of_values(A={"t": Decimal(5)}, B={"t": Decimal(50)})
    assert points_of(tried(made, facts, A=Decimal(0), B=Decimal(100))) == {"B": "50.00"}
    assert made["plan"]["tie_break"] == ["A", "a", "B"]


def test_a_normalised_dimension_has_a_weight_of_its_own():
    made = document(
        indicator("A", 5, dimension="n"),
        indicator("B", 60),
        dimensions=[{"code": "n", "normalise": True, "points": 40}, {"code": "d"}],
    )
    facts = facts_of_values(A={"t": Decimal(50)}, B={"t": Decimal(100)})
    assert tried(made, facts, n=Decimal(20), B=Decimal(80))["teams"][0]["total"] == "90.00"
    assert tried(made, facts, A=Decimal(9))["teams"][0]["total"] == "80.00"
    assert tried(made, facts, n=Decimal(0), B=Decimal(100))["teams"][0]["total"] == "100.00"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"A": Decimal(20)}, [("", "base_sum")]),
        ({"A": Decimal(0)}, [("", "base_sum")]),
        ({"A": Decimal(0), "B": Decimal(0)}, [("", "no_indicators")]),
        ({"A": Decimal(-5), "B": Decimal(105)}, [("A", "not_above")]),
        ({"A": Decimal("1e14")}, [("A", "too_high")]),
        ({"B____unit": Decimal(0)}, [("B::unit", "not_above")]),
        ({"__deduction_cap": Decimal(-1)}, [(":deduction_cap", "too_low")]),
    ],
)
def test_what_is_wrong_stands_beside_its_field(changes, expected):
    facts = facts_of_values(A={"t": Decimal(1)}, B={"t": Decimal(1)})
    assert faults(plan_of_two(), facts, **changes) == expected


def test_the_sum_is_asked_class_by_class():
    both = {"A": 50, "B": 50}
    made = document(
        *(indicator(code, points_by_class=both) for code in ("I1", "I2")),
        dimensions=[{"code": "d", "points_by_class": {"A": 100, "B": 100}}],
    )
    facts = Facts.gather([Team("t", "A"), Team("u", "B")], values={"I1": {"t": Decimal(9), "u": Decimal(9)}})
    assert faults(made, facts, I1__A=Decimal(60)) == [("", "base_sum_class")]
    assert not faults(made, facts, I1__A=Decimal(60), I2__A=Decimal(40))
    assert not faults(made, facts, I1__A=Decimal(0), I2__A=Decimal(100))


def test_keys_tell_slots_apart():
    made = [Slot("A", "points", "b", None), Slot("A:b", "points", "", None), Slot("A", "b", "", None)]
    made += [Slot("A%3Ab", "points", "", None), Slot("", "b", "", None), Slot("A", "points", "", None)]
    assert len({slot.key for slot in made}) == len(made)


def test_the_cause_is_what_changed_against_the_class():
    """Both lose on A and gain on B; the one that overtakes loses 9 where its class loses 9.5 on average."""
    made = document(indicator("A", 50), indicator("B", 50))
    facts = facts_of_values(
        A={"first": Decimal(100), "second": Decimal(90)}, B={"first": Decimal(80), "second": Decimal(88)}
    )
    body = result_body(made, facts)
    found = attempt(made, plan_of(made), facts, settings(made, A=Decimal(40), B=Decimal(60)))
    first, second = moves(body, found.plan, facts)
    assert (first.before.rank, first.after.rank, first.cause) == (1, 2, "A")
    assert (second.rise, second.cause, second.against_class) == (1, "A", Fraction(1, 2))
    for move in (first, second):
        assert sum(move.changes.values()) == Fraction(move.after.total - move.before.total)


# Written down as a draft ----------------------------------------------------------------------------------------------
def drafted(made, facts, **changes):
    """The draft of the changes, and the plan that was tried."""
    plan, known = plan_of(made), settings(made, **changes)
    trial = attempt(made, plan, facts, known).plan
    return draft_of(made, plan, trial, known), trial


@thorough
@given(st.data())
def test_a_draft_is_the_plan_that_was_tried_as_far_as_its_numbers_need_no_rounding(data):
    """Whatever is not rounded judges alike; what is rounded is no further away than half of its last decimal."""
    row = data.draw(indicators("more", "base", ["A", "B"])) | {"dimension": "d"}
    row.pop("points_by_class", None)
    row["points"] = data.draw(st.sampled_from([4, 10, 15, 30]))
    made = document(row, indicator("rest", 100 - row["points"]), classes=[{"code": "A"}, {"code": "B"}])
    facts = facts_of(data.draw(worlds(made | {"vetoes": []})))
    part = data.draw(st.sampled_from([Decimal(2), Decimal(5), Decimal(20), Decimal("12.5")]))
    draft, trial = drafted(made, facts, more=part, rest=100 - part)
    assert not draft.uneven
    for one in draft.rounded:
        assert abs(one.exact - Fraction(one.written)) * 10**4 <= Fraction(1, 2)
    if not draft.rounded:
        written = plan_of(draft.document)
        assert as_data(total(written, rate(written, facts), facts)) == as_data(total(trial, rate(trial, facts), facts))


def test_what_cannot_be_written_exactly_is_rounded_to_two_decimals_more_and_named():
    facts = facts_of_values(A={"t": Decimal(60)}, B={"t": Decimal(90)})
    draft, _ = drafted(plan_of_two(), facts, A=Decimal(20), B=Decimal(80))
    bands, step = (row["method"] for row in draft.document["indicators"])
    assert [band["points"] for band in bands["bands"]] == [20, Decimal("13.3333"), 0]
    assert step["per"] == Decimal("0.9412")
    assert [(one.indicator, one.exact) for one in draft.rounded] == [("A", Fraction(40, 3)), ("B", Fraction(80, 85))]


def test_a_fallback_is_scaled_too_and_events_are_not():
    ranked = {"name": "rank_table", "table": [10, 4], "fallback": {"name": "band", "bands": [{"points": 5}]}}
    made = document(
        indicator("A", 10, ranked),
        indicator("B", 90),
        indicator("X", 4, {"name": "events", "levels": {"top": 3}}, kind="bonus", source="events"),
    )
    draft, _ = drafted(made, facts_of_values(A={"t": Decimal(1)}), A=Decimal(20), B=Decimal(80), X=Decimal(8))
    assert draft.document["indicators"][0]["method"] == {
        "name": "rank_table",
        "table": [20, 8],
        "fallback": {"name": "band", "bands": [{"points": 10}]},
    }
    assert draft.document["indicators"][2]["method"]["levels"] == {"top": 3}


def test_a_method_is_not_written_for_classes_that_change_differently():
    bands = {"name": "band", "bands": [{"from": 90, "points": 10}, {"points": 0}]}
    made = document(
        indicator("A", method=bands, points_by_class={"x": 10, "y": 10}),
        indicator("B", points_by_class={"x": 90, "y": 90}),
        classes=[{"code": "x"}, {"code": "y"}],
    )
    facts = Facts.gather([Team("t", "x"), Team("u", "y")])
    changes = {"A__x": Decimal(20), "B__x": Decimal(80), "A__y": Decimal(30), "B__y": Decimal(70)}
    assert drafted(made, facts, **changes)[0].uneven == ("A",)
    even = changes | {"A__y": Decimal(20), "B__y": Decimal(80)}
    assert drafted(made, facts, **even)[0].uneven == ()
