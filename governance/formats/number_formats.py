"""What the number format of a cell adds to its value: a date, a percent, a unit behind the number, a scale.

Of a workbook's styles only these are read (ECMA-376 Part 1, 18.8.30 and 18.8.31); fonts, fills and borders never are.
"""

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import Enum, auto
from functools import lru_cache
from xml.etree.ElementTree import Element

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format, is_timedelta_format

_EAST_ASIAN = {
    **dict.fromkeys((27, 36, 50, 52, 57), 'yyyy"年"m"月"'),
    **dict.fromkeys((28, 29, 51, 53, 54, 58), 'm"月"d"日"'),
    30: "m-d-yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"时"mm"分"',
    33: 'h"时"mm"分"ss"秒"',
    **dict.fromkeys((34, 55), 'h"时"mm"分"'),
    **dict.fromkeys((35, 56), 'h"时"mm"分"ss"秒"'),
}
"""The formats that a Chinese Excel or WPS has built in and a workbook therefore need not spell out (18.8.30, zh-CN)."""

_BUILT_IN: Mapping[int, str] = BUILTIN_FORMATS | _EAST_ASIAN

_PART = re.compile(r'"(?P<quoted>[^"]*)"|\[(?P<bracket>[^\]]*)\]|[\\!](?P<escaped>.)|[_*].|(?P<plain>.)', re.DOTALL)
_CONDITION = re.compile(r"\[(<=|>=|<>|<|>|=)(-?[\d.]+)\]")
_COMPARED: Mapping[str, Callable[[Decimal, Decimal], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "<>": operator.ne,
}
_CURRENCY = re.compile(r"\$([^-\]]*)")
_DIGITS = "0#?"
_GENERAL = re.compile(r"G/通用格式|General", re.IGNORECASE)


class Kind(Enum):
    """What a number in the cell is."""

    NUMBER = auto()
    DAY = auto()
    MONTH = auto()
    """A date of which only year and month, or the month, are shown."""
    DURATION = auto()


@dataclass(frozen=True, slots=True)
class NumberFormat:
    """What a format shows: the value divided by `scale`, as a `percent`, with `unit` behind it."""

    kind: Kind = Kind.NUMBER
    percent: bool = False
    unit: str = ""
    scale: int = 1
    sections: tuple[tuple[Callable[[Decimal, Decimal], bool], Decimal, "NumberFormat"], ...] = ()
    """Other shapes, each for the numbers that compare so with a bound: `[>=10000]0!.0,"万";0`."""

    def of(self, number: Decimal) -> "NumberFormat":
        """The format of the section that this number is shown in."""
        return next((shape for compare, bound, shape in self.sections if compare(number, bound)), self)


PLAIN = NumberFormat()
"""A cell without a format of its own."""


@lru_cache(1024)
def number_format(code: str) -> NumberFormat:
    """What a format code shows, judged by its first section, or by the condition of a section."""
    if is_date_format(code):
        return NumberFormat(_kind_of_date(code))
    sections = _sections(_GENERAL.sub("0", code))
    conditions = [_CONDITION.search(section) for section in sections]
    bound = tuple(
        (_COMPARED[found[1]], Decimal(found[2]), _shape(section))
        for section, found in zip(sections, conditions, strict=True)
        if found
    )
    free = [section for section, found in zip(sections, conditions, strict=True) if not found]
    shape = _shape(free[0]) if free else PLAIN
    return replace(shape, sections=bound) if bound else shape


def cell_formats(styles: Element | None, namespace: str) -> list[NumberFormat]:
    """The format of each cell style (`s` of a cell is its index) in a workbook's part of styles."""
    if styles is None:
        return []
    codes = dict(_BUILT_IN)
    for each in styles.iterfind(f"{namespace}numFmts/{namespace}numFmt"):
        codes[_whole(each.get("numFmtId"))] = each.get("formatCode") or "General"
    return [
        number_format(codes.get(_whole(each.get("numFmtId")), "General"))
        for each in styles.iterfind(f"{namespace}cellXfs/{namespace}xf")
    ]


def _kind_of_date(code: str) -> Kind:
    if is_timedelta_format(code):
        return Kind.DURATION
    letters = re.sub(r'"[^"]*"|\[[^\]]*\]|\\.', "", code.split(";")[0]).lower()
    return Kind.DAY if set("dhs") & set(letters) or ("y" in letters and "m" not in letters) else Kind.MONTH


def _sections(code: str) -> list[str]:
    """The sections of a code, parted by semicolons outside quotes."""
    sections = [""]
    for part in _PART.finditer(code):
        if part[0] == ";":
            sections.append("")
        else:
            sections[-1] += part[0]
    return sections


def _shape(section: str) -> NumberFormat:
    """What one section shows: the literal text behind the last digit, what divides the number, a percent sign.

    A comma behind the last digit divides by a thousand. A literal point between digits, as in `0!.0,` for 万, only
    stands among them: each digit behind it divides by ten.
    """
    unit, scale, percent, pointed, commas, behind = "", 1, False, False, 0, 0
    for part in _PART.finditer(section):
        literal = part["quoted"] if part["quoted"] is not None else part["escaped"]
        plain = part["plain"]
        if part["bracket"] is not None:
            currency = _CURRENCY.match(part["bracket"])
            literal = currency[1] if currency else None
        if plain is not None and plain in _DIGITS:
            unit, commas = "", 0
            behind += pointed
        elif plain == ",":
            commas += 1
        elif plain == "%":
            percent = True
        elif literal == "." and part["escaped"]:
            pointed = True
        elif literal or (plain and not plain.isascii()):
            unit += literal or plain
    scale = 1000**commas * 10 ** (behind if commas else 0)
    shape = NumberFormat(percent=percent, unit=unit.strip(), scale=scale)
    return PLAIN if shape == PLAIN else shape


def _whole(written: str | None) -> int:
    return int(written) if written and written.isdecimal() else 0
