"""A copy of a plan with other weights, parameters and caps, tried on the facts of a stored result.

The copy is checked like any plan and judged by the same `rate` and `total` (docs/rules.md#what-if).
"""

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import TypeAlias

from assessments.engine.arithmetic import round_half_up
from assessments.engine.canonical import Data
from assessments.engine.contributions import Contributions, contributions
from assessments.engine.document import Document, Source
from assessments.engine.facts import Facts
from assessments.engine.faults import Fault, Path
from assessments.engine.methods.counted import Events
from assessments.engine.plan import Dimension, Indicator, Kind, Plan, Worth
from assessments.engine.rating import rate
from assessments.engine.reckoning import reckon
from assessments.engine.totals import Line, RankedTable, total
from assessments.engine.validation import check

POINTS = "points"
CAPS = ("bonus_cap", "deduction_cap")
ABOVE_BASE = "bonus_above_base"

FIXED = frozenset({"per", "scale", "moderate_over"})
"""Numbers of methods that are not tried: what a step costs moves with the points, marks were given on a scale."""

Setting: TypeAlias = Decimal | bool | None
"""What a slot holds; None is no cap."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One place of a plan that a trial may change, and what it holds now.

    `row` is the code of an indicator or a normalised dimension, "" the plan itself; `name` is POINTS, a parameter of
    the row's method, or a field of the plan; `class_code` is "" where the points are the same in all classes.
    """

    row: str
    name: str
    class_code: str
    setting: Setting

    @property
    def key(self) -> str:
        """Its name in an address: "A4", "A4:district" (a class), "A4::target", ":bonus_cap"; no two are alike."""
        parts = [self.row, self.class_code, "" if self.name == POINTS else self.name]
        if not self.row:
            parts = ["", self.name]
        return ":".join(part.replace("%", "%25").replace(":", "%3A") for part in parts).rstrip(":")


@dataclass(frozen=True, slots=True)
class Attempt:
    """The changed plan, or what is wrong with it: (key of the slot, "" where it concerns several; fault)."""

    plan: Plan | None
    faults: tuple[tuple[str, Fault], ...] = ()


@dataclass(frozen=True, slots=True)
class Place:
    """Where a team stands; None where it has no total, rank or grade."""

    total: Decimal | None
    rank: int | None
    grade: str | None


@dataclass(frozen=True, slots=True)
class Move:
    """One team before and after.

    Attributes:
        changes: indicator -> change of its contribution, "" for caps, limits and rounding; they sum to the change of
            the total. Empty where the team lacks a total before or after.
        cause: the indicator ("" as above) that changed most compared with the mean of the class, upwards for a team
            that rises, downwards for one that falls; None where nothing differs from the class.
        against_class: that change less the mean of the class.
    """

    team: str
    class_code: str
    before: Place
    after: Place
    changes: Mapping[str, Fraction]
    cause: str | None = None
    against_class: Fraction = Fraction(0)

    @property
    def rise(self) -> int:
        """Places gained; below 0 lost; 0 as well without a rank before or after."""
        if self.before.rank is None or self.after.rank is None:
            return 0
        return self.before.rank - self.after.rank

    @property
    def is_moved(self) -> bool:
        """Whether the rank is another one, or there is none any more."""
        return self.before.rank != self.after.rank


def slots(plan: Plan) -> tuple[Slot, ...]:
    """Everything a trial may change: caps, points of dimensions and indicators, single numbers of methods."""
    found = [Slot("", name, "", getattr(plan, name)) for name in (*CAPS, ABOVE_BASE)]
    for dimension in plan.dimensions:
        if dimension.normalise:
            found += _points(dimension)
    for indicator in plan.indicators:
        found += _points(indicator)
        parameters = indicator.rule.parameters
        for name, _, _ in parameters.described():
            own = getattr(parameters, name)
            if name not in FIXED and isinstance(own, Decimal | int) and not isinstance(own, bool):
                found.append(Slot(indicator.code, name, "", Decimal(own)))
    return tuple(found)


def _points(row: Dimension | Indicator) -> list[Slot]:
    worth = row.worth
    if worth is None:
        return []
    if worth.by_class is not None:
        return [Slot(row.code, POINTS, class_code, points) for class_code, points in worth.by_class.items()]
    return [Slot(row.code, POINTS, "", worth.points)]


def changed_document(document: Document, changes: Mapping[Slot, Setting]) -> Document:
    """A copy of the document with the changes; a row whose points are 0 is gone wherever it was named."""
    copy: Document = deepcopy(document)
    rows: dict[str, Document] = {row["code"]: row for row in (*copy.get("dimensions", ()), *copy["indicators"])}
    head: Document = copy["plan"]
    for slot, setting in changes.items():
        number = int(setting) if isinstance(setting, Decimal) and setting == setting.to_integral_value() else setting
        row = rows[slot.row] if slot.row else head
        if slot.class_code:
            row["points_by_class"] = {**row["points_by_class"], slot.class_code: number}
        elif slot.row and slot.name != POINTS:
            row["method"][slot.name] = number
        elif setting is None:
            row.pop(slot.name, None)
        else:
            row[slot.name] = setting if isinstance(setting, bool) else number
    _take_out(copy)
    return copy


