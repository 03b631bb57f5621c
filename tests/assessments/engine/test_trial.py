"""A plan tried on values: faults in order, the standing as JSON and as a table (docs/rules.md#trials)."""

import json
from pathlib import Path

import pytest

from assessments.engine.trial import File, as_json, as_table, try_plan

PLANS = Path(__file__).parents[2] / "data" / "plans"

PLAN = """\
[plan]
code = "small"
title = "A small plan"
base_points = 100
[year]
parts = [{ kind = "month", weight = 40 }, { kind = "year_end", weight = 60 }]
[[grades]]
code = "good"
title = "Good 良好"
min = 60
[[grades]]
code = "poor"
min = 0
[[dimensions]]
code = "d"
[[indicators]]
code = "I1"
dimension = "d"
points = 60
source = "data"
method = { name = "ratio", target = 100 }
[[indicators]]
code = "I2"
dimension = "d"
points = 40
source = "data"
rounds = ["year_end"]
method = { name = "ratio", target = 100 }
"""
CLASSES = '[[classes]]\ncode = "A"\ntitle = "Class one"\n[[classes]]\ncode = "B"\n'
VALUES = "team,class,indicator,value\n专班,A,I1,50\n专班,A,I2,80\nb,A,I1,100\nc,B,I1,\n"


def tried(plan=PLAN, values=VALUES, kind=None):
    return try_plan(File("p.toml", plan.encode()), File("v.csv", values.encode()), kind)


def test_the_example_to_the_last_digit():
    files = [
        File(path.name, path.read_bytes()) for path in (PLANS / "yuanqu-2026.toml", PLANS / "yuanqu-2026.values.csv")
    ]
    trial = try_plan(*files)
    assert (trial.faults, trial.warnings) == ((), ())
    assert as_json(trial.standing) + "\n" == (PLANS / "yuanqu-2026.expected.json").read_text(encoding="utf-8")


def test_a_table_for_people():
    trial = tried(PLAN + CLASSES)
    assert (
        as_table(trial.plan, trial.standing)
        == """\
A small plan

Class A Class one (2)
rank  team    base  bonus  deduction   total  grade      pending
   1  b     100.00   0.00       0.00  100.00  Good 良好  I2
   2  专班   62.00   0.00       0.00   62.00  Good 良好

Class B B (1)
rank  team  base  bonus  deduction  total  grade  pending
   -  c        -   0.00       0.00      -  -      I1, I2"""
    )


def test_a_table_of_classes_that_only_the_values_name():
    trial = tried()
    assert [line for line in as_table(trial.plan, trial.standing).splitlines() if line.startswith("Class")] == [
        "Class A (2)",
        "Class B (1)",
    ]


def test_json_for_programs():
    first = json.loads(as_json(tried().standing))["teams"][0]
    assert first == {
        "team": "b", "class": "A", "indicators": {"I1": "60.00"}, "base": "100.00", "bonus": "0.00",
        "deduction": "0.00", "total": "100.00", "rank": 1, "grade": "good", "pending": ["I2"],
    }  # fmt: skip
    assert "专班" in as_json(tried().standing)
    assert as_json(tried().standing).startswith('{\n "teams": [\n  {\n   "team": "b",')


def test_a_round_of_one_kind():
    line = tried(kind="month").standing.line("专班")
    assert (list(line.points), str(line.base)) == (["I1"], "50.00")
    assert str(tried(kind="year_end").standing.line("专班").base) == "62.00"
    assert tried(kind="moth").faults == ("p.toml: unknown round kind 'moth'; perhaps: month",)


@pytest.mark.parametrize(
    ("plan", "values", "faults"),
    [
        ("", "", ["p.toml, line 1, column 1: the file is empty"]),
        (
            PLAN.replace("points = 60", "points = 50"),
            "",
            ["p.toml, line 4, column 1: plan.base_points: the base points add up to 90, not 100"],
        ),
        (PLAN, "", ["v.csv, line 1, column 1: the file is empty"]),
        (PLAN, VALUES.replace("50", "x"), ["v.csv, line 2, column 4 (value): must be a number, not 'x'"]),
        (
            PLAN.replace("points = 60", "points_by_class = { A = 60 }"),
            VALUES,
            ["p.toml, line 4, column 1: plan.base_points: the base points of class B add up to 40, not 100"],
        ),
    ],
)
def test_faults_end_a_trial(plan, values, faults):
    trial = tried(plan, values)
    assert list(trial.faults) == faults
    assert trial.standing is None


def test_warnings_do_not():
    doubtful = PLAN.replace('[[dimensions]]\ncode = "d"', '[[dimensions]]\ncode = "d"\n[[dimensions]]\ncode = "e"')
    warning = "p.toml, line 16, column 1: dimensions e: no indicator belongs to the dimension"
    trial = tried(doubtful, VALUES + "b,A,@target:I1,5\n")
    assert trial.faults == ()
    assert trial.warnings == (
        warning,
        "v.csv, line 6, column 3 (indicator): indicator I1 does not use each team's own target",
    )
    for other in (tried(doubtful, ""), tried(doubtful, kind="x"), tried(doubtful + "[x]")):
        assert other.standing is None
        assert other.warnings == (warning,)
    by_class = doubtful.replace("points = 60", "points_by_class = { A = 60 }")
    assert tried(by_class).warnings == (warning,)
