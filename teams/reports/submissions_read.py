"""Submitted reports as pages show them: word for word, with what was decided and what is new in them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Prefetch, Q, QuerySet, Subquery

from governance.clock import day_of

from ..models import (
    EntryReason,
    LampRule,
    NextStep,
    ProgressReport,
    ReportDecision,
    ReportingPeriod,
    ReportSubmission,
    SpecialTeam,
)
from ..rules.lamps import Lamp, Thresholds
from .document import KeptReport, KeptRow

SENTENCE = re.compile(r"[^。；！？;!?\n]*[。；！？;!?\n]?")


class Part(NamedTuple):
    """A sentence, and whether the submission before did not have it."""

    text: str
    is_new: bool


@dataclass(frozen=True)
class ShownRow:
    """A submitted row on a page."""

    row: KeptRow
    parts: list[Part]
    """What was done, with what is new since the submission before."""
    asked: str
    """What the office asks to be added."""
    days_over: int
    """Days past the due date; 0 when it is not past."""
    tone: Lamp
    """The colour of the strip: what the lamp would be with the new number."""
    field: Any = None
    """The field for the reason to return it, on the review page."""
    exhibits: Sequence[Any] = ()
    """The files that were submitted with it."""


@dataclass(frozen=True)
class KeptSubmission:
    """A submission, its document, and the office's decision on it, if there is one."""

    submission: ReportSubmission
    document: KeptReport
    decision: ReportDecision | None
    thresholds: Thresholds

    @property
    def rows(self) -> list[ShownRow]:
        """The rows as of the day on which they were submitted, each with the reason for which it was returned."""
        reasons = reasons_of(self.decision)
        on = day_of(self.submission.at)
        return [self.shown(row, on=on, asked=reasons.get(row.task_id, "")) for row in self.document.rows]

    def shown(self, row: KeptRow, *, on: date, asked: str, before: str | None = None, field: Any = None) -> ShownRow:
        """A row as of the day `on`, compared with what was said of it `before`."""
        over = (on - row.due_on).days if row.due_on and on > row.due_on else 0
        return ShownRow(row, compared(row.text, before), asked, over, tone_of(row, self.thresholds, over), field)


def tone_of(row: KeptRow, thresholds: Thresholds, days_over: int) -> Lamp:
    """Red, yellow or green by the due date and the gap to plan, like the lamp (docs/rules.md#lamp)."""
    gap = row.behind or 0
    if days_over or gap > thresholds.red_gap:
        return Lamp.RED
    return Lamp.YELLOW if gap >= thresholds.yellow_gap else Lamp.GREEN


def kept_submissions(report: ProgressReport) -> list[KeptSubmission]:
    """All submissions of a report, the newest first: three queries, one more where there are decisions."""
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
    """The sentences of `text`, marked where `before` lacks them; nothing is marked when there was nothing before."""
    known = {sentence.strip() for sentence in SENTENCE.findall(before or "")}
    return [
        Part(sentence, before is not None and sentence.strip() not in known)
        for sentence in SENTENCE.findall(text)
        if sentence
    ]


def review_rows(form: Any, kept: Sequence[KeptSubmission], *, on: date) -> list[ShownRow]:
    """The rows of the newest submission as of the day `on`, beside those of the one before it."""
    earlier = {each.row.task_id: each for each in kept[1].rows} if len(kept) > 1 else {}
    rows = []
    for row, field in form.rows():
        last = earlier.get(row.task_id)
        before, asked = (last.row.text, last.asked) if last else (None, "")
        rows.append(kept[0].shown(row, on=on, asked=asked, before=before, field=field))
    return rows


def last_steps(team: SpecialTeam, period: ReportingPeriod) -> QuerySet[NextStep]:
    """The next steps with which the team's report for `period` opens: those of its latest submitted report before.

    What another report has followed up meanwhile is left out.
    """
    last = (
        ProgressReport.objects.filter(
            team=team, period__starts_on__lt=period.starts_on, first_submitted_at__isnull=False
        )
        .order_by("-period__starts_on")
        .values("pk")[:1]
    )
    open_or_here = Q(followed_in=None) | Q(followed_in__team=team, followed_in__period=period)
    return NextStep.objects.filter(open_or_here, report=Subquery(last)).select_related("task")
