"""Marks that lie far apart: they stand with a note, or the seats mark once more (docs/rules.md#judges)."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, WrongState
from governance.records.verbs import locked, record, tell, verb
from teams.models import SpecialTeam

from ..models import AssessmentRound, Indicator, Moderation, Seat, SignedMark
from ..notices import AssessmentNotice
from .guards import check_marking
from .panel import Owed, Panel, method_of


@dataclass(frozen=True)
class Case:
    """The marks of one team and indicator, where they lie too far apart or somebody decided about them.

    Attributes:
        marks: those that count, the highest first.
        spread: how far those that are left after trimming lie apart.
        limit: how far they may.
        decisions: what the centre decided, in order.
        awaited: seats that were asked to mark once more and have not.
    """

    indicator: Indicator
    team: SpecialTeam
    marks: list[SignedMark]
    dropped: frozenset[int]
    spread: Decimal
    limit: Decimal
    decisions: list[Moderation]
    awaited: list[Seat]

    @property
    def is_settled(self) -> bool:
        """Whether the marks stand, or those given once more lie close enough."""
        if self.decisions and self.decisions[-1].stands:
            return True
        return not self.awaited and self.spread <= self.limit

    @property
    def may_ask_again(self) -> bool:
        """Whether the seats can still be asked to mark once more."""
        return not self.decisions


def cases(panel: Panel) -> list[Case]:
    """Where moderation is, or was, needed, in the order of indicator and team; none before marks can be seen."""
    if not panel.is_complete:
        return []
    by_place: dict[tuple[int, int], list[SignedMark]] = defaultdict(list)
    for mark in panel.marks:
        by_place[mark.indicator_id, mark.team_id].append(mark)
    decided: dict[tuple[int, int], list[Moderation]] = defaultdict(list)
    for decision in Moderation.objects.filter(round=panel.round).select_related("by").order_by("number"):
        decided[decision.indicator_id, decision.team_id].append(decision)
    found = []
    for indicator in panel.indicators:
        for team in panel.teams:
            place = (indicator.pk, team.pk)
            if by_place[place]:
                case = _case(panel, indicator, team, by_place[place], decided[place])
                if case.decisions or case.spread > case.limit:
                    found.append(case)
    return found


def _case(
    panel: Panel, indicator: Indicator, team: SpecialTeam, marks: list[SignedMark], decisions: list[Moderation]
) -> Case:
    method = method_of(panel.planned[indicator.code])
    marks = sorted(marks, key=lambda mark: (-mark.mark, mark.seat_id))
    trims = len(marks) >= method.trim_from
    counting = method.trimmed([mark.mark for mark in marks])
    again = bool(decisions) and not decisions[-1].stands
    seats = {seat.pk: seat for seat in panel.seats}
    return Case(
        indicator=indicator,
        team=team,
        marks=marks,
        dropped=frozenset({marks[0].pk, marks[-1].pk}) if trims else frozenset(),
        spread=counting[-1] - counting[0],
        limit=method.moderate_over * method.scale,
        decisions=decisions,
        awaited=[seats[mark.seat_id] for mark in marks if mark.number == 1] if again else [],
    )


def asked_again(panel: Panel, seat: Seat) -> list[Owed]:
    """The second marks that a seat still gives, where it was asked to mark once more; not for a team with a tie."""
    ties = panel.ties.get(seat.person_id, {})
    return [
        Owed(case.indicator, case.team, number=2)
        for case in cases(panel)
        if seat in case.awaited and case.team.pk not in ties
    ]


@verb(says=_("moderated marks"))
def moderate(
    round: AssessmentRound,
    indicator: Indicator,
    team: SpecialTeam,
    *,
    stands: bool,
    note: str,
    seen: int,
    by: User,
    at: datetime,
) -> Moderation:
    """Decide that marks far apart stand, with a note, or that the seats mark once more, blind and only once.

    `seen`: how many decisions there were about them when the form was opened.

    Raises:
        NotAllowed: `by` is not of the assessment centre.
        WrongState: sheets are not open, marks of the round were scored before, these need no moderation or stand
            already, or the seats were asked once more before.
        Invalid: there is no note.
    """
    round = locked(round, "plan")
    require("keep_panel", by, round)
    check_marking(round)
    if _is_scored(round):
        raise WrongState(_("“%(round)s” was scored before, so its marks stay as they are.") % {"round": round})
    case = next(
        (one for one in cases(Panel(round, at=at)) if (one.indicator, one.team) == (indicator, team)),
        None,
    )
    if case is None or case.is_settled or len(case.decisions) != seen or (case.decisions and not stands):
        raise WrongState
    if not note.strip():
        raise Invalid(fields={"note": _("Say why.")})
    decision = Moderation(
        round=round,
        indicator=indicator,
        team=team,
        number=len(case.decisions) + 1,
        stands=stands,
        note=note.strip(),
        by=by,
        at=at,
    )
    decision.save()
    change = {"indicator": indicator.code, "team": team.short_name, "stands": stands, "number": decision.number}
    record("moderate", round, by=by, at=at, change=change)
    if not stands:
        for mark in case.marks:
            tell(
                [mark.seat.person],
                AssessmentNotice.MARK_AGAIN,
                key=f"moderation-{decision.pk}",
                url=mark.seat.get_absolute_url(),
                at=at,
                facts={"round": round.title, "seat": mark.label},
            )
    return decision


def _is_scored(round: AssessmentRound) -> bool:
    """Whether a result holds marks; one that was scored before anybody had signed holds none."""
    signed = SignedMark.objects.filter(seat__round=round, at__lte=OuterRef("at"))
    return bool(round.results.filter(Exists(signed)).exists())


def leanings(panel: Panel) -> list[tuple[Seat, Fraction, int]]:
    """Strict and mild judges: each seat's mean difference to the mean of the other marks for the same team, exact, and
    over how many marks; the strictest first. For information only, and none before marks can be seen."""
    if not panel.is_complete:
        return []
    by_place: dict[tuple[int, int], list[SignedMark]] = defaultdict(list)
    for mark in panel.marks:
        by_place[mark.indicator_id, mark.team_id].append(mark)
    differences: dict[int, list[Fraction]] = defaultdict(list)
    for marks in by_place.values():
        total = sum(Fraction(mark.mark) for mark in marks)
        for mark in marks:
            if len(marks) > 1:
                own = Fraction(mark.mark)
                differences[mark.seat_id].append(own - (total - own) / (len(marks) - 1))
    found = [
        (seat, sum(differences[seat.pk], Fraction(0)) / len(differences[seat.pk]), len(differences[seat.pk]))
        for seat in panel.seats
        if differences[seat.pk]
    ]
    return sorted(found, key=lambda one: one[1])
