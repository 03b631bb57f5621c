"""Verbs of a team's progress report: hand the draft to the head, submit it (DESIGN 4, progress report).

What is submitted is complete and kept word for word; editing a returned report never touches it.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.writing import count_text, day_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.models import Notice
from governance.records.refusals import Invalid, Stale
from governance.records.verbs import locked, record, save_version, tell, verb

from .drafting import PeriodNotOpen, check_drafting, check_editable, row_field
from .models import ProgressReport, ReportEntry, ReportingPeriod, ReportSubmission, SpecialTeam, SubmittedEntry, Task
from .owed import OwedTask, Progress, tasks_owed
from .recipients import heads_of, office_people
from .report_document import ReportedRow, digest, document_of
from .states import REPORT_MOVES, ReportState, check_move


class ReportIncomplete(Invalid):
    """Open tasks lack an entry or a reason; `tasks` are those, `fields` says what each lacks."""

    message = _("The report is not complete. Please add what is marked.")

    def __init__(self, tasks: Sequence[Task], fields: Mapping[str, Any]) -> None:
        super().__init__(fields=fields)
        self.tasks = list(tasks)


@verb
def hand_over_report(report: ProgressReport, *, by: User, at: datetime, seen: int | None = None) -> ProgressReport:
    """Tell head and deputies that the draft is complete and waits for them.

    Raises:
        NotAllowed: `by` does not draft for this team.
        PeriodNotOpen: the period has not reached its last day or is closed.
        WrongState: the report lies at the office or is accepted.
        Stale: the report has changed since version `seen`.
        ReportIncomplete: an open task lacks an entry or a reason; carries the tasks.
    """
    report = _locked_report(report, seen)
    require("hand_over_report", by, report)
    check_editable(report)
    check_submitting(report.team, report.period, on=day_of(at))
    complete_rows(report, on=day_of(at))
    record("hand_over_report", report, by=by, at=at)
    tell(
        heads_of(report.team),
        Notice.Kind.REPORT_READY,
        key=f"report-{report.pk}-ready-{report.version}",
        url=report.get_absolute_url(),
        at=at,
        facts={"period": report.period.days, "who": by.name},
        due_on=day_of(report.period.due_at),
    )
    return report


@verb
def submit_report(
    report: ProgressReport, *, by: User, at: datetime, seen: int | None = None, behalf: str = ""
) -> ReportSubmission:
    """Submit a draft or returned report and keep what was submitted, word for word.

    On time is judged by the first submission: not after `due_at` (DESIGN 4). With `behalf` the office submits what
    came on paper.

    Raises:
        NotAllowed: `by` does not speak for this team.
        PeriodNotOpen: the period has not reached its last day or is closed.
        WrongState: the report is not a draft or returned.
        Stale: the report has changed since version `seen`.
        ReportIncomplete: an open task lacks an entry or a reason; carries the tasks.
    """
    report = _locked_report(report, seen)
    require("enter_report_on_paper" if behalf else "submit_report", by, report)
    check_move(report, ReportState.SUBMITTED, REPORT_MOVES)
    check_submitting(report.team, report.period, on=day_of(at))
    rows = complete_rows(report, on=day_of(at))
    first = report.first_submitted_at or at
    submission = _keep(report, rows, on_time=first <= report.period.due_at, by=by, at=at, behalf=behalf)
    save_version(
        report,
        {
            "state": ReportState.SUBMITTED,
            "first_submitted_at": first,
            "submitted_at": at,
            "resubmit_by": None,
            "decided_at": None,
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
        Notice.Kind.REPORT_SUBMITTED,
        key=f"report-{report.pk}-submission-{submission.number}",
        url=report.get_review_url(),
        at=at,
        facts={"team": report.team.short_name, "period": report.period.days},
    )
    return submission


def check_submitting(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> None:
    """Refuse unless the report can be submitted on the day `on`: it speaks of the tasks open on the period's last day.

    Raises:
        PeriodNotOpen: as `check_drafting`, or the last day is still to come.
    """
    check_drafting(team, period, on=on)
    if on < period.ends_on:
        raise PeriodNotOpen(
            _("This period runs until %(day)s. Save the draft now; it can be submitted from that day on.")
            % {"day": day_text(period.ends_on)}
        )


def complete_rows(report: ProgressReport, *, on: date) -> list[ReportedRow]:
    """The report's rows, one for each open task, as they would be submitted on the day `on`.

    Raises:
        ReportIncomplete: a task lacks an entry, or a reason for going down.
    """
    entries = {entry.task_id: entry for entry in report.entries.all()}
    rows, lacking, faults = [], [], {}
    for owed in tasks_owed(report.team, report.period, on=on):
        entry = entries.get(owed.task.pk) or ReportEntry(task=owed.task)
        lacks = lacks_of(entry, owed)
        if lacks:
            lacking.append(owed.task)
            faults |= {row_field(owed.task.pk, name): message for name, message in lacks.items()}
            continue
        now = owed.progress(entry.percent, entry.done) or owed.before
        rows.append(ReportedRow(owed, now, entry.no_change, entry.text, entry.reason))
    if lacking:
        raise ReportIncomplete(lacking, faults)
    return rows


def lacks_of(entry: ReportEntry, owed: OwedTask) -> dict[str, Any]:
    """What an entry still lacks to be submitted: {field: message}, empty when it is complete."""
    number = "done" if owed.counts else "percent"
    now = owed.progress(entry.percent, entry.done)
    if entry.no_change:
        if now is not None and now != owed.before:
            return {
                number: _("“No change” is ticked, but before it was %(before)s. Untick it, or put that number back.")
                % {"before": _number(owed, owed.before)}
            }
        return {}
    if (now is None or now == owed.before) and not entry.text:
        return {
            number: _("Enter the count so far, or tick “No change this period”.")
            if owed.counts
            else _("Enter the percent, or tick “No change this period”.")
        }
    if now is not None and not entry.reason:
        return _lower(owed, now)
    return {}


def _lower(owed: OwedTask, now: Progress) -> dict[str, Any]:
    """The reason that is due when percent or count goes down."""
    if owed.counts and now.done < owed.before.done:
        lost = owed.before.done - now.done
        message = _("%(count)s %(unit)s less than before. Please give the reason.")
        return {"reason": message % {"count": count_text(lost), "unit": owed.row.unit}}
    if now.percent < owed.before.percent:
        lost = owed.before.percent - now.percent
        return {
            "reason": _("%(points)s percentage points less than before. Please give the reason.")
            % {"points": count_text(lost)}
        }
    return {}


def _number(owed: OwedTask, progress: Progress) -> str:
    return f"{count_text(progress.done)} {owed.row.unit}".strip() if owed.counts else f"{count_text(progress.percent)}%"


def _locked_report(report: ProgressReport, seen: int | None) -> ProgressReport:
    """Lock period and report, in this order, and read both again; closing locks the period too.

    Raises:
        Stale: the report has changed since version `seen`.
    """
    period = locked(ReportingPeriod(pk=report.period_id))
    report = locked(report, "team")
    report.period = period
    if seen is not None and seen != report.version:
        raise Stale(version=report.version)
    return report


def _keep(
    report: ProgressReport, rows: Sequence[ReportedRow], *, on_time: bool, by: User, at: datetime, behalf: str
) -> ReportSubmission:
    """Insert the submission with its rows."""
    number = report.submissions.count() + 1
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
        rows,
        report.help_requests.select_related("to"),
        report.next_steps.all(),
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
    SubmittedEntry.objects.bulk_create(
        [
            SubmittedEntry(
                submission=submission,
                task=row.owed.task,
                percent=row.now.percent,
                done=row.now.done,
                no_change=row.no_change,
                text=row.text,
                reason=row.reason,
                at=at,
                by=by,
            )
            for row in rows
        ],
        batch_size=500,
    )
    return submission
