"""Orders for tests, issued the way the office issues them."""

from datetime import date, datetime

from governance.clock import at_time
from governance.people.models import User
from teams.meetings.ladder import Rung
from teams.meetings.models import Problem, ProblemTeam, SupervisionOrder
from teams.meetings.orders.orders import NewOrder, issue_order
from teams.models import SpecialTeam, Task
from tests.factories import EARLY

SEPTEMBER, OCTOBER = 9, 10


def moment(day: int, hour: int = 10, *, month: int = OCTOBER) -> datetime:
    """A moment of the autumn of 2026."""
    return at_time(date(2026, month, day), hour)


def day(number: int, *, month: int = OCTOBER) -> date:
    """A day of the autumn of 2026."""
    return date(2026, month, number)


def new_order(task: Task, rung: Rung = Rung.RED, *, answer_by: date | None = None, **fields) -> NewOrder:
    """An order as it is to be issued."""
    if answer_by is None and rung != Rung.REMINDER:
        answer_by = date(2026, 11, 2)
    return NewOrder(rung, task.team, "10月上旬报告", "说明原因和措施", answer_by, task, **fields)


def issued(task: Task, rung: Rung = Rung.RED, *, by: User, at: datetime, **fields) -> SupervisionOrder:
    """An order on a task, issued by hand."""
    return issue_order(task.action, new_order(task, rung, **fields), by=by, at=at)


def a_problem(team: SpecialTeam, *, by: User, number: int = 1, **fields) -> Problem:
    """A problem of a team, as raised."""
    problem = Problem.objects.create(
        action=team.action,
        number=number,
        title="登记不服务",
        found_by="check",
        found_on=date(2026, 10, 10),
        raised_at=EARLY,
        raised_by=by,
        **fields,
    )
    ProblemTeam.objects.create(problem=problem, team=team, joined_at=problem.raised_at)
    return problem
