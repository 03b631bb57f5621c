"""The input of a report, as the form, the workbook and the demonstration pass it to the verbs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import Department
from governance.records.refusals import Difference

from ..models import HelpRequest, NextStep, ReportEntry, ReportingPeriod, TaskShare
from ..models.report import ASKS_BOTH, PERCENT_RANGE
from ..models.report_line import LONGEST_LINE, WORDS_MISSING, Line
from .owed_rows import OwedTask, doubt_words

HUNDRED = Decimal(100)
CENT = Decimal("0.01")
MOST = Decimal(10) ** 10
"""Counts are below this, the limit of the column."""
LONGEST_TEXTS = {"text": 4000, "reason": 2000, "ask_reason": 2000}
"""The longest text of a row, in characters."""


@dataclass(frozen=True, slots=True)
class ReportRow:
    """The input for one task: a percent, or the count so far where the task has a quantity, or no change.

    A row may request to close its task out, or a new due date. `seen` is the version of the row on which the form was
    opened, 0 when there was none; None overwrites any version.
    """

    task_id: int
    percent: Decimal | None = None
    done: Decimal | None = None
    no_change: bool = False
    text: str = ""
    reason: str = ""
    asks_close_out: bool = False
    asks_due_on: date | None = None
    ask_reason: str = ""
    confirmed: Decimal | None = None
    """The number that was asked a second time and is right; another number is asked again."""
    confirmed_unfinished: Decimal | None = None
    """The number below the target at which close-out is requested anyway; another number is asked again."""
    seen: int | None = None

    def values(self, owed: OwedTask) -> dict[str, object]:
        """What a draft stores of the row: the number of the task's kind, where it differs from the one before."""
        now = owed.progress(self.percent, self.done)
        moves = now is not None and now != owed.before
        numbers = {name: getattr(now, name) if moves and name == owed.number else None for name in ReportEntry.NUMBERS}
        statements = {name: _stripped(getattr(self, name)) for name in ReportEntry.STATEMENTS}
        number = getattr(now or owed.before, owed.number)
        if now is None or not owed.doubt(now) or self.confirmed != number:
            statements["confirmed"] = None
        unfinished = self.asks_close_out and owed.is_unfinished(now or owed.before)
        if not unfinished or self.confirmed_unfinished != number:
            statements["confirmed_unfinished"] = None
        return numbers | statements

    def question(self, owed: OwedTask) -> str:
        """What is doubtful about the number and not confirmed yet; empty where nothing is."""
        now = owed.progress(self.percent, self.done)
        if now is None or self.confirmed == getattr(now, owed.number):
            return ""
        doubt = owed.doubt(now)
        return doubt_words(doubt, owed.before, now, owed.row.target, owed.row.unit) if doubt else ""

    def faults(self, owed: OwedTask) -> dict[str, Text]:
        """Invalid input in the row: {field of the form: message}."""
        faults = {owed.number: self._number_fault(owed)}
        if self.asks_close_out and self.asks_due_on:
            faults["asks_due_on"] = _(ASKS_BOTH)
        return {row_field(self.task_id, name): message for name, message in faults.items() if message}

    def _number_fault(self, owed: OwedTask) -> Text | None:
        value: Decimal | None = getattr(self, owed.number)
        if value is None:
            return None
        if not value.is_finite() or not 0 <= value <= (MOST if owed.counts else HUNDRED):
            return _("The count must be a number of 0 or more.") if owed.counts else PERCENT_RANGE
        return _("At most two decimals.") if value != value.quantize(CENT) else None


