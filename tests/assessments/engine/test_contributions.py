"""What each indicator adds to the total, and what would bring the next grade."""

import json
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from assessments.engine import canonical_json, result_body
from assessments.engine.contributions import contributions
from assessments.engine.next_grade import NextGrade, candidates, next_grade
from assessments.engine.ranking import Missed, place
from tests.assessments.engine.made import document, documents, facts_of, indicator, plan_of, world, worlds

thorough = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


def stored(made, made_world, kind=None):
    """A result's document as it is read back."""
    return json.loads(canonical_json(result_body(made, facts_of(made_world), kind)))


def parts(made, made_world, team="a"):
    """The contributions of one team."""
    (found,) = [one for one in stored(made, made_world)["outcome"]["teams"] if one["team"] == team]
    return contributions(found["reckoning"])


@thorough
@given(st.data())
def test_contributions_sum_to_the_total_exactly(data):
    made = data.draw(documents())
    body = stored(made, data.draw(worlds(made)), data.draw(st.sampled_from([None, "month"])))
    for team in body["outcome"]["teams"]:
        found = contributions(team["reckoning"])
        if team["total"] is None:
            assert found is None
            continue
        assert sum(found.parts.values()) + found.rest == found.total == Fraction(team["total"])
        assert set(found.parts) == set(team["points"])
        assert all(
            found.parts[code] == Fraction(points) * found.scales[code] for code, points in team["points"].items()
        )


def test_points_of_a_whole_plan_count_as_they_are():
    made = document(indicator("A", 60), indicator("B", 40))
    found = parts(made, world({"A": {"a": 50}, "B": {"a": 100}}))
    assert (found.parts, found.rest) == ({"A": Fraction(30), "B": Fraction(40)}, 0)


def test_where_an_indicator_is_left_out_the_others_count_for_more():
    made = document(indicator("A", 60), indicator("B", 40, when_missing="redistribute"))
    found = parts(made, world({"A": {"a": 50}}))
    assert found.scales == {"A": Fraction(100, 60)}
    assert (found.parts, found.rest, found.total) == ({"A": Fraction(50)}, 0, 50)


def test_a_normalised_dimension_scales_its_own():
    made = document(
        indicator("A", 50),
        indicator("B", 20, dimension="e"),
        dimensions=[{"code": "d", "title": "D"}, {"code": "e", "title": "E", "normalise": True, "points": 50}],
    )
    found = parts(made, world({"A": {"a": 100}, "B": {"a": 33.35}}))
    assert found.scales == {"A": Fraction(1), "B": Fraction(5, 2)}
    assert found.parts["B"] == Fraction("16.675")
    assert found.rest == Fraction("0.005")


def test_caps_and_limits_are_in_the_last_line():
    made = document(
        indicator("A", 100),
        indicator("P", 5, kind="bonus"),
        indicator("M", 9, {"name": "external", "full": 10}, kind="deduction"),
        plan={"bonus_cap": 2, "deduction_cap": 3, "bonus_above_base": False},
    )
    found = parts(made, world({"A": {"a": 100}, "P": {"a": 100}, "M": {"a": 0}}))
    assert (found.parts["P"], found.rest, found.total) == (5, -5, 100)
    found = parts(made, world({"A": {"a": 50}, "P": {"a": 0}, "M": {"a": 10}}))
    assert (found.parts["M"], found.rest, found.total) == (-9, 6, 47)


# The next grade


GRADES = [
    {"code": "top", "title": "Top", "min": 90, "quota": Decimal("0.34")},
    {"code": "good", "title": "Good", "min": 80},
    {"code": "rest", "title": "Rest", "min": 0},
]


def graded(*indicators, grades=None, **tables):
    """A plan with three grades; the first has a place for one of three."""
    return document(*indicators, grades=grades or GRADES, **tables)


def what_for(made, made_world, team):
    """The next grade of a team."""
    return next_grade(plan_of(made), stored(made, made_world), team)


def test_the_next_grade_is_named_with_what_would_bring_it():
    made = graded(indicator("A", 60), indicator("B", 30), indicator("C", 10))
    made_world = world({"A": {"a": 80, "b": 10}, "B": {"a": 70, "b": 10}, "C": {"a": 100, "b": 10}})  # 48 + 21 + 10
    found = what_for(made, made_world, "a")
    assert (found.grade, found.rise, found.total) == ("good", Decimal("1.00"), Decimal("80.00"))
    assert [(gain.indicator, gain.gain) for gain in found.enough] == [("A", Decimal(12)), ("B", Decimal(9))]


def test_no_single_indicator_may_be_enough():
    made = graded(indicator("A", 60), indicator("B", 40))
    assert what_for(made, world({"A": {"a": 10}, "B": {"a": 10}}), "a").enough == ()


