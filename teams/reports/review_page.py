"""A submitted report for its reviewer: what was accepted last, what is reported now, what changed since.

Reading only; the verbs are in `review.py`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Subquery
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.people.models import User

from ..evidence.gallery import Exhibit, evidence_of_submission
from ..models import HelpRequest, ProgressReport, ReportingPeriod, SubmittedEntry, Task
from .document import KeptRow
from .owed_rows import Progress, accepted_entries
from .submissions_read import KeptSubmission, ShownRow, reasons_of


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
    repeats: bool
    """Whether the text repeats the last report word for word."""
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
    evidence = evidence_of_submission(newest.submission.pk, user)
    return [
        ReviewRow(
            shown=newest.shown(
                row,
                on=on,
                asked=asked.get(row.task_id, ""),
                before=_compared_with(row, last.get(row.task_id), before),
            ),
            task=tasks[row.task_id],
            last=last.get(row.task_id),
            repeats=_repeats(row, last.get(row.task_id)),
            since=None if before is None else changes_since(row, before.get(row.task_id)),
            evidence=evidence.get(row.task_id, ()),
        )
        for row in newest.document.rows
    ]


def last_words(task_ids: Iterable[int], period: ReportingPeriod) -> dict[int, LastWord]:
    """The last accepted row on each task before `period`, by task id: one query."""
    earlier = accepted_entries("pk").filter(submission__report__period__starts_on__lt=period.starts_on)
    latest = Task.objects.filter(pk__in=list(task_ids)).annotate(entry=Subquery(earlier.values("pk")[:1]))
    entries = SubmittedEntry.objects.filter(pk__in=latest.values("entry")).select_related("submission__report__period")
    return {
        entry.task_id: LastWord(
            Progress(entry.percent, entry.done), entry.text, entry.no_change, entry.submission.report.period
        )
        for entry in entries
    }


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


def _compared_with(row: KeptRow, last: LastWord | None, before: Mapping[int, KeptRow] | None) -> str | None:
    """The text to compare a row's with: that of the returned submission, otherwise of the last accepted one."""
    if before is not None:
        return before[row.task_id].text if row.task_id in before else None
    return last.text if last else None


def _repeats(row: KeptRow, last: LastWord | None) -> bool:
    return bool(last and row.text and row.text.strip() == last.text.strip())


def _files_since(row: KeptRow, before: KeptRow) -> list[str]:
    now, was = ({file.sha256 for file in each.evidence} for each in (row, before))
    found = []
    if added := len(now - was):
        found.append(ngettext("%(count)s file added", "%(count)s files added", added) % {"count": added})
    if gone := len(was - now):
        found.append(ngettext("%(count)s file removed", "%(count)s files removed", gone) % {"count": gone})
    return found
