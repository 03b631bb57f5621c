"""A draft as its head looks at it before signing it off: what changed, what is asked, what is still missing.

Reading only; the verbs are in `submission.py` and `hand_over.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from governance.people.models import User

from ..evidence.gallery import Exhibit, evidence_of_entries
from ..models import HelpRequest, NextStep, ProgressReport, ReportEntry
from ..rules.lamps import Lamp
from .completeness import lacks_of, lacks_of_step
from .owed_rows import OwedTask, Progress, tasks_owed
from .review_page import reached
from .submissions_read import last_steps


@dataclass(frozen=True)
class DraftRow:
    """A task's row in a draft, as it would be submitted."""

    owed: OwedTask
    entry: ReportEntry
    """What was written; empty where nobody has written yet."""
    lacks: Mapping[str, Any]
    """What is still missing, by field; empty when it is complete."""
    evidence: Sequence[Exhibit]

    @cached_property
    def now(self) -> Progress:
        """How far the task is by this draft."""
        return self.owed.progress(self.entry.percent, self.entry.done) or self.owed.before

    @property
    def before_words(self) -> str:
        """How far it was, with its unit."""
        return reached(self.owed.before, self.owed.row.unit)

    @property
    def now_words(self) -> str:
        """How far it is, with its unit."""
        return reached(self.now, self.owed.row.unit)

    @property
    def moves(self) -> bool:
        """Whether the number differs from the one before."""
        return self.now != self.owed.before

    @property
    def is_lower(self) -> bool:
        """Whether it goes down."""
        return self.now.percent < self.owed.before.percent

    @property
    def is_quiet(self) -> bool:
        """Whether there is nothing to look at: no change, no words, nothing asked, no file."""
        entry = self.entry
        says = entry.text or entry.asks_close_out or entry.asks_due_on or self.evidence
        return entry.no_change and not says and not self.lacks

    @property
    def lamp(self) -> Lamp:
        """The colour of the strip: the lamp as it stands."""
        return self.owed.lamp


@dataclass(frozen=True)
class DraftSheet:
    """A whole draft: rows that say something, rows without change, lines, and what is missing."""

    rows: Sequence[DraftRow]
    matters: Sequence[HelpRequest]
    steps: Sequence[NextStep]
    said: Sequence[NextStep]

    @cached_property
    def lacking(self) -> list[DraftRow]:
        """Rows that cannot be submitted yet."""
        return [row for row in self.rows if row.lacks]

    @cached_property
    def telling(self) -> list[DraftRow]:
        """Complete rows that say something."""
        return [row for row in self.rows if not row.lacks and not row.is_quiet]

    @cached_property
    def quiet(self) -> list[DraftRow]:
        """Rows without change."""
        return [row for row in self.rows if row.is_quiet]

    @cached_property
    def unsaid(self) -> list[NextStep]:
        """Next steps of last time of which nobody has said what became of them."""
        return [step for step in self.said if lacks_of_step(step)]

    @property
    def is_complete(self) -> bool:
        """Whether it could be submitted as it stands."""
        return not self.lacking and not self.unsaid

    @property
    def missing(self) -> int:
        """How many rows and lines still lack something."""
        return len(self.lacking) + len(self.unsaid)


def draft_sheet(report: ProgressReport, *, on: date, user: User) -> DraftSheet:
    """The draft as of the day `on`: queries constant in the number of its rows."""
    entries = {entry.task_id: entry for entry in report.entries.select_related("edited_by")}
    evidence = evidence_of_entries(report, user)
    rows = []
    for owed in tasks_owed(report.team, report.period, on=on):
        entry = entries.get(owed.task.pk) or ReportEntry(task=owed.task)
        rows.append(DraftRow(owed, entry, lacks_of(entry, owed), evidence.get(owed.task.pk, ())))
    return DraftSheet(
        rows,
        list(report.help_requests.select_related("to")),
        list(report.next_steps.all()),
        list(last_steps(report.team, report.period)),
    )
