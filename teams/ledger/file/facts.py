"""The content of a ledger: its tasks, its errors, and notices for the reader."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from governance.formats.cells import number_text
from governance.formats.coverage import SheetCoverage
from governance.formats.faults import CellFault, CellReason, Sentence

from .columns import Field
from .states import StateSaid


class State(StrEnum):
    """The states in a ledger; values as those of a task."""

    ASSIGNED = "assigned"
    IN_PROGRESS = "in_progress"
    CLOSED_OUT = "closed_out"


class Notice(StrEnum):
    """What the reader of an import should know, although nothing is wrong."""

    NO_DUE_DATE = "no_due_date"
    READY_TO_CLOSE_OUT = "ready_to_close_out"
    PROGRESS_KEPT = "progress_kept"
    STATE_BEHIND = "state_behind"
    FAR_ABOVE_TARGET = "far_above_target"


@dataclass(frozen=True, slots=True)
class LedgerNotice:
    """Something worth knowing about the task with this number."""

    number: int
    notice: Notice

    def as_dict(self) -> dict[str, str]:
        """As `--json` prints it."""
        return {"number": str(self.number), "notice": self.notice.value}


@dataclass(frozen=True, slots=True)
class LedgerTask:
    """A row of the ledger.

    `words` are the texts for the task, by field name (`columns.WORDS`). `percent` follows from `done` where there is a
    `target`; `percent_said` is the value in its cell, None for an empty one. `stated` names the fields that the row
    really gives: columns that the sheet has, and of the progress only what is filled in; the others have the initial
    values of a new task. `state_said` is what the column of states says, `closes` whether the note or 是否销号 says
    已销号; `state` is closed out where any of the three does. `start` is None where the sheet has no such column and
    none was given. `columns` gives the letter of each field's column, for errors found later.
    """

    sheet: str
    row: int
    number: int
    team: str
    words: Mapping[str, Any]
    lead_department: str
    member_departments: tuple[str, ...]
    start: date | None
    due: date | None
    ongoing: bool
    percent: Decimal
    state: State
    target: Decimal | None = None
    unit: str = ""
    done: Decimal | None = None
    percent_said: Decimal | None = None
    state_said: StateSaid | None = None
    closes: bool = False
    stated: frozenset[str] = frozenset()
    columns: dict[str, str] = field(default_factory=dict)

    @property
    def title(self) -> str:
        """What the task is called."""
        return str(self.words[Field.TITLE])

    @property
    def note(self) -> str:
        """The last column, which may say that a task is closed out."""
        return str(self.words[Field.NOTE])

    def as_dict(self) -> dict[str, Any]:
        """As `--json` prints it: number and percent as text, dates as ISO dates."""
        return {
            "number": str(self.number),
            "team": self.team,
            **self.words,
            "lead_department": self.lead_department,
            "member_departments": list(self.member_departments),
            "start": self.start.isoformat() if self.start else None,
            "due": self.due.isoformat() if self.due else None,
            "ongoing": self.ongoing,
            "percent": number_text(self.percent),
            "target": None if self.target is None else number_text(self.target),
            "unit": self.unit,
            "done": None if self.done is None else number_text(self.done),
            "state": self.state.value,
        }

    def error(self, reason: CellReason, field: str, **params: Any) -> CellFault:
        """An error in the cell of this row that holds `field`."""
        return CellFault(reason, params, self.sheet, self.row, self.columns.get(field))


@dataclass(slots=True)
class Ledger:
    """Everything read: tasks and notices in file order, every error with its place, what was read of each sheet."""

    year: int
    tasks: list[LedgerTask] = field(default_factory=list)
    errors: list[CellFault] = field(default_factory=list)
    notices: list[LedgerNotice] = field(default_factory=list)
    coverage: list[SheetCoverage] = field(default_factory=list)

    def as_dict(self, sentence: Sentence = CellReason.sentence) -> dict[str, Any]:
        """As `import_tasks --json` prints it."""
        return {
            "year": self.year,
            "tasks": [task.as_dict() for task in self.tasks],
            "errors": [error.as_dict(sentence) for error in self.errors],
            "notices": [notice.as_dict() for notice in self.notices],
            "sheets": [sheet.as_dict(sentence) for sheet in self.coverage],
        }
