"""The centre enters events and vetoes, each with document number and basis."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.values import WITHHELD
from governance.records.verbs import inserted, locked, record, save_version, verb
from teams.models import SpecialTeam

from ..models import AssessmentRound, Claim, Indicator
from ..states import ClaimState, RoundState


@verb(says=_("entered an event"))
def enter_event(
    round: AssessmentRound,
    *,
    team: SpecialTeam,
    indicator: Indicator | None = None,
    veto: str = "",
    matter: str,
    level: str = "",
    document: str,
    basis: str,
    by: User,
    at: datetime,
) -> Claim:
    """Enter an event that gives or costs points, or a veto; it has a matter, a document and a basis.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting.
        Invalid: the team is not in the round, the plan knows no such level or veto, something is missing, or the
            matter is entered at this level already.
    """
    round = locked(round, "plan")
    require("enter_event", by, round)
    _check_collecting(round)
    _check_event(round, team, indicator, veto, matter, level, document, basis)
    claim = inserted(
        Claim(
            round=round,
            team=team,
            indicator=indicator,
            veto=veto,
            matter=matter.strip(),
            level=level,
            document=document.strip(),
            basis=basis.strip(),
            entered_by=by,
            entered_at=at,
        )
    )
    record("enter_event", round, by=by, at=at, change={"event": claim.pk})
    return claim


@verb(says=_("withdrew an event"))
def withdraw_event(claim: Claim, *, reason: str, by: User, at: datetime) -> Claim:
    """Withdraw an event with a reason; it stays on the record and no longer counts.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is not collecting, or the event is withdrawn already.
        Invalid: no reason is given.
    """
    round = locked(AssessmentRound(pk=claim.round_id))
    require("withdraw_event", by, round)
    _check_collecting(round)
    claim = locked(claim, "team", "indicator")
    if claim.state == ClaimState.WITHDRAWN:
        raise WrongState(_("The event “%(event)s” has already been withdrawn. Reload the page.") % {"event": claim})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the event is withdrawn.")})
    save_version(claim, {"state": ClaimState.WITHDRAWN, "reason": reason.strip()})
    record("withdraw_event", round, by=by, at=at, change={"event": claim.pk, "reason": WITHHELD})
    return claim


def _check_event(
    round: AssessmentRound,
    team: SpecialTeam,
    indicator: Indicator | None,
    veto: str,
    matter: str,
    level: str,
    document: str,
    basis: str,
) -> None:
    rules = round.plan.rules
    faults: dict[str, Text] = {}
    if not round.teams.active().filter(team=team).exists():
        faults["team"] = _("This team is not in the round.")
    if indicator is not None:
        if indicator.plan_id != round.plan_id or indicator.source != "events":
            faults["indicator"] = _("The plan has no such bonus or deduction.")
        elif level not in rules.levels(indicator.code):
            faults["level"] = _("Choose a level named in the plan.")
    elif veto not in {planned.code for planned in rules.vetoes}:
        faults["indicator"] = _("Choose what the event counts towards.")
    required = {"matter": matter, "document": document, "basis": basis}
    faults |= {name: _("This field is required.") for name, text in required.items() if not text.strip()}
    if faults:
        raise Invalid(fields=faults)


def _check_collecting(round: AssessmentRound) -> None:
    if round.state != RoundState.COLLECTING:
        raise WrongState(
            _(
                "“%(round)s” is at the stage “%(state)s”. Figures and events can be entered only while data is "
                "being collected."
            )
            % {"round": round, "state": round.get_state_display()}
        )
