"""The days off and the worked weekends of a year, read from the State Council's notice or from a list of days.

Pure: a line that cannot be read carries its fault; to show it, call `governance.records.dry_runs.told`. The notice is
read as it is published each autumn (国务院办公厅关于…年部分节假日安排的通知), with its own checks: the day of the week
beside a date, and how many days a holiday has.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from chinese_calendar.constants import Holiday, holidays, workdays

from .cells import compact, is_blank, line, plain
from .dates import days_named
from .faults import CellReason, FormatError, gettext_noop

WEEKDAY_DIFFERS = CellReason(
    "weekday_differs",
    gettext_noop("%(day)s is a %(weekday)s, but the line says %(said)s. Is this the notice for another year?"),
)
OTHER_YEAR = CellReason("other_year", gettext_noop("The line is about %(said)s, but the chosen year is %(year)s."))
COUNT_DIFFERS = CellReason("count_differs", gettext_noop("There are %(found)s days off, but the line says %(said)s."))
DAY_CONTRADICTED = CellReason(
    "day_contradicted", gettext_noop("%(day)s is listed both as a day off and as a working day. Keep one of them.")
)
DAY_IMPOSSIBLE = CellReason("day_impossible", gettext_noop("There is no such day as “%(text)s”."))
KIND_MISSING = CellReason(
    "kind_missing",
    gettext_noop("The line does not say whether it is a day off or a working day. Write 休 or 班 after it."),
)
DAY_TOO_WIDE = CellReason("day_too_wide", gettext_noop("“%(text)s” is not a single day. Write each day, or 1日至3日."))
OCCASION_TOO_LONG = CellReason(
    "occasion_too_long",
    gettext_noop("The occasion has %(length)s characters; the limit is %(limit)s. Shorten it."),
)

LONGEST_OCCASION = 60
LONGEST_HOLIDAY = 31
"""The most days of one stretch; a longer one is a slip."""

OFF_WORDS = frozenset(
    {"休", "假", "放", "放假", "休息", "休息日", "休假", "节假日", "法定节假日", "放假调休", "off", "holiday", "dayoff"}
)
WORKED_WORDS = frozenset({"班", "上班", "补班", "工作日", "调休上班", "补班日", "on", "work", "worked", "workday"})
WEEKDAYS = "一二三四五六日"
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

_SHORT_NAMES = {"清明": "清明节", "端午": "端午节", "中秋": "中秋节"}
"""The notice's names of what the package names for short."""
_OCCASIONS = {each.value: _SHORT_NAMES.get(each.chinese, each.chinese) for each in Holiday}

_DATE = r"(?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}日(?:\([^()]*\))?"
_STRETCH = rf"{_DATE}(?:(?:至|到|-|—|~|–){_DATE})?"
_DAYS = rf"(?P<days>{_STRETCH}(?:[、和及]{_STRETCH})*)"
_OFF = re.compile(rf"{_DAYS}(?:共?\d+天)?(?:放假|调休放假|休息|为法定节假日)(?:调休)?(?:,?共(?P<count>\d+)天)?")
_WORKED = re.compile(rf"{_DAYS}(?:\([^()]*\))?(?:照常|正常|调休|补)?上班")
_DATE_PARTS = re.compile(
    r"(?:(?P<year>\d{4})年)?(?:(?P<month>\d{1,2})月)?(?P<day>\d{1,2})日(?:\((?P<remark>[^()]*)\))?"
)
_WEEKDAY = re.compile(r"(?:周|星期)([一二三四五六日天])")
_COUNT = re.compile(r"共(\d+)天")
_OCCASION = re.compile(
    r"(?:[一二三四五六七八九十]+、|\([一二三四五六七八九十]+\)|\d{1,2}[.、)])?([^:,。0-9]{2,20}):(.*)"
)
_TITLE = re.compile(r".*?(\d{4})年.{0,6}节假日.*")
_CLAUSE_ENDS, _PART_ENDS = (re.compile(rf"\([^()]*\)|({marks})") for marks in ("[,。;]", "[、和及]"))
_FULL_WIDTH = str.maketrans("():", "（）：")
_SPEAKS_OF_DAYS = re.compile(r"\d日|上班|放假|休息|补休")
_CELLS = re.compile(r"[\t|,;\s]+")
_SERIAL = re.compile(r"\d{1,3}[.、)]?")
_HEADERS = frozenset({"日期", "时间", "序号", "date", "day"})


