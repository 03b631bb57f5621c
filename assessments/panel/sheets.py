"""A judge's sheet: marks saved as typed, and signed all at once (docs/rules.md#judges)."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.lists.text import Text, names_text
from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import Invalid, Stale, WrongState
from governance.records.verbs import locked, record, save_version, verb

from ..engine.arithmetic import quantum
from ..engine.entries import EntryFault, read_mark
from ..engine.faults import MESSAGES
from ..engine.plan import Indicator as PlannedIndicator
from ..models import AssessmentRound, DraftMark, Seat, SeatStep, SignedMark
from ..models.panel import MARK_DECIMALS
from .guards import check_marking, check_not_closed, check_stands
from .moderation import asked_again
from .panel import Owed, Panel


@dataclass(frozen=True)
class Typed:
    """What was typed for one team, and the version of the draft it was typed over (0: none)."""

    text: str
    seen: int


@dataclass(frozen=True)
class Kept:
    """What became of it: the draft's version now; or why it was not saved; or the mark saved in another window."""

    version: int
    fault: Text = ""
    theirs: Decimal | None = None
    is_clash: bool = False
    is_changed: bool = False


def to_mark(panel: Panel, seat: Seat) -> list[Owed]:
    """What the judge can mark now: the first marks until the sheet is signed, then those to give once more."""
    if panel.signature(seat) is None:
        return [] if panel.closure else panel.owed(seat)
    return asked_again(panel, seat)


@verb(says=_("saved marks"), saves=True)
def save_marks(seat: Seat, typed: Mapping[str, Typed], *, by: User, at: datetime) -> dict[str, Kept]:
    """Save what was typed by `Owed.key`; what is no mark, or was changed in another window, is told and not saved.

    Nobody but the judge reads it. The audit log says how many marks were saved, never which.

    Raises:
        NotAllowed: it is not the person's seat.
        WrongState: sheets are not open, the seat is voided, or there is nothing to mark on the sheet any more.
    """
    round = locked(AssessmentRound(pk=seat.round_id), "plan")
    require("mark_sheet", by, seat)
    check_marking(round)
    check_stands(seat)
    panel = Panel(round, at=at)
    owed = {one.key: one for one in to_mark(panel, seat)}
    if not typed.keys() <= owed.keys():
        raise WrongState(_("Your sheet has changed: a team is not on it any more, or it is signed. Reload the page."))
    drafts = drafts_of(seat, list(owed.values()))
    kept = {key: _keep(seat, owed[key], panel, drafts.get(key), one) for key, one in typed.items()}
    saved = sum(one.is_changed for one in kept.values())
    if saved:
        record("save_marks", seat, by=by, at=at, change={"marks": saved})
    return kept


@verb(says=_("signed a sheet"))
def sign_sheet(seat: Seat, *, seen: int, by: User, at: datetime) -> list[SignedMark]:
    """Sign all marks of a sheet, or all that were asked once more; they are fixed then. Ties are asked again.

    `seen`: `sheet_version` of the marks that the judge saw before signing.

    Raises:
        NotAllowed: it is not the person's seat.
        WrongState: sheets are not open, the panel is closed, the seat is voided or signed.
        Stale: a mark was changed in another window.
        Invalid: a team has no mark yet; names it.
    """
    round = locked(AssessmentRound(pk=seat.round_id), "plan")
    require("mark_sheet", by, seat)
    check_marking(round)
    check_stands(seat)
    panel = Panel(round, at=at)
    first = panel.signature(seat) is None
    if first:
        check_not_closed(round)
    owed = to_mark(panel, seat)
    if not first and not owed:
        raise WrongState(_("The sheet is signed already."))
    drafts = drafts_of(seat, owed)
    if seen != sheet_version(drafts):
        raise Stale(version=sheet_version(drafts))
    values = {key: draft.value for key, draft in drafts.items() if draft.value is not None}
    lacking = [one.team.short_name for one in owed if one.key not in values]
    if lacking:
        raise Invalid(fields={"marks": _("Not marked yet: %(teams)s.") % {"teams": names_text(dict.fromkeys(lacking))}})
    marks = [
        SignedMark(
            seat=seat,
            indicator=one.indicator,
            team=one.team,
            number=one.number,
            mark=values[one.key],
            label=seat.label,
            by=by,
            at=at,
        )
        for one in owed
    ]
    SignedMark.objects.bulk_create(marks)
    if first:
        SeatStep.objects.create(seat=seat, act=SeatStep.Act.SIGNED, by=by, at=at)
    record("sign_sheet", seat, by=by, at=at, change={"marks": len(marks)})
    return marks


def drafts_of(seat: Seat, owed: Collection[Owed]) -> dict[str, DraftMark]:
    """The drafts of what is owed, by key: one query."""
    wanted = {(one.indicator.pk, one.team.pk, one.number): one.key for one in owed}
    rows = DraftMark.objects.filter(seat=seat)
    return {
        wanted[place]: draft for draft in rows if (place := (draft.indicator_id, draft.team_id, draft.number)) in wanted
    }


def sheet_version(drafts: Mapping[str, DraftMark]) -> int:
    """A number that rises with every change of a draft on the sheet."""
    return sum(draft.version for draft in drafts.values())


def read_whole_mark(planned: PlannedIndicator, text: str) -> Decimal:
    """A mark as typed: from 0 to the scale, at most one decimal place.

    Raises Invalid with the sentence under "mark".
    """
    try:
        mark = read_mark(planned, text)
    except EntryFault as fault:
        raise Invalid(fields={"mark": gettext(MESSAGES[fault.code]) % fault.params}) from fault
    if mark != mark.quantize(quantum(MARK_DECIMALS)):
        raise Invalid(fields={"mark": _("At most one decimal place, such as 88.5.")})
    return mark.quantize(quantum(MARK_DECIMALS))


def _keep(seat: Seat, owed: Owed, panel: Panel, draft: DraftMark | None, typed: Typed) -> Kept:
    """Save one mark of a locked round."""
    version = draft.version if draft else 0
    text, value = typed.text.strip(), None
    if text:
        try:
            value = read_whole_mark(panel.planned[owed.indicator.code], text)
        except Invalid as fault:
            return Kept(version, fault=fault.fields["mark"])
    if typed.seen != version:
        if draft is not None and draft.value == value:
            return Kept(version)
        return Kept(version, theirs=draft.value if draft else None, is_clash=True)
    if draft is not None:
        change = save_version(draft, {"value": value})
        return Kept(draft.version, is_changed=bool(change))
    if value is None:
        return Kept(0)
    place = {"indicator": owed.indicator, "team": owed.team, "number": owed.number}
    return Kept(DraftMark.objects.create(seat=seat, **place, value=value).version, is_changed=True)
