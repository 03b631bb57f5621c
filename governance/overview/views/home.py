"""Home: what I have to do, then the wall chart."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from assessments.checking.own_tally import own_tally_seats
from governance.clock import now
from governance.lists.requests import Request
from governance.people.roles import Role
from teams.rules.lamps import Lamp
from teams.views.day import AskedDay
from teams.views.rows import chosen_action

from ..sentence import sentence_of
from ..setup import may_set_up
from ..todo import news_of, own_lines, setup_line, todo_of
from ..wall import wall_of
from .wall import asked_order

TASKS_NAMED = 4
"""Red and yellow tasks of a team that home names; the others are one click away."""


class HomeView(View):
    """First what the person has to do, then their own tasks, then the whole special action."""

    def get(self, request: Request) -> HttpResponse:
        moment = now()
        action = chosen_action(request.user)
        first = list(setup_line(request.user, moment))
        if action is None:
            context: dict[str, Any] = {
                "wall": None,
                "moment": moment,
                "waiting": first + todo_of(request.user, None, now=moment),
                "may_set_up": not first and may_set_up(request.user),
            }
            return render(request, "overview/home.html", context)
        wall = wall_of(
            action,
            on=moment.date(),
            now=moment,
            user=request.user,
            page=1,
            order=asked_order(request),
            lamps=(Lamp.RED, Lamp.YELLOW),
            most=TASKS_NAMED,
        )
        is_leader = request.user.has_role(Role.COUNTY_LEADER)
        context = {
            "moment": moment,
            "wall": wall,
            "sentence": sentence_of(wall),
            "day": AskedDay(moment.date(), moment.date()),
            "waiting": first + todo_of(request.user, action, now=moment, wall=wall),
            "news": news_of(wall) if is_leader else None,
            "own_lines": own_lines(request.user, action, on=moment.date()) if is_leader else [],
            "tallies": own_tally_seats(request.user),
            "my_teams": wall.own,
        }
        return render(request, "overview/home.html", context)
