"""A whole year of a plan by its verbs: ten months, a year-end round with panel and vote, appeals, a veto, a correction.

Everything that was published verifies, the year against sums of its own, and what is altered is found.
"""

from datetime import date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from random import Random

import pytest
from django.db import transaction

from assessments.appeals.corrections import FigureCorrected
from assessments.appeals.decisions import allow_appeal, dismiss_appeal
from assessments.appeals.filing import file_appeal
from assessments.claims import claims
from assessments.figures.entry import Entry, enter_figures
from assessments.figures.suppliers import name_supplier
from assessments.models import (
    AppealDecision,
    AssessmentRound,
    ClaimStep,
    Figure,
    Publication,
    Result,
    ResultLine,
    RoundStep,
    SignedMark,
    VoteTallyLine,
    YearResult,
    YearStep,
)
from assessments.panel import seats, sheets
from assessments.panel.panel import Panel
from assessments.plans import plans
from assessments.results import moves, result_corrections, scoring, year_result
from assessments.results.plan_year import PlanYear
from assessments.results.verification import verify_published
from assessments.results.year_verification import verify_years
from assessments.rounds import freezing, rounds
from assessments.rounds.sources import unnamed_sources
from assessments.votes import tallies
from governance.clock import at_time
from governance.records.integrity.guards import remove_triggers
from tests.assessments.results.test_verification import tamper
from tests.factories import MemberFactory, TeamFactory, UserFactory

pytestmark = pytest.mark.django_db

PLAN = """
[plan]
code = "whole-year"
title = "Plan of a year"
title_zh = "年度方案"
base_points = 100
decimals = 2
bonus_cap = 5
deduction_cap = 10
bonus_above_base = true
tie_break = ["K1"]
publicity_days = 5
[year]
min_rounds = 6
[[year.parts]]
title = "Months"
title_zh = "月度"
kind = "month"
weight = 40
[[year.parts]]
title = "Year end"
title_zh = "年终"
kind = "year_end"
weight = 60
[[classes]]
code = "A"
title = "A"
title_zh = "甲类"
[[classes]]
code = "B"
title = "B"
title_zh = "乙类"
[[grades]]
code = "good"
title = "Good"
title_zh = "良好"
min = 70
quota = 0.5
[[grades]]
code = "poor"
title = "Poor"
title_zh = "较差"
min = 0
[[vetoes]]
code = "grave"
title = "Grave incident"
title_zh = "重大事故"
effect = "void"
[[groups]]
code = "members"
title = "Members"
title_zh = "成员单位"
[[groups]]
code = "office"
title = "Office"
title_zh = "专项办"
[[dimensions]]
code = "work"
title = "Work"
title_zh = "工作"
[[dimensions]]
code = "opinion"
title = "Opinion"
title_zh = "评价"
[[indicators]]
code = "K1"
dimension = "work"
title = "Figure"
title_zh = "核心指标"
points = 70
source = "data"
method = { name = "ratio", target = 100 }
[[indicators]]
code = "K2"
dimension = "opinion"
title = "Panel"
title_zh = "评委评分"
points = 20
source = "panel"
rounds = ["year_end"]
method = { name = "panel", scale = 100, trim_from = 5 }
[[indicators]]
code = "K3"
dimension = "opinion"
title = "Vote"
title_zh = "民主测评"
points = 10
source = "panel"
rounds = ["year_end"]
method = { name = "vote", groups = { members = 60, office = 40 } }
[[indicators]]
code = "B1"
kind = "bonus"
title = "Pilots"
title_zh = "试点"
points = 5
source = "events"
method = { name = "events", levels = { provincial = 2, municipal = 1 } }
"""
MONTHS = range(3, 13)
CLASSES = ("A", "A", "B", "B", "A")
NEW_FROM = 7
"""The month in which the last team was founded; it has six active months, as many as a grade asks for."""


