"""The verbs that a page offers for a problem now, given the permissions and the problem's state."""

from datetime import date, timedelta

from governance.people.models import User
from governance.people.permissions import may

from ..models import Problem
from ..states import PROBLEM_MOVES, ProblemState
from .rectification import WITH_TASKS
from .verification import REOPENED_WITHIN, closed_on

RULES = {
    "close_out_problem": "verify_problem",
    "send_back_problem": "verify_problem",
}
"""The rule of a verb whose rule is not called as the verb."""


def offered(user: User, problem: Problem, *, on: date) -> frozenset[str]:
    """Names of the verbs that `user` may run on `problem` on the day `on`; the verbs check again themselves."""
    moves = PROBLEM_MOVES[ProblemState(problem.state)]
    closed = closed_on(problem) if problem.state == ProblemState.CLOSED_OUT else None
    left_open = {
        "analyse_problem": ProblemState.ANALYSED in moves,
        "merge_problem": ProblemState.MERGED in moves,
        "drop_problem": ProblemState.DROPPED in moves,
        "take_up_problem": problem.state == ProblemState.ANALYSED,
        "add_problem_task": problem.state in WITH_TASKS,
        "resolve_problem": ProblemState.RESOLVED in moves,
        "close_out_problem": ProblemState.CLOSED_OUT in moves,
        "send_back_problem": ProblemState.CLOSED_OUT in moves,
        "reopen_problem": closed is not None and on <= closed + timedelta(days=REOPENED_WITHIN),
        "look_back_problem": closed is not None and problem.look_again_on is not None and on >= problem.look_again_on,
    }
    return frozenset(
        name for name, is_open in left_open.items() if is_open and may(user, RULES.get(name, name), problem)
    )
