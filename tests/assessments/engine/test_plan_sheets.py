"""A plan as sheets: every document comes back as it was, and every value has its place."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import Source, check, dump, load, read_toml
from assessments.engine.editing.fields import FIELDS
from assessments.engine.editing.sheets import document_of, read, sheets_of, written
from tests.assessments.engine.made import document, indicator
from tests.assessments.plans.test_plans import PLANS, TRIAL


def placed(sheets):
    """Sheets as a reader of workbooks gives them: rows by number, cells by column, without blank ones."""
    return [
        (
            name,
            [
                (number, {column: cell for column, cell in enumerate(row, 1) if cell is not None})
                for number, row in enumerate(rows, 1)
            ],
        )
        for name, rows in sheets.items()
    ]


def through_sheets(made):
    return document_of(placed(sheets_of(made))).document


texts = st.one_of(st.text(max_size=8), st.sampled_from(["", "1.50", "12", "json:x", "=1+1", " a", "甲、乙", "true"]))
scalars = st.one_of(st.booleans(), st.integers(-(10**20), 10**20), st.decimals(-999, 999, places=2), texts)
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)
known = sorted({field.name for fields in FIELDS.values() for field in fields})
names = st.one_of(
    st.sampled_from([*known, "method", "applies_to", "unless", "rounds", "row", "fallback", "bands"]), texts
)
tables = st.dictionaries(names, values, max_size=5)
methods = st.fixed_dictionaries(
    {"name": st.sampled_from(["band", "tier", "vote", "x"])},
    optional={
        "bands": st.lists(st.dictionaries(st.sampled_from(["from", "to", "points"]), scalars, max_size=3), max_size=3),
        "tiers": st.dictionaries(texts, scalars, max_size=3),
        "fallback": tables,
    },
)
rows = st.lists(st.one_of(tables, st.fixed_dictionaries({"code": texts}, optional={"method": methods})), max_size=4)
documents = st.fixed_dictionaries(
    {},
    optional={
        "plan": st.one_of(tables, scalars),
        "year": st.one_of(tables, st.fixed_dictionaries({"parts": rows}), scalars),
        "indicators": st.one_of(rows, scalars),
        "dimensions": rows,
        "grades": rows,
        "other": values,
    },
)


@given(documents)
def test_every_stored_document_comes_back_from_its_sheets_as_it_was(made):
    stored = load(dump(made))
    assert dump(through_sheets(stored)) == dump(stored)


@given(st.sampled_from([*known, "method.bands", "x"]), values)
def test_a_cell_says_its_value(name, value):
    stored = load(dump({name: value}))[name]
    assert dump({"v": read(name, written(name, stored))}) == dump({"v": stored})


@pytest.mark.parametrize("path", [TRIAL, *PLANS], ids=lambda path: path.stem)
def test_a_county_plan_needs_no_json(path):
    made = read_toml(path.read_bytes()).document
    sheets = sheets_of(made)
    assert dump(through_sheets(made)) == dump(made)
    written_so = {str(cell) for rows in sheets.values() for row in rows for cell in row if "json:" in str(cell)}
    assert written_so == ({"json:[]"} if made["plan"]["tie_break"] == [] else set())


def test_a_fault_names_row_and_column_of_its_cell():
    sheets = placed(
        sheets_of(document(indicator("A", 60), indicator("B", 40, {"name": "tier", "tiers": {"good": 40}})))
    )
    cells = dict(sheets)
    head = {text: column for column, text in cells["indicators"][0][1].items()}
    cells["indicators"][1][1][head["points"]] = "many"
    cells["tables"][1][1][5] = -1
    faults = check(document_of(sheets)).faults
    assert {(fault.code, fault.line, fault.column) for fault in faults} == {
        ("not_number", 2, head["points"]),
        ("too_low", 2, 1),
    }


def test_what_is_typed_as_a_number_is_read_exactly():
    assert read("points", 0.3) == Decimal("0.3")
    assert read("points", "２５") == 25
    assert read("code", 2026) == "2026"
    assert read("tie_break", "A4，deduction") == ["A4", "deduction"]


def test_bands_of_an_indicator_that_is_not_there_are_a_fault():
    sheets = placed(
        sheets_of(document(indicator("A", 100, {"name": "band", "bands": [{"from": 9, "points": 100}, {"points": 0}]})))
    )
    dict(sheets)["bands"][1][1][1] = "Z"
    assert "unknown_field" in {fault.code for fault in check(document_of(sheets)).faults}


def test_a_place_is_given_for_every_sheet():
    source = document_of(placed(sheets_of(document())))
    assert isinstance(source, Source)
    assert source.position(("indicators", 0, "points")) != (1, 1)