class WrittenLine:
    """The common part of a report's lines. `key` is the form's name for the line, `seen` the version it saw."""

    __slots__ = ()

    model: ClassVar[type[Line]]
    text: str
    key: str
    seen: int | None

    def values(self) -> dict[str, object]:
        """What a draft stores of the line."""
        return {name: _stripped(getattr(self, name)) for name in self.model.WRITTEN}

    @classmethod
    def of(cls, line: Line) -> Self:
        """A stored line as input, to be sent back."""
        return cls(**{name: getattr(line, name) for name in cls.model.WRITTEN})

    @property
    def is_empty(self) -> bool:
        """Whether the line has no text, so that it is removed."""
        return not self.text.strip()

    @property
    def has_more(self) -> bool:
        """Whether the line has anything besides its text."""
        return any(value for name, value in self.values().items() if name != "text")

    def fault(self) -> Text | None:
        """Why the line is not valid: too long, or a department or a day without text; None if it is."""
        if self.is_empty and self.has_more:
            return _(WORDS_MISSING)
        return too_long(self.text)


@dataclass(frozen=True, slots=True)
class Matter(WrittenLine):
    """A matter for coordination: the department that is asked, and the day by which an answer is wanted."""

    model = HelpRequest

    text: str
    to: Department | None = None
    due_on: date | None = None
    key: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class NextStepLine(WrittenLine):
    """A next step and its day."""

    model = NextStep

    text: str
    due_on: date | None = None
    key: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Followed:
    """The outcome of a next step of the report before: done, partly, not (with the reason), or not given yet."""

    step_id: int
    outcome: str = ""
    reason: str = ""
    seen: int | None = None

    @property
    def part(self) -> str:
        """The form's name for it."""
        return f"last-{self.step_id}"

    def values(self) -> dict[str, str]:
        """What the step stores: without an outcome there is no reason either."""
        return {"outcome": self.outcome, "reason": self.reason.strip() if self.outcome else ""}

    def faults(self, step: NextStep, period: ReportingPeriod) -> dict[str, Text]:
        """Invalid input about `step` in the report for `period`: {field: message}."""
        if self.outcome and self.outcome not in NextStep.Outcome:
            return {"outcome": NextStep.OUTCOME_MISSING}
        if self.outcome == NextStep.Outcome.NOT_DUE and step.is_due_in(period):
            return {"outcome": NextStep.OUTCOME_MISSING}
        fault = too_long(self.reason)
        return {"reason": fault} if fault else {}


@dataclass(frozen=True, slots=True)
class Written:
    """The content of a form: rows not named, and lines that are None, stay as they are.

    Lines with keys are written one by one: an emptied one is removed, a new key is added, the others stay. Lines
    without keys replace the whole list.
    """

    rows: Sequence[ReportRow] = field(default_factory=tuple)
    matters: Sequence[Matter] | None = None
    steps: Sequence[NextStepLine] | None = None
    followed: Sequence[Followed] = field(default_factory=tuple)

    @classmethod
    def of(cls, parts: Iterable[ReportRow | WrittenLine | Followed]) -> Self:
        """The input, collected part by part; without lines of a kind, those stay as they are."""
        by_kind: dict[type, list[Any]] = defaultdict(list)
        for part in parts:
            by_kind[type(part)].append(part)
        lines = by_kind.get(Matter), by_kind.get(NextStepLine)
        return cls(by_kind[ReportRow], *lines, by_kind[Followed])

    def __bool__(self) -> bool:
        return bool(self.rows or self.matters or self.steps or self.followed)

    def lines(self) -> Mapping[type[Line], Sequence[WrittenLine] | None]:
        """The lines by their kind."""
        return {HelpRequest: self.matters, NextStep: self.steps}


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row or a line that somebody else has changed in the meantime; the input for it is not written."""

    part: str
    """The form's name for it: `row-12`, `matter-3`, `step-k2`, `last-7`."""
    theirs: ReportEntry | Line | TaskShare | None
    """The present value; None where it was removed."""
    differences: Sequence[Difference]


def row_field(task_id: int, name: str) -> str:
    """The name of a row's field in refusals and forms."""
    return f"row-{task_id}-{name}"


def too_long(text: str) -> Text | None:
    """The message for a line with too many characters; None where it fits."""
    length = len(text.strip())
    if length <= LONGEST_LINE:
        return None
    return _("Please keep each line to 500 characters; this one has %(length)s.") % {"length": length}


def _stripped(value: object) -> object:
    return value.strip() if isinstance(value, str) else value
