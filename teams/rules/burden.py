"""The burden meter's counting, without Django: a report field by field (docs/rules.md#reporting-burden).

A field is what somebody had to fill in, or to look at and confirm. Counted is the report as it was sent last, once, not
each saving of it; rows that were returned are one field more each, since they were written again.
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
    """What was counted in one report: its fields by kind, and how they were met."""

    fields: Mapping[Field, int]
    left: int = 0
    """Numbers that stood there already and were left as they were."""
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
        """Add reports up."""
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
        """All fields asked."""
        return self.asked.total()

    @property
    def unchanged(self) -> int:
        """Rows that said “no change”."""
        return self.asked[Field.NO_CHANGE]

    @property
    def idle(self) -> int:
        """Fields in which nothing new was said: rows without change, and numbers left as they were."""
        return self.unchanged + self.left

    @property
    def never_read(self) -> int:
        """Fields of reports that nobody outside the team opened."""
        return self.unread.total()

    @property
    def wholly_unread(self) -> list[Field]:
        """Kinds of fields that were asked and that nobody read at all."""
        return [kind for kind in Field if self.asked[kind] and self.asked[kind] == self.unread[kind]]

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
"""Percent from which something happens so often that the asking itself is in question."""


def advice_on(total: Tally) -> list[Advice]:
    """What to ask less of, the heaviest first: unread fields at all, half of the rows without change, numbers left."""
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
