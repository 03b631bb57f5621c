"""What must hold between the parts of a plan: sums, codes, references (docs/rules.md#plans)."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal, localcontext

from assessments.engine.applicability import has_value, number_in
from assessments.engine.arithmetic import EXACT
from assessments.engine.faults import Path, nearest
from assessments.engine.fields import Notes, shown
from assessments.engine.limits import MOST_POINTS
from assessments.engine.methods import SINGLE, Parameters, Reads
from assessments.engine.methods.banded import Tier
from assessments.engine.methods.judged import Vote
from assessments.engine.plan import DEDUCTION, Dimension, Indicator, Kind, Plan, Titled, Unless


def check_consistency(
    plan: Plan, notes: Notes, known_measures: Collection[str] | None, classes: Collection[str]
) -> None:
    """Note every fault and warning that concerns more than one field. `plan` may have holes where faults were noted."""
    _check_codes(plan, notes)
    _check_classes(plan, notes)
    _check_dimensions(plan, notes)
    _check_measures(plan, notes, known_measures)
    _check_groups(plan, notes)
    _check_unless(plan, notes)
    _check_rounds(plan, notes)
    _check_tie_break(plan, notes)
    _check_grades(plan, notes)
    with localcontext(EXACT):  # points may have more digits than the usual 28 of a sum
        _check_points(plan, notes, classes)
        _check_extras(plan, notes, classes)


def _check_codes(plan: Plan, notes: Notes) -> None:
    """Codes are unique: dimensions, indicators and vetoes among one another, the other lists in themselves."""
    together: set[str] = set()
    for name in ("dimensions", "indicators", "vetoes"):
        _check_unique(notes, (name,), getattr(plan, name), together)
        for index, row in enumerate(getattr(plan, name)):
            if row.code == DEDUCTION:
                notes.fault((name, index, "code"), "reserved", row.code, value=repr(row.code))
    _check_unique(notes, ("classes",), plan.classes, set())
    _check_unique(notes, ("grades",), plan.grades, set())
    _check_unique(notes, ("groups",), plan.groups, set())
    if plan.year:
        _check_unique(notes, ("year", "parts"), plan.year.parts, set(), "kind")


def _check_unique(notes: Notes, path: Path, rows: Sequence[Titled], seen: set[str], field: str = "code") -> None:
    for index, row in enumerate(rows):
        if row.code in seen:
            notes.fault((*path, index, field), "duplicate", "" if field == "kind" else row.code, value=repr(row.code))
        if row.code:
            seen.add(row.code)


def _check_classes(plan: Plan, notes: Notes) -> None:
    """Where the plan declares classes, no other class is named."""
    if not plan.classes:
        return
    known = [team_class.code for team_class in plan.classes]
    lists: dict[str, Sequence[Indicator | Dimension]] = {"dimensions": plan.dimensions, "indicators": plan.indicators}
    for name, rows in lists.items():
        for index, row in enumerate(rows):
            named = row.worth.by_class if row.worth and row.worth.by_class else ()
            _check_known(notes, (name, index, "points_by_class"), row.code, "unknown_class", named, known)
    for index, indicator in enumerate(plan.indicators):
        path = ("indicators", index, "applies_to", "classes")
        _check_known(notes, path, indicator.code, "unknown_class", indicator.applies_to.classes or (), known)


def _check_known(
    notes: Notes, path: Path, subject: str, code: str, named: Iterable[str], known: Collection[str]
) -> None:
    for value in named:
        if value not in known:
            notes.fault(path, code, subject, value=repr(value), nearest=nearest(value, known))


def _check_dimensions(plan: Plan, notes: Notes) -> None:
    """Every dimension that is named exists; one to which no base indicator belongs is doubtful."""
    known = [dimension.code for dimension in plan.dimensions]
    for index, indicator in enumerate(plan.indicators):
        named = [indicator.dimension] if indicator.dimension else []
        _check_known(notes, ("indicators", index, "dimension"), indicator.code, "unknown_dimension", named, known)
    used = {indicator.dimension for indicator in plan.of_kind(Kind.BASE)}
    for index, dimension in enumerate(plan.dimensions):
        if dimension.code not in used:
            notes.warn(("dimensions", index), "dimension_empty", dimension.code)


def _check_measures(plan: Plan, notes: Notes, known: Collection[str] | None) -> None:
    """A measure without a source that exists makes adoption fail."""
    if known is None:
        return
    for index, indicator in enumerate(plan.indicators):
        named = [indicator.measure] if indicator.measure else []
        _check_known(notes, ("indicators", index, "measure"), indicator.code, "unknown_measure", named, known)
        if named and indicator.rule and indicator.rule.parameters.reads is Reads.TIER:
            path: Path = ("indicators", index, "method", "name")
            notes.fault(path, "measure_unfit", indicator.code, method=indicator.rule.parameters.name)


def _check_groups(plan: Plan, notes: Notes) -> None:
    """Where the plan declares groups of voters, a vote names no other."""
    known = [group.code for group in plan.groups]
    for index, indicator in enumerate(plan.indicators):
        if known and indicator.rule and isinstance(indicator.rule.parameters, Vote):
            named, path = indicator.rule.parameters.groups, ("indicators", index, "method", "groups")
            _check_known(notes, path, indicator.code, "unknown_group", named, known)


def _check_unless(plan: Plan, notes: Notes) -> None:
    """`unless` names another indicator, one with single values."""
    rules = {indicator.code: indicator.rule for indicator in plan.indicators}
    for index, indicator in enumerate(plan.indicators):
        if indicator.unless is None or not indicator.unless.indicator:
            continue
        other, path = indicator.unless.indicator, ("indicators", index, "unless", "indicator")
        _check_known(notes, path, indicator.code, "unknown_indicator", [other], rules)
        if other == indicator.code:
            notes.fault(path, "unless_itself", indicator.code)
        elif rules.get(other) and rules[other].parameters.reads not in SINGLE:
            notes.fault(path, "unless_many", indicator.code, value=repr(other))
        elif rules.get(other) and not _can_have(rules[other].parameters, indicator.unless):
            path = ("indicators", index, "unless", "value")
            notes.warn(path, "unless_never", indicator.code, indicator=other, value=shown(indicator.unless.value))


def _can_have(parameters: Parameters, unless: Unless) -> bool:
    """Whether an indicator of that method can have the value that another one's `unless` names."""
    if unless.value is None:  # a fault is noted
        return True
    if parameters.reads is Reads.NUMBER:
        return number_in(unless.value) is not None
    possible = list(parameters.tiers) if isinstance(parameters, Tier) else [str(unless.value).lower()]
    return any(has_value(one, unless, parameters.reads) for one in possible)


