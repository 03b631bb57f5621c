"""Plan documents: TOML in and out without loss, canonical text, the place of every key."""

import json
import re
import tomllib
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings

from assessments.engine import Fault, Source, canonical_json, check, dump, load, read_toml, write_toml
from assessments.engine.canonical import plain
from assessments.engine.document import TOML_REASONS, restore
from assessments.engine.positions import positions
from tests.assessments.engine.made import documents

ROOT = Path(__file__).parents[3]
PLANS = [
    *sorted((ROOT / "tests" / "data" / "plans").glob("*.toml")),
    ROOT / "governance" / "overview" / "demo" / "data" / "trial-2026-q3.toml",
]


@pytest.mark.parametrize("path", PLANS, ids=lambda path: path.stem)
def test_every_example_is_valid_and_goes_round_without_loss(path):
    source = read_toml(path.read_bytes())
    verdict = check(source)
    assert (verdict.faults, verdict.warnings) == ((), ())
    exported = write_toml(source.document)
    again = read_toml(exported.encode())
    assert again.document == source.document
    assert _typed(again.document) == _typed(source.document)
    assert check(again).plan == verdict.plan
    assert write_toml(again.document) == exported
    text = dump(source.document)
    assert _typed(load(text)) == _typed(source.document)
    assert dump(load(text)) == text
    assert check(Source(load(text))).plan == verdict.plan


