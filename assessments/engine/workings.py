"""Arithmetic that writes down its steps: how a point was reached, as data.

A step is {"op", "of", "is"}: an operation, its operands and its result, numbers written exactly ("24.125", "25/3").
`replay` does the arithmetic of stored steps again and says which one is wrong.
"""

from collections.abc import Callable
from fractions import Fraction
from math import prod
from typing import TypedDict

from assessments.engine.arithmetic import number_text, round_half_up, round_up

Step = TypedDict("Step", {"op": str, "of": list[str], "is": str})


def _difference(first: Fraction, *others: Fraction) -> Fraction:
    return first - sum(others)


def _quotient(first: Fraction, second: Fraction) -> Fraction:
    return first / second


OPERATIONS: dict[str, Callable[..., Fraction]] = {
    "add": lambda *numbers: Fraction(sum(numbers)),
    "subtract": _difference,
    "multiply": lambda *numbers: Fraction(prod(numbers)),
    "divide": _quotient,
    "at_least": lambda *numbers: max(numbers),
    "at_most": lambda *numbers: min(numbers),
    "round_up": lambda number: Fraction(round_up(number)),
    "round": lambda number, decimals: Fraction(round_half_up(number, int(decimals))),
    "take": lambda number: number,
}
"""What a step may do. `take` states a number that the rule names: a band's points, a tier's, the full points."""


class Workings:
    """A sheet of paper: every operation done on it is written down."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def _do(self, operation: str, *numbers: Fraction | int) -> Fraction:
        exact = [Fraction(number) for number in numbers]
        result = OPERATIONS[operation](*exact)
        self.steps.append({"op": operation, "of": [number_text(number) for number in exact], "is": number_text(result)})
        return result

    def add(self, *numbers: Fraction | int) -> Fraction:
        return self._do("add", *numbers)

    def subtract(self, number: Fraction | int, *less: Fraction | int) -> Fraction:
        return self._do("subtract", number, *less)

    def multiply(self, *numbers: Fraction | int) -> Fraction:
        return self._do("multiply", *numbers)

    def divide(self, number: Fraction | int, by: Fraction | int) -> Fraction:
        return self._do("divide", number, by)

    def at_least(self, number: Fraction | int, floor: Fraction | int) -> Fraction:
        return self._do("at_least", number, floor)

    def at_most(self, number: Fraction | int, ceiling: Fraction | int) -> Fraction:
        return self._do("at_most", number, ceiling)

    def round_up(self, number: Fraction) -> Fraction:
        return self._do("round_up", number)

    def round(self, number: Fraction, decimals: int) -> Fraction:
        return self._do("round", number, decimals)

    def take(self, number: Fraction | int) -> Fraction:
        return self._do("take", number)


def replay(steps: list[Step]) -> int | None:
    """Do stored steps again: the index of the first that is wrong, or None when all do."""
    for index, step in enumerate(steps):
        operands = [Fraction(number) for number in step["of"]]
        if number_text(OPERATIONS[step["op"]](*operands)) != step["is"]:
            return index
    return None
