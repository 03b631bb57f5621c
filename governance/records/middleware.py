"""Middleware that keeps the request's address, and that turns a verb's refusal into a page."""

from collections.abc import Callable
from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .refusals import Refused
from .verbs import serving


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
