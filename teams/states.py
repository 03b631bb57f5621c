"""The states of things and the moves each verb may make (docs/rules.md#states)."""

from collections.abc import Collection, Mapping
from typing import Protocol, TypeVar

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.records.refusals import WrongState


class TaskState(models.TextChoices):
    """The state of a key task."""

    ASSIGNED = "assigned", _("Assigned")
    ACKNOWLEDGED = "acknowledged", _("Acknowledged")
    IN_PROGRESS = "in_progress", _("In progress")
    CLOSE_OUT_REQUESTED = "close_out_requested", _("Close-out requested")
    CLOSED_OUT = "closed_out", _("Closed out")
    SUSPENDED = "suspended", _("Suspended")
    CANCELLED = "cancelled", _("Cancelled")


OPEN_TASK_STATES = (
    TaskState.ASSIGNED,
    TaskState.ACKNOWLEDGED,
    TaskState.IN_PROGRESS,
    TaskState.CLOSE_OUT_REQUESTED,
)
"""States in which a task owes a row in the report and can be worked on."""

EDITABLE_TASK_STATES = (*OPEN_TASK_STATES, TaskState.SUSPENDED)
"""States in which a task's text can be changed: until it is closed out or cancelled."""

ENDED_TASK_STATES = (TaskState.CLOSED_OUT, TaskState.CANCELLED)
"""Final states."""

EXTENSIBLE_TASK_STATES = (TaskState.ASSIGNED, TaskState.ACKNOWLEDGED, TaskState.IN_PROGRESS)
"""States in which a due date can change: not after the close-out request."""

TASK_MOVES: dict[TaskState, tuple[TaskState, ...]] = {
    TaskState.ASSIGNED: (
        TaskState.ACKNOWLEDGED,
        TaskState.IN_PROGRESS,
        TaskState.SUSPENDED,
        TaskState.CANCELLED,
    ),
    TaskState.ACKNOWLEDGED: (
        TaskState.IN_PROGRESS,
        TaskState.CLOSE_OUT_REQUESTED,
        TaskState.SUSPENDED,
        TaskState.CANCELLED,
    ),
    TaskState.IN_PROGRESS: (TaskState.CLOSE_OUT_REQUESTED, TaskState.SUSPENDED, TaskState.CANCELLED),
    TaskState.CLOSE_OUT_REQUESTED: (TaskState.CLOSED_OUT, TaskState.IN_PROGRESS, TaskState.CANCELLED),
    TaskState.CLOSED_OUT: (),
    TaskState.SUSPENDED: (TaskState.CANCELLED,),
    TaskState.CANCELLED: (),
}
"""Allowed moves of a task (docs/rules.md#task-states). A task whose close-out is asked is decided before it is
suspended.

Work reported on a task takes it in progress, acknowledged or not. On time is judged by the day of the request, so a
team that is done need not wait for a report to be accepted: close-out can be asked of an acknowledged task as well.
"""

RESUMED_MOVES: dict[TaskState, tuple[TaskState, ...]] = dict.fromkeys(TaskState, ()) | {
    TaskState.SUSPENDED: EXTENSIBLE_TASK_STATES
}
"""A resumed task returns to the state it had; no other verb leads out of being suspended."""


class ReportState(models.TextChoices):
    """The state of a progress report."""

    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", pgettext_lazy("report", "To review")
    RETURNED = "returned", _("Returned for revision")
    ACCEPTED = "accepted", pgettext_lazy("report", "Accepted")

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        tones = {self.DRAFT: "grey", self.SUBMITTED: "blue", self.RETURNED: "yellow", self.ACCEPTED: "green"}
        return tones[self]


class MatterState(models.TextChoices):
    """The state of a matter for coordination on a day."""

    WAITING = "waiting", pgettext_lazy("matter", "Waiting")
    OVERDUE = "overdue", _("Overdue")
    ANSWERED = "answered", _("Answered")
    DRAFT = "draft", _("Not sent yet")

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return {self.WAITING: "blue", self.OVERDUE: "red", self.ANSWERED: "green", self.DRAFT: "grey"}[self]


REPORT_MOVES: dict[ReportState, tuple[ReportState, ...]] = {
    ReportState.DRAFT: (ReportState.SUBMITTED,),
    ReportState.SUBMITTED: (ReportState.ACCEPTED, ReportState.RETURNED, ReportState.DRAFT),
    ReportState.RETURNED: (ReportState.SUBMITTED,),
    ReportState.ACCEPTED: (ReportState.SUBMITTED,),
}
"""Allowed moves of a progress report (docs/rules.md#progress-reports). What is taken back is a draft again, or returned
if it was returned before; an accepted report whose acceptance is undone waits again."""

EDITABLE_REPORT_STATES = (ReportState.DRAFT, ReportState.RETURNED)
"""States in which the team may edit its report, and submit it."""


class HasState(Protocol):
    """A row with a state."""

    @property
    def state(self) -> str:
        """The value of its member."""

    def get_state_display(self) -> str:
        """What people call it."""


Move = TypeVar("Move", bound=models.TextChoices)


def check_move(row: HasState, to: Move, moves: Mapping[Move, Collection[Move]]) -> None:
    """Raise WrongState unless `row.state` may become `to`."""
    if to not in moves[type(to)(row.state)]:
        raise WrongState(
            _("“%(row)s” is now: %(state)s. This is no longer possible; reload the page and check again.")
            % {"row": row, "state": row.get_state_display()}
        )
