"""Arithmetic steps as text: 25 × 3 ÷ 4 = 18.75."""

from collections.abc import Sequence
from fractions import Fraction

from django.utils.translation import gettext

from ..engine.workings import Step

_SIGNS = {"add": " + ", "subtract": " − ", "multiply": " × ", "divide": " ÷ "}
_LIMITS = ("at_least", "at_most")


def arithmetic(steps: Sequence[Step]) -> list[str]:
    """Stored steps as lines.

    A step that continues the one before shares its line. Limits and factors that change nothing, and numbers that are
    only copied, are left out. A rounding that changes the number is written ≈.
    """
    paper = _Paper()
    for step in steps:
        paper.put(step["op"], step["of"], step["is"])
    return paper.finished()


class _Paper:
    """The finished lines, and the current one: `chain` comes to `result`."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.chain = ""
        self.operation = ""
        self.result = ""

    def put(self, operation: str, operands: Sequence[str], result: str) -> None:
        """Write one step."""
        if operation == "take" or _changes_nothing(operation, operands, result):
            return
        if operation == "round":
            self._round(operands[0], int(operands[1]), result)
            return
        if operation in _SIGNS and self.chain and operands[:1] == [self.result]:
            start = self._continued(operation)
        else:
            self._close()
            start = operands[0] if operands else "0"
        if operation in _LIMITS:
            self.chain = _limited(operation, operands)
        elif operation == "round_up":
            self.chain = gettext("%(number)s rounded up") % {"number": start}
        else:
            self.chain = _SIGNS[operation].join([start, *(_bracketed(one, operation) for one in operands[1:])])
        self.operation, self.result = operation, result

    def finished(self) -> list[str]:
        """All lines, the last one closed."""
        self._close()
        return self.lines

    def _continued(self, operation: str) -> str:
        """The current line; a sum that is multiplied or divided gets brackets."""
        is_sum = self.operation in ("add", "subtract")
        return f"({self.chain})" if is_sum and operation in ("multiply", "divide") else self.chain

    def _close(self) -> None:
        if self.chain:
            self.lines.append(self.chain if self.chain == self.result else f"{self.chain} = {self.result}")
        self.chain = ""

    def _round(self, number: str, decimals: int, result: str) -> None:
        rounded = _padded(result, decimals)
        is_same = Fraction(number) == Fraction(result)
        chain, self.chain = self.chain or number, ""
        self.lines.append(rounded if is_same and chain == number else f"{chain} {'=' if is_same else '≈'} {rounded}")


def _changes_nothing(operation: str, operands: Sequence[str], result: str) -> bool:
    """Whether it is a limit that has no effect, or a factor of 1."""
    by_one = operation in ("multiply", "divide") and list(operands[1:]) == ["1"]
    return result == operands[0] if operation in _LIMITS else by_one


def _limited(operation: str, operands: Sequence[str]) -> str:
    """A limit that has an effect, as text."""
    if operation == "at_least":
        words = gettext("%(number)s, not below %(limit)s")
    else:
        words = gettext("%(number)s, not above %(limit)s")
    return words % {"number": operands[0], "limit": operands[1]}


def _bracketed(number: str, operation: str) -> str:
    """A negative number, and a fraction after a division sign, get brackets."""
    return f"({number})" if number.startswith("-") or ("/" in number and operation == "divide") else number


def _padded(number: str, decimals: int) -> str:
    """A rounded number with all its decimals: 8 -> 8.00."""
    whole, _, part = number.partition(".")
    return f"{whole}.{part.ljust(decimals, '0')}" if decimals else whole
