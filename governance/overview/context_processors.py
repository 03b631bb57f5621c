"""What the masthead of every page shows."""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.county_name import county
from governance.records.models import Notice
from governance.registers.help import help_for
from governance.registers.navigation import MENU, NAVIGATION, places_for


@dataclass(frozen=True)
class Entry:
    """An entry of the navigation."""

    label: Text
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
    entries = [
        Entry(place.label, reverse(name), request.path.startswith(tuple(place.prefixes)))
        for name, place in places_for(user, NAVIGATION)
    ]
    if user.is_staff:
        entries.append(Entry(_("Administration"), reverse("admin:index"), False))
    shown["places"] = [
        Entry(place.label, url := reverse(name), request.path == url) for name, place in places_for(user, MENU)
    ]
    shown["page_help"] = help_for(request.resolver_match.url_name if request.resolver_match else None)
    return {**shown, "navigation": entries, "inbox_count": Notice.objects.visible_to(user).unread().count()}
