"""Whether a draft can be submitted: what each row and each next step still lacks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Prefetch, Q
from django.utils.translation import gettext_lazy as _

from governance.lists.text import count_text
from governance.records.refusals import Invalid

from ..models import EntryEvidence, HelpRequest, NextStep, ProgressReport, ReportEntry, Task
from .document import ReportedRow
from .owed_rows import OwedTask, Progress, tasks_owed
from .submissions_read import last_steps
from .written import row_field


class ReportIncomplete(Invalid):
    """Open tasks lack an entry or a reason, or next steps of last time an outcome; `fields` says what each lacks."""

    message = _("The report is not complete. Please add what is marked.")

    def __init__(self, tasks: Sequence[Task], fields: Mapping[str, Any], steps: Sequence[NextStep] = ()) -> None:
        super().__init__(fields=fields)
        self.tasks = list(tasks)
        self.steps = list(steps)


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
