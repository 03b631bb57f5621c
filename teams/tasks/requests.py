"""Shared steps of the verbs for extensions and close-outs: lock, decide once, notify."""

from datetime import date, datetime
from typing import TypeVar

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, save_version

from ..guards import moment_after
from ..models import CloseOut, Extension, Task
from ..models.request import TaskRequest
from ..roster.recipients import office_people, people_of
from .notices import tell_of_task

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
        ClockBehind: it was asked on a later day than that of `at`.
    """
    if not verdict and not answer.strip():
        raise Invalid(fields={"answer": unexplained})
    decided = {"decided_by": by, "decided_at": moment_after(request.asked_at, at, request.task)}
    save_version(request, {request.VERDICT: verdict, "answer": answer.strip(), **decided})


def tell_asked(request: TaskRequest, kind: str, *, at: datetime, due_on: date | None = None) -> None:
    """Notify the office of the request."""
    key = f"{request.KIND}-{request.pk}-asked"
    tell_of_task(office_people(), request.task, kind, key=key, at=at, due_on=due_on)


def tell_decided(request: TaskRequest, kind: str, *, at: datetime, due_on: date | None = None) -> None:
    """Notify the team of the decision."""
    key = f"{request.KIND}-{request.pk}-decided"
    tell_of_task(people_of(request.task.team), request.task, kind, key=key, at=at, due_on=due_on)
