"""The request type of every page behind the sign-in."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from django.contrib.auth.models import _User


class Request(HttpRequest):
    """A request of a signed-in person, as in every view that is not `login_not_required`.

    For annotations only: at run time the request is Django's own, extended by the middleware.
    """

    user: "_User"
    htmx: HtmxDetails


LIST_ID = "list"
"""The id of what a click on a head, a page or a filter replaces."""


def asks_for_list(request: HttpRequest) -> bool:
    """Whether htmx asks for the list of a page alone."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if not htmx:
        return False
    return htmx.target == LIST_ID and not htmx.history_restore_request
