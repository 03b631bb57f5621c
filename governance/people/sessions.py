"""Sessions: kept alive while a person works, ended after 30 minutes of nothing or 12 hours, and what they may open.

Writing the session with every page would cost more than the page of a list of fifty rows. So a session ends half an
hour after the last action, at most a minute earlier and never later (docs/rules.md#sessions). Real time, not the
domain's.
"""

import logging
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import SESSION_KEY, logout
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from governance.clock import now

from .models import SignedIn
from .passwords import has_to_change
from .sign_ins import keep_session

logger = logging.getLogger("django.request.refused")

KEPT_AT, BEGAN_AT, ROW = "kept_at", "began_at", "signed_in"
"""The keys of a session: when it was last written, when the person signed in (seconds since the epoch), its row."""

WRITTEN_EVERY = 60
"""The least number of seconds between two writes."""

PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        "accelerometer",
        "camera",
        "display-capture",
        "geolocation",
        "gyroscope",
        "magnetometer",
        "microphone",
        "midi",
        "payment",
        "publickey-credentials-get",
        "usb",
        "xr-spatial-tracking",
    )
)
"""No page uses these; a photo is taken by the phone's own camera and chosen as a file."""


class SignedInMiddleware:
    """Keeps and ends the sessions of signed-in people; put after AuthenticationMiddleware.

    Nobody who has to choose a password opens anything else before. Pages of signed-in people are not stored by the
    browser, and refusals are logged with the person's key.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        session = request.session
        if session.accessed and not session.is_empty():
            self.keep(request)
            if SESSION_KEY in session:
                response.headers.setdefault("Cache-Control", "no-store")
        if response.status_code == 403:
            person = session.get(SESSION_KEY) if session.accessed else None
            logger.warning("Refused %s %s to person %s", request.method, request.path, person or "-")
        return response

    def process_view(self, request: HttpRequest, view: Callable, args: Any, kwargs: Any) -> HttpResponse | None:
        """Sign out after the longest session; lead to a password of one's own first; leave a session unread."""
        if getattr(view, "without_session", False):
            request.COOKIES.pop(settings.SESSION_COOKIE_NAME, None)
            request.session = type(request.session)()
        if not getattr(view, "login_required", True):
            return None
        began = request.session.get(BEGAN_AT)
        if SESSION_KEY in request.session and not (began and time.time() - began < settings.SESSION_LONGEST):
            logout(request)
        user = request.user
        if not user.is_authenticated or not has_to_change(user, now()):
            return None
        match = request.resolver_match
        return None if match and match.url_name == "own_password" else self.to_password(request)

    def to_password(self, request: HttpRequest) -> HttpResponse:
        """To the page for a password of one's own: by redirect, for htmx, or in JSON for a script that asks for it."""
        page = reverse("own_password")
        if "application/json" in request.headers.get("Accept", ""):
            return JsonResponse({"refused": _("Set your own password first."), "url": page}, status=403)
        if request.headers.get("HX-Request"):
            return HttpResponseClientRedirect(page)
        wanted = request.get_full_path() if request.method == "GET" and request.path != "/" else ""
        return HttpResponseRedirect(f"{page}?{urlencode({'next': wanted})}" if wanted else page)

    def keep(self, request: HttpRequest) -> None:
        """Write the session once a minute, and in its row when it was last used."""
        session, moment = request.session, int(time.time())
        if 0 <= moment - session.get(KEPT_AT, 0) < WRITTEN_EVERY:
            return
        session[KEPT_AT] = moment
        if ROW in session:
            keep_session(session[ROW], session_key=session.session_key, real=timezone.now())


def without_session(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """Mark a view that may not learn who is signed in: the session is neither read nor prolonged, the cookie stays."""
    view.without_session = True  # type: ignore[attr-defined]  # a mark, as Django's own
    return login_not_required(view)


def begin_session(sender: object, request: HttpRequest, **kwargs: object) -> None:
    """Signing in writes the session anyway, so the first page after it need not."""
    request.session[KEPT_AT] = request.session[BEGAN_AT] = int(time.time())


def name_session(request: HttpRequest, row: SignedIn) -> None:
    """Remember the row of a session in it."""
    request.session[ROW] = row.pk


def rename_session(request: HttpRequest) -> None:
    """After a new password the session has another key: its row gets it at once."""
    if ROW in request.session:
        keep_session(request.session[ROW], session_key=request.session.session_key, real=timezone.now())