def _check_rounds(plan: Plan, notes: Notes) -> None:
    """An indicator is scored in rounds of the year's parts, where the plan has a year; each kind has a base."""
    for place, kind in enumerate(plan.round_kinds()):
        if not any(indicator.rounds is None or kind in indicator.rounds for indicator in plan.of_kind(Kind.BASE)):
            notes.warn(("year", "parts", place) if plan.year else ("indicators",), "kind_empty", "", value=repr(kind))
    if plan.year is None:
        return
    known = [part.code for part in plan.year.parts]
    for index, indicator in enumerate(plan.indicators):
        path = ("indicators", index, "rounds")
        _check_known(notes, path, indicator.code, "unknown_kind", indicator.rounds or (), known)


def _check_tie_break(plan: Plan, notes: Notes) -> None:
    """A tie is broken by base indicators, dimensions and the deduction."""
    rows: tuple[Titled, ...] = (*plan.of_kind(Kind.BASE), *plan.dimensions)
    known = [DEDUCTION, *(row.code for row in rows)]
    for index, code in enumerate(plan.tie_break):
        _check_known(notes, ("plan", "tie_break", index), "", "unknown_tie_break", [code], known)


def _check_grades(plan: Plan, notes: Notes) -> None:
    """Grades go from best to last: each needs less than the one before."""
    for index in range(1, len(plan.grades)):
        before, grade = plan.grades[index - 1], plan.grades[index]
        if before.min is not None and grade.min is not None and grade.min >= before.min:
            notes.fault(("grades", index, "min"), "grades_order", grade.code, value=grade.min, limit=before.min)


