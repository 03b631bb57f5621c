"""A plan document as a form shows it: values as texts, tables as rows."""

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from assessments.engine.document import Document
from assessments.engine.fields import as_number
from assessments.engine.methods.contract import LOWER
from assessments.engine.plan import Kind

SEPARATORS = re.compile(r"[、,，;；\n]")
"""What stands between the texts of a list."""

_WHOLE = re.compile(r"-?\d{1,30}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,30}\.\d{1,30}", re.ASCII)

EDGE = "edge"
"""What a form calls the `from` or `to` of a band."""


def value_of(table: Document, name: str) -> Any:
    """The value at a dotted path; None where there is none."""
    found: Any = table
    for step in name.split("."):
        found = found.get(step) if isinstance(found, dict) else None
    return found


def rows_of(document: Document, path: Iterable[str]) -> list[Any]:
    """The rows of a list of tables; none where it is no list."""
    found = value_of(document, ".".join(path))
    return found if isinstance(found, list) else []


def text_of(value: object) -> str:
    """A single value, or a list of texts, as a form shows it."""
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case Decimal():
            return format(value, "f")
        case list():
            return "、".join(map(text_of, value))
    return str(value)


def texts_of(value: object) -> list[str]:
    """A list as texts; a single value as a list of one."""
    if value is None:
        return []
    return [text_of(item) for item in value] if isinstance(value, list) else [text_of(value)]


def named_of(value: object) -> list[tuple[str, str]]:
    """A table of name = number as pairs, from most to least; names that stand twice are kept as rows."""
    if isinstance(value, list):
        rows = [row for row in value if isinstance(row, dict)]
        return [(text_of(row.get("name")), text_of(row.get("value"))) for row in rows]
    if not isinstance(value, dict):
        return []
    most_first = sorted(value.items(), key=lambda item: (-(as_number(item[1]) or Decimal(0)), item[0]))
    return [(name, text_of(number)) for name, number in most_first]


def bands_of(row: Document, rule: str) -> list[Any]:
    """The bands of a rule of an indicator; the edge of each is called `edge` whichever way the rule goes."""
    own, other = edges(row, rule)
    bands = value_of(row, f"{rule}.bands")
    return [renamed(renamed(band, own, EDGE), other, EDGE) for band in bands] if isinstance(bands, list) else []


def edges(row: Document, rule: str) -> tuple[str, str]:
    """What the edge of a band is called, and what it would be the other way round; a fallback inherits its way."""
    way = value_of(row, f"{rule}.direction") or value_of(row, "method.direction")
    return ("to", "from") if way == LOWER else ("from", "to")


def renamed(row: Any, old: str, new: str) -> Any:
    """A row with a field called otherwise, unless it has one of the new name."""
    if not isinstance(row, dict) or old not in row or new in row:
        return row
    return {new if name == old else name: value for name, value in row.items()}


def fault_parts(path: Sequence[str | int], code: str, params: Mapping[str, object]) -> tuple[str | int, ...]:
    """The path of the field of a form that a fault is about: what is missing is named by the fault."""
    parts = [*path, str(params["field"])] if code == "missing" else list(path)
    if len(parts) > 2 and parts[-1] in ("from", "to") and parts[-3] == "bands":
        parts[-1] = EDGE
    return (*parts, "name") if parts and parts[-1] in ("method", "fallback") else tuple(parts)


def points_of_class(document: Document, class_code: str) -> Decimal:
    """The base points of a class as they stand, as far as they can be read."""
    rows = [row for row in rows_of(document, ("dimensions",)) if isinstance(row, dict)]
    dimensions = {text_of(row.get("code")): row for row in rows}
    total, counted = Decimal(0), set()
    for row in rows_of(document, ("indicators",)):
        if not isinstance(row, dict) or row.get("kind", Kind.BASE) != Kind.BASE:
            continue
        code = text_of(row.get("dimension"))
        dimension = dimensions.get(code, {})
        if dimension.get("normalise") is True:
            if code not in counted:
                counted.add(code)
                total += _worth(dimension, class_code)
        else:
            total += _worth(row, class_code)
    return total


def _worth(row: Document, class_code: str) -> Decimal:
    by_class = row.get("points_by_class")
    points = by_class.get(class_code) if isinstance(by_class, dict) else row.get("points")
    return as_number(points) or Decimal(0)


def codes_of(document: Document, path: Sequence[str], field: str = "code") -> list[str]:
    """The codes of the rows of a table, without blanks, each once."""
    codes = [row.get(field) for row in rows_of(document, path) if isinstance(row, dict)]
    return list(dict.fromkeys(code for code in codes if isinstance(code, str) and code))


def number_of(text: str) -> int | Decimal | str:
    """A number with its decimals as typed, full-width digits too; any other text as it is."""
    plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-")
    if _WHOLE.fullmatch(plain):
        return int(plain)
    return Decimal(plain) if _DECIMAL.fullmatch(plain) else text


def put(table: Document, name: str, value: object) -> None:
    """Write a value at a dotted path, or with None remove it and the tables that it leaves empty."""
    step, _dot, rest = name.partition(".")
    if not rest:
        if value is None:
            table.pop(step, None)
        else:
            table[step] = value
        return
    inner = table.get(step)
    if not isinstance(inner, dict):
        if value is None:
            return
        inner = table[step] = {}
    put(inner, rest, value)
    if not inner:
        del table[step]
