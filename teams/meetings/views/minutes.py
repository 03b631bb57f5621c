"""The minutes: written and submitted by the secretary, read and signed by another person, corrected."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from governance.clock import today
from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.permissions import may, require

from ..agenda.decision_rows import for_rows, readable_problems, rows_of
from ..agenda.locks import check_worked_on, last_issue
from ..agenda.meeting_page import Present
from ..agenda.minutes import correct_minutes, return_minutes, sign_minutes, submit_minutes, undecided, write_minutes
from ..agenda.minutes_body import proposed_text
from ..forms.meeting import MinutesForm, SigningForm, VersionReasonForm
from ..models import Decision, Meeting
from ..states import MeetingState
from .meeting_form import ConfirmedView, MeetingFormView


class MinutesView(MeetingFormView):
    """The minutes as they are written, and as they wait to be signed."""

    rule = "read_meeting_papers"
    heading = _("Minutes")

    @property
    def writes(self) -> bool:
        """Whether this person writes them now."""
        return self.meeting.state == MeetingState.HELD and may(self.request.user, "prepare_meetings")

    @property
    def signs(self) -> bool:
        """Whether this person may sign them now."""
        waits = self.meeting.state == MeetingState.MINUTES_SUBMITTED
        return waits and may(self.request.user, "sign_minutes", self.meeting)

    def get_form_class(self) -> Any:
        return MinutesForm if self.writes else SigningForm

    def get_template_names(self) -> list[str]:
        return ["meetings/minutes_form.html" if self.writes else "meetings/minutes.html"]

    def get_initial(self) -> dict[str, Any]:
        text = self.meeting.minutes_text or (proposed_text(self.meeting) if self.writes else "")
        return super().get_initial() | {"text": text}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, once the meeting was held."""
        check_worked_on(self.meeting, [state for state in MeetingState if state not in BEFORE_MINUTES])
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        meeting, user = self.meeting, self.request.user
        decided = for_rows(Decision.objects.visible_to(user).filter(meeting=meeting)).order_by("number")
        decisions = rows_of(decided, on=today())
        return super().get_context_data(
            decisions=decisions,
            readable=readable_problems((outcome for row in decisions for outcome in row.outcomes), user),
            present=Present.of(meeting, user),
            waiting=undecided(meeting),
            signs=self.signs,
            sends_back=meeting.state == MeetingState.MINUTES_SUBMITTED and may(user, "check_minutes"),
            issue=last_issue(meeting),
            **kwargs,
        )

    def act(self, form: Any) -> Any:
        seen = form.cleaned_data["version"]
        if not self.writes:
            number = form.cleaned_data["document_number"]
            return sign_minutes(self.meeting, document_number=number, seen=seen, **self.acting).meeting
        meeting = write_minutes(self.meeting, text=form.cleaned_data["text"], seen=seen, **self.acting)
        if "submit" in self.request.POST:
            return submit_minutes(meeting, seen=meeting.version, **self.acting)
        return self.request.path

    def form_valid(self, form: Any) -> HttpResponse:
        """Refuse who neither writes nor signs them before the verb does."""
        if not self.writes:
            require("sign_minutes", self.request.user, self.meeting)
        return super().form_valid(form)


BEFORE_MINUTES = (MeetingState.PLANNED, MeetingState.CANCELLED)


class ReturnMinutesView(ConfirmedView):
    """Send submitted minutes back to the secretary."""

    rule = "check_minutes"
    form_class = VersionReasonForm
    heading = _("Send the minutes back?")
    button = _("Send back")
    done_message = _("Sent back; the secretary has been notified.")

    def consequences(self) -> list[Text]:
        return [
            gettext("The secretary corrects them and submits them again."),
            gettext("The attendance stays as it was submitted."),
        ]

    def check(self) -> None:
        check_worked_on(self.meeting, (MeetingState.MINUTES_SUBMITTED,))

    def act(self, form: VersionReasonForm) -> Meeting:
        return return_minutes(self.meeting, **form.given, **self.acting)


class CorrectMinutesView(ConfirmedView):
    """Open issued minutes for a correction of their text."""

    rule = "correct_minutes"
    form_class = VersionReasonForm
    heading = _("Correct the issued minutes?")
    button = _("Open for correction")
    done_message = _("Open for correction; the secretary has been notified.")

    def consequences(self) -> list[Text]:
        return [
            gettext("The text alone is corrected; decisions and attendance stay."),
            gettext("They are submitted and signed again, and issued as a correction under the same number."),
            gettext("What was issued stays on record."),
        ]

    def check(self) -> None:
        check_worked_on(self.meeting, (MeetingState.MINUTES_ISSUED,))

    def act(self, form: VersionReasonForm) -> Meeting:
        return correct_minutes(self.meeting, **form.given, **self.acting)
