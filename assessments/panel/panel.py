"""The panel of a round: which seat marks which team, which teams it skips and why, and what is signed."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from teams.models import SpecialTeam, TeamDepartment, TeamMember

from ..engine import Team
from ..engine.applicability import ExclusionReason, applies, exclusions
from ..engine.methods.judged import Panel as PanelMethod
from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, Indicator, LeftOut, PanelClosure, RoundTeam, Seat, SeatStep, SignedMark
from ..rounds.facts_of_round import standing_facts
from ..rounds.freezing import concerns

Ties = Mapping[int, str]
"""Team key -> why the judge does not mark it, as text."""


@dataclass(frozen=True)
class Owed:
    """One mark that a seat gives: an indicator and a team, a first or a second mark."""

    indicator: Indicator
    team: SpecialTeam
    number: int = 1

    @property
    def key(self) -> str:
        """Its name in a form."""
        return f"{self.indicator.pk}-{self.team.pk}"


class Panel:
    """The panel of a round as it stands. Queries: constant in seats, teams and indicators."""

    def __init__(self, round: AssessmentRound, *, at: datetime) -> None:
        self.round = round
        self.at = at

    @cached_property
    def planned(self) -> dict[str, PlannedIndicator]:
        """The indicators that judges mark in rounds of this kind, by code."""
        return {
            one.code: one
            for one in self.round.plan.rules.indicators
            if isinstance(one.rule.parameters, PanelMethod) and concerns(one, self.round)
        }

    @cached_property
    def indicators(self) -> list[Indicator]:
        """Their rows, in the order of the plan."""
        return list(self.round.plan.indicators.filter(code__in=list(self.planned)))

    @cached_property
    def places(self) -> list[RoundTeam]:
        """The teams that take part, in document order."""
        return list(self.round.teams.active().select_related("team").order_by("team__order"))

    @property
    def teams(self) -> list[SpecialTeam]:
        """Those teams themselves."""
        return [place.team for place in self.places]

    @cached_property
    def applying(self) -> dict[str, frozenset[int]]:
        """Indicator code -> keys of the teams to which it applies and for which it is not left out."""
        rules = self.round.plan.rules
        found = {
            code: {
                place.team_id
                for place in self.places
                if applies(rules, planned, Team(place.team.code, place.team_class, place.age_days))
            }
            for code, planned in self.planned.items()
        }
        if any(planned.unless for planned in self.planned.values()):
            facts, seats = standing_facts(self.round, at=self.at)
            for code, planned in self.planned.items():
                reasons = exclusions(rules, planned, facts, list(range(len(seats))))
                found[code] -= {seats[place].team_id for place, why in reasons.items() if why is ExclusionReason.UNLESS}
        for code, team in LeftOut.objects.standing().filter(round=self.round).values_list("indicator__code", "team"):
            found.get(code, set()).discard(team)
        return {code: frozenset(teams) for code, teams in found.items()}

    @cached_property
    def seats(self) -> list[Seat]:
        """The seats that stand, in the order in which they were made."""
        return list(self.round.seats.standing().select_related("person__department"))

    @cached_property
    def steps(self) -> dict[int, list[SeatStep]]:
        """What happened to the seats, by seat."""
        found: dict[int, list[SeatStep]] = defaultdict(list)
        for step in SeatStep.objects.filter(seat__round=self.round).select_related("team").order_by("pk"):
            found[step.seat_id].append(step)
        return found

    @cached_property
    def closure(self) -> PanelClosure | None:
        """That the centre closed the panel, if it did."""
        return PanelClosure.objects.filter(round=self.round).select_related("by").first()

    @cached_property
    def unsigned(self) -> list[Seat]:
        """Seats whose sheet is not signed."""
        return [seat for seat in self.seats if self.signature(seat) is None]

    @property
    def is_complete(self) -> bool:
        """Whether marks can be seen by the centre: every sheet is signed, or the panel is closed."""
        return bool(self.seats) and (self.closure is not None or not self.unsigned)

    @cached_property
    def marks(self) -> list[SignedMark]:
        """The signed marks that count, whoever may see them."""
        return SignedMark.objects.filter(seat__round=self.round).latest_of_each()

    def signature(self, seat: Seat) -> SeatStep | None:
        """When the sheet was signed; None where it is not."""
        return next((step for step in self.steps[seat.pk] if step.act == SeatStep.Act.SIGNED), None)

    @cached_property
    def ties(self) -> Mapping[int, Ties]:
        """Person -> team key -> tie, of those who hold seats: two queries."""
        return find_ties(self.round, [seat.person for seat in self.seats], [team.pk for team in self.teams])

    def skipped(self, seat: Seat) -> Ties:
        """The teams that a seat does not mark, each with the reason."""
        said = {
            step.team_id: _SKIPPED[SeatStep.Act(step.act)] % {"reason": step.reason}
            for step in self.steps[seat.pk]
            if step.team_id is not None
        }
        return {**said, **self.ties.get(seat.person_id, {})}

    def named(self, seat: Seat) -> list[tuple[Indicator, SpecialTeam]]:
        """What the seat was named for: indicators that apply, in the order of the plan, teams in document order."""
        codes, keys = set(seat.indicator_codes), seat.team_keys
        return [
            (indicator, team)
            for indicator in self.indicators
            if indicator.code in codes
            for team in self.teams
            if (not keys or team.pk in keys) and team.pk in self.applying[indicator.code]
        ]

    def owed(self, seat: Seat) -> list[Owed]:
        """The first marks that a seat gives."""
        skipped = self.skipped(seat)
        return [Owed(indicator, team) for indicator, team in self.named(seat) if team.pk not in skipped]

    def expected(self, indicator: Indicator, team: SpecialTeam) -> list[Seat]:
        """The seats whose mark for the team counts or can still come."""
        given = {(mark.indicator_id, mark.team_id, mark.seat_id) for mark in self.marks}
        return [
            seat
            for seat in self.seats
            if (indicator.pk, team.pk, seat.pk) in given
            or (
                seat in self.unsigned
                and self.closure is None
                and any(one.indicator == indicator and one.team == team for one in self.owed(seat))
            )
        ]

    def too_few(self) -> list[tuple[Indicator, SpecialTeam, int]]:
        """Where a team will have fewer marks than it takes to drop the highest and the lowest, and how many."""
        found = []
        for indicator in self.indicators:
            least = method_of(self.planned[indicator.code]).trim_from
            for team in self.teams:
                if team.pk in self.applying[indicator.code]:
                    count = len(self.expected(indicator, team))
                    if count < least:
                        found.append((indicator, team, count))
        return found

    def tied_marks(self) -> list[tuple[Seat, SpecialTeam, str]]:
        """Signed marks that count although a tie is known now: they have to be set aside."""
        given = dict.fromkeys((mark.seat_id, mark.team_id) for mark in self.marks)
        teams, seats = {team.pk: team for team in self.teams}, {seat.pk: seat for seat in self.seats}
        return [
            (seats[seat], teams[team], self.ties[seats[seat].person_id][team])
            for seat, team in given
            if team in self.ties.get(seats[seat].person_id, {})
        ]


_SKIPPED = {
    SeatStep.Act.STEPPED_ASIDE: _("stepped aside: %(reason)s"),
    SeatStep.Act.TIE_FOUND: _("marks set aside: %(reason)s"),
}


def method_of(planned: PlannedIndicator) -> PanelMethod:
    """The parameters of an indicator that judges mark."""
    parameters = planned.rule.parameters
    if not isinstance(parameters, PanelMethod):
        raise TypeError(planned.code)
    return parameters


def find_ties(round: AssessmentRound, people: Sequence[User], teams: Sequence[int]) -> Mapping[int, Ties]:
    """Person -> team -> tie: a member on some day since the round's first, or of its lead or a member department.

    Departments are those of now. Two queries.
    """
    found: dict[int, dict[int, str]] = defaultdict(dict)
    departments = TeamDepartment.objects.current().filter(
        team__in=teams, department__in={person.department_id for person in people if person.department_id}
    )
    for part in departments.select_related("department"):
        sentence = (
            gettext("%(department)s leads the team; you belong to it")
            if part.part == TeamDepartment.Part.LEAD
            else gettext("%(department)s is a member department; you belong to it")
        )
        for person in people:
            if person.department_id == part.department_id:
                found[person.pk][part.team_id] = sentence % {"department": part.department.short_name}
    members = TeamMember.objects.between(round.starts_on, None).filter(team__in=teams, user__in=people)
    for member in members:
        found[member.user_id][member.team_id] = gettext("in the team, %(days)s") % {"days": member.days}
    return dict(found)