def _take_out(copy: Document) -> None:
    """Remove rows without points, empty dimensions, and what names either."""
    dimensions, indicators = copy.get("dimensions", []), copy["indicators"]
    gone = {row["code"] for row in (*dimensions, *indicators) if _is_out(row)}
    used = {row["dimension"] for row in indicators if _is_base(row)}
    kept = [row for row in indicators if row["code"] not in gone]
    kept = [row for row in kept if not _is_base(row) or row["dimension"] not in gone]
    left = {row["dimension"] for row in kept if _is_base(row)}
    gone |= {row["code"] for row in dimensions if row["code"] in used - left}
    gone |= {row["code"] for row in indicators if row not in kept}
    for row in kept:
        if row.get("dimension") in gone:
            del row["dimension"]
        if row.get("unless", {}).get("indicator") in gone:
            del row["unless"]
    copy["indicators"] = kept
    if dimensions:
        copy["dimensions"] = [row for row in dimensions if row["code"] not in gone]
    for row in copy.get("dimensions", ()):
        if not row.get("normalise"):
            _add_up(row, [one for one in kept if _is_base(one) and one["dimension"] == row["code"]])
    head = copy["plan"]
    if "tie_break" in head:
        head["tie_break"] = [code for code in head["tie_break"] if code not in gone]


def _is_base(row: Document) -> bool:
    return bool(row.get("kind", Kind.BASE) == Kind.BASE)


def _is_out(row: Document) -> bool:
    """Whether no points are left to a row, which loses the classes in which it has none."""
    if "points_by_class" not in row:
        return "points" in row and row["points"] == 0
    row["points_by_class"] = {code: points for code, points in row["points_by_class"].items() if points != 0}
    return not row["points_by_class"]


def _add_up(dimension: Document, members: list[Document]) -> None:
    """Let the points that a dimension only states follow its indicators."""
    dimension.pop("points", None)
    if "points_by_class" in dimension:
        sums = {
            code: sum(one.get("points_by_class", {}).get(code, one.get("points", 0)) for one in members)
            for code in dimension["points_by_class"]
        }
        dimension["points_by_class"] = {code: points for code, points in sums.items() if points != 0}


def attempt(document: Document, plan: Plan, facts: Facts, changes: Mapping[Slot, Setting]) -> Attempt:
    """The plan with the changes, checked as every plan is. `plan` is that of `document`."""
    if not changes:
        return Attempt(plan)
    changed = changed_document(document, changes)
    verdict = check(Source(changed), classes=facts.members())
    if verdict.plan is None:
        keys = {slot.key for slot in changes}
        faults = [(_key_of(changed, fault.path), fault) for fault in verdict.faults]
        return Attempt(None, tuple((key if key in keys else "", fault) for key, fault in faults))
    rows = [_scaled(indicator, plan.indicator(indicator.code)) for indicator in verdict.plan.indicators]
    return Attempt(replace(verdict.plan, indicators=tuple(rows)))


def _scaled(indicator: Indicator, original: Indicator) -> Indicator:
    """The indicator with its method in proportion to its points; events never scale."""
    if indicator.worth == original.worth or isinstance(indicator.rule.parameters, Events):
        return indicator
    return replace(indicator, written_for=original.worth)


@dataclass(frozen=True, slots=True)
class RoundedNumber:
    """A number of a method, scaled with its points, that had to be rounded to be written down."""

    indicator: str
    exact: Fraction
    written: Decimal


@dataclass(frozen=True, slots=True)
class Draft:
    """The changed plan as a document with the scaled numbers of its methods.

    `uneven`: indicators whose points change by another factor in each class, so that one method cannot be written for
    all of them.
    """

    document: Document
    rounded: tuple[RoundedNumber, ...]
    uneven: tuple[str, ...]


def draft_of(document: Document, plan: Plan, changed: Plan, changes: Mapping[Slot, Setting]) -> Draft:
    """The document of a plan that was tried, `changed`; `plan` is that of `document`.

    Numbers of methods that move with the points are rounded half up to two decimals more than the plan's.
    """
    copy = changed_document(document, changes)
    rounded: list[RoundedNumber] = []
    uneven: list[str] = []
    rows: dict[str, Document] = {row["code"]: row for row in copy["indicators"]}
    for indicator in changed.indicators:
        if indicator.written_for is None:
            continue
        factors = _factors(indicator, indicator.written_for)
        scale = _Scale(indicator.code, factors[0], plan.decimals + 2, rounded)
        if scale.moves(rows[indicator.code]["method"]) and len(factors) > 1:
            uneven.append(indicator.code)
        else:
            scale.method(rows[indicator.code]["method"])
    return Draft(copy, tuple(rounded), tuple(uneven))


