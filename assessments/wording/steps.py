"""Arithmetic steps as people write them: 25 × 3 ÷ 4 = 18.75."""

from fractions import Fraction
from typing import Any

from django.utils.translation import gettext

_SIGNS = {"add": " + ", "subtract": " − ", "multiply": " × ", "divide": " ÷ "}
_LIMITS = ("at_least", "at_most")


def arithmetic(steps: list[dict[str, Any]]) -> list[str]:
    """Stored steps as lines; steps that go on from the one before share its line, limits that change nothing go."""
    lines: list[str] = []
    chain, result = "", ""
    for step in steps:
        operation, operands = step["op"], step["of"]
        if operation == "take":
            continue
        if operation in _LIMITS and step["is"] == operands[0]:
            continue
        if operation == "round":
            chain = chain or operands[0]
            sign = "=" if _same(operands[0], step["is"]) else "≈"
            lines.append(f"{chain} {sign} {_padded(step['is'], int(operands[1]))}" if chain != step["is"] else chain)
            chain = ""
            continue
        goes_on = bool(chain) and operands[0] == result and operation not in _LIMITS
        if chain and not goes_on:
            lines.append(f"{chain} = {result}")
        if operation in _LIMITS:
            chain = _limited(operation, operands)
        else:
            rest = [_bracketed(number, operation) for number in operands[1:]]
            start = _continued(chain, operation) if goes_on else operands[0]
            chain = _SIGNS.get(operation, " ").join([start, *rest]) if rest else _single(operation, start)
        result = step["is"]
    if chain:
        lines.append(f"{chain} = {result}" if chain != result else chain)
    return [line.replace(" -", " −") for line in lines]


def _limited(operation: str, operands: list[str]) -> str:
    """A limit that came into force, in words."""
    words = (
        gettext("%(number)s, not below %(limit)s")
        if operation == "at_least"
        else gettext("%(number)s, not above %(limit)s")
    )
    return words % {"number": operands[0], "limit": operands[1]}


def _single(operation: str, number: str) -> str:
    return gettext("%(number)s rounded up") % {"number": number} if operation == "round_up" else number


def _bracketed(number: str, operation: str) -> str:
    """A fraction after a division sign stands in brackets, as does a negative number."""
    return f"({number})" if number.startswith("-") or ("/" in number and operation == "divide") else number


def _continued(chain: str, operation: str) -> str:
    """A sum that is multiplied stands in brackets."""
    adds = any(sign in chain for sign in (" + ", " − "))
    return f"({chain})" if adds and operation in ("multiply", "divide") else chain


def _same(one: str, other: str) -> bool:
    return Fraction(one) == Fraction(other)


def _padded(number: str, decimals: int) -> str:
    """A rounded number with all its decimals: 8 -> 8.00."""
    whole, _, part = number.partition(".")
    return f"{whole}.{part.ljust(decimals, '0')}" if decimals else whole
