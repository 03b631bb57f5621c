"""Submitted reports for pages: word for word, with the decisions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch

from governance.clock import day_of

from ..evidence.gallery import Exhibit
from ..models import EntryReason, LampRule, ProgressReport, ReportDecision, ReportSubmission
from ..rules.lamps import Lamp, Thresholds
from .document import KeptReport, KeptRow


@dataclass(frozen=True)
class ShownRow:
    """A submitted row on a page."""

    row: KeptRow
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

    def shown(self, row: KeptRow, *, on: date, asked: str) -> ShownRow:
        """A row as of the day `on`."""
        over = (on - row.due_on).days if row.due_on and on > row.due_on else 0
        return ShownRow(row, asked, over, tone_of(row, self.thresholds, over))


def tone_of(row: KeptRow, thresholds: Thresholds, days_over: int) -> Lamp:
    """Red, yellow or green by the due date and the gap to plan, like the lamp (docs/rules.md#lamp)."""
    gap = row.behind or 0
    if days_over or gap > thresholds.red_gap:
        return Lamp.RED
    return Lamp.YELLOW if gap >= thresholds.yellow_gap else Lamp.GREEN


def told_submissions(report: ProgressReport) -> tuple[list[KeptSubmission], list[ReportDecision]]:
    """The submissions of a report and which of them the team took back, newest first.

    Three queries, one more where there are decisions. What was taken back is stored and is not shown.
    """
    reasons = Prefetch("reasons", EntryReason.objects.order_by("task__number"))
    standing = ReportDecision.objects.standing().select_related("by").prefetch_related(reasons)
    submissions = (
        ReportSubmission.objects.filter(report=report)
        .select_related("by")
        .prefetch_related(Prefetch("decisions", standing, to_attr="standing_decisions"))
        .order_by("-number")
    )
    rule = LampRule.objects.filter(action=report.team.action_id).order_by("-number").first()
    thresholds = rule.thresholds if rule else Thresholds()
    kept, back = [], []
    for submission in submissions:
        decision: ReportDecision | None = next(iter(submission.standing_decisions), None)
        if decision is not None and decision.taken_back:
            back.append(decision)
        else:
            kept.append(KeptSubmission(submission, KeptReport.of(submission), decision, thresholds))
    return kept, back


def kept_submissions(report: ProgressReport) -> list[KeptSubmission]:
    """The submissions that stand, newest first."""
    return told_submissions(report)[0]


def reasons_of(decision: ReportDecision | None) -> dict[int, str]:
    """The reasons of a decision by task id."""
    return {reason.task_id: reason.text for reason in decision.reasons.all()} if decision else {}
