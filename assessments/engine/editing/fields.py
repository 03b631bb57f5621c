"""The fields of each table of a plan, and how each is written."""

from dataclasses import dataclass

from assessments.engine.fields import Shape


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a table: its path (`applies_to.classes`) and its shape."""

    name: str
    shape: Shape = Shape.TEXT


def _numbers(*names: str) -> tuple[Field, ...]:
    return tuple(Field(name, Shape.NUMBER) for name in names)


def _titled(code: str = "code") -> tuple[Field, ...]:
    return Field(code), Field("title"), Field("title_zh")


_WORTH = (Field("points", Shape.NUMBER), Field("points_by_class", Shape.NAMED))

HEAD = (
    *(*_titled(), Field("basis")),
    *_numbers("base_points", "decimals", "bonus_cap", "deduction_cap"),
    Field("bonus_above_base", Shape.FLAG),
    *_numbers("min_class"),
    Field("quota_rounding", Shape.CHOICE),
    Field("tie_break", Shape.TEXTS),
    *_numbers("publicity_days", "grade_min_age_days"),
)
"""The head of the plan."""

INDICATOR = (
    *_titled(),
    Field("kind", Shape.CHOICE),
    Field("dimension", Shape.CHOICE),
    *_WORTH,
    Field("source", Shape.CHOICE),
    Field("measure", Shape.CHOICE),
    *(Field("department"), Field("evidence")),
    *_numbers("least", "most"),
    Field("rounds", Shape.CODES),
    Field("applies_to.classes", Shape.CODES),
    Field("applies_to.teams", Shape.TEXTS),
    Field("applies_to.min_age_days", Shape.NUMBER),
    Field("unless.indicator", Shape.CHOICE),
    Field("unless.value", Shape.VALUE),
    Field("when_not_applicable", Shape.CHOICE),
    Field("when_missing", Shape.CHOICE),
)

FIELDS = {
    "plan": HEAD,
    "year": _numbers("min_rounds"),
    "parts": (*_titled("kind"), *_numbers("weight")),
    "classes": _titled(),
    "grades": (*_titled(), *_numbers("min", "quota")),
    "vetoes": (*_titled(), Field("effect", Shape.CHOICE), Field("basis")),
    "groups": _titled(),
    "dimensions": (*_titled(), Field("normalise", Shape.FLAG), *_WORTH),
    "indicators": INDICATOR,
}
"""Table -> fields, in the order of the document; an indicator has those of its method as well."""
