"""A published result that proves wrong is never changed: a second one stands beside it (docs/rules.md#corrections).

Opened with reason and document, its facts corrected by the verbs of facts, then scored, approved by another person, in
public notice where a rank or grade changes, and published by one who did not approve it. Until then every page shows
the old result.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text, long_date, sentences_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.verbs import inserted, locked, record, save_version, tell, verb
from teams.states import check_move

from ..claims.waiting import waiting as claims_open
from ..figures.duties import waiting as figures_open
from ..models import AssessmentRound, Publication, Result, ResultCorrection, ResultCorrectionStep
from ..notices import AssessmentNotice
from ..permissions import approved_correction, scored_correction
from ..rounds.duties import Waiting
from ..rounds.round_states import refuse_undecided
from ..states import (
    CORRECTABLE,
    RESULT_CORRECTION_BACK,
    RESULT_CORRECTION_FORWARD,
    RESULT_CORRECTION_MOVES,
    ResultCorrectionState,
    RoundState,
)
from .changes import TeamChange, result_changes
from .moves import heads_of
from .public_notice import CorrectionNotice
from .readiness import appeals_waiting, left_out_with_value, values_missing
from .restoring import restore_facts
from .scoring import keep_result, refuse_other, refuse_unverified, seal_soon
from .verification import is_outdated


@verb(says=_("opened the correction of a published result"))
def open_result_correction(
    round: AssessmentRound, *, reason: str, document: str, by: User, at: datetime
) -> ResultCorrection:
    """Open the correction of a round's published result; the centre can correct its facts from then on.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not published.
        Invalid: the reason or the document is missing, or a correction is open already.
    """
    round = locked(round, "plan", "action")
    require("correct_result", by, round)
    if round.state not in CORRECTABLE:
        words = _("“%(round)s” is not published. Return it to the previous step instead.")
        raise WrongState(words % {"round": round})
    faults: dict[str, Text] = {}
    if not reason.strip():
        faults["reason"] = _("Say what proved wrong.")
    if not document.strip():
        faults["document"] = _("Enter the number of the document that decides this.")
    if faults:
        raise Invalid(fields=faults)
    correction = ResultCorrection(
        round=round,
        number=round.corrections.count() + 1,
        reason=reason.strip(),
        document=document.strip(),
        corrects=standing_result(round),
        opened_by=by,
        opened_at=at,
    )
    inserted(correction)
    _write_step(correction, "", document=document.strip(), reason=reason.strip(), by=by, at=at)
    change: dict[str, Any] = {name: [None, getattr(correction, name)] for name in ("document", "reason")}
    change["corrects"] = [None, correction.corrects.number]
    record("open_result_correction", correction, by=by, at=at, change=change)
    return correction


@verb(says=_("scored a corrected result"))
def score_result_correction(
    correction: ResultCorrection, *, by: User, at: datetime, seen: int | None = None
) -> ResultCorrection:
    """Score the round's facts as they stand now as the next result, which does not count before it is published.

    It can be repeated. `seen`: how many results the round had when the page was opened.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the correction is past scoring, somebody scored it in the meantime, a fact is not settled, or no
            fact differs from those of the published result.
    """
    correction = _held(correction, "correct_result", ResultCorrectionState.SCORED, by=by)
    round = correction.round
    locked(round.action)  # two rounds with the same matter are not scored at once
    refuse_other(round, seen)
    _refuse_open(facts_waiting(round, at=at))
    if not is_outdated(correction.corrects, at=at):
        raise WrongState(_("No fact differs from those of the published result. Correct the facts first."))
    result = keep_result(round, by=by, at=at)
    change = _move(correction, ResultCorrectionState.SCORED, by=by, at=at, result=result)
    stated = {"number": [None, result.number], "sha256": [None, result.sha256]}
    record("score_result_correction", correction, by=by, at=at, change=change | stated)
    return correction


@verb(says=_("approved a corrected result"))
def approve_result_correction(
    correction: ResultCorrection, *, document: str, by: User, at: datetime, seen: int | None = None
) -> ResultCorrection:
    """Approve the corrected result with a document; who scored, or whose value stands, cannot approve it.

    `seen`: how many results the round had when the page was opened.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or took part in the score.
        WrongState: the correction is not scored, or was scored again; a value is missing, or a fact is younger than the
            result.
        Invalid: the document has no number.
    """
    correction = _held(correction)
    if scored_correction(by, correction):
        words = _(
            "You entered a value or a tally, decided about a value, a claim or the panel, or scored “%(round)s”. "
            "Another member of the centre has to approve it."
        )
        raise NotAllowed(words % {"round": correction.round})
    require("approve_result_correction", by, correction)
    if not document.strip():
        raise Invalid(fields={"document": _("Enter the number of the document approving the result.")})
    check_move(correction, ResultCorrectionState.APPROVED, RESULT_CORRECTION_FORWARD)
    refuse_other(correction.round, seen)
    _refuse_open(approval_waiting(correction, at=at))
    stated = document.strip()
    change = _move(
        correction, ResultCorrectionState.APPROVED, by=by, at=at, document=stated, approval=stated, approved_by=by
    )
    record("approve_result_correction", correction, by=by, at=at, change=change)
    return correction


@verb(says=_("put a corrected result in public notice"))
def post_result_correction(
    correction: ResultCorrection, *, by: User, at: datetime, document: str = ""
) -> ResultCorrection:
    """Put the approved result in public notice: everybody sees it beside the old one, which still counts.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the correction is not approved, or no rank or grade changes, so that no notice is needed.
    """
    correction = _held(correction, "correct_result", ResultCorrectionState.PUBLIC_NOTICE, by=by)
    if not changes_places(correction):
        raise WrongState(_("No rank and no grade changes, so the corrected result is published without a notice."))
    stated = document.strip()
    change = _move(correction, ResultCorrectionState.PUBLIC_NOTICE, by=by, at=at, document=stated)
    record("post_result_correction", correction, by=by, at=at, change=change | {"document": [None, stated]})
    end = notice_end(correction)
    _tell(correction, AssessmentNotice.CORRECTION_IN_NOTICE, at=at, until=day_of(end).isoformat() if end else "")
    return correction


@verb(says=_("published a corrected result"))
def publish_result_correction(
    correction: ResultCorrection, *, by: User, at: datetime, document: str = ""
) -> Publication:
    """Publish the corrected result, which counts from then on; the old one stays beside it. It cannot be undone.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or approved it, or allowed the appeal that gave it.
        WrongState: it is not approved, its notice is missing or not over, an appeal is undecided, or the result does
            not verify.
    """
    correction = _held(correction)
    if approved_correction(by, correction):
        words = _("You approved “%(round)s”. Another member of the centre has to publish it.")
        raise NotAllowed(words % {"round": correction.round})
    require("publish_result_correction", by, correction)
    check_move(correction, ResultCorrectionState.PUBLISHED, RESULT_CORRECTION_FORWARD)
    _refuse_open(publication_waiting(correction, at=at))
    result = correction_result(correction)
    refuse_unverified(result)
    stated = document.strip()
    change = _move(correction, ResultCorrectionState.PUBLISHED, by=by, at=at, document=stated)
    publication = Publication(result=result, document=stated, by=by, at=at)
    publication.save()
    change |= {"sha256": [None, result.sha256], "document": [None, stated]}
    record("publish_result_correction", correction, by=by, at=at, change=change)
    _tell(correction, AssessmentNotice.CORRECTION_PUBLISHED, at=at)
    seal_soon(at)
    return publication


@verb(says=_("returned a corrected result to scoring"))
def return_result_correction(correction: ResultCorrection, *, reason: str, by: User, at: datetime) -> ResultCorrection:
    """Take an approved or noticed correction back to where facts are corrected; its approval is taken back with it.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the correction is not approved or in public notice, or an appeal is undecided.
        Invalid: no reason is given.
    """
    correction = _held(correction)
    require("correct_result", by, correction.round)
    to = RESULT_CORRECTION_BACK.get(ResultCorrectionState(correction.state), ResultCorrectionState.OPENED)
    check_move(correction, to, RESULT_CORRECTION_MOVES)
    return _end_with_reason(correction, to, "return_result_correction", reason=reason, by=by, at=at)


@verb(says=_("dropped the correction of a result"))
def drop_result_correction(correction: ResultCorrection, *, reason: str, by: User, at: datetime) -> ResultCorrection:
    """Drop a correction with a reason: the published result goes on to count, and its facts stand again.

    What was corrected of them stays on record.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the correction is published or dropped, an appeal is undecided, or an allowed one led to it.
        Invalid: no reason is given.
    """
    to = ResultCorrectionState.DROPPED
    correction = _held(correction, "correct_result", to, by=by, among=RESULT_CORRECTION_MOVES)
    if decision := correction.led_by.first():
        words = _(
            "An allowed appeal led to this correction (decision No. %(number)d), so it is not dropped. Correct the "
            "fact and publish the corrected result."
        )
        raise WrongState(words % {"number": decision.number})
    return _end_with_reason(correction, to, "drop_result_correction", reason=reason, by=by, at=at, also=restore_facts)


def standing_result(round: AssessmentRound) -> Result:
    """The result of a published round that counts: the one published last."""
    result: Result = Result.objects.published().get(round=round)
    return result


def correction_result(correction: ResultCorrection) -> Result:
    """The result that was scored last in a correction. Raises WrongState where there is none."""
    if correction.result is None:
        raise WrongState(_("The corrected result is not scored yet."))
    return correction.result


def changes_of(correction: ResultCorrection, user: User | None = None) -> list[TeamChange]:
    """What a scored correction changes: an appeal in its public notice concerns only these teams and indicators.

    `user`: with the points of the teams alone that this person may open.
    """
    before, after = correction.corrects, correction_result(correction)
    after.round = correction.round
    if user is None:
        return result_changes(before, after)
    lines = after.lines.detail_visible_to(user)
    return result_changes(before, after, detailed=set(lines.values_list("team__code", flat=True)))


def changes_places(correction: ResultCorrection) -> bool:
    """Whether a rank or a grade changes, so that the corrected result needs a public notice."""
    return any(one.changes_place for one in changes_of(correction))


def notice_end(correction: ResultCorrection) -> datetime | None:
    """When the public notice of a corrected result ends: 18:00 of its last working day; None where none has begun."""
    return CorrectionNotice(correction).end


def facts_waiting(round: AssessmentRound, *, at: datetime) -> list[Waiting]:
    """What of the facts that a correction can change is not settled."""
    asks: tuple[Callable[..., list[Waiting]], ...] = (figures_open, claims_open)
    return [one for ask in asks for one in ask(round, to=RoundState.APPROVED, at=at)]


def approval_waiting(correction: ResultCorrection, *, at: datetime) -> list[Waiting]:
    """What keeps a scored correction from its approval."""
    round, to = correction.round, RoundState.APPROVED
    found = [*facts_waiting(round, at=at), *values_missing(round, to=to, at=at)]
    found += left_out_with_value(round, to=to, at=at)
    if is_outdated(correction_result(correction), at=at):
        words = _("A fact has changed since result No. %(number)d. Score again.")
        url = reverse("result_correction_score", args=[round.pk, correction.number])
        found.append(Waiting(words % {"number": correction_result(correction).number}, url))
    return found


def publication_waiting(correction: ResultCorrection, *, at: datetime) -> list[Waiting]:
    """What keeps an approved correction from its publication: a public notice, where a rank or grade changes, and
    the appeals in it."""
    if correction.state == ResultCorrectionState.APPROVED:
        if not changes_places(correction):
            return []
        url = reverse("result_correction_notice", args=[correction.round_id, correction.number])
        return [Waiting(_("A rank or a grade changes. Put the corrected result in public notice first."), url)]
    undecided, end = appeals_waiting(correction.appeals.all()), notice_end(correction)
    if end is None or at > end:
        return undecided
    return [*undecided, Waiting(_("The public notice lasts until %(moment)s.") % {"moment": long_date(end)}, "")]


def _held(
    correction: ResultCorrection,
    rule: str = "",
    to: ResultCorrectionState | None = None,
    *,
    by: User | None = None,
    among: Any = RESULT_CORRECTION_FORWARD,
) -> ResultCorrection:
    """Lock a correction's round and itself; check the rule and the move, where they are named."""
    round = locked(AssessmentRound(pk=correction.round_id), "plan", "action")
    correction = locked(correction, "corrects", "result")
    correction.round = round
    for result in filter(None, (correction.corrects, correction.result)):
        result.round = round
    if rule and by is not None:
        require(rule, by, round)
    if to is not None:
        check_move(correction, to, among)
    return correction


