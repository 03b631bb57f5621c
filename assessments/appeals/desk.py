"""What the pages of appeals show: a notice with its appeals, a decision, and a fact to be decided about."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from governance.people.models import User
from governance.people.roles import Role
from teams.models import TeamMember
from teams.models.team import team_ids_of
from teams.permissions import HEADS

from ..checking.facts import Fact, sheet_of
from ..engine.methods.judged import Vote
from ..models import Appeal, AppealDecision, Claim, Figure, Result, ResultCorrection, RoundTeam, Seat, SignedMark
from ..results.changes import TeamChange, changes_seen_by
from ..results.public_notice import PublicNotice, notice_of
from ..states import AppealState, ClaimState, FactCorrection
from ..words.plans import group_titles, title_of
from .decisions import correction_open, result_before
from .filing import filing_closed

_READERS = (Role.ASSESSMENT_CENTRE, Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)


class Decided:
    """The decision about an appeal and what it changed, as `user` may see it."""

    def __init__(self, appeal: Appeal, user: User) -> None:
        self.appeal = appeal
        self.user = user

    @cached_property
    def decision(self) -> AppealDecision | None:
        return getattr(self.appeal, "decision", None)

    @cached_property
    def changes(self) -> list[TeamChange]:
        """The teams whose points, rank or grade changed; none where it was dismissed."""
        decision = self.decision
        if decision is None or decision.outcome != AppealState.ALLOWED or decision.leads_to_id is not None:
            return []
        decision.round = self.appeal.round
        return changes_seen_by(notice_of(self.appeal), result_before(decision), decision.result, self.user)

    @property
    def leads_to(self) -> ResultCorrection | None:
        """The correction that it led to, where the person sees it; one query where there is one."""
        if self.decision is None or self.decision.leads_to_id is None:
            return None
        return ResultCorrection.objects.visible_to(self.user).filter(pk=self.decision.leads_to_id).first()

    @property
    def letter_is_open(self) -> bool:
        """Whether the person may take the letter: what it says of scores is the centre's once they are taken back."""
        decision = self.decision
        if decision is None or not decision.correction:
            return decision is not None
        return notice_of(self.appeal).is_shown or self.user.has_role(Role.ASSESSMENT_CENTRE)

    @property
    def own(self) -> TeamChange | None:
        """What became of the team that appealed."""
        return next((one for one in self.changes if one.code == self.appeal.team.code), None)


class AppealDesk:
    """The public notice of a round's result or of a corrected one. Queries: constant in appeals."""

    def __init__(self, notice: PublicNotice, user: User, *, at: datetime) -> None:
        self.notice = notice
        self.round = notice.round
        self.user = user
        self.at = at

    @cached_property
    def appeals(self) -> list[Decided]:
        """The appeals that the person may read, in the order in which they were filed."""
        related = ("team", "indicator", "filed_by", "round__plan", "result_correction", "year_result")
        decided = ("decision__by", "decision__result", "decision__leads_to")
        appeals = self.notice.appeals.visible_to(self.user).select_related(*related, *decided)
        return [Decided(appeal, self.user) for appeal in appeals.order_by("filed_at", "pk")]

    @property
    def is_for_user(self) -> bool:
        """Whether the page is the person's: of who reads all appeals, and of members of its teams."""
        if self.user.has_role(*_READERS):
            return True
        return self.notice.seats.filter(team__in=team_ids_of(self.user)).exists()

    @cached_property
    def titles(self) -> Mapping[str, str]:
        """Titles of indicators and vetoes by code."""
        rules = self.round.plan.rules
        return {one.code: title_of(one) for one in (*rules.indicators, *rules.vetoes)}

    @property
    def begun(self) -> datetime | None:
        return self.notice.begun

    @cached_property
    def until(self) -> datetime | None:
        """The end of the notice, as extended."""
        return self.notice.end

    @cached_property
    def first_end(self) -> datetime | None:
        """The end as first posted, where it was extended; else None."""
        first = self.notice.first_end
        return first if first != self.until else None

    @property
    def counts(self) -> dict[str, int]:
        """How many appeals are undecided, allowed and dismissed."""
        states = [one.appeal.state for one in self.appeals]
        return {state.value: states.count(state) for state in AppealState}

    @cached_property
    def closed(self) -> Any:
        """Why nothing can be filed; "" where it can."""
        return filing_closed(self.notice, at=self.at)

    @cached_property
    def own_seats(self) -> list[tuple[RoundTeam, str]]:
        """The teams in their rounds for which the person may appeal, with the page on which they do."""
        led = TeamMember.objects.current().filter(user=self.user, part__in=HEADS).values("team")
        seats = self.notice.seats.filter(team__in=led).select_related("team", "round")
        seats = seats.order_by("round__starts_on", "round", "team__order", "team")
        return [(seat, self.notice.appeal_url(seat)) for seat in seats]

    @cached_property
    def results(self) -> list[Result]:
        """The result that was put in notice and that of the last allowed appeal; one where none was allowed."""
        return self.notice.results

    @cached_property
    def changes(self) -> list[TeamChange]:
        """What all decisions together changed in the result that was put in notice."""
        return (
            changes_seen_by(self.notice, self.results[0], self.results[1], self.user) if len(self.results) == 2 else []
        )


