"""A plan's year becomes a result: computed, approved by another person, in public notice, published for good."""

from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.integrity.seals import seal_over, seal_records
from governance.records.models import AuditEvent, AuditSeal
from governance.records.refusals import Invalid, NotAllowed, WrongState
from governance.records.verbs import locked, record, tell, verb
from teams.models import SpecialAction
from teams.states import check_move

from ..engine import ENGINE_VERSION
from ..models import AssessmentRound, ResultLine, YearResult, YearStep
from ..notices import AssessmentNotice
from ..permissions import approved_year, computed_it
from ..plans.plans import fingerprint
from ..rounds.round_states import move, refuse_undecided
from ..states import YEAR_MOVES, RoundState, YearState
from .moves import heads_of_teams
from .year_readiness import YearStanding, notice_end, require_year_settled
from .year_verification import verify_year_result


@verb(says=_("computed the result of a year"))
def compute_year(
    action: SpecialAction, code: str, year: int, *, by: User, at: datetime, seen: int | None = None
) -> YearResult:
    """Compute the year of a plan from its published rounds and store it as one canonical document.

    Computing again gives the next number; the earlier result stays. After publication that is possible only where the
    standing result of a round has changed. `seen`: how many steps the year had taken when the page was opened.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: a round is open, a part has none, the last result is approved or in public notice, nothing has
            changed since it was published, or somebody took a step in the meantime.
    """
    action = locked(action)
    require("compute_year", by)
    standing = YearStanding(action, code, year)
    _refuse_stale(standing, seen)
    if standing.rules is None:
        raise WrongState(_("Nothing of this year is published, or its plan knows no year."))
    last = standing.last
    if last is not None and last.state in (YearState.APPROVED, YearState.PUBLIC_NOTICE):
        words = _("The result of the year is at the stage “%(state)s”. Take it back before it is computed again.")
        raise WrongState(words % {"state": last.get_state_display()})
    if last is not None and last.state == YearState.PUBLISHED and standing.is_current:
        raise WrongState(_("The result of the year is published, and no round has changed since."))
    require_year_settled(standing, to=YearState.COMPUTED, at=at)
    text = standing.text
    result = YearResult(
        action=action,
        code=code,
        year=year,
        number=last.number + 1 if last else 1,
        engine=ENGINE_VERSION,
        body=text,
        sha256=fingerprint(text),
        by=by,
        at=at,
    )
    result.save()
    YearStep(result=result, number=1, state=YearState.COMPUTED, by=by, at=at).save()
    record(
        "compute_year", result, by=by, at=at, change={"result": [None, result.number], "sha256": [None, result.sha256]}
    )
    return result


@verb(says=_("approved the result of a year"))
def approve_year(result: YearResult, *, document: str, by: User, at: datetime, seen: int | None = None) -> YearStep:
    """Approve the result of a year with a document; who computed it cannot.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or computed it.
        WrongState: it is not the last result, or not the stage; a round has changed since; or the page was stale.
        Invalid: the document has no number.
    """
    result, standing = _last(result, seen)
    if computed_it(by, result):
        raise NotAllowed(_("You computed the result of the year. Another member of the centre has to approve it."))
    require("approve_year", by, result)
    if not document.strip():
        raise Invalid(fields={"document": _("Enter the number of the document approving the result.")})
    return _move("approve_year", standing, result, YearState.APPROVED, by=by, at=at, document=document.strip())


@verb(says=_("put the result of a year in public notice"))
def post_year_notice(
    result: YearResult, *, by: User, at: datetime, document: str = "", seen: int | None = None
) -> YearStep:
    """Put the approved result in public notice: everybody sees totals, ranks and grades, and the heads are told.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: it is not approved, or not the last result; a round has changed since; or the page was stale.
    """
    result, standing = _last(result, seen)
    require("post_year_notice", by, result)
    step = _move("post_year_notice", standing, result, YearState.PUBLIC_NOTICE, by=by, at=at, document=document.strip())
    end = notice_end(result, standing.rules) if standing.rules else None
    facts = {"until": day_of(end).isoformat() if end else ""}
    _tell(AssessmentNotice.YEAR_IN_NOTICE, standing, result, step, facts, at=at)
    return step


@verb(says=_("took the result of a year back"))
def withdraw_year(result: YearResult, *, reason: str, by: User, at: datetime, seen: int | None = None) -> YearStep:
    """Take an approved result, or one in public notice, back to where it was computed, with a reason.

    The notice ends; approval and a full notice follow again.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: it is neither approved nor in public notice, or not the last result; an appeal is undecided; or the
            page was stale.
        Invalid: no reason is given.
    """
    result, standing = _last(result, seen)
    require("withdraw_year", by, result)
    check_move(result, YearState.COMPUTED, YEAR_MOVES)
    refuse_undecided(standing.appeals)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the result is taken back.")})
    return _write("withdraw_year", result, YearState.COMPUTED, by=by, at=at, reason=reason.strip())


