"""Exact numbers: how the engine reads, divides, rounds and writes them (docs/rules.md#exact-numbers).

Values are `Decimal` (entered) or `Fraction` (measured: an integer over an integer). Products and sums are exact:
`EXACT` refuses to lose a digit, and then the same arithmetic is done with fractions. A quotient
of decimals is kept to 64 digits in a way (ROUND_05UP) that lets one later rounding come out as if the quotient had
been exact, so there is one rounding and never two.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import ROUND_05UP, ROUND_HALF_UP, Context, Decimal, DivisionByZero, Inexact, InvalidOperation, Overflow
from fractions import Fraction
from functools import cache
from operator import truediv
from typing import Generic, TypeVar, cast

Number = Decimal | Fraction
"""What a value, a target, a mark or a point is; never a float."""

Exact = TypeVar("Exact", Decimal, Fraction)
"""One of the two kinds: the numbers of a column are all of one kind."""

MAX_WHOLE_DIGITS = 15
"""Digits before the point that a number in a plan or a values file may have."""
MAX_DECIMALS = 30
"""Digits after the point that it may have: what another program computed (0.6666666666666666) can be read."""

EXACT = Context(prec=64, traps=[Inexact, InvalidOperation, DivisionByZero, Overflow])
"""For sums and products: raises `decimal.Inexact` where a digit would be lost."""
_QUOTIENT = Context(prec=64, rounding=ROUND_05UP, traps=[InvalidOperation, DivisionByZero, Overflow])
_ROUNDING = Context(prec=64, rounding=ROUND_HALF_UP, traps=[InvalidOperation])

_PLAIN_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Arithmetic(Generic[Exact]):
    """One kind of exact number: how to make one and how to divide two. Sums and products are the operators."""

    number: Callable[[Decimal | int], Exact]
    divide: Callable[[Exact, Exact], Exact]


DECIMALS: Arithmetic[Decimal] = Arithmetic(number=Decimal, divide=_QUOTIENT.divide)
"""Decimals: fast. Work inside `localcontext(EXACT)`."""
FRACTIONS: Arithmetic[Fraction] = Arithmetic(number=Fraction, divide=truediv)
"""Fractions: for measured values and for numbers too long for `DECIMALS`."""


class NotANumber(ValueError):
    """A text or value that is no finite number of reasonable length."""


def read_number(text: str) -> Decimal:
    """Read a plain ASCII number ("12", "-0.5", "1e2"). Raises NotANumber: NaN, inf, "1,000", "85%", too many digits."""
    if not _PLAIN_NUMBER.fullmatch(text):
        raise NotANumber(text)
    return bounded(Decimal(text))


def bounded(number: Decimal) -> Decimal:
    """Return `number` (minus zero as zero) if it is finite and within the allowed digits. Raises NotANumber."""
    if not number.is_finite():
        raise NotANumber(str(number))
    if not number:
        number = abs(number)
    exponent = number.as_tuple().exponent
    if number.adjusted() >= MAX_WHOLE_DIGITS or not isinstance(exponent, int) or exponent < -MAX_DECIMALS:
        raise NotANumber(str(number))
    return number


@cache
def quantum(decimals: int) -> Decimal:
    """The last place of a number with that many decimals: 2 -> 0.01."""
    return Decimal(1).scaleb(-decimals)


def round_half_up(number: Number | int, decimals: int) -> Decimal:
    """Round a number that is not negative, once, half up: 89.955 -> 89.96; 3 x 5 / 24 -> 0.63."""
    if isinstance(number, Fraction):
        scale = 10**decimals
        return Decimal((2 * number.numerator * scale + number.denominator) // (2 * number.denominator)).scaleb(
            -decimals, _ROUNDING
        )
    return _ROUNDING.quantize(number, quantum(decimals))


def round_column(numbers: Sequence[Number], decimals: int) -> list[Decimal]:
    """Round a column of numbers of one kind, half up."""
    if numbers and isinstance(numbers[0], Fraction):
        return [round_half_up(number, decimals) for number in numbers]
    quantize, last_place = _ROUNDING.quantize, quantum(decimals)
    return [quantize(number, last_place) for number in cast("Sequence[Decimal]", numbers)]


def round_up(number: Fraction) -> int:
    """The least whole number that is not less."""
    return -(-number.numerator // number.denominator)


def number_text(number: Number | int) -> str:
    """Write a number exactly: "24.125" where decimals can say it, else as a fraction, "25/3"."""
    if not isinstance(number, Fraction):
        return format(number, "f") if isinstance(number, Decimal) else str(number)
    rest, twos, fives = number.denominator, 0, 0
    while rest % 2 == 0:
        rest, twos = rest // 2, twos + 1
    while rest % 5 == 0:
        rest, fives = rest // 5, fives + 1
    if rest != 1:
        return f"{number.numerator}/{number.denominator}"
    places = max(twos, fives)
    digits = number.numerator * 10**places // number.denominator
    return format(Decimal(f"{digits}E-{places}"), "f")
