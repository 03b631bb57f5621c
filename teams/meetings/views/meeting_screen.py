"""The screen in the room: one page with a part for each team; the place is kept for whoever opens it next."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views import View

from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may

from ..agenda.packs import standing_pack
from ..agenda.screen import move_screen
from ..agenda.slides import in_words, slides_of
from ..models import ScreenPlace
from .meeting_form import PostedView, RuledMixin
from .rows import ItemMixin


class ScreenView(RuledMixin, View):
    """All teams on one page, which works on when the network goes."""

    rule = "read_meeting_papers"

    def get(self, request: Request, code: str) -> HttpResponse:
        """As bound in the pack, otherwise as things stand now."""
        pack = standing_pack(self.meeting)
        body: dict[str, Any] = json.loads(pack.body) if pack is not None else {}
        slides = body["slides"] if "slides" in body else slides_of(self.meeting, now())
        place = ScreenPlace.objects.visible_to(request.user).filter(meeting=self.meeting).first()
        context = {
            "meeting": self.meeting,
            "pack": pack if "slides" in body else None,
            "slides": in_words(slides),
            "place": place.item_id if place is not None else None,
            "moves": may(request.user, "run_meetings"),
            "at": now(),
        }
        return render(request, "meetings/meeting_screen.html", context)


class ScreenPlaceView(ItemMixin, PostedView):
    """Keep which item the screen shows."""

    rule = "run_meetings"

    def act(self) -> None:
        move_screen(self.meeting, self.item, **self.acting)

    def post(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """Back to the same part of the screen."""
        self.act()
        return redirect("meeting_screen", self.meeting.code)