@dataclass(frozen=True, slots=True)
class NamedDay:
    """A day of the calendar, off or worked, and its occasion; `number` is that of its line."""

    on: date
    works: bool
    name: str
    number: int


@dataclass(frozen=True, slots=True)
class LineFault:
    """What is wrong with a line."""

    number: int
    fault: FormatError


@dataclass
class ReadCalendar:
    """The days of a text by date, what is wrong in it, and the parts of lines that were not read."""

    days: dict[date, NamedDay] = field(default_factory=dict)
    faults: list[LineFault] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)


def read_calendar(text: str, *, year: int) -> ReadCalendar:
    """The days off and worked that `text` names; one without a year falls in `year`."""
    reader = _Reader(year)
    for number, written in enumerate(text.splitlines(), 1):
        if not is_blank(written):
            reader.read(number, written)
    return reader.found


def proposed_lines(year: int) -> str:
    """The days of a year as `chinesecalendar` knows them, in lines that `read_calendar` reads; "" where it does not.

    It is released anew each autumn, once the State Council has published its notice.
    """
    known = {day: ("休", name) for day, name in holidays.items()} | {
        day: ("班", name) for day, name in workdays.items()
    }
    named = sorted((day, *said) for day, said in known.items() if day.year == year)
    return "\n".join(f"{day.isoformat()}\t{kind}\t{_OCCASIONS.get(name, name)}" for day, kind, name in named)


