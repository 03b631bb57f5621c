"""What will happen when a step of a meeting is confirmed, in sentences."""

from django.utils.translation import gettext, ngettext

from governance.lists.text import Text, long_date

from ..models import Meeting
from .recipients import invited


def of_announcing(meeting: Meeting) -> list[Text]:
    """Whom announcing notifies, and of what."""
    told = invited(meeting).count()
    when = {"moment": long_date(meeting.starts_at), "place": meeting.place or gettext("no place yet")}
    return [
        gettext("Time and place: %(moment)s, %(place)s.") % when,
        ngettext("%(count)s person is notified.", "%(count)s people are notified.", told) % {"count": told},
        gettext("Anyone on the list without an account needs the notice on paper."),
        gettext("Later changes of time and place are sent to everyone by themselves."),
    ]


def of_holding(meeting: Meeting) -> list[Text]:
    """What recording a meeting as held settles."""
    found: list[Text] = [
        gettext("Everyone not marked otherwise counts as present; the list can be corrected until the minutes."),
        gettext("The time of the meeting and its agenda stay as they are."),
    ]
    if not meeting.packs.exists():
        found.append(gettext("The pack is bound as things stand now."))
    return found


def of_binding(meeting: Meeting) -> list[Text]:
    """What binding the pack keeps."""
    last = meeting.packs.order_by("-number").values_list("number", flat=True).first() or 0
    found: list[Text] = [
        gettext("The pack is kept as things stand now, as no. %(number)s.") % {"number": last + 1},
        gettext("Reports and decisions after that are not in it; it can be bound again until the meeting is held."),
    ]
    if last:
        found.append(gettext("No. %(number)s stays on record.") % {"number": last})
    return found


def of_updating(meeting: Meeting) -> list[Text]:
    """What bringing agenda and seats up to date changes."""
    return [
        gettext("Teams of the day without an item get one; items of teams that no longer exist are taken out."),
        gettext("Seats go to the heads of that day; heads and the chair are put on the list."),
    ]
