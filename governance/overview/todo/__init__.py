"""What a person has to do: each line says what, until when, and links to the page for it (docs/rules.md#home).

Each role has its own lines, which its app registers; a person with several roles sees all of them. Lines never show
what is done or what is somebody else's to do. County leaders have little to do here: they see what is red (`news.py`)
and what became of their instructions (`instructions.py`).
"""

from datetime import datetime

from governance.lists.reading import read_once
from governance.people.models import User
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader
from teams.models import SpecialAction

from ..wall import Wall
from .administration import setup_line
from .instructions import own_lines
from .news import news_of

__all__ = ["news_of", "own_lines", "setup_line", "todo_of"]


def todo_of(user: User, action: SpecialAction | None, *, now: datetime, wall: Wall | None = None) -> list[TodoLine]:
    """Everything that `user` has to do, most urgent first, in a bounded number of queries.

    `wall` is today's wall chart, if it is composed already: it tells what new teams still have to set up.
    """
    reader = TodoReader(user, now, action, wall.beginnings if wall else ())
    with read_once():
        lines = [line for source in TODO_SOURCES.values() for line in source(reader)]
    return sorted(lines, key=lambda line: line.urgency)
