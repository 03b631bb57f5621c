"""Screens: the office opens and revokes them; a screen shows the wall chart by its token, and nothing else.

The screen's own browser opens `/screen/` and is told six digits once, or opens the address with the token, which a
tablet reads from a QR code. From then on a signed cookie, which is sent to `/screen/` alone, identifies the screen.
Nobody is signed in there.
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
from governance.lists.qr import qr_code
from governance.lists.requests import Request
from governance.lists.views import LeanTableMixin, VisibleMixin
from governance.people.guesses import TOO_MANY, Guesses
from governance.people.permissions import may
from teams.models import WallScreen
from teams.roster.screens import digest_of, open_screen, revoke_screen, screen_with_code
from teams.views.rows import NeedsActionMixin, Page, ScreenMixin

from ..forms import NewScreenForm, PairingForm
from ..tables import ScreenTable
from ..wall_screen import SCREEN_SECONDS, screen_of

AS_SCREEN = {"screen": True, "refresh_seconds": SCREEN_SECONDS}
"""A page without links that takes in the next one by itself."""
COOKIE = "vanguard_screen"
COOKIE_AGE = 365 * 24 * 3600
"""Seconds; renewed with each picture, so that a screen in use stays open."""
GUESSES = Guesses("screens", 10)
"""Of a million, for a quarter of an hour."""


class KeepsScreensMixin(Page):
    """Pages for the special office about screens."""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Apply the same rule as the verbs."""
        if not may(request.user, "keep_screens"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)


class ScreenListView(KeepsScreensMixin, VisibleMixin, LeanTableMixin, ListView):
    """The screens: where each is, who opened it, whether it is still open."""

    table_class = ScreenTable
    queryset = WallScreen.objects.select_related("opened_by", "revoked_by")
    template_name = "overview/screen_list.html"
    heading = _("Screens")
    empty_title = _("No screen is in use")
    empty_how = _(
        "Add one for the meeting room or the entrance hall: it shows the wall chart on its own, without an account."
    )


@method_decorator(never_cache, name="dispatch")
class ScreenNewView(KeepsScreensMixin, NeedsActionMixin, FormView):
    """Open a screen; its address is shown once, in the response, and not stored."""

    form_class = NewScreenForm
    template_name = "overview/screen_new.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(action=self.action, **kwargs)

    def form_valid(self, form: NewScreenForm) -> HttpResponse:
        """Open the screen and show its address."""
        opened = open_screen(self.action, **form.cleaned_data, by=self.request.user, at=now())
        address = self.request.build_absolute_uri(reverse("screen_enter", args=[opened.token]))
        context = {
            "opened": opened.screen,
            "address": address,
            "qr": qr_code(address),
            "short_address": self.request.build_absolute_uri(reverse("wall_screen")),
            "digits": f"{opened.code[:3]} {opened.code[3:]}",
        }
        return render(self.request, "overview/screen_opened.html", context)


class ScreenRevokeView(KeepsScreensMixin, ScreenMixin, View):
    """Revoke a screen, after a confirmation."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        """Show what will happen."""
        screen = self.screen
        context = {
            "heading": _("Revoke the screen “%(place)s”?") % {"place": screen.place},
            "consequences": [
                _("Within a minute, at its next refresh, it says that it is no longer in use."),
                _("Its address stops working. You can add another screen at any time."),
            ],
            "action_label": _("Revoke"),
            "cancel_url": reverse("screen_list"),
            "dangerous": True,
        }
        return render(request, "components/confirm.html", context)

    def post(self, request: Request, pk: int) -> HttpResponse:
        revoke_screen(self.screen, by=request.user, at=now())
        return HttpResponseRedirect(reverse("screen_list"))


@method_decorator([login_not_required, never_cache], name="dispatch")
class ScreenEnterView(View):
    """The address of a screen: sets the cookie and redirects to the wall chart, so that no address keeps the token."""

    def get(self, request: HttpRequest, token: str) -> HttpResponse:
        """Set the cookie, if the token is valid."""
        screen = WallScreen.objects.in_force().filter(token_sha256=digest_of(token)).first()
        return entered(screen) if screen else closed(request)


@method_decorator([login_not_required, never_cache], name="dispatch")
class WallScreenView(View):
    """The current wall chart for an open screen: figures and teams, no links, no actions."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """The wall chart, or a page that says that the screen is closed."""
        key = request.get_signed_cookie(COOKIE, default="", salt=COOKIE)
        screen = WallScreen.objects.in_force().filter(pk=key or 0).select_related("action").first()
        if screen is None:
            return closed(request)
        moment = now()
        context = {"shown": screen_of(screen.action, on=moment.date(), now=moment), **AS_SCREEN}
        return let_in(render(request, "overview/screen.html", context), screen)

    def post(self, request: HttpRequest) -> HttpResponse:
        """Six digits open it."""
        form = PairingForm(request.POST)
        address = request.META.get("REMOTE_ADDR", "")
        if form.is_valid():
            if GUESSES.too_many(address):
                form.add_error("code", TOO_MANY)
            elif screen := screen_with_code(form.cleaned_data["code"], at=now()):
                return entered(screen)
            else:
                GUESSES.note_wrong(address)
                form.add_error("code", _("No screen opens with these digits. They are valid for 15 minutes."))
        return closed(request, form)


def entered(screen: WallScreen) -> HttpResponse:
    """On to the wall chart, with the cookie."""
    return let_in(HttpResponseRedirect(reverse("wall_screen")), screen)


def let_in(response: HttpResponse, screen: WallScreen) -> HttpResponse:
    """The response with the cookie that identifies the screen; it is sent back to the screen's own address only."""
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


def closed(request: HttpRequest, form: PairingForm | None = None) -> HttpResponse:
    """The screen is not, or no longer, open: the same response for an unknown token and for a revoked one."""
    context = {"screen": True, "form": form or PairingForm()}
    return render(request, "overview/screen_closed.html", context, status=404)
