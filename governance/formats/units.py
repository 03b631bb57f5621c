"""Units of quantities: which ones measure the same, and how many of one make another (docs/rules.md#cells).

A unit is a scale (千, 万, 亿) and a noun (元, 米, 亩); "万" alone counts whatever the column counts. 个 counts
things, as 家, 件 and 项 do; people, households and visits are counted by their own words only.
"""

import re
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import lru_cache

from .cells import compact

_SCALES = {"": 1, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8} | {
    "十亿": 10**9,
    "百亿": 10**10,
    "千亿": 10**11,
    "万亿": 10**12,
}
_FAMILIES = {
    "money": "元 圆 人民币 元人民币 rmb 角=1/10",
    "length": "米 m 延米 延长米 千米=1000 公里=1000 km=1000 里=500 分米=1/10 厘米=1/100 cm=1/100",
    "area": "平方米 平米 平方 m2 平方公里=1000000 km2=1000000 公顷=10000 ha=10000 亩=2000/3 市亩=2000/3",
    "volume": "立方米 立方 方 m3 升=1/1000",
    "weight": "千克 公斤 kg 克=1/1000 g=1/1000 斤=1/2 市斤=1/2 吨=1000 公吨=1000 t=1000",
    "people": "人 名 位 人员",
    "visits": "人次 人·次",
    "households": "户",
    "times": "次 场 场次",
    "days": "天 日",
    "power": "千瓦 kw 瓦=1/1000 兆瓦=1000 mw=1000",
    "energy": "度 千瓦时 kwh",
    "share": "% 百分点 个百分点",
    "things": "个 家 件 项 处 座 所 台 套 条 块 支 份 宗 只 间 栋 幢",
}
"""Nouns that measure the same, each with how many of the first one it is."""

_COUNTERS = re.compile(r"([个家件项处座所台套条名位])(?!次)(.+)")
"""A counter and what is counted: 30个村, 12家企业."""

_NOUNS = {
    noun: (family, Fraction(size or 1))
    for family, nouns in _FAMILIES.items()
    for noun, _equals, size in (each.partition("=") for each in nouns.split())
}
_SCALED = re.compile(rf"({'|'.join(sorted(filter(None, _SCALES), key=len, reverse=True))})(.*)")
_LOOSE = re.compile(r"(?:\(?(?:及以上|以上|左右|以内|余)\)?)+$")
_EXACT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, what it measures, and how many of the family's own unit it is."""

    written: str
    family: str
    size: Fraction

    @property
    def counts_anything(self) -> bool:
        """Whether it is only a scale: "万"."""
        return not self.family

    def measures_as(self, other: "Unit") -> bool:
        """Whether a quantity of one can be expressed in the other."""
        if self.family != other.family:
            return False
        own, its = _counted(self._noun), _counted(other._noun)
        if own[1] and its[1] and own[1] != its[1]:
            return False
        return self.family != "things" or own[0] == its[0] or "个" in (own[0], its[0])

    @property
    def _noun(self) -> str:
        return _parted(compact(self.written))[1]


@lru_cache(4096)
def unit_named(written: str) -> Unit:
    """The unit that a text names; one that is not known measures only itself."""
    name = _LOOSE.sub("", compact(written)) or compact(written)
    scale, noun = _parted(name)
    family, size = _NOUNS.get(_counted(noun)[0], (noun and f"“{noun}”", Fraction(1)))
    shown = _LOOSE.sub("", written.strip()) or written.strip()
    return Unit(shown, family, size * scale)


def is_unit(written: str) -> bool:
    """Whether a text is a known unit, and no name of an organisation or a remark."""
    scale, noun = _parted(compact(written))
    return noun in _NOUNS or (not noun and scale > 1)


def of(scale: Unit, noun: Unit) -> Unit:
    """A bare scale with the noun of another unit: "万" of "元" (or of "亿元") is 万元."""
    _, name = _parted(compact(noun.written))
    return unit_named(f"{scale.written}{name}")


def converted(number: Decimal, unit: Unit, into: Unit) -> Decimal:
    """A quantity in another unit that measures the same, rounded half up to the two decimals that are kept."""
    exact = Fraction(number) * unit.size / into.size
    return rounded(Decimal(exact.numerator) / Decimal(exact.denominator))


def rounded(number: Decimal) -> Decimal:
    """A quantity with the two decimals that are kept, rounded half up."""
    return number.quantize(_EXACT, ROUND_HALF_UP)


def is_exact(number: Decimal, unit: Unit, into: Unit) -> bool:
    """Whether the two decimals that are kept hold a converted quantity whole."""
    return (Fraction(number) * unit.size / into.size * 100).denominator == 1


def _counted(noun: str) -> tuple[str, str]:
    """The counter in a noun and what it counts, "" where it does not say: ("个", "村"), ("个", "")."""
    found = None if noun in _NOUNS else _COUNTERS.fullmatch(noun)
    return (found[1], found[2]) if found else (noun, "")


def _parted(name: str) -> tuple[int, str]:
    """The scale and the noun of a unit's name; 千米, 千克 and 千瓦 are nouns."""
    if name in _NOUNS:
        return 1, name
    found = _SCALED.fullmatch(name)
    return (_SCALES[found[1]], found[2]) if found else (1, name)
