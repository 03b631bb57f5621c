"""Two plans compared: hand-made pairs, and that a comparison is empty, turns round and can be carried out."""

from dataclasses import replace
from decimal import Decimal
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.engine import read_toml
from assessments.engine.plan import Applicability, Kind, TeamClass, Unless, Worth
from assessments.engine.plan_changes import Change, Fate, plan_changes, plan_tables, points_sums
from assessments.engine.validation import check
from tests.assessments.conftest import TRIAL
from tests.assessments.engine.made import document, indicator, plan_of

PLANS = [
    check(read_toml(path.read_bytes())).whole() for path in [TRIAL, *sorted(Path("tests/data/plans").glob("*.toml"))]
]
TURNED = {Fate.ADDED: Fate.REMOVED, Fate.REMOVED: Fate.ADDED, Fate.CHANGED: Fate.CHANGED}
PARTS = ("classes", "grades", "vetoes", "groups", "dimensions", "indicators")


def changes_of(before, after):
    """Table -> code -> place -> (old, new)."""
    return {
        table.name: {row.code: {one.place: (one.old, one.new) for one in row.changes} for row in table.rows}
        for table in plan_changes(before, after)
    }


def test_a_change_of_each_kind_is_named_with_both_values():
    band = {"name": "band", "bands": [{"from": 90, "points": 60}, {"from": 80, "points": 30}, {"points": 0}]}
    wider = {"name": "band", "bands": [{"from": 95, "points": 60}, {"from": 80, "points": 40}, {"points": 0}]}
    before = plan_of(document(indicator("I1", 60, band), indicator("I2", 40), indicator("X", 2, kind="bonus")))
    after = plan_of(
        document(
            indicator("I1", 60, wider),
            indicator("I3", 25, title="Third"),
            indicator("I2", 15),
            indicator("X", 2, kind="bonus"),
            plan={"bonus_cap": 5},
            grades=[{"code": "top", "title": "Top", "min": 90, "quota": Decimal("0.3")}],
        )
    )
    found = changes_of(before, after)
    assert list(found) == ["plan", "grades", "indicators"]
    assert found["plan"] == {"": {("bonus_cap",): (None, 5)}}
    assert found["grades"]["top"][("quota",)] == (None, Decimal("0.3"))
    assert list(found["indicators"]) == ["I1", "I3", "I2"]
    assert found["indicators"]["I1"] == {
        ("method", "bands", "90"): (60, None),
        ("method", "bands", "95"): (None, 60),
        ("method", "bands", "80"): (30, 40),
    }
    assert found["indicators"]["I3"][("title",)] == (None, "Third")
    assert found["indicators"]["I2"] == {("points",): (40, 15)}


def test_tiers_parameters_and_fallbacks_are_compared_one_by_one():
    tiers = [{"name": "tier", "tiers": {"good": 40, "fair": 20}}, {"name": "tier", "tiers": {"good": 40, "poor": 5}}]
    ranks = [
        {"name": "rank", "step": Decimal("0.05"), "fallback": {"name": "ratio", "target": 100}},
        {"name": "rank", "step": Decimal("0.1"), "fallback": {"name": "ratio", "target": 90}},
    ]
    before, after = (
        plan_of(document(indicator("I1", 40, tier), indicator("I2", 60, rank), plan={"min_class": 4}))
        for tier, rank in zip(tiers, ranks, strict=True)
    )
    assert changes_of(before, after)["indicators"] == {
        "I1": {("method", "tiers", "fair"): (20, None), ("method", "tiers", "poor"): (None, 5)},
        "I2": {
            ("method", "step"): (Decimal("0.05"), Decimal("0.1")),
            ("method", "fallback", "target"): (100, 90),
        },
    }


def test_points_by_class_are_compared_class_by_class():
    before = plan_of(document(indicator("I1", 60), indicator("I2", 40)))
    after = plan_of(
        document(
            indicator("I1", points_by_class={"A": 70, "B": 60}),
            indicator("I2", points_by_class={"A": 30, "B": 40}),
            classes=[{"code": "A", "title": "A"}, {"code": "B", "title": "B"}],
        )
    )
    found = changes_of(before, after)["indicators"]["I1"]
    assert found[("points",)] == (60, None)
    assert found[("points_by_class", "A")] == (None, 70)
    assert points_sums(after, "A").dimensions == {"d": 100}
    assert points_sums(before, "B").kinds == {Kind.BASE: 100, Kind.BONUS: 0, Kind.DEDUCTION: 0}
    assert not points_sums(after, "C").kinds


def test_a_default_that_is_written_out_is_no_change():
    shown = {"name": "ratio", "target": Decimal("100.0"), "over": 1, "direction": "higher"}
    assert not plan_changes(plan_of(document(indicator("I1"))), plan_of(document(indicator("I1", 100, shown))))


