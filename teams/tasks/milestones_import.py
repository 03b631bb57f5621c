"""Milestones from a workbook: laid down and marked as done, all or nothing, one audit event for the whole file.

A milestone is known by its task, title and day. One that is there already is left, or marked as done on the day that
the row says. Milestones are never moved: another day is another milestone, and replacing one is done on the task.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import IO

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats import cells
from governance.formats.dates import due_date, start_date
from governance.formats.faults import CellFault, CellReason, gettext_noop
from governance.formats.tables import ReadRow, SheetColumn, read_table
from governance.people.models import User
from governance.people.permissions import require
from governance.records.columns import longest
from governance.records.dry_runs import DryRun, FieldChange, RowChange, refusals_noted, rehearsed
from governance.records.file_store import save_upload
from governance.records.models import SavedUpload, StoredFile
from governance.records.refusals import Invalid
from governance.records.tried_uploads import claim
from governance.records.values import field_name
from governance.records.verbs import checked, locked, record, save_version, verb
from governance.records.words import upload_kind

from ..models import Milestone, SpecialAction, Task
from ..states import EDITABLE_TASK_STATES
from .changes import Change, LampContext, write_changes
from .milestones import MOST, NewMilestone, milestone_faults

MILESTONES_UPLOAD = upload_kind("milestones", _("Milestones"))

TASK_UNKNOWN = CellReason(
    "task_unknown",
    gettext_noop("There is no task %(number)s in %(year)s. Correct the number or import the ledger first."),
)
TASK_ENDED = CellReason("task_ended", gettext_noop("Task %(number)s is at an end; its milestones stay as they are."))
NOT_YET = CellReason("not_yet", gettext_noop("This day has not come yet."))


def _columns(year: int) -> tuple[SheetColumn, ...]:
    """The columns; a date without a year falls in `year`."""

    def due(value: cells.Value) -> date | None:
        return due_date(value, year=year).on

    def day(value: cells.Value) -> date | None:
        return None if cells.is_blank(value) or cells.is_dash(value) else start_date(value, year=year)

    return (
        SheetColumn(
            "number",
            ("任务编号", "任务序号", "序号", "task number", "no"),
            "台账中的序号",
            read=cells.whole_number,
            needed=True,
            width=10,
            example="8",
        ),
        SheetColumn(
            "title",
            ("节点", "节点名称", "工作节点", "milestone", "title"),
            "节点名称",
            needed=True,
            most=longest(Milestone, "title"),
            width=36,
            example="路基贯通",
        ),
        SheetColumn(
            "due_on",
            ("完成时限", "节点时限", "时限", "due"),
            "日期，也可写“9月底前”“10月上旬”，取最后一天",
            read=due,
            needed=True,
            width=14,
            example="2026-11-20",
        ),
        SheetColumn(
            "weight",
            ("权重", "weight"),
            "整数，不填为 1；决定序时进度的形状",
            read=cells.whole_number,
            width=8,
            example="2",
        ),
        SheetColumn(
            "done_on",
            ("完成日期", "实际完成", "done"),
            "已完成的填写实际完成日期",
            read=day,
            width=14,
            example="2026-10-16",
        ),
    )


COLUMNS = _columns(2000)
"""The columns as they are explained; when a file is read its dates fall in the year of its tasks."""


@dataclass
class _Imported:
    """What the rows did: the dry run, and the tasks whose plan line changes, by id."""

    found: DryRun
    tasks: dict[int, Task] = field(default_factory=dict)


def try_milestones(content: IO[bytes], *, action: SpecialAction, year: int, by: User, at: datetime) -> DryRun:
    """What the file would do; writes nothing."""
    require("plan_milestones", by, action)
    rows, faults = _read(content, year)
    return rehearsed(lambda: _write(action, year, rows, faults, at).found)


@verb(says=_("imported milestones"))
def import_milestones(
    content: IO[bytes], *, action: SpecialAction, year: int, tried: StoredFile, seen: str, by: User, at: datetime
) -> SavedUpload:
    """Carry a tried file out; the plan lines and lamps follow, a version of each task is kept.

    Raises:
        NotAllowed: `by` is not of the special office.
        CarriedOut: it was carried out before.
        FileRefused, MovedOn: it has faults now, or would do something else than was seen; nothing is written.
    """
    require("plan_milestones", by, action)
    file = claim(tried)
    rows, faults = _read(content, year)
    done = _write(action, year, rows, faults, at)
    done.found.check(seen)
    changes = [Change(task, {}, also=True) for task in done.tasks.values()]
    if changes:
        write_changes(changes, cause="import_milestones", by=by, at=at, lamp_context=LampContext.of(action))
    counts = {"added": len(done.found.added), "changed": len(done.found.changed), "unchanged": done.found.unchanged}
    change = {"file": file.name, "sha256": file.sha256, "year": year} | counts
    record("import_milestones", action, by=by, at=at, change=change)
    return save_upload(file, MILESTONES_UPLOAD, counts | {"year": year}, by=by, at=at)


def _read(content: IO[bytes], year: int) -> tuple[list[ReadRow], list[CellFault]]:
    keys = ("number", "title", "due_on")
    return read_table(content, _columns(year), key=lambda row: tuple(row.values[key] for key in keys))


def _write(action: SpecialAction, year: int, rows: list[ReadRow], faults: list[CellFault], at: datetime) -> _Imported:
    """Write row by row, under the lock of the action and of the tasks."""
    done = _Imported(DryRun(read=len(rows), faults=faults))
    locked(action)
    numbers = {row.values["number"] for row in rows}
    of_year = Task.objects.filter(action=action, year=year, number__in=numbers).order_by("pk")
    tasks = {task.number: task for task in of_year.select_for_update(of=("self",)).select_related("team")}
    in_force: dict[int, list[Milestone]] = {}
    for milestone in Milestone.objects.filter(task__in=tasks.values(), replaced_by=None):
        in_force.setdefault(milestone.task_id, []).append(milestone)
    for row in rows:
        fault = _fault(row, tasks.get(row.values["number"]), year, at)
        if fault is not None:
            faults.append(fault)
            continue
        task = tasks[row.values["number"]]
        with refusals_noted(faults, row, {"milestones": "title"}):
            _write_row(done, row, task, in_force.setdefault(task.pk, []), at)
    return done


def _fault(row: ReadRow, task: Task | None, year: int, at: datetime) -> CellFault | None:
    """What is wrong with a row before its task is looked into."""
    number, done_on = row.values["number"], row.values.get("done_on")
    if task is None:
        return row.fault(TASK_UNKNOWN, "number", number=number, year=year)
    if task.state not in EDITABLE_TASK_STATES:
        return row.fault(TASK_ENDED, "number", number=number)
    if done_on is not None and done_on > day_of(at):
        return row.fault(NOT_YET, "done_on")
    return None


def _write_row(done: _Imported, row: ReadRow, task: Task, in_force: list[Milestone], at: datetime) -> None:
    """One milestone: laid down, marked as done, or there already."""
    title, due_on, done_on = row.values["title"], row.values["due_on"], row.values.get("done_on")
    weight = row.values.get("weight") or 1
    about = f"{task.number} {title}"
    stands = next((each for each in in_force if (each.title, each.due_on) == (title, due_on)), None)
    if stands is None:
        if len(in_force) >= MOST:
            raise Invalid(fields={"title": _("A task has at most %(most)s milestones in force.") % {"most": MOST}})
        step = NewMilestone(title=title, due_on=due_on, weight=weight)
        if faults := milestone_faults(task, [step]):
            raise Invalid(fields=faults)
        new = checked(step.row(task, laid_at=at, done_on=done_on, done_at=at if done_on else None))
        new.save()
        in_force.append(new)
        done.tasks[task.pk] = task
        said = [("due_on", due_on.isoformat()), ("weight", str(weight)), ("done_on", done_on and done_on.isoformat())]
        fields = [FieldChange(field_name(Milestone, name), "", value) for name, value in said if value]
        done.found.added.append(RowChange(about, fields, task.get_absolute_url()))
    elif done_on in (None, stands.done_on):
        done.found.unchanged += 1
    elif stands.done_on is not None:
        stays = _("It is marked as done on %(day)s already; that day stays.") % {"day": stands.done_on}
        raise Invalid(fields={"done_on": stays})
    else:
        save_version(stands, {"done_on": done_on, "done_at": at})
        done.tasks[task.pk] = task
        change = FieldChange(field_name(Milestone, "done_on"), "", done_on.isoformat())
        done.found.changed.append(RowChange(about, [change], task.get_absolute_url()))
