"""Middleware: the health check, the address, a page for what a verb refuses, and which text a browser may forget."""

import re
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from .refusals import Refused
from .verbs import serving
from .views import healthz


class HealthMiddleware:
    """Answers `/healthz` first of all: a monitor asks by address, not by a name in ALLOWED_HOSTS."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return healthz(request) if request.path_info == "/healthz" else self.get_response(request)


class AddressMiddleware:
    """Keeps the request's address for the audit events of its verbs and for the lockout.

    Behind a proxy (`BEHIND_PROXY`) it is the last one in X-Forwarded-For: the one that the proxy itself added.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if settings.BEHIND_PROXY and (forwarded := request.META.get("HTTP_X_FORWARDED_FOR")):
            request.META["REMOTE_ADDR"] = _address(forwarded.rpartition(",")[2]) or request.META.get("REMOTE_ADDR")
        with serving(request.META.get("REMOTE_ADDR") or None):
            return self.get_response(request)


KEPT = re.compile(r"([A-Za-z0-9_-]{1,200})\.([a-z0-9]{1,20})")
"""What a form sends of the record that the browser keeps of it: its key and its number."""


class SavedTextMiddleware:
    """Tells the browser which text, kept on the device, is saved: that of a form whose view answered with a redirect.

    The cookie `kept_<key>` holds the record's number; the next page drops the record and the cookie. It comes last, so
    that a redirect to the sign-in, which no view made, is none.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code in (302, 303) and getattr(request, "reached_view", False):
            sent = KEPT.fullmatch(request.POST.get("kept", ""))
            if sent:
                secure = settings.SESSION_COOKIE_SECURE
                response.set_cookie(f"kept_{sent[1]}", sent[2], max_age=600, samesite="Strict", secure=secure)
        return response

    def process_view(self, request: HttpRequest, *args: object) -> None:
        """Note that no other middleware has answered."""
        request.reached_view = True  # type: ignore[attr-defined]  # a note for the way back


class NullCharacterMiddleware:
    """Answers 404 to an address with a NUL character, which PostgreSQL holds in no text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, *view: Any) -> None:
        """Look at path and query as they came."""
        if "\0" in request.path_info or "%00" in request.META.get("QUERY_STRING", ""):
            raise Http404


class RefusalMiddleware:
    """Shows a refusal that no form handled as a page that says what happened and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Respond with the refusal's own status: 403, 409 or 422."""
        if not isinstance(exception, Refused):
            return None
        return render(request, "components/refused.html", {"refusal": exception}, status=exception.status)


def _address(text: str) -> str | None:
    """`text` if it is a network address, otherwise None."""
    try:
        return str(ip_address(text.strip()))
    except ValueError:
        return None
