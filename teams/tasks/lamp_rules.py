"""Recomputes lamp dates when the rule or the calendar changes (docs/rules.md#lamp)."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid
from governance.records.verbs import checked, locked, record, verb

from ..guards import moment_after
from ..models import LampRule, SpecialAction, Task
from ..rules.lamps import Thresholds
from ..states import OPEN_TASK_STATES
from .changes import Change, LampContext, write_changes

BATCH = 500
"""Tasks that are locked and written at once."""


@verb(says=_("set a lamp rule"))
def set_lamp_rule(action: SpecialAction, thresholds: Thresholds, *, by: User, at: datetime) -> LampRule:
    """Give an action new thresholds under a new number and recompute the lamp dates of its open tasks.

    Raises:
        NotAllowed: `by` is not an administrator.
        Invalid: the thresholds are those in force, or not valid.
        ClockBehind: those in force were set on a later day than that of `at`.
    """
    action = locked(action)
    require("set_lamp_rule", by, action)
    former = action.lamp_rules.order_by("-number").first()
    if former is not None and former.thresholds == thresholds:
        raise Invalid(_("These thresholds are already in force."))
    at = moment_after(former and former.at, at, action)
    rule = checked(
        LampRule(
            action=action,
            number=former.number + 1 if former is not None else 1,
            red_gap=int(thresholds.red_gap),
            yellow_gap=int(thresholds.yellow_gap),
            blue_days=thresholds.blue_days,
            stale_days=thresholds.stale_days,
            at=at,
            by=by,
        )
    )
    rule.save()
    relit = relight(action, cause="set_lamp_rule", by=by, at=at)
    record(
        "set_lamp_rule",
        rule,
        by=by,
        at=at,
        change={"rule": [former and _shown(former.thresholds), _shown(thresholds)], "tasks": relit},
    )
    return rule


@verb(says=_("recalculated the lamps"), name="relight_tasks")
def relight_all(action: SpecialAction, *, by: User, at: datetime) -> int:
    """Recompute the lamp dates of an action's open tasks after a change of the calendar; return how many differed.

    Raises:
        NotAllowed: `by` may not change the calendar.
    """
    action = locked(action)
    require("keep_calendar", by, action)
    relit = relight(action, cause="keep_calendar", by=by, at=at)
    record("relight_tasks", action, by=by, at=at, change={"tasks": relit})
    return relit


def relight(action: SpecialAction, *, cause: str, by: User, at: datetime) -> int:
    """Write the dates that differ of a locked action, batch by batch, in the order of keys; return how many tasks
    differed."""
    lamp_context = LampContext.of(action)
    return sum(
        len(write_changes([Change(task, {}) for task in tasks], cause=cause, by=by, at=at, lamp_context=lamp_context))
        for tasks in _open_tasks(action)
    )


def _open_tasks(action: SpecialAction) -> Iterator[list[Task]]:
    """The open tasks of an action, locked, in batches."""
    last = 0
    while True:
        tasks = list(
            Task.objects.select_for_update(no_key=True)
            .filter(action=action, state__in=OPEN_TASK_STATES, pk__gt=last)
            .order_by("pk")[:BATCH]
        )
        if not tasks:
            return
        yield tasks
        last = tasks[-1].pk


def _shown(thresholds: Thresholds) -> dict[str, int]:
    return {
        "red_gap": int(thresholds.red_gap),
        "yellow_gap": int(thresholds.yellow_gap),
        "blue_days": thresholds.blue_days,
        "stale_days": thresholds.stale_days,
    }
