"""Who supplies the figures of a round: named when it is opened, from the plan or the teams' core figures."""

from collections.abc import Iterator, Sequence

from governance.people.models import Department
from teams.models import CoreFigure, SpecialTeam

from ..engine import Team
from ..engine.applicability import applies
from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, FigureSource, Indicator, RoundTeam


def concerns(indicator: PlannedIndicator, round: AssessmentRound) -> bool:
    """Whether an indicator is scored in rounds of this kind."""
    return indicator.rounds is None or round.kind in indicator.rounds


def supplied(round: AssessmentRound) -> list[PlannedIndicator]:
    """The indicators of the round whose values are supplied as figures, in the plan's order."""
    return [one for one in round.plan.rules.indicators if one.source == "data" and concerns(one, round)]


def name_sources(round: AssessmentRound, teams: Sequence[SpecialTeam]) -> None:
    """A source for each figure, where the indicator applies to the team (docs/rules.md#supplied-figures).

    The department is that which the plan names, by name or alias, or else of the team's core figure. Where the plan
    names none that the county knows, the centre enters the figures.
    """
    rows = {row.code: row for row in Indicator.objects.filter(plan=round.plan_id, source="data")}
    departments = Department.objects.by_name()
    own = {figure.team_id: figure.department for figure in first_core_figures(teams)}
    FigureSource.objects.bulk_create(
        [
            FigureSource(
                round=round,
                indicator=rows[planned.code],
                team_id=seat.team_id,
                department=(found := _supplier(planned, seat.team_id, departments, own)),
                by_centre=found is None and not planned.rule.parameters.needs_target,
            )
            for planned, seat in _owed(round)
        ],
        ignore_conflicts=True,
    )


def owed_sources(
    round: AssessmentRound, *, indicator: Indicator | None = None, named: bool = True
) -> list[FigureSource]:
    """The sources of the figures that a round owes, by indicator and team. Two queries.

    A source whose team takes no part any more, or to which the indicator no longer applies, stays and owes nothing.
    `named`: whether each has its department joined.
    """
    owed = {(planned.code, seat.team_id): seat.team for planned, seat in _owed(round)}
    sources = FigureSource.objects.filter(round=round, **({"indicator": indicator} if indicator else {}))
    related = sources.select_related("indicator", *(["department"] if named else []))
    found = []
    for source in related.order_by("indicator__order", "team__order"):
        team = owed.get((source.indicator.code, source.team_id))
        if team is not None:
            source.team = team
            found.append(source)
    return found


def unnamed_sources(round: AssessmentRound) -> list[FigureSource]:
    """The sources of which nobody has said who supplies them."""
    return [source for source in owed_sources(round, named=False) if not source.is_named]


def first_core_figures(teams: Sequence[SpecialTeam]) -> list[CoreFigure]:
    """One core figure per team: its first one."""
    figures = CoreFigure.objects.filter(team__in=teams).select_related("department").order_by("team", "-pk")
    return list({figure.team_id: figure for figure in figures}.values())


def _owed(round: AssessmentRound) -> Iterator[tuple[PlannedIndicator, RoundTeam]]:
    """Each figure that the round owes: the indicator and the team's seat."""
    seats = list(round.teams.active().select_related("team").order_by("team__order"))
    for planned in supplied(round):
        for seat in seats:
            if applies(round.plan.rules, planned, Team(seat.team.code, seat.team_class, seat.age_days)):
                yield planned, seat


def _supplier(
    indicator: PlannedIndicator, team: int, departments: dict[str, Department], own: dict[int, Department]
) -> Department | None:
    named = departments.get(indicator.department.strip()) if indicator.department else None
    return named or (own.get(team) if indicator.rule.parameters.needs_target else None)
