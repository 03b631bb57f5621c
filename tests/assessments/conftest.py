"""A plan adopted and a round to take through its states: the trial of the third quarter."""

from datetime import date, datetime
from pathlib import Path

import pytest

from assessments.claims import claims
from assessments.figures.entry import Entry, enter_figures
from assessments.figures.suppliers import name_supplier
from assessments.figures.supply import supplies
from assessments.models import AssessmentRound
from assessments.plans import plans
from assessments.results import moves, scoring
from assessments.rounds import freezing, left_out, rounds
from assessments.rounds.sources import unnamed_sources
from governance.clock import SHANGHAI, at_time
from tests.assessments import work
from tests.factories import MemberFactory, TeamFactory, make_task

TRIAL = Path("governance/overview/demo/data/trial-2026-q3.toml")
OPENED = datetime(2026, 10, 9, 9, 0, tzinfo=SHANGHAI)
FROZEN = work.CUT_OFF
FILED = datetime(2026, 10, 15, 15, 0, tzinfo=SHANGHAI)
ENTERED = datetime(2026, 10, 17, 9, 0, tzinfo=SHANGHAI)
CHECKED = datetime(2026, 10, 17, 15, 0, tzinfo=SHANGHAI)
SCORED = datetime(2026, 10, 21, 9, 0, tzinfo=SHANGHAI)
APPROVED = datetime(2026, 10, 22, 9, 0, tzinfo=SHANGHAI)
NOTICED = datetime(2026, 10, 22, 15, 0, tzinfo=SHANGHAI)
PUBLISHED = datetime(2026, 10, 30, 9, 0, tzinfo=SHANGHAI)


