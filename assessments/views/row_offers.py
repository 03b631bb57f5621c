"""The page on which the centre takes over, or declines, what other rounds decided about the same rows."""

from typing import Any

from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView

from governance.clock import now
from governance.lists.text import Text
from governance.records.form_verbs import ActingMixin
from governance.records.refusals import Stale

from ..forms.checking import RowOffersForm
from ..measures import Because
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..rounds.row_offers import DECIDED_IN, RowOffer, decide_row_offers, row_offers, rows_gone
from ..states import RowOutcome
from ..words.plans import title_of
from ..words.rows import RowLine, row_lines
from .rows import RoundMixin


class RowOffersView(RoundMixin, ActingMixin, FormView):
    """What is offered, what was decided about it, and which corrected rows are gone since the measures were frozen."""

    form_class = RowOffersForm
    template_name = "assessments/row_offers.html"
    done_message = _("Decided. The values follow from their rows.")

    @cached_property
    def offers(self) -> list[RowOffer]:
        return row_offers(self.round, at=now())

    def get_form_kwargs(self) -> dict[str, Any]:
        """The offers that are open."""
        return {**super().get_form_kwargs(), "offers": [one for one in self.offers if one.settled is None]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        if isinstance(kwargs.get("refusal"), Stale):
            kwargs["form"].show_again()
        titles = {planned.code: f"{planned.code} {title_of(planned)}" for planned in self.round.plan.rules.indicators}
        form = kwargs.get("form") or self.get_form()
        return super().get_context_data(
            round=self.round,
            is_open=self.round.state in DECIDED_IN,
            open=[
                (offer, titles[offer.value.indicator.code], *_words(offer), choice, reason)
                for offer, choice, reason in form.rows()
            ],
            decided=[
                (offer, titles[offer.value.indicator.code], *_words(offer))
                for offer in self.offers
                if offer.settled is not None and offer.settled.offered_id is not None
            ],
            gone=[(one, titles[one.value.indicator.code], row_lines([row])[0]) for one, row in rows_gone(self.round)],
            warning=NOBODY_AFTER if is_last_free(self.request.user, self.round) else "",
            **{**kwargs, "form": form},
        )

    def act(self, form: RowOffersForm) -> str:
        taken, declined_for = form.taken(), form.declined_for()
        seen = [int(key) for key in form.cleaned_data["seen"].split(".") if key.isdigit()]
        decide_row_offers(self.round, taken=taken, declined_for=declined_for, seen=seen, by=self.request.user, at=now())
        return self.request.path


def _words(offer: RowOffer) -> tuple[RowLine | None, Text]:
    """The row as it was frozen, None for an added one; and what the other round made of it."""
    decision = offer.decision
    line = row_lines([offer.row])[0] if offer.row is not None else None
    if decision.outcome == RowOutcome.SET_ASIDE:
        return line, gettext("Does not count")
    because = {"because": Because(decision.because).label}
    if decision.outcome == RowOutcome.ADDED:
        return line, gettext("Added, counts as: %(because)s") % because
    return line, gettext("Counts as: %(because)s") % because
