"""Counts the reporting burden, without Django: a report field by field (docs/rules.md#reporting-burden).

A field is what somebody had to fill in, or to look at and confirm. The last submission of a report is counted, once,
and not each saving; a returned row counts as one more field, since it was written again.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction


class Field(StrEnum):
    """A kind of field of a progress report, in the order of the form."""

    NUMBER = "number"
    TEXT = "text"
    REASON = "reason"
    NO_CHANGE = "no_change"
    CLOSE_OUT = "close_out"
    EXTENSION = "extension"
    MATTER = "matter"
    STEP = "step"
    OUTCOME = "outcome"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Counted:
    """The counts of one report: its fields by kind, and how they were filled in."""

    fields: Mapping[Field, int]
    left: int = 0
    """Prefilled numbers that were left unchanged."""
    read: bool = True
    """Whether somebody outside the team opened it."""


@dataclass
class Tally:
    """The burden of several reports together: of a team and a month, or of all teams."""

    asked: Counter[Field] = field(default_factory=Counter)
    unread: Counter[Field] = field(default_factory=Counter)
    left: int = 0
    reports: int = 0
    unread_reports: int = 0

    @classmethod
    def of(cls, reports: Iterable[Counted]) -> "Tally":
        """The sum of several reports."""
        tally = cls()
        for report in reports:
            tally.asked.update(report.fields)
            tally.left += report.left
            tally.reports += 1
            if not report.read:
                tally.unread.update(report.fields)
                tally.unread_reports += 1
        return tally

    @property
    def fields(self) -> int:
        return self.asked.total()

    @property
    def unchanged(self) -> int:
        """Rows that said “no change”."""
        return self.asked[Field.NO_CHANGE]

    @property
    def idle(self) -> int:
        """Fields without news: rows without change, and numbers left unchanged."""
        return self.unchanged + self.left

    @property
    def never_read(self) -> int:
        """Fields of reports that nobody outside the team opened."""
        return self.unread.total()

    def over(self, limit: int) -> int:
        """Fields above the limit of a month; 0 within it."""
        return max(0, self.fields - limit)


def share(part: int, whole: int) -> Fraction:
    """`part` of `whole` as a percent; 0 of nothing."""
    return Fraction(100 * part, whole) if whole else Fraction(0)


class Advice(StrEnum):
    """What the numbers suggest asking less of."""

    READ_OR_STOP = "read_or_stop"
    LONGER_RHYTHM = "longer_rhythm"
    FEWER_NUMBERS = "fewer_numbers"
    NOTHING = "nothing"


MANY = 50
"""The percent from which something is so frequent that asking for it is in question."""


def advice_on(total: Tally) -> list[Advice]:
    """What to ask less of, heaviest first: unread fields if any; where frequent, no change and unchanged numbers."""
    if not total.fields:
        return []
    rows = total.unchanged + total.asked[Field.TEXT]
    found = []
    if total.never_read:
        found.append(Advice.READ_OR_STOP)
    if share(total.unchanged, rows) >= MANY:
        found.append(Advice.LONGER_RHYTHM)
    if share(total.left, total.asked[Field.NUMBER]) >= MANY:
        found.append(Advice.FEWER_NUMBERS)
    return found or [Advice.NOTHING]
