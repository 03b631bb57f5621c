"""What waits for a person: each line says what, until when, and leads to where it is done (docs/rules.md#home).

Each role has a room; who has several roles sees the lines of all. Nothing that is done stands here, and nothing that
somebody else has to do. County leaders have no chores: they see what is red (`news.py`).
"""

from collections.abc import Iterator
from datetime import datetime

from governance.people.models import User
from governance.people.roles import Role
from teams.models import SpecialAction

from ..wall import Wall
from . import administration, centre, matters, members, office
from .administration import line_of_setting_up
from .line import Waiting
from .news import news_of

__all__ = ["Waiting", "line_of_setting_up", "news_of", "waiting_for"]


def waiting_for(user: User, action: SpecialAction | None, *, now: datetime, wall: Wall | None = None) -> list[Waiting]:
    """Everything that waits for `user`, the most urgent first; a bounded number of queries.

    `wall` is today's wall, where it is composed already: what new teams still owe is read from it.
    """
    return sorted(_lines(user, action, now, wall), key=lambda line: line.urgency)


def _lines(user: User, action: SpecialAction | None, now: datetime, wall: Wall | None) -> Iterator[Waiting]:
    if action is not None:
        yield from members.lines_of(user, action, now, wall)
        yield from matters.lines_of(user, action, now)
        if user.has_role(Role.SPECIAL_OFFICE):
            yield from office.lines_of(user, action, now, wall)
    if user.has_role(Role.ASSESSMENT_CENTRE):
        yield from centre.lines_of(user, now)
    if user.has_role(Role.ADMINISTRATOR):
        yield from administration.lines_of_administrator(now)
    if user.has_role(Role.AUDITOR):
        yield from administration.lines_of_auditor(now)
