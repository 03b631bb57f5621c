"""Submit a progress report (docs/rules.md#progress-reports).

What is submitted is complete and kept word for word; editing a returned report never touches it.
"""

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, NotAllowed, Refused
from governance.records.verbs import record, save_version, tell, verb

from ..guards import check_submitting, locked_report
from ..models import (
    ProgressReport,
    ReportSubmission,
    SubmittedEntry,
    SubmittedEvidence,
)
from ..notices import TeamNotice
from ..roster.recipients import office_people
from ..states import REPORT_MOVES, ReportState, check_move
from ..tasks.close_outs import ask_close_out
from ..tasks.extensions import ask_extension
from .completeness import CompleteReport, complete_report
from .document import ReportedRow, digest, document_of
from .written import row_field


class RequestRefused(Invalid):
    """What a row asks for cannot be asked; `fields` says at which row and why. The report is not submitted."""

    message = _("The report was not submitted: something asked in a row cannot be asked. Take it out, or correct it.")


@verb(says=_("submitted a report"))
def submit_report(
    report: ProgressReport, *, by: User, at: datetime, seen: int | None = None, behalf: str = ""
) -> ReportSubmission:
    """Submit a draft or returned report and keep what was submitted, word for word.

    The first submission decides whether it is on time (docs/rules.md#reports-on-time). With `behalf` the office
    submits what came on paper. What rows ask for (close-out, a new due date) is asked in the same transaction, once:
    with the first submission that carries it. Matters for coordination are sent with it.

    Raises:
        NotAllowed: `by` does not speak for this team.
        PeriodNotOpen: the period has not reached its last day or is closed.
        WrongState: the report is not a draft or returned.
        Stale: the report has changed since version `seen`.
        ReportIncomplete: an open task lacks an entry or a reason, or a next step of last time its outcome.
        RequestRefused: what a row asks for cannot be asked.
    """
    report = locked_report(report, seen)
    require("enter_report_on_paper" if behalf else "submit_report", by, report)
    check_move(report, ReportState.SUBMITTED, REPORT_MOVES)
    check_submitting(report.team, report.period, on=day_of(at))
    complete = complete_report(report, on=day_of(at))
    asking = _not_asked_before(report, complete.rows)
    first = report.first_submitted_at or at
    submission = _keep(report, complete, on_time=first <= report.period.due_at, by=by, at=at, behalf=behalf)
    _ask(asking, by=by, at=at, behalf=behalf)
    save_version(
        report,
        {
            "state": ReportState.SUBMITTED,
            "first_submitted_at": first,
            "submitted_at": at,
            "resubmit_by": None,
            "decided_at": None,
            "word_back": "",
        },
    )
    record(
        "submit_report",
        report,
        by=by,
        at=at,
        change={"submission": submission.number, "on_time": submission.on_time, "sha256": submission.sha256},
        behalf=behalf,
    )
    tell(
        office_people(),
        TeamNotice.REPORT_SUBMITTED,
        key=f"report-{report.pk}-submission-{submission.number}",
        url=report.get_review_url(),
        at=at,
        facts={"team": report.team.short_name, "period": report.period.days},
    )
    return submission


def _not_asked_before(report: ProgressReport, rows: Sequence[ReportedRow]) -> list[ReportedRow]:
    """Rows that ask for something which the submission before did not ask word for word."""
    asking = [row for row in rows if row.asks]
    if not asking or report.first_submitted_at is None:
        return asking
    before = SubmittedEntry.objects.filter(
        submission__report=report,
        submission__number=report.submissions.count(),
        task__in=[row.owed.task for row in asking],
    )
    asked = {entry.task_id: (entry.asks_close_out, entry.asks_due_on, entry.ask_reason) for entry in before}
    return [row for row in asking if asked.get(row.owed.task.pk) != row.asks]


def _ask(rows: Sequence[ReportedRow], *, by: User, at: datetime, behalf: str) -> None:
    """Ask what the rows ask for.

    Raises:
        RequestRefused: by field, for all rows whose request is refused.
    """
    faults = {}
    for row in rows:
        name = row_field(row.owed.task.pk, "asks_close_out" if row.asks_close_out else "asks_due_on")
        try:
            if behalf:
                raise NotAllowed(_("Only the head or a deputy asks for this; take it out of the report on paper."))
            if row.asks_close_out:
                ask_close_out(row.owed.task, statement=row.ask_reason or row.text, by=by, at=at)
            else:
                ask_extension(row.owed.task, new_due_on=row.asks_due_on, reason=row.ask_reason, by=by, at=at)
        except Refused as refusal:
            faults[name] = " ".join(map(str, refusal.fields.values())) or refusal.message
    if faults:
        raise RequestRefused(fields=faults)


def _keep(
    report: ProgressReport, complete: CompleteReport, *, on_time: bool, by: User, at: datetime, behalf: str
) -> ReportSubmission:
    """Insert the submission with its rows and their files; its matters are sent."""
    number = report.submissions.count() + 1 if report.first_submitted_at else 1
    document = document_of(
        {
            "team": report.team.code,
            "team_name": report.team.name,
            "period": [report.period.starts_on, report.period.ends_on],
            "due_at": report.period.due_at,
            "number": number,
            "submitted_at": at,
            "submitted_by": by.name,
            "behalf": behalf,
            "on_time": on_time,
        },
        complete.rows,
        complete.matters,
        complete.steps,
        complete.said,
    )
    submission = ReportSubmission.objects.create(
        report=report,
        number=number,
        on_time=on_time,
        document=document,
        sha256=digest(document),
        behalf=behalf,
        at=at,
        by=by,
    )
    entries = SubmittedEntry.objects.bulk_create(
        [
            SubmittedEntry(
                submission=submission,
                task=row.owed.task,
                percent=row.now.percent,
                done=row.now.done,
                no_change=row.no_change,
                text=row.text,
                reason=row.reason,
                asks_close_out=row.asks_close_out,
                asks_due_on=row.asks_due_on,
                ask_reason=row.ask_reason,
                at=at,
                by=by,
            )
            for row in complete.rows
        ],
        batch_size=500,
    )
    files = [
        SubmittedEvidence(entry=entry, file=link.file, caption=link.caption, dated_on=link.dated_on, at=at, by=by)
        for entry, row in zip(entries, complete.rows, strict=True)
        for link in row.evidence
    ]
    if files:
        SubmittedEvidence.objects.bulk_create(files, batch_size=500)
    if any(matter.asked_at is None for matter in complete.matters):
        report.help_requests.filter(asked_at=None).update(asked_at=at)
    return submission
