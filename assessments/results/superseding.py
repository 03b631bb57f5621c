"""Published rounds overtaken by a correction elsewhere: a matter was paid otherwise (docs/rules.md#corrections)."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal

from django.db.models import Min

from ..engine.plan import Plan
from ..models import AssessmentRound, ClaimStep, Result
from ..rounds.matters import Matter, matter_of, paid_before, standing_claims
from ..states import CORRECTABLE, ResultCorrectionState


def rounds_to_supersede(round: AssessmentRound, *, at: datetime) -> list[AssessmentRound]:
    """The rounds of the same plan and year to be superseded, in the order in which they were published.

    Such a round counts what was paid for a matter before as it stood in a result that was superseded since. One query
    where no result of the year was; else some for each of its rounds.
    """
    beside = AssessmentRound.objects.filter(
        action=round.action_id,
        plan__plan__code=round.plan.rules.code,
        starts_on__year=round.starts_on.year,
        state__in=CORRECTABLE,
    )
    if not beside.filter(corrections__state=ResultCorrectionState.PUBLISHED).exists():
        return []
    standing = Result.objects.published(at).filter(round__in=beside.order_by().values("pk")).defer("body")
    in_order = standing.annotate(first=Min("round__results__publication__at")).order_by("first", "pk")
    return [result.round for result in in_order.select_related("round__plan") if _overtaken(result, at)]


def _overtaken(result: Result, at: datetime) -> bool:
    """Whether what others paid for a matter of the result leaves it something else to pay than it says."""
    round, rules = result.round, result.round.plan.rules
    steps = [step for step in standing_claims(round, before=result.at) if step.claim.indicator]
    if not steps:
        return False
    was = paid_before(round, rules, before=result.at)
    now = paid_before(round, rules, before=result.at, known=at)
    return any(_rest(rules, step, was) != _rest(rules, step, now) for step in steps)


def _rest(rules: Plan, step: ClaimStep, paid: Mapping[Matter, str]) -> Decimal:
    """What a claim pays beyond what others paid for its matter; a level that the plan does not know pays nothing."""
    matter = matter_of(step)
    levels = rules.levels(matter[1])
    return max(levels.get(step.level, Decimal(0)) - levels.get(paid.get(matter, ""), Decimal(0)), Decimal(0))