class _Reader:
    """Reads line after line; a line without an occasion continues the one before it."""

    def __init__(self, year: int) -> None:
        self.found = ReadCalendar()
        self._year = year
        self._occasion = ""

    def read(self, number: int, written: str) -> None:
        """Read a line of a list, or of the notice."""
        try:
            cells = [cell for cell in _CELLS.split(plain(written)) if cell]
            if len(cells) > 1 and _SERIAL.fullmatch(cells[0]) and self._listed(cells[1]):
                cells = cells[1:]
            if not cells or compact(cells[0]) in _HEADERS:
                return
            days = self._listed(cells[0])
            if days is not None:
                self._read_listed(number, days, cells)
            else:
                self._read_notice(number, compact(written))
        except FormatError as fault:
            self.found.faults.append(LineFault(number, fault))

    def _listed(self, cell: str) -> list[date] | None:
        """The days that the first cell of a list names; None where it is no date."""
        said = compact(cell)
        if re.fullmatch(_STRETCH, said):
            return self._days(said)
        try:
            ends = [days_named(part, year=self._year) for part in re.split(r"至|到|~|—|–", said)]
        except FormatError:
            return None
        if len(ends) > 2 or any(first != last for first, last in ends):
            raise FormatError(DAY_TOO_WIDE, text=cell)
        return self._stretch(ends[0][0], ends[-1][0], cell)

    def _read_listed(self, number: int, days: Sequence[date], cells: Sequence[str]) -> None:
        """A line of a list: days, off or worked, the occasion; a day of the week is checked."""
        works: bool | None = None
        names = []
        for cell in map(compact, cells[1:]):
            if cell in OFF_WORDS | WORKED_WORDS and works is None:
                works = cell in WORKED_WORDS
            elif _WEEKDAY.fullmatch(cell):
                _check_weekday(days[0], cell)
            else:
                names.append(cell)
        if works is None:
            raise FormatError(KIND_MISSING)
        self._note(number, days, works, line("".join(names)))

    def _read_notice(self, number: int, said: str) -> None:
        """A line of the notice: an occasion and its sentences; what says nothing of a day is told."""
        title = _TITLE.fullmatch(said)
        if title is not None and not re.search(r"放假|上班", said):
            if int(title[1]) != self._year:
                raise FormatError(OTHER_YEAR, said=title[1], year=self._year)
            return
        named = _OCCASION.fullmatch(said)
        if named is not None:
            self._occasion, said = line(named[1]), named[2]
        off: set[date] = set()
        counted: int | None = None
        for clause in filter(None, _parted(said, _CLAUSE_ENDS)):
            if match := _OFF.fullmatch(clause):
                days = [day for part in self._parts(match["days"]) for day in self._days(part)]
                off.update(days)
                counted = int(match["count"]) if match["count"] else counted
                self._note(number, days, False, self._occasion)
            elif match := _WORKED.fullmatch(clause):
                days = [day for part in self._parts(match["days"]) for day in self._days(part)]
                self._note(number, days, True, self._occasion)
            elif match := _COUNT.fullmatch(clause):
                counted = int(match[1])
            elif _SPEAKS_OF_DAYS.search(clause):
                self.found.unread.append((number, clause.translate(_FULL_WIDTH)))
        if counted is not None and off and counted != len(off):
            raise FormatError(COUNT_DIFFERS, found=len(off), said=counted)

    def _parts(self, days: str) -> Iterator[str]:
        """The stretches of a list, parted outside brackets; a month holds for those behind it."""
        month = ""
        for part in _parted(days, _PART_ENDS):
            found = _DATE_PARTS.match(part)
            if found and not found["month"]:
                part = f"{month}{part}"
            months = re.findall(r"\d{1,2}月", part)
            month = months[-1] if months else month
            yield part

    def _days(self, stretch: str) -> list[date]:
        """The days of "10月1日(周四)至7日(周三)"; the days of the week are checked."""
        first, *rest = _DATE_PARTS.finditer(stretch)
        last = rest[-1] if rest else first
        if not first["month"]:
            raise FormatError(DAY_IMPOSSIBLE, text=stretch)
        start = _day(first, self._year, int(first["month"]))
        end = _day(last, start.year, int(last["month"] or first["month"]))
        if end < start and not first["year"] and start.month == 12:
            start = _day(first, self._year - 1, 12)
            end = _day(last, self._year, int(last["month"] or 12))
        for day, match in ((start, first), (end, last)):
            if weekday := _WEEKDAY.search(match["remark"] or ""):
                _check_weekday(day, weekday[0])
        return self._stretch(start, end, stretch)

    def _stretch(self, start: date, end: date, text: str) -> list[date]:
        if not 0 <= (end - start).days < LONGEST_HOLIDAY:
            raise FormatError(DAY_TOO_WIDE, text=text)
        for day in (start, end):
            if abs(day.year - self._year) > 1 or (day.year != self._year and day.month not in (1, 12)):
                raise FormatError(OTHER_YEAR, said=day.isoformat(), year=self._year)
        if self._year not in {(start - timedelta(days=31)).year, (end + timedelta(days=31)).year}:
            raise FormatError(OTHER_YEAR, said=start.isoformat(), year=self._year)
        return [start + timedelta(days=count) for count in range((end - start).days + 1)]

    def _note(self, number: int, days: Sequence[date], works: bool, name: str) -> None:
        if len(name) > LONGEST_OCCASION:
            raise FormatError(OCCASION_TOO_LONG, length=len(name), limit=LONGEST_OCCASION)
        for day in days:
            known = self.found.days.get(day)
            if known is not None and known.works != works:
                raise FormatError(DAY_CONTRADICTED, day=day.isoformat())
            self.found.days[day] = NamedDay(day, works, name, number)


def _parted(text: str, ends: re.Pattern[str]) -> list[str]:
    """The parts of a text between what `ends` finds in its group, in one pass: brackets are passed over whole."""
    marks = [found.span() for found in ends.finditer(text) if found[1]]
    begins = [0, *(end for _start, end in marks)]
    return [text[begin:end] for begin, end in zip(begins, [*(start for start, _end in marks), len(text)], strict=True)]


def _day(match: re.Match[str], year: int, month: int) -> date:
    try:
        return date(int(match["year"] or year), month, int(match["day"]))
    except ValueError as error:
        raise FormatError(DAY_IMPOSSIBLE, text=match[0]) from error


def _check_weekday(day: date, said: str) -> None:
    """Raise WEEKDAY_DIFFERS where `said` ("周四") is not the day of the week."""
    name = said[-1].replace("天", "日")
    if WEEKDAYS[day.weekday()] != name:
        raise FormatError(WEEKDAY_DIFFERS, day=day.isoformat(), weekday=_ENGLISH[day.weekday()], said=said)
