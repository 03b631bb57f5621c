"""Single values of a plan document as text, and where they stand."""

import re
import unicodedata
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from assessments.engine.document import Document

SEPARATORS = re.compile(r"[、,，;；\n]")
"""What stands between the texts of a list."""

_WHOLE = re.compile(r"-?\d{1,30}", re.ASCII)
_DECIMAL = re.compile(r"-?\d{1,30}\.\d{1,30}", re.ASCII)


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
