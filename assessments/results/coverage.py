"""Which values of a round exist and which are missing, indicator by indicator: small enough to be remembered."""

from dataclasses import dataclass
from datetime import datetime
from enum import IntFlag

from governance.lists.reading import once

from ..engine.applicability import ExclusionReason
from ..engine.plan import Indicator, Plan
from ..engine.rating import PointColumn, Status
from ..models import AssessmentRound
from ..rounds.facts_of_round import standing_points
from ..rounds.facts_state import remembered_of
from ..rounds.sources import concerns


class Said(IntFlag):
    """What is known of the value of an indicator for a team; 0: nothing is owed."""

    SCORED = 1
    MISSING = 2
    """The indicator applies to the team and something is missing."""
    NO_TARGET = 4
    """What is missing is the team's own target."""
    PENDING = 8
    """It is left out of the preview."""
    AWAITED = 16
    """The round waits for it."""


@dataclass(frozen=True)
class Coverage:
    """One indicator: `said`, a byte of `Said` for each team that takes part, in document order; `events`, how many
    claims stand."""

    said: bytes
    events: int

    def places(self, flag: Said) -> list[int]:
        """The places of the teams of which this is said."""
        bit = flag.value
        return [place for place, said in enumerate(self.said) if said & bit]


@once
def coverage_of(round: AssessmentRound, *, at: datetime) -> dict[str, Coverage]:
    """The coverage of every indicator of the plan by its code, as the round would be scored at the moment.

    The queries of `gather`; three where nothing has changed since it was last asked.
    """
    return remembered_of(round, "coverage", lambda: _coverage(round, at), at=at)


def indicators_of(round: AssessmentRound) -> list[Indicator]:
    """The indicators that are scored in rounds of this kind."""
    rules: Plan = round.plan.rules
    return [indicator for indicator in rules.indicators if concerns(indicator, round)]


def _coverage(round: AssessmentRound, at: datetime) -> dict[str, Coverage]:
    facts, seats, points = standing_points(round, at=at)
    return {
        code: Coverage(
            bytes(_said(column, place) for place in range(len(seats))), sum(map(len, facts.events.get(code, ())))
        )
        for code, column in points.columns.items()
    }


def _said(column: PointColumn, place: int) -> int:
    reason, status = column.reason[place], column.status[place]
    said = {
        Said.SCORED: status is Status.SCORED,
        Said.MISSING: reason is not None and reason.is_missing,
        Said.NO_TARGET: reason is ExclusionReason.NO_TARGET,
        Said.PENDING: status is Status.PENDING,
        Said.AWAITED: place in column.pending,
    }
    return sum(flag.value for flag, is_so in said.items() if is_so)
