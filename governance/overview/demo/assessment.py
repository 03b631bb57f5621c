"""The trial round of the third quarter, by the assessment centre's verbs; two people, so nobody checks their own."""

from datetime import date, datetime
from pathlib import Path

from assessments.claims.claims import approve_claim, file_claim
from assessments.figures.entry import Entry, enter_figures
from assessments.figures.supplying import Line, confirm_figures, save_figures
from assessments.models import AdoptedPlan, AssessmentPlan, AssessmentRound, Claim, Indicator
from assessments.plans.plans import adopt_plan, save_draft
from assessments.results.moves import begin_checking, begin_scoring, post_notice
from assessments.results.scoring import approve_round, publish_round, score_round
from assessments.rounds.freezing import freeze_measures
from assessments.rounds.rounds import open_round
from assessments.rounds.row_offers import decide_row_offers, row_offers
from governance.clock import at_time

from . import script
from .timeline import Timeline

PLAN = Path(__file__).parent / "data" / "trial-2026-q3.toml"
CODE = "trial-2026-q3"


def assess(told: Timeline) -> None:
    """The plan is adopted in June; the round goes through its stages in October."""
    trial = _Trial(told)
    told.on(date(2026, 6, 29), 9, 0, trial.draft)
    told.on(date(2026, 6, 30), 9, 0, trial.adopt)
    told.on(date(2026, 10, 9), 9, 0, trial.open)
    told.on(date(2026, 10, 9), 10, 0, trial.file)
    told.on(date(2026, 10, 12), 9, 0, trial.freeze)
    told.on(date(2026, 10, 12), 13, 30, trial.decline_rows)
    told.on(date(2026, 10, 12), 14, 0, trial.supply)
    told.on(date(2026, 10, 12), 15, 0, trial.enter)
    told.on(date(2026, 10, 12), 16, 0, trial.decide)
    told.on(date(2026, 10, 12), 17, 0, trial.check)
    told.on(date(2026, 10, 15), 9, 0, trial.begin_scoring)
    told.on(date(2026, 10, 15), 9, 30, trial.score)
    told.on(date(2026, 10, 15), 15, 0, trial.approve)
    told.on(date(2026, 10, 16), 9, 0, trial.post_notice)
    told.on(date(2026, 10, 26), 9, 0, trial.publish)


