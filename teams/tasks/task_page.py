"""What a task's page shows besides its row: milestones including replaced ones, townships, the last reports."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from governance.lists.text import count_text, names_text, overdue_text
from governance.people.models import User

from ..evidence.gallery import evidence_of_close_outs
from ..models import CloseOut, Milestone, NextStep, SubmittedEntry, Task, TaskShare
from ..rules.progress import percent_of_quantity

REPORTS_SHOWN = 3
"""How many of the last reports about a task its page quotes."""


@dataclass(frozen=True)
class MilestoneLine:
    """A milestone as the page shows it on a day."""

    step: Milestone
    replaced_by: Milestone | None
    on: date

    @property
    def tone(self) -> str:
        """Green done in time, yellow done late, red not done and past due, grey replaced, none while it is not due."""
        if self.replaced_by is not None:
            return "grey"
        if self.step.done_on is not None:
            return "yellow" if self.step.done_on > self.step.due_on else "green"
        return "red" if self.step.due_on < self.on else ""

    @property
    def word(self) -> str:
        """The same as text."""
        if self.replaced_by is not None:
            return _("replaced")
        if self.step.done_on is not None:
            late = (self.step.done_on - self.step.due_on).days
            return ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late} if late > 0 else _("done")
        over = (self.on - self.step.due_on).days
        return overdue_text(over) if over > 0 else ""

    @property
    def is_open(self) -> bool:
        """Whether it can still be marked as done."""
        return self.replaced_by is None and self.step.done_on is None


def milestone_lines(milestones: Sequence[Milestone], *, on: date) -> list[MilestoneLine]:
    """All milestones of a task as rows of its page; a replaced one comes before its replacement."""
    by_replaced = {step.replaces_id: step for step in milestones if step.replaces_id is not None}
    return [MilestoneLine(step, by_replaced.get(step.pk), on) for step in milestones]


def in_force(milestones: Sequence[Milestone]) -> list[Milestone]:
    replaced = {step.replaces_id for step in milestones}
    return [step for step in milestones if step.pk not in replaced]


@dataclass(frozen=True)
class Townships:
    """A task's quantity by township, with a remark on what stands out."""

    task: Task
    rows: Sequence[TaskShare]
    planned: Decimal | None
    """The planned percent of the task: each township is held against it."""

    @property
    def counted(self) -> Decimal:
        """The sum of the counts."""
        return sum((row.done for row in self.rows), Decimal(0))

    @property
    def percents(self) -> list[tuple[TaskShare, Decimal | None]]:
        """Each row with its percent; None without a target."""
        return [
            (row, percent_of_quantity(done=row.done, target=row.target) if row.target else None) for row in self.rows
        ]

    @property
    def news(self) -> list[str]:
        """Who is at zero, who else is behind the plan, and how many have reached their target."""
        asked = [row for row in self.rows if row.target]
        at_zero = [row.township.name for row in asked if not row.done]
        reached = sum(1 for row in asked if row.done >= row.target)
        behind = [
            row.township.name
            for row, percent in self.percents
            if row.done and percent is not None and self.planned is not None and percent < self.planned
        ]
        said = []
        if at_zero:
            words = {"count": len(at_zero), "names": names_text(at_zero)}
            said.append(
                ngettext(
                    "%(count)d township at zero: %(names)s", "%(count)d townships at zero: %(names)s", len(at_zero)
                )
                % words
            )
        if behind:
            words = {"count": len(behind), "names": names_text(behind)}
            said.append(
                ngettext(
                    "%(count)d township behind plan: %(names)s",
                    "%(count)d townships behind plan: %(names)s",
                    len(behind),
                )
                % words
            )
        if reached:
            sentence = ngettext("%(count)d has reached its target", "%(count)d have reached their targets", reached)
            said.append(sentence % {"count": reached})
        return said

    @property
    def difference(self) -> str:
        """The difference between the counts and the count in force, which comes from accepted reports."""
        more = self.counted - (self.task.done or Decimal(0))
        if more > 0:
            return _("%(more)s more than in the last accepted report; they count once the next report is accepted.") % {
                "more": count_text(more)
            }
        if more < 0:
            return _("%(less)s of the accepted count have not been allocated to townships.") % {
                "less": count_text(-more)
            }
        return ""


def townships_of(task: Task, *, planned: Decimal | None) -> Townships | None:
    """The townships with a share in the task; None where the quantity is not divided. One query."""
    rows = [row for row in task.shares.select_related("township") if row.target or row.done]
    return Townships(task, rows, planned) if rows else None


def with_exhibits(close_outs: Iterable[CloseOut], user: User) -> list[CloseOut]:
    """Close-outs with their attachments as `exhibits`, for people who may read them; two queries."""
    rows = list(close_outs)
    found = evidence_of_close_outs([row.pk for row in rows], user)
    for row in rows:
        row.exhibits = found.get(row.pk, [])
    return rows


def last_words(task: Task, user: User) -> list[SubmittedEntry]:
    """What the last accepted reports say about the task, newest first, for people who may read them."""
    rows = SubmittedEntry.objects.visible_to(user).accepted().filter(task=task)
    told = rows.exclude(text="").select_related("submission__report__team", "submission__report__period")
    return list(told.order_by("-submission__report__period__starts_on")[:REPORTS_SHOWN])


def origin_of(task: Task, user: User) -> NextStep | None:
    """The next step of a report that became the task, for people who may read that report."""
    rows = NextStep.objects.visible_to(user).filter(task=task)
    return rows.select_related("report__team", "report__period").first()
