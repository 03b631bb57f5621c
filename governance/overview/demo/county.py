"""The county's plan in its year: July and August published, September in public notice, October being prepared.

August was scored twice, for an appeal was allowed. A draft of the next year's plan stands beside the plan in force.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from pathlib import Path

from assessments.appeals.corrections import RowsCorrected
from assessments.appeals.decisions import allow_appeal, dismiss_appeal
from assessments.appeals.filing import file_appeal
from assessments.claims.claims import approve_claim, file_claim
from assessments.figures.entry import enter_figures
from assessments.measures.corrections import Correction as RowCorrection
from assessments.measures.corrections import keys_of
from assessments.models import AdoptedPlan, Appeal, AssessmentPlan, AssessmentRound, Claim, MeasuredValue
from assessments.plans.plans import adopt_plan, save_draft
from assessments.results.moves import begin_checking, begin_scoring, post_notice
from assessments.results.scoring import approve_round, publish_round, score_round
from assessments.rounds.freezing import freeze_measures
from assessments.rounds.rounds import open_round
from governance.clock import at_time

from . import county_facts as facts
from . import script
from .timeline import Timeline

PLAN = Path(__file__).parent / "data" / "yuanqu-2026.toml"
CODE = "yuanqu-2026"


@dataclass(frozen=True)
class Days:
    """When the steps of a monthly round were taken; None where they lie ahead."""

    ends: date
    opened: date
    cut_off: date
    frozen: date | None = None
    checked: date | None = None
    scored: date | None = None
    noticed: date | None = None
    published: date | None = None


MONTHS = {
    7: Days(
        ends=date(2026, 7, 31),
        opened=date(2026, 8, 3),
        cut_off=date(2026, 8, 7),
        frozen=date(2026, 8, 10),
        checked=date(2026, 8, 11),
        scored=date(2026, 8, 14),
        noticed=date(2026, 8, 17),
        published=date(2026, 8, 25),
    ),
    8: Days(
        ends=date(2026, 8, 31),
        opened=date(2026, 9, 1),
        cut_off=date(2026, 9, 15),
        frozen=date(2026, 9, 16),
        checked=date(2026, 9, 17),
        scored=date(2026, 9, 22),
        noticed=date(2026, 9, 23),
        published=date(2026, 10, 12),
    ),
    9: Days(
        ends=date(2026, 9, 30),
        opened=date(2026, 10, 8),
        cut_off=date(2026, 10, 10),
        frozen=date(2026, 10, 13),
        checked=date(2026, 10, 14),
        scored=date(2026, 10, 19),
        noticed=date(2026, 10, 21),
    ),
    10: Days(ends=date(2026, 10, 31), opened=date(2026, 10, 26), cut_off=date(2026, 11, 6)),
}
"""The rounds by month."""


def assess_months(told: Timeline) -> None:
    """The plan is adopted in June; each month's round follows in the next; the draft for 2027 is written in October."""
    county = _County(told)
    told.on(date(2026, 6, 29), 10, 0, county.draft)
    told.on(date(2026, 6, 30), 10, 0, county.adopt)
    for month, days in MONTHS.items():
        steps = [
            (days.opened, 8, county.open),
            (days.frozen, 9, county.freeze),
            (days.frozen, 11, county.enter),
            (days.frozen, 14, county.decide),
            (days.checked, 9, county.check),
            (days.scored, 9, county.score),
            (days.scored, 15, county.approve),
            (days.noticed, 9, county.post_notice),
            (days.published, 9, county.publish),
        ]
        for day, hour, step in steps:
            if day is not None:
                told.on(day, hour, 40, partial(step, month))
    for appeal in facts.APPEALS:
        told.on(appeal.filed_on, 10, 0, partial(county.appeal, appeal))
        if appeal.decided_on is not None:
            told.on(appeal.decided_on, 15, 0, partial(county.answer, appeal))
    for event in facts.COUNTY_EVENTS:
        told.on(event.filed_on, 10, 20, partial(county.file, event))
    told.on(date(2026, 10, 23), 16, 0, county.draft_next_year)


