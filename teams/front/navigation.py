"""The pages of `teams` in the navigation and in the menu “More”."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from governance.people.roles import Role
from governance.registers.navigation import MENU, NAVIGATION, Place

OFFICE_AND_LEADERS = (Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)

NAVIGATION.register("team_list", Place(_("Teams"), 20, ("/teams/",)))
NAVIGATION.register("task_list", Place(_("Tasks"), 30, ("/tasks/",)))
NAVIGATION.register("report_matrix", Place(_("Reports"), 40, ("/reports/", "/periods/", "/owed/", "/matters/")))

NAVIGATION.register("people_list", Place(_("People"), 55, ("/people/",), roles=(Role.ADMINISTRATOR,)))

MENU.register("owed", Place(pgettext_lazy("owed", "Outstanding items"), 10))
MENU.register("matter_list", Place(_("Matters for coordination"), 20))
MENU.register("dispatch", Place(_("Dispatch table"), 30))
MENU.register("extension_list", Place(_("Extensions"), 40, roles=OFFICE_AND_LEADERS))
MENU.register("close_out_list", Place(_("Close-outs"), 50, roles=OFFICE_AND_LEADERS))
MENU.register("burden", Place(_("Burden meter"), 60, roles=OFFICE_AND_LEADERS))
