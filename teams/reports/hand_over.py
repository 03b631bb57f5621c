"""Handing a complete draft over from liaison to head, back with a note, and taking back what was submitted."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.columns import longest
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, record, save_version, tell, verb

from ..guards import check_drafting, check_editable, check_seen, check_submitting, locked_report, moment_after
from ..models import ProgressReport, ReportDecision, ReportSubmission
from ..notices import TeamNotice
from ..roster.recipients import heads_of, liaisons_of, people_of
from ..states import REPORT_MOVES, ReportState, check_move
from .completeness import CompleteReport
from .review import decision_number
from .submission import tell_office

LONGEST_WORD = longest(ProgressReport, "word_back")


@verb(says=_("returned a draft to the liaison"))
def hand_back_report(
    report: ProgressReport, *, note: str, by: User, at: datetime, seen: int | None = None
) -> ProgressReport:
    """Send a draft back to the liaison: the note is shown in the form until the draft is handed over or submitted.

    Where a team has no liaison, its other drafters are notified.

    Raises:
        NotAllowed: `by` may not submit for this team.
        PeriodNotOpen: the period has not begun or is closed.
        WrongState: the report is submitted or accepted.
        Stale: the report has changed since version `seen`.
        Invalid: the note is empty or too long.
    """
    report = locked(report, "team", "period__action")
    require("hand_back_report", by, report)
    check_editable(report)
    check_drafting(report.team, report.period, on=day_of(at))
    check_seen(report, seen)
    note = note.strip()
    if not note:
        raise Invalid(fields={"note": _("Say what the liaison should add or correct.")})
    if len(note) > LONGEST_WORD:
        raise Invalid(fields={"note": _("Please keep it to %(most)s characters.") % {"most": LONGEST_WORD}})
    save_version(report, {"word_back": note})
    record("hand_back_report", report, by=by, at=at, change={"word_back": ["", note]})
    people = liaisons_of(report.team)
    tell(
        (people if people.exists() else people_of(report.team)).exclude(pk=by.pk),
        TeamNotice.REPORT_HANDED_BACK,
        key=f"report-{report.pk}-back-{report.version}",
        url=report.get_absolute_url(),
        at=at,
        facts={"who": by.name, "period": report.period.days, "word": note},
        due_on=day_of(report.period.due_at),
    )
    return report


@verb(says=_("passed a report to the head"))
def hand_over_report(report: ProgressReport, *, by: User, at: datetime, seen: int | None = None) -> ProgressReport:
    """Notify head and deputies that the draft is complete and waits for them.

    Raises:
        NotAllowed: `by` does not draft for this team.
        PeriodNotOpen: the period has not reached its last day or is closed.
        WrongState: the report is submitted or accepted.
        Stale: the report has changed since version `seen`.
        ReportIncomplete: an open task lacks an entry or a reason; carries the tasks.
    """
    report = locked_report(report, seen)
    require("hand_over_report", by, report)
    check_editable(report)
    check_submitting(report.team, report.period, on=day_of(at))
    CompleteReport.of(report, on=day_of(at))
    save_version(report, {"word_back": ""})
    record("hand_over_report", report, by=by, at=at)
    tell(
        heads_of(report.team),
        TeamNotice.REPORT_READY,
        key=f"report-{report.pk}-ready-{report.version}",
        url=report.get_approve_url(),
        at=at,
        facts={"period": report.period.days, "who": by.name},
        due_on=day_of(report.period.due_at),
    )
    return report


@verb(says=_("took back a submitted report"))
def take_back_report(report: ProgressReport, *, by: User, at: datetime, seen: int | None = None) -> ReportDecision:
    """Take back what was submitted, as long as nobody outside the team has opened it (docs/rules.md#progress-reports).

    The submission is kept and counts nowhere: the report is a draft again, or returned if it was returned before. The
    requests and matters that were made with it stay, as after a return.

    Raises:
        NotAllowed: `by` does not draft for this team.
        PeriodNotOpen: the period is closed.
        WrongState: the report is not waiting for the office, or was opened there.
        Stale: the report has changed since version `seen`.
        ClockBehind: it was submitted on a later day than that of `at`.
    """
    report = locked_report(report, seen)
    require("take_back_report", by, report)
    check_move(report, ReportState.DRAFT, REPORT_MOVES)
    check_drafting(report.team, report.period, on=day_of(at))
    submission = locked(report.submissions.waiting().get())
    check_unopened(submission)
    at = moment_after(submission.at, at, report)
    number = decision_number(report, submission)
    decision = ReportDecision.objects.create(
        submission=submission, number=number, accepted=False, taken_back=True, at=at, by=by
    )
    returned = ReportDecision.objects.standing().filter(submission__report=report, taken_back=False)
    before = returned.select_related("submission").order_by("-submission__number").first()
    fields: dict[str, object]
    if before is None:
        fields = {"state": ReportState.DRAFT, "first_submitted_at": None, "on_time": None, "submitted_at": None}
    else:
        fields = {
            "state": ReportState.RETURNED,
            "resubmit_by": before.resubmit_by,
            "submitted_at": before.submission.at,
        }
    save_version(report, {**fields, "decided_at": at})
    record("take_back_report", report, by=by, at=at, change={"submission": submission.number})
    tell_office(
        TeamNotice.REPORT_TAKEN_BACK,
        report,
        f"taken-back-{submission.number}",
        url=report.get_absolute_url(),
        at=at,
    )
    return decision


def check_unopened(submission: ReportSubmission) -> None:
    """Refuse to take back what the office entered itself, or what somebody outside the team has opened.

    Raises:
        WrongState: it is one of these.
    """
    if submission.was_opened:
        raise WrongState(_("The report has been opened outside the team. Ask the special office to return it."))
