"""What a screen shows of the wall chart, a page of teams after the other."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from teams.models import SpecialAction
from teams.rules.lamps import Lamp

from .sentence import sentence_of
from .wall import NEED, TEAMS_OPEN, Wall, WallTeam, wall_of

SCREEN_SECONDS = 20
"""How long a page stays on a screen."""
TASKS_NAMED = 2
"""Red and yellow tasks of a team that a screen names."""


@dataclass(frozen=True)
class ScreenPage:
    """What a screen shows now: the teams of the current page."""

    wall: Wall
    moment: datetime

    @property
    def number(self) -> int:
        return self.wall.page

    @property
    def pages(self) -> int:
        return self.wall.pages

    @property
    def teams(self) -> Sequence[WallTeam]:
        return self.wall.teams

    @property
    def sentence(self) -> str:
        """What the wall chart says first; a screen has no links."""
        return sentence_of(self.wall, links=False)

    @property
    def moved(self) -> list[str]:
        """What other tasks and levels did to the pace; the rest of the change is in the sentence."""
        return self.wall.change_words[1:]

    @property
    def is_dense(self) -> bool:
        """Whether the rows must be low so that all of them fit."""
        return len(self.teams) > TEAMS_OPEN // 2


def screen_of(action: SpecialAction, *, on: date, now: datetime, query: Mapping[str, str] | None = None) -> ScreenPage:
    """The page to show now, for `SCREEN_SECONDS` by the clock, so that no state is stored."""
    turn = int(now.timestamp()) // SCREEN_SECONDS
    wall = wall_of(
        action,
        on=on,
        now=now,
        user=None,
        query=query,
        page=lambda pages: turn % pages + 1,
        order=NEED,
        lamps=(Lamp.RED, Lamp.YELLOW),
        most=TASKS_NAMED,
    )
    return ScreenPage(wall, now)
