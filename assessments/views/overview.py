"""The assessment's front page, and the page of the measures."""

from typing import Any

from django.views.generic import TemplateView

from governance.people.permissions import may
from teams.models import team_ids_of
from teams.views.rows import Page

from ..checking.facts import own_seats
from ..checking.own_tally import own_tally_seats
from ..measures import MEASURES, Direction, Measure
from ..models import AdoptedPlan, AssessmentPlan, AssessmentRound, FigureSource
from ..models.claim import READERS
from ..results.plan_year import years_of
from ..words.plans import kind_title


class AssessmentView(Page, TemplateView):
    """Rounds and plans that the person may see."""

    template_name = "assessments/assessment.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        user = self.request.user
        rounds = AssessmentRound.objects.visible_to(user).select_related("plan__plan", "action")
        plans = AssessmentPlan.objects.visible_to(user)
        return super().get_context_data(
            rounds=[(round, kind_title(round.plan.rules, round.kind)) for round in rounds],
            years=[(round.plan.plan, year) for round, year in years_of(rounds)],
            plans=plans,
            own_seats=own_seats(user),
            tallies=own_tally_seats(user),
            may_open=may(user, "open_round") and AdoptedPlan.objects.exists(),
            may_draft=may(user, "draft_plan"),
            supplies_figures=FigureSource.objects.visible_to(user).supplied_by(user).exists(),
            may_read_claims=user.has_role(*READERS) or bool(team_ids_of(user)),
            **kwargs,
        )


class MeasuresView(TemplateView):
    """What is measured from the work, and how, from the registry."""

    template_name = "assessments/measures.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(measures=[_shown(measure) for measure in MEASURES.values()], **kwargs)


def _shown(measure: Measure) -> dict[str, object]:
    return {
        "measure": measure,
        "is_lower": measure.direction is Direction.LOWER,
        "reading": measure.reading.value,
        "hits": [reason.label for reason in measure.hits],
        "misses": [reason.label for reason in measure.misses],
        "left_out": [reason.label for reason in measure.left_out],
    }