class Story:
    """The round's story, a step at a time: each step calls the verb that people call."""

    def __init__(self, action, centre, centre2, office):
        self.action, self.centre, self.centre2, self.office = action, centre, centre2, office
        self.teams, self.heads = [], {}
        self.without: set[str] = set()

    def form_teams(self, count: int = 4):
        """Teams of two classes with heads, tasks, reports; the last one is new."""
        periods = work.open_periods(self.action)
        for number in range(count):
            new = number == count - 1
            team = TeamFactory(
                action=self.action, established_on=date(2026, 9, 16) if new else date(2026, 3, 1), order=100 + number
            )
            self.heads[team.code] = MemberFactory(team=team, part="head").user
            self.teams.append(team)
            self._work(team, number, periods, new)
        for period in periods:
            type(period).objects.filter(pk=period.pk).update(closed_at=period.due_at)

    def _work(self, team, number, periods, new):
        done = make_task(team=team, level=3, due_on=date(2026, 8, 31), title="建成联合党委")
        make_task(team=team, level=1, due_on=date(2026, 9, 20), title="摸清家底")
        make_task(team=team, level=2, due_on=date(2026, 12, 20), title="推广一本账")
        asked = date(2026, 8, 20 + number % 10) if number % 2 else date(2026, 9, 5)
        work.close_out(done, asked=asked, asker=self.heads[team.code], checker=self.office)
        for period in periods[2:] if new else periods:
            work.keep_lamp(done, period, planned=60, actual=60 - 7 * number)
            work.decide(work.submit(period, team), accepted=number != 1)

    def adopt(self):
        """Import the trial's plan; another person adopts it."""
        plan = plans.save_draft(TRIAL.read_bytes(), by=self.centre, at=OPENED)
        self.plan = plans.adopt_plan(plan, by=self.centre2, at=OPENED)
        return self.plan

    def open(self, starts_on: date = work.FIRST) -> AssessmentRound:
        """Open the round with the teams in two classes."""
        self.round = rounds.open_round(
            action=self.action,
            plan=self.plan,
            kind="quarter",
            title="2026年第三季度试考核",
            starts_on=starts_on,
            ends_on=work.LAST,
            cut_off_at=work.CUT_OFF,
            classes={team.code: "AB"[place % 2] for place, team in enumerate(self.teams)},
            by=self.centre,
            at=OPENED,
        )
        self.name_the_centre()
        return self.round

    def name_the_centre(self):
        """The centre enters the figures of which the plan and the core figures name no department."""
        for source in unnamed_sources(self.round)[:1]:
            name_supplier(source, department=None, alike=True, by=self.centre, at=OPENED)

    def freeze(self):
        """Freeze the measures."""
        return freezing.freeze_measures(self.round, by=self.centre, at=FROZEN)

    def indicator(self, code: str):
        """An indicator of the adopted plan."""
        return self.plan.indicators.get(code=code)

    def enter(self, code: str, entries: dict[str, Entry], **also):
        """Enter figures of an indicator by team code."""
        also = {"document": "垣专办〔2026〕18号", "basis": "季度核定表", "by": self.centre, "at": ENTERED} | also
        return enter_figures(self.round, self.indicator(code), entries, **also)

    def enter_all(self):
        """All figures, a bonus and a deduction."""
        tiers = ("complete", "partial", "complete", "none")
        self.enter("T6", {team.code: Entry(tiers[place % 4]) for place, team in enumerate(self.teams)})
        values = ("26", "12.5", "0")
        self.enter(
            "T7",
            {
                team.code: Entry(values[place % 3], "24")
                for place, team in enumerate(self.teams[:-1])
                if team.code not in self.without
            },
        )
        self.decide_all()

    def decide_all(self):
        """A bonus and a deduction, filed and approved."""
        self.event(self.teams[0], "P1", level="provincial", matter="股份制试点")
        self.event(self.teams[1], "P2", level="county", matter="通报批评")

    def file(self, team, code="", *, veto="", level="", matter="事项", **also):
        """File a claim; by default the office does, so that both people of the centre may decide it."""
        also = {"document": "垣办通报〔2026〕7号", "basis": "通报原文", "by": self.office, "at": FILED} | also
        return claims.file_claim(
            team=team,
            plan=self.plan,
            indicator=self.indicator(code) if code else None,
            veto=veto,
            level=level,
            matter=matter,
            **({"on": work.LAST} | also),
        )

    def event(self, team, code="", *, by=None, at=ENTERED, filed_at=FILED, **claim):
        """File a claim and approve it as it is."""
        filed = self.file(team, code, at=filed_at, **claim)
        reason = "事实清楚" if filed.veto else ""
        by = by or self.centre
        return claims.approve_claim(filed, matter=filed.matter, level=filed.level, reason=reason, by=by, at=at)

    def check(self):
        """Begin the checking days."""
        return moves.begin_checking(self.round, by=self.centre, at=CHECKED)

    def begin(self):
        """Begin scoring, once the checking days are over."""
        return moves.begin_scoring(self.round, by=self.centre, at=SCORED)

    def leave_out(self, code: str = "T7", place: int = 2, **also):
        """Leave an indicator out for a team, for which no figure is entered afterwards."""
        self.without.add(self.teams[place].code)
        also = {"reason": "统计口径尚未建立", "document": "垣考核〔2026〕5号", "by": self.centre, "at": ENTERED} | also
        return left_out.leave_out(self.round, self.indicator(code), self.teams[place], **also)

    def close(self):
        """Begin checking and, its days over, scoring."""
        self.check()
        return self.begin()

    def enter_none(self):
        """Where no figure stands, the centre says that there is none."""
        for code in ("T6", "T7"):
            open_ = [
                row.source.team.code for row in supplies(self.round, indicator=self.indicator(code)) if row.is_open
            ]
            self.enter(code, {team: Entry("", no_figure=True) for team in open_})

    def score(self):
        """Score the round."""
        return scoring.score_round(self.round, by=self.centre, at=SCORED)

    def approve(self):
        """Approve it by another person."""
        return scoring.approve_round(self.round, document="垣组发〔2026〕31号", by=self.centre2, at=APPROVED)

    def notice(self):
        """Put it in public notice."""
        return moves.post_notice(self.round, by=self.centre, at=NOTICED, document="垣考核公示〔2026〕3号")

    def publish(self):
        """Publish it, by another person than who approved."""
        return scoring.publish_round(self.round, by=self.centre, at=PUBLISHED)

    def until(self, state: str, teams: int = 4, *, begun: bool = False) -> AssessmentRound:
        """Tell the story until the round is in `state`; `begun`: on from collecting."""
        if not begun:
            self.form_teams(teams)
            self.adopt()
            self.open()
        steps = {
            "preparing": (),
            "collecting": (self.freeze,),
            "checking": (self.enter_all, self.check),
            "scoring": (self.begin, self.score),
            "approved": (self.approve,),
            "public_notice": (self.notice,),
            "published": (self.publish,),
        }
        for name, acts in list(steps.items())[2 if begun else 0 :]:
            for act in acts:
                act()
            if name == state:
                break
        self.round.refresh_from_db()
        return self.round


@pytest.fixture
def story(action, centre, centre2, office) -> Story:
    """Nothing has happened yet."""
    return Story(action, centre, centre2, office)


@pytest.fixture
def moment():
    """A moment on a day of October 2026."""
    return lambda day, hour=10: at_time(date(2026, 10, day), hour)
