"""The verb of a draft: what a team writes about a period before it is submitted (DESIGN 4, progress report).

A draft may be incomplete but never impossible. An entry keeps a number only where it differs from the progress before
the period, so that "as before" follows what is accepted meanwhile.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.writing import day_text, points_text
from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.verbs import inserted, locked, record, verb

from .models import HelpRequest, NextStep, ProgressReport, ReportEntry, ReportingPeriod, SpecialTeam
from .owed import OwedTask, owes_report, tasks_owed
from .states import ReportState

EDITABLE_STATES = (ReportState.DRAFT, ReportState.RETURNED)
HUNDRED = Decimal(100)
CENT = Decimal("0.01")
MOST = Decimal(10) ** 10
"""Counts stay below this: what the column holds."""
ENTRY_FIELDS = ("percent", "done", "no_change", "text", "reason")
LINE_FIELDS = {HelpRequest: ("text", "to"), NextStep: ("text", "due_on")}


class PeriodNotOpen(WrongState):
    """The period has not begun, has not reached its last day, or is closed."""


class SecondReport(Stale):
    """Somebody else has begun the team's report for this period meanwhile."""

    message = _(
        "The team has a report for this period already: somebody else began it meanwhile. "
        "Nothing was overwritten; compare and save again."
    )


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
        check_editable(report)
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


def check_editable(report: ProgressReport) -> None:
    """Refuse while the report lies at the office or when it is accepted.

    Raises:
        WrongState: it is neither a draft nor returned.
    """
    if report.state not in EDITABLE_STATES:
        raise WrongState(
            _("The report is now: %(state)s. It cannot be edited; wait for the office, or look at what it decided.")
            % {"state": report.get_state_display()}
        )


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


def _check_seen(report: ProgressReport | None, seen: int | None, draft: "_Draft") -> None:
    version = 0 if report is None else report.version
    if seen is None or seen == version:
        return
    raise (SecondReport if seen == 0 else Stale)(draft.differences, version=version)


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
