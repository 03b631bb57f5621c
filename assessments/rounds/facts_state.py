"""Under which state of its rows what is read from the facts of a round may be remembered.

Everything that `gather`, the figures that are owed and the comparison of a result with its facts read: insert-only
tables by how many rows they have and the last, editable ones by how many there are and the sum of their versions, which
only grows. The teams with their classes and lead departments are part of it as they are.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from django.db.models import Count, DateTimeField, Max, QuerySet, Sum, Value

from governance.lists.memory import key_of, remembered, remembers
from governance.lists.reading import once
from governance.records.models import Editable, InsertOnly
from teams.models import TeamDepartment

from ..models import (
    AssessmentRound,
    Claim,
    ClaimStep,
    Figure,
    FigureConfirmation,
    FigureCorrection,
    FigureCountersignature,
    FigureSource,
    LeftOut,
    MeasuredValue,
    Publication,
    Result,
    ResultCorrectionStep,
    ResultLine,
    RowDecision,
    SeatStep,
    SignedMark,
    VoterGroup,
    VoteTally,
)

T = TypeVar("T")


class SeatedTeam(NamedTuple):
    """A team that takes part in a round, without its row."""

    team: int
    team_class: str
    age_days: int
    code: str
    short_name: str


@once
def seated_teams(round: AssessmentRound) -> list[SeatedTeam]:
    """The teams that take part, in document order: one query."""
    columns = ("team", "team_class", "age_days", "team__code", "team__short_name")
    seats = round.teams.active().order_by("team__order").values_list(*columns)
    return [SeatedTeam(*seat) for seat in seats]


class FactsState(NamedTuple):
    """What `rows` say of the tables; `latest`: the moment of the last insert-only row."""

    rows: tuple[object, ...]
    latest: datetime | None


OF_ROUND: dict[type[Any], str] = {
    MeasuredValue: "round_team__round",
    RowDecision: "value__round_team__round",
    Figure: "source__round",
    FigureSource: "round",
    FigureConfirmation: "round",
    FigureCountersignature: "figure__source__round",
    FigureCorrection: "figure__source__round",
    SeatStep: "seat__round",
    SignedMark: "seat__round",
    VoterGroup: "round",
    VoteTally: "group__round",
    LeftOut: "round",
    ResultLine: "result__round",
}
"""The tables of which the rows of the round count, and the way from them to it."""

OF_ACTION: dict[type[Any], str] = {
    Claim: "team__action",
    ClaimStep: "claim__team__action",
    AssessmentRound: "action",
    Result: "round__action",
    Publication: "result__round__action",
    ResultCorrectionStep: "correction__round__action",
}
"""Those of which the rows of its action count: a round pays for what no earlier one has paid for."""


@once
def facts_state(round: AssessmentRound) -> FactsState:
    """The state of the facts of a round: three queries."""
    of_round = [model.objects.filter(**{path: round}) for model, path in OF_ROUND.items()]
    of_action = [model.objects.filter(**{path: round.action_id}) for model, path in OF_ACTION.items()]
    leads = TeamDepartment.objects.current().filter(team__action=round.action_id, part=TeamDepartment.Part.LEAD)
    led = tuple(leads.order_by("pk").values_list("team", "department"))
    parts = [_counted(place, rows) for place, rows in enumerate((*of_round, *of_action))]
    found = sorted(parts[0].union(*parts[1:], all=True))
    counts = tuple(row[:3] for row in found)
    state = round.version, round.state, round.action.code, tuple(seated_teams(round)), led, counts
    return FactsState(state, max((row[3] for row in found if row[3]), default=None))


def _counted(place: int, rows: QuerySet[Any]) -> QuerySet[Any]:
    """Of one table its `place`, how many rows, the last or the sum of their versions, and the last moment."""
    latest = Max("at") if issubclass(rows.model, InsertOnly) else Value(None, output_field=DateTimeField())
    last = Sum("version") if issubclass(rows.model, Editable) else Max("pk")
    counted = rows.order_by().annotate(place=Value(place)).values("place")
    return counted.annotate(rows=Count("pk"), last=last, latest=latest).values_list("place", "rows", "last", "latest")


def remembered_of(
    round: AssessmentRound, name: str, compute: Callable[[], T], *, at: datetime | None = None, about: object = ""
) -> T:
    """What `compute` makes of the facts of a round, computed again once a row of them has changed.

    `at`: the moment up to which it reads; of a past one nothing is remembered, nor inside a transaction. `about`: what
    else tells one such value from another.
    """
    if not remembers():
        return compute()
    state = facts_state(round)
    if at is not None and state.latest is not None and state.latest > at:
        return compute()
    return remembered(key_of(name, round.pk, about), state.rows, compute)
