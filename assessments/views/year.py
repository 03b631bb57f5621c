"""A plan's year so far, from its published rounds."""

from datetime import MAXYEAR
from typing import Any

from django.http import Http404
from django.views.generic import TemplateView

from governance.charts import Bump, BumpChart, bump_chart
from governance.clock import now
from teams.views.rows import NeedsActionMixin

from ..results.plan_year import PlanYear, YearClass, YearRow
from ..results.superseding import rounds_to_supersede
from ..words.plans import title_of

LEAST_ROUNDS = 3
"""A chart of ranks begins with so many rounds."""


class YearView(NeedsActionMixin, TemplateView):
    """What has been published of a plan's year: its parts, each team's rounds, total and rank so far."""

    template_name = "assessments/year.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        code, number = self.kwargs["code"], self.kwargs["year"]
        if not 0 < number <= MAXYEAR:
            raise Http404
        year = PlanYear(self.action, code, number, self.request.user)
        rules = year.rules
        if rules is None or rules.year is None:
            raise Http404
        return super().get_context_data(
            plan_year=year,
            title=title_of(rules),
            plan=year.counted[-1].round.plan.plan,
            min_rounds=rules.year.min_rounds,
            classes=[(each, *self._chart(each)) for each in year.classes],
            to_supersede=rounds_to_supersede(year.counted[-1].round, at=now()),
            missing=[(part.title, part.open) for part in year.parts if part.open or not part.counted],
            **kwargs,
        )

    def _chart(self, group: YearClass) -> tuple[BumpChart | None, list[tuple[YearRow, Bump]]]:
        """The ranks of a class over the rounds, and each team with its line; nothing for fewer than three."""
        if len(group.rows[0].ranks) < LEAST_ROUNDS:
            return None, []
        chart = bump_chart([row.ranks for row in group.rows])
        return chart, list(zip(group.rows, chart.bumps, strict=True))
