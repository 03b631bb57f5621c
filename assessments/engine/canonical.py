"""Canonical JSON: UTF-8 text, sorted keys, no spaces, decimals as strings (docs/rules.md#canonical-json).

One document has one text, so that it can be hashed, kept as text and compared byte by byte.
"""

import json
from decimal import Decimal
from fractions import Fraction
from typing import Any, TypeAlias

from assessments.engine.arithmetic import number_text

Data: TypeAlias = dict[str, Any]
"""An object of a document, or one on its way into it: plain data by name, known to who wrote it."""

_AS_IT_IS = frozenset({type(None), bool, int, str})


def canonical_json(value: object) -> str:
    """Write `value` (dicts with text keys, lists, text, whole numbers, flags, None, Decimal, Fraction) canonically.

    Raises TypeError for anything else, floats included.
    """
    return json.dumps(plain(value), ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def plain(value: object) -> Any:
    """`value` with decimals and fractions as text and tuples as lists: what JSON can hold. Raises TypeError."""
    if type(value) in _AS_IT_IS:
        return value
    match value:
        case str():
            return str(value)
        case Decimal() | Fraction():
            return number_text(value)
        case dict():
            return {_key(key): plain(item) for key, item in value.items()}
        case list() | tuple():
            return [plain(item) for item in value]
    raise TypeError(f"{type(value).__name__} has no canonical form")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise TypeError("a key of a canonical document is text")
    return key
