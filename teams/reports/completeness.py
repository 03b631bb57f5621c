"""Decides whether a report is complete, for submitting and for handing over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Self

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from governance.records.refusals import Invalid

from ..models import (
    EntryEvidence,
    HelpRequest,
    NextStep,
    ProgressReport,
    ReportEntry,
    ReportSubmission,
    SubmittedEntry,
    SubmittedEvidence,
)
from .draft_report import DraftReport, DraftRow


class ReportIncomplete(Invalid):
    """Open tasks lack an entry or a reason, or last time's next steps an outcome; `fields` says what is missing."""

    message = _("The report is not complete. Please complete the marked fields.")

    def __init__(self, draft: DraftReport) -> None:
        super().__init__(fields=draft.faults())
        self.tasks = [row.owed.task for row in draft.lacking]
        self.steps = draft.unsaid


@dataclass(frozen=True, slots=True)
class CompleteReport:
    """A draft that can be submitted: its rows, its lines, the outcomes of the last next steps."""

    report: ProgressReport
    rows: Sequence[DraftRow]
    matters: Sequence[HelpRequest]
    steps: Sequence[NextStep]
    said: Sequence[NextStep]

    @classmethod
    def of(cls, report: ProgressReport, *, on: date) -> Self:
        """The report as it would be submitted on the day `on`, with a row for each open task.

        Raises:
            ReportIncomplete: a task lacks an entry or a reason for a decrease, or a next step lacks an outcome.
        """
        files = Prefetch("evidence", EntryEvidence.objects.in_force().select_related("file"))
        entries = report.entries.prefetch_related(files)
        draft = DraftReport.of(report.team, report.period, report, on=on, entries=entries)
        if not draft.is_complete:
            raise ReportIncomplete(draft)
        return cls(report, draft.rows, draft.matters, draft.steps, draft.said)

    def newly_asked(self) -> list[DraftRow]:
        """Rows with a request that the submission before did not make word for word."""
        asking = [row for row in self.rows if row.asks]
        if not asking or not self.report.was_sent:
            return asking
        before = SubmittedEntry.objects.filter(
            submission__report=self.report,
            submission__number=self.report.submissions.count(),
            task__in=[row.owed.task for row in asking],
        )
        asked = {entry.task_id: (entry.asks_close_out, entry.asks_due_on, entry.ask_reason) for entry in before}
        return [row for row in asking if asked.get(row.owed.task.pk) != row.asks]

    def entries_of(self, submission: ReportSubmission) -> list[SubmittedEntry]:
        """The rows as the submission stores them, to be inserted."""
        return [
            SubmittedEntry(
                submission=submission,
                task=row.owed.task,
                percent=row.now.percent,
                done=row.now.done,
                at=submission.at,
                by=submission.by,
                **{name: getattr(row.entry, name) for name in ReportEntry.STATEMENTS},
            )
            for row in self.rows
        ]

    def evidence_of(self, entries: Sequence[SubmittedEntry]) -> list[SubmittedEvidence]:
        """The files of the rows as the submission stores them with its `entries`, to be inserted."""
        return [
            SubmittedEvidence(
                entry=entry, file=link.file, caption=link.caption, dated_on=link.dated_on, at=entry.at, by=entry.by
            )
            for entry, row in zip(entries, self.rows, strict=True)
            for link in row.links
        ]