class _County:
    """The steps of the rounds, each done by the person responsible; the two of the centre share the work."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    @property
    def plan(self) -> AdoptedPlan:
        return AdoptedPlan.objects.get(plan__code=CODE)

    def round(self, month: int) -> AssessmentRound:
        """The round of a month."""
        return AssessmentRound.objects.get(plan__plan__code=CODE, ends_on=MONTHS[month].ends)

    def draft(self, at: datetime) -> None:
        """Import the plan from a file."""
        save_draft(PLAN.read_bytes(), by=self.told.user("centre"), at=at)

    def adopt(self, at: datetime) -> None:
        """Adopt it, by another person, who has read what it warns of."""
        adopt_plan(AssessmentPlan.objects.get(code=CODE), by=self.told.user("centre2"), at=at, confirmed=True)

    def open(self, month: int, at: datetime) -> None:
        """Open the round for the teams that existed on its last day."""
        days = MONTHS[month]
        open_round(
            action=self.told.action,
            plan=self.plan,
            kind="month",
            title=f"2026年{month}月考核",
            starts_on=days.ends.replace(day=1),
            ends_on=days.ends,
            cut_off_at=at_time(days.cut_off, 18),
            classes=script.CLASSES,
            by=self.told.user("centre"),
            at=at,
            confirmed=True,
        )

    def freeze(self, month: int, at: datetime) -> None:
        """Freeze what was recorded until the cut-off, with the rows behind it."""
        freeze_measures(self.round(month), by=self.told.user("centre"), at=at)

    def enter(self, month: int, at: datetime) -> None:
        """Enter what departments handed in on paper, each indicator with its document."""
        round = self.round(month)
        teams = list(round.teams.active().values_list("team__code", flat=True))
        for code, (document, basis, entries) in facts.county_figures(month).items():
            enter_figures(
                round,
                round.plan.indicators.get(code=code),
                {team: entry for team, entry in entries.items() if team in teams},
                document=document,
                basis=basis,
                by=self.told.user("centre"),
                at=at,
            )

    def file(self, event: facts.CountyEvent, at: datetime) -> None:
        """A head files what adds to the team's points, the office what costs points or bars a grade."""
        indicator = self.plan.indicators.filter(code=event.code).first()
        file_claim(
            team=self.told.teams[event.team],
            plan=self.plan,
            indicator=indicator,
            veto=event.code if indicator is None else "",
            matter=event.matter,
            level=event.level,
            document=event.document,
            issuer=event.issuer,
            on=event.on,
            basis=event.basis,
            by=self.told.user(f"head-{event.team}" if indicator and indicator.kind == "bonus" else "office"),
            at=at,
        )

    def decide(self, month: int, at: datetime) -> None:
        """Approve what was filed for the round, each by its document."""
        for claim in Claim.objects.filter(round=self.round(month)).order_by("pk"):
            approve_claim(
                claim,
                matter=claim.matter,
                level=claim.level,
                reason="事实清楚，依据充分" if claim.veto else "",
                by=self.told.user("centre"),
                at=at,
            )

    def check(self, month: int, at: datetime) -> None:
        """Begin the two checking days."""
        begin_checking(self.round(month), by=self.told.user("centre"), at=at)

    def score(self, month: int, at: datetime) -> None:
        """Begin scoring on the morning after, and score."""
        begin_scoring(self.round(month), by=self.told.user("centre"), at=at)
        score_round(self.round(month), by=self.told.user("centre"), at=at)

    def approve(self, month: int, at: datetime) -> None:
        """Approve, by another person."""
        number, _notice = facts.COUNTY_DOCUMENTS[month]
        document = f"县考核办〔2026〕{number}号"
        approve_round(self.round(month), document=document, by=self.told.user("centre2"), at=at)

    def post_notice(self, month: int, at: datetime) -> None:
        """Show totals, ranks and grades to everybody, for five working days."""
        document = f"县考核办公示〔2026〕{facts.COUNTY_DOCUMENTS[month][1]}号"
        post_notice(self.round(month), by=self.told.user("centre"), at=at, document=document)

    def appeal(self, said: facts.TeamAppeal, at: datetime) -> None:
        """A head appeals for the team."""
        file_appeal(
            self.round(said.month),
            self.told.teams[said.team],
            matter=said.matter,
            fact=said.fact,
            wrong=said.wrong,
            reason=said.reason,
            wanted=said.wanted,
            by=self.told.user(f"head-{said.team}"),
            at=at,
        )

    def answer(self, said: facts.TeamAppeal, at: datetime) -> None:
        """Dismiss it, or set the row aside that should not have counted; by the person who did not score."""
        appeal = Appeal.objects.get(round=self.round(said.month), team=self.told.teams[said.team])
        by = self.told.user("centre2")
        if not said.basis:
            dismiss_appeal(appeal, reasons=said.answer, by=by, at=at)
            return
        values = MeasuredValue.objects.standing().filter(round_team__round=appeal.round, indicator=appeal.indicator)
        rows = json.loads(values.get(round_team__team=appeal.team).rows)
        [late] = (key for key, row in zip(keys_of(rows), rows, strict=True) if row["because"] == "submitted_late")
        allow_appeal(appeal, RowsCorrected([RowCorrection(late)], basis=said.basis), reasons=said.answer, by=by, at=at)

    def publish(self, month: int, at: datetime) -> None:
        """Publish once the notice is over."""
        document = f"县考核办通报〔2026〕{facts.COUNTY_DOCUMENTS[month][1]}号"
        publish_round(self.round(month), by=self.told.user("centre"), at=at, document=document)

    def draft_next_year(self, at: datetime) -> None:
        """Draft the plan of 2027 from that of 2026: it differs in three places."""
        text = PLAN.read_text(encoding="utf-8").replace("2026", "2027")
        for was, becomes in facts.NEXT_YEAR:
            text = text.replace(was, becomes)
        save_draft(text.encode(), by=self.told.user("centre2"), at=at)
