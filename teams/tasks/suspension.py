"""Suspending and resuming tasks: time does not count while nobody can work on them (docs/rules.md#suspension)."""

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, verb

from ..models import Task
from ..notices import TeamNotice
from ..states import RESUMED_MOVES, TASK_MOVES, TaskState, check_move
from .changes import change_task
from .notices import tell_team


@verb(says=_("suspended a task"))
def suspend_task(task: Task, *, reason: str, by: User, at: datetime) -> Task:
    """Suspend a task: its lamp is grey, it owes no row in a report, and open requests pause until it is resumed.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the task is closed out, cancelled or suspended, or its close-out must be decided first.
        Invalid: no reason is given.
    """
    task = locked(task, "action", "team")
    require("suspend_task", by, task)
    check_suspending(task)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the task is suspended.")})
    change_task(task, {"state": TaskState.SUSPENDED}, cause="suspend_task", reason=reason.strip(), by=by, at=at)
    _tell(task, TeamNotice.TASK_SUSPENDED, at=at)
    return task


def check_suspending(task: Task) -> None:
    """Raise WrongState where the task cannot be suspended, whatever the reason."""
    if task.state == TaskState.CLOSE_OUT_REQUESTED:
        raise WrongState(
            _("Close-out of “%(task)s” has been requested: decide on it before suspending the task.") % {"task": task}
        )
    check_move(task, TaskState.SUSPENDED, TASK_MOVES)


@verb(says=_("resumed a task"))
def resume_task(task: Task, *, by: User, at: datetime, reason: str = "", due_on: date | None = None) -> Task:
    """Resume a suspended task in the state it had, with a later due date if the office sets one.

    The original due date stays on record. Without a new date, a task past its due day is overdue at once.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the task is not suspended, or its team was closed in the meantime.
        Invalid: the new due date is not later than the present one or is in the past, or the task is ongoing.
    """
    task = locked(task, "action", "team")
    require("resume_task", by, task)
    former = check_resuming(task, on=day_of(at))
    fields: dict[str, object] = {"state": former}
    if due_on is not None:
        _refuse_date(task, due_on, on=day_of(at))
        fields["due_on"] = due_on
    change_task(task, fields, cause="resume_task", reason=reason.strip(), by=by, at=at)
    _tell(task, TeamNotice.TASK_RESUMED, at=at)
    return task


def check_resuming(task: Task, *, on: date) -> TaskState:
    """The state to which the task goes back. Raises WrongState where it cannot be resumed on the day `on`."""
    former = _state_before(task)
    check_move(task, former, RESUMED_MOVES)
    if task.team.was_closed_before(on):
        raise WrongState(
            _("“%(team)s” was closed on %(day)s: assign the task to another team first.")
            % {"team": task.team, "day": task.team.closed_on}
        )
    return former


def _state_before(task: Task) -> TaskState:
    """The state of the last version in which the task was not suspended; "in progress" if there is none."""
    former = task.versions.exclude(state=TaskState.SUSPENDED).order_by("-number").values_list("state", flat=True)
    return TaskState(former.first() or TaskState.IN_PROGRESS)


def _refuse_date(task: Task, due_on: date, *, on: date) -> None:
    if task.due_on is None:
        raise Invalid(fields={"due_on": _("An ongoing task has no due date.")})
    if due_on <= task.due_on:
        raise Invalid(fields={"due_on": _("The new due date must be after %(day)s.") % {"day": task.due_on}})
    if due_on < on:
        raise Invalid(fields={"due_on": _("The new due date cannot be before today.")})


def _tell(task: Task, kind: TeamNotice, *, at: datetime) -> None:
    tell_team(task, kind, occasion=f"{kind}-{task.version}", at=at, due_on=task.due_on)
