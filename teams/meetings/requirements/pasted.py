"""Reads clauses pasted from a document: one a line, its number left out, a due date after a stroke (pure)."""

import re
from dataclasses import dataclass
from datetime import date

from governance.formats.cells import is_blank, line
from governance.formats.dates import days_named
from governance.formats.faults import FormatError

_NUMBERED = re.compile(
    r"\s*(?:第?[一二三四五六七八九十百]+[条项款、.．]|[（(][一二三四五六七八九十\d]+[)）]|\d{1,3}[.．、)）](?!\d))[\s、.．:：]*"
)
_STROKE = re.compile(r"\t|\||｜")


@dataclass(frozen=True)
class PastedClause:
    """A line read as a clause; with a `fault` its date could not be read."""

    number: int
    """The line number, from 1."""
    text: str
    due_on: date | None = None
    fault: FormatError | None = None


def pasted_clauses(text: str, *, year: int) -> list[PastedClause]:
    """Lines as clauses; `year` applies to days without one. Empty lines are skipped."""
    lines = [(number, written) for number, written in enumerate(text.splitlines(), 1) if not is_blank(written)]
    return [_clause(number, written, year) for number, written in lines]


def _clause(number: int, written: str, year: int) -> PastedClause:
    *words, last = _STROKE.split(_NUMBERED.sub("", written, count=1))
    if not words or is_blank(last):
        return PastedClause(number, line(" ".join([*words, last])))
    said = line(" ".join(words))
    try:
        return PastedClause(number, said, days_named(last, year=year)[1])
    except FormatError as fault:
        return PastedClause(number, said, fault=fault)
