"""Compares a ledger with the stored tasks before anything is written (docs/rules.md#ledger-again).

New numbers become tasks. Existing tasks take over the ledger's text: title, expected result, departments, level, note;
its progress only where there is no accepted report. Fields with a verb of their own (team, dates, state) are never
changed by a ledger: a difference is an error that names the verb. What a cell cannot show (a space at the end of a
title) is no difference, so importing an unedited export changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum

from governance.formats import cells
from governance.formats.faults import CellFault, CellReason, gettext_noop
from governance.formats.units import converted, is_exact, unit_named
from governance.people.models import Department

from ..models import CloseOut, SpecialAction, SpecialTeam, SubmittedEntry, Task, TaskDepartment, TaskShare
from ..rules.progress import FULL
from ..states import OPEN_TASK_STATES, TaskState
from ..tasks.changes import Change
from .file import Ledger, LedgerNotice, LedgerTask, Notice, State
from .file.columns import COLUMNS, Field
from .file.states import StateSaid

TEAM_CHANGED = CellReason(
    "team_changed",
    gettext_noop(
        "Task %(number)s belongs to “%(now)s”, not to “%(ledger)s”. A ledger cannot change the team: edit the task."
    ),
)
START_CHANGED = CellReason(
    "start_changed",
    gettext_noop(
        "Task %(number)s starts on %(now)s, not on %(ledger)s. A ledger cannot change the start: edit the task."
    ),
)
DUE_CHANGED = CellReason(
    "due_changed",
    gettext_noop(
        "Task %(number)s is due on %(now)s, not on %(ledger)s. A ledger cannot change the due date: request "
        "an extension."
    ),
)
DUE_CHANGED_FROM_ONGOING = CellReason(
    "due_changed",
    gettext_noop("Task %(number)s is ongoing and not due on %(ledger)s. Cancel it and assign a task with a due date."),
)
DUE_CHANGED_TO_ONGOING = CellReason(
    "due_changed",
    gettext_noop(
        "Task %(number)s is due on %(now)s and not ongoing. A ledger cannot change this: request an extension."
    ),
)
STATE_CLOSED_BY_LEDGER = CellReason(
    "state_changed",
    gettext_noop(
        "The ledger says 已销号, but task %(number)s is not closed out here. Request its close-out on the task's page."
    ),
)
STATE_OPENED_BY_LEDGER = CellReason(
    "state_changed",
    gettext_noop(
        "Task %(number)s is closed out, but the ledger no longer says 已销号. Assign a new task for the remaining work."
    ),
)
CLOSED_BELOW_FULL = CellReason(
    "closed_below_full",
    gettext_noop(
        "The ledger says 已销号, but the task is only %(percent)s%% done. Correct one of them; if only a part "
        "is closed out, write 部分已销号."
    ),
)
DONE_BELOW_FULL = CellReason(
    "done_below_full",
    gettext_noop("The state says that the task is complete, but it is only %(percent)s%% done. Correct one of them."),
)
CLOSED_AGAINST_STATE = CellReason(
    "closed_against_state",
    gettext_noop(
        "This cell says that the task is not closed out, but the note or 是否销号 says 已销号. Correct one of them."
    ),
)
START_ASKED = CellReason(
    "start_asked",
    gettext_noop("The sheet has no start column. Enter the date on which its new tasks start."),
)
TEAM_CLOSED = CellReason(
    "team_closed", gettext_noop("“%(team)s” was closed on %(day)s and takes no new tasks. Name another team.")
)


READ = {column.field: column.read for column in COLUMNS if column.read}
"""How a task's value reads back from a cell, by column."""


class Kept(StrEnum):
    """Why a ledger does not write a value into an existing task."""

    REPORTED = "reported"
    ENDED = "ended"
    SUSPENDED = "suspended"
    FOLLOWS = "follows"
    COUNTED = "counted"
    SHARED = "shared"
    CANCELLED = "cancelled"


@dataclass(frozen=True)
class Untouched:
    """Values of a task that differ from its row: `fields` by column, [stored, in the row]."""

    task: Task
    why: Kept
    fields: dict[str, tuple[object, object]]


