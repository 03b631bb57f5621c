"""Verbs of a team's progress report: save the draft, hand it to the head, submit it (DESIGN 4, progress report).

A draft may be incomplete but never impossible. An entry keeps a number only where it differs from the progress before
the period, so that "as before" follows what is accepted meanwhile. What is submitted is kept word for word; editing a
returned report never touches it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.writing import count_text, day_text, points_text
from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.models import Notice
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.verbs import inserted, locked, record, save_version, tell, verb

from .models import (
    HelpRequest,
    NextStep,
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    ReportSubmission,
    SpecialTeam,
    SubmittedEntry,
    Task,
)
from .owed import OwedTask, owes_report, tasks_owed
from .recipients import heads_of, office_people
from .report_document import ReportedRow, digest, document_of
from .states import REPORT_MOVES, ReportState, check_move

EDITABLE_STATES = (ReportState.DRAFT, ReportState.RETURNED)
HUNDRED = Decimal(100)
CENT = Decimal("0.01")
MOST = Decimal(10) ** 10
"""Counts stay below this: what the column holds."""


class PeriodNotOpen(WrongState):
    """The period has not begun, has not reached its last day, or is closed."""


class SecondReport(Stale):
    """Somebody else has begun the team's report for this period meanwhile."""

    message = _(
        "The team has a report for this period already: somebody else began it meanwhile. "
        "Nothing was overwritten; compare and save again."
    )


class ReportIncomplete(Invalid):
    """Open tasks lack an entry or a reason; `tasks` are those, `fields` says what each lacks."""

    message = _("The report is not complete. Please add what is marked.")

    def __init__(self, tasks: Sequence[Task], fields: Mapping[str, Any]) -> None:
        super().__init__(fields=fields)
        self.tasks = list(tasks)


