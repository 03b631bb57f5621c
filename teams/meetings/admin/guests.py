"""Looking for guests while their names are typed: the right to plan meetings is asked, not that to keep accounts."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpResponse, JsonResponse

from governance.lists.requests import Request
from governance.people.models import User
from governance.people.permissions import may

MOST = 12
"""People offered at once."""

LONGEST = 60
"""Characters of a name or a unit that are looked for."""


def guests_named(text: str) -> Sequence[User]:
    """People whose name, post or unit contains a text; nobody for an empty one. One query."""
    wanted = text.strip()
    if not wanted or "\0" in wanted or len(wanted) > LONGEST:
        return []
    of_unit = Q(department__name__icontains=wanted) | Q(department__short_name__icontains=wanted)
    found = User.objects.filter(Q(name__icontains=wanted) | Q(post__icontains=wanted) | of_unit)
    return list(found.select_related("department").order_by("name", "pk")[:MOST])


def guests_view(request: Request) -> HttpResponse:
    """Name, post and unit of the people found, as the list of a meeting keeps them; no phone, no account."""
    if not may(request.user, "prepare_meetings"):
        raise PermissionDenied
    found = [
        {
            "id": user.pk,
            "name": user.name,
            "post": user.post,
            "unit": user.department.name if user.department else "",
        }
        for user in guests_named(request.GET.get("term", ""))
    ]
    return JsonResponse({"results": found})
