"""Each scoring method: worked examples, edges, and what always holds (docs/rules.md#methods)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine.rating import score
from assessments.engine.validation import read_parameters
from tests.assessments.engine.made import (
    amounts,
    by_team,
    column,
    document,
    indicator,
    numbers,
    only,
    plain_methods,
    points,
    relative_methods,
    world,
)
from tests.assessments.engine.oracle import points_of

quick = settings(max_examples=60, deadline=None)
LOWER = {"direction": "lower"}

RATIO = {"name": "ratio", "target": 80}
STEP = {"name": "step", "reference": 100, "unit": 2, "per": 1}
LATE = {"name": "step", "reference": 1, "unit": 2, "per": 3, **LOWER}
BANDS = {"name": "band", "bands": [{"from": 90, "points": 10}, {"from": 60, "points": 6}, {"points": 1}]}
GAPS = {"name": "band", **LOWER, "bands": [{"to": 5, "points": 10}, {"to": 10, "points": 8}, {"points": 0}]}

EXAMPLES = [
    # ratio: b x min(v / target, over)
    (RATIO, 40, "5.00"),
    (RATIO, 80, "10.00"),
    (RATIO, 81, "10.00"),
    (RATIO, 0, "0.00"),
    (RATIO, -8, "0.00"),
    ({**RATIO, "over": Decimal("1.1")}, 84, "10.50"),
    ({**RATIO, "over": Decimal("1.1")}, 88, "11.00"),
    ({**RATIO, "over": Decimal("1.1")}, 100, "11.00"),
    ({**RATIO, **LOWER}, 160, "5.00"),
    ({**RATIO, **LOWER}, 80, "10.00"),
    ({**RATIO, **LOWER}, 40, "10.00"),
    ({**RATIO, **LOWER, "over": 2}, 50, "16.00"),
    ({**RATIO, **LOWER, "over": 2}, 40, "20.00"),
    ({**RATIO, **LOWER, "over": 2}, 39, "20.00"),
    ({**RATIO, **LOWER, "over": 2}, 0, "20.00"),
    ({**RATIO, **LOWER, "over": 2}, -1, "20.00"),
    # linear: 0 at floor, b at target
    ({"name": "linear", "floor": 60, "target": 100}, 60, "0.00"),
    ({"name": "linear", "floor": 60, "target": 100}, 59, "0.00"),
    ({"name": "linear", "floor": 60, "target": 100}, 92.5, "8.13"),
    ({"name": "linear", "floor": 60, "target": 100}, 100, "10.00"),
    ({"name": "linear", "floor": 60, "target": 100}, 140, "10.00"),
    ({"name": "linear", "floor": -10, "target": 10}, 0, "5.00"),
    ({"name": "linear", "floor": 20, "target": 0}, 5, "7.50"),
    ({"name": "linear", "floor": 20, "target": 0}, 20, "0.00"),
    ({"name": "linear", "floor": 20, "target": 0}, 21, "0.00"),
    ({"name": "linear", "floor": 20, "target": 0}, 0, "10.00"),
    ({"name": "linear", "floor": 20, "target": 0, **LOWER}, -3, "10.00"),
    # band: edges included
    (BANDS, 90, "10.00"),
    (BANDS, Decimal("89.99"), "6.00"),
    (BANDS, 60, "6.00"),
    (BANDS, Decimal("59.99"), "1.00"),
    (GAPS, -1, "10.00"),
    (GAPS, 5, "10.00"),
    (GAPS, Decimal("5.01"), "8.00"),
    (GAPS, 10, "8.00"),
    (GAPS, Decimal("10.01"), "0.00"),
    # step: per unit short of (lower: beyond) the reference
    (STEP, 100, "10.00"),
    (STEP, 101, "10.00"),
    (STEP, 99, "9.50"),
    (STEP, 80, "0.00"),
    (STEP, 79, "0.00"),
    ({**STEP, "whole": True}, 99, "9.00"),
    ({**STEP, "whole": True}, 98, "9.00"),
    ({**STEP, "whole": True}, Decimal("97.9"), "8.00"),
    ({**STEP, "whole": True}, 100, "10.00"),
    ({**STEP, "whole": True}, 79, "0.00"),
    (LATE, 0, "10.00"),
    (LATE, 1, "10.00"),
    (LATE, 2, "8.50"),
    (LATE, 3, "7.00"),
    (LATE, 9, "0.00"),
    ({**LATE, "whole": True}, 2, "7.00"),
    ({**LATE, "whole": True}, Decimal("3.5"), "4.00"),
    # external
    ({"name": "external", "full": 120}, 90, "7.50"),
    ({"name": "external", "full": 120}, 120, "10.00"),
    ({"name": "external", "full": 120}, 130, "10.00"),
    ({"name": "external", "full": 120}, 0, "0.00"),
    ({"name": "external", "full": 120}, -5, "0.00"),
    # binary
    ({"name": "binary"}, "是", "10.00"),
    ({"name": "binary"}, "否", "0.00"),
    ({"name": "binary"}, "true", "10.00"),
    ({"name": "binary"}, "True", "10.00"),
    ({"name": "binary"}, "false", "0.00"),
    ({"name": "binary"}, True, "10.00"),
    ({"name": "binary"}, False, "0.00"),
    ({"name": "binary"}, 0, "0.00"),
    ({"name": "binary"}, "0.0", "0.00"),
    ({"name": "binary"}, 3, "10.00"),
    ({"name": "binary"}, "-1", "10.00"),
    ({"name": "binary", **LOWER}, "是", "0.00"),
    ({"name": "binary", **LOWER}, "0", "10.00"),
    # tier
    ({"name": "tier", "tiers": {"good": 10, "fair": Decimal("2.5")}}, "good", "10.00"),
    ({"name": "tier", "tiers": {"good": 10, "fair": Decimal("2.5")}}, "fair", "2.50"),
]


@pytest.mark.parametrize(("method", "value", "expected"), EXAMPLES)
def test_one_value(method, value, expected):
    assert points(method, value) == expected


def test_points_that_a_rule_names_are_capped_at_the_indicators():
    assert points({"name": "tier", "tiers": {"good": 12}}, "good") == "10.00"
    assert points({"name": "band", "bands": [{"from": 1, "points": 12}, {"points": 11}]}, 1) == "10.00"
    assert points({"name": "band", "bands": [{"from": 1, "points": 12}, {"points": 11}]}, 0) == "10.00"
    assert column({"name": "rank_table", "table": [12, 3]}, [5, 4]) == ["10.00", "3.00"]


RANK = {"name": "rank", "step": Decimal("0.3")}
TABLE = {"name": "rank_table", "table": [10, 7, Decimal("0.5")]}
MINMAX = {"name": "minmax", "low": Decimal("0.6")}
BEST = {"name": "best"}

COLUMNS = [
    (RANK, [5, 9, 9, 7, 1], ["1.00", "10.00", "10.00", "4.00", "0.00"]),
    ({**RANK, **LOWER}, [5, 9, 9, 7, 1], ["7.00", "1.00", "1.00", "4.00", "10.00"]),
    ({"name": "rank", "step": Decimal("0.05")}, [3, 2, 1], ["10.00", "9.50", "9.00"]),
    (RANK, [4], ["10.00"]),
    (RANK, [Decimal("4.0"), 4, 3], ["10.00", "10.00", "4.00"]),
    (TABLE, [5, 9, 9, 7, 1], ["0.50", "10.00", "10.00", "0.50", "0.50"]),
    (TABLE, [1, 2, 3], ["0.50", "7.00", "10.00"]),
    ({**TABLE, **LOWER}, [5, 9, 9, 7, 1], ["7.00", "0.50", "0.50", "0.50", "10.00"]),
    (MINMAX, [0, 10, 4], ["6.00", "10.00", "7.60"]),
    ({**MINMAX, **LOWER}, [0, 10, 4], ["10.00", "6.00", "8.40"]),
    ({"name": "minmax"}, [0, 10, 4], ["0.00", "10.00", "4.00"]),
    ({"name": "minmax"}, [-10, 10, 5], ["0.00", "10.00", "7.50"]),
    (MINMAX, [3, 3, Decimal("3.0")], ["10.00", "10.00", "10.00"]),
    ({**MINMAX, **LOWER}, [3], ["10.00"]),
    ({"name": "minmax", "low": 1}, [1, 2], ["10.00", "10.00"]),
    (BEST, [30, 40, 0, -1], ["7.50", "10.00", "0.00", "0.00"]),
    (BEST, [0, 0], ["0.00", "0.00"]),
    (BEST, [-2, -1], ["0.00", "0.00"]),
    ({**BEST, **LOWER}, [30, 40], ["10.00", "7.50"]),
    ({**BEST, **LOWER}, [0, 40, 0], ["10.00", "0.00", "10.00"]),
    ({**BEST, **LOWER}, [-1, 0, 40], ["10.00", "0.00", "0.00"]),
    ({**BEST, **LOWER}, [0, 0], ["10.00", "10.00"]),
]


@pytest.mark.parametrize(("method", "values", "expected"), COLUMNS)
def test_a_class_is_compared(method, values, expected):
    assert column(method, values) == expected


@pytest.mark.parametrize("name", ["rank", "rank_table", "minmax", "best"])
def test_a_class_without_any_value_is_not_scored(name):
    extra = {"rank": {"step": 1}, "rank_table": {"table": [1]}}.get(name, {})
    assert column({"name": name, **extra}, [None, None]) == [None, None]


def panel(marks, **parameters):
    made = document(indicator("I1", 100, {"name": "panel", "scale": 100, **parameters}, source="panel"))
    return only(made, world(marks={"I1": {"a": [Decimal(str(mark)) for mark in marks]}}))["indicators"].get("I1")


def test_a_panel_drops_one_highest_and_one_lowest_of_five_marks_or_more():
    assert panel([60, 70, 80, 90]) == "75.00"
    assert panel([10, 70, 80, 90, 100]) == "80.00"
    assert panel([0, 60, 100, 100, 100, 100]) == "90.00"
    assert panel([10, 70, 80], trim_from=3) == "70.00"
    assert panel([10, 70, 80], trim_from=4) == "53.33"
    assert panel([80]) == "80.00"
    assert panel([]) is None
    assert panel([0]) == "0.00"


def test_marks_are_read_on_the_scale_of_the_panel():
    assert panel([8, 9], scale=10) == "85.00"


def vote(*votes, **groups):
    method = {"name": "vote", "groups": groups or {"members": 50, "lead": 20, "office": 30}}
    made = document(indicator("I1", 100, method, source="panel"))
    return only(made, world(votes={"I1": {"a": [(group, Decimal(mark)) for group, mark in votes]}}))["indicators"].get(
        "I1"
    )


def test_a_vote_weighs_the_means_of_the_groups():
    assert vote(("members", 80), ("members", 90), ("lead", 100), ("office", 50)) == "77.50"
    assert vote(("a", 100), ("b", 0), a=1, b=2) == "33.33"


def test_a_silent_groups_weight_goes_to_the_others():
    assert vote(("members", 80), ("lead", 100)) == "85.71"
    assert vote(("office", 70)) == "70.00"
    assert vote() is None


def events(*happened, full=10, **parameters):
    """Points of (level, matter, counted, paid) under levels worth 5, 2 and 1."""
    method = {"name": "events", "levels": {"national": 5, "provincial": 2, "county": 1}, **parameters}
    made = document(indicator(), indicator("B1", full, method, kind="bonus", source="events"))
    rows = [(*event, *("", True, "")[len(event) - 1 :]) for event in happened]
    return only(made, world({"I1": {"a": 1}}, events={"B1": {"a": rows}}))["indicators"]["B1"]


def test_a_matter_counts_at_its_highest_level_only():
    assert events(("county", "road"), ("national", "road"), ("provincial", "road")) == "5.00"
    assert events(("county", "road"), ("county", "bridge")) == "2.00"


def test_each_blank_matter_is_its_own():
    assert events(("county",), ("county",), ("provincial",)) == "4.00"


def test_events_stop_at_the_cap_and_at_the_full_points():
    assert events(("national",), ("provincial",), cap=6) == "6.00"
    assert events(("national",), ("national",), ("national",)) == "10.00"
    assert events(("national",), full=3) == "3.00"
    assert events(("national",), full=3, cap=4) == "3.00"
    assert events(("county",), cap=0) == "0.00"


def test_an_event_of_value_0_does_not_count():
    assert events(("national", "", False), ("county", "road", False), ("county",)) == "1.00"


def test_nothing_happened_is_zero_and_never_missing():
    assert events() == "0.00"


def test_a_matter_that_was_paid_brings_the_difference():
    assert events(("national", "road", True, "provincial")) == "3.00"
    assert events(("county", "road", True, "county")) == "0.00"
    assert events(("county", "road", True, "national"), ("county",)) == "1.00"


def own_targets(**direction):
    """The printed points of four teams at 5, whose own targets are 10, 0, below 0 and none."""
    method = {"name": "ratio", "target": "team", **direction}
    made = document(indicator("I1", 60, method, when_missing="redistribute"), indicator("I2", 40))
    values = {"I1": dict.fromkeys("abcd", 5), "I2": dict.fromkeys("abcd", 100)}
    targets = {"I1": {"a": Decimal(10), "b": Decimal(0), "c": Decimal(-1)}}
    lines = by_team(made, world(values, targets=targets))
    return [lines[team]["indicators"].get("I1") for team in "abcd"]


def test_each_teams_own_target_and_one_of_0_or_none_is_a_missing_value():
    assert own_targets() == ["30.00", None, None, None]
    assert own_targets(direction="lower") == ["60.00", None, None, None]


def test_a_ratio_above_its_target_pays_no_more_than_a_bonus_is_worth():
    over = {"name": "ratio", "target": 10, "over": 2}
    for kind in ("bonus", "deduction"):
        made = document(indicator(), indicator("X", 4, over, kind=kind))
        for value in (15, Fraction(46, 3)):
            assert only(made, world({"I1": {"a": 100}, "X": {"a": value}}))["indicators"]["X"] == "4.00"
        assert only(made, world({"I1": {"a": 100}, "X": {"a": 5}}))["indicators"]["X"] == "2.00"


# what always holds


def scored(method, values, full=Decimal(10)):
    """Unrounded points of a column."""
    name = method["name"]
    document_of = {key: value for key, value in method.items() if key not in ("name", "fallback")}
    return score(read_parameters(name, document_of), full, values)


number_methods = plain_methods().filter(lambda method: method.get("target") != "team")
any_number_method = st.one_of(number_methods, relative_methods())
columns_of_numbers = st.lists(numbers, min_size=1, max_size=6)


@quick
@given(any_number_method, columns_of_numbers)
def test_points_lie_between_0_and_the_full_points_except_by_over(method, values):
    most = 10 * method.get("over", 1)
    assert all(0 <= one <= most for one in scored(method, values))


@quick
@given(any_number_method, columns_of_numbers)
def test_a_better_value_never_brings_less(method, values):
    points_by_value = dict(zip(values, scored(method, values), strict=True))
    lower = method.get("direction") == "lower" or method.get("floor", 0) > method.get("target", 0)
    in_order = sorted(points_by_value, reverse=lower)
    paid = [points_by_value[value] for value in in_order]
    assert paid == sorted(paid)


@quick
@given(any_number_method, st.lists(numbers, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_the_order_of_a_column_changes_no_points(method, values, random):
    by_position = list(enumerate(values))
    random.shuffle(by_position)
    shuffled = scored(method, [value for _, value in by_position])
    before = scored(method, values)
    assert [before[position] for position, _ in by_position] == shuffled


@quick
@given(any_number_method, st.lists(amounts(-20, 150), min_size=1, max_size=6))
def test_decimals_and_fractions_give_the_same(method, values):
    fast, exact = scored(method, values), scored(method, list(map(Fraction, values)))
    assert all(abs(Fraction(one) - other) < Fraction(1, 10**50) for one, other in zip(fast, exact, strict=True))
    expected = [points_of(method, Fraction(10), value, values, None) for value in values]
    assert exact == expected


@quick
@given(st.lists(st.integers(0, 100), min_size=1, max_size=8), st.integers(3, 6))
def test_a_panels_points_follow_its_marks(marks, trim_from):
    value = Decimal(panel(marks, trim_from=trim_from))
    assert min(marks) <= value <= max(marks)
    assert panel(list(reversed(marks)), trim_from=trim_from) == str(value)
    raised = [*marks[:-1], 100]
    assert Decimal(panel(raised, trim_from=trim_from)) >= value


@quick
@given(st.lists(st.tuples(st.sampled_from(["members", "lead", "office"]), st.integers(0, 100)), min_size=1, max_size=8))
def test_a_votes_points_follow_its_marks(votes):
    value = Decimal(vote(*votes))
    assert min(mark for _, mark in votes) - Decimal("0.01") <= value <= max(mark for _, mark in votes)
    assert vote(*reversed(votes)) == str(value)
    raised = [*votes[:-1], (votes[-1][0], 100)]
    assert Decimal(vote(*raised)) >= value


happenings = st.lists(
    st.tuples(st.sampled_from(["national", "provincial", "county"]), st.sampled_from(["", "x", "y"]), st.booleans()),
    max_size=6,
)


@quick
@given(happenings, happenings, st.integers(0, 8))
def test_more_events_never_bring_less_and_the_cap_caps(some, more, cap):
    value = Decimal(events(*some, cap=cap))
    assert 0 <= value <= cap
    assert Decimal(events(*some, *more, cap=cap)) >= value
    assert Decimal(events(*reversed(some), cap=cap)) == value
