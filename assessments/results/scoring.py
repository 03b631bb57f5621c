"""The frozen facts of a round become a result: scored, approved by another person, published for good."""

import json
from datetime import datetime
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.lists.text import names_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.integrity.seals import seal_over, seal_records
from governance.records.models import AuditEvent, AuditSeal
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.verbs import locked, record, tell, verb
from teams.models import TeamMember
from teams.states import check_move

from ..engine import ENGINE_VERSION, canonical_json, load, result_body
from ..engine.canonical import Data
from ..models import AssessmentRound, Publication, Result, ResultLine
from ..notices import AssessmentNotice
from ..permissions import scored_it
from ..plans.plans import fingerprint
from ..rounds.facts_of_round import gather
from ..rounds.round_states import move
from ..states import ROUND_MOVES, RoundState
from ..votes.desk import waiting as waiting_votes
from .verification import verify_result


@verb(says=_("scored a round"))
def score_round(round: AssessmentRound, *, by: User, at: datetime) -> Result:
    """Score the round's frozen facts by its plan and store the whole result as one canonical document.

    Scoring again after a step back gives the result the next number; the earlier one stays.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting, or a group is still voting.
    """
    round = locked(round, "plan", "action")
    require("score_round", by, round)
    check_move(round, RoundState.SCORING, ROUND_MOVES)
    for open_group in waiting_votes(round, to=RoundState.SCORING, at=at):
        raise WrongState(open_group.words)
    move(round, RoundState.SCORING, by=by, at=at)
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
    record("score_round", round, by=by, at=at, change={"result": [None, result.number], "sha256": result.sha256})
    return result


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
def approve_round(round: AssessmentRound, *, document: str, by: User, at: datetime) -> AssessmentRound:
    """Approve the score with a document; people who scored, or whose figure or event stands, cannot approve it.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or a figure, an event or the score is theirs.
        WrongState: the round is not scored, an indicator still waits for its value, or a group has not voted.
        Invalid: the document has no number.
    """
    round = locked(round, "plan", "action")
    if scored_it(by, round):
        raise NotAllowed(
            _(
                "You entered a figure or an event, or scored “%(round)s”. Another member of the centre has to "
                "approve it."
            )
            % {"round": round}
        )
    require("approve_round", by, round)
    if not document.strip():
        raise Invalid(fields={"document": _("Enter the number of the document approving the result.")})
    result = latest_result(round)
    waiting = pending_indicators(result) if result else {}
    if round.state == RoundState.SCORING and waiting:
        raise WrongState(
            _(
                "These indicators have no value yet: %(indicators)s. Return to the previous step, enter what "
                "is missing and score again; if nobody can enter it, abandon the round."
            )
            % {"indicators": names_text(f"{code} ({len(teams)})" for code, teams in waiting.items())}
        )
    if round.state == RoundState.SCORING:
        for open_group in waiting_votes(round, to=RoundState.APPROVED, at=at):
            raise WrongState(open_group.words)
    change = move(round, RoundState.APPROVED, by=by, at=at, approval=document.strip(), approved_by=by)
    record("approve_round", round, by=by, at=at, change=change)
    return round


@verb(says=_("published a round"))
def publish_round(round: AssessmentRound, *, by: User, at: datetime, document: str = "") -> Publication:
    """Publish the approved result for good and notify the heads of its teams. It cannot be taken back.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not approved, or its result does not verify.
    """
    round = locked(round, "plan", "action")
    require("publish_round", by, round)
    check_move(round, RoundState.PUBLISHED, ROUND_MOVES)
    result = round.results.latest("number")
    findings = verify_result(result)
    if findings:
        raise WrongState(
            _("The result could not be verified: %(difference)s. Return to the previous step and score again.")
            % {"difference": findings[0]}
        )
    change = move(round, RoundState.PUBLISHED, by=by, at=at)
    publication = Publication(result=result, document=document.strip(), by=by, at=at)
    publication.save()
    stated = {"sha256": [None, result.sha256], "document": [None, publication.document]}
    record("publish_round", round, by=by, at=at, change=change | stated)
    tell(
        _heads_of(result),
        AssessmentNotice.RESULT_PUBLISHED,
        key=f"round-{round.pk}-published",
        url=round.get_absolute_url(),
        at=at,
        facts={"round": round.title},
    )
    # A seal that has to wait for too long is left to `manage.py remind`: the publication stands.
    transaction.on_commit(partial(seal_records, at=at), robust=True)
    return publication


def seal_of(round: AssessmentRound) -> AuditSeal | None:
    """The seal over a round's publication, whose head is printed with it; None until it is set. One query."""
    return seal_over(AuditEvent.objects.of(round).filter(verb="publish_round"))


def latest_result(round: AssessmentRound) -> Result | None:
    """The result that was scored last."""
    return round.results.order_by("-number").first()


def pending_indicators(result: Result) -> dict[str, list[str]]:
    """The indicators that wait for a value and the teams that lack it: {indicator code: [team code]}."""
    waiting: dict[str, list[str]] = {}
    for line in json.loads(result.body)["outcome"]["teams"]:
        for code in line["pending"]:
            waiting.setdefault(code, []).append(line["team"])
    return waiting


def _heads_of(result: Result) -> list[User]:
    """Heads and deputies of the result's teams now."""
    speaking = (TeamMember.Part.HEAD, TeamMember.Part.DEPUTY)
    members = TeamMember.objects.current().filter(team__in=result.lines.values("team_id"), part__in=speaking)
    return list({member.user_id: member.user for member in members.select_related("user")}.values())
