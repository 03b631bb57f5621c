"""The centre's pages to enter figures, events and vetoes."""

from typing import Any

from django.contrib import messages
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import Stale

from ..engine.plan import Indicator as PlannedIndicator
from ..figures.entry import enter_figures
from ..figures.reading import doubt_words, doubts
from ..figures.supply import latest_figures
from ..forms.entry import EventForm, FiguresForm
from ..forms.round import ReasonForm
from ..models import Claim, Indicator
from ..rounds.figures import enter_event, withdraw_event
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..rounds.sources import supplied
from ..states import FIGURES_OPEN, ClaimState, RoundState
from ..words.methods import method_words
from ..words.plans import applies_words, limit_words, plain_word, title_of, titles
from .rows import EventMixin, RoundMixin


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
            is_open=self.round.state in FIGURES_OPEN,
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


class EventsView(RoundMixin, ActingMixin, FormView):
    """The entered bonuses, deductions and vetoes, and a form for another."""

    form_class = EventForm
    template_name = "assessments/events.html"
    done_message = _("The event is entered.")

    def get_form_kwargs(self) -> dict[str, Any]:
        """The round whose teams and levels are offered."""
        return {**super().get_form_kwargs(), "round": self.round}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claims = Claim.objects.visible_to(self.request.user).filter(round=self.round)
        vetoes = titles(self.round.plan.rules.vetoes)
        return super().get_context_data(
            round=self.round,
            events=[
                (claim, vetoes.get(claim.veto, claim.veto) or str(claim.indicator), plain_word(claim.level))
                for claim in claims.select_related("team", "indicator", "entered_by").order_by("team__order", "pk")
            ],
            withdrawn=ClaimState.WITHDRAWN,
            is_open=self.round.state == RoundState.COLLECTING,
            warning=NOBODY_AFTER if is_last_free(self.request.user, self.round) else "",
            **kwargs,
        )

    def act(self, form: EventForm) -> str:
        fields = ("team", "matter", "document", "basis")
        enter_event(
            self.round,
            **{name: form.cleaned_data[name] for name in fields},
            **form.counted(),
            by=self.request.user,
            at=now(),
        )
        return reverse("round_events", args=[self.round.pk])


class EventWithdrawView(EventMixin, ActingMixin, FormView):
    """Withdraw an event with a reason."""

    form_class = ReasonForm
    template_name = "components/confirm.html"
    done_message = _("The event is withdrawn; it stays on record.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """An event that is withdrawn already, or whose round no longer collects, redirects to the list."""
        if self.claim.state == ClaimState.WITHDRAWN or self.round.state != RoundState.COLLECTING:
            return redirect("round_events", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            heading=gettext("Withdraw this event?"),
            caption=f"{self.claim.team} · {self.claim.matter}",
            version=self.claim.state,
            consequences=[
                gettext("It no longer counts. It stays on record together with your reason."),
                gettext("This cannot be undone. To correct it, enter a new event."),
            ],
            action_label=gettext("Withdraw"),
            cancel_url=reverse("round_events", args=[self.round.pk]),
            dangerous=True,
            **kwargs,
        )

    def act(self, form: BaseForm) -> str:
        withdraw_event(self.claim, reason=form.cleaned_data["reason"], by=self.request.user, at=now())
        return reverse("round_events", args=[self.round.pk])
