"""What is owed in a round, team by team, and what keeps the round from its next move (docs/rules.md#rounds)."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from governance.lists.text import Text
from governance.records.refusals import WrongState


class DutyKind(StrEnum):
    """What somebody owes for a team."""

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
    """One thing that must be settled before a round moves on, as a sentence, and the page where it is settled."""

    words: Text
    url: str


def refuse_waiting(found: Sequence[Waiting]) -> None:
    """Refuse a move while something waits, and name all of it. Raises WrongState."""
    if found:
        raise WrongState(" ".join(str(one.words) for one in found))
