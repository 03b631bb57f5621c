"""Who answers a clause: tasks, a team, or nobody here because it does not concern the county.

Verbs of the special office (docs/rules.md#requirements).
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, day_text, names_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import (
    in_one_transaction,
    inserted,
    locked,
    raise_version,
    record,
    save_version,
    tell,
    verb,
)
from teams.guards import check_seen
from teams.models import SpecialTeam, Task
from teams.roster.recipients import people_of
from teams.states import TaskState
from teams.tasks.assignment import assign_task

from ..models import Clause, ClauseTask
from ..notices import RequirementNotice


@verb(says=_("matched a clause"))
def match_clause(
    clause: Clause,
    *,
    by: User,
    at: datetime,
    tasks: Sequence[Task] = (),
    team: SpecialTeam | None = None,
    seen: int | None = None,
) -> Clause:
    """Have exactly these tasks take a clause up, or a team answer it without a task; a declined one is taken back.

    Raises:
        NotAllowed: `by` is not of the special office.
        Stale: the clause has changed since version `seen`.
        Invalid: neither or both are named, one is of another action or over, or a team that has answered is left out.
    """
    require("keep_requirements", by)
    clause = locked(clause, "requirement", "team")
    check_seen(clause, seen)
    links = list(clause.tasks.select_related("task__team"))
    teams = _teams(tasks, team)
    if faults := _match_faults(clause, links, tasks, team):
        raise Invalid(fields=faults)
    before = _teams([link.task for link in links], clause.team)
    change: dict[str, Any] = _link(clause, links, tasks)
    change |= save_version(clause, {"team": team, "not_ours": ""})
    if not change:
        return clause
    if change.keys() == {"tasks"}:
        raise_version(clause)
    record("match_clause", clause, by=by, at=at, change=change)
    for added in teams.values():
        if added.pk not in before:
            _tell_matched(clause, added, at=at)
    return clause


@verb(says=_("declared a clause not ours"))
def decline_clause(clause: Clause, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Clause:
    """Declare that a clause does not concern the county, with the reason; it is owed by no team then.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it has been answered.
        Stale: the clause has changed since version `seen`.
        Invalid: there is no reason.
    """
    require("keep_requirements", by)
    clause = locked(clause, "requirement", "team")
    check_seen(clause, seen)
    if clause.answers.exists():
        raise WrongState(_("This clause has been answered, so it does concern the county."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why it does not concern the county.")})
    change: dict[str, Any] = _link(clause, list(clause.tasks.select_related("task")), ())
    change |= save_version(clause, {"team": None, "not_ours": reason.strip()})
    if change:
        record("decline_clause", clause, by=by, at=at, change=change)
    return clause


@in_one_transaction
def assign_task_for(
    clause: Clause, team: SpecialTeam, *, by: User, at: datetime, seen: int | None = None, **fields: Any
) -> Task:
    """Assign a new task that takes a clause up, beside the tasks that do already.

    Raises:
        NotAllowed, WrongState, Stale, Invalid: as the two verbs.
    """
    task = assign_task(team, by=by, at=at, **fields)
    tasks = [link.task for link in ClauseTask.objects.filter(clause=clause).select_related("task__team")]
    match_clause(clause, tasks=[*tasks, task], by=by, at=at, seen=seen)
    return task


def _teams(tasks: Sequence[Task], team: SpecialTeam | None) -> dict[int, SpecialTeam]:
    """The teams that answer: those of the tasks, and without a task the team."""
    found = {task.team_id: task.team for task in tasks}
    return found or ({team.pk: team} if team is not None else {})


def _match_faults(
    clause: Clause, links: Sequence[ClauseTask], tasks: Sequence[Task], team: SpecialTeam | None
) -> dict[str, Text]:
    if tasks and team is not None:
        return {
            "team": _("Where a task takes the clause up, the team of the task answers. Choose only one of the two.")
        }
    if not tasks and team is None:
        return {"tasks": _("Choose a task, or the team that answers without one.")}
    action_id, kept = clause.requirement.action_id, {link.task_id for link in links}
    for task in tasks:
        if task.action_id != action_id:
            return {"tasks": _("“%(task)s” belongs to another special action.") % {"task": task}}
        if task.state == TaskState.CANCELLED and task.pk not in kept:
            return {"tasks": _("“%(task)s” is cancelled. Choose another task.") % {"task": task}}
    if team is not None and (team.action_id != action_id or team.closed_on is not None):
        return {"team": _("This team is closed or belongs to another special action. Choose another team.")}
    chosen = _teams(tasks, team)
    answered = SpecialTeam.objects.filter(clause_answers__clause=clause).distinct().order_by("order")
    left = [each.short_name for each in answered if each.pk not in chosen]
    if left:
        return {"tasks": _("Already answered, so it cannot be left out: %(teams)s.") % {"teams": names_text(left)}}
    return {}


def _link(clause: Clause, links: Sequence[ClauseTask], tasks: Sequence[Task]) -> dict[str, Any]:
    """Link exactly `tasks` to the locked clause; what changed, by the numbers of the tasks."""
    was = [link.task_id for link in links]
    chosen = {task.pk: task for task in tasks}
    if set(was) == set(chosen):
        return {}
    for link in links:
        if link.task_id not in chosen:
            link.delete()
    for key, task in chosen.items():
        if key not in was:
            inserted(ClauseTask(clause=clause, task=task))
    return {"tasks": [sorted(link.task.number for link in links), sorted(task.number for task in chosen.values())]}


def _tell_matched(clause: Clause, team: SpecialTeam, *, at: datetime) -> None:
    """Tell head, deputies and liaisons of a team that it answers."""
    due_on = clause.due_in_force
    facts = {"team": team.short_name, "clause": str(clause.number), "document": clause.requirement.document}
    tell(
        people_of(team),
        RequirementNotice.MATCHED if due_on else RequirementNotice.MATCHED_ANY_DAY,
        key=f"clause-{clause.pk}-{team.pk}-matched-{clause.version}",
        url=clause.requirement.get_absolute_url(),
        at=at,
        facts=facts | ({"by": day_text(due_on)} if due_on else {}),
        due_on=due_on,
    )
