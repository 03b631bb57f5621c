"""The wall chart (挂图作战)."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views import View

from governance.clock import now
from teams.models import SpecialAction
from teams.views.day import asked_day

from ..wall import wall_of


class WallView(View):
    """Every team and task on the time axis, today or as known on the evening of `?on=`."""

    def get(self, request: HttpRequest) -> HttpResponse:
        """Compose the wall of the day asked for; `?screen=1` is for the screen on the wall."""
        moment = now()
        day = asked_day(request, moment.date())
        if day.error:
            messages.error(request, day.error)
        action = SpecialAction.objects.visible_to(request.user).chosen()
        wall = wall_of(action, on=day.on, now=moment, user=request.user) if action else None
        context = {"wall": wall, "day": day, "screen": request.GET.get("screen") == "1"}
        return render(request, "overview/wall.html", context, status=day.status)
