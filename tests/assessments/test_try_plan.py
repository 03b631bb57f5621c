"""`manage.py try_plan` as a person or a script meets it (docs/rules.md#trials)."""

import json
import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

ROOT = Path(__file__).parents[2]
PLANS = ROOT / "tests" / "data" / "plans"
PLAN = PLANS / "yuanqu-2026.toml"
VALUES = PLANS / "yuanqu-2026.values.csv"
EXPECTED = PLANS / "yuanqu-2026.expected.json"

SMALL_PLAN = """\
[plan]
code = "small"
title = "A small plan"
title_zh = "小方案"
base_points = 100
decimals = 2
[year]
min_rounds = 1
[[year.parts]]
kind = "month"
title = "Months"
weight = 40
[[year.parts]]
kind = "year_end"
title = "Year end"
weight = 60
[[grades]]
code = "good"
title = "Good"
min = 60
[[grades]]
code = "poor"
title = "Poor"
min = 0
[[dimensions]]
code = "d"
title = "D"
[[indicators]]
code = "I1"
dimension = "d"
title = "One"
points = 60
source = "data"
method = { name = "ratio", target = 100 }
[[indicators]]
code = "I2"
dimension = "d"
title = "Two"
points = 40
source = "panel"
rounds = ["year_end"]
method = { name = "panel", scale = 100 }
"""
SMALL_VALUES = """\
team,class,indicator,value,judge
城市党建专班,,I1,50,
城市党建专班,,I2,80,j1
b,,I1,100,
c,,I1,,
"""

NO_VALUE = "no value can be read here; text stands in straight quotation marks"
SAVE_AS = "; save it as UTF-8 (in Excel: CSV UTF-8; in a text editor: Save as, encoding UTF-8)"
"""How to save the file so that it is."""


@pytest.fixture
def files(tmp_path):
    """Writes a plan and values (the small ones by default) and answers with their paths."""

    def write(plan=SMALL_PLAN, values=SMALL_VALUES):
        paths = []
        for name, content in (("plan.toml", plan), ("values.csv", values)):
            path = tmp_path / name
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
            paths.append(str(path))
        return paths

    return write


