"""The curve of a rule is the engine's own: at the knots, between them and at both ends."""

from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine.arithmetic import round_half_up
from assessments.engine.editing.curves import trace
from assessments.engine.rating import score
from assessments.engine.validation import read_parameters
from tests.assessments.engine.made import plain_methods

LOWER = {"direction": "lower"}
STAIRS = {"name": "step", "reference": 100, "unit": 2, "per": 4, "whole": True}

KNOTS = [
    ({"name": "linear", "floor": 60, "target": 100}, {}, [(60, 0), (100, 10)], (52, 0, 108, 10)),
    ({"name": "linear", "floor": 20, "target": 0}, {}, [(0, 10), (20, 0)], (0, 10, 24, 0)),
    ({"name": "linear", "floor": -10, "target": 10}, {"most": 12}, [(-10, 0), (10, 10)], (-14, 0, 12, 10)),
    ({"name": "ratio", "target": 80, "over": Decimal("1.1")}, {}, [(0, 0), (80, 10), (88, 11)], (0, 0, 105.6, 11)),
    ({"name": "ratio", "target": 80, "over": 2, **LOWER}, {}, [(40, 20), (80, 10), (160, 5)], (16, 20, 184, None)),
    ({"name": "ratio", "target": "team"}, {}, [(0, 0), (100, 10)], (0, 0, 120, 10)),
    (
        {"name": "band", "bands": [{"from": 90, "points": 12}, {"from": 60, "points": 6}, {"points": 1}]},
        {"least": 0, "most": 90},
        [(60, 6), (90, 10)],
        (54, 1, 90, None),
    ),
    (
        {"name": "band", **LOWER, "bands": [{"to": 5, "points": 10}, {"points": 0}]},
        {},
        [(5, 10)],
        (2.5, 10, 7.5, 0),
    ),
    (STAIRS, {}, [(94, 0), (96, 2), (98, 6), (100, 10)], (92.8, 0, 101.2, 10)),
    ({"name": "step", "reference": 1, "unit": 2, "per": 3, **LOWER}, {}, [(1, 10), (Fraction(23, 3), 0)], None),
    ({"name": "external", "full": 120}, {}, [(0, 0), (120, 10)], (0, 0, 144, 10)),
]


def rule(method):
    return read_parameters(method["name"], {name: value for name, value in method.items() if name != "name"})


@pytest.mark.parametrize(("method", "limits", "knots", "ends"), KNOTS)
def test_knots_floor_and_cap(method, limits, knots, ends):
    limits = {name: Decimal(limit) for name, limit in limits.items()}
    curve = trace(rule(method), Decimal(10), **limits)
    assert [(knot.value, knot.points) for knot in curve.knots] == knots
    if ends is not None:
        low, floor, high, cap = (None if end is None else Fraction(str(end)) for end in ends)
        assert (curve.first.value, curve.last.value) == (low, high)
        assert curve.first.points == floor
        assert cap is None or curve.last.points == cap


def test_more_stairs_than_can_be_seen_are_one_line_that_ends_where_nothing_is_left():
    curve = trace(rule({**STAIRS, "reference": 1000, "per": Decimal("0.1")}), Decimal(10))
    assert [(knot.value, knot.points) for knot in curve.knots] == [(800, 0), (1000, 10)]
    assert len(curve.pieces) == 1


def test_where_the_drawing_begins_at_a_jump_the_end_is_what_is_earned_there():
    stairs = {"name": "step", "reference": 0, "unit": 1, "per": 1, "whole": True, "direction": "lower"}
    curve = trace(rule(stairs), Decimal(10))
    assert (curve.first.value, curve.first.points, curve.pieces[0][0].points) == (0, 10, 9)


@pytest.mark.parametrize(
    "method",
    [
        {"name": "binary"},
        {"name": "tier", "tiers": {"good": 10}},
        {"name": "panel", "scale": 100},
        {"name": "events", "levels": {"county": 1}},
        {"name": "rank", "step": Decimal("0.1")},
        {"name": "minmax"},
        {"name": "best"},
        {"name": "band", "bands": [{"points": 5}]},
        {"name": "step", "reference": -5, "unit": 1, "per": 1},
    ],
)
def test_where_no_number_decides_or_all_earn_the_same_there_is_no_curve(method):
    assert trace(rule(method), Decimal(10)) is None


def test_a_bonus_is_never_drawn_above_its_points():
    method = rule({"name": "ratio", "target": 80, "over": 2})
    assert max(point.points for point in trace(method, Decimal(10)).pieces[0]) == 20
    assert max(point.points for point in trace(method, Decimal(10), capped=True).pieces[0]) == 10


@given(plain_methods(), st.integers(0, 1000))
@settings(max_examples=80, deadline=None)
def test_any_value_earns_what_the_curve_shows(method, share):
    parameters = rule(method)
    curve = trace(parameters, Decimal(10))
    if curve is None:
        return
    low, high = curve.first.value, curve.last.value
    value = low + (high - low) * share / 1000
    inputs = [*(knot.value for knot in curve.knots), value]
    earned = score(
        parameters, Decimal(10), [(each, Decimal(100)) for each in inputs] if parameters.needs_target else inputs
    )
    assert [round_half_up(Fraction(each), 6) for each in earned[:-1]] == [
        round_half_up(knot.points, 6) for knot in curve.knots
    ]
    spans = [(one, other) for piece in curve.pieces for one, other in pairwise(piece)]
    shown = [
        one.points + (other.points - one.points) * (value - one.value) / (other.value - one.value)
        for one, other in spans
        if one.value <= value <= other.value
    ]
    shown += [knot.points for knot in curve.knots if knot.value == value]  # the dot tells which side of a jump counts
    falls = method.get("direction") == "lower" and method["name"] == "ratio"
    assert min(abs(each - Fraction(earned[-1])) for each in shown) < (Fraction(1) if falls else Fraction(1, 10**6))
