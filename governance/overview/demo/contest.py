"""The contest of the third quarter, in the middle of it: seven judges, of whom five have signed their sheets."""

from datetime import date, datetime
from functools import partial
from pathlib import Path

from assessments.figures.entry import Entry, enter_figures
from assessments.models import AdoptedPlan, AssessmentPlan, AssessmentRound, Seat
from assessments.panel.panel import Owed, Panel
from assessments.panel.seats import make_seat
from assessments.panel.sheets import Typed, drafts_of, save_marks, sheet_version, sign_sheet, to_mark
from assessments.plans.plans import adopt_plan, save_draft
from assessments.results.moves import begin_checking, begin_scoring
from assessments.rounds.freezing import freeze_measures
from assessments.rounds.rounds import open_round
from governance.clock import at_time

from . import script
from .timeline import Timeline

PLAN = Path(__file__).parent / "data" / "contest-2026.toml"
CODE = "contest-2026"


def contest(told: Timeline) -> None:
    """The plan is adopted in June; in October the round is opened, frozen, filled, checked and, in scoring, marked."""
    round = _Contest(told)
    told.on(date(2026, 6, 29), 9, 30, round.draft)
    told.on(date(2026, 6, 30), 9, 30, round.adopt)
    told.on(date(2026, 10, 9), 10, 0, round.open)
    told.on(date(2026, 10, 12), 9, 30, round.freeze)
    told.on(date(2026, 10, 12), 16, 0, round.enter)
    told.on(date(2026, 10, 12), 17, 30, round.check)
    told.on(date(2026, 10, 15), 10, 0, round.begin_scoring)
    told.on(date(2026, 10, 19), 9, 0, round.seat)
    for number, (day, marks) in script.CONTEST_MARKS.items():
        told.on(day, 10, number, partial(round.mark, number, marks))
        if number in script.CONTEST_SIGNED:
            told.on(day, 11, number, partial(round.sign, number))


class _Contest:
    """The steps of the round, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    @property
    def round(self) -> AssessmentRound:
        """The contest of the third quarter."""
        return AssessmentRound.objects.get(plan__plan__code=CODE)

    def draft(self, at: datetime) -> None:
        """Import the plan from a file."""
        save_draft(PLAN.read_bytes(), by=self.told.user("centre2"), at=at)

    def adopt(self, at: datetime) -> None:
        """Adopt it, knowing that no rate of close-outs exists for a team that has nothing due."""
        adopt_plan(AssessmentPlan.objects.get(code=CODE), by=self.told.user("centre"), at=at, confirmed=True)

    def open(self, at: datetime) -> None:
        """Open the round: eight teams in one class."""
        open_round(
            action=self.told.action,
            plan=AdoptedPlan.objects.get(plan__code=CODE),
            kind="quarter",
            title="2026年第三季度擂台赛",
            starts_on=date(2026, 7, 1),
            ends_on=date(2026, 9, 30),
            cut_off_at=at_time(date(2026, 10, 10), 18),
            classes=dict.fromkeys(script.CLASSES, "all"),
            by=self.told.user("centre"),
            at=at,
            confirmed=True,
        )

    def freeze(self, at: datetime) -> None:
        """Freeze what was recorded until the cut-off."""
        freeze_measures(self.round, by=self.told.user("centre"), at=at)

    def enter(self, at: datetime) -> None:
        """Enter what departments supply, each indicator with its document; there was no municipal contest."""
        for code, (document, values) in script.CONTEST_FIGURES.items():
            enter_figures(
                self.round,
                self.round.plan.indicators.get(code=code),
                {team: Entry(value) for team, value in zip(script.CLASSES, values, strict=True) if value},
                document=document,
                basis="三季度擂台赛核定表（盖章）",
                by=self.told.user("centre"),
                at=at,
            )
        enter_figures(
            self.round,
            self.round.plan.indicators.get(code="C7"),
            dict.fromkeys(script.CLASSES, Entry("", no_figure=True)),
            document="县专项办函〔2026〕14号",
            basis="第三季度没有举办市级擂台赛。",
            by=self.told.user("centre"),
            at=at,
        )

    def check(self, at: datetime) -> None:
        """Begin the two checking days."""
        begin_checking(self.round, by=self.told.user("centre"), at=at)

    def begin_scoring(self, at: datetime) -> None:
        """Begin scoring on the morning after; sheets are open from now on."""
        begin_scoring(self.round, by=self.told.user("centre"), at=at)

    def seat(self, at: datetime) -> None:
        """Name seven judges; two of them belong to a department of a team and skip it."""
        for number in script.CONTEST_MARKS:
            make_seat(
                self.round,
                label=f"评委{number}",
                person=self.told.user(f"judge{number}"),
                indicators=["C4"],
                by=self.told.user("centre"),
                at=at,
            )

    def mark(self, number: int, marks: tuple[str, ...], at: datetime) -> None:
        """Type marks in document order, without the teams that the judge skips."""
        seat = self._seat(number)
        given = dict(zip(script.CLASSES, marks, strict=False))
        typed = {one.key: Typed(given[one.team.code], 0) for one in self._owed(seat, at) if given.get(one.team.code)}
        save_marks(seat, typed, by=seat.person, at=at)

    def sign(self, number: int, at: datetime) -> None:
        """Sign them."""
        seat = self._seat(number)
        seen = sheet_version(drafts_of(seat, self._owed(seat, at)))
        sign_sheet(seat, seen=seen, by=seat.person, at=at)

    def _seat(self, number: int) -> Seat:
        return Seat.objects.select_related("round__plan", "person").get(round=self.round, label=f"评委{number}")

    @staticmethod
    def _owed(seat: Seat, at: datetime) -> list[Owed]:
        return to_mark(Panel(seat.round, at=at), seat)