@dataclass(frozen=True)
class Known:
    """What rows are compared with: the names of departments and teams, the tasks, and their accepted reports."""

    departments: dict[str, Department]
    teams: dict[str, SpecialTeam]
    tasks: dict[int, Task]
    joint: dict[int, list[Department]]
    reported: frozenset[int]
    shared: frozenset[int]
    closed_on_request: frozenset[int]


@dataclass
class Reconciliation:
    """What an import will write: new tasks with their joint departments, and changes of existing ones.

    `errors` and `notices` are those of reading and of comparing; with any error nothing may be written. `unchanged` are
    the numbers of rows without changes; `untouched` is where the task keeps its value against the row. `joint_before`
    are the present joint departments of the tasks that get others, by task id.
    """

    errors: list[CellFault]
    notices: list[LedgerNotice] = field(default_factory=list)
    new: list[Task] = field(default_factory=list)
    changes: list[Change] = field(default_factory=list)
    joint: list[tuple[Task, list[Department]]] = field(default_factory=list)
    joint_before: dict[int, list[Department]] = field(default_factory=dict)
    unchanged: list[int] = field(default_factory=list)
    untouched: list[Untouched] = field(default_factory=list)
    asks: list[CellFault] = field(default_factory=list)
    """What must be known beside the file before new tasks can be written."""


def reconcile(action: SpecialAction, ledger: Ledger, tasks: Iterable[Task], *, on: date) -> Reconciliation:
    """Compare each row of `ledger` with `tasks`, those of the action and year, as of the day `on`."""
    found = Reconciliation(errors=list(ledger.errors))
    known = _known(action, tasks)
    kept: set[int] = set()
    for row in ledger.tasks:
        task = known.tasks.get(row.number)
        faults = list(_new_faults(row, known, on=on) if task is None else _differences(row, task, known))
        found.errors += faults
        if faults:
            continue
        if task is None:
            _add(found, action, ledger.year, row, known, on=on)
            continue
        if task.state == TaskState.CANCELLED:
            _pass_over(found, row, task, known)
            continue
        fields, untouched = _changes(row, task, known, on=on)
        _change(found, row, task, fields, known)
        if untouched is not None:
            found.untouched.append(untouched)
            if untouched.why is not Kept.COUNTED:
                kept.add(row.number)
    found.notices = _notices(ledger, known, kept)
    new = {task.number for task in found.new if task.start_on is None}
    sheets = dict.fromkeys(row.sheet for row in ledger.tasks if row.number in new)
    found.asks = [CellFault(START_ASKED, {}, sheet) for sheet in sheets]
    return found


def _add(found: Reconciliation, action: SpecialAction, year: int, row: LedgerTask, known: Known, *, on: date) -> None:
    """Plan a new task; one closed out on paper has no request and no day of request."""
    task = Task(
        action=action,
        year=year,
        number=row.number,
        team=known.teams[row.team],
        lead_department=known.departments[row.lead_department],
        state=TaskState(row.state.value),
        percent=row.percent,
        target=row.target,
        unit=row.unit,
        done=row.done,
        start_on=row.start,  # type: ignore[misc]  # a dry run asks for one that is missing; nothing is saved without it
        due_on=row.due,
        ongoing=row.ongoing,
        progressed_on=on if row.percent else None,
        closed_on=on if row.state is State.CLOSED_OUT else None,
        **row.words,
    )
    found.new.append(task)
    if row.member_departments:
        found.joint.append((task, [known.departments[name] for name in row.member_departments]))


def _change(found: Reconciliation, row: LedgerTask, task: Task, fields: Mapping[str, object], known: Known) -> None:
    """Plan the changes of a task; one that matches the ledger stays unchanged."""
    joint = [known.departments[name] for name in row.member_departments]
    differing = {name: value for name, value in fields.items() if not _stands(task, name, value)}
    joins_anew = joint != _joint_now(task, known)
    if joins_anew:
        found.joint_before[task.pk] = _joint_now(task, known)
    if differing or joins_anew:
        found.changes.append(Change(task, differing, joint=joint if joins_anew else None))
    else:
        found.unchanged.append(row.number)


def _joint_now(task: Task, known: Known) -> list[Department]:
    """The joint departments as a ledger names them, without the lead."""
    return [each for each in known.joint.get(task.pk, []) if each.pk != task.lead_department_id]


