"""How a round moves from state to state: one stored step for each move, with a reason when it goes back."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid
from governance.records.verbs import locked, record, save_version, verb
from teams.states import check_move

from ..models import AssessmentRound, RoundStep
from ..states import ROUND_MOVES, ROUND_ORDER, RoundState


@verb(says=_("took a round a step back"))
def step_back(round: AssessmentRound, *, reason: str, by: User, at: datetime) -> AssessmentRound:
    """Take a round one state back, with a reason; an approval is taken back with it.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is being prepared, or it is published.
        Invalid: no reason is given.
    """
    round = locked(round)
    require("step_back", by, round)
    to = state_before(round)
    check_move(round, to, ROUND_MOVES)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the round goes a step back.")})
    taken_back: dict[str, Any] = {}
    if round.state == RoundState.APPROVED:
        taken_back = {"approval": "", "approved_by": None}
    if to == RoundState.PREPARING:
        taken_back = {"frozen_at": None}
    change = move(round, to, by=by, at=at, reason=reason.strip(), **taken_back)
    record("step_back", round, by=by, at=at, change=change | {"reason": [None, reason.strip()]})
    return round


def state_before(round: AssessmentRound) -> RoundState:
    """The state before the round's own; the first is its own."""
    return ROUND_ORDER[max(ROUND_ORDER.index(RoundState(round.state)) - 1, 0)]


def move(
    round: AssessmentRound, to: RoundState, *, by: User, at: datetime, reason: str = "", **fields: Any
) -> dict[str, list[Any]]:
    """Move a locked round and store the step; `fields` are written with it. Returns what changed.

    Raises:
        WrongState: the round may not become `to`.
    """
    check_move(round, to, ROUND_MOVES)
    RoundStep.objects.create(
        round=round,
        number=round.steps.count() + 1,
        from_state=round.state,
        to_state=to,
        reason=reason,
        by=by,
        at=at,
    )
    return save_version(round, {"state": to, **fields})
