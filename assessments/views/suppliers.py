"""The centre's pages about who supplies figures: suppliers, requested corrections, countersignatures."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.form_verbs import ActingMixin

from ..figures.overview import SupplierDesk, shown_value
from ..figures.suppliers import answer_correction, countersign_figures, may_name, name_supplier, shown_to_sign
from ..figures.supply import supplies, to_countersign
from ..forms.supply import AnswerForm, CountersignForm, SupplierForm
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..states import FIGURES_OPEN, CorrectionState
from ..words.plans import plain_word
from .rows import CorrectionMixin, FigureSourceMixin, RoundMixin


class SuppliersView(RoundMixin, View):
    """Who supplies which figure, how far it is, and what waits for the centre."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        context = {
            "round": self.round,
            "desk": SupplierDesk(self.round),
            "may_name": may_name(self.round),
            "is_open": self.round.state in FIGURES_OPEN,
        }
        return render(request, "assessments/suppliers.html", context)


class SupplierView(FigureSourceMixin, ActingMixin, FormView):
    """Name who supplies one figure, or those of all teams alike."""

    form_class = SupplierForm
    template_name = "components/confirm.html"
    done_message = _("Saved.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, while suppliers are named."""
        if not may_name(self.round):
            return redirect("round_suppliers", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        known = [self.source.department] if self.source.department else []
        return {"version": self.source.version, "department": known, "alike": True}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            round=self.round,
            source=self.source,
            heading=gettext("Who supplies this figure?"),
            caption=f"{self.source.indicator} · {self.source.team}",
            version=self.source.version,
            action_label=gettext("Save"),
            cancel_url=reverse("round_suppliers", args=[self.round.pk]),
            **kwargs,
        )

    def act(self, form: SupplierForm) -> str:
        name_supplier(
            self.source,
            department=form.cleaned_data["department"],
            alike=form.cleaned_data["alike"],
            seen=form.cleaned_data["version"],
            by=self.request.user,
            at=now(),
        )
        return reverse("round_suppliers", args=[self.round.pk])


class CorrectionAnswerView(CorrectionMixin, ActingMixin, FormView):
    """Open the row of one figure again, or decline."""

    form_class = AnswerForm
    template_name = "assessments/correction.html"
    done_message = _("Answered. The department sees it on its page.")

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form, until the request is answered."""
        if self.correction.state != CorrectionState.ASKED or self.round.state not in FIGURES_OPEN:
            return redirect("round_suppliers", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"version": self.correction.version}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        correction = self.correction
        source = correction.figure.source
        return super().get_context_data(
            round=self.round,
            correction=correction,
            stands=plain_word(shown_value(correction.figure.value)),
            should_be=plain_word(shown_value(correction.value)),
            heading=gettext("Correct this figure?"),
            caption=f"{source.indicator} · {source.team}",
            version=correction.version,
            action_label=pgettext("correction", "Answer"),
            cancel_url=reverse("round_suppliers", args=[self.round.pk]),
            **kwargs,
        )

    def act(self, form: AnswerForm) -> str:
        answer_correction(
            self.correction,
            opens=form.cleaned_data["decision"] == "open",
            answer=form.cleaned_data["answer"],
            seen=form.cleaned_data["version"],
            by=self.request.user,
            at=now(),
        )
        return reverse("round_suppliers", args=[self.round.pk])


class CountersignView(RoundMixin, ActingMixin, FormView):
    """The figures that teams' own lead departments confirmed, signed with one reason."""

    form_class = CountersignForm
    template_name = "assessments/countersign.html"
    done_message = _("The figures are countersigned.")

    @cached_property
    def rows(self) -> list[Any]:
        """The figures that wait for it."""
        return to_countersign(supplies(self.round))

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The list; where nothing waits, the page of the suppliers."""
        if not self.rows or self.round.state not in FIGURES_OPEN:
            return redirect("round_suppliers", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_initial(self) -> dict[str, Any]:
        return {"seen": shown_to_sign(self.rows)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        consequences = [
            gettext("The figures below come from departments that lead these teams themselves."),
            gettext("By signing you count as having scored the round, so another person has to approve it."),
        ]
        if is_last_free(self.request.user, self.round):
            consequences.append(str(NOBODY_AFTER))
        return super().get_context_data(
            round=self.round,
            rows=[(row, plain_word(shown_value(row.figure.value))) for row in self.rows],
            heading=gettext("Countersign these figures?"),
            caption=self.round.title,
            version=None,
            consequences=consequences,
            action_label=gettext("Countersign"),
            cancel_url=reverse("round_suppliers", args=[self.round.pk]),
            **kwargs,
        )

    def act(self, form: BaseForm) -> str:
        countersign_figures(
            self.round,
            reason=form.cleaned_data["reason"],
            seen=form.cleaned_data["seen"],
            by=self.request.user,
            at=now(),
        )
        return reverse("round_suppliers", args=[self.round.pk])
