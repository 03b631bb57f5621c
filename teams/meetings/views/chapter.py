"""A team's chapter at a meeting: live until the meeting is held, afterwards as its pack keeps it."""

import json
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from governance.clock import now
from governance.lists.requests import Request
from teams.models.team import reads_papers_of

from ..follow_up.agenda_document import BODY_KEY, chapter_document
from ..follow_up.chapter_page import shown
from ..follow_up.chapters import chapters_of
from ..follow_up.rows import bound_pack
from .rows import ChapterMixin


class ChapterView(ChapterMixin, View):
    """What a meeting reads of one team."""

    def get(self, request: Request, code: str, team: str) -> HttpResponse:
        """As bound, where a pack that stands has the team; otherwise as things stand now."""
        row = self.team
        pack = bound_pack(self.meeting) if self.meeting.is_over else None
        kept = _kept(pack.body, team) if pack is not None else None
        chapter = kept or chapter_document(chapters_of(self.meeting.action, [row], at=now())[0])
        context = {
            "meeting": self.meeting,
            "team": row,
            "chapter": shown(chapter),
            "opens": reads_papers_of(request.user, row.pk),
            "as_of": pack.as_of if pack is not None and kept else None,
        }
        return render(request, "meetings/chapter.html", context)


def _kept(body: str, team: str) -> dict[str, Any] | None:
    """The chapter of a team in the body of a pack."""
    chapters = json.loads(body).get(BODY_KEY, {}).get("chapters", ())
    return next((each for each in chapters if each["team"] == team), None)
