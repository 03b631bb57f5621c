"""The milestones of a task: set, done on a day, replaced; never moved (docs/rules.md#milestones).

The office sets and replaces them: they shape planned progress and lamps, so a team must not set the standard by which
it is judged. The team reports when one is done.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, sentences_text
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.refusals import Difference, Invalid, Stale, WrongState
from governance.records.verbs import checked, locked, save_version, verb

from ..guards import moment_after
from ..models import Milestone, ReportingPeriod, Task
from ..states import EDITABLE_TASK_STATES
from .changes import change_task

MOST = 60
"""The most milestones in force for one task; more should be tasks of their own."""


@dataclass(frozen=True, kw_only=True)
class NewMilestone:
    """A milestone to be set; `weight` is 1 or more."""

    title: str
    due_on: date
    weight: int = 1

    def row(self, task: Task, **more: Any) -> Milestone:
        """The milestone as an unsaved row."""
        return Milestone(task=task, title=self.title.strip(), due_on=self.due_on, weight=self.weight, **more)

    def laid(self, task: Task, **more: Any) -> Milestone:
        """The row of it, checked and written."""
        new = checked(self.row(task, **more))
        new.save()
        return new


@verb(says=_("set milestones"))
def add_milestones(
    task: Task, steps: Sequence[NewMilestone], *, by: User, at: datetime, seen: int | None = None
) -> list[Milestone]:
    """Set milestones, all or none; the plan line and the lamp follow.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the task is closed out or cancelled.
        Stale: the task has a newer version than `seen`: somebody may have set the same milestones.
        Invalid: nothing is given, a milestone is not valid, or the task has one of this title on this day.
    """
    task = locked(task, "action", "team")
    require("plan_milestones", by, task)
    check_milestones_open(task)
    in_force = list(task.milestones.filter(replaced_by=None))
    if seen is not None and seen != task.version:
        raise Stale(_laid_meanwhile(in_force, steps), version=task.version)
    _refuse(_faults(task, steps, in_force))
    rows = [checked(step.row(task, laid_at=at)) for step in steps]
    Milestone.objects.bulk_create(rows)
    laid = {"milestones": [None, [f"{row.due_on} {row.title}" for row in rows]]}
    change_task(task, {}, also=laid, cause="add_milestones", by=by, at=at)
    return rows


@verb(says=_("marked a milestone as done"))
def complete_milestone(milestone: Milestone, *, done_on: date, by: User, at: datetime) -> Milestone:
    """Mark a milestone as done on a day, permanently; to correct a mistake, replace the milestone.

    A closed period is settled: only the office may enter a day in it, as from paper.

    Raises:
        NotAllowed: `by` neither drafts for the team nor is of the special office.
        WrongState: it is done or replaced already, or the task is closed out or cancelled.
        Invalid: the day is in the future, or in a closed period and `by` is of the team.
    """
    task = locked(Task(pk=milestone.task_id), "action", "team")
    require("complete_milestone", by, task)
    milestone = locked(milestone)
    check_milestones_open(task)
    check_completable(milestone)
    if done_on > day_of(at):
        raise Invalid(fields={"done_on": _("This day is in the future.")})
    if not may(by, "plan_milestones", task):
        _refuse_settled(task, done_on)
    change = save_version(milestone, {"done_on": done_on, "done_at": at})
    done = {"milestone": [None, milestone.title], "done_on": change["done_on"]}
    change_task(task, {}, also=done, cause="complete_milestone", by=by, at=at)
    return milestone


@verb(says=_("replaced a milestone"))
def replace_milestone(milestone: Milestone, step: NewMilestone, *, reason: str, by: User, at: datetime) -> Milestone:
    """Replace a milestone, which stays on record; return the new one.

    A milestone that was marked as done by mistake can be replaced as well.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is replaced already, or the task is closed out or cancelled.
        Invalid: the new one is not valid, is the same as one in force, or no reason is given.
    """
    task = locked(Task(pk=milestone.task_id), "action", "team")
    require("plan_milestones", by, task)
    milestone = locked(milestone)
    check_milestones_open(task)
    check_in_force(milestone)
    others = task.milestones.filter(replaced_by=None).exclude(pk=milestone.pk)
    faults = _faults(task, [step], list(others))
    if not reason.strip():
        faults["reason"] = _("Say why it is being replaced; the old milestone stays on record.")
    elif milestone.done_on is None and _same(milestone, step):
        faults["title"] = _("This is identical to the current milestone.")
    _refuse(faults)
    new = step.laid(task, laid_at=moment_after(milestone.laid_at, at, milestone), replaces=milestone)
    replaced = {
        "milestones": [f"{milestone.due_on} {milestone.title}", f"{new.due_on} {new.title}"],
        "reason": [None, reason.strip()],
    }
    change_task(task, {}, also=replaced, cause="replace_milestone", by=by, at=at, reason=reason.strip())
    return new


def check_milestones_open(task: Task) -> None:
    """Refuse where the task's milestones can no longer be changed.

    Raises:
        WrongState: the task is closed out or cancelled.
    """
    if task.state not in EDITABLE_TASK_STATES:
        raise WrongState(
            _("“%(task)s” is now: %(state)s. Its milestones can no longer be changed.")
            % {"task": task, "state": task.get_state_display()}
        )


def check_in_force(milestone: Milestone) -> None:
    """Refuse a milestone that was replaced.

    Raises:
        WrongState: another one has taken its place.
    """
    new = getattr(milestone, "replaced_by", None)
    if new is not None:
        raise WrongState(
            _("“%(milestone)s” was replaced by “%(new)s”. Reload the page.") % {"milestone": milestone, "new": new}
        )


def check_completable(milestone: Milestone) -> None:
    """Refuse a milestone that cannot be marked as done.

    Raises:
        WrongState: it was replaced, or is marked already.
    """
    check_in_force(milestone)
    if milestone.done_on is not None:
        raise WrongState(
            _("“%(milestone)s” is already marked as done on %(day)s. Reload the page.")
            % {"milestone": milestone, "day": milestone.done_on}
        )


def milestone_faults(task: Task, steps: Sequence[NewMilestone]) -> dict[str, Text]:
    """All faults of new milestones: each has a title, a weight of 1 or more and a day between start and due."""
    return _as_faults(fault for step in steps for fault in _faults_of(task, step))


def _faults_of(task: Task, step: NewMilestone) -> Iterator[Text]:
    words = {"title": step.title, "day": step.due_on}
    if not step.title.strip():
        yield _("The milestone of %(day)s has no title.") % words
    if step.weight < 1:
        yield _("The weight of “%(title)s” must be 1 or more.") % words
    if step.due_on < task.start_on:
        yield _("“%(title)s” on %(day)s is before the start of the task.") % words
    if task.due_on is not None and step.due_on > task.due_on:
        yield _("“%(title)s” on %(day)s is after the due date of the task.") % words


def _faults(task: Task, steps: Sequence[NewMilestone], in_force: Sequence[Milestone]) -> dict[str, Text]:
    """All faults of new milestones, given those in force."""
    if not steps:
        return {"milestones": _("Enter at least one milestone.")}
    faults: list[Text] = []
    if len(steps) + len(in_force) > MOST:
        faults.append(_("A task has at most %(most)s milestones in force.") % {"most": MOST})
    known = {(row.title, row.due_on) for row in in_force}
    for step in steps:
        key = (step.title.strip(), step.due_on)
        if key in known:
            faults.append(_("“%(title)s” on %(day)s appears twice.") % {"title": step.title, "day": step.due_on})
        known.add(key)
        faults += _faults_of(task, step)
    return _as_faults(faults)


def _as_faults(faults: Iterable[Text]) -> dict[str, Text]:
    said = sentences_text(faults)
    return {"milestones": said} if said else {}


def _same(milestone: Milestone, step: NewMilestone) -> bool:
    given = (step.title.strip(), step.due_on, step.weight)
    return given == (milestone.title, milestone.due_on, milestone.weight)


def _refuse(faults: Mapping[str, Text]) -> None:
    if faults:
        raise Invalid(fields=faults)


def _refuse_settled(task: Task, done_on: date) -> None:
    """The team cannot enter a day in a closed period any more."""
    closed = ReportingPeriod.objects.filter(action=task.action, closed_at__isnull=False, ends_on__gte=done_on)
    last = closed.order_by("-ends_on").first()
    if last is not None:
        raise Invalid(
            fields={
                "done_on": _("The period until %(day)s is closed. The office can enter a date in it.")
                % {"day": last.ends_on}
            }
        )


def _laid_meanwhile(in_force: Sequence[Milestone], steps: Sequence[NewMilestone]) -> list[Difference]:
    """The current milestones and those that were to be added, as text."""
    stands = "；".join(f"{row.due_on} {row.title}" for row in in_force)
    given = "；".join(f"{step.due_on} {step.title}" for step in steps)
    return [Difference(_("milestones"), stands, given)]
