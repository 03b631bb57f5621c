"""What importing a ledger would do, as text: the comparison of `reconciliation` as the dry run that a page shows."""

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Field
from django.utils.translation import gettext_lazy as _

from governance.formats.cells import number_text
from governance.lists.text import Text, clauses_text, names_text
from governance.people.models import Department
from governance.records.columns import column
from governance.records.dry_runs import DryRun, FieldChange, Remark, RowChange

from ..models import Task
from ..tasks.changes import Change
from .file import Ledger, Notice
from .reconciliation import Kept, Reconciliation, Untouched

KEPT_WORDS = {
    Kept.REPORTED: _("a report on this task has been accepted; the report takes precedence over the ledger"),
    Kept.ENDED: _("the task is closed out"),
    Kept.SUSPENDED: _("the task is suspended"),
    Kept.FOLLOWS: _("for a task with a quantity the percentage follows from the count, and the file has no count"),
    Kept.COUNTED: _("for a task with a quantity the percentage follows from the count"),
    Kept.SHARED: _("the quantity is divided among townships; change it there"),
    Kept.CANCELLED: _("the task is cancelled"),
}
"""Why a ledger does not write a value."""

NOTICE_WORDS = {
    Notice.NO_DUE_DATE: _("no due date: read as ongoing"),
    Notice.READY_TO_CLOSE_OUT: _("complete: close-out can be requested"),
    Notice.STATE_BEHIND: _("the state says “not started”, but there is progress: read as in progress"),
    Notice.FAR_ABOVE_TARGET: _("the count is at least twice the target: check it"),
    Notice.PROGRESS_KEPT: _("progress kept: an accepted report is newer than the ledger"),
}
"""The text of a notice."""

SILENT = {"progressed_on"}
"""Columns that follow from others, whose change is shown already."""

OF_A_NEW_TASK = ("team", "lead_department", "start_on", "due_on", "level", "state", "percent", "target", "unit", "done")
"""The fields shown of a task that would be added: where it begins."""

OF_A_QUANTITY = {"target", "unit", "done"}
"""Those of them that only a task with a quantity has."""


def dry_run_of(ledger: Ledger, found: Reconciliation) -> DryRun:
    """The comparison as a page shows it; build it before anything is written."""
    departments = {row.pk: row for row in Department.objects.all()} if found.changes or found.untouched else {}
    titles = {row.number: f"{row.number} {row.title}" for row in ledger.tasks}
    return DryRun(
        read=len(ledger.tasks),
        unchanged=len(found.unchanged),
        faults=found.errors,
        added=[RowChange(str(task), _said(task)) for task in found.new],
        changed=[
            RowChange(
                str(change.task),
                [*_written(change.task, change.fields, departments), *_joint(change, found)],
                change.task.get_absolute_url(),
            )
            for change in found.changes
        ],
        untouched=[_kept(each, departments) for each in found.untouched],
        remarks=[
            Remark(titles[each.number], NOTICE_WORDS[each.notice])
            for each in found.notices
            if each.notice is not Notice.PROGRESS_KEPT
        ],
        coverage=ledger.coverage,
        asks=found.asks,
    )


def name_of(name: str) -> Text:
    """The name of a task's column for people."""
    return _field(name).verbose_name


def in_words(name: str, value: Any, departments: Mapping[int, Department]) -> Any:
    """A value of a task's column as lazily translated text; "" for nothing."""
    if value is None:
        return ""
    if name == "lead_department_id":
        return str(departments[value])
    choices = dict(_field(name).flatchoices)
    if value in choices:
        return choices[value]
    if isinstance(value, Decimal):
        return number_text(value) + ("%" if name == "percent" else "")
    return value.isoformat() if isinstance(value, date) else value


def _said(task: Task) -> list[FieldChange]:
    """The initial values of a new task."""
    counted = task.target is not None
    values = {name: getattr(task, name) for name in OF_A_NEW_TASK if counted or name not in OF_A_QUANTITY}
    if task.start_on is None:
        values["start_on"] = _("not specified yet")
    if task.ongoing:
        values["due_on"] = _("ongoing")
    return [FieldChange(name_of(name), "", in_words(name, value, {})) for name, value in values.items()]


def _written(task: Task, fields: Mapping[str, object], departments: Mapping[int, Department]) -> Iterator[FieldChange]:
    """What a row would write into a task, from what to what."""
    for name, value in fields.items():
        if name not in SILENT and getattr(task, name) != value:
            was = in_words(name, getattr(task, name), departments)
            yield FieldChange(name_of(name), was, in_words(name, value, departments))


def _joint(change: Change, found: Reconciliation) -> Iterator[FieldChange]:
    """The joint departments, where they change."""
    if change.joint is not None:
        was, now = (names_text(row.name for row in rows) for rows in (found.joint_before[change.task.pk], change.joint))
        yield FieldChange(_("joint departments"), was, now)


def _kept(kept: Untouched, departments: Mapping[int, Department]) -> Remark:
    """The stored value, the row's value, and why it stays."""
    said = clauses_text(
        _("%(field)s remains %(now)s; the file says %(said)s")
        % {
            "field": name_of(name),
            "now": in_words(name, now, departments) or "—",
            "said": in_words(name, said, departments) or "—",
        }
        for name, (now, said) in kept.fields.items()
    )
    return Remark(str(kept.task), f"{said} — {KEPT_WORDS[kept.why]}", kept.task.get_absolute_url())


def _field(name: str) -> "Field[Any, Any]":
    return column(Task, name.removesuffix("_id"))
