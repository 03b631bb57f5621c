"""What waits for a person: each line says what, until when, and leads to where it is done (docs/rules.md#home).

Each role has lines of its own, which its app registers; a person with several roles sees the lines of all. Nothing that
is done stands here, and nothing that somebody else has to do. County leaders have no chores: they see what is red
(`news.py`).
"""

from datetime import datetime

from governance.people.models import User
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader
from teams.models import SpecialAction

from ..wall import Wall
from .administration import setup_line
from .news import news_of

__all__ = ["news_of", "setup_line", "todo_of"]


def todo_of(user: User, action: SpecialAction | None, *, now: datetime, wall: Wall | None = None) -> list[TodoLine]:
    """Everything that waits for `user`, the most urgent first; a bounded number of queries.

    `wall` is today's wall, where it is composed already: what new teams still owe is read from it.
    """
    beginnings = [shown.beginning for shown in wall.teams if shown.beginning] if wall else []
    reader = TodoReader(user, now, action, beginnings)
    return sorted((line for source in TODO_SOURCES.values() for line in source(reader)), key=lambda line: line.urgency)
