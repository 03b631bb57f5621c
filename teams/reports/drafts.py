"""The verbs of a draft: what a team writes about a period before submitting (docs/rules.md#progress-reports).

Many people write one draft (draft_merge.py merges their input). A draft may be incomplete but never invalid. An entry
stores a number only where it differs from the progress before the period, so that "as before" follows later
acceptances.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import Invalid, NotAllowed, Stale
from governance.records.verbs import in_one_transaction, inserted, locked, record, verb

from ..guards import TaskOfAnotherTeam, check_drafting, check_editable
from ..models import ProgressReport, ReportingPeriod, SpecialTeam
from .draft_merge import DraftMerge
from .owed_rows import tasks_owed
from .written import Conflict, Written


class SecondReport(Stale):
    """Somebody else has begun the team's report for this period in the meantime."""

    message = _(
        "Someone else has already started your team's report for this period. Nothing was overwritten; "
        "compare and save again."
    )


@dataclass(frozen=True, slots=True)
class Merged:
    """The result of a form: the report, and what was not saved."""

    report: ProgressReport | None
    """None where nothing of the first form could be saved: then there is no report yet."""
    conflicts: Sequence[Conflict]
    faults: Mapping[str, Text]
    """Invalid input by field; the rest of the form is saved."""


@verb(says=_("saved a report"), saves=True)
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
    """Save a team's report for a period, all or nothing; the first save creates the report.

    `seen` is the version on which the whole form was opened, 0 when there was no report. With `behalf` the office
    enters a report received on paper, and says which. A member writes only the rows of their own department.

    Raises:
        NotAllowed: `by` does not draft for this team, or not these rows.
        PeriodNotOpen: the period has not begun or is closed, or the team owes no report for it.
        WrongState: the report is submitted or accepted.
        Stale: the report, a row or a line has changed since it was seen; carries the differences.
        Invalid: a number or a line is not valid, by field.
    """
    draft = _laid(team, period, written, by=by, at=at, behalf=behalf)
    if draft.faults:
        raise Invalid(fields=draft.faults)
    version = draft.version
    if seen is not None and seen != version:
        raise (SecondReport if seen == 0 else Stale)(draft.differences, version=version)
    if draft.conflicts:
        differences = [difference for conflict in draft.conflicts for difference in conflict.differences]
        raise Stale(differences, version=version)
    return _kept(draft, by=by, at=at, behalf=behalf)


@in_one_transaction
def merge_report(
    team: SpecialTeam,
    period: ReportingPeriod,
    written: Written,
    *,
    by: User,
    at: datetime,
    behalf: str = "",
) -> Merged:
    """Save the valid parts of a form that many people send; what somebody else has changed is not overwritten.

    Raises:
        NotAllowed, PeriodNotOpen, WrongState: as `save_report`.
    """
    draft = _laid(team, period, written, by=by, at=at, behalf=behalf)
    if draft.report is None and draft.faults and not draft.change:
        return Merged(None, draft.conflicts, draft.faults)
    return Merged(_kept(draft, by=by, at=at, behalf=behalf), draft.conflicts, draft.faults)


def rows_written_by(user: User, team: SpecialTeam, task_ids: Iterable[int]) -> set[int]:
    """The team's tasks whose rows `user` may write: all for drafters, their own department's for members, else none."""
    task_ids = set(task_ids)
    if may(user, "save_report", team):
        return task_ids
    if not may(user, "write_rows", team):
        return set()
    return set(team.tasks.of_department(user.department_id).filter(pk__in=task_ids).values_list("pk", flat=True))


def _laid(
    team: SpecialTeam, period: ReportingPeriod, written: Written, *, by: User, at: datetime, behalf: str
) -> DraftMerge:
    """Lock the team, read its draft again, and merge the input into it in memory."""
    named = [row.task_id for row in written.rows]
    if behalf:
        require("enter_report_on_paper", by, team)
    elif not may(by, "save_report", team):
        _check_rows(written, by=by, team=team)
    team = locked(team)
    period = ReportingPeriod.objects.get(pk=period.pk)
    check_drafting(team, period, on=day_of(at))
    report = ProgressReport.objects.select_for_update(no_key=True).filter(team=team, period=period).first()
    if report is not None:
        report.team, report.period = team, period
        check_editable(report)
    owed = {task.task.pk: task for task in tasks_owed(team, period, on=day_of(at), also=named)}
    if not owed.keys() >= set(named):
        raise TaskOfAnotherTeam
    draft = DraftMerge.of(team, period, report, followed=bool(written.followed))
    draft.lay(written, owed)
    return draft


def _check_rows(written: Written, *, by: User, team: SpecialTeam) -> None:
    """Members write the rows of their own department, nothing else.

    Raises:
        NotAllowed: `by` is not of the team, or the form has other rows or lines.
    """
    require("write_rows", by, team)
    named = {row.task_id for row in written.rows}
    if written.matters or written.steps or written.followed or rows_written_by(by, team, named) != named:
        raise NotAllowed(
            _("You fill in the tasks that your department leads or takes part in; the liaison fills in the others.")
        )


def _kept(draft: DraftMerge, *, by: User, at: datetime, behalf: str) -> ProgressReport:
    """Write a draft with its audit event; nothing where nothing changes and the report exists."""
    begins = draft.report is None
    report = draft.report or inserted(ProgressReport(team=draft.team, period=draft.period))
    if draft.change and not begins:
        report.version += 1
        report.save(update_fields=["version"])
    draft.save(report, by=by, at=at)
    if begins or draft.change:
        record("save_report", report, by=by, at=at, change=draft.change, behalf=behalf)
    return report