def _stands(task: Task, name: str, value: object) -> bool:
    """Whether a column has `value` already, as far as a cell can show it."""
    now = getattr(task, name)
    return now == value or (isinstance(now, str) and name in READ and READ[name](cells.neutral(now)) == value)


def _pass_over(found: Reconciliation, row: LedgerTask, task: Task, known: Known) -> None:
    """A cancelled task stays cancelled, whatever its row says."""
    said = _words(row, known) | _progress_said(row, task)
    differing = {name: (getattr(task, name), value) for name, value in said.items() if not _stands(task, name, value)}
    if differing:
        found.untouched.append(Untouched(task, Kept.CANCELLED, differing))
    found.unchanged.append(row.number)


def _words(row: LedgerTask, known: Known) -> dict[str, object]:
    """What a row says besides progress, by the task's column."""
    fields = {name: value for name, value in row.words.items() if name in row.stated}
    return fields | {"lead_department_id": known.departments[row.lead_department].pk}


def _changes(row: LedgerTask, task: Task, known: Known, *, on: date) -> tuple[dict[str, object], Untouched | None]:
    """The fields that a ledger writes into an existing task, and the progress that it does not write."""
    fields = _words(row, known)
    progress = _progress_said(row, task)
    differing = {name: value for name, value in progress.items() if not _stands(task, name, value)}
    why = _why_kept(row, task, known) if differing else None
    if why is not None:
        return fields, Untouched(task, why, {name: (getattr(task, name), value) for name, value in differing.items()})
    if differing:
        fields |= progress | {"progressed_on": on}
        if progress["percent"] and task.state in (TaskState.ASSIGNED, TaskState.ACKNOWLEDGED):
            fields["state"] = TaskState.IN_PROGRESS
    return fields, _ignored_percent(row, task)


def _progress_said(row: LedgerTask, task: Task) -> dict[str, object]:
    """The progress in the row; empty where its cells are empty."""
    if Field.TARGET in row.stated:
        return _in_unit_of(task, row) | {"percent": row.percent}
    return {"percent": row.percent} if Field.PERCENT in row.stated else {}


def _in_unit_of(task: Task, row: LedgerTask) -> dict[str, object]:
    """The quantity in the row, in the task's unit where it measures the same and two decimals hold it whole."""
    said: dict[str, object] = {"target": row.target, "unit": row.unit or task.unit, "done": row.done}
    own, kept = unit_named(row.unit), unit_named(task.unit)
    if not (row.unit and task.unit and row.unit != task.unit and own.size != kept.size and own.measures_as(kept)):
        return said
    numbers = {"target": row.target or Decimal(0), "done": row.done or Decimal(0)}
    if not all(is_exact(number, own, kept) for number in numbers.values()):
        return said
    return {"unit": task.unit, **{name: converted(number, own, kept) for name, number in numbers.items()}}


def _why_kept(row: LedgerTask, task: Task, known: Known) -> Kept | None:
    """Why a ledger does not write the task's progress; None where it does (docs/rules.md#ledger-again)."""
    if task.pk in known.reported:
        return Kept.REPORTED
    if task.state not in OPEN_TASK_STATES:
        return Kept.SUSPENDED if task.state == TaskState.SUSPENDED else Kept.ENDED
    if task.pk in known.shared:
        return Kept.SHARED
    if task.target is not None and Field.TARGET not in row.stated:
        return Kept.FOLLOWS
    return None


def _ignored_percent(row: LedgerTask, task: Task) -> Untouched | None:
    """A percent entered beside a count that gives another one: only the count decides (docs/rules.md#quantity)."""
    said: Decimal | None = row.percent_said
    if row.target is None or said is None or said in (row.percent, task.percent):
        return None
    return Untouched(task, Kept.COUNTED, {"percent": (row.percent, said)})


