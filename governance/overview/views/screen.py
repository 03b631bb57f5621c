"""Screens on a wall: the office opens and revokes them; a screen shows the wall chart by its token, and nothing else.

The address with the token is opened once on the screen's own browser; a signed cookie, which is sent to `/screen/`
alone, then tells which screen it is. Nobody is signed in there.
"""

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.decorators.cache import never_cache
from django.views.generic import FormView, ListView

from governance.clock import now
from governance.lists.requests import Request
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.people.permissions import may
from teams.models import WallScreen
from teams.roster.screens import digest_of, open_screen, revoke_screen
from teams.views.rows import NeedsActionMixin, Page, ScreenMixin

from ..forms import NewScreenForm
from ..tables import ScreenTable
from ..wall import screen_page, wall_of

COOKIE = "vanguard_screen"
COOKIE_AGE = 365 * 24 * 3600
"""Seconds; begun anew with each picture, so that a screen that hangs stays open."""


class KeepsScreensMixin(Page):
    """Pages of the special office about screens."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Ask the rule that the verbs ask again."""
        if not may(request.user, "keep_screens"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ScreenListView(KeepsScreensMixin, VisibleMixin, LeanTableMixin, ListView):
    """The screens: where each hangs, who opened it, whether it is still open."""

    table_class = ScreenTable
    queryset = WallScreen.objects.select_related("opened_by", "revoked_by")
    template_name = "overview/screen_list.html"
    heading = _("Screens on the wall")
    empty_title = _("No screen is open")
    empty_how = _("Open one for the meeting room or the hall: it shows the wall chart by itself, without an account.")


@method_decorator(never_cache, name="dispatch")
class ScreenNewView(KeepsScreensMixin, NeedsActionMixin, FormView):
    """Open a screen; its address is shown in the answer, this once, and kept nowhere."""

    form_class = NewScreenForm
    template_name = "overview/screen_new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Add the action."""
        return super().get_context_data(action=self.action, **kwargs)

    def form_valid(self, form: NewScreenForm) -> HttpResponse:
        """Open it and tell the address."""
        opened = open_screen(self.action, **form.cleaned_data, by=self.request.user, at=now())
        address = self.request.build_absolute_uri(reverse("screen_enter", args=[opened.token]))
        return render(self.request, "overview/screen_opened.html", {"opened": opened.screen, "address": address})


class ScreenRevokeView(KeepsScreensMixin, ScreenMixin, View):
    """Take the wall off a screen, after a question."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        """What will happen."""
        screen = self.screen
        context = {
            "heading": _("Revoke the screen “%(place)s”?") % {"place": screen.place},
            "consequences": [
                _("At its next refresh, within a minute, it says that it is no longer open."),
                _("Its address opens nothing any more. Another can be opened at any time."),
            ],
            "action_label": _("Revoke"),
            "cancel_url": reverse("screen_list"),
            "dangerous": True,
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: Request, pk: int) -> HttpResponse:
        """Revoke it."""
        revoke_screen(self.screen, by=request.user, at=now())
        return HttpResponseRedirect(reverse("screen_list"))


@method_decorator([login_not_required, never_cache], name="dispatch")
class ScreenEnterView(View):
    """The address of a screen: its browser gets the cookie and goes on to the wall, so that the token is not kept."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Let the screen in, if its token is in force."""
        screen = WallScreen.objects.in_force().filter(token_sha256=digest_of(token)).first()
        if screen is None:
            return closed(request)
        return let_in(HttpResponseRedirect(reverse("wall_screen")), screen)


@method_decorator([login_not_required, never_cache], name="dispatch")
class WallScreenView(View):
    """The wall chart of now, for a screen that was let in: figures and teams, no link, no action."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The wall, or that it is no longer open."""
        key = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
        screen = WallScreen.objects.in_force().filter(pk=key or 0).select_related("action").first()
        if screen is None:
            return closed(request)
        moment = now()
        wall = wall_of(screen.action, on=moment.date(), now=moment, user=None)
        context = {"shown": screen_page(wall, now=moment), "screen": True}
        return let_in(render(request, "overview/screen.html", context), screen)


def let_in(response: HttpResponse, screen: WallScreen) -> HttpResponse:
    """The answer with the cookie by which the screen is known, sent back to the screen's own address only."""
    response.set_signed_cookie(
        COOKIE,
        str(screen.pk),
        salt=COOKIE,
        max_age=COOKIE_AGE,
        path=reverse("wall_screen"),
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )
    return response


def closed(request: HttpRequest) -> HttpResponse:
    """Not, or no longer, open: the same answer for a token that never was and one that was revoked."""
    return render(request, "overview/screen_closed.html", {"screen": True}, status=404)
