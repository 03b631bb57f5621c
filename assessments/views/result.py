"""Results, a team's scorecard, and the verification of a result."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views import View

from governance.charts import RankLine, rank_line
from governance.clock import now
from governance.lists.requests import Request
from governance.people.permissions import may

from ..appeals.desk import AppealDesk
from ..appeals.filing import filing_closed
from ..results.firmness import Firmness
from ..results.history import verify_history
from ..results.public_notice import PublicNotice
from ..results.ranking_table import Heat, may_see_unpublished
from ..results.scorecards import Scorecard
from ..results.standing import approved_as, correction_notes
from ..results.verification import verify_earlier, verify_result
from ..states import SHOWN
from ..words.plans import kind_title
from .result_papers import papers_offered
from .rows import PublishedMixin, ResultLineMixin, ResultMixin, paper_foot


class ResultsView(ResultMixin, View):
    """The ranking: totals for everybody, points for those who may see them."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        round, heat = self.result.round, Heat(self.result, request.user, request.GET.get("page", ""))
        desk = AppealDesk(PublicNotice(round), request.user, at=now())
        decided = round.decisions.allowed().filter(result=self.result, appeal__result_correction=None).exists()
        context = {
            "round": round,
            "kind": kind_title(round.plan.rules, round.kind),
            "result": self.result,
            "publication": self.publication,
            "standing": self.standing,
            "seal": self.seal,
            "corrections": correction_notes(self.result, request.user),
            "asked_result": self.asked_result,
            "heat": heat,
            **paper_foot(),
            "papers": papers_offered(
                self.result,
                request.user,
                has_scores=heat.has_scores,
                is_published=self.publication is not None,
            ),
            "firmness": Firmness(self.result),
            "may_see_round": may_see_unpublished(request.user),
            "reads_appeals": round.state in SHOWN and desk.is_for_user,
            "changes": desk.changes if decided else [],
            "may_compare": may(request.user, "compare_teams"),
        }
        return render(request, "assessments/results.html", context)


class ScorecardView(ResultLineMixin, View):
    """Every point of one team, explained."""

    def get(self, request: Request, pk: int, code: str) -> HttpResponse:
        card = Scorecard(self.line, request.user)
        firmness, may_compare = Firmness(self.line.result), may(request.user, "compare_teams")
        context = {
            "round": self.line.result.round,
            "result": self.line.result,
            "publication": self.publication,
            "standing": self.standing,
            "seal": self.seal,
            "corrections": correction_notes(self.result, request.user),
            "asked_result": self.asked_result,
            "approved": approved_as(self.line.result),
            "card": card,
            **paper_foot(),
            "ranks": _rank_line(card),
            "firmness": firmness,
            "own_firmness": firmness.words_of(card.line.team_class, code) if may_compare else "",
            "may_compare": may_compare,
            "may_see_round": may_see_unpublished(request.user),
            "may_appeal": may(request.user, "file_appeal", self.line.team)
            and not filing_closed(PublicNotice(self.line.result.round), at=now()),
        }
        return render(request, "assessments/scorecard.html", context)


def _rank_line(card: Scorecard) -> RankLine | None:
    """The line of ranks over the last rounds; None for fewer than two."""
    ranks = [each.line.rank for each in card.ranks]
    if len(ranks) < 2:
        return None
    return rank_line(ranks, max(card.size, *(rank or 1 for rank in ranks)))


class VerificationView(PublishedMixin, View):
    """The result scored again from the frozen facts; only the assessment centre sees what differs."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        round = self.result.round
        found = [*verify_result(self.result), *verify_earlier(round), *verify_history(round)]
        context = {
            "round": round,
            "result": self.result,
            "publication": self.publication,
            "standing": self.standing,
            "seal": self.seal,
            "corrections": correction_notes(self.result, request.user),
            "asked_result": self.asked_result,
            "is_verified": not found,
            "findings": found if may_see_unpublished(request.user) else [],
        }
        return render(request, "assessments/verification.html", context)
