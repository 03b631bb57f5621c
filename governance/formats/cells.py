"""What officials type into cells: text, percents, whole numbers, quantities (docs/rules.md#cells)."""

import re
import unicodedata
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import TypeAlias

from .faults import CellReason, FormatError, gettext_noop

Value: TypeAlias = str | int | float | Decimal | bool | date | datetime | time | timedelta | None
"""What a spreadsheet cell holds."""

PERCENT_UNREADABLE = CellReason(
    "percent_unreadable", gettext_noop("“%(text)s” is not a percentage. Write it as 85%% or 0.85.")
)
PERCENT_OF_ONE = CellReason("percent_of_one", gettext_noop("“%(text)s” could mean 1%% or 100%%. Write 1%% or 100%%."))
PERCENT_OUT_OF_RANGE = CellReason(
    "percent_out_of_range", gettext_noop("“%(text)s” is not between 0%% and 100%%. Correct the percentage.")
)
NUMBER_UNREADABLE = CellReason(
    "number_unreadable", gettext_noop("“%(text)s” is not a whole number above 0. Write a number such as 12.")
)
QUANTITY_UNREADABLE = CellReason(
    "quantity_unreadable", gettext_noop("“%(text)s” is not a quantity. Write a number such as 30 or 1,200.")
)
QUANTITY_NEGATIVE = CellReason(
    "quantity_negative", gettext_noop("“%(text)s” is below 0. A quantity must be 0 or more.")
)
QUANTITY_TOO_LARGE = CellReason(
    "quantity_too_large",
    gettext_noop("“%(text)s” is too large. A quantity has at most %(digits)s digits before the decimal point."),
)

LARGEST_NUMBER = 2_147_483_647
"""The largest whole number that both databases keep."""

QUANTITY_DIGITS = 10
"""Digits before the point of a quantity; two are kept behind it."""

CACHED = 4096
"""Texts whose cleaning is remembered: a column says the same few things over and over."""

_SEPARATORS = re.compile(r"[、,，;；\n]")
_FORMULA_STARTERS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_DASHES = re.compile(r"[/\\|\-‐‑‒–—―−─━_]+")
_INVISIBLE = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPACES = re.compile(r"\s+")
_BLANKS = re.compile(r"[^\S\n]+")
_CHINESE_GAP = re.compile(r"(?<=[^\x00-\x7f])[ ]*\n[ ]*|[ ]*\n[ ]*(?=[^\x00-\x7f])")
_NAME_GAP = re.compile(r"(?<=[\u3007\u3400-\u9fff]) (?=[\u3007\u3400-\u9fff])")
_PERCENT = re.compile(r"([+-]?(?:\d+\.?\d*|\.\d+))(%?)")
_WHOLE = re.compile(r"\d{1,10}")
_QUANTITY = re.compile(r"([+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?)(.{0,2}?[kK]?[mM][23]|[^\d\s.,%+-][^\d]*|%)?")
_HUNDREDTH = Decimal("0.01")


def neutral(text: str) -> str:
    """`text` with an apostrophe before it if a spreadsheet could read it as a formula.

    That is: it begins with = + - @ tab or a line break (a workbook keeps CR as LF), or with a full-width form of these,
    whether or not apostrophes come first.
    """
    return f"'{text}" if text.lstrip("'").startswith(_FORMULA_STARTERS) else text


def restored(text: str) -> str:
    """`text` as it was before `neutral`, so that importing an export changes nothing."""
    return text[1:] if text.startswith("'") and neutral(text) != text else text


def text(value: Value) -> str:
    """The text of a cell as it is stored: punctuation as typed, lines trimmed, invisible characters removed."""
    if value is None:
        return ""
    return _cleaned(value) if isinstance(value, str) else _shown(value)


def line(value: Value) -> str:
    """The text of a cell on one line: a line break beside a Chinese character is dropped, any other becomes a space."""
    return _SPACES.sub(" ", _CHINESE_GAP.sub("", text(value)))


def texts(value: Value) -> list[str]:
    """The texts in a cell, parted by 、 , ， ; ； or a line break: each on one line, in order, without duplicates."""
    return list(dict.fromkeys(filter(None, map(line, _SEPARATORS.split(text(value))))))


def plain(value: Value) -> str:
    """The text of a cell for comparing: full-width forms become half-width (NFKC), runs of spaces become one."""
    return _normalised(text(value))


def compact(value: Value) -> str:
    """The text of a cell for comparing, without spaces and in lower case."""
    return _compacted(text(value))


def name(value: Value) -> str:
    """The name of a person without the spaces that set a Chinese one wide: "张 三" is "张三" (docs/rules.md#names)."""
    return _NAME_GAP.sub("", line(value))


def is_blank(value: Value) -> bool:
    """Whether a cell holds no visible character."""
    return value is None or (isinstance(value, str) and not text(value))


def is_dash(value: Value) -> bool:
    """Whether a cell holds only a stroke: "/", "—", "-"."""
    return bool(_DASHES.fullmatch(compact(value)))


