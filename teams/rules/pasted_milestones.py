"""Reads lines pasted from a spreadsheet or typed: milestones, and counts by township.

Pure: a line that cannot be read carries its fault; to show it, call `governance.records.dry_runs.told`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from governance.formats.cells import compact, is_blank, is_dash, line, quantity, whole_number
from governance.formats.dates import DATE_MISSING, days_named
from governance.formats.faults import CellReason, FormatError, gettext_noop
from governance.formats.names import KnownNames

TITLE_MISSING = CellReason("title_missing", gettext_noop("The milestone has no title."))
TITLE_TOO_LONG = CellReason("title_too_long", gettext_noop("The title is longer than %(most)s characters."))
WEIGHT_TOO_LARGE = CellReason("weight_too_large", gettext_noop("The weight can be at most %(most)s."))
TOO_MANY_CELLS = CellReason("too_many_cells", gettext_noop("There is too much on this line: “%(text)s”."))
NUMBERS_MISSING = CellReason("numbers_missing", gettext_noop("There is no number on this line."))

LONGEST_TITLE = 200
LARGEST_WEIGHT = 100
HEADERS = ("日期", "时间", "时限", "节点", "due", "date", "乡镇", "目标", "完成", "township", "target", "done")
"""Words of a header line, which is skipped."""

_CELLS = re.compile(r"\t|\||\u3000+| {2,}")
TOTALS = ("合计", "总计", "小计", "共计", "全县", "全县合计", "total", "sum")
"""What a line of totals begins with."""

_TOTALS = re.compile(rf"(?:{'|'.join(TOTALS)})(?:\([^()]*\))?:?")
_SERIAL = re.compile(r"\d{1,3}[.、)）]?")


@dataclass(frozen=True)
class PastedStep:
    """A line read as a milestone; with a `fault` the line cannot be used."""

    number: int
    """The line number, from 1."""
    title: str = ""
    due_on: date | None = None
    weight: int = 1
    fault: FormatError | None = None


@dataclass(frozen=True)
class PastedCounts:
    """A line read as a township's numbers; with a `fault` the line cannot be used, a line of totals is left out."""

    number: int
    township: str = ""
    numbers: tuple[Decimal, ...] = ()
    fault: FormatError | None = None
    totals: bool = False


def pasted_steps(text: str, *, year: int) -> list[PastedStep]:
    """Lines of title, day and optional weight (default 1), as milestones; `year` applies to days without a year.

    Cells are separated by a tab, a stroke or two spaces. A header line, empty lines and a leading column of serial
    numbers are skipped.
    """
    rows = _rows(text)
    if rows and all(len(cells) > 2 and _SERIAL.fullmatch(compact(cells[0])) for _number, cells in rows):
        rows = [(number, cells[1:]) for number, cells in rows]
    return [_step(number, cells, year) for number, cells in rows]


def pasted_counts(text: str, townships: KnownNames, *, most: int) -> list[PastedCounts]:
    """Lines of a township and at most `most` numbers.

    A header and a leading column of serial numbers are skipped; a line of totals is returned as one.
    """
    return [_counts(number, _from_name(cells), townships, most) for number, cells in _rows(text)]


def _from_name(cells: Sequence[str]) -> Sequence[str]:
    """The cells of a line from the name on: a serial number, or an empty cell, before it is left out."""
    numbered = len(cells) > 1 and (not cells[0] or _SERIAL.fullmatch(compact(cells[0])))
    return cells[1:] if numbered and re.search(r"[^\d\s.,%/-]", cells[1]) else cells


def _rows(text: str) -> list[tuple[int, list[str]]]:
    """The non-empty lines, each with its number and its cells, without the header."""
    rows = [
        (number, [line(cell) for cell in _CELLS.split(written.strip(" "))])
        for number, written in enumerate(text.splitlines(), 1)
        if not is_blank(written)
    ]
    return rows[1:] if rows and _is_header(rows[0][1]) else rows


def _is_header(cells: Sequence[str]) -> bool:
    """Whether a line is a header: more than one cell, no digit, and one of the words of a header."""
    words = compact("".join(cells))
    return len(cells) > 1 and not re.search(r"\d", words) and any(header in words for header in HEADERS)


def _step(number: int, cells: Sequence[str], year: int) -> PastedStep:
    title, due, weight, *more = [*cells, "", "", ""]
    try:
        _refuse_more(more)
        if not title:
            raise FormatError(TITLE_MISSING)
        if len(title) > LONGEST_TITLE:
            raise FormatError(TITLE_TOO_LONG, most=LONGEST_TITLE)
        if not due or is_dash(due):
            raise FormatError(DATE_MISSING)
        counted = whole_number(weight) or 1
        if counted > LARGEST_WEIGHT:
            raise FormatError(WEIGHT_TOO_LARGE, most=LARGEST_WEIGHT)
        return PastedStep(number, title, days_named(due, year=year)[1], counted)
    except FormatError as fault:
        return PastedStep(number, title, fault=fault)


def _counts(number: int, cells: Sequence[str], townships: KnownNames, most: int) -> PastedCounts:
    said, *written = cells
    if _TOTALS.fullmatch(compact(said)):
        return PastedCounts(number, said, totals=True)
    try:
        name = townships.find(said)
        _refuse_more(written[most:])
        found = [quantity(cell) for cell in written[:most]]
        if not found:
            raise FormatError(NUMBERS_MISSING)
        return PastedCounts(number, name, tuple(each[0] if each else Decimal(0) for each in found))
    except FormatError as fault:
        return PastedCounts(number, said, fault=fault)


def _refuse_more(cells: Sequence[str]) -> None:
    rest = " ".join(cell for cell in cells if cell)
    if rest:
        raise FormatError(TOO_MANY_CELLS, text=rest)
