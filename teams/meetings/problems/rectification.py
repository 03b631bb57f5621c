"""Rectification of problems by the lead team (docs/rules.md#rectification)."""

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from governance.formats.files import CheckedFile
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, verb
from teams.evidence.attachments import change_of, keep_evidence
from teams.models import Task
from teams.states import ENDED_TASK_STATES, check_move

from ..models import Problem, ProblemEvidence
from ..notices import ProblemNotice
from ..states import PROBLEM_MOVES, ProblemState
from .steps import join_tasks, name_of_lead, step, tell_office, tell_teams, written

WITH_TASKS = (ProblemState.ANALYSED, ProblemState.RECTIFYING)
"""States of a problem to which a task of rectification can be added."""


@verb(says=_("took up a problem"))
def take_up_problem(problem: Problem, *, by: User, at: datetime, text: str = "", seen: int | None = None) -> Problem:
    """The lead team takes the problem up; it is in rectification from now on.

    Raises:
        NotAllowed: `by` is neither head nor deputy of the lead team.
        WrongState: it is not analysed, or was taken up already.
        Stale: it has changed since version `seen`.
    """
    problem = locked(problem, "action", "lead")
    require("take_up_problem", by, problem)
    check_taking_up(problem)
    text = written(text, "text")
    step(problem, ProblemState.RECTIFYING, text=text, cause="take_up_problem", by=by, at=at, seen=seen)
    tell_office(problem, ProblemNotice.TAKEN_UP, by=by, at=at, team=name_of_lead(problem))
    return problem


@verb(says=_("added a task of rectification"))
def add_problem_task(problem: Problem, task: Task, *, by: User, at: datetime, seen: int | None = None) -> Problem:
    """Make an open task of one of its teams a task of rectification: the problem is not closed out while it is open.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: the problem is neither analysed nor in rectification.
        Invalid: the task is closed out or cancelled, of another team, or belongs to it already.
        Stale: the problem has changed since version `seen`.
    """
    problem = locked(problem, "action")
    require("add_problem_task", by, problem)
    check_adding_task(problem)
    task = locked(task)
    _check_task(problem, task)
    join_tasks(problem, [task])
    state, said = ProblemState(problem.state), {"task": str(task)}
    step(problem, state, text=str(task), cause="add_problem_task", by=by, at=at, seen=seen, also=said)
    tell_teams(problem, ProblemNotice.TASK_ADDED, by=by, at=at, task=task)
    return problem


@verb(says=_("reported a problem as resolved"))
def resolve_problem(
    problem: Problem,
    *,
    text: str,
    by: User,
    at: datetime,
    files: Sequence[CheckedFile] = (),
    seen: int | None = None,
) -> Problem:
    """The lead team reports, for all teams, that the problem is resolved: in words, with evidence of how it looks now.

    Raises:
        NotAllowed: `by` is neither head nor deputy of the lead team.
        WrongState: it is not in rectification.
        Invalid: words or evidence are missing, or a file is given twice; what was attached before the problem was
            closed out and reopened does not show how it looks now.
        Stale: it has changed since version `seen`.
    """
    problem = locked(problem, "action", "lead")
    require("resolve_problem", by, problem)
    check_move(problem, ProblemState.RESOLVED, PROBLEM_MOVES)
    text = written(text, "text", _("Say what was done and what holds now, so that the office can verify it."))
    after = ProblemEvidence.Moment.AFTER
    proofs = keep_evidence(ProblemEvidence, problem, files, by=by, at=at, marks={"moment": after})
    closed = problem.steps.filter(state=ProblemState.CLOSED_OUT, at__gt=OuterRef("file__at"))
    if not problem.evidence.in_force().filter(~Exists(closed), moment=after).exists():
        raise Invalid(fields={"files": _("Attach at least one file that shows how it looks now.")})
    said = change_of(proofs) if proofs else None
    step(problem, ProblemState.RESOLVED, text=text, cause="resolve_problem", by=by, at=at, seen=seen, also=said)
    tell_office(problem, ProblemNotice.RESOLVED, by=by, at=at, team=name_of_lead(problem))
    return problem


def check_taking_up(problem: Problem) -> None:
    """Refuse to take up a problem that is not analysed, or twice.

    Raises:
        WrongState: its state.
    """
    if problem.state != ProblemState.ANALYSED:
        raise WrongState(
            _("“%(problem)s” is now: %(state)s. Only a problem that is analysed can be taken up; reload the page.")
            % {"problem": problem, "state": problem.get_state_display()}
        )


def check_adding_task(problem: Problem) -> None:
    """Refuse a task of rectification for a problem that is neither analysed nor in rectification.

    Raises:
        WrongState: its state.
    """
    if problem.state not in WITH_TASKS:
        raise WrongState(
            _("“%(problem)s” is now: %(state)s. A task can be added while it is analysed or in rectification.")
            % {"problem": problem, "state": problem.get_state_display()}
        )


def _check_task(problem: Problem, task: Task) -> None:
    """Refuse a task that rectifies nothing here.

    Raises:
        Invalid: it is over, of another team, or belongs to the problem already.
    """
    fault = None
    if task.state in ENDED_TASK_STATES:
        fault = _("“%(task)s” is now: %(state)s. Choose an open task.") % {
            "task": task,
            "state": task.get_state_display(),
        }
    elif not problem.teams.filter(team=task.team_id).exists():
        fault = _("“%(task)s” belongs to a team that does not have this problem.") % {"task": task}
    elif problem.tasks.filter(task=task).exists():
        fault = _("“%(task)s” belongs to this problem already.") % {"task": task}
    if fault:
        raise Invalid(fields={"task": fault})