def _differences(row: LedgerTask, task: Task, known: Known) -> Iterator[CellFault]:
    """Differences in team, dates and state, each of which has a verb of its own."""
    if row.team != task.team.name:
        yield row.error(TEAM_CHANGED, Field.TEAM, number=row.number, now=task.team.name, ledger=row.team)
    if Field.START in row.stated and row.start != task.start_on:
        yield row.error(START_CHANGED, Field.START, number=row.number, now=str(task.start_on), ledger=str(row.start))
    if row.due != task.due_on:
        reason = DUE_CHANGED
        if task.due_on is None:
            reason = DUE_CHANGED_FROM_ONGOING
        elif row.due is None:
            reason = DUE_CHANGED_TO_ONGOING
        yield row.error(reason, Field.DUE, number=row.number, now=str(task.due_on), ledger=str(row.due))
    closed = task.state == TaskState.CLOSED_OUT
    if row.state_said is StateSaid.CLOSED and not (closed or row.closes):
        yield row.error(STATE_CLOSED_BY_LEDGER, Field.STATE, number=row.number)
    if task.state in OPEN_TASK_STATES and Field.PERCENT in row.stated:
        yield from _state_faults(row)
    place = Field.CLOSED if Field.CLOSED in row.stated else Field.NOTE
    if place == Field.NOTE and _stands(task, "note", row.note):
        return
    if row.closes and not closed:
        yield row.error(STATE_CLOSED_BY_LEDGER, place, number=row.number)
    closed_on_paper = closed and task.pk not in known.closed_on_request
    if closed_on_paper and row.state is not State.CLOSED_OUT and place in row.stated:
        yield row.error(STATE_OPENED_BY_LEDGER, place, number=row.number)


def _new_faults(row: LedgerTask, known: Known, *, on: date) -> Iterator[CellFault]:
    team = known.teams[row.team]
    if team.was_closed_before(on):
        yield row.error(TEAM_CLOSED, Field.TEAM, team=team.name, day=str(team.closed_on))
    if row.state is State.CLOSED_OUT and row.percent < FULL:
        place = Field.CLOSED if Field.CLOSED in row.stated else Field.NOTE
        percent = cells.number_text(row.percent)
        yield row.error(CLOSED_BELOW_FULL, place if row.closes else Field.STATE, percent=percent)
    if row.closes and row.state_said in (StateSaid.NOT_STARTED, StateSaid.UNDER_WAY):
        yield row.error(CLOSED_AGAINST_STATE, Field.STATE)
    yield from _state_faults(row)


def _state_faults(row: LedgerTask) -> Iterator[CellFault]:
    """A state that says complete although the progress is below 100 %."""
    if row.state_said is StateSaid.DONE and row.percent < FULL:
        yield row.error(DONE_BELOW_FULL, Field.STATE, percent=cells.number_text(row.percent))


def _notices(ledger: Ledger, known: Known, kept: set[int]) -> list[LedgerNotice]:
    """The notices of reading that still apply, and those of progress not written; in row order.

    What is said of progress does not apply to a known task that has ended or whose row gives none.
    """
    read: dict[int, list[LedgerNotice]] = {}
    told = {row.number for row in ledger.tasks if Field.PERCENT in row.stated}
    for notice in ledger.notices:
        task = known.tasks.get(notice.number)
        left = task is not None and (task.state not in OPEN_TASK_STATES or task.number not in told)
        if not left or notice.notice is Notice.NO_DUE_DATE:
            read.setdefault(notice.number, []).append(notice)
    for number in kept:
        read.setdefault(number, []).append(LedgerNotice(number, Notice.PROGRESS_KEPT))
    return [notice for row in ledger.tasks for notice in read.get(row.number, [])]


def _known(action: SpecialAction, tasks: Iterable[Task]) -> Known:
    """Everything that rows are compared with, in six queries for any number of rows."""
    by_number = {task.number: task for task in tasks}
    of_action = {"task__action": action}
    departments = {department.pk: department for department in Department.objects.all()}
    joint: dict[int, list[Department]] = {}
    rows = TaskDepartment.objects.filter(**of_action).order_by("task_id", "order")
    for task_id, department_id in rows.values_list("task_id", "department_id"):
        joint.setdefault(task_id, []).append(departments[department_id])
    shared = TaskShare.objects.filter(**of_action).values_list("task_id", flat=True)
    reported = SubmittedEntry.objects.accepted().filter(**of_action)
    return Known(
        departments={department.name: department for department in departments.values()},
        teams={team.name: team for team in SpecialTeam.objects.filter(action=action)},
        tasks=by_number,
        joint=joint,
        reported=frozenset(reported.values_list("task_id", flat=True).distinct()),
        shared=frozenset(shared.distinct()),
        closed_on_request=frozenset(
            CloseOut.objects.filter(**of_action, accepted=True).values_list("task_id", flat=True)
        ),
    )