def _factors(indicator: Indicator, written_for: Worth) -> list[Fraction]:
    """The factors, each once, by which the points of an indicator change in its classes."""
    found = []
    for code in indicator.worth.by_class or ("",):
        points, before = indicator.worth.of(code), written_for.of(code)
        if points and before:
            found.append(Fraction(points) / Fraction(before))
    return list(dict.fromkeys(found))


@dataclass(frozen=True, slots=True)
class _Scale:
    """Scales the numbers of a method that are points, in its document; keeps those that had to be rounded."""

    code: str
    factor: Fraction
    decimals: int
    rounded: list[RoundedNumber]

    def moves(self, method: Document) -> bool:
        """Whether the method has such numbers."""
        return bool(method.keys() & {"bands", "tiers", "table", "per"}) or (
            "fallback" in method and self.moves(method["fallback"])
        )

    def method(self, method: Document) -> None:
        """Scale a method and its fallback in place."""
        for band in method.get("bands", ()):
            band["points"] = self.number(band["points"])
        if "tiers" in method:
            method["tiers"] = {name: self.number(points) for name, points in method["tiers"].items()}
        if "table" in method:
            method["table"] = [self.number(points) for points in method["table"]]
        if "per" in method:
            method["per"] = self.number(method["per"])
        if "fallback" in method:
            self.method(method["fallback"])

    def number(self, own: Decimal | int) -> Decimal | int:
        """The scaled number as it is written; a whole one as a whole number."""
        exact = Fraction(own) * self.factor
        written = round_half_up(exact, self.decimals)
        if Fraction(written) != exact:
            self.rounded.append(RoundedNumber(self.code, exact, written))
        return int(written) if written == written.to_integral_value() else written.normalize()


def _key_of(document: Document, path: Path) -> str:
    """The key of the slot at a path of the changed document; "" where there is none."""
    match path:
        case ("plan", str(name)):
            return Slot("", name, "", None).key
        case ("dimensions" | "indicators" as table, int(index), "points"):
            return Slot(document[table][index]["code"], POINTS, "", None).key
        case ("dimensions" | "indicators" as table, int(index), "points_by_class", str(class_code)):
            return Slot(document[table][index]["code"], POINTS, class_code, None).key
        case ("indicators", int(index), "method", str(name)):
            return Slot(document["indicators"][index]["code"], name, "", None).key
    return ""


def moves(body: Data, plan: Plan, facts: Facts) -> list[Move]:
    """Every team of a stored result under the changed `plan`, in the order of the printed table."""
    standing = total(plan, rate(plan, facts, body["round"]), facts)
    lines = {line.team: line for line in standing.lines}
    found = [_move(one, plan, standing, lines[one["team"]]) for one in body["outcome"]["teams"]]
    means = {class_code: _means(found, class_code) for class_code in standing.sizes}
    return [_caused(move, means[move.class_code]) for move in found]


def _move(outcome: Data, plan: Plan, standing: RankedTable, line: Line) -> Move:
    before = Place(None if outcome["total"] is None else Decimal(outcome["total"]), outcome["rank"], outcome["grade"])
    earlier, later = contributions(outcome["reckoning"]), contributions(reckon(plan, standing, line))
    changes = {} if earlier is None or later is None else _changes(earlier, later)
    return Move(line.team, line.class_code, before, Place(line.total, line.rank, line.grade), changes)


def _changes(earlier: Contributions, later: Contributions) -> dict[str, Fraction]:
    codes = dict.fromkeys([*earlier.parts, *later.parts])
    nothing = Fraction(0)
    parts = {code: later.parts.get(code, nothing) - earlier.parts.get(code, nothing) for code in codes}
    return {**parts, "": later.rest - earlier.rest}


def _means(found: list[Move], class_code: str) -> dict[str, Fraction]:
    """The mean change of each contribution over the teams of a class that have a total before and after."""
    counted = [move.changes for move in found if move.class_code == class_code and move.changes]
    codes = dict.fromkeys(code for changes in counted for code in changes)
    return {
        code: sum((changes.get(code, Fraction(0)) for changes in counted), Fraction(0)) / len(counted) for code in codes
    }


def _caused(move: Move, means: Mapping[str, Fraction]) -> Move:
    """The move with the indicator by which the team changed most compared with its class."""
    if not move.changes:
        return move
    apart = {code: move.changes.get(code, Fraction(0)) - mean for code, mean in means.items()}
    apart = {code: own for code, own in apart.items() if own}
    sided = {code: own for code, own in apart.items() if own * move.rise > 0} or apart
    if not sided:
        return move
    cause = max(sided, key=lambda code: (abs(sided[code]), code != ""))
    return replace(move, cause=cause, against_class=sided[cause])
