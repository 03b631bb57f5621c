"""The life of a claim: filed, answered by its team, decided by another person of the centre, lowered or withdrawn.

Each verb writes the claim's next step; facts read the steps (docs/rules.md#claims).
"""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from governance.clock import day_of
from governance.lists.text import Text
from governance.people.models import CalendarDay, User
from governance.people.permissions import require
from governance.people.roles import Role
from governance.records.refusals import Invalid, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import inserted, locked, record, save_version, tell, verb
from teams.models import SpecialTeam
from teams.roster.recipients import heads_of
from teams.states import check_move

from ..models import AdoptedPlan, Appeal, AssessmentRound, Claim, ClaimStep, FactQuestion, Indicator
from ..notices import AssessmentNotice
from ..rounds.joining import collecting_round
from ..rounds.matters import folded
from ..rounds.occasions import corrects
from ..states import CLAIM_MOVES, LIVE_CLAIM_STATES, PUBLISHED_STATES, ClaimState, RoundState
from .effect import lower_levels


@verb(says=_("filed a claim"))
def file_claim(
    *,
    team: SpecialTeam,
    plan: AdoptedPlan,
    indicator: Indicator | None = None,
    veto: str = "",
    matter: str,
    level: str = "",
    document: str,
    issuer: str = "",
    on: date,
    basis: str,
    by: User,
    at: datetime,
) -> Claim:
    """File a bonus, a deduction or a veto for a team under a plan, and tell whom it concerns.

    It joins the round that is collecting, else the next that begins to. A matter that the team has had before keeps
    its first spelling.

    Raises:
        NotAllowed: `by` is neither of the office or the centre nor head or deputy of the team.
        Invalid: the plan knows no such level or veto, something is missing, the day is in the future, or the matter is
            filed at this level already.
    """
    team = locked(team)
    require("file_claim", by, team)
    required = {"matter": matter, "document": document, "basis": basis}
    _check_claim(plan, indicator, veto, level, required)
    if on > day_of(at):
        raise Invalid(fields={"on": _("This day is in the future. Enter the day of the matter.")})
    claim = Claim(
        plan=plan,
        team=team,
        indicator=indicator,
        veto=veto,
        matter=_spelled(team, plan, matter),
        level=level,
        document=document.strip(),
        issuer=issuer.strip(),
        on=on,
        basis=basis.strip(),
        entered_by=by,
        entered_at=at,
    )
    _check_once(claim)
    claim.round = _joined(claim)
    inserted(claim)
    _write_step(claim, by=by, at=at)
    record(
        "file_claim",
        claim,
        by=by,
        at=at,
        change={"matter": WITHHELD, "counts_as": indicator.code if indicator else veto},
    )
    _tell_filed(claim)
    return claim


