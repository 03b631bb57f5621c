"""From a document to a plan: every table read, every fault named with its place (docs/rules.md#plans)."""

from collections.abc import Collection
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from assessments.engine.consistency import check_consistency
from assessments.engine.document import Document, Source
from assessments.engine.faults import Fault, nearest
from assessments.engine.fields import REQUIRED, Hole, Notes, Table
from assessments.engine.limits import (
    CHECKING_DAYS,
    CODE_LENGTH,
    FIGURES_DAYS,
    MOST_DAYS,
    MOST_DECIMALS,
    MOST_POINTS,
    PUBLICITY_DAYS,
    TITLE_LENGTH,
)
from assessments.engine.methods import REGISTRY, Parameters
from assessments.engine.methods.contract import SOURCES, Reads
from assessments.engine.plan import (
    Applicability,
    Dimension,
    Effect,
    Grade,
    Group,
    Indicator,
    Kind,
    Plan,
    Policy,
    QuotaRounding,
    Rule,
    TeamClass,
    Unless,
    Veto,
    Worth,
    Year,
    YearPart,
)

FALLBACKS = {
    name: method
    for name, method in REGISTRY.items()
    if not method.relative and method.reads in (Reads.NUMBER, Reads.TRUTH)
}
"""The methods that can replace one that compares teams: they compare no teams and read one number."""


class PlanHasFaults(ValueError):
    """A stored document that is no complete plan."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `check` says: the plan, if it has no fault; its faults and warnings in the order of the file."""

    plan: Plan | None
    faults: tuple[Fault, ...]
    warnings: tuple[Fault, ...]

    def whole(self) -> Plan:
        """The plan. Raises PlanHasFaults."""
        if self.plan is None:
            raise PlanHasFaults("; ".join(map(str, self.faults)))
        return self.plan


def check(source: Source, known_measures: Collection[str] | None = None, classes: Collection[str] = ()) -> Verdict:
    """Read and validate a whole plan document.

    `known_measures`: the measures that exist, None not to ask. `classes`: those of the values, for a plan that
    declares none.
    """
    notes = Notes(source)
    plan = _read_plan(Table(source.document, (), notes))
    check_consistency(plan, notes, known_measures, classes)
    faults = tuple(sorted(notes.faults, key=_place))
    return Verdict(None if faults else plan, faults, tuple(sorted(notes.warnings, key=_place)))


def plan_of(document: Document) -> Plan:
    """The plan of a document that was checked before. Raises PlanHasFaults."""
    return check(Source(document)).whole()


def _place(fault: Fault) -> tuple[int, int]:
    return fault.line, fault.column


def _read_plan(table: Table) -> Plan:
    """Read every table. What could not be read is None or left out; consistency checks step around it."""
    head = table.table("plan")
    if head is None:
        table.fault(None, "missing", field="plan")
        head = Table({}, ("plan",), Notes(table.notes.source))  # one fault is enough
    year = table.table("year")
    plan = Plan(
        **_titled(head),
        basis=head.text("basis", most=TITLE_LENGTH),
        base_points=head.number("base_points", above=0, most=MOST_POINTS),
        decimals=head.whole("decimals", 2, least=0, most=MOST_DECIMALS),
        bonus_cap=head.number("bonus_cap", None, least=0, most=MOST_POINTS),
        deduction_cap=head.number("deduction_cap", None, least=0, most=MOST_POINTS),
        bonus_above_base=head.flag("bonus_above_base"),
        min_class=head.whole("min_class", 0, least=0),
        quota_rounding=_enum(head, "quota_rounding", QuotaRounding, QuotaRounding.FLOOR),
        tie_break=head.texts("tie_break") or (),
        figures_days=head.whole("figures_days", FIGURES_DAYS, least=0, most=MOST_DAYS),
        checking_days=head.whole("checking_days", CHECKING_DAYS, least=0, most=MOST_DAYS),
        publicity_days=head.whole("publicity_days", PUBLICITY_DAYS, least=0, most=MOST_DAYS),
        grade_min_age_days=head.whole("grade_min_age_days", 0, least=0),
        year=None if year is None else _read_year(year),
        classes=tuple(_read_class(row) for row in table.tables("classes")),
        grades=tuple(_read_grade(row) for row in table.tables("grades")),
        vetoes=tuple(_read_veto(row) for row in table.tables("vetoes")),
        groups=tuple(_read_group(row) for row in table.tables("groups")),
        dimensions=tuple(_read_dimension(row) for row in table.tables("dimensions")),
        indicators=tuple(_read_indicator(row) for row in table.tables("indicators")),
    )
    head.finish()
    table.finish()
    return plan


