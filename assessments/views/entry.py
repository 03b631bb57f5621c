"""The centre's page to enter figures."""

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.views.generic import FormView

from governance.clock import now
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import Stale

from ..engine.plan import Indicator as PlannedIndicator
from ..figures.entry import enter_figures
from ..figures.reading import doubt_words, doubts
from ..figures.supply import latest_figures
from ..forms.entry import FiguresForm
from ..models import Indicator
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..rounds.sources import supplied
from ..states import FIGURES_OPEN
from ..words.methods import method_words
from ..words.plans import applies_words, limit_words, title_of
from .rows import RoundMixin


class FiguresView(RoundMixin, ActingMixin, FormView):
    """One indicator's figures, one line per team."""

    form_class = FiguresForm
    template_name = "assessments/figures.html"

    @cached_property
    def indicators(self) -> list[PlannedIndicator]:
        """The indicators that departments supply in rounds of this kind."""
        return supplied(self.round)

    @cached_property
    def planned(self) -> PlannedIndicator:
        """The indicator in the address, or the first where it names none."""
        asked = self.request.GET.get("indicator", "")
        found = [one for one in self.indicators if one.code == asked] or self.indicators
        if not found:
            raise Http404
        return found[0]

    @cached_property
    def row(self) -> Indicator:
        return self.round.plan.indicators.get(code=self.planned.code)

    def get_form_kwargs(self) -> dict[str, Any]:
        """The figures so far, and what was doubtful about those that somebody said are right."""
        sources = latest_figures(self.round, self.row)
        said = [source.latest for source in sources if source.latest and source.latest.confirmed]
        asked = {
            figure.source.team.code: doubt_words(doubt)
            for figure, doubt in zip(said, doubts(self.round, said), strict=True)
            if doubt
        }
        known = {"planned": self.planned, "sources": sources, "by": self.request.user, "doubts": asked}
        return {**super().get_form_kwargs(), **known}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if isinstance(kwargs.get("refusal"), Stale):
            kwargs["form"].show_again()
        planned, parameters = self.planned, self.planned.rule.parameters
        return super().get_context_data(
            round=self.round,
            planned=planned,
            title=title_of(planned),
            rule=method_words(parameters.name, parameters.document()),
            conditions=[
                *applies_words(self.round.plan.rules, planned),
                *filter(None, [limit_words(planned.least, planned.most)]),
            ],
            tabs=[(one.code, title_of(one)) for one in self.indicators],
            is_open=self.round.state in FIGURES_OPEN or self.round.takes_corrections,
            warning=NOBODY_AFTER if is_last_free(self.request.user, self.round) else "",
            **kwargs,
        )

    def act(self, form: FiguresForm) -> str:
        figures = enter_figures(
            self.round,
            self.row,
            form.entries(),
            document=form.cleaned_data["document"],
            basis=form.cleaned_data["basis"],
            seen=form.seen(),
            take_over=form.cleaned_data.get("take_over", False),
            by=self.request.user,
            at=now(),
        )
        said = ngettext("%(count)d figure entered.", "%(count)d figures entered.", len(figures))
        messages.success(
            self.request,
            said % {"count": len(figures)} if figures else gettext("Nothing has changed, so nothing was saved."),
        )
        return f"{reverse('round_figures', args=[self.round.pk])}?indicator={self.planned.code}"
