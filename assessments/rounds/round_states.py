"""How a round moves from state to state: one stored step for each move, with a reason when it goes back or ends."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, record, save_version, verb
from teams.states import check_move

from ..models import AssessmentRound, RoundStep
from ..models.appeal import AppealQuerySet
from ..states import ROUND_BACK, ROUND_MOVES, RoundState


@verb(says=_("returned a round to the previous step"))
def step_back(round: AssessmentRound, *, reason: str, by: User, at: datetime) -> AssessmentRound:
    """Take a round a state back, with a reason; an approval is taken back with it.

    From public notice it goes back to scoring: the notice ends, approval and a full notice follow again.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is being prepared, it is published, or an appeal is undecided.
        Invalid: no reason is given.
    """
    round = locked(round)
    require("step_back", by, round)
    to = state_before(round)
    check_move(round, to, ROUND_MOVES)
    refuse_undecided(round.appeals.all())
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the round is returned to the previous step.")})
    taken_back: dict[str, Any] = {}
    if round.approved_by_id is not None:
        taken_back = {"approval": "", "approved_by": None}
    if to == RoundState.PREPARING:
        taken_back = {"frozen_at": None}
    change = move(round, to, by=by, at=at, reason=reason.strip(), **taken_back)
    record("step_back", round, by=by, at=at, change=change | {"reason": [None, reason.strip()]})
    return round


@verb(says=_("abandoned a round"))
def abandon_round(round: AssessmentRound, *, reason: str, document: str, by: User, at: datetime) -> AssessmentRound:
    """Abandon a round that is not published, with a reason and a document (docs/rules.md#rounds).

    It is never scored or published; what was frozen and entered stays for the centre to read, an approval is taken
    back. Its plan, kind and first day are free for another round.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is published, or abandoned already.
        Invalid: the reason or the document is missing.
    """
    round = locked(round)
    require("abandon_round", by, round)
    check_move(round, RoundState.ABANDONED, ROUND_MOVES)
    faults: dict[str, Text] = {}
    if not reason.strip():
        faults["reason"] = _("Say why the round is abandoned.")
    if not document.strip():
        faults["document"] = _("Enter the number of the document that decides this.")
    if faults:
        raise Invalid(fields=faults)
    kept = {"reason": reason.strip(), "document": document.strip()}
    change = move(round, RoundState.ABANDONED, by=by, at=at, **kept, approval="", approved_by=None)
    record("abandon_round", round, by=by, at=at, change=change | {name: [None, text] for name, text in kept.items()})
    return round


def state_before(round: AssessmentRound) -> RoundState:
    """The state to which a step back leads; one from which none leads is its own."""
    return ROUND_BACK.get(RoundState(round.state), RoundState(round.state))


def move(
    round: AssessmentRound,
    to: RoundState,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    document: str = "",
    **fields: Any,
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
        document=document,
        by=by,
        at=at,
    )
    return save_version(round, {"state": to, **fields})


def refuse_undecided(appeals: AppealQuerySet) -> None:
    """Raise WrongState where an appeal is undecided: its public notice is not ended before. One query."""
    if undecided := appeals.open().count():
        raise WrongState(
            ngettext(
                "%(count)d appeal is undecided. Decide it first; the public notice is not ended before.",
                "%(count)d appeals are undecided. Decide them first; the public notice is not ended before.",
                undecided,
            )
            % {"count": undecided}
        )