@verb(says=_("published the result of a year"))
def publish_year(
    result: YearResult, *, by: User, at: datetime, document: str = "", seen: int | None = None
) -> YearStep:
    """Publish the year for good once its notice is over, and archive its rounds: nothing moves in them any more.

    The heads of its teams are told. It cannot be undone.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or approved it.
        WrongState: it is not in public notice, the notice is not over, an appeal is undecided, a correction or a round
            is open, a round has changed, the result does not verify, it is not the last one, or the page was stale.
    """
    rounds = AssessmentRound.objects.of_year(result.action, result.code, result.year).order_by("pk")
    held = [locked(round) for round in rounds]  # as for every appeal and correction: none begins meanwhile
    archived = [round for round in held if round.state == RoundState.PUBLISHED]
    result, standing = _last(result, seen)
    if approved_year(by, result):
        raise NotAllowed(_("You approved the result of the year. Another member of the centre has to publish it."))
    require("publish_year", by, result)
    check_move(result, YearState.PUBLISHED, YEAR_MOVES)
    require_year_settled(standing, to=YearState.PUBLISHED, at=at)
    if findings := verify_year_result(result):
        words = _("The result could not be verified: %(difference)s. Take it back and compute it again.")
        raise WrongState(words % {"difference": findings[0]})
    for round in archived:
        move(round, RoundState.ARCHIVED, by=by, at=at)
    told = {"sha256": [None, result.sha256], "archived": [round.title for round in archived]}
    step = _write("publish_year", result, YearState.PUBLISHED, by=by, at=at, document=document.strip(), told=told)
    _tell(AssessmentNotice.YEAR_PUBLISHED, standing, result, step, {}, at=at)
    # A seal that has to wait for too long is left to `manage.py remind`: the publication stands.
    transaction.on_commit(partial(seal_records, at=at), robust=True)
    return step


def seal_of_year(result: YearResult) -> AuditSeal | None:
    """The seal over the publication of a year; None until it is set. One query."""
    return seal_over(AuditEvent.objects.of(result).filter(verb="publish_year"))


def _last(result: YearResult, seen: int | None) -> tuple[YearResult, YearStanding]:
    """The result with its state, under the lock of its action, and its year. Raises WrongState for a stale page."""
    standing = YearStanding(locked(result.action), result.code, result.year)
    _refuse_stale(standing, seen)
    if standing.last is None or standing.last.pk != result.pk:
        raise WrongState(_("The year has been computed again. Look at the new result first."))
    return standing.last, standing


def _refuse_stale(standing: YearStanding, seen: int | None) -> None:
    if seen is not None and standing.seen != seen:
        raise WrongState(_("Someone has taken a step in this year in the meantime. Look at it again first."))


def _move(
    name: str, standing: YearStanding, result: YearResult, to: YearState, *, by: User, at: datetime, document: str
) -> YearStep:
    """The step that the verb `name` takes, once nothing is open."""
    check_move(result, to, YEAR_MOVES)
    require_year_settled(standing, to=to, at=at)
    return _write(name, result, to, by=by, at=at, document=document)


def _write(
    name: str,
    result: YearResult,
    to: YearState,
    *,
    by: User,
    at: datetime,
    document: str = "",
    reason: str = "",
    told: dict[str, Any] | None = None,
) -> YearStep:
    """Store a step and the one event of the verb `name`."""
    number = result.steps.count() + 1
    step = YearStep(result=result, number=number, state=to, document=document, reason=reason, by=by, at=at)
    step.save()
    said: dict[str, Text] = {"document": document, "reason": reason}
    kept = {key: [None, text] for key, text in said.items() if text}
    record(name, result, by=by, at=at, change=kept | (told or {}))
    return step


def _tell(
    kind: AssessmentNotice,
    standing: YearStanding,
    result: YearResult,
    step: YearStep,
    facts: dict[str, str],
    *,
    at: datetime,
) -> None:
    """Tell the heads and deputies of the teams that the year is about."""
    lines = ResultLine.objects.filter(result__in=[one.pk for one in standing.results])
    tell(
        heads_of_teams(lines.order_by().values("team")),
        kind,
        key=f"year-{result.pk}-{step.number}",
        url=result.get_absolute_url(),
        at=at,
        facts={"year": str(result.year), "plan": standing.plan_title} | facts,
    )
