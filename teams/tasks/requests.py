"""Shared steps of the verbs for extensions and close-outs: lock, decide once, notify."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import TypeVar

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, save_version, tell

from ..models import CloseOut, Extension, Task
from ..models.request import TaskRequest
from ..roster.recipients import office_people, people_of

Asked = TypeVar("Asked", Extension, CloseOut)


def locked_undecided(request: Asked, by: User, decided: Text) -> Asked:
    """Lock the task and an undecided request for a person who may decide it.

    Raises:
        NotAllowed: `by` is not of the special office, or asked for it.
        WrongState: it is decided; `decided` is the message.
    """
    task = locked(Task(pk=request.task_id), "action", "team")
    request = locked(request, "asked_by")
    request.task = task
    require(f"decide_{request.KIND}", by, request)
    if request.verdict is not None:
        raise WrongState(decided % {"task": task})
    return request


def keep_decision(
    request: TaskRequest, verdict: bool, answer: str, *, unexplained: Text, by: User, at: datetime
) -> None:
    """Write the decision into the locked request.

    Raises:
        Invalid: it is a refusal without a reason; `unexplained` is the message.
    """
    if not verdict and not answer.strip():
        raise Invalid(fields={"answer": unexplained})
    save_version(request, {request.VERDICT: verdict, "answer": answer.strip(), "decided_by": by, "decided_at": at})


def tell_office(request: TaskRequest, kind: str, *, at: datetime, due_on: date | None = None) -> None:
    """Notify the office of the request."""
    _tell(office_people(), request, kind, "asked", at=at, due_on=due_on)


def tell_team(request: TaskRequest, kind: str, *, at: datetime, due_on: date | None = None) -> None:
    """Notify the team of the decision."""
    _tell(people_of(request.task.team), request, kind, "decided", at=at, due_on=due_on)


def _tell(
    people: Iterable[User], request: TaskRequest, kind: str, happened: str, *, at: datetime, due_on: date | None
) -> None:
    tell(
        people,
        kind,
        key=f"{request.KIND}-{request.pk}-{happened}",
        url=request.task.get_absolute_url(),
        at=at,
        facts={"task": str(request.task)},
        due_on=due_on,
    )
