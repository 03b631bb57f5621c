"""The screen in the room: which item it shows. No version and no event: the last one who moves it wins."""

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from governance.people.models import User
from governance.people.permissions import require
from governance.records.refusals import WrongState
from governance.records.verbs import verb

from ..models import AgendaItem, Meeting, ScreenPlace


@verb(says=_("moved the screen of a meeting"))
def move_screen(meeting: Meeting, item: AgendaItem, *, by: User, at: datetime) -> ScreenPlace:
    """Show another item on the screen.

    Raises:
        NotAllowed: `by` is neither a meeting secretary nor of the office.
        WrongState: the item is of another meeting.
    """
    require("run_meetings", by)
    if item.meeting_id != meeting.pk:
        raise WrongState
    place, _made = ScreenPlace.objects.update_or_create(meeting=meeting, defaults={"item": item})
    return place
