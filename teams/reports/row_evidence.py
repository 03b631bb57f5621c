"""The verb that attaches files to a row of a draft report."""

from collections.abc import Sequence
from datetime import date, datetime

from governance.formats.files import CheckedFile
from governance.people.models import User
from governance.records.verbs import inserted, record, verb

from ..evidence.attachments import ATTACHED, change_of, keep_evidence
from ..guards import TaskOfAnotherTeam, require_report_rule, writable_report
from ..models import EntryEvidence, ProgressReport, ReportEntry, ReportingPeriod, SpecialTeam, Task
from .drafts import save_report
from .written import Written


@verb(says=ATTACHED, name="attach_evidence")
def attach_to_entry(
    team: SpecialTeam,
    period: ReportingPeriod,
    task: Task,
    files: Sequence[CheckedFile],
    *,
    by: User,
    at: datetime,
    caption: str = "",
    dated_on: date | None = None,
    behalf: str = "",
) -> list[EntryEvidence]:
    """Attach files to a task's row of an editable report; report and row are created if there are none.

    A phone sends once more what was cut off: files that the row has already are left out.

    Raises:
        NotAllowed: `by` does not write this row, nor enters the report on paper.
        PeriodNotOpen, WrongState: the report cannot be edited now.
        Invalid: the day is in the future, or the task is none of the team's.
    """
    task = Task.objects.get(pk=task.pk)
    require_report_rule("write_row", by, task, behalf=behalf)
    if task.team_id != team.pk:
        raise TaskOfAnotherTeam
    report = ProgressReport.objects.filter(team=team, period=period).first()
    if report is None:
        report = save_report(team, period, Written(), by=by, at=at, behalf=behalf)
    report = writable_report(report, at=at)
    entry = report.entries.filter(task=task).first() or inserted(ReportEntry(report=report, task=task))
    rows = keep_evidence(EntryEvidence, entry, files, by=by, at=at, caption=caption, dated_on=dated_on, again=True)
    if rows:
        record("attach_evidence", report, by=by, at=at, change=change_of(rows, task=task.number), behalf=behalf)
    return rows
