"""What the masthead of every page shows."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from governance.lists.requests import Request
from governance.people.county_name import county
from governance.people.roles import Role
from governance.records.models import Notice

from .help import help_for

NAVIGATION = [
    ("wall", _("Wall chart"), ("/wall/",)),
    ("team_list", _("Teams"), ("/teams/",)),
    ("task_list", _("Tasks"), ("/tasks/",)),
    ("report_matrix", _("Reports"), ("/reports/", "/periods/", "/owed/", "/matters/")),
    ("assessment", _("Assessment"), ("/assessment/",)),
]

EVERYBODY = ()
PLACES = [
    ("owed", pgettext_lazy("owed", "Who owes what"), EVERYBODY),
    ("matter_list", _("Matters for coordination"), EVERYBODY),
    ("dispatch", _("Dispatch table"), EVERYBODY),
    ("extension_list", _("Extensions"), (Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)),
    ("close_out_list", _("Close-outs"), (Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)),
    ("burden", _("Burden meter"), (Role.SPECIAL_OFFICE, Role.COUNTY_LEADER)),
    ("screen_list", _("Screens on the wall"), (Role.SPECIAL_OFFICE,)),
    ("setting_up", _("First steps"), (Role.ADMINISTRATOR, Role.SPECIAL_OFFICE)),
]
"""What stands in the person's menu: the address, its name, and the roles that go there."""


@dataclass(frozen=True)
class Entry:
    """A place in the navigation."""

    label: str
    url: str
    current: bool


def masthead(request: Request) -> dict[str, object]:
    """County, navigation, unread notices and the demo's banner, for `base.html`."""
    english = get_language() == "en"
    shown: dict[str, object] = {
        "county_name": county().name,
        "demo_today": settings.DEMO_TODAY,
        "other_language": ("zh-hans", "中文") if english else ("en", "English"),
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return shown
    entries = [Entry(label, reverse(name), request.path.startswith(prefixes)) for name, label, prefixes in NAVIGATION]
    if user.has_role(Role.AUDITOR):
        entries.append(Entry(_("Audit"), reverse("audit"), request.path.startswith("/audit/")))
    if user.is_staff:
        entries.append(Entry(_("Administration"), reverse("admin:index"), False))
    shown["places"] = [
        Entry(label, url := reverse(name), request.path == url)
        for name, label, roles in PLACES
        if roles == EVERYBODY or user.has_role(*roles)
    ]
    shown["page_help"] = help_for(request.resolver_match and request.resolver_match.url_name)
    return {**shown, "navigation": entries, "inbox_count": Notice.objects.visible_to(user).unread().count()}