def _titled(row: Table, code_field: str = "code") -> dict[str, str]:
    """Code, title and Chinese title; the title defaults to the code. A code does not begin with @."""
    code = row.text(code_field, required=True, most=CODE_LENGTH)
    if code.startswith("@") or code != code.strip():
        row.fault(code_field, "reserved", value=repr(code))
    title = row.text("title", most=TITLE_LENGTH) or code
    return {"code": code, "title": title, "title_zh": row.text("title_zh", most=TITLE_LENGTH) or title}


def _enum(row: Table, name: str, members: type[StrEnum], default: object) -> Hole:
    """One of the words of an enum."""
    word = row.choice(name, [member.value for member in members], default)
    return None if word is None else members(word)


def _read_year(table: Table) -> Year:
    year = Year(min_rounds=table.whole("min_rounds", 0, least=0), parts=tuple(map(_read_part, table.tables("parts"))))
    table.finish()
    return year


def _read_part(row: Table) -> YearPart:
    part = YearPart(**_titled(row, "kind"), weight=row.number("weight", above=0))
    row.finish()
    return part


def _read_class(row: Table) -> TeamClass:
    team_class = TeamClass(**_titled(row))
    row.finish()
    return team_class


def _read_group(row: Table) -> Group:
    group = Group(**_titled(row))
    row.finish()
    return group


def _read_grade(row: Table) -> Grade:
    grade = Grade(**_titled(row), min=row.number("min", least=0), quota=row.number("quota", None, least=0, most=1))
    row.finish()
    return grade


def _read_veto(row: Table) -> Veto:
    veto = Veto(**_titled(row), effect=_enum(row, "effect", Effect, REQUIRED), basis=row.text("basis"))
    row.finish()
    return veto


def _read_dimension(row: Table) -> Dimension:
    """A normalised dimension needs points; for another one they only say what its indicators add up to."""
    normalise = row.flag("normalise")
    has_points = row.has("points") or row.has("points_by_class")
    worth = _read_worth(row) if normalise or has_points else None
    dimension = Dimension(**_titled(row), normalise=normalise, worth=worth)
    row.finish()
    return dimension


def _read_worth(row: Table) -> Hole:
    """`points`, or `points_by_class` in their place."""
    if row.has("points") and row.has("points_by_class"):
        row.fault("points_by_class", "points_twice")
    row.allow("points", "points_by_class")
    if row.has("points_by_class"):
        by_class = row.numbers_by_name("points_by_class", above=0, most=MOST_POINTS)
        return None if by_class is None else Worth(by_class=by_class)
    points = row.number("points", above=0, most=MOST_POINTS)
    return None if points is None else Worth(points)


def _read_indicator(row: Table) -> Indicator:
    kind = _enum(row, "kind", Kind, Kind.BASE)
    source = row.choice("source", SOURCES)
    indicator = Indicator(
        **_titled(row),
        kind=kind,
        dimension=row.text("dimension", required=kind is Kind.BASE),
        source=source,
        measure=row.text("measure", required=source == "measure"),
        department=row.text("department"),
        evidence=row.text("evidence"),
        worth=_read_worth(row),
        applies_to=_read_applicability(row.table("applies_to")),
        unless=_read_unless(row.table("unless")),
        rounds=row.texts("rounds", most=CODE_LENGTH),
        when_not_applicable=_enum(row, "when_not_applicable", Policy, Policy.REDISTRIBUTE),
        when_missing=_enum(row, "when_missing", Policy, Policy.PENDING),
        rule=_read_rule(row, source),
        least=row.number("least", None),
        most=row.number("most", None),
        written_for=None,
    )
    if indicator.measure and source != "measure":
        row.fault("measure", "measure_unused")
    _check_limits(row, indicator)
    row.finish()
    _warn_of_points(row, indicator)
    return indicator


