"""Dates as officials write them, numeric or in Chinese words (docs/rules.md#cells).

Every text names a range of days: "2026年10月31日" one day, "4月上旬" ten, "10月底前" the month that ends then,
"年底前" the year. A start date is the first day of the range, a due date the last.
"""

import re
from calendar import monthrange
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, timezone
from decimal import Decimal

from .cells import Value, compact, is_blank, is_dash, line, plain
from .faults import CellReason, FormatError, gettext_noop

DATE_UNREADABLE = CellReason(
    "date_unreadable", gettext_noop("“%(text)s” is not a date. Write it as 2026-10-31 or 10月底前.")
)
DATE_IMPOSSIBLE = CellReason("date_impossible", gettext_noop("There is no such day as “%(text)s”. Correct the date."))
DATE_IS_NUMBER = CellReason(
    "date_is_number",
    gettext_noop(
        "“%(text)s” is just a number, not a date. Write the date as text, such as 6月30日, or format "
        "the cell as a date."
    ),
)
DATE_MISSING = CellReason("date_missing", gettext_noop("The date is missing. Write it as 2026-10-31 or 10月上旬."))

FIRST_YEAR, LAST_YEAR = 2000, 2099
"""Years outside are slips of the keyboard, or numbers formatted as dates."""


def plausible(*days: date) -> bool:
    """Whether the years of all of them lie between FIRST_YEAR and LAST_YEAR."""
    return all(FIRST_YEAR <= day.year <= LAST_YEAR for day in days)


Days = tuple[date, date]
"""The first and last day of a stretch, both included."""

_DIGITS = {character: index for index, character in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "两": 2,
    "元": 1,
}
_NUMERAL = re.compile(r"[〇零○一二三四五六七八九十两元]+(?=年|月|日|号|季度)")
_YEAR_WORDS = {"今年": 0, "本年": 0, "当年": 0, "明年": 1, "次年": 1, "来年": 1}
_YEAR = r"(?:(?P<year>\d{4}|2\d)年度?|(?P<word>今年|本年|当年|明年|次年|来年)度?)"
_WEEKDAY = r"\(?(?:周|星期|礼拜)[一二三四五六日天]\)?"
_HOUR = (
    r"(?:上午|中午|下午|晚上|晚间|早上|凌晨|北京时间)?\s*"
    r"(?:(?:[01]?\d|2[0-4]):[0-5]\d(?::[0-5]\d(?:\.\d+)?)?\s*(?:am|pm)?"
    r"|(?:[01]?\d|2[0-4])[时点](?:半|整|[0-5]?\d分(?:[0-5]?\d秒)?)?)|上午|下午|中午|下班(?=前|之前)"
)
_TIME_OF_DAY = re.compile(
    rf"(?<=[\d日号])(?:\s*{_WEEKDAY})?(?:(?:\s+|t(?=\d)|(?<=[日号)一二三四五六日天]))(?:{_HOUR})(?!\d))", re.ASCII
)
_DAY_OF_WEEK = re.compile(rf"(?<=[\d日号])\s*{_WEEKDAY}")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[t ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:z|[+-]\d{2}:?\d{2})", re.ASCII)
_STAMP = re.compile(r"(\d{8})(?:[01]\d|2[0-3])[0-5]\d(?:[0-5]\d)?", re.ASCII)
_HERE = timezone(timedelta(hours=8))
"""The time of the county, in which a moment with a zone falls on a day."""
_UNTIL = r"(?P<until>之前|以前|前|以内|之内|内)?(?:全部|基本)?(?:完成|启动|开始|结束|开工|完工|止|起)?"
_ONGOING = re.compile(
    r"(?:长期|持续|常态|常年|经常|日常|全年(?=持续|坚持|推进|开展)|ongoing|continuous|continuing|long-?term)[^\d底末]*"
)


@dataclass(frozen=True, slots=True)
class Due:
    """What a due cell says: a day, or ongoing; `stated` is False where it is ongoing because the cell is empty."""

    on: date | None
    ongoing: bool
    stated: bool = True


def start_date(value: Value, *, year: int) -> date:
    """The day on which a task starts: the first day that the cell names; `year` applies where the cell names none.

    Raises:
        FormatError: DATE_MISSING for nothing or a stroke, DATE_UNREADABLE, DATE_IMPOSSIBLE, DATE_IS_NUMBER.
    """
    if is_blank(value) or is_dash(value):
        raise FormatError(DATE_MISSING)
    return days_named(value, year=year)[0]


def due_date(value: Value, *, year: int) -> Due:
    """The day on which a task is due: the last day that the cell names; `year` applies where the cell names none.

    "长期坚持", "持续推进" mean ongoing; an empty cell or a stroke is read as ongoing, not stated.

    Raises:
        FormatError: DATE_UNREADABLE, DATE_IMPOSSIBLE, DATE_IS_NUMBER.
    """
    if is_blank(value) or is_dash(value):
        return Due(None, ongoing=True, stated=False)
    if isinstance(value, str) and _ONGOING.fullmatch(compact(value)):
        return Due(None, ongoing=True)
    return Due(days_named(value, year=year)[1], ongoing=False)


