"""Decisions as rows of a page: for which teams, what became of them, and how they stand."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db.models import QuerySet
from django.utils.translation import pgettext_lazy

from governance.lists.text import Text
from governance.people.models import User
from teams.models import SpecialTeam

from ..decisions.standing import DecisionStanding, standings_of
from ..models import Audience, Decision, DecisionOutcome, Problem
from ..states import DecisionState


class Standing(StrEnum):
    """How a decision stands; the first that fits."""

    PROPOSED = "proposed"
    DROPPED = "dropped"
    WAITING = "waiting"
    DONE = "done"
    OVERDUE = "overdue"
    OPEN = "open"

    @property
    def label(self) -> Text:
        """Its name."""
        return _LABELS[self]

    @property
    def tone(self) -> str:
        """The colour of its badge."""
        return {"waiting": "yellow", "overdue": "red", "open": "blue", "done": "green"}.get(self, "grey")


_LABELS = {
    Standing.PROPOSED: pgettext_lazy("decision", "Proposed"),
    Standing.DROPPED: pgettext_lazy("decision", "Dropped"),
    Standing.WAITING: pgettext_lazy("decision", "Not yet work"),
    Standing.DONE: pgettext_lazy("decision", "Done"),
    Standing.OVERDUE: pgettext_lazy("decision", "Overdue"),
    Standing.OPEN: pgettext_lazy("decision", "In progress"),
}

LISTED = (Standing.WAITING, Standing.OVERDUE, Standing.OPEN)
"""What the page of all meetings lists."""


@dataclass(frozen=True)
class DecisionRow:
    """A decision with its teams and outcomes."""

    decision: Decision
    teams: Sequence[SpecialTeam]
    outcomes: Sequence[DecisionOutcome]
    standing: Standing

    @property
    def reach(self) -> str:
        """All or new teams, where it is for them; otherwise empty, and the teams are named."""
        audience = Audience(self.decision.audience)
        return "" if audience == Audience.NAMED else str(audience.label)


def rows_of(decisions: Iterable[Decision], *, on: date) -> list[DecisionRow]:
    """The rows of `decisions`, read by `for_rows`, as they stand on `on`: at most eight queries more."""
    rows = list(decisions)
    stands: dict[int, list[DecisionStanding]] = {row.pk: [] for row in rows}
    for each in standings_of([row for row in rows if row.state == DecisionState.ADOPTED]):
        stands[each.decision.pk].append(each)
    return [_row(row, stands[row.pk], on) for row in rows]


def for_rows(decisions: QuerySet[Decision]) -> QuerySet[Decision]:
    """`decisions` with what a row reads of proposed ones: two queries."""
    return decisions.select_related("meeting").prefetch_related("named")


def readable_problems(outcomes: Iterable[DecisionOutcome], user: User) -> set[int]:
    """Ids of the problems among `outcomes` that the person may read: one query, none without problems.

    Whoever reads the minutes reads what was decided, and of a problem of other teams its number alone.
    """
    problems = {row.problem_id for row in outcomes if row.problem_id}
    if not problems:
        return set()
    return set(Problem.objects.visible_to(user).filter(pk__in=problems).values_list("pk", flat=True))


def _row(decision: Decision, stands: Sequence[DecisionStanding], on: date) -> DecisionRow:
    teams = [each.team for each in stands] or sorted(decision.named.all(), key=lambda team: team.order)
    outcomes = {row.task_id or -(row.problem_id or 0): row for each in stands for row in each.outcomes}
    return DecisionRow(decision, teams, list(outcomes.values()), _standing(decision, stands, on))


def _standing(decision: Decision, stands: Sequence[DecisionStanding], on: date) -> Standing:
    if decision.state != DecisionState.ADOPTED:
        return Standing.DROPPED if decision.state == DecisionState.DROPPED else Standing.PROPOSED
    if stands and all(each.done for each in stands):
        return Standing.DONE
    if decision.settled_at is None:
        return Standing.WAITING
    return Standing.OVERDUE if any(each.days_over(on) for each in stands) else Standing.OPEN
