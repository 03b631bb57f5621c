"""What the masthead of every page shows."""

from dataclasses import dataclass
from functools import cache

from django.conf import settings
from django.db.models import Count, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from governance.lists.requests import Request
from governance.lists.text import Text
from governance.people.county_name import county, from_environment
from governance.people.models import County, User
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
    """County, navigation, unread notices and the demo's banner, for `base.html`.

    What costs anything is a function that the template calls, so that a fragment without the masthead pays nothing.
    """
    english = get_language() == "en"
    shown: dict[str, object] = {
        "demo_today": settings.DEMO_TODAY,
        "other_language": ("zh-hans", "中文") if english else ("en", "English"),
    }
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {**shown, "county_name": lambda: county().name}

    @cache
    def read() -> tuple[County, int]:
        return _county_and_unread(user)

    return {
        **shown,
        "navigation": cache(lambda: _navigation(request, user)),
        "places": cache(lambda: _places(request, user)),
        "page_help": cache(lambda: help_for(request.resolver_match.url_name if request.resolver_match else None)),
        "county_name": lambda: read()[0].name,
        "inbox_count": lambda: read()[1],
    }


def _navigation(request: Request, user: User) -> list[Entry]:
    return [
        Entry(place.label, reverse(name), request.path.startswith(tuple(place.prefixes)))
        for name, place in places_for(user, NAVIGATION)
    ]


def _places(request: Request, user: User) -> list[Entry]:
    entries = [Entry(place.label, url := reverse(name), request.path == url) for name, place in places_for(user, MENU)]
    if user.is_staff:
        entries.append(Entry(_("Administration"), reverse("admin:index"), False))
    return entries


def _county_and_unread(user: User) -> tuple[County, int]:
    """What the masthead reads of the database, anew for each page so that no worker shows an old name: one query."""
    unread = Notice.objects.visible_to(user).unread().order_by().values("to").annotate(number=Count("pk"))
    counties = County.objects.order_by()
    row = (
        User.objects.filter(pk=user.pk)
        .annotate(
            county_zh=Subquery(counties.values("name_zh")[:1]),
            county_en=Subquery(counties.values("name_en")[:1]),
            unread=Coalesce(Subquery(unread.values("number")[:1]), 0),
        )
        .values("county_zh", "county_en", "unread")
        .get()
    )
    if row["county_zh"] is None:
        return from_environment(), row["unread"]
    return County(name_zh=row["county_zh"], name_en=row["county_en"]), row["unread"]
