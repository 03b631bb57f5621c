"""Notices about a task: to the people of its team, and to whom a request about it concerns."""

from collections.abc import Iterable
from datetime import date, datetime

from governance.people.models import User
from governance.records.verbs import tell

from ..models import Task
from ..roster.recipients import people_of


def tell_team(task: Task, kind: str, *, occasion: str, at: datetime, due_on: date | None = None) -> None:
    """Notify head, deputies and liaison of the task's team, once per occasion."""
    tell_of_task(people_of(task.team), task, kind, key=f"task-{task.pk}-{occasion}", at=at, due_on=due_on)


def tell_of_task(
    people: Iterable[User], task: Task, kind: str, *, key: str, at: datetime, due_on: date | None = None
) -> None:
    """Notify people of something about a task, once per `key`; the notice leads to its page."""
    tell(people, kind, key=key, url=task.get_absolute_url(), at=at, facts={"task": str(task)}, due_on=due_on)
