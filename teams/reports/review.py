"""Verbs of the review: open a submitted report, accept it, or return it (docs/rules.md#progress-reports)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Self

from django.db import models
from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, clauses_text, day_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.verbs import in_one_transaction, locked, record, save_version, tell, verb

from ..guards import moment_after
from ..models import (
    EntryReason,
    ProgressReport,
    ReportDecision,
    ReportSubmission,
    SubmissionReading,
    SubmittedEntry,
    Task,
)
from ..notices import TeamNotice
from ..roster.recipients import people_of
from ..rules.progress import percent_of_quantity
from ..states import REPORT_MOVES, ReportState, TaskState, check_move
from ..tasks.changes import Change, LampContext, write_changes
from .owed_rows import Progress

UNDER_WAY: Mapping[str, TaskState] = {
    TaskState.ASSIGNED: TaskState.IN_PROGRESS,
    TaskState.ACKNOWLEDGED: TaskState.IN_PROGRESS,
}
"""The state of a task once progress is reported on it."""


class Why(models.TextChoices):
    """Why an accepted row was not written into its task."""

    CLOSED = "closed", _("no longer open")
    NEWER = "newer", _("a later period has already been accepted")
    COUNTED = "counted", _("counted by quantity since then")


@dataclass(frozen=True, slots=True)
class PassedOver:
    """A task that an accepted row did not change."""

    task: Task
    why: Why


def passed_over_words(passed_over: Iterable[PassedOver]) -> str:
    """The skipped tasks, each with its reason."""
    named = clauses_text(f"{each.task} ({each.why.label})" for each in passed_over)
    return gettext("Not updated: %(tasks)s.") % {"tasks": named}


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What accepting a report did: the decision, the changed tasks, the skipped ones."""

    decision: ReportDecision
    written: list[Task]
    passed_over: list[PassedOver]


