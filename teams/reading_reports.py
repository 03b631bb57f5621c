"""Submitted reports as pages show them: word for word, with what was decided and what is new in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Prefetch

from .models import EntryReason, ProgressReport, ReportDecision, ReportSubmission
from .report_document import KeptReport, KeptRow

SENTENCE = re.compile(r"[^。；！？;!?\n]*[。；！？;!?\n]?")


@dataclass(frozen=True)
class KeptSubmission:
    """A submission, its document, and the office's decision on it, if there is one."""

    submission: ReportSubmission
    document: KeptReport
    decision: ReportDecision | None

    def rows(self) -> list[tuple[KeptRow, str]]:
        """The rows, each with the reason for which it was returned."""
        reasons = reasons_of(self.decision)
        return [(row, reasons.get(row.task_id, "")) for row in self.document.rows]


def kept_submissions(report: ProgressReport) -> list[KeptSubmission]:
    """All submissions of a report, the newest first: two queries, one more where there are decisions."""
    submissions = (
        ReportSubmission.objects.filter(report=report)
        .select_related("by", "decision__by")
        .prefetch_related(Prefetch("decision__reasons", EntryReason.objects.order_by("task__number")))
        .order_by("-number")
    )
    return [
        KeptSubmission(submission, KeptReport.of(submission), getattr(submission, "decision", None))
        for submission in submissions
    ]


def reasons_of(decision: ReportDecision | None) -> dict[int, str]:
    """The reasons of a decision by task id."""
    return {reason.task_id: reason.text for reason in decision.reasons.all()} if decision else {}


class Part(NamedTuple):
    """A sentence, and whether the submission before did not have it."""

    text: str
    is_new: bool


def compared(text: str, before: str | None) -> list[Part]:
    """The sentences of `text`, marked where `before` lacks them; nothing is marked when there was nothing before."""
    known = {sentence.strip() for sentence in SENTENCE.findall(before or "")}
    return [
        Part(sentence, before is not None and sentence.strip() not in known)
        for sentence in SENTENCE.findall(text)
        if sentence
    ]


@dataclass(frozen=True)
class ReviewRow:
    """A submitted row as the reviewer sees it."""

    row: KeptRow
    parts: list[Part]
    """What was done, with what is new since the submission before."""
    asked: str
    """What was asked of this row when the report was returned."""
    days_over: int
    """Days past the due date on the day of reading; 0 when it is not past."""
    field: Any


def review_rows(form: Any, kept: Sequence[KeptSubmission], *, on: date) -> list[ReviewRow]:
    """The rows of the newest submission beside the one before it."""
    before = {row.task_id: (row, asked) for row, asked in kept[1].rows()} if len(kept) > 1 else {}
    found = []
    for row, field in form.rows():
        earlier, asked = before.get(row.task_id, (None, ""))
        days_over = max(0, (on - row.due_on).days) if row.due_on and row.now.percent < 100 else 0
        found.append(ReviewRow(row, compared(row.text, earlier and earlier.text), asked, days_over, field))
    return found
