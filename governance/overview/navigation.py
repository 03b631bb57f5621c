"""The pages that belong to no single app, as entries of the navigation and of the menu “More”."""

from django.utils.translation import gettext_lazy as _

from governance.people.roles import Role
from governance.registers.navigation import MENU, NAVIGATION, Place

NAVIGATION.register("wall", Place(_("Wall chart"), 10, ("/wall/",)))
NAVIGATION.register("audit", Place(_("Audit"), 60, ("/audit/",), roles=(Role.AUDITOR,)))

MENU.register("screen_list", Place(_("Screens"), 70, roles=(Role.SPECIAL_OFFICE,)))
MENU.register("setting_up", Place(_("Setting up"), 80, roles=(Role.ADMINISTRATOR, Role.SPECIAL_OFFICE)))
