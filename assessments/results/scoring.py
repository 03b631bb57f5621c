"""The frozen facts of a round become a result: scored, approved by another person, published for good."""

import json
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.integrity.seals import seal_over, seal_records
from governance.records.models import AuditEvent, AuditSeal
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.verbs import locked, record, tell, verb
from teams.states import check_move

from ..engine import ENGINE_VERSION, canonical_json, load, result_body
from ..engine.canonical import Data
from ..models import AssessmentRound, Publication, Result, ResultCorrection, ResultLine
from ..notices import AssessmentNotice
from ..permissions import approved_it, scored_it
from ..plans.plans import fingerprint
from ..rounds.facts_of_round import gather
from ..rounds.round_states import move
from ..states import ROUND_FORWARD, RoundState
from .moves import heads_of
from .readiness import FACTS, require_settled
from .verification import verify_result


@verb(says=_("scored a round"))
def score_round(round: AssessmentRound, *, by: User, at: datetime, seen: int | None = None) -> Result:
    """Score the round's frozen facts by its plan and store the whole result as one canonical document.

    Scoring again gives the result the next number; the earlier one stays. `seen`: the number of the result that was
    last when the page was opened, 0 for none.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not in scoring, somebody scored it in the meantime, or something is open: a figure is
            not settled, a claim undecided or about a matter with which another unpublished round is scored, a sheet
            unsigned, marks far apart are not settled, or a group has not voted.
    """
    round = locked(round, "plan", "action")
    require("score_round", by, round)
    locked(round.action)  # two rounds with the same matter are not scored at once
    if round.state != RoundState.SCORING:
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”. It can be scored only at the stage of scoring.")
            % {"round": round, "state": round.get_state_display()}
        )
    refuse_other(round, seen)
    require_settled(round, to=RoundState.APPROVED, at=at, asking=FACTS)
    result = keep_result(round, by=by, at=at)
    record("score_round", round, by=by, at=at, change={"result": [None, result.number], "sha256": result.sha256})
    return result


def keep_result(round: AssessmentRound, *, by: User, at: datetime) -> Result:
    """Score a locked round's facts as they stand and store the result under the next number."""
    facts, seats = gather(round, before=at)
    body = result_body(load(round.plan.document), facts, round.kind)
    text = canonical_json(body)
    result = Result(
        round=round,
        number=round.results.count() + 1,
        engine=ENGINE_VERSION,
        body=text,
        sha256=fingerprint(text),
        by=by,
        at=at,
    )
    result.save()
    ids = {seat.team.code: seat.team_id for seat in seats}
    ResultLine.objects.bulk_create(
        [
            ResultLine(result=result, team_id=ids[line["team"]], by=by, at=at, **line_columns(line, order))
            for order, line in enumerate(body["outcome"]["teams"], start=1)
        ],
        batch_size=500,
    )
    return result


def refuse_other(round: AssessmentRound, seen: int | None) -> None:
    """Raise WrongState where the last result is another one than the page showed."""
    if seen is not None and round.results.count() != seen:
        words = _("“%(round)s” has been scored by someone else. Look at the new result first.")
        raise WrongState(words % {"round": round})


def line_columns(line: Data, order: int) -> Data:
    """A team's line of a result's document as the columns of `ResultLine`."""
    return {
        "order": order,
        "team_class": line["class"],
        "base": line["base"],
        "bonus": line["bonus"],
        "deduction": line["deduction"],
        "total": line["total"],
        "rank": line["rank"],
        "grade": line["grade"] or "",
    }


@verb(says=_("approved a round"))
def approve_round(
    round: AssessmentRound, *, document: str, by: User, at: datetime, seen: int | None = None
) -> AssessmentRound:
    """Approve the last result with a document; who scored, or whose figure or decision stands, cannot approve it.

    `seen`: the number of the result that the page showed.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or a figure, a decided claim or the score is theirs.
        WrongState: the round is not in scoring, a value is missing, a fact is younger than the result, or it is another
            result.
        Invalid: the document has no number.
    """
    round = locked(round, "plan", "action")
    if scored_it(by, round):
        raise NotAllowed(
            _(
                "You entered a value or a tally, decided about a value, a claim or the panel, or scored “%(round)s”. "
                "Another member of the centre has to approve it."
            )
            % {"round": round}
        )
    require("approve_round", by, round)
    if not document.strip():
        raise Invalid(fields={"document": _("Enter the number of the document approving the result.")})
    check_move(round, RoundState.APPROVED, ROUND_FORWARD)
    refuse_other(round, seen)
    require_settled(round, to=RoundState.APPROVED, at=at)
    change = move(round, RoundState.APPROVED, by=by, at=at, approval=document.strip(), approved_by=by)
    record("approve_round", round, by=by, at=at, change=change)
    return round


@verb(says=_("published a round"))
def publish_round(round: AssessmentRound, *, by: User, at: datetime, document: str = "") -> Publication:
    """Publish the result for good once its notice is over, and notify the heads of its teams. It cannot be undone.

    Raises:
        NotAllowed: `by` is not of the assessment centre, approved it, or decided the appeal that gave the result.
        WrongState: the round is not in public notice, the notice is not over, an appeal is undecided, or the result
            does not verify.
    """
    round = locked(round, "plan", "action")
    if approved_it(by, round):
        raise NotAllowed(
            _(
                "You approved “%(round)s” or decided the appeal that gave its last result. Another member of the "
                "centre has to publish it."
            )
            % {"round": round}
        )
    require("publish_round", by, round)
    check_move(round, RoundState.PUBLISHED, ROUND_FORWARD)
    require_settled(round, to=RoundState.PUBLISHED, at=at)
    result = round.results.latest("number")
    refuse_unverified(result)
    change = move(round, RoundState.PUBLISHED, by=by, at=at)
    publication = Publication(result=result, document=document.strip(), by=by, at=at)
    publication.save()
    stated = {"sha256": [None, result.sha256], "document": [None, publication.document]}
    record("publish_round", round, by=by, at=at, change=change | stated)
    tell(
        heads_of(round),
        AssessmentNotice.RESULT_PUBLISHED,
        key=f"round-{round.pk}-published",
        url=round.get_absolute_url(),
        at=at,
        facts={"round": round.title},
    )
    seal_soon(at)
    return publication


def refuse_unverified(result: Result) -> None:
    """Raise WrongState where a result that is to be published does not verify."""
    findings = verify_result(result)
    if findings:
        raise WrongState(
            _("The result could not be verified: %(difference)s. Return to the previous step and score again.")
            % {"difference": findings[0]}
        )


def seal_soon(at: datetime) -> None:
    """Seal the records once the publication is written.

    A seal that has to wait for too long is left to `manage.py remind`: the publication stands.
    """
    transaction.on_commit(partial(seal_records, at=at), robust=True)


def seal_of(result: Result) -> AuditSeal | None:
    """The seal over a result's publication, whose head is printed with it; None until it is set. Two queries."""
    correction = ResultCorrection.objects.filter(result=result).first()
    if correction is not None:
        return seal_over(AuditEvent.objects.of(correction).filter(verb="publish_result_correction"))
    return seal_over(AuditEvent.objects.of(result.round).filter(verb="publish_round"))


def pending_indicators(result: Result) -> dict[str, list[str]]:
    """The indicators that wait for a value and the teams that lack it: {indicator code: [team code]}."""
    waiting: dict[str, list[str]] = {}
    for line in json.loads(result.body)["outcome"]["teams"]:
        for code in line["pending"]:
            waiting.setdefault(code, []).append(line["team"])
    return waiting
