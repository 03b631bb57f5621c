"""What the forms of a plan know: the fields of each table, and of each method from the registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from assessments.engine.document import Document
from assessments.engine.editing.shown import EDGE, value_of
from assessments.engine.fields import Shape
from assessments.engine.methods import REGISTRY
from assessments.engine.methods.contract import SOURCES, Parameters
from assessments.engine.plan import Effect, Kind, Policy, QuotaRounding
from assessments.engine.validation import FALLBACKS


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a table: its path (`applies_to.classes`) and its shape.

    `choices` are the words of a choice; `among` names the table of the plan whose codes are offered.
    """

    name: str
    shape: Shape = Shape.TEXT
    choices: tuple[str, ...] = ()
    among: str = ""
    optional: bool = True

    @property
    def parts(self) -> tuple[str, ...]:
        """The path, step by step."""
        return tuple(self.name.split("."))

    @property
    def key(self) -> str:
        """What a form calls it."""
        return self.name.replace(".", "-")


@dataclass(frozen=True, slots=True)
class Part:
    """What one page edits: the fields of a table, the rows of another, or both."""

    name: str
    table: str = ""
    fields: tuple[Field, ...] = ()
    rows: tuple[str, ...] = ()
    """The path of the rows."""
    row_fields: tuple[Field, ...] = ()


def _numbers(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, Shape.NUMBER) for name in names)


def _titled(code: str = "code") -> tuple[Field, ...]:
    return Field(code, optional=False), Field("title"), Field("title_zh")


_WORTH = (Field("points", Shape.NUMBER), Field("points_by_class", Shape.NAMED, among="classes"))
_POLICIES = tuple(Policy)

HEAD = (
    *(Field("title"), Field("title_zh"), Field("basis")),
    Field("base_points", Shape.NUMBER, optional=False),
    *_numbers("decimals", "bonus_cap", "deduction_cap"),
    Field("bonus_above_base", Shape.FLAG),
    *_numbers("min_class"),
    Field("quota_rounding", Shape.CHOICE, tuple(QuotaRounding)),
    Field("tie_break", Shape.TEXTS),
    *_numbers("figures_days", "checking_days", "publicity_days", "grade_min_age_days"),
)
"""The head of the plan; its code stands in its address and is not edited."""

INDICATOR = (
    *_titled(),
    Field("kind", Shape.CHOICE, tuple(Kind)),
    Field("dimension", Shape.CHOICE, among="dimensions"),
    *_WORTH,
    Field("source", Shape.CHOICE, SOURCES, optional=False),
    Field("measure", Shape.CHOICE, among="measures"),
    *(Field("department"), Field("evidence")),
    *_numbers("least", "most"),
    Field("rounds", Shape.CODES, among="year.parts"),
    Field("applies_to.classes", Shape.CODES, among="classes"),
    Field("applies_to.teams", Shape.TEXTS),
    Field("applies_to.min_age_days", Shape.NUMBER),
    Field("unless.indicator", Shape.CHOICE, among="indicators"),
    Field("unless.value", Shape.VALUE),
    Field("when_not_applicable", Shape.CHOICE, _POLICIES),
    Field("when_missing", Shape.CHOICE, _POLICIES),
)

PARTS = {
    part.name: part
    for part in (
        Part("plan", "plan", HEAD),
        Part("year", "year", _numbers("min_rounds"), ("year", "parts"), (*_titled("kind"), *_numbers("weight"))),
        Part("classes", rows=("classes",), row_fields=_titled()),
        Part("grades", rows=("grades",), row_fields=(*_titled(), *_numbers("min", "quota"))),
        Part(
            "vetoes",
            rows=("vetoes",),
            row_fields=(*_titled(), Field("effect", Shape.CHOICE, tuple(Effect), optional=False), Field("basis")),
        ),
        Part("groups", rows=("groups",), row_fields=_titled()),
        Part("dimensions", rows=("dimensions",), row_fields=(*_titled(), Field("normalise", Shape.FLAG), *_WORTH)),
        Part("indicators", rows=("indicators",), row_fields=(*_titled(), *_numbers("points"))),
    )
}
"""Name -> what its page edits, in the order of the document. Each indicator has a page of its own beside."""

FIELDS = {
    **{name: part.row_fields for name, part in PARTS.items() if part.rows == (name,)},
    "plan": (Field("code"), *HEAD),
    "year": PARTS["year"].fields,
    "parts": PARTS["year"].row_fields,
    "indicators": INDICATOR,
}
"""Table -> fields of a row, as in the sheets of a workbook; an indicator has those of its method as well."""

BAND = _numbers(EDGE, "points")

RULES: dict[str, Mapping[str, type[Parameters]]] = {"method": REGISTRY, "method.fallback": FALLBACKS}
"""The rules of an indicator, and the methods that each can name."""


def indicator_fields(row: Document) -> tuple[Field, ...]:
    """The fields of an indicator with those of its method and of its fallback, from the registry."""
    found = [*INDICATOR, Field("method.name", Shape.CHOICE, tuple(REGISTRY), optional=False)]
    method = method_of(row, "method")
    found += _parameters("method", method)
    if method is not None and method.relative:
        found.append(Field("method.fallback.name", Shape.CHOICE, tuple(FALLBACKS)))
        found += _parameters("method.fallback", method_of(row, "method.fallback"))
    return tuple(found)


def method_of(row: Document, rule: str) -> type[Parameters] | None:
    name = value_of(row, f"{rule}.name")
    return RULES[rule].get(name) if isinstance(name, str) else None


def _parameters(rule: str, method: type[Parameters] | None) -> list[Field]:
    described = method.described() if method else ()
    return [
        Field(f"{rule}.{name}", parameter.shape, parameter.choices, "groups" if name == "groups" else "", _has(default))
        for name, parameter, default in described
    ]


def _has(default: object) -> bool:
    return default is None or isinstance(default, str | int | Decimal)
