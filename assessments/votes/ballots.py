"""What a group of voters is asked in a round: its questions, their teams, and the marks that can be given."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

from governance.lists.reading import once

from ..engine import Team
from ..engine.applicability import applies
from ..engine.methods.judged import VOTE_SCALE, Vote
from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, Indicator, RoundTeam
from ..rounds.freezing import concerns
from ..words.plans import group_titles, plain_word, title_of


@dataclass(frozen=True)
class Question:
    """One indicator as a group is asked: its stored row, its title, the teams to which it applies.

    `marks`: mark as stored -> what the voter reads, the best first. `is_choice`: the plan names choices; otherwise
    the marks are the whole numbers from 0 to 100.
    """

    indicator: Indicator
    title: str
    teams: tuple[RoundTeam, ...]
    marks: Mapping[str, str]
    is_choice: bool


@dataclass(frozen=True)
class Ballot:
    """What one group is asked: its code, its title, its questions in plan order."""

    code: str
    title: str
    questions: tuple[Question, ...]

    def lines(self) -> Iterator[tuple[Question, RoundTeam]]:
        """Each line: a question and a team."""
        return ((question, seat) for question in self.questions for seat in question.teams)

    @property
    def teams(self) -> dict[int, RoundTeam]:
        """The teams that the group marks, by id, in document order."""
        seats = {seat.team_id: seat for _, seat in self.lines()}
        return dict(sorted(seats.items(), key=lambda item: item[1].team.order))


@once
def ballots_of(round: AssessmentRound) -> list[Ballot]:
    """The ballots of all groups that vote in the round, in the order of the plan. Two queries."""
    plan = round.plan.rules
    planned = [one for one in plan.indicators if isinstance(one.rule.parameters, Vote) and concerns(one, round)]
    if not planned:
        return []
    rows = {row.code: row for row in round.plan.indicators.all()}
    seats = list(round.teams.active().select_related("team").order_by("team__order"))
    questions = {
        one.code: Question(
            rows[one.code],
            title_of(one),
            tuple(seat for seat in seats if applies(plan, one, Team(seat.team.code, seat.team_class, seat.age_days))),
            marks_of(one),
            vote_of(one).choices is not None,
        )
        for one in planned
    }
    ballots = [
        Ballot(
            code,
            title,
            tuple(questions[one.code] for one in planned if code in vote_of(one).groups and questions[one.code].teams),
        )
        for code, title in group_titles(plan).items()
    ]
    return [ballot for ballot in ballots if ballot.questions]


def vote_of(indicator: PlannedIndicator) -> Vote:
    """The method of an indicator that is voted on. Raises TypeError for another."""
    if not isinstance(indicator.rule.parameters, Vote):
        raise TypeError(f"{indicator.code} is not voted on")
    return indicator.rule.parameters


def marks_of(indicator: PlannedIndicator) -> dict[str, str]:
    """The marks that can be given, as stored, with what the voter reads, the best first."""
    choices = vote_of(indicator).choices
    if choices is None:
        return {str(mark): str(mark) for mark in range(VOTE_SCALE, -1, -1)}
    read: dict[str, list[str]] = {}
    for name, mark in sorted(choices.items(), key=lambda choice: -choice[1]):
        read.setdefault(mark_text(mark), []).append(plain_word(name))
    return {mark: " / ".join(names) for mark, names in read.items()}


def mark_text(mark: Decimal) -> str:
    """A mark as it is stored: 95, 87.5."""
    text = format(mark, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
