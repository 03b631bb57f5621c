"""The roles that are stored as groups; seats and team membership are rows of their own."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """A role, named like its group."""

    SPECIAL_OFFICE = "special_office", _("Special office")
    ASSESSMENT_CENTRE = "assessment_centre", _("Assessment centre")
    MEETING_SECRETARY = "meeting_secretary", _("Meeting secretary")
    COUNTY_LEADER = "county_leader", _("County leader")
    AUDITOR = "auditor", _("Auditor")
    ADMINISTRATOR = "administrator", _("Administrator")


STAFF_ROLES = {Role.MEETING_SECRETARY, Role.ADMINISTRATOR}
