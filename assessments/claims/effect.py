"""What a claim would pay: its level against what its matter was paid in the plan's year."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ..models import Claim
from ..rounds.matters import folded, paid_before


@dataclass(frozen=True)
class Effect:
    """A claim's points before caps.

    Attributes:
        rungs: the levels from the lowest, each with its points, and "paid", "now" or "".
        worth: the points of the claim's level.
        paid: the points that other rounds have paid for the matter.
    """

    rungs: list[tuple[str, Decimal, str]]
    worth: Decimal
    paid: Decimal

    @property
    def now(self) -> Decimal:
        """What the round pays: the difference, never less than 0."""
        return max(self.worth - self.paid, Decimal(0))


def effect_of(claim: Claim, *, at: datetime) -> Effect | None:
    """What a claim about an indicator would pay in its round; None for a veto."""
    if claim.indicator is None:
        return None
    rules, code = claim.plan.rules, claim.indicator.code
    levels = rules.levels(code)
    matter = (claim.team_id, code, folded(claim.matter))
    paid = paid_before(claim.round, rules, before=at, asked=[matter]).get(matter, "") if claim.round else ""
    marks = {claim.level: "now", paid: "paid"}
    rungs = [(level, levels[level], marks.get(level, "")) for level in sorted(levels, key=lambda name: levels[name])]
    zero = Decimal(0)
    return Effect(rungs, levels.get(claim.level, zero), levels.get(paid, zero))


def lower_levels(claim: Claim) -> list[str]:
    """The levels below the claim's own; none for a veto."""
    levels = claim.plan.rules.levels(claim.indicator.code) if claim.indicator else {}
    return [level for level in levels if claim.level in levels and levels[level] < levels[claim.level]]
