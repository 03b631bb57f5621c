"""Notices to the people of a team about a task."""

from datetime import date, datetime

from governance.records.verbs import tell

from ..models import Task
from ..notices import TeamNotice
from ..roster.recipients import people_of


def tell_team(task: Task, kind: TeamNotice, *, occasion: str, at: datetime, due_on: date | None = None) -> None:
    """Notify head, deputies and liaison of the task's team, once per occasion."""
    tell(
        people_of(task.team),
        kind,
        key=f"task-{task.pk}-{occasion}",
        url=task.get_absolute_url(),
        at=at,
        facts={"task": str(task)},
        due_on=due_on,
    )