@verb(says=_("answered a claim"))
def answer_claim(claim: Claim, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Claim:
    """Say what the team has to say about a claim that others filed, before it is decided.

    Raises:
        NotAllowed: `by` is not head or deputy of the team, or filed the claim.
        WrongState: the claim is decided.
        Stale: the claim has changed since version `seen`.
        Invalid: nothing is said.
    """
    claim = _held(claim, "answer_claim", ClaimState.FILED, by=by)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say what the centre should know before it decides.")})
    _advance(claim, {"state": ClaimState.FILED}, verb="answer_claim", reason=reason, by=by, at=at, seen=seen)
    return claim


@verb(says=_("approved a claim"))
def approve_claim(
    claim: Claim,
    *,
    matter: str,
    level: str = "",
    reason: str = "",
    by: User,
    at: datetime,
    seen: int | None = None,
    deciding: Appeal | None = None,
) -> Claim:
    """Recognise a claim, as the matter and at the level that its document proves.

    `deciding`: the open appeal on which one that was declined is recognised after all, in public notice.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or filed the claim.
        WrongState: the claim is decided, its round no longer collects, or a veto was filed less than one working day
            ago.
        Stale: the claim has changed since version `seen`.
        Invalid: the plan knows no such level, the matter is approved at it already, or the reason is missing: a veto
            and another level than the one filed require one.
    """
    only = ClaimState.REJECTED if deciding else ClaimState.FILED
    claim = _held(claim, "decide_claim", ClaimState.APPROVED, by=by, only=only, deciding=deciding)
    _check_notice_given(claim, at)
    _check_claim(claim.plan, claim.indicator, claim.veto, level, {"matter": matter})
    if not reason.strip() and (claim.veto or level != claim.level):
        raise Invalid(fields={"reason": _("Give the reason for the decision.")})
    named = _spelled(claim.team, claim.plan, matter, beside=claim)
    fields = {"state": ClaimState.APPROVED, "matter": named, "level": level, "decided_by": by}
    _check_once(Claim(team=claim.team, plan=claim.plan, indicator=claim.indicator, matter=named, level=level), claim)
    _advance(claim, fields, verb="approve_claim", reason=reason, by=by, at=at, seen=seen)
    tell_outcome(claim, AssessmentNotice.CLAIM_APPROVED, at=at)
    return claim


@verb(says=_("declined a claim"))
def reject_claim(claim: Claim, *, reason: str, by: User, at: datetime, seen: int | None = None) -> Claim:
    """Reject a claim with a reason.

    Raises:
        NotAllowed, WrongState, Stale: as `approve_claim`.
        Invalid: no reason is given.
    """
    claim = _held(claim, "decide_claim", ClaimState.REJECTED, by=by)
    _check_notice_given(claim, at)
    _require_reason(reason)
    fields = {"state": ClaimState.REJECTED, "decided_by": by}
    _advance(claim, fields, verb="reject_claim", reason=reason, by=by, at=at, seen=seen)
    tell_outcome(claim, AssessmentNotice.CLAIM_REJECTED, at=at)
    return claim


@verb(says=_("withdrew a claim"))
def withdraw_claim(
    claim: Claim,
    *,
    reason: str = "",
    by: User,
    at: datetime,
    seen: int | None = None,
    deciding: Appeal | None = None,
) -> Claim:
    """Withdraw a claim: who filed it until it is decided, the centre with a reason once it is approved.

    `deciding`: the open appeal on which it is withdrawn in public notice.

    Raises:
        NotAllowed: `by` did not file it, or once it is approved is not another person of the assessment centre.
        WrongState: the claim is rejected or withdrawn already, or its round no longer collects.
        Stale: the claim has changed since version `seen`.
        Invalid: an approved claim is withdrawn without a reason.
    """
    claim = _held(claim, "withdraw_claim", ClaimState.WITHDRAWN, by=by, deciding=deciding)
    was_approved = claim.state == ClaimState.APPROVED
    if was_approved:
        _require_reason(reason)
    fields = {"state": ClaimState.WITHDRAWN, "decided_by": None}
    _advance(claim, fields, verb="withdraw_claim", reason=reason, by=by, at=at, seen=seen)
    if was_approved or not claim.team.members.current().filter(user=by).exists():
        tell_outcome(claim, AssessmentNotice.CLAIM_WITHDRAWN, at=at)
    return claim


@verb(says=_("lowered a claim"))
def lower_claim(
    claim: Claim,
    *,
    level: str,
    reason: str,
    by: User,
    at: datetime,
    seen: int | None = None,
    deciding: Appeal | None = None,
) -> Claim:
    """Lower an approved claim to a level that gives fewer points, with a reason.

    `deciding`: the open appeal on which it is lowered in public notice.

    Raises:
        NotAllowed: `by` is not of the assessment centre, or filed the claim.
        WrongState: the claim is not approved, or its round no longer collects.
        Stale: the claim has changed since version `seen`.
        Invalid: the level is not lower, the matter is approved at it already, or no reason is given.
    """
    claim = _held(claim, "decide_claim", ClaimState.APPROVED, by=by, only=ClaimState.APPROVED, deciding=deciding)
    if level not in lower_levels(claim):
        raise Invalid(fields={"level": _("Choose a level that gives fewer points than the present one.")})
    _require_reason(reason)
    _check_once(
        Claim(team=claim.team, plan=claim.plan, indicator=claim.indicator, matter=claim.matter, level=level), claim
    )
    fields = {"state": ClaimState.APPROVED, "level": level, "decided_by": by}
    _advance(claim, fields, verb="lower_claim", reason=reason, by=by, at=at, seen=seen)
    tell_outcome(claim, AssessmentNotice.CLAIM_LOWERED, at=at)
    return claim


def decidable_on(claim: Claim) -> date:
    """The first day on which a claim may be decided: for a veto the working day after it was filed."""
    filed_on = day_of(claim.entered_at)
    return CalendarDay.objects.working_days().add(filed_on, 1) if claim.veto else filed_on


def is_open(claim: Claim) -> bool:
    """Whether a claim can still change: its round collects, or it has no round that goes on, or its team asks about it.

    Once its round is published an approved one is lowered or withdrawn while the result is being corrected. One query
    while its round is in checking or published.
    """
    if claim.round is None or claim.round.state in (RoundState.COLLECTING, RoundState.ABANDONED):
        return True
    if claim.state == ClaimState.APPROVED and claim.round.takes_corrections:
        return True
    asked = FactQuestion.objects.open().filter(round=claim.round, team=claim.team)
    about = {"indicator": claim.indicator} if claim.indicator else {"veto": claim.veto}
    return claim.round.state == RoundState.CHECKING and asked.filter(**about).exists()


def _held(
    claim: Claim,
    rule: str,
    to: ClaimState,
    *,
    by: User,
    only: ClaimState = ClaimState.FILED,
    deciding: Appeal | None = None,
) -> Claim:
    """Lock the claim's team, round and itself, and check that `by` may move it."""
    locked(SpecialTeam(pk=claim.team_id))
    if claim.round_id is not None:
        locked(AssessmentRound(pk=claim.round_id))
    claim = locked(claim, "team", "plan", "indicator", "round", "entered_by")
    require(rule, by, claim)
    check_move(claim, to, CLAIM_MOVES)
    if to != ClaimState.WITHDRAWN and claim.state != only:
        raise WrongState(_("“%(claim)s” has already been decided. Reload the page.") % {"claim": claim})
    if claim.round is None or is_open(claim):
        return claim
    if not corrects(deciding, claim.round, claim.team, claim.indicator, claim.veto):
        raise WrongState(
            _(
                "“%(round)s” is at the stage “%(state)s”. Claims change only while data is being collected, and in "
                "checking where the team questions them. Return the round to collecting first."
            )
            % {"round": claim.round, "state": claim.round.get_state_display()}
        )
    return claim


def _advance(
    claim: Claim, fields: dict[str, Any], *, verb: str, reason: str, by: User, at: datetime, seen: int | None
) -> None:
    """Write a locked claim's new state with its next step and the audit event."""
    change = save_version(claim, fields, seen=seen)
    _write_step(claim, reason=reason, by=by, at=at)
    record(verb, claim, by=by, at=at, change=change | ({"reason": WITHHELD} if reason.strip() else {}))


def _write_step(claim: Claim, *, reason: str = "", by: User, at: datetime) -> None:
    ClaimStep.objects.create(
        claim=claim,
        number=claim.steps.count() + 1,
        state=claim.state,
        matter=claim.matter,
        level=claim.level,
        document=claim.document,
        reason=reason.strip(),
        by=by,
        at=at,
    )


def _joined(claim: Claim) -> AssessmentRound | None:
    """The round that a new claim joins, locked; None where it left the step in the meantime, or there is none."""
    found = collecting_round(claim)
    if found is None:
        return None
    round = locked(found, "plan")
    return round if round.state == RoundState.COLLECTING else None


def _check_claim(
    plan: AdoptedPlan, indicator: Indicator | None, veto: str, level: str, required: dict[str, str]
) -> None:
    faults: dict[str, Text] = {}
    if indicator is not None:
        if indicator.plan_id != plan.pk or indicator.source != "events":
            faults["counts_as"] = _("The plan has no such bonus or deduction.")
        elif level not in plan.rules.levels(indicator.code):
            faults["level"] = _("Choose a level named in the plan.")
    elif veto not in {planned.code for planned in plan.rules.vetoes}:
        faults["counts_as"] = _("Choose what the claim counts towards.")
    faults |= {name: _("This field is required.") for name, text in required.items() if not text.strip()}
    if faults:
        raise Invalid(fields=faults)


def _check_once(claim: Claim, beside: Claim | None = None) -> None:
    """Refuse a matter that the team has filed at the same level for a round that is not over."""
    if claim.indicator is None:
        return
    same = Claim.objects.filter(
        team=claim.team,
        indicator__code=claim.indicator.code,
        plan__plan__code=claim.plan.rules.code,
        matter=claim.matter,
        level=claim.level,
        state__in=LIVE_CLAIM_STATES,
    )
    if beside is not None:
        same = same.exclude(pk=beside.pk)
    if same.exclude(round__state__in=PUBLISHED_STATES).exists():
        raise Invalid(fields={"matter": _("This matter has already been filed at this level.")})


def _spelled(team: SpecialTeam, plan: AdoptedPlan, matter: str, *, beside: Claim | None = None) -> str:
    """The matter as the team's first claim with the same folded title spells it."""
    matter = matter.strip()
    earlier = Claim.objects.filter(team=team, plan__plan__code=plan.rules.code).order_by("pk")
    if beside is not None:
        earlier = earlier.exclude(pk=beside.pk)
    kept: list[str] = [title for title in earlier.values_list("matter", flat=True) if folded(title) == folded(matter)]
    return kept[0] if kept else matter


def _check_notice_given(claim: Claim, at: datetime) -> None:
    """A veto is decided at the earliest one working day after its team was told."""
    first = decidable_on(claim)
    if day_of(at) < first:
        raise WrongState(
            _("The team may answer a veto for one working day. It can be decided from %(day)s on.") % {"day": first}
        )


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise Invalid(fields={"reason": _("Give the reason for the decision.")})


def _tell_filed(claim: Claim) -> None:
    """Tell the centre what to decide, and the team what others have filed for it or against it."""
    at, filer = claim.entered_at, claim.entered_by_id
    centre = User.objects.with_role(Role.ASSESSMENT_CENTRE).exclude(pk=filer)
    _tell(claim, AssessmentNotice.CLAIM_FILED, centre, at=at)
    heads = heads_of(claim.team)
    if not heads.filter(pk=filer).exists():
        kind = AssessmentNotice.VETO_FILED if claim.veto else AssessmentNotice.CLAIM_FILED_BY_OTHERS
        _tell(claim, kind, heads, at=at)


def tell_outcome(claim: Claim, kind: AssessmentNotice, *, at: datetime) -> None:
    """Tell the team's head and deputies, and who filed it, what became of a claim."""
    filer = User.objects.filter(is_active=True, pk=claim.entered_by_id)
    _tell(claim, kind, (heads_of(claim.team) | filer).distinct(), at=at)


def _tell(claim: Claim, kind: AssessmentNotice, people: Iterable[User], *, at: datetime) -> None:
    tell(
        people,
        kind,
        key=f"claim-{claim.pk}-{kind}-{claim.version}",
        url=claim.get_absolute_url(),
        at=at,
        facts={"team": claim.team.short_name, "matter": claim.matter},
    )
