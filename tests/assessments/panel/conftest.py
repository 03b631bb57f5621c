"""A round in which six judges mark one indicator of four teams."""

from datetime import datetime

import pytest

from assessments.figures.entry import Entry
from assessments.models import Seat
from assessments.panel import seats, sheets
from assessments.panel.panel import Panel
from assessments.plans import plans
from assessments.results import moves
from governance.clock import SHANGHAI
from governance.people.models import User
from tests.assessments.conftest import OPENED, TRIAL, Story
from tests.factories import UserFactory

BEGUN = datetime(2026, 10, 21, 8, 0, tzinfo=SHANGHAI)
SEATED = datetime(2026, 10, 21, 8, 10, tzinfo=SHANGHAI)
MARKED = datetime(2026, 10, 21, 8, 30, tzinfo=SHANGHAI)
DECIDED = datetime(2026, 10, 21, 8, 45, tzinfo=SHANGHAI)

TIERS = """source = "data"
department = "special office"
method = { name = "tier", tiers = { complete = 10, partial = 5, none = 0 } }"""
PLAN = TRIAL.read_text().replace(TIERS, 'source = "panel"\nmethod = { name = "panel", scale = 100 }')


class Judged(Story):
    """The trial's story under a plan whose T6 is marked by judges; each step calls the verb that people call."""

    def adopt(self):
        """Adopt the plan with judges."""
        plan = plans.save_draft(PLAN.encode(), by=self.centre, at=OPENED)
        self.plan = plans.adopt_plan(plan, by=self.centre2, at=OPENED)
        return self.plan

    def seat(self, person: User | None = None, **also) -> Seat:
        """A seat for `person`, or somebody new."""
        label = f"评委{self.round.seats.count() + 1}"
        also = {"label": label, "indicators": ["T6"], "by": self.centre, "at": SEATED} | also
        return seats.make_seat(self.round, person=person or UserFactory(), **also)

    def owed(self, seat: Seat):
        """What the seat can mark now."""
        return sheets.to_mark(Panel(self.round, at=MARKED), seat)

    def mark(self, seat: Seat, *marks: str, at=MARKED):
        """Type marks in document order, over what was typed."""
        owed = self.owed(seat)
        drafts = sheets.drafts_of(seat, owed)
        typed = {
            one.key: sheets.Typed(mark, drafts[one.key].version if one.key in drafts else 0)
            for one, mark in zip(owed, marks, strict=False)
        }
        return sheets.save_marks(seat, typed, by=seat.person, at=at)

    def sign(self, seat: Seat, at=MARKED):
        """Sign what is typed."""
        seen = sheets.sheet_version(sheets.drafts_of(seat, self.owed(seat)))
        return sheets.sign_sheet(seat, seen=seen, by=seat.person, at=at)

    def judge(self, *columns: list[str], at=MARKED) -> list[Seat]:
        """A seat for each column of marks, marked and signed."""
        made = [self.seat() for _ in columns]
        for seat, column in zip(made, columns, strict=True):
            self.mark(seat, *column, at=at)
            self.sign(seat, at=at)
        return made

    def enter_all(self):
        """The figures of T7; T6 is marked in scoring."""
        self.enter("T7", {team.code: Entry("12", "24") for team in self.teams[:-1]})

    def begin(self):
        """Begin scoring, early enough to mark before the score."""
        return moves.begin_scoring(self.round, by=self.centre, at=BEGUN)

    def score(self):
        """Score the round; where nobody has a seat, six judges mark before, no marks far apart."""
        if not self.round.seats.exists():
            self.judge(*SIX)
        return super().score()


SIX = [
    ["80", "71", "90", "60.5"],
    ["82", "72", "91", "61"],
    ["84", "73", "92", "62"],
    ["86", "74", "93", "63"],
    ["88", "75", "94", "64"],
    ["90", "76", "95", "65"],
]


@pytest.fixture
def story(action, centre, centre2, office) -> Judged:
    """Nothing has happened yet."""
    return Judged(action, centre, centre2, office)


@pytest.fixture
def marking(story) -> Judged:
    """Scoring has begun; nobody has a seat."""
    story.until("checking")
    story.begin()
    return story
