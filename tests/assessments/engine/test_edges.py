"""Edges of rules that no other example stands on; each was found by changing the rule and seeing nothing fail."""

from decimal import Decimal

import pytest

from assessments.engine import Mark, Vote, canonical_json, rate, read_toml
from assessments.engine.applicability import has_value
from assessments.engine.arithmetic import NotANumber, read_number
from assessments.engine.faults import nearest
from assessments.engine.methods import Reads
from assessments.engine.plan import Unless
from assessments.engine.rating import score
from assessments.engine.validation import read_parameters
from assessments.engine.values import COLUMNS, read_values
from tests.assessments.engine.made import document, facts_of, indicator, plan_of, world
from tests.assessments.engine.test_result import one

HEADER = ",".join(COLUMNS)
JURY = plan_of(
    document(
        indicator("N", 40),
        indicator("P", 30, {"name": "panel", "scale": 10}, source="panel"),
        indicator("V", 30, {"name": "vote", "groups": {"members": 60, "lead": 40}}, source="panel"),
    )
)


@pytest.mark.parametrize(
    ("method", "value", "points"),
    [
        ({"name": "binary"}, False, "0.00"),
        ({"name": "binary", "direction": "lower"}, False, "100.00"),
        # a value and a best of 1 or less are no less than others
        ({"name": "ratio", "target": Decimal("0.5"), "direction": "lower"}, 1, "50.00"),
        ({"name": "best"}, {"a": 0.4, "b": 0.8}, "50.00"),
        ({"name": "best", "direction": "lower"}, {"a": 2, "b": 1}, "50.00"),
    ],
)
def test_what_is_scored_is_what_is_explained(method, value, points):
    assert one(method, value)["points"] == points


@pytest.mark.parametrize("direction", ["higher", "lower"])
@pytest.mark.parametrize("name", ["best", "minmax"])
def test_where_nobody_has_a_value_nobody_is_scored(name, direction):
    assert score(read_parameters(name, {"direction": direction}), 10, []) == []


def test_a_column_without_judges_is_a_mark_a_row():
    facts = read_values(b"team,class,indicator,value\na,A,P,8\na,A,P,9\n", JURY).facts
    assert facts.marks["P"] == ((Mark(8), Mark(9)),)
    facts = read_values(b"team,class,indicator,value,group\na,A,V,80,lead\na,A,V,90,lead\n", JURY).facts
    assert facts.votes["V"] == ((Vote(80, "lead"), Vote(90, "lead")),)


def test_values_are_missed_where_the_first_would_stand():
    (fault,) = read_values(HEADER.encode() + b"\n", JURY).faults
    assert (fault.code, fault.line, fault.column) == ("no_rows", 2, 1)


def test_a_byte_that_is_no_text_after_a_blank_cell_has_its_column():
    (fault,) = read_values(HEADER.encode() + b"\n,\xb0\n", JURY).faults
    assert (fault.line, fault.column) == (2, 2)


def test_a_byte_of_a_plan_that_is_no_text_has_its_own_line_and_column():
    fault = read_toml(b'[plan]\ncode = "\xb0"\ntitle = "T"\n')
    assert (fault.code, fault.line, fault.column) == ("not_utf8", 2, 9)


def test_a_text_that_ends_too_early_breaks_after_its_last_letter():
    fault = read_toml(b'title = "X')
    assert (fault.code, fault.line, fault.column) == ("toml_text", 1, 11)


def test_two_likely_words_are_named_and_no_third():
    assert nearest("target", ["targets", "targe", "targt"]).count(",") == 1


def test_parameters_that_contradict_each_other_are_no_parameters():
    with pytest.raises(ValueError, match="linear"):
        read_parameters("linear", {"floor": 5, "target": 5})


def test_what_cannot_be_read_is_named():
    with pytest.raises(NotANumber, match=r"^1,000$"):
        read_number("1,000")
    with pytest.raises(TypeError, match="^a key of a canonical document is text$"):
        canonical_json({1: "one"})


def test_the_average_of_the_others_is_kept_unrounded():
    made = plan_of(document(indicator("I1", 100, when_missing="average"), plan={"decimals": 0}))
    facts = facts_of(world({"I1": {"a": 50, "b": 75}}, classes={"c": "all"}))
    column = rate(made, facts).columns["I1"]
    assert (column.points[2], column.unrounded[2]) == (Decimal(63), Decimal("62.5"))


def test_nothing_is_kept_as_nothing():
    made = plan_of(document(indicator("I1", 100, when_missing="zero")))
    column = rate(made, facts_of(world(classes={"a": "all"}))).columns["I1"]
    assert (column.points[0], column.unrounded[0]) == (0, 0)


def test_a_tier_called_true_is_what_unless_true_names():
    assert has_value("true", Unless("T", True), Reads.TIER)
    assert not has_value("true", Unless("T", False), Reads.TIER)
