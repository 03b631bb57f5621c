"""The pages of `assessments` in the navigation."""

from django.utils.translation import gettext_lazy as _

from governance.registers.navigation import NAVIGATION, Place

NAVIGATION.register("assessment", Place(_("Assessment"), 50, ("/assessment/",)))