def _check_limits(row: Table, indicator: Indicator) -> None:
    """Limits are those of numbers that people enter, the least not above the greatest."""
    least, most = indicator.least, indicator.most
    reads_number = indicator.rule is None or indicator.rule.parameters.reads is Reads.NUMBER
    if (least is not None or most is not None) and (indicator.source not in ("data", None) or not reads_number):
        row.fault("least" if least is not None else "most", "limits_unused")
    elif least is not None and most is not None and least > most:
        row.fault("least", "limits_crossed", least=least, most=most)


def _read_applicability(table: Table | None) -> Applicability:
    if table is None:
        return Applicability()
    applies = Applicability(table.texts("classes"), table.texts("teams"), table.whole("min_age_days", None, least=0))
    table.finish()
    return applies


def _read_unless(table: Table | None) -> Unless | None:
    if table is None:
        return None
    indicator = table.text("indicator", required=True)
    value = table.take("value", REQUIRED)
    if isinstance(value, str):
        value = value.strip()
    elif value is not None and not isinstance(value, bool):
        value = table.checked("value", value)
    table.finish()
    return Unless(indicator, value)


def _read_rule(row: Table, source: str | None) -> Hole:
    """The method with its parameters and, for one that compares teams, its fallback."""
    table = row.table("method")
    if table is None:
        row.fault(None, "missing", field="method")
        return None
    name = table.text("name", required=True)
    method = REGISTRY.get(name)
    if method is None:
        if name:
            table.fault("name", "unknown_method", value=repr(name), nearest=nearest(name, REGISTRY))
        return None
    if source and source not in method.sources:
        table.fault("name", "source_unfit", method=name, source=source)
    parameters = method.read(table)
    fallback_table = table.table("fallback") if method.relative else None
    table.finish()
    fallback = None if fallback_table is None else _read_fallback(fallback_table, table.raw.get("direction"))
    return None if parameters is None else Rule(parameters, fallback)


def _read_fallback(table: Table, direction: object) -> Rule | None:
    """The rule of a small class; it inherits the direction, nothing else."""
    name = table.text("name", required=True)
    method = FALLBACKS.get(name)
    if method is None:
        if name in REGISTRY:
            table.fault("name", "fallback_unfit", method=name)
        elif name:
            table.fault("name", "unknown_method", value=repr(name), nearest=nearest(name, FALLBACKS))
        return None
    parameters = method.read(table, direction if isinstance(direction, str) else None)
    table.finish()
    return None if parameters is None else Rule(parameters, None)


def read_parameters(name: str, document: Document) -> Parameters:
    """The parameters of a method as `Parameters.document` wrote them. Raises ValueError where they are none."""
    notes = Notes(Source({}))
    parameters = REGISTRY[name].read(Table(document, ("parameters",), notes)) if name in REGISTRY else None
    if parameters is None or notes.faults:
        raise ValueError(f"no parameters of method {name}")
    return parameters


def _warn_of_points(row: Table, indicator: Indicator) -> None:
    """Warn of points that a rule names and that cannot all be had, or that rise as results get worse."""
    if indicator.rule is None or indicator.worth is None:
        return
    previous: Decimal | None = None
    for own in indicator.rule.parameters.own_points():
        if own > indicator.worth.most():
            row.warn("method", "points_capped", value=own, points=indicator.worth.most())
        if previous is not None and own > previous:
            row.warn("method", "points_rise", value=own, previous=previous)
        previous = own
