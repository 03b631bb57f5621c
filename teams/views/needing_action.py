"""Pages about the chosen action, also where there is none yet."""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render

from governance.lists.requests import Request
from governance.people.models import User

from ..models import SpecialAction


def chosen_action(user: User) -> SpecialAction:
    """The action that stands at the short addresses; 404 while there is none."""
    action = SpecialAction.objects.visible_to(user).chosen()
    if action is None:
        raise Http404
    return action


class NeedsAction:
    """For a view that shows something of the chosen action: without one it says so, and what comes first."""

    heading: Any = ""

    def dispatch(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or that there is nothing yet."""
        if SpecialAction.objects.visible_to(request.user).chosen() is None:
            return render(request, "teams/no_action.html", {"heading": self.heading})
        return super().dispatch(request, *args, **kwargs)
