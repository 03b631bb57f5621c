"""The office's verbs about key tasks: assign, edit, acknowledge, cancel.

Progress is not written here: it comes from accepted reports and from the ledger. The due date changes by an extension
alone (`extensions.py`), the state by verbs of its own.
"""

import copy
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, names_text
from governance.people.models import Department, User
from governance.people.permissions import require
from governance.records.columns import column
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.values import shown
from governance.records.verbs import checked, locked, record, save_version, verb

from ..models import NextStep, SpecialAction, SpecialTeam, Task
from ..models.task import TaskWords
from ..notices import TeamNotice
from ..rules.progress import percent_of_quantity
from ..states import EDITABLE_TASK_STATES, TASK_MOVES, TaskState, check_move
from ..words import count_asked
from .changes import LampContext, change_task, write_new
from .milestones import NewMilestone, milestone_faults
from .notices import tell_team

EDITABLE = tuple(field.name for field in TaskWords._meta.local_fields)
"""What `edit_task` may change beside the joint departments."""


@verb(says=_("assigned a task"))
def assign_task(
    team: SpecialTeam,
    *,
    by: User,
    at: datetime,
    joint: Sequence[Department] = (),
    milestones: Sequence[NewMilestone] = (),
    from_step: NextStep | None = None,
    confirmed: Decimal | None = None,
    **fields: Any,
) -> Task:
    """Give a team a new task and notify its people. With `from_step`, a report's next step becomes the task, once.

    `fields` are year, number, due_on (none for an ongoing task), percent and those of `EDITABLE`. With a `target` the
    task has a quantity: `done` is the count so far, and the percent follows from it; `confirmed` is the count that was
    asked a second time and is right.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the next step became a task already.
        Invalid: the number is taken, the team is closed, or dates, quantity, departments or milestones are not valid;
            a count that is asked a second time, under "confirmed".
    """
    action = locked(SpecialAction(pk=team.action_id))
    team = locked(team)
    require("assign_task", by, team)
    step = _open_step(from_step, action)
    task = Task(action=action, team=team, **fields)
    task.ongoing = task.due_on is None
    task.done = None if task.target is None else task.done or Decimal(0)
    _refuse(new_task_faults(task, joint=joint, milestones=milestones, on=day_of(at), confirmed=confirmed))
    if task.target is not None and task.done is not None:
        task.percent = percent_of_quantity(done=task.done, target=task.target)
    checked(task)
    write_new(
        [task],
        cause="assign_task",
        by=by,
        at=at,
        lamp_context=LampContext.of(action),
        milestones=[new.row(task) for new in milestones],
        joint=[(task, joint)],
    )
    change = {"team": [None, team.name], "due_on": [None, task.due_on or "ongoing"]}
    if step is not None:
        save_version(step, {"task": task})
        change["from_step"] = [None, step.audit_name]
    record("assign_task", task, by=by, at=at, change=change)
    _tell_assigned(task, at=at)
    return task


@verb(says=_("edited a task"))
def edit_task(
    task: Task,
    fields: Mapping[str, Any],
    *,
    by: User,
    at: datetime,
    joint: Sequence[Department] | None = None,
    seen: int | None = None,
    confirmed: Decimal | None = None,
) -> Task:
    """Change a task's text (`fields`, names of `EDITABLE`) and its joint departments; no change writes nothing.

    The count of a task with a quantity comes from reports; `done` is accepted only together with a first target. When a
    target changes, the percent follows, and a count far above it is asked unless it is `confirmed`. A team that gets
    the task is notified.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the task is closed out or cancelled.
        Stale: the task has a newer version than `seen`; carries the differences.
        Invalid: an entered value is not valid; a count that is asked a second time, under "confirmed".
    """
    _refuse_unknown(fields)
    task = locked(task, "action", "team", "stage", "lead_department")
    require("edit_task", by, task)
    check_task_editable(task)
    joint_now = [row.department for row in task.joint.select_related("department")]
    joint = joint_now if joint is None else list(joint)
    if seen is not None and seen != task.version:
        raise Stale(_differences(task, fields, joint_now, joint), version=task.version)
    wanted = _with_quantity(task, fields)
    _check_edited(task, wanted, joint, on=day_of(at), confirmed=confirmed)
    former_team = task.team_id
    anew = {"joint": [[str(row) for row in rows] for rows in (joint_now, joint)]} if joint != joint_now else None
    change_task(task, wanted, cause="edit_task", by=by, at=at, also=anew, joint=joint if anew else None)
    if task.team_id != former_team:
        _tell_assigned(task, at=at)
    return task


