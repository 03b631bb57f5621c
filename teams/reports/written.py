"""What a person has written of a report, as the form, the workbook and the demonstration hand it to the verbs."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from governance.people.models import Department
from governance.records.refusals import Difference

from ..models import HelpRequest, NextStep, ReportEntry


@dataclass(frozen=True, slots=True)
class ReportRow:
    """What was entered for one task: a percent, or the count so far where the task has a quantity, or no change.

    A row may ask to close its task out, or for a new due date. `seen` is the version of the row on which the form was
    opened, 0 when there was none; None writes whatever stands there.
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
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter for coordination: the department that is asked, and the day by which an answer is wished for.

    `key` is what the form calls the line, `seen` the version on which it was opened.
    """

    text: str
    to: Department | None = None
    due_on: date | None = None
    key: str = ""
    seen: int | None = None

    @property
    def has_more(self) -> bool:
        """Whether the line says something beside its words."""
        return self.to is not None or self.due_on is not None


@dataclass(frozen=True, slots=True)
class NextStepLine:
    """A next step and its day."""

    text: str
    due_on: date | None = None
    key: str = ""
    seen: int | None = None

    @property
    def has_more(self) -> bool:
        """Whether the line says something beside its words."""
        return self.due_on is not None


@dataclass(frozen=True, slots=True)
class Followed:
    """What became of a next step of the report before: done, partly, not (with the reason), or nothing said yet."""

    step_id: int
    outcome: str = ""
    reason: str = ""
    seen: int | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a form sends: rows that are not named stay as they are, lines that are None stay too.

    Lines with keys are written one by one: an emptied one goes, a new key comes, the others stay. Lines without keys
    stand for the whole list.
    """

    rows: Sequence[ReportRow] = field(default_factory=tuple)
    matters: Sequence[Matter] | None = None
    steps: Sequence[NextStepLine] | None = None
    followed: Sequence[Followed] = field(default_factory=tuple)

    def __bool__(self) -> bool:
        return bool(self.rows or self.matters or self.steps or self.followed)


@dataclass(frozen=True, slots=True)
class Conflict:
    """A row or a line that somebody else has changed meanwhile: what was sent of it is not written."""

    part: str
    """What the form calls it: `row-12`, `matter-3`, `step-k2`, `last-7`."""
    theirs: ReportEntry | HelpRequest | NextStep | None
    """As it stands now; None where it was removed."""
    differences: Sequence[Difference]


def row_field(task_id: int, name: str) -> str:
    """The name by which a refusal and a form call a field of a row."""
    return f"row-{task_id}-{name}"