def test_where_the_grade_is_full_the_team_above_has_to_be_passed():
    made = graded(indicator("A", 100))
    values = {"A": {"first": 95, "second": 93, "third": 50}}
    found = what_for(made, world(values), "second")
    assert (found.grade, found.rise, found.total) == ("top", Decimal("2.01"), Decimal("95.01"))


def test_with_a_better_tie_break_the_same_total_is_enough():
    made = graded(indicator("A", 60), indicator("B", 40), plan={"tie_break": ["B"]})
    values = {"A": {"first": 95, "second": 90, "third": 0}, "B": {"first": 95, "second": 96, "third": 0}}
    found = what_for(made, world(values), "second")
    assert (found.rise, found.total) == (Decimal("2.60"), Decimal("95.00"))


def test_a_rise_beyond_the_base_points_is_none():
    made = graded(indicator("A", 100))
    values = {"A": {"first": 100, "second": 99, "third": 50}}
    assert what_for(made, world(values), "second") is None
    beyond = graded(indicator("A", 100), plan={"bonus_above_base": True})
    assert what_for(beyond, world(values), "second").total == Decimal("100.01")


@pytest.mark.parametrize("effect", ["void", "no_top_grade"])
def test_nothing_is_said_to_a_team_under_a_veto(effect):
    made = graded(indicator("A", 100), vetoes=[{"code": "out", "title": "Out", "effect": effect}])
    assert what_for(made, world({"A": {"a": 85, "b": 50}}, vetoes={"out": ["a"]}), "a") is None


def test_nothing_is_said_to_a_young_team_to_the_best_and_to_one_without_a_total():
    made = graded(indicator("A", 100, when_missing="redistribute"), plan={"grade_min_age_days": 60})
    made_world = world({"A": {"young": 50, "best": 95, "last": 10}}, ages={"young": 20, "none": 100})
    assert [what_for(made, made_world, team) for team in ("young", "best", "none")] == [None] * 3
    assert isinstance(what_for(made, made_world, "last"), NextGrade)


def test_without_grades_there_is_no_next_one():
    assert what_for(document(indicator("A", 100)), world({"A": {"a": 50}}), "a") is None


def test_a_deduction_lost_its_own_points_and_a_cap_holds_them_back():
    made = graded(
        indicator("A", 100),
        *(indicator(code, 4, {"name": "external", "full": 10}, kind="deduction") for code in ("M", "N")),
        plan={"deduction_cap": 5},
    )
    found = what_for(made, world({"A": {"a": 83}, "M": {"a": 10}, "N": {"a": 10}}), "a")  # 83 - 5
    assert [(gain.indicator, gain.gain) for gain in found.enough] == [("A", Decimal(17))]
    assert found.rise == Decimal(2)


@thorough
@given(st.data())
def test_no_smaller_rise_gives_a_better_grade(data):
    """Every total between is tried, one last place after the other."""
    made = data.draw(documents())
    made["plan"]["decimals"] = data.draw(st.sampled_from([0, 1]))
    body = stored(made, data.draw(worlds(made)))
    plan = plan_of(made)
    for team in body["outcome"]["teams"]:
        found = next_grade(plan, body, team["team"])
        if team["grade"] is None or team["reckoning"]["rank"]["vetoes"]:
            assert found is None
            continue
        codes = [grade.code for grade in plan.grades]
        better = codes[: codes.index(team["grade"])]
        reached = [Decimal(one["total"]) for one in body["outcome"]["teams"] if one["total"]]
        most = plan.base_points if not plan.bonus_above_base else max([*reached, *(one.min for one in plan.grades)]) + 2
        step, total, least = Decimal(1).scaleb(-plan.decimals), Decimal(team["total"]), None
        while least is None and (total := total + step) <= most:
            moved = [
                type(one)(
                    one.team, total if one.team == team["team"] else one.total, one.ties, one.vetoes, one.ungraded
                )
                for one in candidates(plan, body, team["class"])
            ]
            grade = place(plan, moved)[team["team"]].grade
            least = (total, grade) if grade in better else None
        assert (found and (found.total, found.grade)) == least


@thorough
@given(st.data())
def test_the_stored_result_ranks_as_it_was_ranked(data):
    made = data.draw(documents())
    body = stored(made, data.draw(worlds(made)))
    for class_code in body["outcome"]["sizes"]:
        placed = place(plan_of(made), candidates(plan_of(made), body, class_code))
        for team in body["outcome"]["teams"]:
            if team["class"] == class_code:
                again = placed[team["team"]]
                assert (again.rank, again.grade) == (team["rank"], team["grade"])
                assert [one.reason for one in again.missed if one.reason is Missed.TOO_YOUNG] == [
                    one["reason"] for one in team["reckoning"]["grade"]["missed"] if one["reason"] == "too_young"
                ]
