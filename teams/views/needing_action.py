"""Pages about the chosen action, where there is none yet."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from ..models import SpecialAction


class NeedsAction:
    """For a view that shows something of the chosen action: without one it says so, and what comes first."""

    heading: Any = ""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page, or that there is nothing yet."""
        if SpecialAction.objects.visible_to(request.user).chosen() is None:
            return render(request, "teams/no_action.html", {"heading": self.heading})
        return super().dispatch(request, *args, **kwargs)