@dataclass(frozen=True, slots=True)
class Row:
    """What was entered for one task: a percent, or the count so far where the task has a quantity, or no change."""

    task_id: int
    percent: Decimal | None = None
    done: Decimal | None = None
    no_change: bool = False
    text: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """A matter for coordination and the department that is asked."""

    text: str
    to: Department | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A next step and its day."""

    text: str
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class Written:
    """What a form sends: rows that are not named stay as they are, lines that are None stay too."""

    rows: Sequence[Row] = field(default_factory=tuple)
    matters: Sequence[Matter] | None = None
    steps: Sequence[Step] | None = None


def row_field(task_id: int, name: str) -> str:
    """The name by which a refusal and a form call a field of a row."""
    return f"row-{task_id}-{name}"


@verb
def save_report(
    team: SpecialTeam,
    period: ReportingPeriod,
    written: Written,
    *,
    by: User,
    at: datetime,
    seen: int | None = None,
    behalf: str = "",
) -> ProgressReport:
    """Save what was written in a team's report for a period; the first to save begins the report.

    `seen` is the version on which the form was opened, 0 when there was no report. With `behalf` the office enters a
    report that came on paper, and says which.

    Raises:
        NotAllowed: `by` does not draft for this team.
        PeriodNotOpen: the period has not begun or is closed, or the team owes no report for it.
        WrongState: the report lies at the office or is accepted.
        Stale: the report has changed since version `seen`, or was begun meanwhile; carries what differs.
        Invalid: a number or a line that cannot be, by field.
    """
    require("enter_report_on_paper" if behalf else "save_report", by, team)
    team = locked(team)
    period = ReportingPeriod.objects.get(pk=period.pk)
    check_drafting(team, period, on=day_of(at))
    report = ProgressReport.objects.select_for_update().filter(team=team, period=period).first()
    if report is not None:
        report.team, report.period = team, period
        _check_editable(report)
    owed = tasks_owed(team, period, on=day_of(at), also=[row.task_id for row in written.rows])
    draft = _Draft.of(report)
    draft.write(written, {task.task.pk: task for task in owed})
    _check_seen(report, seen, draft)
    begins = report is None
    if begins:
        report = inserted(ProgressReport(team=team, period=period))
    elif draft.change:
        report.version += 1
        report.save(update_fields=["version"])
    draft.save(report)
    if begins or draft.change:
        record("save_report", report, by=by, at=at, change=draft.change, behalf=behalf)
    return report


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
    _check_editable(report)
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


def check_drafting(team: SpecialTeam, period: ReportingPeriod, *, on: date) -> None:
    """Refuse unless the team can write its report for `period` on the day `on`.

    Raises:
        PeriodNotOpen: the team owes none, the period has not begun, or it is closed.
    """
    if not owes_report(team, period):
        raise PeriodNotOpen(
            _("The team did not exist on %(day)s, the last day of this period; it owes no report.")
            % {"day": day_text(period.ends_on)}
        )
    if on < period.starts_on:
        raise PeriodNotOpen(
            _("This period is not open yet: it begins on %(day)s.") % {"day": day_text(period.starts_on)}
        )
    if period.is_closed:
        raise PeriodNotOpen(
            _("This period was closed on %(day)s and takes no more reports. Report in the current period.")
            % {"day": day_text(period.closed_at)}
        )


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


def _lower(owed: OwedTask, now: Any) -> dict[str, Any]:
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


def _number(owed: OwedTask, progress: Any) -> str:
    return f"{count_text(progress.done)} {owed.row.unit}".strip() if owed.counts else f"{count_text(progress.percent)}%"


def _check_editable(report: ProgressReport) -> None:
    if report.state not in EDITABLE_STATES:
        raise WrongState(
            _("The report is now: %(state)s. It cannot be edited; wait for the office, or look at what it decided.")
            % {"state": report.get_state_display()}
        )


def _check_seen(report: ProgressReport | None, seen: int | None, draft: "_Draft") -> None:
    version = 0 if report is None else report.version
    if seen is None or seen == version:
        return
    raise (SecondReport if seen == 0 else Stale)(draft.differences, version=version)


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


ENTRY_FIELDS = ("percent", "done", "no_change", "text", "reason")
LINE_FIELDS = {HelpRequest: ("text", "to"), NextStep: ("text", "due_on")}


@dataclass
class _Draft:
    """A report's rows and lines in memory: what was written is laid over them, then what changed is saved."""

    entries: dict[int, ReportEntry]
    matters: list[HelpRequest]
    steps: list[NextStep]
    change: dict[str, Any] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    _touched: dict[int, ReportEntry] = field(default_factory=dict)
    _lines: list[tuple[type[models.Model], list, list]] = field(default_factory=list)

    @classmethod
    def of(cls, report: ProgressReport | None) -> "_Draft":
        """Read the rows and lines of a report: three queries, none without a report."""
        if report is None:
            return cls({}, [], [])
        return cls(
            {entry.task_id: entry for entry in report.entries.all()},
            list(report.help_requests.select_related("to")),
            list(report.next_steps.all()),
        )

    def write(self, written: Written, owed: Mapping[int, OwedTask]) -> None:
        """Lay what was written over the rows and lines.

        Raises:
            Invalid: a number or a line that cannot be, by field.
        """
        faults: dict[str, Any] = {}
        for row in written.rows:
            if row.task_id not in owed:
                raise Invalid(_("One of these tasks does not belong to this team. Reload the page."))
            faults |= faults_of(row, owed[row.task_id])
        faults |= line_faults("matter", written.matters) | line_faults("step", written.steps)
        if faults:
            raise Invalid(fields=faults)
        for row in written.rows:
            self._write_row(row, owed[row.task_id])
        self._write_lines(HelpRequest, "help_requests", self.matters, written.matters)
        self._write_lines(NextStep, "next_steps", self.steps, written.steps)

    def save(self, report: ProgressReport) -> None:
        """Write what changed: at most a query per kind of change, whatever the number of rows."""
        _write(ReportEntry, report, list(self._touched.values()), ENTRY_FIELDS)
        for model, kept, left in self._lines:
            _write(model, report, kept, (*LINE_FIELDS[model], "order"))
            model.objects.filter(pk__in=left).delete()

    def _write_row(self, row: Row, owed: OwedTask) -> None:
        entry = self.entries.get(row.task_id) or ReportEntry(task=owed.task)
        now = owed.progress(row.percent, row.done)
        as_before = now is None or now == owed.before
        values = {
            "percent": None if as_before or owed.counts else now.percent,
            "done": None if as_before or not owed.counts else now.done,
            "no_change": row.no_change,
            "text": row.text.strip(),
            "reason": row.reason.strip(),
        }
        was = {name: getattr(entry, name) for name in ENTRY_FIELDS}
        found = {name: [was[name], value] for name, value in values.items() if was[name] != value}
        if not found:
            return
        for name, value in values.items():
            setattr(entry, name, value)
        entry.version += entry.pk is not None
        self.entries[row.task_id] = self._touched[row.task_id] = entry
        self.change.setdefault("rows", {})[str(owed.task.number)] = found
        for name, (theirs, yours) in found.items():
            label = f"{owed.task}: {ReportEntry._meta.get_field(name).verbose_name}"
            self.differences.append(Difference(label, _shown(theirs), _shown(yours)))

    def _write_lines(self, model: type[models.Model], name: str, rows: list, lines: Sequence | None) -> None:
        """Lay lines over rows one by one; rows left over go, empty lines never come."""
        if lines is None:
            return
        fields = LINE_FIELDS[model]
        was = [[getattr(row, each) for each in fields] for row in rows]
        now = [[line.text.strip(), getattr(line, fields[1])] for line in lines if line.text.strip()]
        if was == now:
            return
        self.change[name] = [[[str(part or "") for part in line] for line in lines_] for lines_ in (was, now)]
        label = model._meta.verbose_name_plural
        self.differences.append(Difference(label, _joined(was), _joined(now)))
        kept = []
        for order, values in enumerate(now):
            row = rows[order] if order < len(rows) else model()
            for each, value in zip(fields, values, strict=True):
                setattr(row, each, value)
            row.order = order
            row.version += row.pk is not None
            kept.append(row)
        self._lines.append((model, kept, [row.pk for row in rows[len(now) :]]))


