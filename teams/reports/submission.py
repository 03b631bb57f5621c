"""Submitting a progress report (docs/rules.md#progress-reports).

A submission is complete and stored word for word; editing a returned report never changes it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.records.refusals import Invalid, NotAllowed, Refused
from governance.records.verbs import record, save_version, tell, verb

from ..guards import check_editable, check_submitting, locked_report, moment_after, require_report_rule
from ..models import (
    NextStep,
    ProgressReport,
    ReportSubmission,
    SubmittedEntry,
    SubmittedEvidence,
)
from ..notices import TeamNotice
from ..roster.recipients import office_people
from ..states import ReportState
from ..tasks.close_outs import ask_close_out
from ..tasks.extensions import ask_extension
from .completeness import CompleteReport
from .document import digest, document_of
from .draft_report import DraftRow
from .written import row_field


class RequestRefused(Invalid):
    """A request in a row was refused; `fields` says in which row and why. The report is not submitted."""

    message = _("The report was not submitted: a request in one of the rows is not possible. Remove or correct it.")


@verb(says=_("submitted a report"))
def submit_report(
    report: ProgressReport, *, by: User, at: datetime, seen: int | None = None, behalf: str = ""
) -> ReportSubmission:
    """Submit a draft or returned report and store it word for word.

    The first submission that stands decides whether it is on time (docs/rules.md#reports-on-time). With `behalf` the
    office submits a report received on paper. Requests in rows (close-out, a new due date) are made in the same
    transaction, once: with the first submission that carries them. Matters for coordination are sent with it.

    Raises:
        NotAllowed: `by` may not submit for this team.
        PeriodNotOpen: the period has not reached its last day or is closed.
        WrongState: the report is not a draft or returned.
        Stale: the report has changed since version `seen`.
        ReportIncomplete: an open task lacks an entry or a reason, or a next step of the last report its outcome.
        RequestRefused: a request in a row is refused.
        ClockBehind: the report was decided on a later day than that of `at`.
    """
    report = locked_report(report, seen)
    require_report_rule("submit_report", by, report, behalf=behalf)
    check_editable(report)
    at = moment_after(report.decided_at or report.submitted_at, at, report)
    check_submitting(report.team, report.period, on=day_of(at))
    complete = _with_steps_not_due(CompleteReport.of(report, on=day_of(at)))
    _ask(complete.newly_asked(), by=by, at=at, behalf=behalf)
    submission = _keep(complete, by=by, at=at, behalf=behalf)
    _move(report, on_time=submission.on_time, at=at)
    _record(submission, by=by, at=at, behalf=behalf)
    return submission


def _with_steps_not_due(complete: CompleteReport) -> CompleteReport:
    """Steps of last time that are not due yet become next steps of this report, so that the next one asks again.

    A step that became a task is followed there.
    """
    texts = {step.text for step in complete.steps}
    first = max((step.order for step in complete.steps), default=-1) + 1
    waiting = [
        step
        for step in complete.said
        if step.outcome == NextStep.Outcome.NOT_DUE and step.task_id is None and step.text not in texts
    ]
    again = [
        NextStep(report=complete.report, text=step.text, due_on=step.due_on, order=order)
        for order, step in enumerate(waiting, start=first)
    ]
    return replace(complete, steps=[*complete.steps, *NextStep.objects.bulk_create(again)]) if again else complete


def _ask(rows: Sequence[DraftRow], *, by: User, at: datetime, behalf: str) -> None:
    """Make the requests in the rows.

    Raises:
        RequestRefused: by field, for all rows whose request is refused.
    """
    faults = {}
    for row in rows:
        task, entry = row.owed.task, row.entry
        try:
            if behalf:
                raise NotAllowed(_("Only the head or a deputy can request this; remove it from the paper report."))
            if entry.asks_close_out:
                ask_close_out(task, statement=entry.ask_reason or entry.text, by=by, at=at)
            elif entry.asks_due_on is not None:
                ask_extension(task, new_due_on=entry.asks_due_on, reason=entry.ask_reason, by=by, at=at)
        except Refused as refusal:
            name = row_field(task.pk, "asks_close_out" if entry.asks_close_out else "asks_due_on")
            faults[name] = refusal.words
    if faults:
        raise RequestRefused(fields=faults)


def _keep(complete: CompleteReport, *, by: User, at: datetime, behalf: str) -> ReportSubmission:
    """Insert the submission with its rows and their files; send its matters."""
    submission = _insert(complete, by=by, at=at, behalf=behalf)
    entries = SubmittedEntry.objects.bulk_create(complete.entries_of(submission), batch_size=500)
    files = complete.evidence_of(entries)
    if files:
        SubmittedEvidence.objects.bulk_create(files, batch_size=500)
    if any(matter.asked_at is None for matter in complete.matters):
        complete.report.help_requests.filter(asked_at=None).update(asked_at=at)
    return submission


def _insert(complete: CompleteReport, *, by: User, at: datetime, behalf: str) -> ReportSubmission:
    """The next submission of the report, with its document and digest."""
    report, period = complete.report, complete.report.period
    number = report.submissions.count() + 1 if report.was_sent else 1
    on_time = at <= period.due_at if report.on_time is None else report.on_time
    head = {
        "team": report.team.code,
        "team_name": report.team.name,
        "period": [period.starts_on, period.ends_on],
        "due_at": period.due_at,
        "number": number,
        "submitted_at": at,
        "submitted_by": by.name,
        "behalf": behalf,
        "on_time": on_time,
    }
    document = document_of(head, complete)
    kept = {"document": document, "sha256": digest(document), "behalf": behalf}
    return ReportSubmission.objects.create(report=report, number=number, on_time=on_time, **kept, at=at, by=by)


def _move(report: ProgressReport, *, on_time: bool, at: datetime) -> None:
    """Set the report to submitted; earlier decisions and notes on the draft are cleared.

    `on_time` is what the first submission was.
    """
    fields = {
        "state": ReportState.SUBMITTED,
        "first_submitted_at": report.first_submitted_at or at,
        "on_time": on_time,
        "submitted_at": at,
        "resubmit_by": None,
        "decided_at": None,
        "word_back": "",
    }
    save_version(report, fields)


def _record(submission: ReportSubmission, *, by: User, at: datetime, behalf: str) -> None:
    """Write the audit event and notify the office."""
    report = submission.report
    change = {"submission": submission.number, "on_time": submission.on_time, "sha256": submission.sha256}
    record("submit_report", report, by=by, at=at, change=change, behalf=behalf)
    tell_office(
        TeamNotice.REPORT_SUBMITTED, report, f"submission-{submission.number}", url=report.get_review_url(), at=at
    )


def tell_office(kind: TeamNotice, report: ProgressReport, key: str, *, url: str, at: datetime) -> None:
    """Tell the office what the team did with its report; `key` tells this notice from the report's others."""
    facts = {"team": report.team.short_name, "period": report.period.days}
    tell(office_people(), kind, key=f"report-{report.pk}-{key}", url=url, at=at, facts=facts)