class WholeYear:
    """The year, told once."""

    def __init__(self, action, centre, centre2, office):
        self.action, self.centre, self.centre2, self.office = action, centre, centre2, office
        self.drawn = Random(2026)
        founded = [date(2026, 3, 1)] * 4 + [date(2026, NEW_FROM, 1)]
        self.teams = [
            TeamFactory(action=action, established_on=day, order=100 + place) for place, day in enumerate(founded)
        ]
        self.heads = {
            team.pk: MemberFactory(team=team, part="head", joined_on=team.established_on).user for team in self.teams
        }
        begun = at_time(date(2026, 3, 2), 9)
        draft = plans.save_draft(PLAN.encode(), by=centre, at=begun)
        self.plan = plans.adopt_plan(draft, by=centre2, at=begun, confirmed=True)

    def tell(self):
        for month in MONTHS:
            round = self.month(month)
            self.publish(round, month)
        self.correct(AssessmentRound.objects.get(title="4月"), at=at_time(date(2027, 1, 20), 9))
        self.year_end()
        self.publish_year(at_time(date(2027, 3, 1), 9))

    def day(self, month: int, day: int, hour: int = 9) -> datetime:
        """A moment in the month after `month`."""
        return at_time(date(2026 + month // 12, month % 12 + 1, day), hour)

    def month(self, month: int) -> AssessmentRound:
        last = self.day(month, 1).date() - timedelta(days=1)
        round = self.open("month", f"{month}月", last.replace(day=1), last, self.day(month, 2))
        self.collect(round, self.day(month, 5), bonus=month == 6, veto=month == 5)
        moves.begin_checking(round, by=self.centre, at=self.day(month, 9))
        moves.begin_scoring(round, by=self.centre, at=self.day(month, 14))
        self.score(round, self.day(month, 14))
        return round

    def open(self, kind: str, title: str, first: date, last: date, at: datetime) -> AssessmentRound:
        teams = [(team, kind_) for team, kind_ in zip(self.teams, CLASSES, strict=True) if team.established_on <= last]
        round = rounds.open_round(
            action=self.action,
            plan=self.plan,
            kind=kind,
            title=title,
            starts_on=first,
            ends_on=last,
            cut_off_at=at + timedelta(days=2),
            classes={team.code: kind_ for team, kind_ in teams},
            by=self.centre,
            at=at,
            confirmed=True,
        )
        for source in unnamed_sources(round)[:1]:
            name_supplier(source, department=None, alike=True, by=self.centre, at=at)
        return round

    def collect(self, round: AssessmentRound, at: datetime, *, bonus: bool = False, veto: bool = False):
        freezing.freeze_measures(round, by=self.centre, at=at)
        figures = {
            seat.team.code: Entry(value, confirmed=value)
            for seat in round.teams.active().select_related("team")
            for value in [str(Decimal(self.drawn.randint(4000, 10500)) / 100)]
        }
        k1 = round.plan.indicators.get(code="K1")
        enter_figures(round, k1, figures, document="统计函1号", basis="核定表", by=self.centre, at=at)
        about = {
            "document": "通报7号",
            "basis": "原文",
            "issuer": "市委办",
            "on": round.ends_on,
            "at": at,
            "by": self.office,
        }
        later = at + timedelta(days=3, hours=5)
        if bonus:
            b1 = round.plan.indicators.get(code="B1")
            filed = claims.file_claim(
                team=self.teams[0], plan=self.plan, indicator=b1, level="municipal", matter="试点", **about
            )
            claims.approve_claim(filed, matter="试点", level="municipal", reason="", by=self.centre, at=later)
        if veto:
            filed = claims.file_claim(team=self.teams[3], plan=self.plan, veto="grave", matter="事故", **about)
            claims.approve_claim(filed, matter="事故", level="", reason="属实", by=self.centre, at=later)

    def score(self, round: AssessmentRound, at: datetime):
        scoring.score_round(round, by=self.centre, at=at + timedelta(hours=1))
        later = at + timedelta(hours=2)
        scoring.approve_round(round, document="考核办1号", by=self.centre2, at=later)
        moves.post_notice(round, by=self.centre, at=at + timedelta(hours=3), document="公示1号")

    def publish(self, round: AssessmentRound, month: int):
        if month == 3:
            self.appeals(round, self.day(month, 15))
        scoring.publish_round(round, by=self.centre, at=self.day(month, 25), document="通报1号")

    def appeals(self, round: AssessmentRound, at: datetime):
        said = {"matter": "indicator", "fact": "K1", "wrong": "漏计", "reason": "见台账", "wanted": "99"}
        first, second = (
            file_appeal(round, team, by=self.heads[team.pk], at=at, **said) for team in (self.teams[0], self.teams[1])
        )
        correction = FigureCorrected(Entry("99", confirmed="99"), document="统计函2号", basis="台账原件")
        allow_appeal(first, correction, reasons="属实", by=self.centre2, at=at + timedelta(hours=2))
        dismiss_appeal(second, reasons="维持", by=self.centre2, at=at + timedelta(hours=3))

    def correct(self, round: AssessmentRound, at: datetime):
        """The published figure of the second team was wrong."""
        one = result_corrections.open_result_correction(
            round, reason="误录", document="考核办9号", by=self.centre, at=at
        )
        k1, code = round.plan.indicators.get(code="K1"), self.teams[1].code
        entry = {code: Entry("41", confirmed="41")}
        enter_figures(
            round, k1, entry, document="统计函3号", basis="更正函", by=self.centre, at=at + timedelta(hours=1)
        )
        one = result_corrections.score_result_correction(one, by=self.centre, at=at + timedelta(hours=2))
        one = result_corrections.approve_result_correction(
            one, document="考核办10号", by=self.centre2, at=at + timedelta(hours=3)
        )
        if result_corrections.changes_places(one):
            one = result_corrections.post_result_correction(
                one, by=self.centre, at=at + timedelta(hours=4), document="公示9号"
            )
        result_corrections.publish_result_correction(
            one, by=self.centre, at=at + timedelta(days=12), document="通报9号"
        )

    def year_end(self):
        opened = at_time(date(2027, 1, 4), 9)
        round = self.open("year_end", "年终", date(2026, 3, 1), date(2026, 12, 31), opened)
        self.collect(round, opened + timedelta(days=3))
        moves.begin_checking(round, by=self.centre, at=opened + timedelta(days=5, hours=6))
        begun = at_time(date(2027, 1, 18), 9)
        moves.begin_scoring(round, by=self.centre, at=begun)
        self.judge(round, begun)
        self.vote(round, begun + timedelta(days=1))
        self.score(round, at_time(date(2027, 2, 2), 9))
        scoring.publish_round(round, by=self.centre, at=at_time(date(2027, 2, 16), 9), document="通报11号")

    def judge(self, round: AssessmentRound, at: datetime):
        made = [
            seats.make_seat(
                round, label=f"评委{number}", person=UserFactory(), indicators=["K2"], by=self.centre, at=at
            )
            for number in range(1, 6)
        ]
        for seat in made:
            owed = sheets.to_mark(Panel(round, at=at), seat)
            typed = {one.key: sheets.Typed(str(80 + self.drawn.randint(0, 90) / 10), 0) for one in owed}
            sheets.save_marks(seat, typed, by=seat.person, at=at + timedelta(hours=1))
            seen = sheets.sheet_version(sheets.drafts_of(seat, sheets.to_mark(Panel(round, at=at), seat)))
            sheets.sign_sheet(seat, seen=seen, by=seat.person, at=at + timedelta(hours=2))

    def vote(self, round: AssessmentRound, at: datetime):
        for code in ("members", "office"):
            counts = {("K3", team.pk, str(self.drawn.randint(60, 100))): 12 for team in self.teams}
            tallies.enter_tally(
                round, code, counts, cast=12, document="计票1号", basis="唱票监票", by=self.centre, at=at
            )

    def publish_year(self, at: datetime):
        year_result.compute_year(self.action, "whole-year", 2026, by=self.centre, at=at)
        last = lambda: YearResult.objects.with_state().latest("number")  # noqa: E731
        year_result.approve_year(last(), document="考核办20号", by=self.centre2, at=at + timedelta(hours=1))
        year_result.post_year_notice(last(), by=self.centre, at=at + timedelta(hours=2))
        year_result.publish_year(last(), document="通报20号", by=self.centre, at=at + timedelta(days=12))


@pytest.fixture
def year(action, centre, centre2, office) -> WholeYear:
    told = WholeYear(action, centre, centre2, office)
    told.tell()
    return told


def findings() -> list:
    return [finding for verified in (*verify_published(), *verify_years()) for finding in verified.findings]


def mean(values: list[Decimal]) -> Fraction:
    return sum(map(Fraction, values), Fraction(0)) / len(values)


def half_up(value: Fraction) -> Decimal:
    """Two decimals, by integers."""
    return Decimal((value * 200 + 1) // 2) / 100


def test_the_whole_year_verifies_and_says_what_its_rounds_say(year):
    assert findings() == []
    assert AssessmentRound.objects.filter(state="archived").count() == 11
    assert set(AppealDecision.objects.values_list("outcome", flat=True)) == {"allowed", "dismissed"}
    assert Publication.objects.count() == 12  # the fourth month's result was superseded

    standing = {
        result.round_id: result for result in Result.objects.filter(publication__isnull=False).order_by("number")
    }
    totals: dict[int, dict[str, list[Decimal]]] = {}
    for result in standing.values():
        for line in result.lines.all():
            totals.setdefault(line.team_id, {}).setdefault(result.round.kind, []).append(line.total)
    expected = {
        team: half_up(
            sum(
                Fraction(weight) * sum(map(Fraction, of[kind])) / len(of[kind])
                for kind, weight in (("month", 40), ("year_end", 60))
            )
            / 100
        )
        for team, of in totals.items()
    }
    shown = year_lines(year)
    assert {team: row.total for team, row in shown.items()} == expected
    for group in ("A", "B"):
        rows = [shown[team.pk] for team, each in zip(year.teams, CLASSES, strict=True) if each == group]
        free = [row for row in rows if row.total is not None]
        assert sorted(row.rank for row in free) == list(range(1, len(free) + 1))
    void = shown[year.teams[3].pk]
    assert (void.rank, void.grade) == (2, "较差")  # a veto of any round counts in the year
    assert len(totals[year.teams[4].pk]["month"]) == 6


def year_lines(year) -> dict:
    """Team -> its row of the published year."""
    codes = {team.code: team.pk for team in year.teams}
    seen = PlanYear(year.action, "whole-year", 2026, year.centre)
    return {codes[row.team.code]: row for group in seen.classes for row in group.rows}


def test_a_correction_of_an_archived_round_makes_the_next_result_of_the_year(year):
    before = {team: row.total for team, row in year_lines(year).items()}
    year.correct(AssessmentRound.objects.get(title="8月"), at=at_time(date(2027, 4, 1), 9))
    assert {team: row.total for team, row in year_lines(year).items()} == before  # the first stands meanwhile
    year.publish_year(at_time(date(2027, 5, 10), 9))
    assert list(YearResult.objects.order_by("number").values_list("number", flat=True)) == [1, 2]
    corrected = year_lines(year)[year.teams[1].pk].total
    assert corrected != before[year.teams[1].pk]
    assert set(AssessmentRound.objects.values_list("state", flat=True)) == {"archived"}
    assert findings() == []


ALTERED = {
    "a total": (lambda: ResultLine.objects.filter(result__round__title="年终").first(), {"total": "1.00"}),
    "a rank": (lambda: ResultLine.objects.filter(result__round__title="7月").first(), {"rank": 9}),
    "the document": (lambda: Result.objects.filter(round__title="3月", number=2).get(), {"body": "{}"}),
    "the superseded document": (lambda: Result.objects.get(round__title="4月", number=1), {"sha256": "0" * 64}),
    "a figure": (lambda: Figure.objects.filter(source__round__title="8月").first(), {"value": "77"}),
    "a mark": (lambda: SignedMark.objects.first(), {"mark": "10.0"}),
    "a tally": (lambda: VoteTallyLine.objects.first(), {"count": 99}),
    "a claim": (lambda: ClaimStep.objects.filter(state="approved", claim__veto="").get(), {"level": "provincial"}),
    "an appeal's outcome": (
        lambda: AppealDecision.objects.get(outcome="allowed"),
        {"changes_places": lambda year, row: not row.changes_places},
    ),
    "who decided": (lambda: AppealDecision.objects.get(outcome="allowed"), {"by": lambda year, row: year.centre.pk}),
    "a step of a round": (
        lambda: RoundStep.objects.filter(round__title="9月").last(),
        {"by": lambda year, row: year.office.pk},
    ),
    "the year's document": (lambda: YearResult.objects.get(), {"body": "{}"}),
    "the year's seal": (lambda: YearResult.objects.get(), {"sha256": "0" * 64}),
    "a step of the year": (lambda: YearStep.objects.last(), {"document": "别的文件"}),
}


def test_whatever_is_altered_is_found(year):
    remove_triggers()
    for name, (row_of, fields) in ALTERED.items():
        with transaction.atomic():
            row = row_of()
            tamper(row, **{field: value(year, row) if callable(value) else value for field, value in fields.items()})
            assert findings(), name
            transaction.set_rollback(True)
    assert findings() == []