def _check_points(plan: Plan, notes: Notes, classes: Collection[str]) -> None:
    """Base points sum to `base_points`, class by class, exactly; a dimension's own points fit its indicators'."""
    if not plan.of_kind(Kind.BASE):
        notes.fault(("indicators",), "no_indicators")
        return
    rows: list[Indicator | Dimension] = [*plan.indicators]
    rows += [dimension for dimension in plan.dimensions if dimension.normalise]
    known = {dimension.code for dimension in plan.dimensions}
    if plan.base_points is None or any(row.worth is None for row in rows):
        return
    if any(indicator.dimension not in known for indicator in plan.of_kind(Kind.BASE)):
        return
    named = _classes_named(plan, classes)
    for class_code in named or [""]:
        total = sum(worth_of_dimension(plan, dimension, class_code) for dimension in plan.dimensions)
        if total != plan.base_points:
            code = "base_sum_class" if named else "base_sum"
            params: dict[str, object] = {"class": class_code, "sum": total, "base_points": plan.base_points}
            notes.fault(("plan", "base_points"), code, "", **params)
    for index, dimension in enumerate(plan.dimensions):
        _check_dimension_points(plan, notes, index, dimension, named or [""])


def _check_extras(plan: Plan, notes: Notes, classes: Collection[str]) -> None:
    """All bonus, and all deduction points of a class fit into a result's line."""
    for kind in (Kind.BONUS, Kind.DEDUCTION):
        rows = plan.of_kind(kind)
        if any(row.worth is None for row in rows):
            continue
        sums = [sum(row.worth.of(code) or 0 for row in rows) for code in _classes_named(plan, classes) or [""]]
        if max(sums) > MOST_POINTS:
            notes.fault(("indicators",), "extra_sum", kind=kind.value, sum=max(sums), limit=MOST_POINTS)


def _classes_named(plan: Plan, classes: Collection[str]) -> list[str]:
    """The classes whose points may differ; none where no points are given by class.

    They are those the plan declares; else those its points name and those of the values.
    """
    rows: list[Indicator | Dimension] = [*plan.indicators, *plan.dimensions]
    named = [code for row in rows if row.worth for code in row.worth.by_class or ()]
    if not named:
        return []
    if plan.classes:
        return [team_class.code for team_class in plan.classes]
    return list(dict.fromkeys([*named, *classes]))


def _sum_of_indicators(plan: Plan, dimension: Dimension, class_code: str) -> Decimal:
    points = [plan.full_points(indicator, class_code) for indicator in plan.members(dimension)]
    return sum((worth for worth in points if worth is not None), Decimal(0))


def worth_of_dimension(plan: Plan, dimension: Dimension, class_code: str) -> Decimal:
    """What a dimension contributes to the base in a class: its own points, or the sum of its indicators'."""
    if dimension.normalise and dimension.worth is not None:
        return dimension.worth.of(class_code) or Decimal(0)
    return _sum_of_indicators(plan, dimension, class_code)


def _check_dimension_points(plan: Plan, notes: Notes, index: int, dimension: Dimension, classes: list[str]) -> None:
    """A normalised dimension worth more than its indicators magnifies rounding; another one says their sum."""
    if dimension.worth is None:
        return
    for class_code in classes:
        points = dimension.worth.of(class_code)
        total = _sum_of_indicators(plan, dimension, class_code)
        if points is None or not total:
            continue
        path, params = ("dimensions", index), {"points": points, "sum": total}
        if dimension.normalise and points > total:
            notes.warn(path, "rounding_magnified", dimension.code, **params)
        elif not dimension.normalise and points != total:
            notes.fault(path, "dimension_sum", dimension.code, **params)
