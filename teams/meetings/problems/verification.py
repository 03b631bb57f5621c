"""Verification of problems: close out or send back, look back, reopen (docs/rules.md#verification-of-problems)."""

from datetime import date, datetime, timedelta

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import clauses_text, day_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.verbs import locked, verb
from teams.states import ENDED_TASK_STATES, check_move

from ..models import Problem, ProblemTask
from ..notices import ProblemNotice
from ..states import PROBLEM_MOVES, ProblemState
from .steps import check_ahead, step, tell_teams, written

LOOK_BACK_DAYS = 30
"""Days after closing on which the office looks back."""

REOPENED_WITHIN = 180
"""Days after closing within which a problem can be reopened; later a new one names it."""


@verb(says=_("closed a problem out"))
def close_out_problem(problem: Problem, *, by: User, at: datetime, text: str = "", seen: int | None = None) -> Problem:
    """Confirm that a problem is resolved; the office looks back on it later.

    Raises:
        NotAllowed: `by` is not of the special office, or reported it as resolved.
        WrongState: it is not reported as resolved, or a task of rectification is open.
        Stale: it has changed since version `seen`.
    """
    problem = locked(problem, "action")
    require("verify_problem", by, problem)
    check_closing(problem)
    look_again_on = day_of(at) + timedelta(days=LOOK_BACK_DAYS)
    fields = {"look_again_on": look_again_on}
    text = written(text, "text")
    step(problem, ProblemState.CLOSED_OUT, fields, text=text, cause="close_out_problem", by=by, at=at, seen=seen)
    tell_teams(problem, ProblemNotice.CLOSED_OUT, by=by, at=at, due_on=look_again_on)
    return problem


@verb(says=_("sent a problem back"))
def send_back_problem(problem: Problem, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Problem:
    """Send a problem back into rectification; its due date stays.

    Raises:
        NotAllowed: `by` is not of the special office, or reported it as resolved.
        WrongState: it is not reported as resolved.
        Invalid: there is no reason.
        Stale: it has changed since version `seen`.
    """
    problem = locked(problem, "action")
    require("verify_problem", by, problem)
    if problem.state != ProblemState.RESOLVED:
        check_move(problem, ProblemState.CLOSED_OUT, PROBLEM_MOVES)
    reason = written(reason, "text", _("Say what is still missing."))
    step(problem, ProblemState.RECTIFYING, text=reason, cause="send_back_problem", by=by, at=at, seen=seen)
    tell_teams(problem, ProblemNotice.SENT_BACK, by=by, at=at, reason=reason)
    return problem


@verb(says=_("reopened a problem"))
def reopen_problem(
    problem: Problem, *, reason: str, due_on: date, by: User, at: datetime, seen: int | None = None
) -> Problem:
    """Put a closed problem that has returned back into rectification with a new due date; the first one stays.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is not closed out, or was closed out too long ago.
        Invalid: there is no reason, or the new day has passed.
        Stale: it has changed since version `seen`.
    """
    problem = locked(problem, "action")
    require("reopen_problem", by, problem)
    check_reopening(problem, on=day_of(at))
    reason = written(reason, "reason", _("Say what has returned, and how it was found."))
    check_ahead(due_on, at=at)
    fields = {"due_on": due_on, "look_again_on": None}
    step(problem, ProblemState.RECTIFYING, fields, text=reason, cause="reopen_problem", by=by, at=at, seen=seen)
    tell_teams(problem, ProblemNotice.REOPENED, by=by, at=at, reason=reason, due_on=due_on)
    return problem


@verb(says=_("looked back on a problem"))
def look_back_problem(problem: Problem, *, text: str, by: User, at: datetime, seen: int | None = None) -> Problem:
    """Record that a closed problem has not returned; where it has, it is reopened instead.

    Raises:
        NotAllowed: `by` is not of the special office.
        WrongState: it is not closed out, was looked back on already, or its day has not come.
        Invalid: it does not say what was found.
        Stale: it has changed since version `seen`.
    """
    problem = locked(problem, "action")
    require("look_back_problem", by, problem)
    check_looking_back(problem, on=day_of(at))
    text = written(text, "text", _("Say what you looked at, and what you found."))
    fields = {"look_again_on": None}
    step(problem, ProblemState.CLOSED_OUT, fields, text=text, cause="look_back_problem", by=by, at=at, seen=seen)
    tell_teams(problem, ProblemNotice.HOLDS, by=by, at=at)
    return problem


# What can be done ----------------------------------------------------------------------------------------------------
def open_tasks(problem: Problem) -> QuerySet[ProblemTask]:
    """The tasks of rectification that are neither closed out nor cancelled."""
    return problem.tasks.exclude(task__state__in=ENDED_TASK_STATES).select_related("task")


def check_closing(problem: Problem) -> None:
    """Refuse to close a problem that is not resolved, or whose tasks are not.

    Raises:
        WrongState: the state, or the tasks that are open.
    """
    check_move(problem, ProblemState.CLOSED_OUT, PROBLEM_MOVES)
    waiting = [str(row.task) for row in open_tasks(problem)]
    if waiting:
        raise WrongState(
            _("It cannot be closed out while its tasks of rectification are open: %(tasks)s. Close these out first.")
            % {"tasks": clauses_text(waiting)}
        )


def closed_on(problem: Problem) -> date | None:
    """The day on which a problem was last closed out; looking back does not move it."""
    last = None
    before = ""
    for state, at in problem.steps.order_by("number").values_list("state", "at"):
        if state == ProblemState.CLOSED_OUT != before:
            last = day_of(at)
        before = state
    return last


def check_reopening(problem: Problem, *, on: date) -> None:
    """Refuse to reopen a problem that is not closed out, or was closed out too long before the day `on`.

    Raises:
        WrongState: the state, or the last day on which it could be reopened.
    """
    if problem.state != ProblemState.CLOSED_OUT:
        raise WrongState(
            _("“%(problem)s” is now: %(state)s. Only a problem that is closed out can be reopened.")
            % {"problem": problem, "state": problem.get_state_display()}
        )
    closed = closed_on(problem)
    last = (closed or on) + timedelta(days=REOPENED_WITHIN)
    if on > last:
        raise WrongState(
            _("It could be reopened until %(day)s. Raise a new problem and name this one as the earlier one.")
            % {"day": day_text(last)}
        )


def check_looking_back(problem: Problem, *, on: date) -> None:
    """Refuse to look back on a problem that is not closed out, twice, or before its day.

    Raises:
        WrongState: which of these it is.
    """
    if problem.state != ProblemState.CLOSED_OUT or problem.look_again_on is None:
        raise WrongState(_("Nothing is left to look back on here. Reload the page."))
    if on < problem.look_again_on:
        raise WrongState(
            _("Look back from %(day)s on, when it shows whether it lasts. If it has returned already, reopen it.")
            % {"day": day_text(problem.look_again_on)}
        )
