"""The pages for departments and people of a team: add, change the part, end the part."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from ...forms.team import DepartmentJoinsForm, LeadForm, LeavesForm, MemberJoinsForm, PartForm
from ...models import TeamDepartment, TeamMember
from ...roster.members import (
    add_department,
    add_member,
    change_lead,
    change_part,
    check_current,
    end_department,
    end_member,
)
from .office_form import OfDayView


class DepartmentNewView(OfDayView):
    """Add a department to the team."""

    form_class = DepartmentJoinsForm
    verb = staticmethod(add_department)
    heading = _("Add a member department")
    button = _("Add")


class LeadView(OfDayView):
    """Hand the lead to another department."""

    form_class = LeadForm
    verb = staticmethod(change_lead)
    day_field = "on"
    heading = _("Change the lead department")
    button = _("Change lead")


class MemberNewView(OfDayView):
    """Add a person to the team."""

    form_class = MemberJoinsForm
    verb = staticmethod(add_member)
    heading = _("Add a person")
    button = _("Add")


class OfPartView(OfDayView):
    """A form about the part of a department or a person in the team."""

    parts: Any

    def check(self) -> None:
        super().check()
        check_current(self.row)

    @cached_property
    def row(self) -> TeamDepartment | TeamMember:
        """The part in the address; 404 when it is another team's."""
        return self.row_of_team(self.parts)

    def subject(self) -> TeamDepartment | TeamMember:
        return self.row

    def get_heading(self) -> str:
        """Name the department or person in the heading."""
        return str(self.heading) % {"who": self.row.who}


class DepartmentEndView(OfPartView):
    """End a department's part in the team."""

    form_class = LeavesForm
    verb = staticmethod(end_department)
    day_field = "left_on"
    parts = TeamDepartment.objects.select_related("department")
    heading = _("%(who)s leaves the team")
    button = _("End its role")
    dangerous = True
    consequences = (_("Its role stays on record with its dates."),)


class MemberEndView(OfPartView):
    """End a person's part in the team."""

    form_class = LeavesForm
    verb = staticmethod(end_member)
    day_field = "left_on"
    parts = TeamMember.objects.select_related("user")
    heading = _("%(who)s leaves the team")
    button = _("End membership")
    dangerous = True
    consequences = (
        _("From that day on they can no longer see the team's reports and files."),
        _("The membership stays on record with its dates."),
    )


class MemberPartView(OfPartView):
    """Give a person another part."""

    form_class = PartForm
    verb = staticmethod(change_part)
    day_field = "on"
    parts = TeamMember.objects.select_related("user")
    heading = _("Another position for %(who)s")
