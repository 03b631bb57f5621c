"""The wall chart (挂图作战)."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext
from django.views import View

from governance.clock import now
from governance.lists.addresses import number_in
from governance.lists.requests import Request
from governance.lists.views import Chip
from governance.people.permissions import may
from teams.views.day import asked_day
from teams.views.rows import chosen_action
from teams.words import LAMP_WORDS

from ..sentence import sentence_of
from ..wall import DOCUMENT, NEED, Wall, wall_of
from ..wall_screen import screen_of
from .screen import AS_SCREEN


class WallView(View):
    """Every team and task on the time axis, today or as known on the evening of `?on=`, filtered by the address."""

    def get(self, request: Request) -> HttpResponse:
        """Compose the wall chart of the requested day; `?screen=1` shows it as a screen does."""
        moment = now()
        day = asked_day(request, moment.date())
        if day.error:
            messages.error(request, day.error)
        action = chosen_action(request.user)
        if action and request.GET.get("screen") == "1":
            shown = screen_of(action, on=day.on, now=moment, query=request.GET)
            return render(request, "overview/screen.html", {"shown": shown, **AS_SCREEN})
        show = partial(wall_of, on=day.on, now=moment, user=request.user, query=request.GET)
        wall = show(action, page=asked_page(request), order=asked_order(request)) if action else None
        context = {
            "wall": wall,
            "sentence": sentence_of(wall) if wall else "",
            "day": day,
            "chips": chips_of(wall) if wall else [],
            "may_keep_screens": may(request.user, "keep_screens"),
        }
        return render(request, "overview/wall.html", context, status=day.status)


def asked_page(request: Request) -> int:
    """The page of teams asked for, 1 where it is none."""
    return number_in(request.GET.get("page", "")) or 1


def asked_order(request: Request) -> str:
    """The order of teams asked for: by need, or as in the document."""
    return DOCUMENT if request.GET.get("order") == DOCUMENT else NEED


def chips_of(wall: Wall) -> list[Chip]:
    """Chips for all tasks and for each lamp, with counts."""
    chosen = wall.narrowing.lamp
    everything = Chip(gettext("All"), wall.url(lamp=None), wall.tasks, current=chosen is None)
    return [everything] + [
        Chip(str(LAMP_WORDS[lamp]), wall.url(lamp=lamp.value), count, lamp=lamp.value, current=lamp == chosen)
        for lamp, count in wall.lamps
    ]