@dataclass(frozen=True, slots=True)
class Move:
    """What accepting changes in a task: its progress before and after."""

    task: Task
    before: Progress
    after: Progress

    @classmethod
    def of(cls, change: Change) -> Self:
        """The move in a change that is not written yet."""
        task, fields = change.task, change.fields
        after = Progress(fields.get("percent", task.percent), fields.get("done", task.done))
        return cls(task, Progress(task.percent, task.done), after)

    @property
    def words(self) -> str:
        """As text: "66 → 74 villages"."""
        return f"{self.before.words('')} → {self.after.words(self.task.unit)}"


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What accepting a report would do now: the tasks that would change, and those skipped."""

    moves: list[Move]
    passed_over: list[PassedOver]


@verb(says=_("accepted a report"))
def accept_report(report: ProgressReport, *, by: User, at: datetime, seen: int | None = None) -> Acceptance:
    """Accept a submitted report and write its progress into the tasks, all or nothing.

    The later period wins; tasks closed since are skipped and named. Progress counts as of the period's last day.
    `seen` is the number of the submission that was opened. The number of queries does not depend on the number of rows,
    except that many rows are written in batches.

    Raises:
        NotAllowed: `by` is not of the office, is of the team, or submitted the report.
        WrongState: the report is not submitted, or another submission has replaced `seen`.
        ClockBehind: it was submitted on a later day than that of `at`.
    """
    report, submission, entries = _opened(report, "accept_report", ReportState.ACCEPTED, by=by, seen=seen)
    at = moment_after(report.decided_at or submission.at, at, report)
    changes, passed_over = _changes(report, entries)
    if changes:
        lamp_context = LampContext.of(report.period.action)
        write_changes(changes, cause="accept_report", by=by, at=at, lamp_context=lamp_context)
    number = decision_number(report, submission)
    decision = ReportDecision.objects.create(submission=submission, number=number, accepted=True, at=at, by=by)
    save_version(report, {"state": ReportState.ACCEPTED, "decided_at": at})
    record(
        "accept_report",
        report,
        by=by,
        at=at,
        change={
            "submission": submission.number,
            "written": [change.task.number for change in changes],
            "passed_over": {str(each.task.number): each.why for each in passed_over},
        },
    )
    tell_team(report, TeamNotice.REPORT_ACCEPTED, decision, at=at)
    return Acceptance(decision, [change.task for change in changes], passed_over)


@in_one_transaction
def accept_reports(reports: Iterable[ProgressReport], *, by: User, at: datetime) -> list[Acceptance]:
    """Accept several submitted reports, all or none, earlier periods first.

    Each has its own audit event and notice, as if accepted alone, so that the history of each report tells who decided.
    All are locked in one order before the first is decided, so that two people who accept overlapping selections never
    wait for each other.

    Raises:
        NotAllowed: as `accept_report`, naming the report.
        WrongState: as `accept_report`, naming the report.
    """
    chosen = ProgressReport.objects.filter(pk__in=[report.pk for report in reports])
    list(chosen.select_for_update(no_key=True).order_by("pk").values_list("pk"))
    accepted = []
    for report in chosen.select_related("team", "period").order_by("period__starts_on", "team__order", "pk"):
        try:
            accepted.append(accept_report(report, by=by, at=at))
        except (NotAllowed, WrongState) as refusal:
            named = {"report": report, "why": refusal.message}
            raise type(refusal)(_("%(report)s: %(why)s No report was accepted.") % named) from refusal
    return accepted


@verb(says=_("opened a submitted report"))
def open_submission(submission: ReportSubmission, *, by: User, at: datetime) -> SubmissionReading | None:
    """Record the first time that a person who is not of the team opened a submission.

    None when it is recorded already, when `by` entered it themselves, or when the team has just taken it back.

    Raises:
        NotAllowed: `by` may not read the team's reports, or is of the team.
    """
    report = ProgressReport.objects.get(pk=submission.report_id)
    require("open_submission", by, report)
    submission = locked(submission)
    is_back = ReportDecision.objects.filter(submission=submission, taken_back=True).exists()
    if is_back or submission.by_id == by.pk or submission.readings.filter(by=by).exists():
        return None
    reading = SubmissionReading.objects.create(submission=submission, by=by, at=at)
    record("open_submission", report, by=by, at=at, change={"submission": submission.number})
    return reading


@verb(says=_("returned a report for revision"))
def return_report(
    report: ProgressReport,
    *,
    reason: str,
    resubmit_by: date | None,
    reasons: Mapping[int, str] | None = None,
    by: User,
    at: datetime,
    seen: int | None = None,
) -> ReportDecision:
    """Return a submitted report for revision: a reason, reasons by task id, and a day for the new submission.

    `seen` is the number of the submission that was opened.

    Raises:
        NotAllowed: `by` is not of the office, is of the team, or submitted the report.
        WrongState: the report is not submitted, or another submission has replaced `seen`.
        Invalid: no reason, a day that has passed, or a reason for a task that is not in the report.
        ClockBehind: it was submitted on a later day than that of `at`.
    """
    report, submission, entries = _opened(report, "return_report", ReportState.RETURNED, by=by, seen=seen)
    at = moment_after(report.decided_at or submission.at, at, report)
    reasons = {task_id: text.strip() for task_id, text in (reasons or {}).items() if text.strip()}
    _check_return(reason, resubmit_by, reasons, entries, on=day_of(at))
    decision = ReportDecision.objects.create(
        submission=submission,
        number=decision_number(report, submission),
        accepted=False,
        reason=reason.strip(),
        resubmit_by=resubmit_by,
        at=at,
        by=by,
    )
    EntryReason.objects.bulk_create(
        [EntryReason(decision=decision, task_id=task_id, text=text, at=at, by=by) for task_id, text in reasons.items()]
    )
    save_version(report, {"state": ReportState.RETURNED, "decided_at": at, "resubmit_by": resubmit_by})
    record(
        "return_report",
        report,
        by=by,
        at=at,
        change={
            "submission": submission.number,
            "reason": decision.reason,
            "resubmit_by": resubmit_by,
            "rows": [entry.task.number for entry in entries if entry.task_id in reasons],
        },
    )
    tell_team(report, TeamNotice.REPORT_RETURNED, decision, at=at, due_on=resubmit_by)
    return decision


def _opened(
    report: ProgressReport, rule: str, to: ReportState, *, by: User, seen: int | None
) -> tuple[ProgressReport, ReportSubmission, list[SubmittedEntry]]:
    """Lock the report and its rows' tasks, check that `by` may decide, and read the undecided submission."""
    report = locked(report, "team", "period__action")
    require(rule, by, report)
    check_move(report, to, REPORT_MOVES)
    entries = _entries(report)
    submission = entries[0].submission if entries else report.submissions.waiting().get()
    if submission.by_id == by.pk:
        raise NotAllowed(_("You submitted this report, so another person of the special office has to review it."))
    if seen is not None and seen != submission.number:
        raise WrongState(_("The report has been submitted again since you opened it. Reload the page and check again."))
    return report, submission, entries


