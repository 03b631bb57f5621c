"""A submitted report for its reviewer: what was accepted last, what is reported now, what changed since.

Reading only; the verbs are in `review.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.clock import day_of
from governance.lists.text import times_text, whole
from governance.people.models import User

from ..evidence.gallery import Exhibit, evidence_of_submissions
from ..models import HelpRequest, ProgressReport, ReportingPeriod, ReportSubmission, SubmittedEntry, Task
from ..rules.text_difference import Difference, difference
from .document import KeptReport, KeptRow
from .owed_rows import Progress, accepted_entries, doubt_of_move
from .submissions_read import KeptSubmission, ShownRow, reasons_of

QUEUE_SHOWN = 30
"""The most waiting reports beside the one that is reviewed; the others are in the list."""


class Flag(NamedTuple):
    """What a reviewer should look at, and the colour of its badge."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class LastWord:
    """The last accepted report on a task: its progress, text and period."""

    progress: Progress
    text: str
    no_change: bool
    period: ReportingPeriod


@dataclass(frozen=True, slots=True)
class ReviewRow:
    """A submitted row beside the last accepted one."""

    shown: ShownRow
    task: Task
    """The task as it is now: its target in the ledger, and whether it is still open."""
    last: LastWord | None
    """The last accepted row; None where no report has covered the task."""
    flags: Sequence[Flag]
    """What the reviewer should look at."""
    text: Difference
    """The text that was returned, otherwise the last accepted one, and this text, with what differs marked."""
    since: Sequence[str] | None
    """What was changed since the report was returned; None for a first submission."""
    evidence: Sequence[Exhibit]

    @property
    def row(self) -> KeptRow:
        """The row as submitted."""
        return self.shown.row

    @property
    def was_ignored(self) -> bool:
        """Whether the office asked for a change of this row and nothing was changed."""
        return bool(self.shown.asked) and self.since is not None and not self.since


def rows_for_review(report: ProgressReport, kept: Sequence[KeptSubmission], *, on: date, user: User) -> list[ReviewRow]:
    """The rows of the newest of `kept` as of the day `on`, in a constant number of queries."""
    newest = kept[0]
    ids = [row.task_id for row in newest.document.rows]
    tasks = Task.objects.in_bulk(ids)
    last = last_words(ids, report.period)
    before = {row.task_id: row for row in kept[1].document.rows} if len(kept) > 1 else None
    asked = reasons_of(kept[1].decision) if len(kept) > 1 else {}
    evidence = evidence_of_submissions([newest.submission.pk], user)[newest.submission.pk]
    return [
        ReviewRow(
            shown=newest.shown(row, on=on, asked=asked.get(row.task_id, "")),
            task=tasks[row.task_id],
            last=last.get(row.task_id),
            flags=flags_of(row, last.get(row.task_id), evidence.get(row.task_id, ())),
            text=difference(_earlier_text(row, last.get(row.task_id), before), row.text),
            since=None if before is None else changes_since(row, before.get(row.task_id)),
            evidence=evidence.get(row.task_id, ()),
        )
        for row in newest.document.rows
    ]


def flags_of(row: KeptRow, last: LastWord | None, evidence: Sequence[Exhibit]) -> list[Flag]:
    """What the reviewer should look at in a row as submitted (docs/rules.md#review-flags)."""
    found = []
    if doubt := doubt_of_move(row.before, row.now, row.target):
        if doubt.times is not None:
            found.append(Flag(_("%(times)s times the target") % {"times": times_text(doubt.times)}, "red"))
        else:
            points = {"points": whole(doubt.points or 0)}
            found.append(Flag(_("%(points)s points more than last accepted") % points, "red"))
    elif row.target is not None and row.now.done is not None and row.now.done > row.target and row.now != row.before:
        found.append(Flag(_("above the target"), "yellow"))
    if row.unfinished_words:
        found.append(Flag(_("close-out below the target"), "red"))
    if any(exhibit.elsewhere for exhibit in evidence):
        found.append(Flag(_("file used before"), "yellow"))
    if last and row.text and row.text.strip() == last.text.strip():
        found.append(Flag(_("same text as last time"), "yellow"))
    if not row.no_change and not row.evidence:
        found.append(Flag(_("no evidence"), "yellow"))
    return found


@dataclass(frozen=True, slots=True)
class QueueLine:
    """A waiting report in the queue: the days it has waited, the flags in its rows, whether nothing changed."""

    report: ProgressReport
    submission: ReportSubmission
    days: int
    flags: Sequence[Flag]
    is_unchanged: bool
    """Every row says "no change", and nothing is asked for."""

    @property
    def tone(self) -> str:
        """The colour of the most serious flag."""
        return "red" if any(flag.tone == "red" for flag in self.flags) else "yellow"