def percent(value: Value, *, percent_format: bool = False, marked: bool = False) -> Decimal | None:
    """The percent in a cell, 0 to 100, rounded half up to two decimals; None for an empty cell.

    85%, 85 and 0.85 mean the same; so does 0.85 in a cell formatted as a percent (`percent_format`). A stroke is 0.
    A plain 1 could be 1 % or 100 % and is refused. Where the sign stands beside the number, in the name of the column
    or in the number format (`marked`), 0.85 is 0.85 % and 1 is 1 %.

    Raises:
        FormatError: PERCENT_UNREADABLE, PERCENT_OF_ONE, PERCENT_OUT_OF_RANGE.
    """
    if is_blank(value):
        return None
    if isinstance(value, str):
        if is_dash(value):
            return Decimal(0)
        match = _PERCENT.fullmatch(compact(value))
        if match is None:
            raise FormatError(PERCENT_UNREADABLE, text=line(value))
        number = Decimal(match[1])
        share = number if marked or match[2] else _share(number, value)
    else:
        number = _number(value, PERCENT_UNREADABLE)
        share = number * 100 if percent_format else number if marked else _share(number, value)
    if not 0 <= share <= 100:
        raise FormatError(PERCENT_OUT_OF_RANGE, text=line(value))
    return share.quantize(_HUNDREDTH, ROUND_HALF_UP)


def whole_number(value: Value) -> int | None:
    """The whole number above 0 in a cell, as a number or as text; None for an empty cell.

    Raises:
        FormatError: NUMBER_UNREADABLE.
    """
    if is_blank(value):
        return None
    if isinstance(value, str):
        digits = compact(value)
        number = int(digits) if _WHOLE.fullmatch(digits) and digits.isascii() else 0
    else:
        exact = _number(value, NUMBER_UNREADABLE)
        number = int(exact) if exact == exact.to_integral_value() else 0
    if not 1 <= number <= LARGEST_NUMBER:
        raise FormatError(NUMBER_UNREADABLE, text=line(value))
    return number


def quantity(value: Value) -> tuple[Decimal, str] | None:
    """The quantity in a cell and the unit after it ("30个" -> 30, "个"), two decimals; None for nothing or a stroke.

    Raises:
        FormatError: QUANTITY_UNREADABLE, QUANTITY_NEGATIVE, QUANTITY_TOO_LARGE.
    """
    read = measured(value)
    return None if read is None else (read[0].quantize(_HUNDREDTH, ROUND_HALF_UP), read[1])


def measured(value: Value) -> tuple[Decimal, str] | None:
    """The quantity in a cell and the unit after it, not rounded; None for an empty cell or a stroke.

    Raises:
        FormatError: QUANTITY_UNREADABLE, QUANTITY_NEGATIVE, QUANTITY_TOO_LARGE.
    """
    if is_blank(value) or is_dash(value):
        return None
    unit = ""
    if isinstance(value, str):
        match = _QUANTITY.fullmatch(plain(value).replace(" ", ""))
        if match is None:
            raise FormatError(QUANTITY_UNREADABLE, text=line(value))
        number, unit = Decimal(match[1].replace(",", "")), match[2] or ""
    else:
        number = _number(value, QUANTITY_UNREADABLE)
    if number < 0:
        raise FormatError(QUANTITY_NEGATIVE, text=line(value))
    if number >= 10**QUANTITY_DIGITS:
        raise FormatError(QUANTITY_TOO_LARGE, text=line(value), digits=QUANTITY_DIGITS)
    return number, unit


def exact(value: float | Decimal) -> Decimal:
    """The number that a spreadsheet shows: of a float the first 15 digits, what follows is noise of binary numbers."""
    return Decimal(f"{value:.15g}") if isinstance(value, float) else Decimal(value)


def number_text(number: Decimal | int) -> str:
    """A number as people write it: 85, 72.5, 0."""
    written = format(Decimal(number), "f")
    return written.rstrip("0").rstrip(".") if "." in written else written


def quoted(names: Iterable[str]) -> tuple[str, ...]:
    """Names in quotation marks, as a parameter of a reason: the reader's language parts them."""
    return tuple(f"“{name}”" for name in names)


@lru_cache(CACHED)
def _cleaned(written: str) -> str:
    shown = _CONTROL.sub("", _INVISIBLE.sub("", restored(written)).replace("\r\n", "\n").replace("\r", "\n"))
    return "\n".join(_BLANKS.sub(" ", each).strip() for each in shown.split("\n")).strip()


@lru_cache(CACHED)
def _normalised(clean: str) -> str:
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", clean)).strip()


@lru_cache(CACHED)
def _compacted(clean: str) -> str:
    return _normalised(clean).replace(" ", "").casefold()


def _share(number: Decimal, value: Value) -> Decimal:
    """The percent meant by a number without a sign: a fraction when below 1, otherwise a percent."""
    if number == 1:
        raise FormatError(PERCENT_OF_ONE, text=line(value))
    return number * 100 if 0 < number < 1 else number


def _number(value: Value, reason: CellReason) -> Decimal:
    """The exact number of a numeric cell; booleans, dates, infinity and not-a-number are refused."""
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        raise FormatError(reason, text=line(value))
    number = exact(value)
    if not number.is_finite():
        raise FormatError(reason, text=line(value))
    return number


def _shown(value: Value) -> str:
    """The text of a cell whose value is not text."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        number = exact(value)
        return number_text(number) if number.is_finite() else str(value)
    if isinstance(value, int | Decimal):
        return number_text(Decimal(value)) if Decimal(value).is_finite() else str(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    return str(value)
