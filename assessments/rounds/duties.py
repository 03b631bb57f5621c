"""What is owed in a round, team by team, and what keeps the round from its next move (docs/rules.md#rounds)."""

from dataclasses import dataclass, field
from enum import StrEnum

from governance.lists.text import Text


class DutyKind(StrEnum):
    """What somebody owes for a team."""

    MEASURES = "measures"
    FIGURES = "figures"
    CLAIMS = "claims"
    MARKS = "marks"
    VOTES = "votes"
    QUESTIONS = "questions"
    APPEALS = "appeals"


@dataclass(frozen=True)
class Duty:
    """How much of one kind is done for one team: `done` of `of`; `url` is where it is done."""

    team: int
    kind: DutyKind
    done: int
    of: int
    url: str


@dataclass(frozen=True)
class Waiting:
    """One thing that must be settled before a round moves on, as a sentence, and the page where it is settled.

    `missing`: the values that it says are missing, as indicator code and short name of the team.
    """

    words: Text
    url: str
    missing: frozenset[tuple[str, str]] = field(default=frozenset(), compare=False)