def decision_number(report: ProgressReport, submission: ReportSubmission) -> int:
    """The number of the next decision on a locked report's submission: another was undone where it has a moment."""
    return submission.decisions.count() + 1 if report.decided_at else 1


def foreseen(report: ProgressReport) -> Foreseen:
    """What accepting a submitted report would write now, for the foot of the review: two queries."""
    changes, passed_over = _changes(report, list(_undecided(report)))
    return Foreseen([Move.of(change) for change in changes], passed_over)


def _undecided(report: ProgressReport) -> QuerySet[SubmittedEntry]:
    """The undecided submission's rows with their tasks."""
    return (
        SubmittedEntry.objects.filter(submission__in=ReportSubmission.objects.waiting().filter(report=report))
        .select_related("task", "submission")
        .order_by("task_id")
    )


def _entries(report: ProgressReport) -> list[SubmittedEntry]:
    """The undecided submission's rows with their locked tasks."""
    return list(_undecided(report).select_for_update(no_key=True, of=("task",)))


def _with_later_word(report: ProgressReport, entries: Sequence[SubmittedEntry]) -> frozenset[int]:
    """Ids of the tasks with an accepted report of a later period; read after locking them, never in the same query.

    A query that waits for a lock sees the other tables as they were before it waited.
    """
    later = SubmittedEntry.objects.accepted().filter(
        task__in=[entry.task_id for entry in entries],
        submission__report__period__starts_on__gt=report.period.starts_on,
    )
    return frozenset(later.values_list("task_id", flat=True))


def _changes(report: ProgressReport, entries: Sequence[SubmittedEntry]) -> tuple[list[Change], list[PassedOver]]:
    """What the rows write into their tasks; rows without change write nothing."""
    changes, passed_over = [], []
    spoken = _with_later_word(report, entries)
    for entry in entries:
        if entry.no_change:
            continue
        why = _passed_over(entry, spoken)
        if why:
            passed_over.append(PassedOver(entry.task, why))
            continue
        fields = _moved(entry)
        if fields:
            changes.append(Change(entry.task, {**fields, **_consequences(entry.task, report.period.ends_on)}))
    return changes, passed_over


def _passed_over(entry: SubmittedEntry, spoken: frozenset[int]) -> Why | None:
    if not entry.task.is_open:
        return Why.CLOSED
    if entry.task_id in spoken:
        return Why.NEWER
    if entry.task.target is not None and entry.done is None:
        return Why.COUNTED
    return None


def _moved(entry: SubmittedEntry) -> dict[str, Decimal]:
    """Percent and count where they differ from the task's; a count is measured against the present target."""
    task = entry.task
    now: dict[str, Decimal] = {}
    if task.target is None:
        now = {"percent": entry.percent}
    elif entry.done is not None:
        now = {"done": entry.done, "percent": percent_of_quantity(done=entry.done, target=task.target)}
    return {name: value for name, value in now.items() if getattr(task, name) != value}


def _consequences(task: Task, progressed_on: date) -> dict[str, date | str]:
    return {
        "progressed_on": max(filter(None, (task.progressed_on, progressed_on))),
        "state": UNDER_WAY.get(task.state, task.state),
    }


def _check_return(
    reason: str, resubmit_by: date | None, reasons: Mapping[int, str], entries: Sequence[SubmittedEntry], *, on: date
) -> None:
    faults: dict[str, Text] = {}
    if not reason.strip():
        faults["reason"] = _("Say what the team should add or correct.")
    if resubmit_by is None or resubmit_by < on:
        faults["resubmit_by"] = _("The report cannot be due again before today, %(day)s.") % {"day": day_text(on)}
    if not reasons.keys() <= {entry.task_id for entry in entries}:
        faults["reason"] = _("A reason refers to a task that is not in this report. Reload the page.")
    if faults:
        raise Invalid(fields=faults)


def tell_team(
    report: ProgressReport, kind: TeamNotice, decision: ReportDecision, *, at: datetime, due_on: date | None = None
) -> None:
    """Notify the team of a decision; each is an occasion of its own."""
    facts = {"period": report.period.days}
    if due_on:
        facts["by"] = day_text(due_on)
    tell(
        people_of(report.team),
        kind,
        key=f"report-{report.pk}-decision-{decision.submission.number}-{decision.number}",
        url=report.get_absolute_url(),
        at=at,
        facts=facts,
        due_on=due_on,
    )
