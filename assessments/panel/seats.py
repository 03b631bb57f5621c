"""The centre names judges and replaces them, sets marks aside for a tie, closes the panel; a judge steps aside."""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text
from governance.people.models import User
from governance.people.permissions import require
from governance.people.roles import Role
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import canonical, inserted, locked, record, tell, verb
from teams.models import SpecialTeam

from ..models import Appeal, AssessmentRound, PanelClosure, Seat, SeatStep, SignedMark
from ..notices import AssessmentNotice
from ..rounds.occasions import corrects
from .guards import SEATED_IN, check_blind, check_marking, check_not_closed, check_stands
from .panel import Panel, find_ties


@verb(says=_("gave a judge a seat"))
def make_seat(
    round: AssessmentRound,
    *,
    label: str,
    person: User,
    indicators: Collection[str],
    teams: Sequence[SpecialTeam] = (),
    by: User,
    at: datetime,
) -> Seat:
    """Name a judge of a round for `indicators` (codes) and `teams` (none: all); teams with a tie are skipped.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is past its marking, or its marks can already be seen.
        Invalid: the label is taken; the person is of the centre, has a seat here or may not sign in; an indicator is
            not marked by judges; no team is left to mark.
    """
    round = locked(round, "plan")
    require("keep_panel", by, round)
    _check_seating(round)
    seat = _seated(round, label, person, indicators, teams, by=by, at=at)
    record("make_seat", round, by=by, at=at, change={"seat": [None, seat.label], "person": [None, str(person)]})
    return seat


@verb(says=_("replaced a judge"))
def replace_seat(
    seat: Seat, *, reason: str, person: User | None = None, label: str = "", by: User, at: datetime
) -> Seat | None:
    """Void a seat, so that its marks never count, and give its work to `person` under a new label; None: to nobody.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is past its marking, its marks can already be seen, or the seat is voided.
        Invalid: no reason is given; the person or the label as in `make_seat`.
    """
    round = locked(AssessmentRound(pk=seat.round_id), "plan")
    require("keep_panel", by, round)
    _check_seating(round)
    check_stands(seat)
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why the judge is replaced.")})
    SeatStep.objects.create(seat=seat, act=SeatStep.Act.VOIDED, reason=reason.strip(), by=by, at=at)
    change = {"seat": [seat.label, None], "reason": [None, reason.strip()]}
    heir = None
    if person is not None:
        teams = list(SpecialTeam.objects.filter(pk__in=seat.team_keys))
        heir = _seated(round, label, person, seat.indicator_codes, teams, by=by, at=at)
        change |= {"seat": [seat.label, heir.label], "person": [str(seat.person), str(person)]}
    record("replace_seat", round, by=by, at=at, change=change)
    return heir


@verb(says=_("stepped aside from a team"))
def step_aside(seat: Seat, team: SpecialTeam, *, reason: str, by: User, at: datetime) -> SeatStep:
    """A judge does not mark a team, and says why; it cannot be taken back.

    Raises:
        NotAllowed: it is not the person's seat.
        WrongState: sheets are not open, the sheet is signed, or the team is not on it any more.
        Invalid: no reason is given.
    """
    round = locked(AssessmentRound(pk=seat.round_id), "plan")
    require("mark_sheet", by, seat)
    check_marking(round)
    check_not_closed(round)
    check_stands(seat)
    panel = Panel(round, at=at)
    if panel.signature(seat) is not None:
        raise WrongState(_("The sheet is signed already."))
    if team.pk not in {one.team.pk for one in panel.owed(seat)}:
        raise WrongState(_("“%(team)s” is not on your sheet any more. Reload the page.") % {"team": team})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why you step aside.")})
    step = SeatStep.objects.create(
        seat=seat, act=SeatStep.Act.STEPPED_ASIDE, team=team, reason=reason.strip(), by=by, at=at
    )
    record("step_aside", round, by=by, at=at, change={"seat": seat.label, "team": team.short_name})
    return step