def test_another_order_alone_is_a_change():
    rows = [indicator("I1", 60), indicator("I2", 40)]
    (table,) = plan_changes(plan_of(document(*rows)), plan_of(document(*reversed(rows))))
    assert (table.name, table.rows, table.order, table.is_reordered) == ("indicators", (), ("I2", "I1"), True)


@st.composite
def altered(draw):
    """A plan and one made of it by a few edits; whether it could be adopted does not matter."""
    before = after = draw(st.sampled_from(PLANS))
    for _number in range(draw(st.integers(0, 5))):
        after = draw(st.sampled_from(EDITS))(draw, after)
    return before, after


def _drop(draw, plan):
    name = draw(st.sampled_from(PARTS))
    rows = getattr(plan, name)
    gone = draw(st.integers(0, len(rows)))
    return replace(plan, **{name: rows[:gone] + rows[gone + 1 :]})


def _add(draw, plan):
    row = TeamClass(draw(st.sampled_from(["Y", "Z"])), "New", "新")
    if any(one.code == row.code for one in plan.classes):
        return plan
    place = draw(st.integers(0, len(plan.classes)))
    return replace(plan, classes=(*plan.classes[:place], row, *plan.classes[place:]))


def _shuffle(draw, plan):
    name = draw(st.sampled_from(PARTS))
    return replace(plan, **{name: tuple(draw(st.permutations(getattr(plan, name))))})


def _edit(draw, plan):
    if not plan.indicators:
        return plan
    place = draw(st.integers(0, len(plan.indicators) - 1))
    other = draw(st.sampled_from(draw(st.sampled_from(PLANS)).indicators))
    field = draw(
        st.sampled_from(["rule", "source", "department", "when_missing", "rounds", "applies_to", "unless", "worth"])
    )
    made = {
        "rounds": draw(st.sampled_from([None, (), ("month",)])),
        "applies_to": Applicability(classes=draw(st.sampled_from([None, (), ("A",)])), min_age_days=3),
        "unless": draw(st.sampled_from([None, Unless("A1", "none"), Unless("A1", Decimal("0.5"))])),
        "worth": draw(st.sampled_from([Worth(points=Decimal(7)), Worth(by_class={"A": Decimal(7), "B": Decimal(8)})])),
    }
    row = replace(plan.indicators[place], **{field: made.get(field, getattr(other, field))})
    return replace(plan, indicators=(*plan.indicators[:place], row, *plan.indicators[place + 1 :]))


def _head(draw, plan):
    field, value = draw(
        st.sampled_from(
            [("title", "Other"), ("bonus_cap", None), ("decimals", 3), ("tie_break", ("deduction",)), ("year", None)]
        )
    )
    return replace(plan, **{field: value})


EDITS = [_drop, _add, _shuffle, _edit, _head]


def applied(tables, changes):
    """Carry out what a comparison lists."""
    tables = {name: {code: dict(row) for code, row in rows.items()} for name, rows in tables.items()}
    for table in changes:
        rows = tables[table.name]
        for row in table.rows:
            if row.fate is Fate.REMOVED:
                del rows[row.code]
                continue
            values = rows.setdefault(row.code, {})
            assert all(values.get(one.place) == one.old for one in row.changes)
            values.update({one.place: one.new for one in row.changes})
            rows[row.code] = {place: value for place, value in values.items() if value is not None}
        tables[table.name] = {code: rows[code] for code in table.order}
    return tables


def in_order(tables):
    """Tables with the order of their rows."""
    return {name: list(rows.items()) for name, rows in tables.items()}


def holds(before, after):
    """What is true of any two plans."""
    changes, back = plan_changes(before, after), plan_changes(after, before)
    assert in_order(applied(plan_tables(before), changes)) == in_order(plan_tables(after))
    assert bool(changes) == (before != after)
    turned = {
        (table.name, row.code, TURNED[row.fate], Change(one.place, one.new, one.old))
        for table in back
        for row in table.rows
        for one in row.changes
    }
    assert turned == {
        (table.name, row.code, row.fate, one) for table in changes for row in table.rows for one in row.changes
    }
    assert [table.is_reordered for table in changes] == [table.is_reordered for table in back]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.code)
def test_a_plan_against_itself_is_nothing(plan):
    assert plan_changes(plan, plan) == ()


@pytest.mark.parametrize(("before", "after"), list(product(PLANS, PLANS)), ids=lambda plan: plan.code)
def test_what_is_listed_leads_from_one_plan_to_the_other(before, after):
    holds(before, after)


@given(altered())
def test_what_is_listed_leads_from_a_plan_to_its_edited_copy_and_back(pair):
    holds(*pair)