def _refuse_open(found: list[Waiting]) -> None:
    """Raise WrongState, which names all that is open."""
    if found:
        raise WrongState(sentences_text(one.words for one in found))


def _end_with_reason(
    correction: ResultCorrection,
    to: ResultCorrectionState,
    name: str,
    *,
    reason: str,
    by: User,
    at: datetime,
    also: Callable[..., list[str]] | None = None,
) -> ResultCorrection:
    """A move that takes the approval back, with a reason, once every appeal is decided.

    `also`: what is done with it, which names what it restored.
    """
    refuse_undecided(correction.appeals.all())
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give the reason for the decision.")})
    change = _move(correction, to, by=by, at=at, reason=reason.strip(), approval="", approved_by=None)
    restored = also(correction, by=by, at=at) if also is not None else []
    change |= {"reason": [None, reason.strip()], **({"restored": restored} if restored else {})}
    record(name, correction, by=by, at=at, change=change)
    return correction


def _move(
    correction: ResultCorrection,
    to: ResultCorrectionState,
    *,
    by: User,
    at: datetime,
    reason: str = "",
    document: str = "",
    **fields: Any,
) -> dict[str, list[Any]]:
    """Move a locked correction and store the step; `fields` are written with it. Returns what changed."""
    was = correction.state
    change = save_version(correction, {"state": to, **fields})
    _write_step(correction, was, reason=reason, document=document, by=by, at=at)
    return change


def _write_step(
    correction: ResultCorrection, was: str, *, reason: str = "", document: str = "", by: User, at: datetime
) -> None:
    ResultCorrectionStep.objects.create(
        correction=correction,
        number=correction.steps.count() + 1,
        from_state=was,
        to_state=correction.state,
        reason=reason,
        document=document,
        by=by,
        at=at,
    )


def _tell(correction: ResultCorrection, kind: AssessmentNotice, *, at: datetime, **facts: str) -> None:
    """Tell the heads of all teams of the round."""
    tell(
        heads_of(correction.round),
        kind,
        key=f"correction-{correction.pk}-{correction.state}-{correction.steps.count()}",
        url=correction.get_absolute_url(),
        at=at,
        facts={"round": correction.round.title, **facts},
    )