@dataclass(frozen=True)
class FormFacts:
    """What a decision is about: the fact as it stands, its number, and what the form of its kind takes."""

    kind: FactCorrection | None
    fact: Fact | None
    number: int = 0
    takes: dict[str, Any] = field(default_factory=dict)


CORRECTED_LATER = (FactCorrection.ROWS, FactCorrection.FIGURE, FactCorrection.CLAIM)
"""What a correction of a published result takes: no marks and no tallies."""


def form_facts(appeal: Appeal, user: User, *, at: datetime) -> FormFacts:
    """The fact of an appeal; without a kind where nothing of it can be corrected.

    In the notice of a year the form takes no value, but the correction that is open (None: none is).
    """
    found = _form_facts(appeal, user, at=at)
    if appeal.year_result_id is None:
        return found
    kind = found.kind if found.kind in CORRECTED_LATER else None
    return FormFacts(kind, found.fact, found.number, {"opened": correction_open(appeal)} if kind else {})


def _form_facts(appeal: Appeal, user: User, *, at: datetime) -> FormFacts:
    planned = appeal.round.plan.rules.indicator(appeal.fact) if appeal.indicator else None
    source = planned.source if planned else "veto"
    if source in ("events", "veto"):
        claims = Claim.objects.filter(
            round=appeal.round, team=appeal.team, indicator=appeal.indicator_id, veto=appeal.veto
        ).filter(state__in=(ClaimState.APPROVED, ClaimState.REJECTED))
        found = list(claims.select_related("plan", "indicator").order_by("pk"))
        return FormFacts(
            FactCorrection.CLAIM if found else None, _fact(appeal, user, at), 0, {"claims": found} if found else {}
        )
    if source == "panel":
        return _tallies(appeal) if planned and isinstance(planned.rule.parameters, Vote) else _marks(appeal)
    fact = _fact(appeal, user, at)
    if fact is None or (source == "measure" and fact.measured is None):
        return FormFacts(None, fact)
    if source == "measure":
        return FormFacts(FactCorrection.ROWS, fact, fact.number, {"fact": fact})
    figures = Figure.objects.filter(
        source__round=appeal.round, source__team=appeal.team, source__indicator=appeal.indicator
    )
    figure = figures.order_by("-number").first()
    target = "" if figure is None or figure.target is None else f"{figure.target.normalize():f}"
    takes = {"planned": planned, "fact": fact, "value": figure.value if figure else "", "target": target}
    return FormFacts(FactCorrection.FIGURE, fact, fact.number, takes)


def _fact(appeal: Appeal, user: User, at: datetime) -> Fact | None:
    seat = appeal.round.teams.active().select_related("team").filter(team=appeal.team).first()
    if seat is None:
        return None
    seat.round = appeal.round
    return next((fact for fact in sheet_of(seat, user, at=at) if fact.code == appeal.fact), None)


def _marks(appeal: Appeal) -> FormFacts:
    """The seats whose marks for the team count."""
    counting = SignedMark.objects.counting().filter(
        seat__round=appeal.round, team=appeal.team, indicator=appeal.indicator
    )
    seats = list(Seat.objects.filter(pk__in=counting.values("seat")).select_related("person").order_by("pk"))
    return FormFacts(FactCorrection.MARKS if seats else None, None, 0, {"seats": seats} if seats else {})


def _tallies(appeal: Appeal) -> FormFacts:
    """The groups that were counted, on paper or from slips, each with the marks that it gave the team."""
    rules = appeal.round.plan.rules
    named = group_titles(rules)
    groups = []
    for group in appeal.round.voter_groups.filter(tallies__isnull=False, is_open=False).distinct():
        tally = group.tallies.latest("number")
        lines = tally.lines.filter(team=appeal.team, indicator=appeal.indicator).order_by("pk")
        marks = ", ".join(f"{line.mark}x{line.count}" for line in lines)
        groups.append((group, f"{named.get(group.code, group.code)}: {marks}"))
    return FormFacts(FactCorrection.TALLY if groups else None, None, 0, {"groups": groups} if groups else {})
