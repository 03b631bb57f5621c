"""Two small rooms around each request: its address, and what becomes of a verb's refusal."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from .addresses import serving
from .refusals import Refused


class AddressMiddleware:
    """Keeps the request's address for the audit events of its verbs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with serving(request.META.get("REMOTE_ADDR") or None):
            return self.get_response(request)


class RefusalMiddleware:
    """Shows a refusal that no form caught as a page that says what happened and what to do."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Answer with the refusal's own status: 403, 409 or 422."""
        if not isinstance(exception, Refused):
            return None
        return render(request, "components/refused.html", {"refusal": exception}, status=exception.status)
