"""The request as every page behind the sign-in gets it."""

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from django.contrib.auth.models import _User


class Request(HttpRequest):
    """A request of somebody who has signed in, as all are but those of views that are `login_not_required`.

    Only annotations name it: the requests are Django's own, to which the middleware adds this.
    """

    user: "_User"
    htmx: HtmxDetails
