"""Writes changes of tasks: the rows, their lamp dates and a version of each, for every verb.

Verbs call this while they hold the lock of the task (or of the action, for many). Lamp dates are computed only here,
from percent, dates, milestones, state, rule and calendar; saving a row again changes nothing. Joint departments are
written here as well, so that every version has those of its time.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Self

from django.db.models import F

from governance.people.models import CalendarDay, Department, User
from governance.people.working_days import WorkingDays
from governance.records.verbs import canonical, record

from ..guards import moment_after
from ..models import LampRule, Milestone, SpecialAction, Task, TaskDepartment, TaskVersion
from ..models.task import Judged, TaskWords
from ..rules.lamps import LampDates, Thresholds, asked_late, closed_dates, drop_after, lamp_dates
from ..rules.progress import PlannedStep
from ..states import TaskState

SHARED_FIELDS = (*TaskWords._meta.local_fields, *Judged._meta.local_fields)
"""Fields that a task shares with its versions."""

VERSIONED = tuple(field.attname for field in SHARED_FIELDS)
"""Their database columns."""

LAMP_COLUMNS = ("blue_from", "yellow_from", "red_from")


@dataclass(frozen=True)
class LampContext:
    """What lamp dates depend on besides the task: the rule in force and the calendar."""

    rule: LampRule
    thresholds: Thresholds
    working_days: WorkingDays

    @classmethod
    def of(cls, action: SpecialAction) -> Self:
        """Read the rule and the calendar of an action: two queries."""
        rule = LampRule.objects.filter(action=action).order_by("-number").first()
        if rule is None:
            raise LookupError(f"{action.code} has no lamp rule")
        return cls(rule, rule.thresholds, CalendarDay.objects.working_days())


@dataclass
class Change:
    """New values for one locked task, by field name."""

    task: Task
    fields: Mapping[str, Any]
    also: bool = False
    """Whether something outside the row has changed (milestones, shares), so that a version is needed."""
    joint: Sequence[Department] | None = None
    """The new joint departments, in order; None leaves them. Setting them needs a version, which stores them."""


def milestones_of(tasks: Iterable[Task]) -> dict[int, list[Milestone]]:
    """The milestones in force of each task, by task id: one query."""
    found: dict[int, list[Milestone]] = {task.pk: [] for task in tasks}
    for milestone in Milestone.objects.filter(task__in=found, replaced_by=None).order_by("due_on", "pk"):
        found[milestone.task_id].append(milestone)
    return found


def steps_of(milestones: Iterable[Milestone]) -> list[PlannedStep]:
    """Milestones as the planned steps that the pure rules take."""
    return [PlannedStep(due=milestone.due_on, weight=milestone.weight) for milestone in milestones]


def dates_for(task: Task | TaskVersion, milestones: Sequence[Milestone], lamp_context: LampContext) -> LampDates:
    """The current lamp dates of `task` (docs/rules.md#lamp)."""
    if task.state in (TaskState.SUSPENDED, TaskState.CANCELLED):
        return LampDates()
    if task.state == TaskState.CLOSED_OUT:
        if task.closed_on is None:
            return LampDates()
        late = task.asked_on is not None and asked_late(asked_on=task.asked_on, due=task.due_on)
        return closed_dates(late=late, on=task.closed_on)
    dates = lamp_dates(
        start=task.start_on,
        due=task.due_on,
        milestones=steps_of(milestones),
        percent=task.percent,
        progress_changed_on=task.progressed_on,
        working_days=lamp_context.working_days,
        thresholds=lamp_context.thresholds,
    )
    if task.state == TaskState.CLOSE_OUT_REQUESTED and task.asked_on is not None:
        return drop_after(dates, task.asked_on)
    return dates


def change_task(
    task: Task,
    fields: Mapping[str, object],
    *,
    cause: str,
    by: User,
    at: datetime,
    reason: str = "",
    also: Mapping[str, object] | None = None,
    joint: Sequence[Department] | None = None,
) -> None:
    """Write new values to one locked task, joined with its action: row, lamp, version, and the verb's audit event.

    A task without changes writes nothing. `also` describes, for the event, what has changed outside the row: it makes a
    version necessary and replaces the reason in the event. `joint` sets the joint departments.
    """
    written = write_changes(
        [Change(task, dict(fields), also=bool(also), joint=joint)],
        cause=cause,
        by=by,
        at=at,
        lamp_context=LampContext.of(task.action),
        reason=reason,
    )
    if task.pk in written:
        told = {"reason": [None, reason]} if also is None and reason else also or {}
        record(cause, task, by=by, at=at, change=written[task.pk] | dict(told))


def write_changes(
    changes: Sequence[Change], *, cause: str, by: User | None, at: datetime, lamp_context: LampContext, reason: str = ""
) -> dict[int, dict[str, list[object]]]:
    """Write changes to many locked tasks, compute their lamp dates and store a version of each that changed.

    Returns what changed by task id: {task id: {field: [was, is]}}; a task without changes writes nothing. The caller
    writes the audit event. Queries: one for milestones, one for the last versions, one update and one insert per batch,
    two for joint departments.

    Raises:
        ClockBehind: a task was changed on a later day than that of `at`.
    """
    milestones = milestones_of(change.task for change in changes)
    written: dict[int, dict[str, list[object]]] = {}
    tasks: list[Task] = []
    columns: set[str] = set()
    for change in changes:
        task = change.task
        found = _apply(task, change.fields)
        found |= _apply(task, _lamp_fields(dates_for(task, milestones[task.pk], lamp_context)))
        if found or change.also or change.joint is not None:
            task.version += 1
            written[task.pk] = found
            tasks.append(task)
            columns |= set(found)
    if tasks:
        moments = _moments(tasks, at)
        Task.objects.bulk_update(tasks, sorted(columns | {"version"}), batch_size=200)
        joint = {change.task.pk: change.joint for change in changes}
        anew = [(change.task, change.joint) for change in changes if change.joint is not None]
        if anew:
            TaskDepartment.objects.filter(task__in=[task for task, _ in anew]).delete()
            _insert_joint(anew)
        _keep_versions(tasks, milestones, joint, cause=cause, by=by, moments=moments, reason=reason)
    return written


def _moments(tasks: Sequence[Task], at: datetime) -> dict[int, datetime]:
    """The moment of each task's next version, by task id: `at`, but never before its last version."""
    last = dict(
        TaskVersion.objects.filter(task__in=tasks, number=F("task__version")).order_by().values_list("task", "at")
    )
    return {task.pk: moment_after(last.get(task.pk), at, task) for task in tasks}


def write_new(
    tasks: Sequence[Task],
    *,
    cause: str,
    by: User | None,
    at: datetime,
    lamp_context: LampContext,
    milestones: Sequence[Milestone] = (),
    joint: Sequence[tuple[Task, Sequence[Department]]] = (),
) -> None:
    """Insert unsaved tasks with their milestones (each already pointing at its task), lamp dates and first versions.

    `joint` pairs a task with its joint departments, in order.
    """
    steps: dict[int, list[Milestone]] = {id(task): [] for task in tasks}
    for milestone in milestones:
        steps[id(milestone.task)].append(milestone)
    for task in tasks:
        task.original_due_on = task.due_on
        _apply(task, _lamp_fields(dates_for(task, steps[id(task)], lamp_context)))
    Task.objects.bulk_create(tasks, batch_size=500)
    for milestone in milestones:
        milestone.task_id = milestone.task.pk
        milestone.laid_at = at
        milestone.done_at = at if milestone.done_on else None
    Milestone.objects.bulk_create(milestones, batch_size=500)
    _insert_joint(joint)
    in_force = {task.pk: steps[id(task)] for task in tasks}
    named = {task.pk: () for task in tasks} | {task.pk: departments for task, departments in joint}
    moments = dict.fromkeys(in_force, at)
    _keep_versions(tasks, in_force, named, cause=cause, by=by, moments=moments, reason="")


def _insert_joint(joint: Iterable[tuple[Task, Sequence[Department]]]) -> None:
    """Insert the joint departments of tasks that have none."""
    TaskDepartment.objects.bulk_create(
        [
            TaskDepartment(task=task, department=department, order=place)
            for task, departments in joint
            for place, department in enumerate(departments)
        ],
        batch_size=500,
    )


def _apply(task: Task, fields: Mapping[str, object]) -> dict[str, list[object]]:
    """Set the fields that differ and return {field: [was, is]}."""
    found = {}
    for name, value in fields.items():
        was = getattr(task, name)
        if was != value:
            setattr(task, name, value)
            found[name] = [was, value]
    return found


def _lamp_fields(dates: LampDates) -> dict[str, date | None]:
    return {name: getattr(dates, name) for name in LAMP_COLUMNS}


def _keep_versions(
    tasks: Sequence[Task],
    milestones: Mapping[int, Sequence[Milestone]],
    joint: Mapping[int, Sequence[Department] | None],
    *,
    cause: str,
    by: User | None,
    moments: Mapping[int, datetime],
    reason: str,
) -> None:
    TaskVersion.objects.bulk_create(
        [
            TaskVersion(
                task=task,
                number=task.version,
                at=moments[task.pk],
                by=by,
                cause=cause,
                reason=reason,
                milestones=milestones_document(milestones[task.pk]),
                joint=joint_document(joint.get(task.pk)),
                **{name: getattr(task, name) for name in VERSIONED},
            )
            for task in tasks
        ],
        batch_size=500,
    )


def milestones_document(milestones: Iterable[Milestone]) -> str:
    """Milestones as a version stores them: canonical JSON of title, due, weight, done."""
    return canonical(
        [{"title": step.title, "due": step.due_on, "weight": step.weight, "done": step.done_on} for step in milestones]
    )


def joint_document(departments: Sequence[Department] | None) -> str:
    """Joint departments as a version stores them: canonical JSON of their names; "" where they were not set."""
    return "" if departments is None else canonical([department.name for department in departments])


def milestones_in(version: TaskVersion) -> list[Milestone]:
    """The milestones in a version, as unsaved rows."""
    return [
        Milestone(
            task_id=version.task_id,
            title=step["title"],
            due_on=date.fromisoformat(step["due"]),
            weight=step["weight"],
            done_on=date.fromisoformat(step["done"]) if step["done"] else None,
        )
        for step in json.loads(version.milestones)
    ]
