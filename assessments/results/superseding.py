"""Published rounds overtaken by a correction elsewhere: a matter was paid otherwise (docs/rules.md#corrections)."""

from datetime import datetime

from django.db.models import Min

from ..models import AssessmentRound, Result
from ..rounds.matters import matter_of, paid_before, standing_claims
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
    """Whether a matter of the result was paid before otherwise than it says."""
    round, rules = result.round, result.round.plan.rules
    held = {matter_of(step) for step in standing_claims(round, before=result.at) if step.claim.indicator}
    if not held:
        return False
    was = paid_before(round, rules, before=result.at)
    now = paid_before(round, rules, before=result.at, known=at)
    return any(was.get(matter, "") != now.get(matter, "") for matter in held)
