"""Verbs of a team's progress report: hand the draft to the head, submit it (docs/rules.md#progress-reports).

What is submitted is complete and kept word for word; editing a returned report never touches it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.writing import count_text, day_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.models import Notice
from governance.records.refusals import Invalid, NotAllowed, Refused, Stale
from governance.records.verbs import locked, record, save_version, tell, verb

from .closing_out import ask_close_out
from .drafting import PeriodNotOpen, check_drafting, check_editable, row_field
from .extending import ask_extension
from .models import (
    EntryEvidence,
    HelpRequest,
    NextStep,
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    ReportSubmission,
    SpecialTeam,
    SubmittedEntry,
    SubmittedEvidence,
    Task,
)
from .owed import OwedTask, Progress, tasks_owed
from .reading_reports import last_steps
from .recipients import heads_of, office_people
from .report_document import ReportedRow, digest, document_of
from .states import REPORT_MOVES, ReportState, check_move


class ReportIncomplete(Invalid):
    """Open tasks lack an entry or a reason, or next steps of last time an outcome; `fields` says what each lacks."""

    message = _("The report is not complete. Please add what is marked.")

    def __init__(self, tasks: Sequence[Task], fields: Mapping[str, Any], steps: Sequence[NextStep] = ()) -> None:
        super().__init__(fields=fields)
        self.tasks = list(tasks)
        self.steps = list(steps)


class RequestRefused(Invalid):
    """What a row asks for cannot be asked; `fields` says at which row and why. The report is not submitted."""

    message = _("The report was not submitted: something asked in a row cannot be asked. Take it out, or correct it.")


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
    complete_report(report, on=day_of(at))
    save_version(report, {"word_back": ""})
    record("hand_over_report", report, by=by, at=at)
    tell(
        heads_of(report.team),
        Notice.Kind.REPORT_READY,
        key=f"report-{report.pk}-ready-{report.version}",
        url=report.get_approve_url(),
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

    The first submission decides whether it is on time (docs/rules.md#reports-on-time). With `behalf` the office
    submits what came on paper. What rows ask for (close-out, a new due date) is asked in the same
    transaction, once: with the first submission that carries it. Matters for coordination are sent with it.

    Raises:
        NotAllowed: `by` does not speak for this team.
        PeriodNotOpen: the period has not reached its last day or is closed.
        WrongState: the report is not a draft or returned.
        Stale: the report has changed since version `seen`.
        ReportIncomplete: an open task lacks an entry or a reason, or a next step of last time its outcome.
        RequestRefused: what a row asks for cannot be asked.
    """
    report = _locked_report(report, seen)
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


@dataclass(frozen=True, slots=True)
class CompleteReport:
    """A draft that can be submitted: its rows, its lines, what became of last time's next steps."""

    rows: Sequence[ReportedRow]
    matters: Sequence[HelpRequest]
    steps: Sequence[NextStep]
    said: Sequence[NextStep]


def complete_report(report: ProgressReport, *, on: date) -> CompleteReport:
    """The report as it would be submitted on the day `on`, with a row for each open task.

    Raises:
        ReportIncomplete: a task lacks an entry, or a reason for going down; a next step of last time lacks its outcome.
    """
    entries = {entry.task_id: entry for entry in report.entries.prefetch_related(_evidence_in_force())}
    rows, tasks, faults = [], [], {}
    for owed in tasks_owed(report.team, report.period, on=on):
        entry = entries.get(owed.task.pk) or ReportEntry(task=owed.task)
        lacks = lacks_of(entry, owed)
        if lacks:
            tasks.append(owed.task)
            faults |= {row_field(owed.task.pk, name): message for name, message in lacks.items()}
        else:
            rows.append(_reported(entry, owed))
    lines = list(
        NextStep.objects.filter(Q(report=report) | Q(pk__in=last_steps(report.team, report.period).values("pk")))
    )
    said = [step for step in lines if step.report_id != report.pk]
    steps = [step for step in said if (lacks := lacks_of_step(step)) and not faults.update(lacks)]
    if faults:
        raise ReportIncomplete(tasks, faults, steps)
    return CompleteReport(
        rows,
        list(report.help_requests.select_related("to")),
        [step for step in lines if step.report_id == report.pk],
        said,
    )


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


def lacks_of_step(step: NextStep) -> dict[str, Any]:
    """What a next step of last time still lacks: {field: message}, empty when it is said what became of it."""
    if not step.outcome:
        return {f"last-{step.pk}-outcome": _("Say what became of it: done, partly, or not.")}
    if step.outcome == NextStep.Outcome.NOT and not step.reason:
        return {f"last-{step.pk}-reason": _("Say why it was not done.")}
    return {}


def _reported(entry: ReportEntry, owed: OwedTask) -> ReportedRow:
    """A complete entry as it is submitted."""
    return ReportedRow(
        owed,
        owed.progress(entry.percent, entry.done) or owed.before,
        entry.no_change,
        entry.text,
        entry.reason,
        entry.asks_close_out,
        entry.asks_due_on,
        entry.ask_reason,
        entry.evidence.all() if entry.pk else (),
    )


def _evidence_in_force() -> Prefetch:
    return Prefetch("evidence", EntryEvidence.objects.in_force().select_related("file"))


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
