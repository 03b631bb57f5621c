"""The kinds of evidence about tasks: of the task itself, of its close-outs, of rows of reports, and as submitted."""

from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.filters import holding, numbered
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import NotAllowed, WrongState
from governance.records.verbs import locked

from ..guards import writable_report
from ..models import (
    CloseOut,
    CloseOutEvidence,
    EntryEvidence,
    ProgressReport,
    ReportEntry,
    ReportingPeriod,
    SubmittedEntry,
    SubmittedEvidence,
    Task,
    TaskEvidence,
)
from ..states import TaskState
from .kinds import EvidenceKind, Place, register_kind


class AboutTask(EvidenceKind):
    """Evidence about the owner's task, found by the task's title and number as well."""

    def task_of(self, owner: Any) -> Task:
        task: Task = owner.task
        return task

    def says(self, word: str) -> Q:
        said = super().says(word) | holding(word, f"{self.task_path}__title")
        return said | numbered(word, f"{self.task_path}__number")


@register_kind
class OfTask(AboutTask):
    """Attached to a task, by people who write about it and by the office."""

    name = "task"
    model = TaskEvidence
    task_path = "owner"

    def task_of(self, owner: Task) -> Task:
        return owner

    def place_of(self, owner: Task) -> Place:
        return Place(("task", owner.pk, 0), gettext("task %(task)s") % {"task": owner}, owner.get_absolute_url())

    def is_open(self, owner: Task) -> bool:
        return owner.state != TaskState.CANCELLED

    def may_attach(self, user: User, owner: Task) -> bool:
        return may(user, "attach_to_task", owner)

    def hold(self, key: int, *, by: User, at: datetime) -> Task:
        task = locked(Task(pk=key))
        require("attach_to_task", by, task)
        if not self.is_open(task):
            raise WrongState(_("“%(task)s” is cancelled. Evidence can no longer be added.") % {"task": task})
        return task


@register_kind
class OfCloseOut(AboutTask):
    """Attached to a close-out, by the team until the office has decided."""

    name = "close-out"
    model = CloseOutEvidence
    related = ("owner__task",)
    task_path = "owner__task"

    def place_of(self, owner: CloseOut) -> Place:
        words = gettext("close-out of task %(task)s") % {"task": owner.task}
        return Place(("close-out", owner.pk, 0), words, owner.task.get_absolute_url())

    def is_open(self, owner: CloseOut) -> bool:
        return owner.is_waiting

    def may_attach(self, user: User, owner: CloseOut) -> bool:
        return may(user, "attach_to_close_out", owner.task)

    def hold(self, key: int, *, by: User, at: datetime) -> CloseOut:
        close_out = CloseOut.objects.get(pk=key)
        task = locked(Task(pk=close_out.task_id))
        require("attach_to_close_out", by, task)
        close_out = locked(close_out)
        close_out.task = task
        if not self.is_open(close_out):
            raise WrongState(
                _("This close-out has been decided, so its evidence stays as it is. Attach the file to the task.")
            )
        return close_out

    def subject_of(self, owner: CloseOut) -> Model:
        return owner.task


@register_kind
class OfRow(AboutTask):
    """Attached to a row of a report, by people who write the row while the report can be edited."""

    name = "entry"
    model = EntryEvidence
    related = ("owner__task", "owner__report__team", "owner__report__period")
    task_path = "owner__task"
    withdrawal_notes = (_("What has already been submitted stays with its submission."),)

    def in_period(self, period: ReportingPeriod) -> Q:
        return Q(owner__report__period=period)

    def place_of(self, owner: ReportEntry) -> Place:
        return place_of_row(owner.report, owner.task)

    def is_open(self, owner: ReportEntry) -> bool:
        return owner.report.is_editable and not owner.report.period.is_closed

    def may_attach(self, user: User, owner: ReportEntry) -> bool:
        return may(user, "write_row", owner.task) or may(user, "enter_report_on_paper", owner.task)

    def hold(self, key: int, *, by: User, at: datetime) -> ReportEntry:
        entry = ReportEntry.objects.select_related("task", "report").get(pk=key)
        if not self.may_attach(by, entry):
            raise NotAllowed
        entry.report = writable_report(entry.report, at=at)
        return entry

    def subject_of(self, owner: ReportEntry) -> Model:
        return owner.report


@register_kind
class AsSubmitted(AboutTask):
    """Submitted with a row; it never changes."""

    name = "submitted"
    model = SubmittedEvidence
    owner_field = "entry"
    related = ("entry__task", "entry__submission__report__team", "entry__submission__report__period")
    task_path = "entry__task"
    is_final: ClassVar[bool] = True

    def place_of(self, owner: SubmittedEntry) -> Place:
        return place_of_row(owner.submission.report, owner.task)

    def is_open(self, owner: SubmittedEntry) -> bool:
        return False

    def may_attach(self, user: User, owner: SubmittedEntry) -> bool:
        return False


def place_of_row(report: ProgressReport, task: Task) -> Place:
    """A task's row of a report."""
    words = gettext("report %(report)s, task %(task)s") % {"report": report, "task": task}
    return Place(("report", report.pk or 0, task.pk), words, f"{report.get_absolute_url()}#task-{task.pk}")
