"""The contest's panel of the demonstration, as its screens show it."""

from assessments.models import AssessmentRound, Seat
from assessments.panel.moderation import cases, moderate
from assessments.panel.panel import Panel
from assessments.panel.sheets import Typed, drafts_of, save_marks, sheet_version, sign_sheet, to_mark
from governance.clock import now
from governance.people.models import User


def round() -> tuple:
    """The contest, of whose seven sheets five are signed."""
    return (AssessmentRound.objects.get(plan__plan__code="contest-2026").pk,)


def seat() -> tuple:
    """The seat of a judge who has marked six of seven teams."""
    return (Seat.objects.get(label="评委6").pk,)


def round_apart() -> tuple:
    """The contest with every sheet signed, two judges far below the others."""
    found = AssessmentRound.objects.get(plan__plan__code="contest-2026")
    for seat in found.seats.unsigned().select_related("person"):
        owed = to_mark(Panel(found, at=now()), seat)
        seen = {key: draft.version for key, draft in drafts_of(seat, owed).items()}
        typed = {one.key: Typed("45", seen.get(one.key, 0)) for one in owed}
        save_marks(seat, typed, by=seat.person, at=now())
        sign_sheet(seat, seen=sheet_version(drafts_of(seat, owed)), by=seat.person, at=now())
    return (found.pk,)


def seat_asked_again() -> tuple:
    """A seat that is asked to mark a team once more."""
    found = AssessmentRound.objects.get(pk=round_apart()[0])
    case = cases(Panel(found, at=now()))[0]
    by = User.objects.get(username="centre")
    if case.may_ask_again:
        moderate(found, case.indicator, case.team, stands=False, note="差距过大", seen=0, by=by, at=now())
    return seat()
