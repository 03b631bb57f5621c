"""Home lines for the assessment centre (the next step of each round, drafts of plans) and for judges."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from governance.clock import day_of
from governance.lists.reading import once
from governance.lists.text import long_date
from governance.people.models import User
from governance.people.permissions import may
from governance.people.roles import Role
from governance.registers.todo import TODO_SOURCES, TodoLine, TodoReader, tone_by

from ..models import AssessmentPlan, AssessmentRound, Seat
from ..panel.guards import MARKED_IN
from ..panel.panel import Panel
from ..panel.sheet_page import Sheet
from ..permissions import free_to_approve
from ..results.readiness import facts_open, latest_result
from ..results.scoring import pending_indicators
from ..rounds.stage_days import StageDays
from ..states import ENDED, PlanState, RoundState


def centre_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each round in which there is something to do for the person, and for each plan that is drafted.

    A scored round is listed for those who may approve it, and for everybody where nobody may or a value is missing.
    """
    user, now = reader.user, reader.now
    if not user.has_role(Role.ASSESSMENT_CENTRE):
        return
    for round in AssessmentRound.objects.exclude(state__in=ENDED).order_by("cut_off_at", "pk"):
        if round.state == RoundState.SCORING and _is_for_others(round, user):
            continue
        if round.state == RoundState.PUBLIC_NOTICE and not may(user, "publish_round", round):
            continue
        cut_off = day_of(round.cut_off_at)
        note, due_on = _next_step(round, user, now), cut_off if round.state == RoundState.PREPARING else None
        yield TodoLine(
            tone_by(due_on, day_of(now)) if now > round.cut_off_at else "blue",
            _("%(round)s: %(state)s") % {"round": round.title, "state": round.get_state_display()},
            note,
            reverse("round", args=[round.pk]),
            _("Open"),
            due_on,
        )
    for plan in AssessmentPlan.objects.filter(state=PlanState.DRAFT):
        if not may(user, "adopt_plan", plan):
            continue
        yield TodoLine(
            "blue",
            _("The draft of the plan “%(plan)s” is not adopted") % {"plan": plan},
            _("Adopt it once it has been agreed. After that it cannot be changed."),
            plan.get_absolute_url(),
            _("Open"),
        )


def _is_for_others(round: AssessmentRound, user: User) -> bool:
    """Whether a scored round waits for somebody else: for their approval."""
    if latest_result(round) is None or may(user, "approve_round", round):
        return False
    return bool(free_to_approve(round)) and not _waits_for_values(round)


@once
def _waits_for_values(round: AssessmentRound) -> bool:
    """Whether the latest score lacks a value without which it cannot be approved."""
    result = latest_result(round)
    return result is not None and bool(pending_indicators(result))


def _next_step(round: AssessmentRound, user: User, now: datetime) -> str:
    """The next thing to do about a round, and who does it."""
    if round.state == RoundState.PREPARING:
        if now <= round.cut_off_at:
            return _("The measures can be frozen after the cut-off, %(moment)s.") % {
                "moment": long_date(round.cut_off_at)
            }
        return _("Freeze the measures once its last period is closed.")
    if round.state == RoundState.COLLECTING:
        return _("Enter figures and decide claims, then begin the checking days.")
    if round.state in (RoundState.CHECKING, RoundState.PUBLIC_NOTICE):
        return _stage_note(round, RoundState(round.state), now)
    if round.state == RoundState.SCORING:
        if latest_result(round) is None:
            waits = facts_open(round, at=now)
            return str(waits[0].words) if waits else _("Score the round.")
        if _waits_for_values(round):
            return _("It cannot be approved because a value is missing. The round's page says what to do.")
        if may(user, "approve_round", round):
            return _("You entered nothing in it, so you may approve the result.")
        return _("Nobody in the centre is left to approve it. The round's page says what to do.")
    return _("Put the result in public notice.")


def _stage_note(round: AssessmentRound, state: RoundState, now: datetime) -> str:
    """What comes after checking or public notice, and from when."""
    end = StageDays(round).end(state)
    if end is not None and now <= end:
        return _("Until %(moment)s.") % {"moment": long_date(end)}
    if round.appeals.open().exists():
        return _("Appeals are undecided.")
    return _("Begin scoring.") if state == RoundState.CHECKING else _("Publish the result.")


def judge_lines(reader: TodoReader) -> Iterator[TodoLine]:
    """A line for each sheet on which the person still has something to mark or to sign."""
    seats = Seat.objects.standing().filter(person=reader.user.pk, round__state=MARKED_IN)
    for seat in seats.select_related("round__plan", "person__department"):
        sheet = Sheet(Panel(seat.round, at=reader.now), seat, reader.user)
        if sheet.is_open:
            yield TodoLine(
                "blue",
                _("%(round)s: mark the teams as %(seat)s") % {"round": seat.round.title, "seat": seat.label},
                _("%(done)s of %(count)s marked, not signed yet.") % {"done": sheet.done, "count": len(sheet.owed)},
                seat.get_absolute_url(),
                _("Open"),
            )


TODO_SOURCES.register("centre", centre_lines)
TODO_SOURCES.register("judge", judge_lines)
