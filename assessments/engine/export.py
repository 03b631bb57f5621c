"""A plan document as TOML in the look of the examples: a table a row, its method on one line."""

import json
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assessments.engine.document import Document
from assessments.engine.fields import as_number

_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+", re.ASCII)

_ORDER = (
    *("plan", "year", "classes", "grades", "vetoes", "groups", "dimensions", "indicators"),
    *("name", "code", "kind", "dimension", "title", "title_zh", "basis", "base_points", "decimals", "bonus_cap"),
    *("deduction_cap", "bonus_above_base", "min_class", "quota_rounding", "tie_break", "figures_days"),
    *("checking_days", "publicity_days"),
    *("grade_min_age_days", "min_rounds", "parts", "from", "to", "points", "points_by_class", "normalise", "weight"),
    *(
        "min",
        "quota",
        "effect",
        "source",
        "measure",
        "department",
        "evidence",
        "least",
        "most",
        "rounds",
        "applies_to",
        "unless",
    ),
    *("indicator", "value", "when_not_applicable", "when_missing", "method", "direction"),
)
"""The order of fields; those not named here, such as a method's parameters, come last and by name."""
_PLACES = {name: place for place, name in enumerate(_ORDER)}


def write_toml(document: Document) -> str:
    """The document as TOML. Reading it again gives an equal document. Raises TypeError for a date or a time."""
    return "\n".join(_table(document, ())).lstrip("\n") + "\n"


def _table(table: Document, path: tuple[str, ...]) -> Iterator[str]:
    """The lines of the document or of one of its tables: its own fields, then the tables that have headers."""
    below = []
    for name, value in _ordered(table):
        is_rows = isinstance(value, list) and value and all(isinstance(row, dict) for row in value)
        if is_rows or (isinstance(value, dict) and not path):
            below.append((name, value))
        else:
            yield f"{_key(name)} = {_value(value)}"
    for name, value in below:
        header = ".".join(map(_key, (*path, name)))
        if isinstance(value, dict):
            yield f"\n[{header}]"
            yield from _table(value, (*path, name))
            continue
        for row in value:
            yield f"\n[[{header}]]"
            yield from (f"{_key(field)} = {_value(inner)}" for field, inner in _ordered(row))


def _ordered(table: Document) -> list[tuple[str, Any]]:
    return sorted(table.items(), key=lambda item: (_PLACES.get(item[0], len(_ORDER)), item[0]))


def _key(name: str) -> str:
    return name if _BARE_KEY.fullmatch(name) else _text(name)


def _text(text: str) -> str:
    """A basic string; JSON's escapes are TOML's, which escapes DEL too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _value(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int():
            return str(value)
        case str():
            return _text(value)
        case Decimal():
            return _decimal(value)
        case list():
            return f"[{', '.join(map(_value, value))}]"
        case dict():
            return _inline(value)
    raise TypeError(f"{type(value).__name__} does not belong in a plan")


def _decimal(number: Decimal) -> str:
    """A TOML float, digits kept: 0.30; a whole one with a point."""
    if not number.is_finite():
        return str(number).lower().removesuffix("inity")
    text = format(number, "f")
    return text if "." in text else f"{text}.0"


def _inline(table: Document) -> str:
    """A table on one line; names that are points or weights come from most to least."""
    items = _ordered(table)
    if None not in map(as_number, table.values()) and not _PLACES.keys() & table.keys():
        items = sorted(items, key=lambda item: -item[1])
    pairs = ", ".join(f"{_key(name)} = {_value(value)}" for name, value in items)
    return f"{{ {pairs} }}" if pairs else "{}"
