"""Ranks, ties, vetoes and grades inside a class (docs/rules.md#ranks-and-grades)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assessments.engine import rate, total
from assessments.engine.ranking import Candidate, place
from tests.assessments.engine.made import by_team, document, facts_of, indicator, judged, plan_of, world

GRADES = [{"code": "top", "min": 90}, {"code": "mid", "min": 60}, {"code": "low", "min": 0}]
VETOES = [{"code": "bar", "effect": "no_top_grade"}, {"code": "out", "effect": "void"}]


def grades(*quotas):
    """The three grades; a quota each, None for none."""
    return [
        row | ({} if quota is None else {"quota": Decimal(str(quota))})
        for row, quota in zip(GRADES, quotas, strict=True)
    ]


def plan(quotas=(None, None, None), **fields):
    """One indicator whose value is the total; a team's grade is tried on it."""
    return document(grades=grades(*quotas), vetoes=VETOES, plan=fields)


def ranked(made, totals, **facts):
    """(team, rank, grade) in printed order of teams with those totals."""
    lines = judged(made, world({"I1": totals}, **facts))["teams"]
    return [(line["team"], line["rank"], line["grade"]) for line in lines]


def missed(made, totals, **facts):
    """Team -> [(grade, reason, parameters)] of missed grades."""
    frozen, facts = plan_of(made), facts_of(world({"I1": totals}, **facts))
    standing = total(frozen, rate(frozen, facts), facts)
    return {line.team: [(miss.grade, miss.reason, miss.params) for miss in line.missed] for line in standing.lines}


# ranks


def test_ties_share_a_rank_and_the_next_is_counted_on():
    totals = {"a": 80, "b": 90, "c": 80, "d": 70, "e": 95}
    assert [(team, rank) for team, rank, _ in ranked(plan(), totals)] == [
        ("e", 1), ("b", 2), ("a", 3), ("c", 3), ("d", 5),
    ]  # fmt: skip


def test_ranks_go_by_the_rounded_total():
    totals = {"a": Decimal("89.951"), "b": Decimal("89.954"), "c": Decimal("89.955")}
    assert [(team, rank) for team, rank, _ in ranked(plan(), totals)] == [("c", 1), ("a", 2), ("b", 2)]


def test_each_class_is_ranked_by_itself_in_order_of_appearance():
    totals = {"a": 10, "b": 50, "c": 20, "d": 40}
    lines = judged(plan(), world({"I1": totals}, classes={"a": "B", "b": "A", "c": "B", "d": "A"}))["teams"]
    assert [(line["class"], line["team"], line["rank"]) for line in lines] == [
        ("B", "c", 1), ("B", "a", 2), ("A", "b", 1), ("A", "d", 2),
    ]  # fmt: skip


def tied(tie_break, **columns):
    """Order and ranks of two teams with equal totals, given what differs."""
    made = document(
        indicator("I1", 40, dimension="d"),
        indicator("I2", 40, dimension="e"),
        indicator("I3", 20, dimension="e", when_missing="redistribute"),
        indicator("P", 10, kind="bonus", when_missing="zero"),
        indicator("M", 10, kind="deduction", when_missing="zero"),
        dimensions=[{"code": "d"}, {"code": "e"}],
        plan={"tie_break": tie_break},
    )
    lines = judged(made, world({code: dict(zip("ab", pair, strict=True)) for code, pair in columns.items()}))["teams"]
    assert lines[0]["total"] == lines[1]["total"]
    return [(line["team"], line["rank"]) for line in lines]


DIFFERENT = {"I1": (50, 100), "I2": (100, 50), "I3": (50, 50)}


@pytest.mark.parametrize(
    ("tie_break", "order"),
    [
        ([], [("a", 1), ("b", 1)]),
        (["I1"], [("b", 1), ("a", 2)]),
        (["I2"], [("a", 1), ("b", 2)]),
        (["I3"], [("a", 1), ("b", 1)]),
        (["I3", "I1"], [("b", 1), ("a", 2)]),
        (["d"], [("b", 1), ("a", 2)]),
        (["e"], [("a", 1), ("b", 2)]),
        (["deduction"], [("a", 1), ("b", 1)]),
    ],
)
def test_ties_are_broken_in_the_plans_order(tie_break, order):
    assert tied(tie_break, **DIFFERENT) == order


def test_less_deduction_is_better():
    columns = {"I1": (50, 50), "I2": (50, 50), "I3": (50, 50), "P": (50, 0), "M": (50, 0)}
    assert tied(["deduction"], **columns) == [("b", 1), ("a", 2)]


def test_what_a_team_does_not_have_counts_0_in_a_tie():
    columns = {"I1": (50, 50), "I2": (50, 50), "I3": (None, 50)}
    assert tied(["I3"], **columns) == [("b", 1), ("a", 2)]


# grades


def test_a_grade_goes_by_its_least_total():
    totals = {"a": 90, "b": Decimal("89.99"), "c": 60, "d": Decimal("59.994"), "e": 0}
    assert [grade for _, _, grade in ranked(plan(), totals)] == ["top", "mid", "mid", "low", "low"]


