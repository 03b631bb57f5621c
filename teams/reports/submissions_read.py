"""Submitted reports for pages: word for word, with the decisions and what is new in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from governance.clock import day_of

from ..evidence.gallery import Exhibit
from ..models import EntryReason, LampRule, ProgressReport, ReportDecision, ReportSubmission
from ..rules.lamps import Lamp, Thresholds
from ..rules.text_difference import Part, difference
from .document import KeptReport, KeptRow


@dataclass(frozen=True)
class ShownRow:
    """A submitted row on a page."""

    row: KeptRow
    parts: list[Part]
    """What was done, with the parts that are new since the submission before marked."""
    asked: str
    """What the office asked to add."""
    days_over: int
    """Days past the due date; 0 when it is not past."""
    tone: Lamp
    """The colour of the strip: the lamp that the new number would give."""
    exhibits: Sequence[Exhibit] = ()
    """The files submitted with it."""


@dataclass(frozen=True)
class KeptSubmission:
    """A submission, its document, and the office's decision on it, if there is one."""

    submission: ReportSubmission
    document: KeptReport
    decision: ReportDecision | None
    thresholds: Thresholds

    @property
    def rows(self) -> list[ShownRow]:
        """The rows as of the day of submission, each with the reason why it was returned, if any."""
        reasons = reasons_of(self.decision)
        on = day_of(self.submission.at)
        return [self.shown(row, on=on, asked=reasons.get(row.task_id, "")) for row in self.document.rows]

    def shown(self, row: KeptRow, *, on: date, asked: str, before: str | None = None) -> ShownRow:
        """A row as of the day `on`, compared with the text `before`."""
        over = (on - row.due_on).days if row.due_on and on > row.due_on else 0
        return ShownRow(row, compared(row.text, before), asked, over, tone_of(row, self.thresholds, over))


def tone_of(row: KeptRow, thresholds: Thresholds, days_over: int) -> Lamp:
    """Red, yellow or green by the due date and the gap to plan, like the lamp (docs/rules.md#lamp)."""
    gap = row.behind or 0
    if days_over or gap > thresholds.red_gap:
        return Lamp.RED
    return Lamp.YELLOW if gap >= thresholds.yellow_gap else Lamp.GREEN


def kept_submissions(report: ProgressReport) -> list[KeptSubmission]:
    """All submissions of a report, newest first: three queries, one more where there are decisions."""
    submissions = (
        ReportSubmission.objects.filter(report=report)
        .select_related("by", "decision__by")
        .prefetch_related(Prefetch("decision__reasons", EntryReason.objects.order_by("task__number")))
        .order_by("-number")
    )
    rule = LampRule.objects.filter(action=report.team.action_id).order_by("-number").first()
    thresholds = rule.thresholds if rule else Thresholds()
    return [
        KeptSubmission(submission, KeptReport.of(submission), getattr(submission, "decision", None), thresholds)
        for submission in submissions
    ]


def reasons_of(decision: ReportDecision | None) -> dict[int, str]:
    """The reasons of a decision by task id."""
    return {reason.task_id: reason.text for reason in decision.reasons.all()} if decision else {}


def compared(text: str, before: str | None) -> list[Part]:
    """The pieces of `text`, marked where they differ from `before`; nothing is marked when there is no text before."""
    return difference(text if before is None else before, text).after
