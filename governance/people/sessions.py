"""Sessions that stay open while a person works, written at most once a minute.

Writing the session with every page would cost more than the page of a list of fifty rows. So a session ends half an
hour after the last action, at most a minute earlier and never later (docs/rules.md#security). Real time, not the
domain's.
"""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

KEPT_AT = "kept_at"
"""The session key of the last write, in seconds since the epoch."""

WRITTEN_EVERY = 60
"""The least number of seconds between two writes."""


class KeepAliveMiddleware:
    """Extends the session of a signed-in person; put after SessionMiddleware, which writes what has changed."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = request.session
        if session.accessed and not session.is_empty():
            now = int(time.time())
            if not 0 <= now - session.get(KEPT_AT, 0) < WRITTEN_EVERY:
                session[KEPT_AT] = now
        return response


def begin_session(sender: object, request: HttpRequest, **kwargs: object) -> None:
    """Signing in writes the session anyway, so the first page after it need not."""
    request.session[KEPT_AT] = int(time.time())
