"""Methods that look points up: band, binary, tier."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Annotated, ClassVar

from assessments.engine.arithmetic import Arithmetic, Exact, NotANumber, read_number
from assessments.engine.canonical import Data
from assessments.engine.facts import Value
from assessments.engine.faults import gettext_noop
from assessments.engine.fields import Hole, Required, Shape, Table
from assessments.engine.methods.contract import (
    LOWER,
    Column,
    Directed,
    Parameter,
    Parameters,
    PointsByName,
    Reads,
)
from assessments.engine.workings import Workings


@dataclass(frozen=True, slots=True)
class Bands:
    """Bands from best to last: `points[i]` from (lower: to) `edges[i]`; the last of the points is the catch-all's."""

    edges: tuple[Decimal, ...]
    points: tuple[Decimal, ...]


def _read_bands(table: Table, name: str, default: Required | None) -> Bands | None:
    """Bands ordered from best to last, ending with one without an edge."""
    if not table.entries(name, default):
        return None
    own, other = ("to", "from") if table.raw.get("direction") == LOWER else ("from", "to")
    rows = table.tables(name)
    edges: list[Hole] = []
    points: list[Hole] = []
    for row in rows:
        points.append(row.number("points", least=0))
        is_last = row is rows[-1]
        if row.has(other):
            row.allow(other)
            row.fault(other, "bands_edge_unknown", field=own, other=other)
        elif is_last and row.has(own):
            row.allow(own)
            row.fault(own, "bands_catch_all", field=own)
        elif not is_last and not row.has(own):
            row.fault(None, "bands_edge_missing", field=own)
        elif not is_last:
            edges.append(row.number(own))
            _check_order(row, own, edges)
        row.finish()
    return Bands(tuple(edges), tuple(points))


def _check_order(row: Table, field: str, edges: list[Decimal | None]) -> None:
    """Fault an edge that does not lie beyond the one before: falling for `from`, rising for `to`."""
    before, edge = edges[-2:] if len(edges) > 1 else (None, None)
    if before is not None and edge is not None and (edge >= before if field == "from" else edge <= before):
        row.fault(field, "bands_order", value=edge, previous=before)


@dataclass(frozen=True, kw_only=True)
class Band(Directed):
    """Points of the first band whose `from` is reached (lower: `to` is not passed), edges included."""

    name: ClassVar[str] = "band"
    rule: ClassVar[str] = gettext_noop("the points of the first band that is reached")
    absolute: ClassVar[bool] = True

    bands: Annotated[
        Bands,
        Parameter(_read_bands, gettext_noop("a list of bands from best to last, ending with a catch-all"), Shape.BANDS),
    ]

    def document(self) -> Data:
        field = "to" if self.lower else "from"
        edges = [*({field: edge} for edge in self.bands.edges), {}]
        rows = [{**edge, "points": own} for edge, own in zip(edges, self.bands.points, strict=True)]
        return {"direction": self.direction, "bands": rows}

    def own_points(self) -> Iterable[Decimal]:
        return self.bands.points

    def knots(self, points: Decimal) -> Sequence[Fraction]:
        return sorted(map(Fraction, self.bands.edges))

    def is_stepped(self, points: Decimal) -> bool:
        return True

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        edges = sorted(using.number(edge) for edge in self.bands.edges)
        table = [using.number(min(points, own)) for own in self.bands.points]
        if self.lower:
            return lambda values: [table[bisect_left(edges, value)] for value in values]
        table.reverse()
        return lambda values: [table[bisect_right(edges, value)] for value in values]

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        value = Fraction(inputs["value"])
        for edge, own in zip(self.bands.edges, self.bands.points, strict=False):
            if value <= edge if self.lower else value >= edge:
                return workings.at_most(workings.take(Fraction(own)), points)
        return workings.at_most(workings.take(Fraction(self.bands.points[-1])), points)


_STORED_FRACTION = re.compile(r"-?\d+/\d+", re.ASCII)
TRUE_WORDS = frozenset({"true", "是"})
FALSE_WORDS = frozenset({"false", "否"})


def read_truth(text: str) -> bool:
    """Read true/false, 是/否 or a number (0 false, any other true). Raises NotANumber."""
    word = text.strip().lower()
    if word in TRUE_WORDS or word in FALSE_WORDS:
        return word in TRUE_WORDS
    return read_number(word) != 0


def is_true(value: Value | int) -> bool:
    """The truth of a value that may be a text, a number or a flag; a stored fraction is a text such as "200/3".

    Raises NotANumber for other texts.
    """
    if not isinstance(value, str):
        return value != 0
    return Fraction(value) != 0 if _STORED_FRACTION.fullmatch(value) else read_truth(value)


def same_truth(one: Value | int, other: Value | int) -> bool:
    """Whether both can be read as true or false, and agree."""
    try:
        return is_true(one) == is_true(other)
    except NotANumber:
        return False


@dataclass(frozen=True, kw_only=True)
class Binary(Directed):
    """b when true (lower: when false), else 0."""

    name: ClassVar[str] = "binary"
    rule: ClassVar[str] = gettext_noop("full points when true, else none")
    reads: ClassVar[Reads] = Reads.TRUTH

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        no, yes = using.number(0), using.number(points)
        if self.lower:
            no, yes = yes, no
        return lambda values: [yes if is_true(value) else no for value in values]

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        return workings.take(0 if is_true(inputs["value"]) is self.lower else points)


@dataclass(frozen=True, kw_only=True)
class Tier(Parameters):
    """The named tier's points."""

    name: ClassVar[str] = "tier"
    rule: ClassVar[str] = gettext_noop("the points of the named tier")
    reads: ClassVar[Reads] = Reads.TIER
    absolute: ClassVar[bool] = True

    tiers: PointsByName

    def own_points(self) -> Iterable[Decimal]:
        return sorted(self.tiers.values(), reverse=True)

    def column(self, points: Decimal, using: Arithmetic[Exact]) -> Column[Exact]:
        table = {tier: using.number(min(points, own)) for tier, own in self.tiers.items()}
        return lambda values: [table[value] for value in values]

    def work(self, points: Fraction, inputs: Data, workings: Workings) -> Fraction:
        return workings.at_most(workings.take(Fraction(self.tiers[inputs["value"]])), points)
