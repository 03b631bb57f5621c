"""The pages of the loop in the navigation and in the menu “More”."""

from django.utils.translation import gettext_lazy as _

from governance.registers.navigation import MENU, NAVIGATION, Place

NAVIGATION.register("meeting_list", Place(_("Meetings"), 45, ("/meetings/",)))
NAVIGATION.register("order_desk", Place(_("Orders"), 47, ("/orders/", "/circulars/")))

MENU.register("circular_list", Place(_("Circulars"), 35))

NAVIGATION.register("problem_list", Place(_("Problems"), 46, ("/problems/",)))
