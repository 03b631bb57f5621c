"""A round of the mutual review in scoring: three groups, two questions, three marks."""

from datetime import date, datetime
from itertools import count
from pathlib import Path

import pytest

from assessments.models import AssessmentRound, Result, VoterGroup, VoteTally
from assessments.plans import plans
from assessments.results import moves, scoring
from assessments.rounds import freezing, rounds
from assessments.votes import slips, tallies
from governance.clock import SHANGHAI
from tests.factories import MemberFactory, TeamFactory

PLAN = Path("governance/overview/demo/data/mutual-review-2026.toml")
OPENED = datetime(2026, 10, 16, 9, 0, tzinfo=SHANGHAI)
BEGUN = datetime(2026, 10, 21, 9, 0, tzinfo=SHANGHAI)
PRINTED = datetime(2026, 10, 22, 9, 0, tzinfo=SHANGHAI)
CAST = datetime(2026, 10, 23, 9, 0, tzinfo=SHANGHAI)
ENDS = datetime(2026, 10, 28, 18, 0, tzinfo=SHANGHAI)
CLOSED = datetime(2026, 10, 29, 9, 0, tzinfo=SHANGHAI)
SCORED = datetime(2026, 10, 30, 9, 0, tzinfo=SHANGHAI)
PUBLISHED = datetime(2026, 11, 9, 9, 0, tzinfo=SHANGHAI)


def counting() -> slips.Draw:
    """Draws letters in a fixed sequence, so that every test prints the same codes."""
    numbers = count(7)
    return lambda letters: letters[next(numbers) ** 2 * 31 % 509 % len(letters)]


class Vote:
    """The round and what its centre does, a step at a time."""

    def __init__(self, action, centre, centre2):
        self.action, self.centre, self.centre2 = action, centre, centre2
        self.draw = counting()

    def begin(self, teams: int = 3, plan: bytes | None = None) -> AssessmentRound:
        """Adopt the plan, open the round and take it to scoring."""
        self.teams = [
            TeamFactory(action=self.action, established_on=date(2026, 3, 1), order=100 + number)
            for number in range(teams)
        ]
        self.heads = {team.pk: MemberFactory(team=team, part="head").user for team in self.teams}
        draft = plans.save_draft(plan or PLAN.read_bytes(), by=self.centre, at=OPENED)
        adopted = plans.adopt_plan(draft, by=self.centre2, at=OPENED)
        self.round = rounds.open_round(
            action=self.action,
            plan=adopted,
            kind="review",
            title="2026年民主测评",
            starts_on=date(2026, 10, 1),
            ends_on=date(2026, 10, 15),
            cut_off_at=OPENED,
            classes={team.code: "all" for team in self.teams},
            by=self.centre,
            at=OPENED,
        )
        freezing.freeze_measures(self.round, by=self.centre, at=OPENED)
        moves.begin_checking(self.round, by=self.centre, at=OPENED)
        moves.begin_scoring(self.round, by=self.centre, at=BEGUN)
        self.round.refresh_from_db()
        return self.round

    def score(self) -> Result:
        """Score what the tallies say."""
        return scoring.score_round(self.round, by=self.centre, at=SCORED)

    def approve(self) -> AssessmentRound:
        """Approve it by the other person."""
        return scoring.approve_round(self.round, document="县考核办〔2026〕9号", by=self.centre2, at=SCORED)

    def publish(self) -> Result:
        """Approve it, put it in public notice and publish it."""
        self.approve()
        moves.post_notice(self.round, by=self.centre, at=SCORED)
        return scoring.publish_round(self.round, by=self.centre, at=PUBLISHED).result

    def print(self, code: str = "townships", slips_: int = 6, **also) -> list[str]:
        """Print slips for a group."""
        also = {"ends_at": ENDS, "by": self.centre, "at": PRINTED, "draw": self.draw} | also
        return slips.print_slips(self.round, code, count=slips_, **also)

    def group(self, code: str = "townships") -> VoterGroup:
        """A group's row."""
        return VoterGroup.objects.get(round=self.round, code=code)

    def marks(self, v1: str, v2: str = "") -> dict[tuple[str, int], str]:
        """One letter a team and question: s(atisfied), f(airly), n(ot), or - for a blank."""
        read = {"s": "95", "f": "75", "n": "40"}
        return {
            (code, team.pk): read[letter]
            for code, letters in (("V1", v1), ("V2", v2))
            for team, letter in zip(self.teams, letters, strict=False)
            if letter != "-"
        }

    def cast(self, code: str, v1: str, v2: str = "", at: datetime = CAST) -> slips.SlipState:
        """Cast a slip."""
        return slips.cast_vote(code, self.marks(v1, v2), at=at)

    def close(self, code: str = "townships", **also) -> VoteTally:
        """Close a group after its end."""
        group = self.group(code)
        return slips.close_group(group, **{"by": self.centre, "at": CLOSED, "seen": group.version} | also)

    def tally(self, code: str, counts, **also) -> VoteTally:
        """Enter a tally from paper: {(indicator, place of the team, mark): how many}."""
        by_team = {(one, self.teams[place].pk, mark): number for (one, place, mark), number in counts.items()}
        also = {"cast": 20, "document": "县考核办计票〔2026〕1号", "by": self.centre, "at": CLOSED} | also
        return tallies.enter_tally(self.round, code, by_team, **also)


@pytest.fixture
def vote(action, centre, centre2) -> Vote:
    """Nothing has happened yet."""
    return Vote(action, centre, centre2)