def days_named(value: Value, *, year: int) -> Days:
    """The first and last day that a cell names, both inclusive.

    Raises:
        FormatError: DATE_UNREADABLE, DATE_IMPOSSIBLE, DATE_IS_NUMBER.
    """
    if isinstance(value, datetime):
        value = value.date()
    if isinstance(value, bool | time | timedelta):
        raise FormatError(DATE_UNREADABLE, text=line(value))
    if isinstance(value, int | float | Decimal):
        raise FormatError(DATE_IS_NUMBER, text=line(value))
    days = (value, value) if isinstance(value, date) else _days_written(value or "", year)
    if not (plausible(*days) and days[0].year <= days[1].year):
        raise FormatError(DATE_IMPOSSIBLE, text=line(value))
    return days


def _days_written(written: str, year: int) -> Days:
    """The range of days that a text names, read by the first form that matches."""
    moment = _moment(written)
    if moment is not None:
        return moment, moment
    day = compact(_without_time(plain(written).casefold()))
    words = _NUMERAL.sub(lambda match: str(_numeral(match[0])), day).rstrip("。.,、;")
    for form, days in _FORMS:
        match = form.fullmatch(words)
        if match is not None:
            try:
                return days(match, _year(match, year))
            except ValueError as error:
                raise FormatError(DATE_IMPOSSIBLE, text=line(written)) from error
    raise FormatError(DATE_UNREADABLE, text=line(written))


def _moment(written: str) -> date | None:
    """The day of a moment with its zone, as systems export it: 2026-10-30T16:00:00Z is 31 October here."""
    said = plain(written).casefold()
    if not _MOMENT.fullmatch(said):
        return None
    try:
        return datetime.fromisoformat(said.upper()).astimezone(_HERE).date()
    except ValueError as error:
        raise FormatError(DATE_IMPOSSIBLE, text=line(written)) from error


def _without_time(said: str) -> str:
    """A text without the day of the week and the time of day behind a date: 18:00, 下午6点, （星期六）."""
    stamp = _STAMP.fullmatch(said)
    return stamp[1] if stamp else _DAY_OF_WEEK.sub("", _TIME_OF_DAY.sub("", said))


def _numeral(characters: str) -> int:
    """The number written in Chinese numerals: 十二 is 12, 三十一 is 31, 二〇二六 is 2026."""
    if "十" not in characters:
        return int("".join(str(_DIGITS[character]) for character in characters))
    tens, _, ones = characters.partition("十")
    return 10 * (_DIGITS.get(tens, 0) if tens else 1) + (_DIGITS.get(ones, 0) if ones else 0)


def _year(match: re.Match[str], asked: int) -> int:
    """The year in a match, otherwise the given year."""
    named = match.groupdict()
    if named.get("word"):
        return asked + _YEAR_WORDS[named["word"]]
    if not named.get("year"):
        return asked
    return int(named["year"]) + (2000 if len(named["year"]) == 2 else 0)


def _day(match: re.Match[str], year: int) -> Days:
    day = date(year, int(match["month"]), int(match["day"]))
    return day, day


def _month(match: re.Match[str], year: int) -> Days:
    month = int(match["month"])
    first, last = date(year, month, 1), date(year, month, monthrange(year, month)[1])
    match match.groupdict().get("part"):
        case "上旬" | "初":
            return first, date(year, month, 10)
        case "中旬":
            return date(year, month, 11), date(year, month, 20)
        case "下旬":
            return date(year, month, 21), last
    return _ending(match, (first, last))


def _quarter(match: re.Match[str], year: int) -> Days:
    month = 3 * int(match["quarter"])
    return _ending(match, (date(year, month - 2, 1), date(year, month, monthrange(year, month)[1])))


def _half(match: re.Match[str], year: int) -> Days:
    halves = {"上": (date(year, 1, 1), date(year, 6, 30)), "下": (date(year, 7, 1), date(year, 12, 31))}
    return _ending(match, halves[match["half"]])


def _whole_year(match: re.Match[str], year: int) -> Days:
    return _ending(match, (date(year, 1, 1), date(year, 12, 31)))


def _ending(match: re.Match[str], days: Days) -> Days:
    """ "10月底" is the last day itself; "10月底前" is the whole month, like "10月"."""
    named = match.groupdict()
    return (days[1], days[1]) if named.get("end") and not named.get("until") else days


_FORMS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str], int], Days]], ...] = tuple(
    (re.compile(rf"(?:于|在|至|到|自|从|截至|截止到?)?{form}{_UNTIL}", re.ASCII), days)
    for form, days in (
        (rf"{_YEAR}?(?P<month>\d{{1,2}})月份?(?P<day>\d{{1,2}})[日号]?", _day),
        (rf"{_YEAR}?(?P<month>\d{{1,2}})月份?(?:(?P<part>上旬|中旬|下旬|初)|月?(?P<end>底|末))?", _month),
        (rf"{_YEAR}?第?(?P<quarter>[1-4])季度(?P<end>底|末)?", _quarter),
        (rf"{_YEAR}?(?P<half>[上下])半年(?P<end>底|末)?", _half),
        (rf"{_YEAR}年?(?P<end>底|末|终)?", _whole_year),
        (r"年(?:(?P<end>底|末|终)|度|内)", _whole_year),
        (r"(?P<year>\d{4})(?P<mark>[-/.])(?P<month>\d{1,2})(?P=mark)(?P<day>\d{1,2})", _day),
        (r"(?P<year>\d{4})(?P<month>\d{2})(?P<day>\d{2})", _day),
        (r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})(?:月?(?P<end>底|末))?", _month),
        (r"(?P<month>\d{1,2})[-/.](?P<day>\d{1,2})[日号]?", _day),
    )
)
