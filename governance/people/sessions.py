"""A session lasts while somebody works: kept alive by what they do, but written once a minute at most.

Writing it with every page costs each page a write; a list of fifty rows is cheaper than that write. A session so ends
half an hour after the last thing done, at most a minute earlier, never later (docs/rules.md#security). Real time, not
the domain's.
"""

import time
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

KEPT_AT = "kept_at"
"""Where a session says when it was written last, in seconds of the epoch."""

WRITTEN_EVERY = 60
"""Seconds between two writes at least."""


class KeepAliveMiddleware:
    """Moves the end of a signed-in person's session on; put after SessionMiddleware, which writes what has changed."""

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
    """Signing in writes the session anyway: the first page after it need not."""
    request.session[KEPT_AT] = int(time.time())