def faults_of(row: Row, owed: OwedTask) -> dict[str, Any]:
    """What cannot be in the number of a row: {field: message}."""
    if owed.counts:
        return _number_faults(row.task_id, "done", row.done, MOST, _("The count is a number of 0 or more."))
    return _number_faults(row.task_id, "percent", row.percent, HUNDRED, _("The percent lies between 0 and 100."))


def _number_faults(task_id: int, name: str, value: Decimal | None, most: Decimal, message: Any) -> dict[str, Any]:
    if value is None:
        return {}
    if not value.is_finite() or not 0 <= value <= most:
        return {row_field(task_id, name): message}
    if value != value.quantize(CENT):
        return {row_field(task_id, name): _("Two decimals are enough.")}
    return {}


def line_faults(name: str, lines: Sequence[Matter | Step] | None) -> dict[str, Any]:
    """Lines that are too long, or have a department or a day but no words: {field: message}."""
    faults = {}
    for place, line in enumerate(lines or ()):
        text = line.text.strip()
        if len(text) > 500:
            faults[f"{name}-{place}-text"] = _("Please keep a line to 500 characters; this one has %(length)s.") % {
                "length": len(text)
            }
        elif not text and (line.to if isinstance(line, Matter) else line.due_on):
            faults[f"{name}-{place}-text"] = _("Say what it is about, or empty the whole line.")
    return faults


def _write(
    model: type[models.Model], report: ProgressReport, rows: Sequence[models.Model], fields: Sequence[str]
) -> None:
    """Insert the new rows of a report and update the others: a query each."""
    fresh = [row for row in rows if row.pk is None]
    known = [row for row in rows if row.pk is not None]
    for row in fresh:
        row.report = report
    model.objects.bulk_create(fresh)
    model.objects.bulk_update(known, [*fields, "version"])


def _shown(value: Any) -> Any:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    return points_text(value) if isinstance(value, Decimal) else value


def _joined(lines: Sequence[Sequence[Any]]) -> str:
    return "; ".join(" · ".join(str(part) for part in line if part) for line in lines)