def _typed(value):
    """A document with the type and the exact digits of every number."""
    if isinstance(value, dict):
        return {key: _typed(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_typed(item) for item in value]
    return type(value).__name__, str(value)


@settings(max_examples=30, deadline=None)
@given(documents())
def test_made_up_plans_go_round_too(made):
    assert read_toml(write_toml(made).encode()).document == made
    assert load(dump(made)) == made


def test_an_export_looks_like_the_examples():
    made = {
        "indicators": [
            {
                "method": {"tiers": {"none": 0, "all": 4, "two words": Decimal("2.50")}, "name": "tier"},
                "points": 4,
                "code": "A1",
                "title": 'quoted "text"\x7f\n',
                "unless": {"value": Decimal(1), "indicator": "A2"},
                "applies_to": {},
            },
            {"method": {"bands": [{"points": 1, "from": 5}, {"points": 0}], "direction": "lower", "name": "band"}},
        ],
        "odd": [1, True, "专"],
        "rows": [],
        "year": {"parts": [{"weight": 40, "kind": "month"}], "min_rounds": 3},
        "plan": {"tie_break": ["A1", "A2"], "bonus_above_base": False, "code": "p"},
    }
    assert (
        write_toml(made)
        == """\
odd = [1, true, "专"]
rows = []

[plan]
code = "p"
bonus_above_base = false
tie_break = ["A1", "A2"]

[year]
min_rounds = 3

[[year.parts]]
kind = "month"
weight = 40

[[indicators]]
code = "A1"
title = "quoted \\"text\\"\\u007f\\n"
points = 4
applies_to = {}
unless = { indicator = "A2", value = 1.0 }
method = { name = "tier", tiers = { all = 4, "two words" = 2.50, none = 0 } }

[[indicators]]
method = { name = "band", direction = "lower", bands = [{ from = 5, points = 1 }, { points = 0 }] }
"""
    )
    assert read_toml(write_toml(made).encode()).document == made


FIELDS = (
    *("name", "code", "kind", "dimension", "title", "title_zh", "basis", "base_points", "decimals", "bonus_cap"),
    *("deduction_cap", "bonus_above_base", "min_class", "quota_rounding", "tie_break", "publicity_days"),
    *("grade_min_age_days", "min_rounds", "parts", "from", "to", "points", "points_by_class", "normalise", "weight"),
    *("min", "quota", "effect", "source", "measure", "department", "evidence", "rounds", "applies_to", "unless"),
    *("indicator", "value", "when_not_applicable", "when_missing", "method", "direction"),
)


def test_fields_come_in_one_order():
    """Those without a place of their own come last, by name."""
    row = dict.fromkeys(sorted((*FIELDS, "zeal", "age")), "x")
    lines = write_toml({"plan": row}).splitlines()[1:]
    assert [line.split(" = ")[0] for line in lines] == [*FIELDS, "age", "zeal"]
    tables = ("plan", "year", "classes", "grades", "vetoes", "dimensions", "indicators")
    written = write_toml({name: [{"code": "x"}] for name in reversed(tables)})
    assert [line for line in written.splitlines() if line.startswith("[")] == [f"[[{name}]]" for name in tables]


def test_a_document_with_only_tables_begins_with_one():
    assert write_toml({"plan": {"code": "p"}}) == '[plan]\ncode = "p"\n'


def test_numbers_that_no_plan_accepts_can_still_be_written():
    made = {"a": [Decimal("NaN"), Decimal("-Infinity"), Decimal("1E+2")], "b": {"c": {"x": Decimal("NaN"), "y": 1}}}
    assert write_toml(made) == "a = [nan, -inf, 100.0]\n\n[b]\nc = { x = nan, y = 1 }\n"


def test_a_date_does_not_belong_in_a_plan():
    source = read_toml(b"a = 2026-10-27")
    with pytest.raises(TypeError, match="date does not belong in a plan"):
        write_toml(source.document)
    with pytest.raises(TypeError, match="date has no canonical form"):
        dump(source.document)


def test_decimals_stay_decimals_and_text_stays_text():
    toml = b'[plan]\ncode = "1.10"\nbase_points = 1e2\nbonus_cap = 0.30\ntie_break = ["1.5"]\n'
    document = read_toml(toml).document
    text = dump(document)
    assert text == '{"plan":{"base_points":"100.0","bonus_cap":"0.30","code":"1.10","tie_break":["1.5"]}}'
    assert load(text) == {
        "plan": {"code": "1.10", "base_points": Decimal("100.0"), "bonus_cap": Decimal("0.30"), "tie_break": ["1.5"]}
    }


@pytest.mark.parametrize("text", ["[]", "1", '"x"'])
def test_a_document_is_an_object(text):
    with pytest.raises(ValueError, match="a plan document is a JSON object"):
        load(text)


def test_restore_knows_decimals_by_their_point():
    given = {"a": ["1.5", "-0.5", "15", "1.5.2", "x"], "unless": {"indicator": "1.5", "value": "1.5"}}
    assert restore(given) == {
        "a": [Decimal("1.5"), Decimal("-0.5"), "15", "1.5.2", "x"],
        "unless": {"indicator": "1.5", "value": Decimal("1.5")},
    }


TEXTS = (
    *("code", "kind", "dimension", "title", "title_zh", "basis", "source", "measure", "department", "evidence"),
    *("when_not_applicable", "when_missing", "name", "direction", "indicator", "effect", "quota_rounding"),
    *("tie_break", "rounds", "classes", "teams"),
)


def test_text_that_looks_like_a_decimal_stays_text_where_text_belongs():
    texts = dict.fromkeys(TEXTS, "1.5") | {"lists": {name: ["1.5"] for name in TEXTS}}
    assert load(dump(texts)) == texts


# files that are no TOML


@pytest.mark.parametrize(
    ("content", "code", "line", "column"),
    [
        (b"", "empty_file", 1, 1),
        (b" \n\n", "empty_file", 1, 1),
        (b"\xef\xbb\xbf", "empty_file", 1, 1),
        (b"a = 1\nb = \n", "toml_value", 2, 5),
        (b"a = 1\nb = [1,", "toml_value", 2, 8),
        (b"a = 1\na = 2\n", "toml_twice", 2, 6),
        ("a = “班”".encode(), "toml_value", 1, 5),
        (b'a = 1\nb = "x\nc = 1', "toml_text", 2, 7),
        (b"a = 'x", "toml_text", 1, 7),
        (b"a = 'x\nb = '1'", "toml_text", 1, 7),
        (b'a = """x', "toml_text", 1, 9),
        (b'a = "\x01"', "toml_character", 1, 6),
        (b"a = '\x01'", "toml_character", 1, 6),
        (b'a = "C:\\x"', "toml_backslash", 1, 10),
        (b"[a]\n[a]", "toml_twice", 2, 3),
        (b"a = { b = 1, b = 2 }", "toml_twice", 1, 19),
        ("a ＝ 1".encode(), "toml_equals", 1, 3),
        (b"[a\nb = 1", "toml_bracket", 1, 3),
        (b"a = [1 2]", "toml_bracket", 1, 8),
        (b"a = { b = 1", "toml_bracket", 1, 12),
        (b"a = 1 b = 2", "toml_rest", 1, 7),
        ("指标 = 1".encode(), "toml_line", 1, 1),
        (b"[]", "toml_line", 1, 2),
        (b"a = 2026-02-30", "toml_date", 1, 5),
        (b"a = '" + "专班".encode("gbk") + b"'", "not_utf8", 1, 8),
        (b"a = 1\n# \xff", "not_utf8", 2, 3),
        (b"a = " + b"[" * 5000, "toml_depth", 1, 1),
        (b"a = 1" + b"0" * 5000, "toml_digits", 1, 5006),
        (b"\x00", "toml_line", 1, 1),
        (b"a = 1\nb" + b".b" * 50_000 + b" = 1", "toml_depth", 2, 1),
        (b"[a]\n [ b " + b". 'b' " * 15 + b"]", "toml_depth", 2, 4),
        (b"x = { y = 1, " + b"b." * 15 + b"b = 1 }", "toml_depth", 1, 14),
    ],
)
def test_a_file_that_is_no_toml_gives_one_fault_with_its_place(content, code, line, column):
    fault = read_toml(content)
    assert isinstance(fault, Fault)
    assert (fault.code, fault.line, fault.column) == (code, line, column)
    assert fault.in_file("p.toml").startswith(f"p.toml, line {line}, column {column}: ")
    assert "(at " not in str(fault)
    assert ("toml" not in code) or str(fault).startswith("not valid TOML: ")


def test_every_reason_of_the_parser_is_known():
    source = Path(tomllib.loads.__code__.co_filename).read_text()
    reasons = re.findall(r"suffixed_err\(\s*src,\s*\w+,\s*f?([\"'].*)", source)
    assert len(reasons) > 20
    unknown = [reason for reason in reasons if not any(reason[1:].startswith(known) for known in TOML_REASONS)]
    assert [reason.split(")")[0] for reason in unknown] == ['"Expected {expect!r}"']


def test_a_byte_order_mark_and_windows_line_ends_are_fine():
    source = read_toml(b"\xef\xbb\xbfa = 1\r\n[b]\r\nc = 2\r\n")
    assert source.document == {"a": 1, "b": {"c": 2}}
    assert source.positions == {("a",): (1, 1), ("b",): (2, 1), ("b", "c"): (3, 1)}


def test_a_number_beyond_all_bounds_is_not_a_number():
    document = read_toml(b"a = 1e99999999999999999999\nb = nan\nc = -inf").document
    assert all(not value.is_finite() for value in document.values())


# places

TOML = (
    '''\
# a comment = [1]
top = "x = 1" # another
[plan]
  code = "a\\"b"   # quoted
"quoted key" = 1
text = """
[not] = a table
\\""" still text"""
raw = \'\'\'
[[no]]\'\'\'
a.b.c = 3

[[rows]]
x = 1979-05-27 07:32:00
[[rows]]
[rows.inner]
y = true
[[rows.deep]]
z = 1
[[rows.deep]]
z = 'it'''
    """'
method = { name = "n", bands = [ { from = 1 },
  # in between
  { to = 2, }, ], empty = [], none = {} }
list = [
  1, "a]b",
  [2, 3] ]
after = 1
"""
)


def test_every_key_has_its_line_and_column():
    toml = TOML.replace("  { to = 2, }, ]", "  { to = 2 }, ]")
    assert positions(toml) == {
        ("top",): (2, 1),
        ("plan",): (3, 1),
        ("plan", "code"): (4, 3),
        ("plan", "quoted key"): (5, 1),
        ("plan", "text"): (6, 1),
        ("plan", "raw"): (9, 1),
        ("plan", "a", "b", "c"): (11, 1),
        ("rows",): (13, 1),
        ("rows", 0): (13, 1),
        ("rows", 0, "x"): (14, 1),
        ("rows", 1): (15, 1),
        ("rows", 1, "inner"): (16, 1),
        ("rows", 1, "inner", "y"): (17, 1),
        ("rows", 1, "deep"): (18, 1),
        ("rows", 1, "deep", 0): (18, 1),
        ("rows", 1, "deep", 0, "z"): (19, 1),
        ("rows", 1, "deep", 1): (20, 1),
        ("rows", 1, "deep", 1, "z"): (21, 1),
        ("rows", 1, "deep", 1, "method"): (22, 1),
        ("rows", 1, "deep", 1, "method", "name"): (22, 12),
        ("rows", 1, "deep", 1, "method", "bands"): (22, 24),
        ("rows", 1, "deep", 1, "method", "bands", 0): (22, 34),
        ("rows", 1, "deep", 1, "method", "bands", 0, "from"): (22, 36),
        ("rows", 1, "deep", 1, "method", "bands", 1): (24, 3),
        ("rows", 1, "deep", 1, "method", "bands", 1, "to"): (24, 5),
        ("rows", 1, "deep", 1, "method", "empty"): (24, 18),
        ("rows", 1, "deep", 1, "method", "none"): (24, 30),
        ("rows", 1, "deep", 1, "list"): (25, 1),
        ("rows", 1, "deep", 1, "list", 0): (26, 3),
        ("rows", 1, "deep", 1, "list", 1): (26, 6),
        ("rows", 1, "deep", 1, "list", 2): (27, 3),
        ("rows", 1, "deep", 1, "list", 2, 0): (27, 4),
        ("rows", 1, "deep", 1, "list", 2, 1): (27, 7),
        ("rows", 1, "deep", 1, "after"): (28, 1),
    }
    assert read_toml(toml.encode()).positions == positions(toml)


@pytest.mark.parametrize(
    ("toml", "path", "place"),
    [
        ("[ a . b ]\nc = 1", ("a", "b", "c"), (2, 1)),
        ("[['a']]\n[[ \"a\" ]]\nc = 1", ("a", 1, "c"), (3, 1)),
        ("a . 'b' = 1", ("a", "b"), (1, 1)),
        ('x = ""\ny = 1', ("y",), (2, 1)),
        ("x = ''\ny = 1", ("y",), (2, 1)),
        ('x = """"two"" quotes"""""\ny = 1', ("y",), (2, 1)),
        ("x = '''''two quotes'''''\ny = 1", ("y",), (2, 1)),
        ('x = "\\\\"\ny = 1', ("y",), (2, 1)),
        ("x = '\\'\ny = 1", ("y",), (2, 1)),
        ("x = 1# y = 2\ny = 1 # z", ("y",), (2, 1)),
        ("x = { a.b = [1] }", ("x", "a", "b", 0), (1, 14)),
        ("x = [ # why\n # this\n 1 ]", ("x", 0), (3, 2)),
        ("# only\n\n  y=1", ("y",), (3, 3)),
        ("y = 1 # no line end", ("y",), (1, 1)),
        ("\ty = 1", ("y",), (1, 2)),
        ("[[X]]\nX . XX = 'X'", ("X", 0, "X", "XX"), (2, 1)),
    ],
)
def test_places_in_odd_toml(toml, path, place):
    source = read_toml(toml.encode())
    assert source.positions[path] == place
    assert set(source.positions) <= set(_paths(source.document))


def test_every_key_of_the_examples_has_a_place():
    for path in PLANS:
        source = read_toml(path.read_bytes())
        lines = path.read_text(encoding="utf-8").splitlines()
        for keys in _paths(source.document):
            line, column = source.positions[keys]
            rest = lines[line - 1][column - 1 :]
            assert isinstance(keys[-1], int) or rest.startswith((keys[-1], f'"{keys[-1]}"', "[")), keys


def _paths(value, path=()):
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _paths(item, (*path, key))


def test_the_nearest_known_place_answers_for_what_is_not_there():
    source = read_toml(b"# top\n[plan]\n[[indicators]]\n\n[indicators.method]\nname = 1")
    assert source.position(("indicators", 0, "method", "name")) == (6, 1)
    assert source.position(("indicators", 0, "method", "target")) == (5, 1)
    assert source.position(("indicators", 0, "points")) == (3, 1)
    assert source.position(("plan", "code")) == (2, 1)
    assert source.position(("grades",)) == (1, 1)
    assert Source({}).position(("plan",)) == (0, 0)


# canonical JSON


def test_canonical_json_is_sorted_without_spaces_and_with_decimals_as_text():
    value = {"b": Decimal("1.50"), "a": [None, True, 3, ("x",), Fraction(1, 3)], "专": "班"}
    assert canonical_json(value) == '{"a":[null,true,3,["x"],"1/3"],"b":"1.50","专":"班"}'


@pytest.mark.parametrize(("value", "message"), [(0.5, "float has no canonical form"), ({1: 2}, "is text")])
def test_what_has_no_canonical_form(value, message):
    with pytest.raises(TypeError, match=message):
        canonical_json(value)


def test_plain_data_are_what_json_gives_back():
    value = {"a": (Decimal(1), {"b": Fraction(1, 2)})}
    assert json.loads(json.dumps(plain(value))) == plain(value) == {"a": ["1", {"b": "0.5"}]}
