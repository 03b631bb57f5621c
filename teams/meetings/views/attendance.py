"""Who came: everyone invited with their mark, and one more guest."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from governance.clock import now

from ..agenda.locks import check_attendance_open, check_worked_on
from ..agenda.marks import offered_marks
from ..agenda.meeting_page import Present
from ..agenda.planning import arrange_meeting
from ..agenda.rows import Arrangement
from ..forms.meeting import AttendanceForm
from ..models import Meeting
from .meeting_form import MeetingFormView


class AttendanceView(MeetingFormView):
    """Note who came, and add a guest."""

    template_name = "meetings/attendance.html"
    form_class = AttendanceForm
    heading = _("Attendance")
    button = _("Save")
    done_message = _("Attendance saved.")

    @cached_property
    def present(self) -> Present:
        """Everyone on the list."""
        return Present.of(self.meeting, self.request.user) or Present([])

    def get_form_kwargs(self) -> dict[str, Any]:
        check_worked_on(self.meeting)
        check_attendance_open(self.meeting)
        marks = offered_marks(self.meeting, now())
        return super().get_form_kwargs() | {"people": list(self.present.rows), "marks": marks}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(present=self.present, **kwargs)

    def act(self, form: AttendanceForm) -> Meeting:
        arrangement = Arrangement(people=form.written())
        return arrange_meeting(self.meeting, arrangement, seen=form.cleaned_data["version"], **self.acting)