def review_queue(user: User, *, on: date) -> list[QueueLine]:
    """The first of the reports that wait, longest waiting first, in a constant number of queries."""
    waiting = ProgressReport.objects.visible_to(user).waiting().select_related("team", "period")[:QUEUE_SHOWN]
    reports = {report.pk: report for report in waiting}
    newest = ReportSubmission.objects.waiting().filter(report__in=reports)
    submissions = {submission.report_id: submission for submission in newest}
    evidence = evidence_of_submissions([submission.pk for submission in submissions.values()], user)
    last = _last_texts(submissions.values())
    lines = []
    for report in reports.values():
        submission = submissions[report.pk]
        kept = KeptReport.of(submission)
        files = evidence[submission.pk]
        flags = [
            flag
            for row in kept.rows
            for flag in flags_of(row, last.get((submission.pk, row.task_id)), files.get(row.task_id, ()))
        ]
        days = (on - day_of(submission.at)).days
        lines.append(QueueLine(report, submission, days, flags, kept.is_unchanged))
    return lines


def _last_texts(submissions: Iterable[ReportSubmission]) -> dict[tuple[int, int], LastWord]:
    """The last accepted row before each row of several submissions, by submission and task: two queries."""
    earlier = accepted_entries("task").filter(
        submission__report__period__starts_on__lt=OuterRef("submission__report__period__starts_on")
    )
    rows = SubmittedEntry.objects.filter(submission__in=[each.pk for each in submissions]).order_by()
    found = list(rows.annotate(last=Subquery(earlier.values("pk")[:1])).values_list("submission", "task", "last"))
    words = _words_by_entry(last for *_, last in found if last)
    return {(submission, task): words[last] for submission, task, last in found if last}


def _words_by_entry(entry_ids: Iterable[int]) -> dict[int, LastWord]:
    entries = SubmittedEntry.objects.filter(pk__in=list(entry_ids)).select_related("submission__report__period")
    return {
        entry.pk: LastWord(
            Progress(entry.percent, entry.done), entry.text, entry.no_change, entry.submission.report.period
        )
        for entry in entries
    }


def last_words(task_ids: Iterable[int], period: ReportingPeriod) -> dict[int, LastWord]:
    """The last accepted row on each task before `period`, by task id: two queries."""
    earlier = accepted_entries("pk").filter(submission__report__period__starts_on__lt=period.starts_on)
    latest = Task.objects.filter(pk__in=list(task_ids)).annotate(entry=Subquery(earlier.values("pk")[:1]))
    found = dict(latest.exclude(entry=None).values_list("pk", "entry"))
    words = _words_by_entry(found.values())
    return {task_id: words[entry_id] for task_id, entry_id in found.items()}


def changes_since(row: KeptRow, before: KeptRow | None) -> list[str]:
    """How a row differs from the returned one, in the reader's language; empty when nothing changed."""
    if before is None:
        return [_("new in this submission")]
    found = []
    if row.now != before.now:
        found.append(f"{before.now.words(row.unit)} → {row.now.words(row.unit)}")
    if row.no_change != before.no_change:
        found.append(_("“no change” ticked") if row.no_change else _("“no change” unticked"))
    if row.text != before.text:
        found.append(_("text changed") if row.text else _("text removed"))
    if row.reason != before.reason:
        found.append(_("reason changed"))
    found += _files_since(row, before)
    if (row.asks_close_out, row.asks_due_on, row.ask_reason) != (
        before.asks_close_out,
        before.asks_due_on,
        before.ask_reason,
    ):
        found.append(_("request changed"))
    return found


@dataclass(frozen=True, slots=True)
class WaitingMatter:
    """A matter for coordination with the days it has waited and the days it is overdue."""

    matter: HelpRequest
    days: int
    days_over: int


def matters_of(report: ProgressReport, *, on: date) -> list[WaitingMatter]:
    """The report's matters for coordination as of the day `on`: one query."""
    matters = report.help_requests.select_related("to", "owner", "answered_by")
    return [WaitingMatter(matter, matter.days_waited(on), matter.days_over(on)) for matter in matters]


def _earlier_text(row: KeptRow, last: LastWord | None, before: Mapping[int, KeptRow] | None) -> str:
    """The text that a row's is compared with: that of the returned submission, otherwise of the last accepted one."""
    if before is not None and row.task_id in before:
        return before[row.task_id].text
    return last.text if last else ""


def _files_since(row: KeptRow, before: KeptRow) -> list[str]:
    now, was = ({file.sha256 for file in each.evidence} for each in (row, before))
    found = []
    if added := len(now - was):
        found.append(ngettext("%(count)s file added", "%(count)s files added", added) % {"count": added})
    if gone := len(was - now):
        found.append(ngettext("%(count)s file removed", "%(count)s files removed", gone) % {"count": gone})
    return found
