"""A team's report before it is submitted: what is owed, what is written, what is still missing."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Self

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, count_text
from governance.people.models import User

from ..evidence.gallery import Exhibit, evidence_of_entries
from ..models import EntryEvidence, HelpRequest, NextStep, ProgressReport, ReportEntry, ReportingPeriod, SpecialTeam
from ..rules.lamps import Lamp
from ..rules.plausibility import Doubt
from ..words import NUMBER_ASKED, reached_words
from .owed_rows import OwedTask, Progress, doubt_words, tasks_owed
from .written import row_field


@dataclass(frozen=True)
class DraftRow:
    """A task's row as it would be submitted; empty where nobody has written yet."""

    owed: OwedTask
    entry: ReportEntry
    evidence: Sequence[Exhibit] = ()
    """Its files, where a page shows them."""

    @classmethod
    def of(cls, owed: OwedTask, entry: ReportEntry | None, evidence: Sequence[Exhibit] = ()) -> Self:
        """A row, begun or not."""
        return cls(owed, entry or ReportEntry(task=owed.task), evidence)

    @cached_property
    def entered(self) -> Progress | None:
        """The entered number, or None."""
        return self.owed.progress(self.entry.percent, self.entry.done)

    @property
    def now(self) -> Progress:
        """The task's progress by this draft."""
        return self.entered or self.owed.before

    @property
    def before_words(self) -> str:
        """The progress before, with its unit."""
        return self.owed.before.words(self.owed.row.unit)

    @property
    def now_words(self) -> str:
        """The progress by this draft, with its unit."""
        return self.now.words(self.owed.row.unit)

    @property
    def moves(self) -> bool:
        """Whether the number differs from the one before."""
        return self.now != self.owed.before

    @property
    def is_lower(self) -> bool:
        """Whether the number decreases."""
        return self.now.percent < self.owed.before.percent

    @cached_property
    def doubt(self) -> Doubt | None:
        """Why the number is asked a second time; None where it is plausible."""
        return self.owed.doubt(self.now)

    @property
    def doubt_words(self) -> str:
        """What is doubtful about the number; empty where nothing is."""
        row = self.owed.row
        return doubt_words(self.doubt, self.owed.before, self.now, row.target, row.unit) if self.doubt else ""

    @property
    def is_confirmed(self) -> bool:
        """Whether somebody has said that the doubtful number is right: this one, and no other."""
        return self.entry.confirmed is not None and self.entry.confirmed == getattr(self.now, self.owed.number)

    @property
    def unfinished_words(self) -> str:
        """The progress at which close-out is requested below the target, otherwise empty."""
        if not self.entry.asks_close_out or not self.owed.is_unfinished(self.now):
            return ""
        return reached_words(self.now.percent, self.now.done, self.owed.row.target, self.owed.row.unit)

    @property
    def is_confirmed_unfinished(self) -> bool:
        """Whether somebody has said that close-out is requested anyway: at this number, and no other."""
        confirmed = self.entry.confirmed_unfinished
        return confirmed is not None and confirmed == getattr(self.now, self.owed.number)

    @property
    def asks(self) -> tuple[bool, date | None, str] | None:
        """The request in the row, or None."""
        entry = self.entry
        asked = (entry.asks_close_out, entry.asks_due_on, entry.ask_reason)
        return asked if entry.asks_close_out or entry.asks_due_on else None

    @property
    def links(self) -> Iterable[EntryEvidence]:
        """The files submitted with it: those read with its entry."""
        return self.entry.evidence.all() if self.entry.pk else ()

    @property
    def is_quiet(self) -> bool:
        """Whether the row has no news: no change, no text, no request, no file."""
        return self.entry.no_change and not (self.entry.text or self.asks or self.evidence or self.lacks)

    @property
    def lamp(self) -> Lamp:
        """The colour of the strip: the task's current lamp."""
        return self.owed.lamp

    @cached_property
    def lacks(self) -> Mapping[str, Text]:
        """What is still missing before it can be submitted: {field: message}, empty when it is complete."""
        return {**self._number_lacks(), **self._close_out_lacks()}

    def _number_lacks(self) -> dict[str, Text]:
        if self.entry.no_change:
            return {self.owed.number: self._changed_words()} if self.moves else {}
        if not self.moves and not self.entry.text:
            return {
                self.owed.number: _("Enter the count so far, or tick “No change this period”.")
                if self.owed.counts
                else _("Enter the percentage, or tick “No change this period”.")
            }
        if self.doubt and not self.is_confirmed:
            return {"confirmed": NUMBER_ASKED % {"number": self.doubt_words}}
        if self.entry.reason:
            return {}
        lower = self._lower_words()
        return {"reason": lower} if lower else {}

    def _close_out_lacks(self) -> dict[str, Text]:
        reached = self.unfinished_words
        if not reached or self.is_confirmed_unfinished:
            return {}
        question = _("%(reached)s: request close-out anyway? Tick to confirm, or untick the close-out.")
        return {"confirmed_unfinished": question % {"reached": reached}}

    def _changed_words(self) -> Text:
        before = self.owed.before
        number = before.words(self.owed.row.unit) if self.owed.counts else f"{count_text(before.percent)}%"
        return _("“No change” is ticked, but the last value was %(before)s. Untick it, or restore that number.") % {
            "before": number
        }

    def _lower_words(self) -> Text | None:
        """The message that asks for a reason, where percent or count decreases."""
        now, before = self.now, self.owed.before
        if self.owed.counts and now.done is not None and before.done is not None and now.done < before.done:
            lost = {"count": count_text(before.done - now.done), "unit": self.owed.row.unit}
            return _("%(count)s %(unit)s fewer than before. Please give the reason.") % lost
        if self.is_lower:
            lost = {"points": count_text(before.percent - now.percent)}
            return _("%(points)s percentage points less than before. Please give the reason.") % lost
        return None