def run(*arguments):
    """What the command prints on standard output and standard error."""
    out, err = StringIO(), StringIO()
    call_command("try_plan", *map(str, arguments), stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def refused(*arguments):
    """The lines on standard error of a command that fails, with nothing on standard output."""
    out, err = StringIO(), StringIO()
    with pytest.raises(CommandError) as caught:
        call_command("try_plan", *map(str, arguments), stdout=out, stderr=err)
    assert caught.value.returncode == 1
    assert out.getvalue() == ""
    lines = err.getvalue().splitlines()
    count = "one fault" if len(lines) == 1 else f"{len(lines)} faults"
    assert str(caught.value) == f"{count}, nothing was scored."
    return [line.rsplit("/", 1)[-1] for line in lines]


def test_the_example_comes_out_to_the_last_digit():
    out, err = run(PLAN, VALUES, "--json")
    assert json.loads(out) == json.loads(EXPECTED.read_text(encoding="utf-8"))
    assert out == EXPECTED.read_text(encoding="utf-8")
    assert err == ""


def test_a_process_of_its_own_exits_with_0_or_1(files):
    def process(*arguments):
        return subprocess.run(
            [sys.executable, "manage.py", "try_plan", *arguments],
            cwd=ROOT, capture_output=True, text=True, timeout=120, check=False,
        )  # fmt: skip

    good = process(str(PLAN), str(VALUES), "--json")
    assert (good.returncode, good.stdout) == (0, EXPECTED.read_text(encoding="utf-8"))
    bad = process(*files(values="team,class,indicator,value\na,,I1,NaN\n"), "--json")
    assert (bad.returncode, bad.stdout) == (1, "")
    assert "values.csv, line 2, column 4 (value): must be a number, not 'NaN'" in bad.stderr
    assert "Traceback" not in bad.stderr


def test_json_leaves_out_what_is_left_out_and_names_what_is_pending(files):
    out, _ = run(*files(), "--json")
    assert json.loads(out) == {
        "teams": [
            {
                "team": "b", "class": "all", "indicators": {"I1": "60.00"}, "base": "100.00", "bonus": "0.00",
                "deduction": "0.00", "total": "100.00", "rank": 1, "grade": "good", "pending": ["I2"],
            },
            {
                "team": "城市党建专班", "class": "all", "indicators": {"I1": "30.00", "I2": "32.00"}, "base": "62.00",
                "bonus": "0.00", "deduction": "0.00", "total": "62.00", "rank": 2, "grade": "good",
            },
            {
                "team": "c", "class": "all", "indicators": {}, "base": None, "bonus": "0.00", "deduction": "0.00",
                "total": None, "rank": None, "grade": None, "pending": ["I1", "I2"],
            },
        ]
    }  # fmt: skip
    assert "城市党建专班" in out
    assert list(json.loads(out)["teams"][0]) == [
        *("team", "class", "indicators", "base", "bonus", "deduction", "total", "rank", "grade", "pending")
    ]


def test_a_round_of_one_kind_scores_its_own_indicators(files):
    out, _ = run(*files(), "--round", "month", "--json")
    first, second, _ = json.loads(out)["teams"]
    assert (first["indicators"], first["base"], "pending" in first) == ({"I1": "60.00"}, "100.00", False)
    assert (second["indicators"], second["base"]) == ({"I1": "30.00"}, "50.00")
    out, _ = run(*files(), "--round", "year_end", "--json")
    assert json.loads(out)["teams"][1]["base"] == "62.00"


def test_a_round_of_an_unknown_kind_is_a_fault(files):
    assert refused(*files(), "--round", "moth") == ["plan.toml: unknown round kind 'moth'; perhaps: month"]


def test_people_read_a_table(files):
    out, _ = run(*files())
    assert out.splitlines() == [
        "A small plan",
        "",
        "Class all (3)",
        "rank  team            base  bonus  deduction   total  grade  pending",
        "   1  b             100.00   0.00       0.00  100.00  Good   I2",
        "   2  城市党建专班   62.00   0.00       0.00   62.00  Good",
        "   -  c                  -   0.00       0.00       -  -      I1, I2",
    ]


def test_a_table_for_each_class():
    out, _ = run(PLAN, VALUES)
    assert "Class A Economy and assets (3)" in out
    assert "Class B Party building and governance (5)" in out
    assert out.index("rural-revitalization") < out.index("village-economy") < out.index("system-reform")


def test_warnings_go_to_standard_error_and_do_not_stop(files):
    plan = SMALL_PLAN.replace('code = "d"\ntitle', 'code = "d"\nnormalise = true\npoints = 100\ntitle').replace(
        "points = 60", "points = 6"
    )
    out, err = run(*files(plan, SMALL_VALUES + "b,,@target:I1,5,\n"), "--json")
    assert len(json.loads(out)["teams"]) == 3
    assert [line.rsplit("/", 1)[-1] for line in err.splitlines()] == [
        (
            "plan.toml, line 25, column 1: dimensions d: the dimension is worth 100, more than the 46 of its"
            " indicators, which magnifies rounding"
        ),
        "values.csv, line 6, column 3 (indicator): indicator I1 does not use each team's own target",
    ]
    assert err.startswith("Warning: ")


def test_every_fault_of_a_plan_is_named_in_one_go(files):
    plan = SMALL_PLAN.replace("points = 60", "points = 50").replace('name = "panel"', 'name = "pannel"')
    plan = plan.replace("min = 60", "min = nan").replace("target = 100", "target = inf")
    assert refused(*files(plan)) == [
        "plan.toml, line 5, column 1: plan.base_points: the base points add up to 90, not 100",
        "plan.toml, line 20, column 1: grades good, min: must be a number, not NaN",
        "plan.toml, line 34, column 28: indicators I1, method.target: must be a number, not Infinity",
        "plan.toml, line 42, column 12: indicators I2, method.name: unknown method 'pannel'; perhaps: panel",
    ]


def test_every_fault_of_the_values_is_named_in_one_go(files):
    values = "team,class,indicator,value,judge\na,,I1,5,\na,,I1,6,\na,B,I2,101,j\nb,,I3,1,\nb,,I1,inf,\n"
    assert refused(*files(values=values)) == [
        "values.csv, line 3, column 4 (value): team a already has a value of I1 in line 2",
        "values.csv, line 4, column 2 (class): team a is in class B here and in class all above",
        "values.csv, line 4, column 4 (value): mark 101 is outside the scale 0 to 100",
        "values.csv, line 5, column 3 (indicator): unknown indicator 'I3'; perhaps: I1, I2",
        "values.csv, line 6, column 4 (value): must be a number, not 'inf'",
    ]


def test_classes_of_the_values_must_each_have_all_the_base_points(files):
    plan = SMALL_PLAN.replace("points = 60", "points_by_class = { A = 60, B = 60 }")
    values = "team,class,indicator,value\na,A,I1,5\nc,C,I1,5\n"
    assert refused(*files(plan, values)) == [
        "plan.toml, line 5, column 1: plan.base_points: the base points of class C add up to 40, not 100"
    ]


@pytest.mark.parametrize(
    ("plan", "fault"),
    [
        (b"", "plan.toml, line 1, column 1: the file is empty"),
        (b"a = ", "plan.toml, line 1, column 5: not valid TOML: " + NO_VALUE),
        (b"a = '\xb0\xe0'", "plan.toml, line 1, column 6: the file is not UTF-8 text" + SAVE_AS),
        (b"\xff\xfea\x00", "plan.toml, line 1, column 1: the file is not UTF-8 text" + SAVE_AS),
    ],
)
def test_a_file_that_is_no_plan(files, plan, fault):
    assert refused(*files(plan)) == [fault]


@pytest.mark.parametrize(
    ("values", "fault"),
    [
        (b"", "values.csv, line 1, column 1: the file is empty"),
        (b"team,class,value\n", "values.csv, line 1, column 4: column indicator is missing"),
        (b"team,class,indicator,value\n", "values.csv, line 2, column 1: the file has no values"),
        (b"team,class,indicator,value\n\xff\xff", "values.csv, line 2, column 1: the file is not UTF-8 text" + SAVE_AS),
    ],
)
def test_a_file_that_holds_no_values(files, values, fault):
    assert refused(*files(values=values)) == [fault]


def test_files_that_cannot_be_read(tmp_path):
    assert refused(tmp_path, tmp_path / "none.csv") == [
        f"{tmp_path.name}: the file cannot be read: Is a directory",
        "none.csv: the file cannot be read: No such file or directory",
    ]
    assert refused("a\0b", VALUES) == ["a\0b: the file cannot be read: embedded null byte"]


def test_a_byte_order_mark_changes_nothing(files):
    marked = ["\ufeff" + text for text in (SMALL_PLAN, SMALL_VALUES)]
    assert run(*files(*marked), "--json") == run(*files(), "--json")


def test_it_asks_nothing_of_the_database(files, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        run(*files())
