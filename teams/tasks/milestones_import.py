"""Milestones from a workbook: laid down and marked as done.

A milestone is known by its task, title and day. One that is there already is left, or marked as done on the day that
the row says. Milestones are never moved: another day is another milestone, and replacing one is done on the task.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.formats import cells
from governance.formats.dates import due_date
from governance.formats.faults import CellFault, CellReason, gettext_noop
from governance.formats.tables import ReadRow, SheetColumn, day_or_none
from governance.records.columns import longest
from governance.records.list_import import REFUSED, ListImport
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
TASK_ENDED = CellReason(
    "task_ended", gettext_noop("Task %(number)s has ended; its milestones can no longer be changed.")
)
NOT_YET = CellReason("not_yet", gettext_noop("This day is in the future."))


COLUMNS = (
    SheetColumn(
        "number",
        ("任务编号", "任务序号", "编号", "序号", "task number", "no"),
        "台账中的序号",
        read=cells.whole_number,
        needed=True,
        width=10,
        example="8",
    ),
    SheetColumn(
        "title",
        ("节点", "节点名称", "工作节点", "节点内容", "节点任务", "阶段任务", "阶段目标", "milestone", "title"),
        "节点名称",
        needed=True,
        most=longest(Milestone, "title"),
        width=36,
        example="路基贯通",
    ),
    SheetColumn(
        "due_on",
        ("完成时限", "节点时限", "时限", "完成时间", "计划完成时间", "计划完成日期", "截止日期", "截止时间", "due"),
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
        ("完成日期", "实际完成", "实际完成日期", "实际完成时间", "办结日期", "done"),
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
        numbers = {row.values["number"] for row in rows} - {None}
        tasks = Task.objects.filter(action=self.action, year=self.year, number__in=numbers).order_by("pk")
        self.tasks = {
            task.number: task for task in tasks.select_for_update(no_key=True, of=("self",)).select_related("team")
        }
        self.in_force: dict[int, list[Milestone]] = {}
        for milestone in Milestone.objects.filter(task__in=self.tasks.values(), replaced_by=None):
            self.in_force.setdefault(milestone.task_id, []).append(milestone)

    def faults_of(self, row: ReadRow) -> Iterator[CellFault]:
        """A task that is not known or takes no milestones any more, a day out of its time or that has not come."""
        number, done_on = row.values["number"], row.values.get("done_on")
        task = self.tasks.get(number)
        if task is None and number is not None:
            yield row.fault(TASK_UNKNOWN, "number", number=number, year=self.year)
        elif task is not None and task.state not in EDITABLE_TASK_STATES:
            yield row.fault(TASK_ENDED, "number", number=number)
        elif task is not None and (step := self._new_step(row, task)):
            for message in milestone_faults(task, [step]).values():
                yield row.fault(REFUSED, "title", message=message)
        if done_on is not None and done_on > day_of(self.at):
            yield row.fault(NOT_YET, "done_on")

    def _new_step(self, row: ReadRow, task: Task) -> NewMilestone | None:
        """The milestone of a row; None where it is in force already, or its title or day could not be read."""
        title, due_on = row.values["title"], row.values["due_on"]
        if not title or due_on is None or self._in_force(task, title, due_on):
            return None
        return NewMilestone(title=title, due_on=due_on, weight=row.values.get("weight") or 1)

    def _in_force(self, task: Task, title: str, due_on: date) -> Milestone | None:
        found = (each for each in self.in_force.get(task.pk, ()) if (each.title, each.due_on) == (title, due_on))
        return next(found, None)

    def write_row(self, row: ReadRow) -> None:
        """One milestone: laid down, marked as done, or there already."""
        task = self.tasks[row.values["number"]]
        title, due_on, done_on = row.values["title"], row.values["due_on"], row.values.get("done_on")
        in_force, stands = self.in_force.setdefault(task.pk, []), self._in_force(task, title, due_on)
        change = {"done_on": ("", done_on and done_on.isoformat())}
        if stands is None:
            step = NewMilestone(title=title, due_on=due_on, weight=row.values.get("weight") or 1)
            if len(in_force) >= MOST:
                raise Invalid(fields={"title": _("A task has at most %(most)s milestones in force.") % {"most": MOST}})
            in_force.append(step.laid(task, laid_at=self.at, done_on=done_on, done_at=self.at if done_on else None))
            change = {"due_on": ("", due_on.isoformat()), "weight": ("", str(step.weight))} | (
                change if done_on else {}
            )
        elif done_on in (None, stands.done_on):
            change = {}
        elif stands.done_on is not None:
            said = _("It is already marked as done on %(day)s, and that date cannot be changed.") % {
                "day": stands.done_on
            }
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