class _Trial:
    """The steps of the round, each done by the person responsible."""

    def __init__(self, told: Timeline) -> None:
        self.told = told

    @property
    def plan(self) -> AdoptedPlan:
        return AdoptedPlan.objects.get(plan__code=CODE)

    @property
    def round(self) -> AssessmentRound:
        """The round of the third quarter."""
        return AssessmentRound.objects.get(plan__plan__code=CODE)

    def draft(self, at: datetime) -> None:
        """Import the plan from a file."""
        save_draft(PLAN.read_bytes(), by=self.told.user("centre"), at=at)

    def adopt(self, at: datetime) -> None:
        """Adopt it, by another person: it is frozen as one canonical document."""
        adopt_plan(AssessmentPlan.objects.get(code=CODE), by=self.told.user("centre2"), at=at)

    def open(self, at: datetime) -> None:
        """Open the round: eight teams in two classes; the cut-off of the measures is the evening of 10 October."""
        open_round(
            action=self.told.action,
            plan=self.plan,
            kind="quarter",
            title="2026年第三季度试考核",
            starts_on=date(2026, 7, 1),
            ends_on=date(2026, 9, 30),
            cut_off_at=at_time(date(2026, 10, 10), 18),
            classes=script.CLASSES,
            by=self.told.user("centre"),
            at=at,
        )

    def freeze(self, at: datetime) -> None:
        """Freeze what was recorded until the cut-off, with the rows behind it."""
        freeze_measures(self.round, by=self.told.user("centre"), at=at)

    def decline_rows(self, at: datetime) -> None:
        """Decline what the appeal of August set aside: the trial tests the data as they were recorded."""
        offers = row_offers(self.round, at=at)
        why = {offer.decision.pk: "试考核检验原始取数，按系统记录计，不采用月度更正。" for offer in offers}
        decide_row_offers(self.round, taken=[], declined_for=why, by=self.told.user("centre"), at=at)

    def supply(self, at: datetime) -> None:
        """The bureau of agriculture confirms the figure that it supplies."""
        value, target = script.QUARTER_FIGURES[script.SUPPLIED]
        indicator, bureau = self._indicator("T7"), self.told.user("data2")
        line = {script.SUPPLIED: Line(str(value), str(target))}
        document, basis = script.SUPPLIED_BY
        save_figures(self.round, indicator, line, document=document, basis=basis, by=bureau, at=at)
        confirm_figures(self.round, indicator, by=bureau, at=at)

    def enter(self, at: datetime) -> None:
        """Enter tiers and figures on behalf of the other departments, each with its document."""
        centre = self.told.user("centre")
        tiers = {code: Entry(tier) for code, tier in script.PLAN_TIERS.items()}
        figures = {
            code: Entry(str(value), str(target))
            for code, (value, target) in script.QUARTER_FIGURES.items()
            if value is not None  # the young teams owe none
        }
        enter_figures(
            self.round,
            self._indicator("T6"),
            tiers,
            document="县专项办核查〔2026〕1号",
            basis="已印发的实施方案和任务分工",
            by=centre,
            at=at,
        )
        enter_figures(
            self.round,
            self._indicator("T7"),
            figures,
            document="县统计局函〔2026〕18号",
            basis="三季度核心指标统计表（盖章）",
            by=centre,
            at=at,
        )

    def file(self, at: datetime) -> None:
        """Heads file what adds to their team's points, the office what costs points or bars a grade."""
        for team, code, level, matter, document, issuer, day in script.EVENTS:
            indicator = self._indicator(code)
            file_claim(
                team=self.told.teams[team],
                plan=self.plan,
                indicator=indicator,
                matter=matter,
                level=level,
                document=document,
                issuer=issuer,
                on=date(2026, 9, day),
                basis="原文附后",
                by=self.told.user(f"head-{team}" if indicator.kind == "bonus" else "office"),
                at=at,
            )
        for team, veto, matter, document, day in script.VETOES:
            file_claim(
                team=self.told.teams[team],
                plan=self.plan,
                veto=veto,
                matter=matter,
                document=document,
                issuer="县专项办",
                on=date(2026, 9, day),
                basis="抽查发现，当事单位已确认",
                by=self.told.user("office"),
                at=at,
            )

    def decide(self, at: datetime) -> None:
        """Approve what was filed, each by its document."""
        for claim in Claim.objects.filter(round=self.round).order_by("pk"):
            approve_claim(
                claim,
                matter=claim.matter,
                level=claim.level,
                reason="事实清楚，依据充分" if claim.veto else "",
                by=self.told.user("centre"),
                at=at,
            )

    def check(self, at: datetime) -> None:
        """Begin the two checking days."""
        begin_checking(self.round, by=self.told.user("centre"), at=at)

    def begin_scoring(self, at: datetime) -> None:
        """Begin scoring on the morning after."""
        begin_scoring(self.round, by=self.told.user("centre"), at=at)

    def score(self, at: datetime) -> None:
        """Score, by the person who entered the figures."""
        score_round(self.round, by=self.told.user("centre"), at=at)

    def approve(self, at: datetime) -> None:
        """Approve, by another person."""
        approve_round(self.round, document="县考核办〔2026〕9号", by=self.told.user("centre2"), at=at)

    def post_notice(self, at: datetime) -> None:
        """Show totals, ranks and grades to everybody, for five working days."""
        post_notice(self.round, by=self.told.user("centre"), at=at, document="县考核办公示〔2026〕3号")

    def publish(self, at: datetime) -> None:
        """Publish once the notice is over."""
        publish_round(self.round, by=self.told.user("centre"), at=at, document="县考核办通报〔2026〕3号")

    def _indicator(self, code: str) -> Indicator:
        return self.plan.indicators.get(code=code)