def test_the_last_grade_takes_whoever_is_left():
    made = plan()
    made["grades"][-1]["min"] = 50
    assert ranked(made, {"a": 10}) == [("a", 1, "low")]


@pytest.mark.parametrize(
    ("rounding", "size", "expected"),
    [
        ("floor", 5, 1),
        ("half_up", 5, 2),
        ("ceil", 5, 2),
        ("half_up", 4, 1),
        ("ceil", 4, 2),
        (None, 5, 1),
        ("ceil", 10, 3),
    ],
)
def test_a_quota_is_a_share_of_the_class(rounding, size, expected):
    made = plan((0.3, None, None), **({} if rounding is None else {"quota_rounding": rounding}))
    totals = {f"t{number}": 99 - number for number in range(size)}
    taken = [grade for _, _, grade in ranked(made, totals)].count("top")
    assert taken == expected
    assert ranked(made, totals)[expected][2] == "mid"


def test_void_and_totalless_teams_count_in_the_size_of_the_class():
    made = plan((0.5, None, None))
    assert [grade for _, _, grade in ranked(made, {"a": 99, "b": 98, "c": 97})] == ["top", "mid", "mid"]
    with_void = ranked(made, {"a": 99, "b": 98, "c": 97, "d": 96}, vetoes={"out": {"d": None}})
    assert [grade for _, _, grade in with_void] == ["top", "top", "mid", "low"]
    with_none = ranked(made, {"a": 99, "b": 98, "c": 97, "d": None})
    assert with_none == [("a", 1, "top"), ("b", 2, "top"), ("c", 3, "mid"), ("d", None, None)]


def test_a_tied_group_takes_a_grade_together_or_not_at_all():
    made = plan((0.5, None, None))
    assert ranked(made, {"a": 95, "b": 95, "c": 94, "d": 94}) == [
        ("a", 1, "top"), ("b", 1, "top"), ("c", 3, "mid"), ("d", 3, "mid"),
    ]  # fmt: skip
    assert ranked(made, {"a": 96, "b": 95, "c": 95, "d": 94}) == [
        ("a", 1, "top"), ("b", 2, "mid"), ("c", 2, "mid"), ("d", 4, "mid"),
    ]  # fmt: skip


def test_no_room_closes_a_grade_to_all_below():
    """One place is left, but the tied group above did not fit: nobody overtakes it."""
    totals = {"a": 96, "b": 95, "c": 95, "d": 94}
    assert missed(plan((0.5, None, None)), totals) == {
        "a": [],
        "b": [("top", "full", {"places": 2, "left": 1, "tied": 2})],
        "c": [("top", "full", {"places": 2, "left": 1, "tied": 2})],
        "d": [("top", "closed", {"places": 2, "rank": 2})],
    }


def test_quotas_hold_for_every_grade_but_the_last():
    made = plan((0.25, 0.25, 0.1))
    assert ranked(made, {"a": 95, "b": 94, "c": 93, "d": 92}) == [
        ("a", 1, "top"), ("b", 2, "mid"), ("c", 3, "low"), ("d", 4, "low"),
    ]  # fmt: skip
    assert missed(made, {"a": 95, "b": 94, "c": 93, "d": 50}) == {
        "a": [],
        "b": [("top", "full", {"places": 1, "left": 0, "tied": 1})],
        "c": [
            ("top", "closed", {"places": 1, "rank": 2}),
            ("mid", "full", {"places": 1, "left": 0, "tied": 1}),
        ],
        "d": [
            ("top", "below", {"total": Decimal("50.00"), "min": Decimal(90)}),
            ("mid", "below", {"total": Decimal("50.00"), "min": Decimal(60)}),
        ],
    }


def test_a_quota_of_nobody():
    assert ranked(plan((0, None, None)), {"a": 99}) == [("a", 1, "mid")]


def test_a_plan_without_grades():
    made = document()
    assert ranked(made, {"a": 99, "b": None}) == [("a", 1, None), ("b", None, None)]
    assert missed(made, {"a": 99, "b": None}) == {"a": [], "b": []}


# vetoes


def test_a_barred_team_takes_no_room_and_closes_nothing():
    made = plan((0.5, None, None))
    facts = {"vetoes": {"bar": {"a": None}}}
    assert ranked(made, {"a": 99, "b": 98}, **facts) == [("a", 1, "mid"), ("b", 2, "top")]
    assert missed(made, {"a": 99, "b": 98}, **facts) == {"a": [("top", "barred", {"vetoes": ("bar",)})], "b": []}


def test_a_barred_team_is_below_where_it_is_below():
    assert missed(plan(), {"a": 70}, vetoes={"bar": {"a": None}}) == {
        "a": [("top", "below", {"total": Decimal("70.00"), "min": Decimal(90)})]
    }


def test_a_barred_team_that_just_reaches_the_first_grade_is_barred():
    assert missed(plan(), {"a": 90}, vetoes={"bar": {"a": None}}) == {"a": [("top", "barred", {"vetoes": ("bar",)})]}
    assert ranked(plan(), {"a": 90}, vetoes={"bar": {"a": None}}) == [("a", 1, "mid")]


