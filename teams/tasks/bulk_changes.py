"""Changes to many tasks at once: all or none, one audit event, and an undo while nobody has changed them since.

The tasks' versions hold the values before; the event names the versions.
"""

import json
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from governance.lists.text import names_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.columns import column
from governance.records.models import AuditEvent
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.values import shown
from governance.records.verbs import locked, record, verb

from ..models import SpecialAction, Task, TaskVersion
from ..states import TASK_MOVES, TaskState
from .assignment import check_task_editable
from .changes import Change, LampContext, write_changes

CHANGEABLE = ("stage", "level", "owner_name", "lead_department")
"""The fields that can be set in many tasks at once; none of them is specific to a task or moves a date."""


@verb(says=_("changed several tasks"))
def change_tasks(tasks: Sequence[Task], fields: Mapping[str, Any], *, by: User, at: datetime) -> AuditEvent | None:
    """Set `fields` (names of `CHANGEABLE`) in each of `tasks`; tasks with these values already are skipped.

    Returns the event, by which the change can be undone; None where nothing changed.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: a task is closed out or cancelled; named, and nothing is changed.
        Invalid: a value is not valid, or a department leads a task that it is joint in; named.
    """
    unknown = set(fields) - set(CHANGEABLE)
    if unknown:
        raise ValueError(f"change_tasks does not change {', '.join(sorted(unknown))}")
    action, rows = _locked(tasks)
    for task in rows:
        require("edit_task", by, task)
    for task in rows:
        check_task_editable(task)
    _check(action, rows, fields)
    written = write_changes(
        [Change(task, dict(fields)) for task in rows],
        cause="edit_task",
        by=by,
        at=at,
        lamp_context=LampContext.of(action),
    )
    if not written:
        return None
    versions = {task.pk: task.version for task in rows if task.pk in written}
    change = {**_said(fields), **_named(rows, written), "_versions": versions}
    return record("change_tasks", action, by=by, at=at, change=change)


@verb(says=_("undid a change of several tasks"))
def undo_change(event: AuditEvent, *, by: User, at: datetime) -> list[Task]:
    """Restore the values that the tasks of a `change_tasks` had before.

    Raises:
        NotAllowed: somebody else made the change, or `by` is no longer of the special office.
        WrongState: a task has changed since, or the change is undone already; named, and nothing is undone.
    """
    if event.by_id != by.pk or event.verb != "change_tasks":
        raise NotAllowed
    after = {int(key): number for key, number in json.loads(event.change)["_versions"].items()}
    action, rows = _locked(list(Task.objects.filter(pk__in=after)))
    for task in rows:
        require("edit_task", by, task)
    _refuse_moved([task for task in rows if task.version != after[task.pk]])
    before = _versions_before(after)
    written = write_changes(
        [Change(task, {name: getattr(before[task.pk], name) for name in CHANGEABLE}) for task in rows],
        cause="edit_task",
        by=by,
        at=at,
        lamp_context=LampContext.of(action),
    )
    record("undo_change", action, by=by, at=at, change=_named(rows, written))
    return rows


@verb(says=_("acknowledged several tasks"))
def acknowledge_tasks(tasks: Sequence[Task], *, by: User, at: datetime) -> list[Task]:
    """The teams acknowledge several of their tasks.

    Raises:
        NotAllowed: `by` is not head, deputy or liaison of a task's team.
        WrongState: a task is not in the state "assigned"; named, and none is acknowledged.
    """
    action, rows = _locked(tasks)
    for task in {task.team_id: task for task in rows}.values():
        require("acknowledge_task", by, task)
    for task in rows:
        if why := hindrance_to_acknowledge(task):
            raise WrongState(why)
    written = write_changes(
        [Change(task, {"state": TaskState.ACKNOWLEDGED}) for task in rows],
        cause="acknowledge_task",
        by=by,
        at=at,
        lamp_context=LampContext.of(action),
    )
    record("acknowledge_tasks", action, by=by, at=at, change=_named(rows, written))
    return rows


def hindrance_to_acknowledge(task: Task) -> str:
    """Why a task cannot be acknowledged, as a sentence; empty when it can."""
    if TaskState.ACKNOWLEDGED in TASK_MOVES[TaskState(task.state)]:
        return ""
    return str(
        _("“%(task)s” is now: %(state)s. Only a newly assigned task can be acknowledged.")
        % {"task": task, "state": task.get_state_display()}
    )


def _locked(tasks: Sequence[Task]) -> tuple[SpecialAction, list[Task]]:
    """The action and the tasks, locked in the order of their keys and read again."""
    if not tasks:
        raise WrongState(_("There is nothing to do: no task is selected, or nothing would change."))
    action = locked(SpecialAction(pk=tasks[0].action_id))
    chosen = Task.objects.select_for_update(no_key=True, of=("self",)).filter(
        pk__in=[task.pk for task in tasks], action=action
    )
    rows = list(chosen.select_related("team", "stage", "lead_department").order_by("pk"))
    if len(rows) != len({task.pk for task in tasks}):
        raise Invalid(_("These tasks belong to different actions. Change the tasks of one action at a time."))
    return action, rows


def _refuse_moved(tasks: Sequence[Task]) -> None:
    if tasks:
        raise WrongState(
            _("Nothing was undone because these have changed in the meantime: %(tasks)s.")
            % {"tasks": names_text(f"“{task}”" for task in tasks)}
        )


def _check(action: SpecialAction, tasks: Sequence[Task], fields: Mapping[str, Any]) -> None:
    """Refuse values that are invalid for every task, and a lead department that is joint in one of the tasks."""
    for name, value in fields.items():
        try:
            column(Task, name).clean(getattr(value, "pk", value), None)
        except ValidationError as error:
            raise Invalid(fields={name: " ".join(error.messages)}) from error
    stage = fields.get("stage")
    if stage is not None and stage.action_id != action.pk:
        raise Invalid(fields={"stage": _("This stage belongs to another action.")})
    lead = fields.get("lead_department")
    if lead is None:
        return
    for task in Task.objects.filter(pk__in=[task.pk for task in tasks], joint__department=lead):
        raise Invalid(
            fields={
                "lead_department": _(
                    "%(department)s is a joint department of “%(task)s”, so it cannot lead it as well."
                )
                % {"department": lead, "task": task}
            }
        )


def _versions_before(after: Mapping[int, int]) -> dict[int, TaskVersion]:
    """Each task's version before the given number: {task id: version}, one query."""
    numbers = {task_id: number - 1 for task_id, number in after.items()}
    found = TaskVersion.objects.filter(task__in=numbers, number__in=set(numbers.values()))
    return {
        version.task_id: version
        for version in found.select_related("stage", "lead_department")
        if version.number == numbers[version.task_id]
    }


def _said(fields: Mapping[str, object]) -> dict[str, str]:
    """The new values as the audit log shows them."""
    return {name: str(shown(value, column(Task, name))) for name, value in fields.items()}


def _named(tasks: Sequence[Task], written: Collection[int]) -> dict[str, list[str]]:
    """The tasks that changed, by number and title."""
    return {"tasks": [str(task) for task in tasks if task.pk in written]}