@dataclass(frozen=True)
class DraftReport:
    """A whole draft: a row for each task owed, its lines, and the next steps of the last report."""

    rows: Sequence[DraftRow]
    matters: Sequence[HelpRequest]
    steps: Sequence[NextStep]
    said: Sequence[NextStep]

    @classmethod
    def of(
        cls,
        team: SpecialTeam,
        period: ReportingPeriod,
        report: ProgressReport | None,
        *,
        on: date,
        entries: Iterable[ReportEntry],
        evidence: Mapping[int, Sequence[Exhibit]] | None = None,
    ) -> Self:
        """The draft as of the day `on`, in a constant number of queries; `evidence` by task."""
        written = {entry.task_id: entry for entry in entries}
        files = evidence or {}
        rows = [
            DraftRow.of(owed, written.get(owed.task.pk), files.get(owed.task.pk, ()))
            for owed in tasks_owed(team, period, on=on)
        ]
        last_time = NextStep.objects.of_last_time(team, period)
        lines = list(NextStep.objects.filter(Q(report=report) | Q(pk__in=last_time.values("pk"))))
        said = [step for step in lines if report is None or step.report_id != report.pk]
        matters = list(report.help_requests.select_related("to")) if report else []
        return cls(rows, matters, [step for step in lines if step not in said], said)

    @classmethod
    def shown_to(cls, user: User, report: ProgressReport, *, on: date) -> Self:
        """The draft with its authors and files, as a page shows it."""
        entries = report.entries.select_related("edited_by")
        evidence = evidence_of_entries(report, user)
        return cls.of(report.team, report.period, report, on=on, entries=entries, evidence=evidence)

    @cached_property
    def lacking(self) -> list[DraftRow]:
        """Rows that cannot be submitted yet."""
        return [row for row in self.rows if row.lacks]

    @cached_property
    def telling(self) -> list[DraftRow]:
        """Complete rows with news."""
        return [row for row in self.rows if not row.lacks and not row.is_quiet]

    @cached_property
    def quiet(self) -> list[DraftRow]:
        """Rows without change."""
        return [row for row in self.rows if row.is_quiet]

    @cached_property
    def unsaid(self) -> list[NextStep]:
        """Next steps of the last report without an outcome."""
        return [step for step in self.said if step.lacks()]

    @cached_property
    def undated(self) -> list[NextStep]:
        """Next steps without a day."""
        return [step for step in self.steps if step.due_on is None]

    @property
    def is_complete(self) -> bool:
        """Whether it could be submitted now."""
        return not self.missing

    @property
    def missing(self) -> int:
        """How many rows and lines still lack something."""
        return len(self.lacking) + len(self.unsaid) + len(self.undated)

    def faults(self) -> dict[str, Text]:
        """What each row and each line lacks, by the name of its field in the form."""
        of_rows = {
            row_field(row.owed.task.pk, name): message for row in self.lacking for name, message in row.lacks.items()
        }
        of_last_time = {
            f"last-{step.pk}-{name}": message for step in self.unsaid for name, message in step.lacks().items()
        }
        return of_rows | of_last_time | {f"step-{step.handle}-due_on": NextStep.DAY_MISSING for step in self.undated}
