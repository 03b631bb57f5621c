"""The year: means of rounds, parts weighted, ranked and graded (docs/rules.md#year)."""

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import Team, YearRound, is_active, judge_year
from assessments.engine.year import TeamRound
from tests.assessments.engine.made import document, plan_of

YEAR = {"min_rounds": 0, "parts": [{"kind": "month", "weight": 40}, {"kind": "year_end", "weight": 60}]}
GRADES = [{"code": "top", "min": 90, "quota": Decimal("0.5")}, {"code": "low", "min": 0}]


def plan(**fields):
    year = YEAR | ({"min_rounds": fields.pop("min_rounds")} if "min_rounds" in fields else {})
    vetoes = [{"code": "out", "effect": "void"}]
    return plan_of(document(year=year, grades=GRADES, vetoes=vetoes, plan=fields))


def a_round(kind, **totals):
    """A round in which the named teams were active; None: without a total."""
    return YearRound(
        kind, {team: TeamRound(None if one is None else Decimal(str(one))) for team, one in totals.items()}
    )


def totals(rounds, teams="ab", made=None, **facts):
    lines = judge_year(made or plan(), rounds, [Team(team, "A") for team in teams], **facts)
    return {line.team: (line.total if line.total is None else str(line.total), line.rank, line.grade) for line in lines}


def test_each_part_is_the_mean_of_its_rounds_and_parts_are_weighted():
    rounds = [a_round("month", a=80, b=90), a_round("month", a=91, b=90), a_round("year_end", a=90, b=80)]
    assert totals(rounds) == {"a": ("88.20", 1, "low"), "b": ("84.00", 2, "low")}


def test_the_year_is_rounded_once():
    """Means of 80.005 and 80.01 are kept exact: 0.4 x 80.005 + 0.6 x 80.005 = 80.005."""
    rounds = [a_round("month", a="80.00"), a_round("month", a="80.01"), a_round("year_end", a="80.005")]
    (line,) = judge_year(plan(), rounds, [Team("a")])
    assert str(line.total) == "80.01"
    assert line.unrounded == Fraction("80.005")
    assert [(part.kind, part.weight, part.totals, part.mean) for part in line.parts] == [
        ("month", Decimal(40), (Decimal("80.00"), Decimal("80.01")), Fraction("80.005")),
        ("year_end", Decimal(60), (Decimal("80.005"),), Fraction("80.005")),
    ]


def test_absent_parts_give_their_weight_to_the_others():
    assert totals([a_round("month", a=70)]) == {"a": ("70.00", 1, "low"), "b": (None, None, None)}


def test_a_round_without_a_total_counts_as_active_and_not_in_the_mean():
    rounds = [a_round("month", a=70), a_round("month", a=None)]
    (line,) = judge_year(plan(), rounds, [Team("a")])
    assert (str(line.total), line.rounds) == ("70.00", 2)


def test_rounds_of_another_kind_do_not_count():
    (line,) = judge_year(plan(), [a_round("trial", a=70)], [Team("a")])
    assert (line.total, line.rounds, line.parts) == (None, 0, ())
    assert [miss.reason for miss in line.missed] == ["no_base"]


def test_a_team_with_too_few_rounds_is_scored_and_not_graded():
    rounds = [a_round("month", a=95, b=99), a_round("month", a=95)]
    assert totals(rounds, made=plan(min_rounds=2)) == {"b": ("99.00", 1, None), "a": ("95.00", 2, "top")}
    lines = judge_year(plan(min_rounds=2), rounds, [Team("b")])
    assert [(miss.reason, miss.params) for miss in lines[0].missed] == [
        ("too_few_rounds", {"rounds": 1, "min_rounds": 2})
    ]


def test_a_young_team_is_not_graded_in_the_year_either():
    lines = judge_year(plan(grade_min_age_days=60), [a_round("month", a=95)], [Team("a", "A", 59)])
    assert (lines[0].rank, lines[0].grade, lines[0].missed[0].reason) == (1, None, "too_young")


def test_classes_are_ranked_apart_in_order_of_appearance():
    rounds = [a_round("month", a=70, b=80, c=90)]
    lines = judge_year(plan(), rounds, [Team("a", "B"), Team("b", "A"), Team("c", "B")])
    assert [(line.class_code, line.team, line.rank) for line in lines] == [("B", "c", 1), ("B", "a", 2), ("A", "b", 1)]


def test_a_void_year():
    rounds = [a_round("month", a=99, b=80)]
    assert totals(rounds, vetoes={"out": {"a": "document 5"}}) == {"b": ("80.00", 1, "low"), "a": ("99.00", 2, "low")}


def tied(tie_break, a, b):
    """Ranks of two teams with equal totals; `a` and `b` are their ties in two rounds."""
    rounds = [
        YearRound(
            kind,
            {
                team: TeamRound(Decimal(80), {code: Decimal(str(one)) for code, one in ties[index].items()})
                for team, ties in (("a", a), ("b", b))
            },
        )
        for index, kind in enumerate(("month", "year_end"))
    ]
    lines = judge_year(plan(tie_break=tie_break), rounds, [Team("a"), Team("b")])
    return [(line.team, line.rank) for line in lines]


def test_ties_of_the_year_are_broken_by_the_years_means():
    assert tied(["I1"], [{"I1": 10}, {"I1": 20}], [{"I1": 20}, {"I1": 10}]) == [("a", 1), ("b", 2)]
    assert tied(["I1"], [{"I1": 10}, {}], [{}, {"I1": 10}]) == [("b", 1), ("a", 2)]
    assert tied(["deduction"], [{"deduction": 1}] * 2, [{"deduction": 2}] * 2) == [("a", 1), ("b", 2)]
    assert tied(["deduction"], [{"deduction": 3}] * 2, [{"deduction": 2}] * 2) == [("b", 1), ("a", 2)]
    assert tied(["d"], [{}, {}], [{}, {}]) == [("a", 1), ("b", 1)]


def test_a_plan_without_a_year_has_no_year():
    with pytest.raises(ValueError, match="plan p has no year"):
        judge_year(plan_of(document()), [], [])


STARTS, ENDS = date(2026, 7, 1), date(2026, 9, 30)


@pytest.mark.parametrize(
    ("established_on", "closed_on", "active"),
    [
        (date(2026, 3, 1), None, True),
        (date(2026, 9, 30), None, True),
        (date(2026, 10, 1), None, False),
        (date(2026, 3, 1), date(2026, 9, 30), True),
        (date(2026, 3, 1), date(2026, 9, 29), False),
        (date(2026, 3, 1), date(2026, 6, 30), False),
        (date(2026, 3, 1), date(2026, 12, 1), True),
    ],
)
def test_who_is_active_in_a_round(established_on, closed_on, active):
    assert is_active(established_on, closed_on, ENDS) is active


@given(st.lists(st.tuples(st.sampled_from(["month", "year_end"]), st.integers(0, 100)), min_size=1, max_size=6))
def test_a_year_lies_between_its_rounds(rounds):
    (line,) = judge_year(plan(), [a_round(kind, a=one) for kind, one in rounds], [Team("a")])
    given_totals = [one for _, one in rounds]
    assert min(given_totals) <= line.total <= max(given_totals)
    (again,) = judge_year(plan(), [a_round(kind, a=one) for kind, one in reversed(rounds)], [Team("a")])
    assert again.total == line.total