def test_a_barred_team_takes_room_in_the_second_grade():
    made = plan((None, 0.5, None))
    facts = {"vetoes": {"bar": {"a": None}}}
    assert ranked(made, {"a": 99, "b": 80}, **facts) == [("a", 1, "mid"), ("b", 2, "low")]


def test_those_tied_with_a_barred_team_take_the_grade_without_it():
    made = plan((0.5, None, None))
    facts = {"vetoes": {"bar": {"b": None}}}
    assert ranked(made, {"a": 95, "b": 95, "c": 94, "d": 10}, **facts) == [
        ("a", 1, "top"), ("b", 1, "mid"), ("c", 3, "top"), ("d", 4, "low"),
    ]  # fmt: skip


def test_a_void_team_comes_after_all_others_by_its_total():
    totals = {"a": 99, "b": 20, "c": 98, "d": 98, "e": None}
    facts = {"vetoes": {"out": {"a": None, "c": None, "d": None, "e": None}, "bar": {"a": None}}}
    assert ranked(plan(), totals, **facts) == [
        ("b", 1, "low"), ("a", 2, "low"), ("c", 3, "low"), ("d", 3, "low"), ("e", None, None),
    ]  # fmt: skip
    assert missed(plan(), totals, **facts)["a"] == [("", "void", {"vetoes": ("out",)})]
    assert missed(plan(), totals, **facts)["e"] == [("", "no_base", {})]
    assert by_team(plan(), world({"I1": totals}, **facts))["a"]["total"] == "99.00"


def test_ties_among_void_teams_are_broken_too():
    made = document(indicator("I1", 50), indicator("I2", 50), vetoes=VETOES, plan={"tie_break": ["I2"]}, grades=GRADES)
    made_world = world({"I1": {"a": 100, "b": 50}, "I2": {"a": 50, "b": 100}}, vetoes={"out": {"a": 1, "b": 1}})
    assert [line["team"] for line in judged(made, made_world)["teams"]] == ["b", "a"]


# young teams


def test_a_young_team_is_ranked_and_not_graded():
    made = plan((0.5, None, None), grade_min_age_days=60)
    totals, facts = {"a": 99, "b": 98, "c": 97, "d": 96}, {"ages": {"a": 59, "b": 60}}
    assert ranked(made, totals, **facts) == [("a", 1, None), ("b", 2, "top"), ("c", 3, "top"), ("d", 4, "mid")]
    assert missed(made, totals, **facts)["a"] == [("", "too_young", {"age_days": 59, "min_age_days": 60})]


def test_a_young_team_closes_nothing_for_those_tied_with_it():
    made = plan((0.5, None, None), grade_min_age_days=60)
    assert ranked(made, {"a": 95, "b": 95}, ages={"a": 1}) == [("a", 1, None), ("b", 1, "top")]


def test_a_young_team_that_is_void_is_still_not_graded():
    made = plan(grade_min_age_days=60)
    assert ranked(made, {"a": 95}, ages={"a": 1}, vetoes={"out": {"a": 1}}) == [("a", 1, None)]


def test_without_a_least_age_everyone_is_graded():
    assert ranked(plan(), {"a": 95}, ages={"a": 0}) == [("a", 1, "top")]


# what always holds


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.sampled_from([50, 70, 90, 92, 95, 99]), min_size=1, max_size=9),
    st.sampled_from([0, 0.2, 0.3, 0.5, 1]),
    st.sampled_from([None, 0.3]),
)
def test_a_lower_team_never_overtakes_a_higher_one_in_grade(totals, top, mid):
    made = plan((top, mid, None), quota_rounding="half_up")
    lines = ranked(made, {f"t{number}": one for number, one in enumerate(totals)})
    order = ["top", "mid", "low"]
    given_out = [order.index(grade) for _, _, grade in lines]
    assert given_out == sorted(given_out)
    by_rank = {}
    for _, rank, grade in lines:
        assert by_rank.setdefault(rank, grade) == grade


@pytest.mark.parametrize(
    ("size", "quota", "rounding", "places"),
    [
        (5, "0.5", "half_up", 3),
        (5, "0.3", "half_up", 2),
        (3, "0.5", "half_up", 2),
        (9, "0.5", "half_up", 5),
        (5, "0.49", "half_up", 2),
        (5, "0.5", "floor", 2),
        (5, "0.5", "ceil", 3),
        (5, "0.21", "ceil", 2),
        (5, "0.4", "ceil", 2),
    ],
)
def test_places_are_rounded_as_the_plan_says_and_a_half_goes_up(size, quota, rounding, places):
    """2.5 places are 3, not the even 2; 1.5 are 2."""
    grades = [{"code": "top", "min": 0, "quota": Decimal(quota)}, {"code": "low", "min": 0}]
    grades[0]["min"] = 1
    made = plan_of(document(grades=grades, plan={"quota_rounding": rounding}))
    totals = [Candidate(f"t{number}", Decimal(90 - number)) for number in range(size)]
    placed = place(made, totals)
    assert [one.grade for one in placed.values()].count("top") == places
