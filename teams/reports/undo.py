"""Undoing an acceptance: by the same person, on the same day, while nothing builds on it.

The rule: docs/rules.md#undone-acceptances.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime

from django.db.models import F
from django.utils.translation import gettext_lazy as _

from governance.clock import at_time, day_of
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import NotAllowed, WrongState
from governance.records.verbs import record, save_version, verb

from ..guards import locked_report, moment_after
from ..models import ProgressReport, ReportDecision, ReportingPeriod, ReportSubmission, Task, TaskVersion
from ..notices import TeamNotice
from ..states import REPORT_MOVES, ReportState, check_move
from ..tasks.changes import Change, LampContext, write_changes
from .review import tell_team

RESTORED = ("percent", "done", "progressed_on", "state")
"""What accepting a report writes into a task."""

UNDOABLE_SHOWN = 3
"""The most reports accepted today that are offered to be undone."""


@verb(says=_("undid the acceptance of a report"))
def undo_acceptance(report: ProgressReport, *, by: User, at: datetime, seen: int | None = None) -> ReportDecision:
    """Undo the acceptance of a report: its tasks are as they were before, and the submission waits again.

    Decision and undoing stay on record. Returns the decision that undoes. `seen` is the version of the report.

    Raises:
        NotAllowed: `by` is not of the office, is of the team, or did not accept the report.
        WrongState: it is not accepted, was accepted on another day, or something builds on the acceptance.
        Stale: the report has changed since version `seen`.
        ClockBehind: it was accepted on a later day than that of `at`.
    """
    report = locked_report(report, seen)
    require("undo_acceptance", by, report)
    check_move(report, ReportState.SUBMITTED, REPORT_MOVES)
    accepted = ReportDecision.objects.standing().select_related("submission")
    decision = accepted.get(submission__report=report, accepted=True)
    if decision.by_id != by.pk:
        raise NotAllowed(_("Only the person who accepted the report can undo it."))
    at = moment_after(decision.at, at, report)
    if day_of(at) != day_of(decision.at):
        raise WrongState(
            _("An acceptance can be undone only on its own day. Errors are corrected in the team's next report.")
        )
    tasks = Task.objects.filter(pk__in=decision.submission.entries.values("task"))
    locked_tasks = {task.pk: task for task in tasks.select_for_update(no_key=True).order_by("pk")}
    _check_nothing_later(report, decision, locked_tasks)
    changes = _restored(decision, locked_tasks)
    if changes:
        lamp_context = LampContext.of(report.period.action)
        write_changes(changes, cause="undo_acceptance", by=by, at=at, lamp_context=lamp_context)
    undone = ReportDecision.objects.create(
        submission=decision.submission, number=decision.number + 1, accepted=False, undoes=decision, at=at, by=by
    )
    save_version(report, {"state": ReportState.SUBMITTED, "decided_at": at})
    change = {"submission": decision.submission.number, "restored": [change.task.number for change in changes]}
    record("undo_acceptance", report, by=by, at=at, change=change)
    tell_team(report, TeamNotice.REPORT_REOPENED, undone, at=at)
    return undone


def accepted_today(user: User, *, on: date) -> list[ProgressReport]:
    """The last reports that `user` accepted on the day `on` and that are still accepted, latest first: one query."""
    mine = ReportDecision.objects.visible_to(user).standing().filter(by=user, accepted=True, at__gte=at_time(on, 0))
    related = mine.select_related("submission__report__team", "submission__report__period").defer(
        "submission__document"
    )
    return [decision.submission.report for decision in related.order_by("-at", "-pk")[:UNDOABLE_SHOWN]]


def _check_nothing_later(report: ProgressReport, decision: ReportDecision, tasks: Iterable[int]) -> None:
    """Refuse where a later report on `tasks` was sent, another on them was accepted, or a period was closed since then.

    The tasks are locked, so that none is accepted meanwhile.
    """
    since = {"at__gte": decision.at}
    later = ReportSubmission.objects.standing().filter(
        entries__task__in=tasks, report__period__starts_on__gt=report.period.starts_on, **since
    )
    accepted = ReportDecision.objects.standing().filter(submission__entries__task__in=tasks, accepted=True, **since)
    if later.exists() or accepted.exclude(pk=decision.pk).exists():
        raise WrongState(
            _("Another report on these tasks was submitted or accepted since then, so this one stays accepted.")
        )
    if ReportingPeriod.objects.filter(action=report.period.action_id, closed_at__gte=decision.at).exists():
        raise WrongState(_("A period was closed since then, so the report stays accepted."))


def _restored(decision: ReportDecision, tasks: Mapping[int, Task]) -> list[Change]:
    """What puts back those of the locked `tasks` that the acceptance changed.

    Raises:
        WrongState: one of them was changed since then.
    """
    written = TaskVersion.objects.filter(task__in=tasks, cause="accept_report", at__gte=decision.at)
    last = dict(written.order_by("number").values_list("task", "number"))
    for task_id, number in last.items():
        if tasks[task_id].version != number:
            changed = {"task": tasks[task_id]}
            raise WrongState(_("Task %(task)s was changed since then, so the report stays accepted.") % changed)
    before = TaskVersion.objects.filter(task__in=last, number=F("task__version") - 1).order_by("task")
    return [Change(tasks[row.task_id], {name: getattr(row, name) for name in RESTORED}) for row in before]
