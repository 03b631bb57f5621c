"""Results, a team's scorecard, and the proof that a result is what it was."""

from typing import Any

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.functional import cached_property
from django.views import View

from governance.charts import rank_line
from governance.lists.requests import Request

from ..models import Result, ResultLine
from ..results.ranking_table import Heat, may_see_unpublished
from ..results.scorecards import Scorecard
from ..results.verification import verify_result
from ..words.plans import kind_title


class OneResultMixin:
    """A page about the result of a round that the person may see: the latest for the centre, else the published."""

    request: Request
    kwargs: dict[str, Any]

    @cached_property
    def result(self) -> Result:
        """The result, or 404 for whoever may not see it."""
        rows: QuerySet = Result.objects.visible_to(self.request.user).filter(round=self.kwargs["pk"]).defer("body")
        related = rows.select_related("round__plan__plan", "round__action", "publication", "by")
        found = related.order_by("-number").first()
        if found is None:
            raise Http404
        return found

    @property
    def publication(self) -> Any:
        """The publication; None for a preview, which the centre alone sees."""
        return getattr(self.result, "publication", None)


class ResultsView(OneResultMixin, View):
    """The ranking: totals for everybody, points for those whose they are."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        """The page."""
        round = self.result.round
        context = {
            "round": round,
            "kind": kind_title(round.plan.rules, round.kind),
            "result": self.result,
            "publication": self.publication,
            "heat": Heat(self.result, request.user),
            "may_console": may_see_unpublished(request.user),
        }
        return render(request, "assessments/results.html", context)


class ScorecardView(OneResultMixin, View):
    """Every point of one team, explained."""

    def get(self, request: Request, pk: int, code: str) -> HttpResponse:
        """The page; 404 for whoever may not see the team's detail."""
        lines = ResultLine.objects.detail_visible_to(request.user).filter(result=self.result, team__code=code)
        line = get_object_or_404(lines.select_related("team", "result__round__plan__plan", "result__round__action"))
        card = Scorecard(line, request.user)
        context = {
            "round": line.result.round,
            "result": line.result,
            "publication": self.publication,
            "card": card,
            "ranks": _rank_line(card),
        }
        return render(request, "assessments/scorecard.html", context)


def _rank_line(card: Scorecard) -> Any:
    """The line of ranks over the last rounds; None for fewer than two."""
    ranks = [line.rank for line in card.ranks]
    if len(ranks) < 2:
        return None
    return rank_line(ranks, max(card.size, *(rank or 1 for rank in ranks)))


class VerificationView(OneResultMixin, View):
    """The result scored again from what was frozen, now; differences are the centre's to read."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        """The page."""
        found = verify_result(self.result)
        context = {
            "round": self.result.round,
            "result": self.result,
            "publication": self.publication,
            "is_verified": not found,
            "differences": found if may_see_unpublished(request.user) else [],
        }
        return render(request, "assessments/verification.html", context)
