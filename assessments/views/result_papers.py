"""The papers of a result as files, and the circular that begins with its ranking."""

from dataclasses import dataclass

from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.translation import override
from django.views import View

from governance.clock import now
from governance.lists.requests import Request
from governance.people.models import User
from governance.people.permissions import may, require
from governance.records.export_file import exported_file
from teams.meetings.models import Circular, CircularDraft
from teams.meetings.orders.circulars import draft_circular
from teams.meetings.papers.wording import CHINESE
from teams.meetings.states import CircularState
from teams.meetings.views.papers import file_response

from ..front.annexes import annex_name
from ..models import AssessmentRound, Result
from ..results.papers import announcement, circular_words, is_announced, score_table
from ..results.score_table import HEADS, ScoreTable
from .rows import PublishedMixin, ResultLineMixin, ResultMixin


class AnnouncementView(ResultMixin, View):
    """公示 of the result, for everybody; 404 before the public notice."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        if not is_announced(self.result):
            raise Http404
        return file_response(announcement(self.result))


class ScoreTableView(ResultMixin, View):
    """考核得分表 of the teams whose points the person may see."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        _seen_or_404(self.result, request.user)
        return file_response(score_table(self.result, request.user))


class TeamScoreTableView(ResultLineMixin, View):
    """The page of one team of the score table."""

    def get(self, request: Request, pk: int, code: str) -> HttpResponse:
        return file_response(score_table(self.result, request.user, team_code=self.line.team.code))


class ScoreWorkbookView(ResultMixin, View):
    """The score table as a workbook; that it was taken is recorded."""

    def get(self, request: Request, pk: int) -> StreamingHttpResponse:
        _seen_or_404(self.result, request.user)
        with override(CHINESE):
            rows = list(ScoreTable(self.result, request.user).exported_rows)
        return exported_file(request, HEADS, rows, heading=f"{self.result.round.title}得分表", count=len(rows))


class ResultCircularView(PublishedMixin, View):
    """Begin a circular with the ranking of a published result behind it, or open the one that was begun."""

    def post(self, request: Request, pk: int) -> HttpResponse:
        round = self.result.round
        require("write_circular", request.user)
        begun = _circular_draft(round, request.user)
        if begun is None:
            title, text = circular_words(round)
            begun = draft_circular(
                round.action, title=title, text=text, lines=[], annex=annex_name(round.pk), by=request.user, at=now()
            )
        return redirect(begun)


def _seen_or_404(result: Result, user: User) -> None:
    """Raise Http404 where the person sees the points of no team."""
    if not result.lines.detail_visible_to(user).exists():
        raise Http404


def _circular_draft(round: AssessmentRound, user: User) -> CircularDraft | None:
    drafts = CircularDraft.objects.visible_to(user).filter(action=round.action_id, annex=annex_name(round.pk))
    return drafts.exclude(state=CircularState.WITHDRAWN).order_by("-pk").first()


@dataclass(frozen=True)
class ResultPapers:
    """What the page of a result offers to a person. `circular`: the one that was signed last; `draft`: one begun."""

    is_announced: bool
    has_scores: bool
    circular: Circular | None
    draft: CircularDraft | None
    may_begin: bool

    @property
    def any(self) -> bool:
        """Whether there is anything."""
        return bool(self.is_announced or self.has_scores or self.circular or self.draft or self.may_begin)


def papers_offered(result: Result, user: User, *, has_scores: bool, is_published: bool) -> ResultPapers:
    """The papers of a result for a person: up to four queries."""
    round, circular, draft = result.round, None, None
    if is_published:
        signed = Circular.objects.visible_to(user).filter(action=round.action_id, draft__annex=annex_name(round.pk))
        circular = signed.defer("body").order_by("-pk").first()
        draft = None if circular else _circular_draft(round, user)
    return ResultPapers(
        is_announced=is_announced(result),
        has_scores=has_scores,
        circular=circular,
        draft=draft,
        may_begin=is_published and circular is None and draft is None and may(user, "write_circular"),
    )