def check_task_editable(task: Task) -> None:
    """Raise WrongState if the task can no longer be edited."""
    if why := hindrance_to_edit(task):
        raise WrongState(why)


def hindrance_to_edit(task: Task) -> str:
    """Why the task can no longer be edited, as a sentence; empty when it can."""
    if task.state in EDITABLE_TASK_STATES:
        return ""
    return str(
        _("“%(task)s” is now: %(state)s. It can no longer be edited.")
        % {"task": task, "state": task.get_state_display()}
    )


@verb(says=_("acknowledged a task"))
def acknowledge_task(task: Task, *, by: User, at: datetime) -> Task:
    """The team acknowledges its task.

    Raises:
        NotAllowed: `by` is not head, deputy or liaison of the team.
        WrongState: the task is not in the state "assigned".
    """
    task = locked(task, "action", "team")
    require("acknowledge_task", by, task)
    check_move(task, TaskState.ACKNOWLEDGED, TASK_MOVES)
    change_task(task, {"state": TaskState.ACKNOWLEDGED}, cause="acknowledge_task", by=by, at=at)
    return task


@verb(says=_("cancelled a task"))
def cancel_task(task: Task, *, reason: str, by: User, at: datetime) -> Task:
    """Cancel an open task; open requests about it lapse, and its people are notified.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the task is closed out or cancelled.
        Invalid: no reason is given.
    """
    task = locked(task, "action", "team")
    require("cancel_task", by, task)
    check_move(task, TaskState.CANCELLED, TASK_MOVES)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the task is cancelled.")})
    change_task(task, {"state": TaskState.CANCELLED}, cause="cancel_task", by=by, at=at, reason=reason)
    tell_team(task, TeamNotice.TASK_CANCELLED, occasion="cancelled", at=at)
    return task


def _open_step(step: NextStep | None, action: SpecialAction) -> NextStep | None:
    """A report's next step, locked, if it has not become a task."""
    if step is None:
        return None
    step = locked(step, "report__team")
    if step.report.team.action_id != action.pk:
        raise Invalid(_("This next step belongs to another action."))
    if step.task_id is not None:
        raise WrongState(
            _("“%(step)s” has already become task %(task)s.")
            % {"step": step, "task": Task.objects.get(pk=step.task_id)}
        )
    return step


def _tell_assigned(task: Task, *, at: datetime) -> None:
    tell_team(task, TeamNotice.TASK_ASSIGNED, occasion=f"assigned-{task.team_id}", at=at, due_on=task.due_on)


def _with_quantity(task: Task, fields: Mapping[str, Any]) -> dict[str, Any]:
    """`fields` with the count and the percent that a target implies."""
    wanted = dict(fields)
    target = wanted.get("target", task.target)
    if target is None:
        return wanted | {"done": None}
    if task.target is not None:
        if wanted.get("done", task.done) != task.done:
            raise Invalid(
                fields={"done": _("The count of a task comes from its team's reports and is not entered here.")}
            )
        wanted["done"] = task.done
    elif wanted.get("done") is None:
        raise Invalid(fields={"done": _("Enter how many are done so far; the percentage follows from it.")})
    if target > 0 and wanted["done"] >= 0:
        wanted["percent"] = percent_of_quantity(done=wanted["done"], target=target)
    return wanted


def _check_edited(
    task: Task, wanted: Mapping[str, Any], joint: Sequence[Department], *, on: date, confirmed: Decimal | None
) -> None:
    """Refuse invalid values by checking a copy of the task with them."""
    edited = copy.copy(task)
    edited._state = copy.copy(task._state)
    edited._state.fields_cache = dict(task._state.fields_cache)
    for name, value in wanted.items():
        setattr(edited, name, value)
    moved = _team_faults(edited, on=on) if edited.team_id != task.team_id else {}
    asked = _count_faults(edited, confirmed) if edited.target != task.target else {}
    _refuse(moved | _faults(edited, joint) | asked)
    checked(edited)