@verb(says=_("set a judge's marks aside for a tie"))
def set_marks_aside(
    seat: Seat, team: SpecialTeam, *, reason: str, by: User, at: datetime, deciding: Appeal | None = None
) -> SeatStep:
    """A tie that was found after signing: the seat's marks for the team count no more; they stay on record.

    `deciding`: the open appeal on which they are set aside in public notice.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: the round is past its marking, the seat is voided or has no signed mark for the team, or it was
            set aside already.
        Invalid: the tie is not named.
    """
    round = locked(AssessmentRound(pk=seat.round_id), "plan")
    require("keep_panel", by, round)
    if deciding is None or not corrects(deciding, round, team, deciding.indicator):
        check_marking(round)
    check_stands(seat)
    if not SignedMark.objects.counting().filter(seat=seat, team=team).exists():
        raise WrongState(_("“%(seat)s” has no mark for “%(team)s” that counts.") % {"seat": seat, "team": team})
    if not reason.strip():
        raise Invalid(fields={"reason": _("Name the tie.")})
    step = SeatStep.objects.create(
        seat=seat, act=SeatStep.Act.TIE_FOUND, team=team, reason=reason.strip(), by=by, at=at
    )
    change = {"seat": seat.label, "team": team.short_name, "reason": [None, reason.strip()]}
    record("set_marks_aside", round, by=by, at=at, change=change)
    return step


@verb(says=_("closed a panel"))
def close_panel(round: AssessmentRound, *, reason: str, by: User, at: datetime) -> PanelClosure:
    """Close the panel before every sheet is signed: unsigned sheets count as absent. It cannot be reopened.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: sheets are not open, the panel is closed, or no sheet is unsigned.
        Invalid: no reason is given.
    """
    round = locked(round)
    require("keep_panel", by, round)
    check_marking(round)
    check_not_closed(round)
    if not round.seats.unsigned().exists():
        raise WrongState(_("Every sheet is signed; there is nothing to close."))
    if not reason.strip():
        raise Invalid(fields={"reason": _("Say why you do not wait for the unsigned sheets.")})
    closure = PanelClosure(round=round, reason=reason.strip(), by=by, at=at)
    closure.save()
    record("close_panel", round, by=by, at=at, change={"reason": [None, reason.strip()]})
    return closure


def _check_seating(round: AssessmentRound) -> None:
    if round.state not in SEATED_IN:
        raise WrongState(
            _("“%(round)s” is at the stage “%(state)s”; its judges stay as they are.")
            % {"round": round, "state": round.get_state_display()}
        )
    check_blind(round)


def _seated(
    round: AssessmentRound,
    label: str,
    person: User,
    indicators: Collection[str],
    teams: Sequence[SpecialTeam],
    *,
    by: User,
    at: datetime,
) -> Seat:
    """A new seat, checked, and its judge told."""
    panel = Panel(round, at=at)
    faults: dict[str, Text] = {}
    if not label.strip():
        faults["label"] = _("This field is required.")
    if not person.is_active or person.has_role(Role.ASSESSMENT_CENTRE):
        faults["person"] = _("Choose someone who can sign in and is not of the assessment centre.")
    elif any(seat.person_id == person.pk for seat in panel.seats):
        faults["person"] = _("This person already has a seat in the round.")
    if not indicators or not set(indicators) <= panel.planned.keys():
        faults["indicators"] = _("Choose indicators that judges mark.")
    strangers = {team.pk for team in teams} - {team.pk for team in panel.teams}
    if strangers:
        faults["teams"] = _("Choose teams that take part in the round.")
    if faults:
        raise Invalid(fields=faults)
    ordered = [code for code in panel.planned if code in indicators]
    seat = Seat(
        round=round,
        label=label.strip(),
        person=person,
        indicators=canonical(ordered),
        teams=canonical(sorted(team.pk for team in teams)),
        by=by,
        at=at,
    )
    ties = find_ties(round, [person], [team.pk for team in panel.teams]).get(person.pk, {})
    if all(team.pk in ties for _indicator, team in panel.named(seat)):
        raise Invalid(fields={"teams": _("No team is left for this judge to mark; see who is tied to which team.")})
    inserted(seat)
    tell(
        [person],
        AssessmentNotice.SEAT_GIVEN,
        key=f"seat-{seat.pk}",
        url=seat.get_absolute_url(),
        at=at,
        facts={"round": round.title, "seat": seat.label},
    )
    return seat
