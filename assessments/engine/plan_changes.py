"""What differs between two plans: fields, rows by their codes, bands and tiers one by one (docs/rules.md#two-plans).

Plans are compared as they judge: a default that one of them spells out is no difference.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeAlias, TypeVar

from assessments.engine.consistency import worth_of_dimension
from assessments.engine.plan import Kind, Plan, Rule, Worth

Place: TypeAlias = tuple[str, ...]
"""Where a value stands in a row: ("title",), ("points_by_class", "A"), ("method", "tiers", "good")."""

Scalar: TypeAlias = str | int | Decimal | tuple[str, ...]
"""A value of a plan: text, flag, number, or codes in order."""

Row: TypeAlias = Mapping[Place, Scalar]
"""What a row says; a value that it does not give is absent."""

Key = TypeVar("Key")

PLAN, YEAR = "plan", "year"
"""Tables of one row, whose code is empty."""
ROWS = ("classes", "grades", "vetoes", "groups", "dimensions", "indicators")
METHOD, FALLBACK = "method", "fallback"
OTHERWISE = "otherwise"
"""In the place of a band's edge: the band that catches all others."""


class Fate(StrEnum):
    """What became of a row."""

    ADDED = "added"
    REMOVED = "removed"
    CHANGED = "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """One value before and after; None where there is none."""

    place: Place
    old: Scalar | None
    new: Scalar | None


@dataclass(frozen=True, slots=True)
class RowChange:
    """A row that is in one plan only, or differs: its values, those of a row that is added or removed all."""

    code: str
    fate: Fate
    changes: tuple[Change, ...]


@dataclass(frozen=True, slots=True)
class TableChange:
    """A table of the plan that differs.

    Attributes:
        name: as in the document: plan, year, year.parts, classes, ...
        order: the codes of all its rows in the later plan.
        is_reordered: whether rows of both plans stand in another order.
    """

    name: str
    rows: tuple[RowChange, ...]
    order: tuple[str, ...]
    is_reordered: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """Points of a class by dimension, and of all its base, bonus and deduction indicators, caps aside."""

    dimensions: Mapping[str, Decimal]
    kinds: Mapping[Kind, Decimal]


def plan_changes(before: Plan, after: Plan) -> tuple[TableChange, ...]:
    """The tables that differ, in the order of the document; empty where the plans are the same."""
    old, new = plan_tables(before), plan_tables(after)
    compared = (_compared(name, old[name], new[name]) for name in old)
    return tuple(table for table in compared if table.rows or table.is_reordered)


def plan_tables(plan: Plan) -> dict[str, dict[str, Row]]:
    """The plan as flat rows: table -> code -> row, in plan order."""
    year = plan.year
    names = {YEAR, *ROWS}
    return {
        PLAN: {"": dict(_of_fields(plan, (), leave=names))},
        YEAR: {"": dict(_of_fields(year, (), leave={"parts"}))} if year else {},
        "year.parts": _rows(year.parts if year else ()),
        **{name: _rows(getattr(plan, name)) for name in ROWS},
    }


def points_sums(plan: Plan, class_code: str) -> Sums:
    """What the plan gives in a class; empty where it has classes and this is not one of them."""
    if class_code not in (classes_of(plan) or [class_code]):
        return Sums({}, {})
    kinds = {kind: _sum(plan.full_points(one, class_code) for one in plan.of_kind(kind)) for kind in Kind}
    dimensions = {one.code: worth_of_dimension(plan, one, class_code) for one in plan.dimensions}
    return Sums(dimensions, {**kinds, Kind.BASE: _sum(dimensions.values())})


def classes_of(plan: Plan) -> list[str]:
    """The classes that the plan declares, else those by which it gives points; empty where the values name them."""
    worths = [*(one.worth for one in plan.dimensions), *(one.worth for one in plan.indicators)]
    named = [code for worth in worths if worth for code in worth.by_class or ()]
    return [one.code for one in plan.classes] or list(dict.fromkeys(named))


def _sum(points: Iterable[Decimal | None]) -> Decimal:
    return sum((worth for worth in points if worth is not None), Decimal(0))


def _rows(table: Sequence[Any]) -> dict[str, Row]:
    return {row.code: dict(_of_fields(row, (), leave={"code"})) for row in table}


def _of_fields(value: Any, place: Place, leave: set[str] | None = None) -> Iterator[tuple[Place, Scalar]]:
    for field in fields(value):
        if field.name not in (leave or ()):
            yield from _flat(getattr(value, field.name), (*place, field.name))


def _flat(value: Any, place: Place) -> Iterator[tuple[Place, Scalar]]:
    """The values below a place; None and an empty text are none."""
    match value:
        case None | "":
            return
        case Worth():
            yield from _flat(value.points, (*place[:-1], "points"))
            yield from _flat(value.by_class, (*place[:-1], "points_by_class"))
        case Rule():
            at = (*place[:-1], METHOD) if place[-1] == "rule" else place
            yield (*at, "name"), value.parameters.name
            yield from _flat(value.parameters.document(), at)
            yield from _flat(value.fallback, (*at, FALLBACK))
        case _ if is_dataclass(value):
            yield from _of_fields(value, place)
        case Mapping():
            for name, inner in value.items():
                yield from _flat(inner, (*place, name))
        case list():
            yield from _numbered(value, place)
        case _:
            yield place, value


def _numbered(rows: list[Any], place: Place) -> Iterator[tuple[Place, Scalar]]:
    """Bands by their edge, points by their rank."""
    for number, row in enumerate(rows, start=1):
        if isinstance(row, dict):
            edge = row.get("from", row.get("to"))
            yield (*place, OTHERWISE if edge is None else f"{Decimal(edge).normalize():f}"), row["points"]
        else:
            yield (*place, str(number)), row


def _compared(name: str, old: Mapping[str, Row], new: Mapping[str, Row]) -> TableChange:
    rows = tuple(row for code in _merged(old, new) if (row := _row(code, old.get(code), new.get(code))))
    both = [code for code in old if code in new]
    return TableChange(name, rows, tuple(new), both != [code for code in new if code in old])


def _row(code: str, old: Row | None, new: Row | None) -> RowChange | None:
    """What became of a row; None where nothing did."""
    fate = Fate.ADDED if old is None else Fate.REMOVED if new is None else Fate.CHANGED
    old, new = old or {}, new or {}
    pairs = [Change(place, old.get(place), new.get(place)) for place in _merged(old, new)]
    changes = tuple(pair for pair in pairs if pair.old != pair.new)
    return RowChange(code, fate, changes) if changes else None


def _merged(old: Mapping[Key, object], new: Mapping[Key, object]) -> list[Key]:
    """What stands in either: what went at its old place, what came behind what it replaces or follows."""
    merged, at = list(old), 0
    for key in new:
        if key in old:
            at = merged.index(key) + 1
            continue
        while at < len(merged) and merged[at] not in new:
            at += 1
        merged.insert(at, key)
        at += 1
    return merged
