"""Another person of the centre decides an appeal; an allowed one is scored at once (docs/rules.md#appeals)."""

import json
from datetime import datetime
from typing import NamedTuple

from django.db import transaction
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.people.models import User
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.verbs import locked, record, save_version, tell, verb
from teams.meetings.papers.wording import CHINESE
from teams.roster.recipients import heads_of as heads_of_team

from ..claims.waiting import waiting as claims_open
from ..models import Appeal, AppealDecision, Result, ResultCorrection
from ..notices import AssessmentNotice
from ..results.changes import TeamChange, places_changed, result_changes
from ..results.moves import heads_of
from ..results.public_notice import notice_of
from ..results.readiness import left_out_with_value, require_settled, values_missing
from ..results.result_corrections import open_result_correction
from ..results.scoring import keep_result
from ..rounds.occasions import held_appeal
from ..states import AppealState, RoundState
from .corrections import Correction

SETTLED = (claims_open, values_missing, left_out_with_value)
"""What must not be open in the facts as corrected: the new result stands approved by the decision."""


@verb(says=_("dismissed an appeal"))
def dismiss_appeal(appeal: Appeal, *, reasons: str, by: User, at: datetime, seen: int | None = None) -> AppealDecision:
    """Dismiss an appeal with reasons: the fact and the result stand.

    Raises:
        NotAllowed: `by` is not of the assessment centre, scored the round or brought the fact in.
        WrongState: it is decided already, or its public notice no longer lasts.
        Stale: the appeal has changed since version `seen`.
        Invalid: no reasons are given.
    """
    appeal = _held(appeal, reasons, by=by, seen=seen)
    result = _standing(appeal)
    decision = _decide(appeal, AppealState.DISMISSED, result, reasons=reasons, by=by, at=at)
    record("dismiss_appeal", appeal, by=by, at=at, change={"number": decision.number, "result": result.number})
    _tell_team(appeal, AssessmentNotice.APPEAL_DISMISSED, at=at)
    return decision


@verb(says=_("allowed an appeal"))
def allow_appeal(
    appeal: Appeal,
    correction: Correction,
    *,
    reasons: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    seen_result: int | None = None,
) -> AppealDecision:
    """Allow an appeal: the fact is corrected, and the round scored again in the name of `by`, which approves it.

    Where a rank or a grade changed, the notice runs at least two working days after the decision, and the heads of all
    teams are told. `seen_result`: the number of the result that the page showed.

    Raises:
        NotAllowed: `by` is not of the assessment centre, scored the round or brought the fact in.
        WrongState: it is decided already, its public notice no longer lasts, or with the correction a value is
            missing or a matter is held by another round that is scored.
        Stale: the appeal has changed since version `seen`, another result stands, or the fact is another one.
        Invalid: no reasons are given, or what the correction refuses.
    """
    appeal = _held(appeal, reasons, by=by, seen=seen)
    if appeal.year_result_id is not None:
        raise WrongState(_("An appeal in the notice of a year is allowed by a correction of the round's result."))
    locked(appeal.round.action)  # as for every score: two rounds with the same matter are not scored at once
    before = _standing(appeal)
    if seen_result is not None and seen_result != before.number:
        raise Stale()
    correction.apply(appeal, by=by, at=at)
    require_settled(appeal.round, to=RoundState.APPROVED, at=at, asking=SETTLED)
    result = keep_result(appeal.round, by=by, at=at)
    if appeal.result_correction is not None:
        save_version(appeal.result_correction, {"result": result})
    moved = places_changed(json.loads(before.body), json.loads(result.body))
    decision = _decide(
        appeal,
        AppealState.ALLOWED,
        result,
        reasons=reasons,
        by=by,
        at=at,
        correction=correction.kind,
        changes_places=moved,
    )
    change = {
        "number": decision.number,
        "correction": correction.kind,
        "result": [before.number, result.number],
        "sha256": result.sha256,
    }
    record("allow_appeal", appeal, by=by, at=at, change=change)
    _tell_team(appeal, AssessmentNotice.APPEAL_ALLOWED, at=at)
    if moved:
        _tell_all(decision)
    return decision


