"""The steps of a meeting: announced, held, cancelled; its agenda brought up to date; the pack bound."""

from django.contrib import messages
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import now
from governance.lists.text import Text
from teams.states import check_move

from ..agenda.announcing import announce_meeting, cancel_meeting
from ..agenda.consequences import of_announcing, of_holding
from ..agenda.holding import hold_meeting, unhold_meeting
from ..agenda.items import take_up_item
from ..agenda.locks import check_day_has_come, check_worked_on
from ..agenda.packs import bind_pack
from ..agenda.planning import update_agenda
from ..forms.meeting import VersionForm, VersionReasonForm
from ..models import Meeting
from ..states import MEETING_MOVES, MeetingState
from .meeting_form import ConfirmedView, PostedView
from .rows import DeferredItemMixin


class AnnounceView(ConfirmedView):
    """Tell everyone invited when and where the meeting is."""

    form_class = VersionForm
    heading = _("Announce the meeting?")
    button = _("Announce")
    done_message = _("Announced: everyone invited has been notified.")

    def consequences(self) -> list[Text]:
        return of_announcing(self.meeting)

    def check(self) -> None:
        check_worked_on(self.meeting, (MeetingState.PLANNED,))

    def act(self, form: VersionForm) -> Meeting:
        return announce_meeting(self.meeting, seen=form.cleaned_data["version"], **self.acting)


class HoldView(ConfirmedView):
    """Record that the meeting has taken place."""

    form_class = VersionForm
    heading = _("Record the meeting as held?")
    button = _("Record as held")
    done_message = _("Recorded as held.")

    def consequences(self) -> list[Text]:
        return of_holding(self.meeting)

    def check(self) -> None:
        check_worked_on(self.meeting, (MeetingState.PLANNED,))
        check_day_has_come(self.meeting, now())

    def act(self, form: VersionForm) -> Meeting:
        return hold_meeting(self.meeting, seen=form.cleaned_data["version"], **self.acting)


class UnholdView(ConfirmedView):
    """Return a meeting to preparation that was recorded as held by mistake."""

    form_class = VersionForm
    heading = _("Return the meeting to preparation?")
    button = _("Return to preparation")
    done_message = _("The meeting is in preparation again.")

    def consequences(self) -> list[Text]:
        return [
            gettext("Those counted as present by it are expected again; other marks stay."),
            gettext("The pack stays bound."),
        ]

    def check(self) -> None:
        check_move(self.meeting, MeetingState.PLANNED, MEETING_MOVES)

    def act(self, form: VersionForm) -> Meeting:
        return unhold_meeting(self.meeting, seen=form.cleaned_data["version"], **self.acting)


class CancelView(ConfirmedView):
    """Cancel a meeting that was not held."""

    form_class = VersionReasonForm
    heading = _("Cancel the meeting?")
    button = _("Cancel the meeting")
    done_message = _("The meeting is cancelled.")
    dangerous = True

    def consequences(self) -> list[Text]:
        found: list[Text] = [
            gettext("Its number is free again."),
            gettext("Its page stays, with the reason. A cancelled meeting cannot be resumed."),
        ]
        if self.meeting.announced_at is not None:
            found.append(gettext("Everyone invited is notified, with the reason."))
        return found

    def get_context_data(self, **kwargs):
        return super().get_context_data(cancel_label=gettext("Keep it"), **kwargs)

    def check(self) -> None:
        check_move(self.meeting, MeetingState.CANCELLED, MEETING_MOVES)

    def act(self, form: VersionReasonForm) -> Meeting:
        return cancel_meeting(self.meeting, **form.given, **self.acting)


class UpdateView(PostedView):
    """Bring the agenda in line with the teams of the day."""

    def act(self) -> None:
        update_agenda(self.meeting, **self.acting)
        messages.success(self.request, gettext("Agenda and seats match the teams of the day."))


class BindView(PostedView):
    """Bind the pack as things stand now."""

    rule = "run_meetings"

    def act(self) -> None:
        pack = bind_pack(self.meeting, **self.acting)
        messages.success(self.request, gettext("Pack no. %(number)s is bound.") % {"number": pack.number})


class TakeUpView(DeferredItemMixin, PostedView):
    """Put an item that an earlier meeting deferred on the agenda."""

    rule = "run_meetings"

    def act(self) -> None:
        take_up_item(self.item, meeting=self.meeting, **self.acting)
        messages.success(self.request, gettext("“%(item)s” is on the agenda.") % {"item": self.item})
