"""What the masthead of every page shows."""

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.people.naming import county
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


@dataclass(frozen=True)
class Entry:
    """A place in the navigation."""

    label: str
    url: str
    current: bool


def masthead(request: HttpRequest) -> dict[str, object]:
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
    shown["page_help"] = help_for(request.resolver_match and request.resolver_match.url_name)
    return {**shown, "navigation": entries, "inbox_count": Notice.objects.visible_to(user).unread().count()}