@verb(says=_("allowed an appeal in the notice of a year"))
def allow_year_appeal(
    appeal: Appeal, *, reasons: str, by: User, at: datetime, document: str = "", seen: int | None = None
) -> AppealDecision:
    """Allow an appeal in the notice of a year: the correction of the round's result is opened in the name of `by`.

    It scores nothing by itself. Where a correction takes facts already, the appeal is left to that one. `document`: the
    number of the one that decides about the correction, not needed where it is open.

    Raises:
        NotAllowed: `by` is not of the assessment centre, scored the round or brought the fact in.
        WrongState: it is decided already, it was filed in another notice, which may last no longer, or the correction
            that is open takes no facts.
        Stale: the appeal has changed since version `seen`.
        Invalid: no reasons are given, or the document is missing.
    """
    appeal = _held(appeal, reasons, by=by, seen=seen)
    if appeal.year_result_id is None:
        raise WrongState(_("This appeal is not in the notice of a year. Decide it with what is corrected."))
    correction = correction_open(appeal)
    if correction is not None and not correction.takes_facts:
        words = _(
            "Correction No. %(number)d of “%(round)s” is at the stage “%(state)s”. Publish it, or return it to "
            "scoring, before an appeal is allowed."
        )
        named = {"number": correction.number, "round": appeal.round, "state": correction.get_state_display()}
        raise WrongState(words % named)
    if correction is None:
        with override(CHINESE):
            said = gettext("Appeal in the public notice of the year allowed: decision No. %(number)d, %(fact)s.")
            reason = said % {"number": appeal.round.decisions.count() + 1, "fact": appeal.fact}
        correction = open_result_correction(appeal.round, reason=reason, document=document, by=by, at=at)
    result = _standing(appeal)
    decision = _decide(appeal, AppealState.ALLOWED, result, reasons=reasons, by=by, at=at, leads_to=correction)
    change = {"number": decision.number, "result": result.number, "leads_to": correction.number}
    record("allow_year_appeal", appeal, by=by, at=at, change=change)
    _tell_team(appeal, AssessmentNotice.YEAR_APPEAL_ALLOWED, at=at)
    return decision


def correction_open(appeal: Appeal) -> ResultCorrection | None:
    """The correction of the round's result that goes on. One query."""
    found: ResultCorrection | None = appeal.round.corrections.open().first()
    return found


class Preview(NamedTuple):
    """What a decision would change: the teams, and until when the notice would run (None: as it does)."""

    changes: list[TeamChange]
    until: datetime | None


def preview(appeal: Appeal, correction: Correction, *, by: User, at: datetime, seen: int | None = None) -> Preview:
    """What allowing an appeal would change, by the engine on the corrected facts; nothing is stored.

    Raises what `allow_appeal` raises, but reasons are not asked for yet.
    """
    with transaction.atomic():
        before = _standing(appeal)
        decision = allow_appeal(appeal, correction, reasons="-", by=by, at=at, seen=seen)
        found = Preview(
            result_changes(before, decision.result), notice_of(appeal).end if decision.changes_places else None
        )
        transaction.set_rollback(True)
    return found


def result_before(decision: AppealDecision) -> Result:
    """The result that stood before an allowed appeal."""
    return decision.round.results.get(number=decision.result.number - 1)


def _held(appeal: Appeal, reasons: str, *, by: User, seen: int | None) -> Appeal:
    """The appeal, locked and ready to be decided with these reasons."""
    appeal = held_appeal(appeal, by=by)
    if seen is not None and seen != appeal.version:
        raise Stale(version=appeal.version)
    if not reasons.strip():
        raise Invalid(fields={"answer": _("Give the reasons for the decision.")})
    return appeal


def _standing(appeal: Appeal) -> Result:
    result = notice_of(appeal).result
    assert result is not None, "what is in public notice is scored"
    return result


def _decide(
    appeal: Appeal,
    outcome: AppealState,
    result: Result,
    *,
    reasons: str,
    by: User,
    at: datetime,
    correction: str = "",
    changes_places: bool = False,
    leads_to: ResultCorrection | None = None,
) -> AppealDecision:
    """Store the decision of a locked appeal."""
    save_version(appeal, {"state": outcome})
    decision = AppealDecision(
        round=appeal.round,
        number=appeal.round.decisions.count() + 1,
        appeal=appeal,
        outcome=outcome,
        reasons=reasons.strip(),
        correction=correction,
        result=result,
        changes_places=changes_places,
        leads_to=leads_to,
        by=by,
        at=at,
    )
    decision.save()
    return decision


def _tell_team(appeal: Appeal, kind: AssessmentNotice, *, at: datetime) -> None:
    """Tell the team's head and deputies, and who filed it."""
    filer = User.objects.filter(is_active=True, pk=appeal.filed_by_id)
    tell(
        (heads_of_team(appeal.team) | filer).distinct(),
        kind,
        key=f"appeal-{appeal.pk}-decided",
        url=appeal.get_absolute_url(),
        at=at,
        facts={"round": appeal.round.title, "fact": appeal.fact},
    )


def _tell_all(decision: AppealDecision) -> None:
    """Tell the heads of all teams that ranks or grades changed, and until when the notice runs."""
    round, notice = decision.round, notice_of(decision.appeal)
    end = notice.end
    tell(
        heads_of(round),
        AssessmentNotice.NOTICE_EXTENDED,
        key=f"round-{round.pk}-decision-{decision.number}",
        url=notice.results_url,
        at=decision.at,
        facts={"round": round.title, "until": day_of(end).isoformat() if end else ""},
    )
