"""A team's chapter at a meeting: live until the meeting is held, afterwards as its pack keeps it."""

from datetime import datetime
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from governance.clock import now
from governance.lists.requests import Request
from teams.models.team import reads_papers_of

from ..follow_up.agenda_document import CHAPTERS, chapter_document
from ..follow_up.chapter_page import shown
from ..follow_up.chapters import chapters_of
from ..follow_up.rows import bound_parts
from .rows import ChapterMixin


class ChapterView(ChapterMixin, View):
    """What a meeting reads of one team."""

    def get(self, request: Request, code: str, team: str) -> HttpResponse:
        """As bound, where a pack that stands has the team; otherwise as things stand now."""
        row = self.team
        chapters, as_of = self._bound()
        kept = next((each for each in chapters if each["team"] == team), None)
        chapter = kept or chapter_document(chapters_of(self.meeting.action, [row], at=now())[0])
        context = {
            "meeting": self.meeting,
            "team": row,
            "chapter": shown(chapter),
            "opens": reads_papers_of(request.user, row.pk),
            "as_of": as_of if kept else None,
        }
        return render(request, "meetings/chapter.html", context)

    def _bound(self) -> tuple[list[dict[str, Any]], datetime | None]:
        """The chapters of the pack that stands, and its moment."""
        found = bound_parts(self.meeting, CHAPTERS) if self.meeting.is_over else None
        return (found[0][0], found[1]) if found is not None else ([], None)
