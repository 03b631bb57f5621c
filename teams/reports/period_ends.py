"""How the tasks stood when a period ended: kept when it is closed, shown in the dispatch table.

The task is the version known on the evening of the last day, with its lamp; its progress is the one accepted for this
period, else for the latest before, else the one known that evening. Where the accepted progress differs, the lamp is
computed again by the rule in force that evening (docs/rules.md#closing-a-period).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, TypedDict

from django.db.models import Q, QuerySet, Subquery

from governance.clock import end_of
from governance.people.models import CalendarDay

from ..models import LampRule, ReportingPeriod, TaskVersion
from ..rules.lamps import Lamp, lamp_on
from ..rules.progress import percent_of_quantity, plan_line
from ..tasks.changes import LampContext, dates_for, milestones_in, steps_of
from .owed_rows import accepted_entries

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


class Accepted(TypedDict):
    """What accepted reports said last of a task: its percent, its count, and the last day they speak of."""

    accepted_percent: Decimal | None
    accepted_done: Decimal | None
    accepted_for: date | None


@dataclass(frozen=True, slots=True)
class TaskAtEnd:
    """A task at the end of a period: `version` carries the accepted progress and stays unsaved."""

    version: TaskVersion
    lamp: Lamp
    planned: Decimal | None
    rule: LampRule


def tasks_at_end(period: ReportingPeriod, which: Q) -> Iterator[TaskAtEnd]:
    """The tasks `which`, a condition on their versions, as of the last day by what is accepted now: three queries."""
    lamp_context = _lamp_context_on(period)
    for version in _versions(period, which):
        milestones = milestones_in(version)
        dates = version.lamp_dates
        if version.is_open and _lay_progress(version):
            dates = dates_for(version, milestones, lamp_context)
        line = plan_line(start=version.start_on, due=version.due_on, milestones=steps_of(milestones))
        yield TaskAtEnd(
            version,
            lamp=lamp_on(version.state, dates, period.ends_on),
            planned=None if line is None else line.percent_on(period.ends_on),
            rule=lamp_context.rule,
        )


def _versions(period: ReportingPeriod, which: Q) -> "QuerySet[WithAnnotations[TaskVersion, Accepted]]":
    """The versions known on the evening of the last day, with the progress accepted for periods until then: one query.

    In the order of the dispatch table: by team, then by number.
    """
    accepted = accepted_entries("task_id").filter(submission__report__period__starts_on__lte=period.starts_on)
    return (
        TaskVersion.objects.as_known_before(end_of(period.ends_on))
        .filter(which, task__action=period.action_id)
        .annotate(
            accepted_percent=Subquery(accepted.values("percent")[:1]),
            accepted_done=Subquery(accepted.values("done")[:1]),
            accepted_for=Subquery(accepted.values("submission__report__period__ends_on")[:1]),
        )
        .select_related("task")
        .order_by("team__order", "task__year", "task__number")
    )


def _lay_progress(version: "WithAnnotations[TaskVersion, Accepted]") -> bool:
    """Replace the version's progress by the accepted one, and say whether it differs; the version stays unsaved."""
    if version.accepted_percent is None:
        return False
    known = (version.percent, version.done)
    if version.target is None:
        version.percent = version.accepted_percent
    elif version.accepted_done is not None:
        version.done = version.accepted_done
        version.percent = percent_of_quantity(done=version.done, target=version.target)
    if (version.percent, version.done) == known:
        return False
    version.progressed_on = max(filter(None, (version.progressed_on, version.accepted_for)))
    return True


def _lamp_context_on(period: ReportingPeriod) -> LampContext:
    """The rule in force on the last day (the first one where none was yet) and the calendar: two queries."""
    rules = list(LampRule.objects.filter(action=period.action_id).order_by("number"))
    if not rules:
        raise LookupError(f"{period.action.code} has no lamp rule")
    in_force = [rule for rule in rules if rule.at < end_of(period.ends_on)]
    rule = in_force[-1] if in_force else rules[0]
    return LampContext(rule, rule.thresholds, CalendarDay.objects.working_days())
