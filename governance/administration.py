"""The admin site: accounts, departments, calendar and lamp rules, each opened by role, never by superuser."""

from django.contrib.admin import AdminSite
from django.contrib.admin.apps import AdminConfig
from django.utils.translation import gettext_lazy as _


class VanguardAdminSite(AdminSite):
    """Staff sign in through the site's own page; what each may open is asked of their role."""

    site_title = _("Vanguard")
    site_header = _("Vanguard administration")
    index_title = _("Accounts and settings")
    login_template = "people/sign_in.html"


class VanguardAdminConfig(AdminConfig):
    """Puts `VanguardAdminSite` in the place of the stock site."""

    default_site = "governance.administration.VanguardAdminSite"