def new_task_faults(
    task: Task,
    *,
    joint: Sequence[Department],
    milestones: Sequence[NewMilestone],
    on: date,
    confirmed: Decimal | None = None,
) -> dict[str, Text]:
    """Everything that is wrong with a task that is not stored yet, by field; what it lacks is not looked at."""
    faults: dict[str, Text] = {}
    if task.number is not None and task.year is not None:
        faults |= _number_faults(task)
    if task.team_id is not None:
        faults |= _team_faults(task, on=on)
    faults |= _faults(task, joint) | _count_faults(task, confirmed)
    return faults | (milestone_faults(task, milestones) if task.start_on is not None else {})


def _refuse(faults: Mapping[str, Text]) -> None:
    if faults:
        raise Invalid(fields=faults)


def _refuse_unknown(fields: Iterable[str]) -> None:
    """Refuse fields that have a verb of their own, or none: the caller made a mistake."""
    unknown = set(fields) - set(EDITABLE)
    if unknown:
        raise ValueError(f"edit_task does not change {', '.join(sorted(unknown))}")


def _number_faults(task: Task) -> dict[str, Text]:
    if task.number < 1:
        return {"number": _("The number of a task must be 1 or more.")}
    taken = Task.objects.filter(action=task.action, year=task.year, number=task.number).first()
    if taken is None:
        return {}
    words = {"number": task.number, "year": task.year, "title": taken.title}
    return {"number": _("The number %(number)s of %(year)s is already used by “%(title)s”.") % words}


def _team_faults(task: Task, *, on: date) -> dict[str, Text]:
    """The team must belong to the task's action and not be closed on `on`."""
    if task.team.action_id != task.action_id:
        return {"team": _("This team belongs to another action.")}
    if task.team.was_closed_before(on):
        return {"team": _("This team was closed on %(day)s.") % {"day": task.team.closed_on}}
    return {}


def _faults(task: Task, joint: Sequence[Department]) -> dict[str, Text]:
    """What is wrong with dates, stage, departments and quantity, by field."""
    faults: dict[str, Text] = {}
    if task.due_on is not None and task.start_on is not None and task.due_on < task.start_on:
        faults["due_on" if task.pk is None else "start_on"] = _("The due date cannot be before the start date.")
    if task.stage is not None and task.stage.action_id != task.action_id:
        faults["stage"] = _("This stage belongs to another action.")
    if task.lead_department_id in {department.pk for department in joint}:
        faults["joint"] = _("%(department)s leads the task, so it cannot be a joint department as well.") % {
            "department": task.lead_department
        }
    if len(set(joint)) != len(joint):
        faults["joint"] = _("Name each joint department once.")
    if task.target is not None:
        faults |= _quantity_faults(task.target, task.done, task.unit)
    elif task.unit:
        faults["target"] = _("A unit needs a target: how many are to be reached?")
    return faults


def _count_faults(task: Task, confirmed: Decimal | None) -> dict[str, Text]:
    """The question about a count that is twice its target or more, unless that count is confirmed."""
    asked = count_asked(task.done, task.target, task.unit, confirmed)
    return {"confirmed": asked} if asked else {}


def _quantity_faults(target: Decimal, done: Decimal | None, unit: str) -> dict[str, Text]:
    faults: dict[str, Text] = {}
    if target <= 0:
        faults["target"] = _("The target must be more than 0.")
    if done is not None and done < 0:
        faults["done"] = _("The count must be 0 or more.")
    if not unit:
        faults["unit"] = _("Say what is counted: 个, 户, 人次 …")
    return faults


def _differences(
    task: Task, fields: Mapping[str, Any], joint_now: Sequence[Department], joint: Sequence[Department]
) -> list[Difference]:
    """What a stale form would have overwritten, as text."""
    found = [
        Difference(field.verbose_name, shown(getattr(task, field.name), field), shown(value, field))
        for field, value in ((column(Task, name), value) for name, value in fields.items())
        if getattr(task, field.name) != value
    ]
    if joint != joint_now:
        found.append(Difference(_("joint departments"), names_text(joint_now), names_text(joint)))
    return found
