"""The mutual review of October, in scoring: two groups vote by slips, half of them cast; the third voted on paper.

Letters of the slips come from a fixed sequence, so that all demonstrations are alike; a county's are drawn at random.
"""

from datetime import date, datetime
from functools import partial
from pathlib import Path
from random import Random

from assessments.models import AdoptedPlan, AssessmentPlan, AssessmentRound
from assessments.plans.plans import adopt_plan, save_draft
from assessments.results.moves import begin_checking, begin_scoring
from assessments.rounds.freezing import freeze_measures
from assessments.rounds.rounds import ONLY_CLASS, open_round
from assessments.votes.ballots import Question, ballots_of
from assessments.votes.slips import cast_vote, print_slips
from assessments.votes.tallies import enter_tally
from governance.clock import at_time

from . import script
from .timeline import Timeline

PLAN = Path(__file__).parent / "data" / "mutual-review-2026.toml"
CODE = "mutual-review-2026"
ENDS = at_time(date(2026, 10, 28), 18)
PRINTED = {"villages": 24, "townships": 22}
"""Slips by group; half of them are cast by the 27th."""
COLLECTED = 30
"""Slips on paper of the county departments."""


def review(told: Timeline) -> None:
    """Adopted and opened in October, checked for two days; the groups vote from the 22nd on."""
    mutual = _Review(told)
    told.on(date(2026, 10, 10), 9, 0, mutual.draft)
    told.on(date(2026, 10, 12), 9, 0, mutual.adopt)
    told.on(date(2026, 10, 12), 10, 0, mutual.open)
    told.on(date(2026, 10, 16), 9, 0, mutual.freeze)
    told.on(date(2026, 10, 16), 9, 30, mutual.check)
    told.on(date(2026, 10, 21), 9, 0, mutual.begin_scoring)
    told.on(date(2026, 10, 22), 9, 0, mutual.print)
    for place in range(max(PRINTED.values()) // 2):
        told.on(date(2026, 10, 23 + place // 4), 9 + place % 4, 30, partial(mutual.cast, place))
    told.on(date(2026, 10, 26), 16, 0, mutual.count)


class _Review:
    """The steps of the round."""

    def __init__(self, told: Timeline) -> None:
        self.told = told
        self.codes: dict[str, list[str]] = {}

    @property
    def round(self) -> AssessmentRound:
        return AssessmentRound.objects.get(plan__plan__code=CODE)

    def draft(self, at: datetime) -> None:
        """Import the plan from a file."""
        save_draft(PLAN.read_bytes(), by=self.told.user("centre"), at=at)

    def adopt(self, at: datetime) -> None:
        """Adopt it, by another person."""
        adopt_plan(AssessmentPlan.objects.get(code=CODE), by=self.told.user("centre2"), at=at)

    def open(self, at: datetime) -> None:
        """Open the round: all eight teams in one class."""
        open_round(
            action=self.told.action,
            plan=AdoptedPlan.objects.get(plan__code=CODE),
            kind="review",
            title="2026年10月民主测评",
            starts_on=date(2026, 10, 12),
            ends_on=date(2026, 10, 14),
            cut_off_at=at_time(date(2026, 10, 15), 18),
            classes=dict.fromkeys(script.CLASSES, ONLY_CLASS),
            by=self.told.user("centre"),
            at=at,
        )

    def freeze(self, at: datetime) -> None:
        """There is nothing to measure in this plan."""
        freeze_measures(self.round, by=self.told.user("centre"), at=at)

    def check(self, at: datetime) -> None:
        """Begin the two checking days."""
        begin_checking(self.round, by=self.told.user("centre"), at=at)

    def begin_scoring(self, at: datetime) -> None:
        """Begin scoring on the morning after."""
        begin_scoring(self.round, by=self.told.user("centre"), at=at)

    def print(self, at: datetime) -> None:
        """Print the slips of two groups."""
        draw = Random(20261022).choice
        for code, count in PRINTED.items():
            self.codes[code] = print_slips(
                self.round, code, count=count, ends_at=ENDS, by=self.told.user("centre"), at=at, draw=draw
            )

    def cast(self, place: int, at: datetime) -> None:
        """One slip of each group is cast, until half of them are."""
        for ballot in ballots_of(self.round):
            codes = self.codes.get(ballot.code, [])
            if place < len(codes) // 2:
                marks = {
                    (question.indicator.code, seat.team_id): mark
                    for question in ballot.questions
                    for line, seat in enumerate(question.teams)
                    if (mark := _opinion(question, place, line))
                }
                cast_vote(codes[place], marks, at=at)

    def count(self, at: datetime) -> None:
        """The county departments voted on paper."""
        ballot = next(one for one in ballots_of(self.round) if one.code not in PRINTED)
        counts: dict[tuple[str, int, str], int] = {}
        for question in ballot.questions:
            for line, seat in enumerate(question.teams):
                for mark in filter(None, (_opinion(question, voter, line) for voter in range(COLLECTED))):
                    key = (question.indicator.code, seat.team_id, mark)
                    counts[key] = counts.get(key, 0) + 1
        enter_tally(
            self.round,
            ballot.code,
            counts,
            cast=COLLECTED,
            document="县考核办计票〔2026〕2号",
            basis="县直单位代表会现场发票30张、收回30张，两人唱票、监票",
            by=self.told.user("centre"),
            at=at,
        )


def _opinion(question: Question, voter: int, line: int) -> str:
    """What a voter marks in a line; every thirteenth or so is left blank. Earlier teams are liked a little better."""
    turn = (voter * 7 + line * 5 + ord(question.indicator.code[-1])) % 13
    marks = list(question.marks)
    return "" if turn == 12 else marks[0] if turn < 9 - line % 4 else marks[1] if turn < 11 else marks[2]
