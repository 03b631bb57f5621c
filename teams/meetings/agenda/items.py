"""Items of an agenda: their notes, deferring them, and taking deferred ones up at the next meeting."""

from datetime import datetime

from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.verbs import inserted, locked, record, revised, save_version, verb
from teams.models import SpecialAction
from teams.states import check_move

from ..models import AgendaItem, Meeting
from ..states import ITEM_MOVES, ItemState, MeetingState
from .locks import check_worked_on, locked_item, locked_meeting
from .planning import save_as_changed


@verb(says=_("deferred an item of the agenda"))
def defer_item(item: AgendaItem, *, by: User, at: datetime) -> AgendaItem:
    """Put an item off: it is offered to whichever meeting is next.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: it is deferred already, or the minutes were submitted.
    """
    require("prepare_meetings", by)
    return _moved(item, ItemState.DEFERRED, "defer_item", by=by, at=at)


@verb(says=_("returned a deferred item to the agenda"))
def return_item(item: AgendaItem, *, by: User, at: datetime) -> AgendaItem:
    """Take a deferred item back onto the agenda of its own meeting.

    Raises:
        NotAllowed: `by` is neither a meeting secretary nor of the office.
        WrongState: it is not deferred, another meeting has taken it up, or the minutes were submitted.
    """
    require("run_meetings", by)
    if AgendaItem.objects.filter(continues=item.pk).exists():
        raise WrongState(_("Another meeting has taken up “%(item)s”; it stays deferred here.") % {"item": item})
    return _moved(item, ItemState.OPEN, "return_item", by=by, at=at)


@verb(says=_("took up a deferred item"))
def take_up_item(item: AgendaItem, *, meeting: Meeting, by: User, at: datetime) -> AgendaItem:
    """Put an item that an earlier meeting deferred on the agenda of `meeting`, before its speech.

    Where the team already reports at the meeting, that item continues the deferred one.

    Raises:
        NotAllowed: `by` is neither a meeting secretary nor of the office.
        WrongState: it is not deferred, is taken up already, is of another action, or `meeting` is not in preparation.
    """
    require("run_meetings", by)
    meeting = locked_meeting(meeting)
    check_worked_on(meeting, (MeetingState.PLANNED,))
    deferred = deferred_items(meeting.action).exclude(meeting=meeting).filter(pk=item.pk).first()
    if deferred is None:
        raise WrongState(_("“%(item)s” is no longer deferred, or another meeting has taken it up.") % {"item": item})
    deferred = locked(deferred, "team", "speaker")
    reports = deferred.team_id is not None
    same = meeting.items.filter(team=deferred.team_id, continues=None).first() if reports else None
    taken = _continue(meeting, deferred) if same is None else same
    if same is not None:
        save_version(same, {"continues": deferred})
    save_as_changed(meeting, {"agenda"})
    record("take_up_item", meeting, by=by, at=at, change={"item": str(deferred)})
    return taken


@verb(says=_("wrote about an item of the agenda"))
def write_item(
    item: AgendaItem, *, note: str, written: str, by: User, at: datetime, seen: int | None = None
) -> AgendaItem:
    """Keep the secretary's note of an item and the written statement that was given to it.

    Raises:
        NotAllowed: `by` is not a meeting secretary.
        WrongState: the meeting is cancelled, or its minutes were submitted.
        Stale: the item has changed since version `seen`.
    """
    require("prepare_meetings", by)
    item = locked_item(item)
    check_worked_on(item.meeting)
    change = revised(item, {"note": note.strip(), "written": written.strip()}, seen=seen)
    if change:
        record("write_item", item, by=by, at=at, change=change)
    return item


def deferred_items(action: SpecialAction) -> QuerySet[AgendaItem]:
    """Items that were deferred and that no meeting has taken up, the oldest first."""
    rows = AgendaItem.objects.filter(meeting__action=action, state=ItemState.DEFERRED, continued_by=None)
    return rows.exclude(meeting__state=MeetingState.CANCELLED).order_by("meeting__starts_at", "order", "pk")


def _continue(meeting: Meeting, deferred: AgendaItem) -> AgendaItem:
    """A new item before the speech, or at the end."""
    speech = meeting.items.filter(kind=AgendaItem.Kind.SPEECH).order_by("order").first()
    last = meeting.items.aggregate(last=Max("order"))["last"] or 0
    order = last + 1 if speech is None else speech.order
    for later in meeting.items.filter(order__gte=order).select_for_update(no_key=True):
        save_version(later, {"order": later.order + 1})
    return inserted(
        AgendaItem(
            meeting=meeting,
            order=order,
            kind=deferred.kind,
            title=deferred.title,
            team=deferred.team,
            speaker=deferred.speaker,
            length_minutes=deferred.length_minutes,
            continues=deferred,
        )
    )


def _moved(item: AgendaItem, to: ItemState, name: str, *, by: User, at: datetime) -> AgendaItem:
    item = locked_item(item)
    check_worked_on(item.meeting)
    check_move(item, to, ITEM_MOVES)
    save_version(item, {"state": to})
    save_as_changed(item.meeting, {"agenda"})
    record(name, item.meeting, by=by, at=at, change={"item": str(item)})
    return item
