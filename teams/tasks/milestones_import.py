"""Milestones from a workbook: laid down and marked as done.

A milestone is known by its task, title and day. One that is there already is left, or marked as done on the day that
the row says. Milestones are never moved: another day is another milestone, and replacing one is done on the task.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats import cells
from governance.formats.dates import due_date
from governance.formats.faults import CellReason, gettext_noop
from governance.formats.tables import ReadRow, SheetColumn, day_or_none
from governance.records.columns import longest
from governance.records.list_import import ListImport, RowFault
from governance.records.refusals import Invalid
from governance.records.verbs import locked, save_version

from ..models import Milestone, SpecialAction, Task
from ..states import EDITABLE_TASK_STATES
from .changes import Change, LampContext, write_changes
from .milestones import MOST, NewMilestone, milestone_faults

TASK_UNKNOWN = CellReason(
    "task_unknown",
    gettext_noop("There is no task %(number)s in %(year)s. Correct the number or import the ledger first."),
)
TASK_ENDED = CellReason("task_ended", gettext_noop("Task %(number)s is at an end; its milestones stay as they are."))
NOT_YET = CellReason("not_yet", gettext_noop("This day has not come yet."))


COLUMNS = (
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
        read_day=lambda value, year: due_date(value, year=year).on,
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
        read_day=day_or_none,
        width=14,
        example="2026-10-16",
    ),
)


@dataclass(kw_only=True)
class MilestonesImport(ListImport):
    """Milestones of the tasks of a year; the plan lines and lamps follow, a version of each task is kept."""

    kind = "milestones"
    words = _("Milestones")
    says = _("imported milestones")
    rule = "plan_milestones"
    model = Milestone
    columns = COLUMNS
    key = ("number", "title", "due_on")
    cells = {"milestones": "title"}

    action: SpecialAction
    year: int

    def row(self) -> SpecialAction:
        """The rule is asked of the action."""
        return self.action

    def year_of_dates(self) -> int:
        """A date without a year falls in that of its task."""
        return self.year

    def begin(self, rows: Sequence[ReadRow]) -> None:
        """Lock the action and the tasks; those whose plan line changes are gathered."""
        self.facts = {"year": self.year}
        self.changed: dict[int, Task] = {}
        locked(self.action)
        numbers = {row.values["number"] for row in rows}
        tasks = Task.objects.filter(action=self.action, year=self.year, number__in=numbers).order_by("pk")
        self.tasks = {task.number: task for task in tasks.select_for_update(of=("self",)).select_related("team")}
        self.in_force: dict[int, list[Milestone]] = {}
        for milestone in Milestone.objects.filter(task__in=self.tasks.values(), replaced_by=None):
            self.in_force.setdefault(milestone.task_id, []).append(milestone)

    def write_row(self, row: ReadRow) -> None:
        """One milestone: laid down, marked as done, or there already."""
        task = self._task(row)
        title, due_on, done_on = row.values["title"], row.values["due_on"], row.values.get("done_on")
        in_force = self.in_force.setdefault(task.pk, [])
        stands = next((each for each in in_force if (each.title, each.due_on) == (title, due_on)), None)
        change = {"done_on": ("", done_on and done_on.isoformat())}
        if stands is None:
            weight = row.values.get("weight") or 1
            if len(in_force) >= MOST:
                raise Invalid(fields={"title": _("A task has at most %(most)s milestones in force.") % {"most": MOST}})
            step = NewMilestone(title=title, due_on=due_on, weight=weight)
            if faults := milestone_faults(task, [step]):
                raise Invalid(fields=faults)
            in_force.append(step.laid(task, laid_at=self.at, done_on=done_on, done_at=self.at if done_on else None))
            change = {"due_on": ("", due_on.isoformat()), "weight": ("", str(weight))} | (change if done_on else {})
        elif done_on in (None, stands.done_on):
            change = {}
        elif stands.done_on is not None:
            said = _("It is marked as done on %(day)s already; that day stays.") % {"day": stands.done_on}
            raise Invalid(fields={"done_on": said})
        else:
            save_version(stands, {"done_on": done_on, "done_at": self.at})
        if change:
            self.changed[task.pk] = task
        self.note(f"{task.number} {title}", change, new=stands is None, url=task.get_absolute_url())

    def finish(self) -> None:
        """Every task whose milestones changed is written once."""
        changes = [Change(task, {}, also=True) for task in self.changed.values()]
        if changes:
            context = LampContext.of(self.action)
            write_changes(changes, cause="import_milestones", by=self.by, at=self.at, lamp_context=context)

    def _task(self, row: ReadRow) -> Task:
        """The task of a row, which takes milestones, on a day that has come."""
        number, done_on = row.values["number"], row.values.get("done_on")
        task = self.tasks.get(number)
        if task is None:
            raise RowFault(row.fault(TASK_UNKNOWN, "number", number=number, year=self.year))
        if task.state not in EDITABLE_TASK_STATES:
            raise RowFault(row.fault(TASK_ENDED, "number", number=number))
        if done_on is not None and done_on > day_of(self.at):
            raise RowFault(row.fault(NOT_YET, "done_on"))
        return task
