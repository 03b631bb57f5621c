"""The pages on which the centre leaves an indicator out for a team without a value, and takes it in again."""

from typing import Any

from django.forms import BaseForm
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.views import View
from django.views.generic import FormView

from governance.clock import now
from governance.lists.requests import Request
from governance.records.form_verbs import ActingMixin

from ..forms.round import LeaveOutForm, TakeInForm
from ..models import LeftOut
from ..rounds.left_out import gaps, is_open, leave_out, take_in
from ..rounds.people import NOBODY_AFTER, is_last_free
from ..words.plans import title_of
from .rows import GapMixin, RoundMixin


class LeftOutView(RoundMixin, View):
    """What is without a value and what is left out, with the way to change it."""

    def get(self, request: Request, pk: int) -> HttpResponse:
        rows = {row.code: row for row in self.round.plan.indicators.all()}
        titles = {planned.code: title_of(planned) for planned in self.round.plan.rules.indicators}
        context = {
            "round": self.round,
            "gaps": [(gap, rows[gap.code], titles[gap.code]) for gap in gaps(self.round, at=now())],
            "is_open": is_open(self.round),
        }
        return render(request, "assessments/left_out.html", context)


class LeaveOutView(GapMixin, ActingMixin, FormView):
    """Leave one indicator out for one team; where it is left out, withdraw that."""

    template_name = "components/confirm.html"

    @cached_property
    def decisions(self) -> list[LeftOut]:
        """The decisions so far, the last one first."""
        rows = LeftOut.objects.visible_to(self.request.user)
        return list(rows.filter(round=self.round, indicator=self.indicator, team=self.team).order_by("-number"))

    @property
    def is_out(self) -> bool:
        return bool(self.decisions) and not self.decisions[0].is_withdrawn

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The form; where nothing can be left out any more, the list."""
        found = (self.indicator, self.team)
        wanted = any((gap.code, gap.team) == (found[0].code, found[1]) for gap in gaps(self.round, at=now()))
        if not is_open(self.round) or not wanted:
            return redirect("round_left_out", self.round.pk)
        return super().get(request, *args, **kwargs)

    def get_form_class(self) -> type[BaseForm]:
        return TakeInForm if self.is_out else LeaveOutForm

    def get_initial(self) -> dict[str, Any]:
        return {"seen": len(self.decisions)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        planned = self.round.plan.rules.indicator(self.indicator.code)
        if self.is_out:
            heading, label = gettext("No longer leave it out?"), gettext("Withdraw")
            consequences = [gettext("The indicator waits for a value of the team again.")]
        else:
            heading, label = gettext("Leave this indicator out?"), gettext("Leave out")
            consequences = [
                gettext("It is not scored for this team; its points are shared among the other indicators."),
                gettext("In averages and comparisons of this indicator the team is absent."),
                gettext("The decision, its document and reason stand on the team's scorecard."),
            ]
        if is_last_free(self.request.user, self.round):
            consequences.append(str(NOBODY_AFTER))
        return super().get_context_data(
            heading=heading,
            caption=f"{self.team} · {planned.code} {title_of(planned)}",
            version=len(self.decisions),
            consequences=consequences,
            action_label=label,
            dangerous=True,
            cancel_url=reverse("round_left_out", args=[self.round.pk]),
            **kwargs,
        )

    def act(self, form: BaseForm) -> str:
        verb = take_in if isinstance(form, TakeInForm) else leave_out
        verb(self.round, self.indicator, self.team, **form.cleaned_data, by=self.request.user, at=now())
        return reverse("round_left_out", args=[self.round.pk])
